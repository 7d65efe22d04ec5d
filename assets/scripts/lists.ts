const BUSY = "a, button, input, select, textarea, label, summary, [contenteditable]";

function typing(): boolean {
  const here = document.activeElement;
  return here instanceof HTMLElement && here.matches('input:not([type="checkbox"]), select, textarea, [contenteditable]');
}
function address(row: HTMLElement): string | null {
  return row.dataset["href"] || row.querySelector<HTMLAnchorElement>("td a[href]")?.href || null;
}
function open(row: HTMLElement, aside: boolean): void {
  const url = address(row);
  if (!url) return;
  if (aside) window.open(url, "_blank", "noopener");
  else location.assign(url);
}
function rows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>("[data-list] tbody tr:not(.empty-row)"));
}
function step(by: number): void {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("is-current"));
  const next = all[now < 0 ? 0 : Math.min(all.length - 1, Math.max(0, now + by))];
  if (!next) return;
  all[now]?.classList.remove("is-current");
  next.classList.add("is-current");
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || typing()) return;
  const current = document.querySelector<HTMLElement>("[data-list] tr.is-current");
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "x") current?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click();
  else if (event.key === "Enter" && current && !(document.activeElement?.matches(BUSY) ?? false)) open(current, false);
  else return;
  event.preventDefault();
}
function watchWidth(frame: HTMLElement): void {
  const measure = (): void => {
    frame.classList.remove("is-wide");
    frame.classList.toggle("is-wide", frame.scrollWidth > frame.clientWidth + 1);
  };
  measure();
  window.addEventListener("resize", measure);
}
function bulk(form: HTMLFormElement): void {
  const count = form.querySelector<HTMLElement>("[data-bulk-count]");
  const bar = form.querySelector<HTMLElement>(".bulk-bar");
  const boxes = (): HTMLInputElement[] => Array.from(form.querySelectorAll('tbody input[type="checkbox"]'));
  const show = (): void => {
    const chosen = boxes().filter((box) => box.checked).length;
    if (bar) bar.hidden = chosen === 0;
    if (count) count.textContent = `${chosen} ${count.dataset["words"] ?? ""}`;
  };
  for (const box of form.querySelectorAll<HTMLInputElement>('th input[type="checkbox"], td input[type="checkbox"]')) {
    if (box.labels?.length || box.hasAttribute("aria-label")) continue;
    const row = box.closest("tbody tr");
    const name = row?.querySelector("td a")?.textContent?.trim() ?? "";
    box.setAttribute("aria-label", row ? `${form.dataset["select"] ?? ""} ${name}` : (form.dataset["selectAll"] ?? ""));
  }
  form.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.type === "checkbox" && box.closest("thead")) for (const other of boxes()) other.checked = box.checked;
    show();
  });
  show();
}
let listening = false;
export function startLists(part: ParentNode): void {
  for (const frame of part.querySelectorAll<HTMLElement>("[data-list]:not([data-watched])")) {
    frame.dataset["watched"] = "1";
    watchWidth(frame);
    frame.addEventListener("click", (event) => {
      const target = event.target as Element;
      const row = target.closest<HTMLElement>("tbody tr");
      if (!row || target.closest(BUSY) || window.getSelection()?.toString()) return;
      if (row.dataset["href"]) open(row, event.ctrlKey || event.metaKey);
    });
  }
  for (const form of part.querySelectorAll<HTMLFormElement>("form[data-bulk]:not([data-watched])")) {
    form.dataset["watched"] = "1";
    bulk(form);
  }
  if (!listening) document.addEventListener("keydown", onKey);
  listening = true;
}
