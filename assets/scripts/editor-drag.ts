// Items and sections of the outline are dragged to where they shall stand; by keyboard it is Alt and an arrow.
type Press = (act: string, fields: Record<string, string>) => void;

export function startDrag(editor: HTMLElement, press: Press): void {
  let item = "";
  let section = "";
  const clear = (): void => {
    for (const one of editor.querySelectorAll(".drop-above, .drop-below")) one.classList.remove("drop-above", "drop-below");
  };
  editor.addEventListener("dragstart", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("[data-drag-item], [data-drag-section]");
    item = link?.dataset["dragItem"] ?? "";
    section = link?.dataset["dragSection"] ?? "";
    if (!link || !event.dataTransfer) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", link.textContent?.trim() ?? "");
  });
  /** The row under the pointer and whether the dragged one goes above or below it. */
  const target = (event: DragEvent): { row: HTMLElement; below: boolean } | null => {
    const here = event.target as Element;
    if (!here.closest("[data-outline]")) return null;
    const row = item
      ? here.closest<HTMLElement>("li[data-item], li[data-empty], .outline-head")
      : here.closest<HTMLElement>("li[data-section]");
    if (!row) return null;
    const box = row.getBoundingClientRect();
    return { row, below: row.matches(".outline-head, [data-empty]") || event.clientY > box.top + box.height / 2 };
  };
  editor.addEventListener("dragover", (event) => {
    if (!item && !section) return;
    const found = target(event);
    clear();
    if (!found) return;
    event.preventDefault();
    found.row.classList.add(found.below ? "drop-below" : "drop-above");
  });
  editor.addEventListener("dragleave", clear);
  editor.addEventListener("dragend", () => {
    clear();
    item = section = "";
  });
  editor.addEventListener("drop", (event) => {
    const found = target(event);
    clear();
    if (!found) return;
    event.preventDefault();
    if (item) dropItem(item, found.row, found.below);
    else if (section) dropSection(section, found.row, found.below);
    item = section = "";
  });
  const dropItem = (code: string, row: HTMLElement, below: boolean): void => {
    const home = row.closest<HTMLElement>("li[data-section]");
    if (!home) return;
    const others = Array.from(home.querySelectorAll<HTMLElement>("li[data-item]"))
      .map((one) => one.dataset["item"] ?? "")
      .filter((one) => one !== code);
    const at = row.matches("li[data-item]") ? others.indexOf(row.dataset["item"] ?? "") + (below ? 1 : 0) : 0;
    if (row.dataset["item"] === code) return;
    press("item_move", { item: code, section: home.dataset["section"] ?? "", index: String(Math.max(0, at)) });
  };
  const dropSection = (code: string, row: HTMLElement, below: boolean): void => {
    if (row.dataset["section"] === code) return;
    const others = Array.from(editor.querySelectorAll<HTMLElement>("li[data-section]"))
      .map((one) => one.dataset["section"] ?? "")
      .filter((one) => one !== code);
    const at = others.indexOf(row.dataset["section"] ?? "") + (below ? 1 : 0);
    press("section_move", { section: code, index: String(at) });
  };
}
