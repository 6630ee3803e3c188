// Not a module, since it must run before anything is painted: a chosen theme never flashes up in the other colours.
(() => {
  try {
    const chosen = localStorage.getItem("mock-capi-theme");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage may be forbidden; then the system's colours are used.
  }
})();
