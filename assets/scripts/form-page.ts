// Shows and hides while somebody answers. The server decides again by itself; without this script nothing is lost.
//
// The page marks its parts: [data-survey] around all (with data-known and [data-logic]), [data-section], [data-item], inside it [data-choice] and
// [data-total] (the points given so far), [data-pipe] for a quotation. What is hidden is disabled as well, so it is
// neither sent nor missed.

import type { Answer } from "./conditions";
import { type Given, type ItemLogic, type Logic, NA, type Shown, spoken, walk } from "./form-walk";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const FIELDS = "input, select, textarea";

const isBox = (field: Field): field is HTMLInputElement => field.type === "checkbox" || field.type === "radio";
const isNa = (field: Field) => isBox(field) && field.value === NA;
const fieldsOf = (part: Element) => [...part.querySelectorAll<Field>(FIELDS)];

function clear(field: Field): void {
  if (isBox(field)) field.checked = false;
  else field.value = "";
}

function isFilled(field: Field): boolean {
  return isBox(field) ? field.checked : field.value !== "";
}

// What the fields of an item hold, as the server would read it.
export function given(part: Element, item: ItemLogic): Given {
  const fields = fieldsOf(part).filter((field) => field.name.startsWith("q."));
  if (fields.some((field) => isNa(field) && isFilled(field))) return NA;
  if (item.as === "rank" || item.as === "split") {
    const start = `q.${item.code}/`;
    const own = fields.filter((field) => field.name.startsWith(start));
    return Object.fromEntries(own.map((field) => [field.name.slice(start.length), field.value]));
  }
  const values = fields.filter((field) => !isBox(field) || field.checked).map((field) => field.value);
  const filled = values.filter((value) => value !== "");
  return item.as === "many" || item.as === "file" ? filled : (filled.at(-1) ?? "");
}

function show(part: HTMLElement, isShown: boolean): void {
  part.hidden = !isShown;
}

class Page {
  private readonly parts = new Map<string, HTMLElement>();
  private readonly items: ItemLogic[];
  private readonly known: [string, Answer][];

  constructor(
    private readonly form: HTMLElement,
    private readonly logic: Logic,
  ) {
    this.items = logic.sections.flatMap((section) => section.items);
    this.known = Object.entries(JSON.parse(form.dataset.known || "{}") as Record<string, Answer>);
    for (const part of form.querySelectorAll<HTMLElement>("[data-item]")) this.parts.set(part.dataset.item ?? "", part);
  }

  start(): void {
    this.form.addEventListener("input", (event) => this.changed(event.target));
    this.form.addEventListener("change", (event) => this.changed(event.target));
    addEventListener("pageshow", () => this.update()); // fields a browser fills in again on the way back
    this.update();
  }

  private changed(target: EventTarget | null): void {
    const part = target instanceof Element ? target.closest<HTMLElement>("[data-item]") : null;
    if (part && target instanceof Element && target.matches(FIELDS)) this.settle(part, target as Field);
    this.update();
  }

  // "Not applicable" and choices that stand alone: the last one touched wins.
  private settle(part: HTMLElement, touched: Field): void {
    if (!isFilled(touched)) return;
    const alone = this.items.find((item) => item.code === part.dataset.item)?.alone ?? [];
    const standsAlone = (field: Field) => isNa(field) || (isBox(field) && alone.includes(field.value));
    for (const other of fieldsOf(part)) {
      const isOwnGroup = touched.type === "radio" && other.type === "radio"; // the browser sees to those
      if (other === touched || isOwnGroup || !other.name.startsWith("q.")) continue;
      if (standsAlone(touched) || standsAlone(other)) clear(other);
    }
  }

  private update(): void {
    const found = new Map<string, Given>();
    for (const item of this.items) {
      const part = this.parts.get(item.code);
      if (part) found.set(item.code, given(part, item));
    }
    const shown = walk(this.logic, found, this.known, true);
    this.showParts(shown);
    for (const item of this.items) this.addUp(item, found.get(item.code));
    for (const quote of this.form.querySelectorAll<HTMLElement>("[data-pipe]")) {
      const words = spoken(this.logic, quote.dataset.pipe ?? "", shown.answers) || "…";
      if (quote.textContent !== words) quote.textContent = words;
    }
  }

  private showParts(shown: Shown): void {
    const told = new Set(this.items.map((item) => item.code));
    for (const section of this.logic.sections) {
      const isShown = shown.sections.has(section.code);
      const frame = this.form.querySelector<HTMLElement>(`[data-section="${CSS.escape(section.code)}"]`);
      if (frame) show(frame, isShown);
      for (const part of frame?.querySelectorAll<HTMLElement>("[data-item]") ?? []) {
        const code = part.dataset.item ?? "";
        this.showItem(part, isShown && (!told.has(code) || shown.items.has(code)), shown.hidden.get(code));
      }
      for (const grid of frame?.querySelectorAll<HTMLElement>("[data-battery]") ?? []) {
        show(grid, grid.querySelector("[data-item]:not([hidden])") !== null); // no head without a row
      }
    }
  }

  private showItem(part: HTMLElement, isShown: boolean, hidden: Set<string> | undefined): void {
    show(part, isShown);
    for (const field of fieldsOf(part)) field.disabled = !isShown;
    for (const row of part.querySelectorAll<HTMLElement>("[data-choice]")) {
      const isOffered = !hidden?.has(row.dataset.choice ?? "");
      show(row, isOffered);
      if (row instanceof HTMLOptionElement) {
        row.disabled = !isOffered;
        if (!isOffered && row.selected) row.selected = false;
      }
      for (const field of fieldsOf(row)) field.disabled = !isShown || !isOffered;
    }
  }

  private addUp(item: ItemLogic, points: Given | undefined): void {
    const place = this.parts.get(item.code)?.querySelector<HTMLElement>("[data-total]");
    if (!place || typeof points !== "object" || Array.isArray(points)) return;
    const sum = Object.values(points).reduce((total, one) => total + (Number(one) || 0), 0);
    if (place.textContent !== String(sum)) place.textContent = String(sum);
    place.classList.toggle("is-met", sum === item.total);
    place.classList.toggle("is-over", sum > (item.total ?? Infinity));
  }
}

export function startForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLElement>("[data-survey]")) {
    const logic = form.querySelector("[data-logic]")?.textContent;
    if (logic) new Page(form, JSON.parse(logic) as Logic).start();
  }
}
