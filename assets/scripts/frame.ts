// The frame around every page: menus, the drawer on phones, the search key, the thumb-reach action.
function closeMenus(except?: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
    if (menu !== except) menu.open = false;
}
function moveAction(): void {
  const home = document.querySelector(".primary-action");
  const thumb = document.querySelector("[data-primary-slot]");
  const action = home?.firstElementChild;
  if (!home || !thumb || !action) return;
  const narrow = matchMedia("(max-width: 959px)");
  const place = (): void => {
    if (!narrow.matches) home.append(action);
    else if (!home.closest("form")) thumb.append(action);
  };
  place();
  narrow.addEventListener("change", place);
}
export function startFrame(): void {
  moveAction();
  document.addEventListener("click", (event) => closeMenus((event.target as Element).closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector<HTMLDetailsElement>("details.menu[open]");
      closeMenus();
      menu?.querySelector("summary")?.focus();
      if (location.hash === "#navigation") {
        location.hash = "#content";
        document.querySelector<HTMLElement>("[data-open-navigation]")?.focus();
      }
    }
    if (event.key === "/" && !(document.activeElement?.matches("input, textarea, select, [contenteditable]") ?? false)) {
      const search = document.querySelector<HTMLInputElement>('[data-key="/"]');
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
  window.addEventListener("hashchange", () => {
    if (location.hash === "#navigation") document.querySelector<HTMLElement>("#navigation .tool")?.focus();
  });
}
