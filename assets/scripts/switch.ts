const KEY = "bihuan-theme";

function chosen(): string {
  try {
    return localStorage.getItem(KEY) ?? "auto";
  } catch {
    return "auto";
  }
}
function show(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-choice]"))
    button.setAttribute("aria-pressed", String(button.dataset["themeChoice"] === chosen()));
}
export function startTheme(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-theme-switch]")) {
    part.hidden = false;
    part.addEventListener("click", (event) => {
      const wish = (event.target as Element).closest<HTMLElement>("[data-theme-choice]")?.dataset["themeChoice"];
      if (!wish) return;
      if (wish === "auto") delete document.documentElement.dataset["bsTheme"];
      else document.documentElement.dataset["bsTheme"] = wish;
      try {
        localStorage.setItem(KEY, wish);
      } catch {
        // The wish then lasts for this page only.
      }
      show();
      document.dispatchEvent(new Event("bihuan:theme"));
    });
  }
  show();
}
