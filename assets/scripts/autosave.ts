// Long forms keep a draft on this device until the server has taken them.
interface Draft {
  values: [string, string][];
  at: number;
  sent: boolean;
}
const PREFIX = "bihuan-draft:";
const SKIPPED = new Set(["csrfmiddlewaretoken"]);

function read(key: string): Draft | null {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text ? (JSON.parse(text) as Draft) : null;
  } catch {
    return null;
  }
}
function write(key: string, draft: Draft): boolean {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}
function drop(key: string): void {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // A browser that refuses storage has no draft to remove.
  }
}
function values(form: HTMLFormElement): [string, string][] {
  const found: [string, string][] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string" || SKIPPED.has(name)) continue;
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLInputElement && (control.type === "password" || control.type === "hidden")) continue;
    found.push([name, value]);
  }
  return found;
}
function restore(form: HTMLFormElement, saved: [string, string][]): void {
  const wanted = new Map<string, string[]>();
  for (const [name, value] of saved) wanted.set(name, [...(wanted.get(name) ?? []), value]);
  for (const control of Array.from(form.elements)) {
    if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
      control.checked = (wanted.get(control.name) ?? []).includes(control.value);
    } else if (control instanceof HTMLSelectElement) {
      const chosen = wanted.get(control.name);
      if (chosen) for (const option of Array.from(control.options)) option.selected = chosen.includes(option.value);
    } else if (control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement) {
      if (["file", "hidden", "password", "submit", "button"].includes(control.type)) continue;
      const value = wanted.get(control.name)?.shift();
      if (value !== undefined) control.value = value;
    }
  }
}

function start(form: HTMLFormElement, key: string): void {
  const note = form.querySelector<HTMLElement>("[data-autosave-note]");
  const refused = form.querySelector("[data-error-summary]") !== null;
  const accepted = document.querySelector(".notice-success") !== null;
  const blank = JSON.stringify(values(form));
  const draft = read(key);
  if (draft?.sent && accepted) drop(key);
  else if (draft && !refused && JSON.stringify(draft.values) !== blank) {
    restore(form, draft.values);
    write(key, { ...draft, sent: false });
    if (note) note.hidden = false;
  }
  let waiting = 0;
  const keep = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      if (!write(key, { values: values(form), at: Date.now(), sent: false })) return;
      form.dataset["kept"] = "1";
    }, 400);
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => {
    window.clearTimeout(waiting);
    write(key, { values: values(form), at: Date.now(), sent: true });
  });
  form.querySelector("[data-autosave-drop]")?.addEventListener("click", () => {
    drop(key);
    location.reload();
  });
}

export function startAutosave(part: ParentNode): void {
  const here = new Set<string>();
  for (const form of part.querySelectorAll<HTMLFormElement>("form[data-autosave]")) {
    const key = form.dataset["autosave"] ?? "";
    here.add(key);
    if (form.dataset["watched"]) continue;
    form.dataset["watched"] = "1";
    start(form, key);
  }
  if (part !== document) return;
  // The server answered a sent form with another page: it has been taken.
  try {
    for (const name of Object.keys(localStorage)) {
      const key = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : "";
      if (key && !here.has(key) && read(key)?.sent) drop(key);
    }
  } catch {
    // No storage, nothing kept.
  }
}
