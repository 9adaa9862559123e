"""Reading: files become relations and documents; every offset and row stays known."""
