// An interviewer's keyboard: a digit chooses where a question has one answer, Enter goes on.

const NAME = "input[type=radio], input[type=checkbox]";

// The choice a digit means: the one with that value, else the one in that place.
export function meant(group: HTMLInputElement[], digit: string): HTMLInputElement | undefined {
  return group.find((one) => one.value === digit) ?? group[Number(digit) - 1];
}

function pressed(form: HTMLFormElement, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.key === "Enter" && target.matches("input")) {
    event.preventDefault();
    form.querySelector<HTMLButtonElement>("[data-next]")?.click();
    return;
  }
  if (!/^[0-9]$/.test(event.key) || !target.matches(NAME)) return;
  const name = (target as HTMLInputElement).name;
  const group = [...form.querySelectorAll<HTMLInputElement>(NAME)].filter((one) => one.name === name && !one.disabled);
  const chosen = meant(group, event.key);
  if (!chosen) return;
  event.preventDefault();
  chosen.focus();
  chosen.click();
}

export function startInterviews(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-interview]")) {
    form.addEventListener("keydown", (event) => pressed(form, event));
    form.querySelector<HTMLElement>("[data-item] input")?.focus();
  }
}
