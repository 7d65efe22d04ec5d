// Runs before the first paint, so that a dark page does not flash white.
export {};
const KEY = "bihuan-theme";
const wish = ((): string => {
  try {
    return localStorage.getItem(KEY) ?? "auto";
  } catch {
    return "auto";
  }
})();
if (wish === "light" || wish === "dark") document.documentElement.dataset["bsTheme"] = wish;
