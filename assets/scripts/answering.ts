// What a survey's public pages do beyond plain HTML: a kiosk starts anew by itself, a link can be copied.
const WARNING = 15;

function go(address: string): void {
  location.replace(address); // leaves no page of the one before to go back to
}

// Counts only once somebody has touched the form: an untouched page is as fresh as a new one.
function watch(form: HTMLFormElement, seconds: number): void {
  const warning = form.querySelector<HTMLElement>("[data-kiosk-warning]");
  let left = 0;
  const stay = (): void => {
    left = seconds + WARNING;
    if (warning) warning.hidden = true;
  };
  for (const name of ["pointerdown", "keydown", "input", "scroll"])
    document.addEventListener(name, stay, { passive: true });
  form.querySelector("[data-kiosk-stay]")?.addEventListener("click", stay);
  if (form.querySelector("[data-error-summary]")) stay();
  window.setInterval(() => {
    if (left === 0) return;
    left -= 1;
    if (warning && left <= WARNING) warning.hidden = false;
    if (left === 0) go(`${location.pathname}?new=1`);
  }, 1000);
}

function copying(button: HTMLElement): void {
  const source = document.getElementById(button.dataset["copy"] ?? "");
  if (!(source instanceof HTMLInputElement)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    source.select();
    const done = (): void => {
      button.textContent = button.dataset["copied"] ?? "";
    };
    // Inside chat apps and without HTTPS there is no clipboard, but the old command.
    if (navigator.clipboard) void navigator.clipboard.writeText(source.value).then(done, () => document.execCommand("copy"));
    else if (document.execCommand("copy")) done();
  });
}

export function startAnswering(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-kiosk]");
  if (form) watch(form, Number(form.dataset["kiosk"]) || 60);
  const done = document.querySelector<HTMLElement>("[data-kiosk-done]");
  if (done) window.setTimeout(() => go(done.dataset["kioskUrl"] ?? ""), 1000 * (Number(done.dataset["kioskDone"]) || 15));
  for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) copying(button);
  // A second press while the first is under way would only be told it has arrived already.
  const survey = document.getElementById("survey");
  survey?.addEventListener("submit", () => {
    window.setTimeout(() => {
      for (const button of survey.querySelectorAll("button")) button.disabled = true;
    });
  });
  addEventListener("pageshow", () => {
    for (const button of survey?.querySelectorAll("button") ?? []) button.disabled = false;
  });
}
