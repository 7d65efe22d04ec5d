import { say } from "./toasts";

function names(input: HTMLInputElement): string {
  return Array.from(input.files ?? [], (file) => file.name).join(", ");
}
function zone(place: HTMLElement): void {
  const input = place.querySelector<HTMLInputElement>('input[type="file"]');
  const words = place.querySelector<HTMLElement>(".drop-words");
  if (!input) return;
  const show = (): void => {
    if (words) words.textContent = names(input) || (place.dataset["words"] ?? "");
  };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"])
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.add("is-over");
    });
  for (const name of ["dragleave", "drop"]) place.addEventListener(name, () => place.classList.remove("is-over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    const taken = new DataTransfer();
    for (const file of Array.from(event.dataTransfer.files).slice(0, input.multiple ? undefined : 1)) taken.items.add(file);
    input.files = taken.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
// fetch() cannot report how much is sent, so a file goes by XMLHttpRequest.
function upload(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const bar = form.querySelector<HTMLProgressElement>("progress");
    const button = form.querySelector<HTMLButtonElement>('button[type="submit"]');
    const request = new XMLHttpRequest();
    const stop = (key: string): void => {
      if (bar) bar.hidden = true;
      if (button) button.disabled = false;
      say(key);
    };
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (sent) => {
      if (bar && sent.lengthComputable) bar.value = (100 * sent.loaded) / sent.total;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) location.assign(request.responseURL || location.href);
      else stop("refused");
      if (request.status < 400 && request.responseURL.split("#")[0] === location.href.split("#")[0]) location.reload();
    });
    request.addEventListener("error", () => stop("failed"));
    if (bar) bar.hidden = false;
    if (button) button.disabled = true;
    request.send(new FormData(form));
  });
}
export function startFiles(part: ParentNode): void {
  for (const place of part.querySelectorAll<HTMLElement>("[data-drop-zone]:not([data-watched])")) {
    place.dataset["watched"] = "1";
    zone(place);
  }
  for (const form of part.querySelectorAll<HTMLFormElement>("form[data-upload]:not([data-watched])")) {
    form.dataset["watched"] = "1";
    upload(form);
  }
}
