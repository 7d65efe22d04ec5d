// Keying returned sheets: digits, Enter to go on, what is skipped disappears, and what was keyed is said in words.
//
// The page marks its parts: [data-keying] around all (with [data-logic]), [data-key] a question with its input. The
// server reads the same keys again and decides; without this script the fields are simply filled in one by one.

import { type Given, type Logic, NA, walk } from "./form-walk";

type Field = HTMLInputElement | HTMLTextAreaElement;
const APART = /[\s,，、.;；/-]+/;

function table(field: Field, name: "words" | "codes"): Record<string, string> {
  return JSON.parse(field.dataset[name] || "{}") as Record<string, string>;
}

function several(text: string, keys: Record<string, string>): string[] {
  return Object.keys(keys).length <= 9 && /^\d+$/.test(text) ? [...text] : text.split(APART).filter(Boolean);
}

// What was keyed, as the walk takes it.
export function given(field: Field): Given {
  const text = field.value.trim();
  if (text === "") return "";
  if (field.dataset.na && text === field.dataset.na) return NA;
  const codes = table(field, "codes");
  switch (field.dataset.kind) {
    case "one":
      return codes[text] ?? text;
    case "many":
      return several(text, codes).map((key) => codes[key] ?? key);
    case "rank":
    case "split": {
      const order = Object.values(codes);
      const values = field.dataset.kind === "rank" && text.length === order.length ? [...text] : text.split(APART);
      return Object.fromEntries(values.slice(0, order.length).map((value, place) => [order[place] as string, value]));
    }
    case "day":
      return text.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
    default:
      return text;
  }
}

// What the keys say in words; undefined where one of them says nothing.
export function spoken(field: Field): string | undefined {
  const text = field.value.trim();
  const words = table(field, "words");
  if (text === "" || ["text", "number", "day", "split", "rank"].includes(field.dataset.kind ?? "")) return "";
  const keys = field.dataset.kind === "many" && text !== field.dataset.na ? several(text, words) : [text];
  return keys.every((key) => key in words) ? keys.map((key) => words[key] || key).join(", ") : undefined;
}

class Sheet {
  private readonly rows: HTMLElement[];

  constructor(
    private readonly form: HTMLFormElement,
    private readonly logic: Logic,
  ) {
    this.rows = [...form.querySelectorAll<HTMLElement>("[data-key]")];
  }

  start(): void {
    this.form.addEventListener("keydown", (event) => this.pressed(event));
    this.form.addEventListener("input", () => this.update());
    this.update();
  }

  private field(row: HTMLElement): Field {
    return row.querySelector<Field>("input, textarea") as Field;
  }

  private stops(): HTMLElement[] {
    const all = this.form.querySelectorAll<HTMLElement>("input:not([type=hidden]), textarea, [data-done]");
    return [...all].filter((one) => !one.closest("[hidden]") && one.tabIndex >= 0);
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const isField = target.matches("input, textarea");
    const isLong = target.matches("textarea") && !event.ctrlKey;
    if (isField && event.key === "Enter" && !isLong) {
      event.preventDefault();
      this.go(target, event.shiftKey ? -1 : 1);
    } else if (isField && event.key === "ArrowUp" && !isLong) {
      event.preventDefault();
      this.go(target, -1);
    } else if (isField && (event.key === "*" || event.key === "n") && target.dataset.na) {
      event.preventDefault();
      (target as Field).value = target.dataset.na;
      this.update();
      this.go(target, 1);
    }
  }

  // On to the next field; from one whose keys say nothing only backwards.
  private go(from: HTMLElement, step: number): void {
    if (step > 0 && from.matches("[aria-invalid=true]")) {
      (from as Field).select();
      return;
    }
    const stops = this.stops();
    const next = stops[stops.indexOf(from) + step];
    next?.focus();
    if (next?.matches("input")) (next as HTMLInputElement).select();
  }

  private update(): void {
    const found = new Map<string, Given>();
    for (const row of this.rows) found.set(row.dataset.key ?? "", given(this.field(row)));
    const shown = walk(this.logic, found, [], true);
    const told = new Map<string, boolean>();
    for (const section of this.logic.sections) {
      for (const item of section.items) told.set(item.code, shown.sections.has(section.code) && shown.items.has(item.code));
    }
    let filled = 0;
    let left = 0;
    for (const row of this.rows) {
      const isShown = told.get(row.dataset.key ?? "") ?? true;
      const field = this.field(row);
      row.hidden = !isShown;
      field.disabled = !isShown;
      const words = spoken(field);
      const place = row.querySelector("[data-said]");
      if (place && place.textContent !== (words ?? "?")) place.textContent = words ?? "?";
      field.setAttribute("aria-invalid", String(words === undefined));
      if (!isShown) continue;
      if (field.value.trim() !== "") filled += 1;
      else left += 1;
    }
    const count = this.form.querySelector("[data-count]");
    if (count) count.textContent = `${filled} / ${filled + left}`;
  }
}

export function startKeying(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-keying]")) {
    const logic = form.querySelector("[data-logic]")?.textContent;
    if (logic) new Sheet(form, JSON.parse(logic) as Logic).start();
    form.querySelector<HTMLElement>("[data-first]")?.focus();
  }
}
