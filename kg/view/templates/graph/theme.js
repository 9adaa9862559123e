// Runs before anything is painted: the chosen theme, else the system's, so that a dark screen never flashes white.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("cluster-kg theme");
  } catch {
    chosen = null; // storage can be forbidden for local files; then the system decides
  }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
