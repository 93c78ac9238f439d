// Before the first paint: the chosen theme, or that of the system.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("citewell-theme"); } catch { /* storage is off: follow the system */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
