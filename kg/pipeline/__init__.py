"""The stages of the data, wired: `build` for a whole project, `mapfile` for one mapping, `matching` for firms."""
