// The desk: Ctrl + Enter saves, and a proposal is taken over by a button that names the fields it fills.

function fill(form: HTMLFormElement, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    for (const control of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>(`[name="${name}"]`)) {
      if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type))
        control.checked = control.value === value;
      else control.value = value;
      control.closest("details")?.setAttribute("open", "");
    }
  }
}

// A part that is swapped in brings its whole surroundings here again: what listens already is left alone.
const listening = new WeakSet<Element>();

function firstTime(element: Element): boolean {
  const isNew = !listening.has(element);
  listening.add(element);
  return isNew;
}

export function startDesk(part: ParentNode): void {
  for (const form of part.querySelectorAll<HTMLFormElement>("form[data-submit-key]")) {
    if (!firstTime(form)) continue;
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit(form.querySelector<HTMLButtonElement>("button[type=submit]"));
      }
    });
  }
  for (const button of part.querySelectorAll<HTMLButtonElement>("button[data-fill]")) {
    if (!firstTime(button)) continue;
    button.addEventListener("click", () => {
      const form = document.querySelector<HTMLFormElement>("form[data-submit-key]");
      if (!form) return;
      fill(form, JSON.parse(button.dataset["fill"] ?? "{}") as Record<string, string>);
      button.disabled = true;
    });
  }
}
