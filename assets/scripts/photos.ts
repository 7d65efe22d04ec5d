// Pages of a comment book from a phone: each picture travels by itself, so that a bad connection costs one and not all.
// What was kept stays kept: the server knows a picture by its content and takes none twice.
type Place = { file: File; row: HTMLElement; mark: HTMLElement; kept: boolean };

function line(list: HTMLElement, file: File, words: string): Place {
  const row = document.createElement("li");
  const name = document.createElement("span");
  const mark = document.createElement("b");
  name.textContent = file.name;
  mark.textContent = words;
  row.append(name, mark);
  list.append(row);
  return { file, row, mark, kept: false };
}

async function send(form: HTMLFormElement, place: Place): Promise<boolean> {
  const body = new FormData(form);
  body.delete("pictures");
  body.append("pictures", place.file, place.file.name);
  try {
    const answer = await fetch(form.action || location.href, { method: "POST", body, credentials: "same-origin" });
    return answer.ok;
  } catch {
    return false;
  }
}

function watch(form: HTMLFormElement): void {
  const list = form.querySelector<HTMLElement>("[data-photo-list]");
  const input = form.querySelector<HTMLInputElement>('input[type="file"]');
  const button = form.querySelector<HTMLButtonElement>('button[type="submit"]');
  if (!list || !input || !button) return;
  const words = (name: string): string => form.dataset[name] ?? "";
  let places: Place[] = [];
  input.addEventListener("change", () => {
    places = [];
    list.replaceChildren();
  });
  form.addEventListener("submit", (event) => {
    if ((input.files?.length ?? 0) < 2) return;
    event.preventDefault();
    void (async () => {
      if (!places.length) places = Array.from(input.files ?? [], (file) => line(list, file, words("waiting")));
      list.hidden = false;
      button.disabled = true;
      for (const place of places.filter((one) => !one.kept)) {
        place.mark.textContent = words("sending");
        place.kept = await send(form, place);
        place.mark.textContent = place.kept ? words("sent") : words("failed");
      }
      button.disabled = false;
      if (places.every((one) => one.kept)) location.assign(form.dataset["next"] ?? location.href);
      else button.textContent = words("again");
    })();
  });
}

export function startPhotos(part: ParentNode): void {
  for (const form of part.querySelectorAll<HTMLFormElement>("form[data-photos]:not([data-watched])")) {
    form.dataset["watched"] = "1";
    watch(form);
  }
}
