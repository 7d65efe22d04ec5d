// The words come from the template, where they are translated.
export function say(key: string, text?: string): void {
  const place = document.getElementById("toasts");
  const words = text ?? place?.dataset[key];
  if (!place || !words) return;
  const note = document.createElement("p");
  note.className = "toast-note";
  note.textContent = words;
  place.append(note);
  setTimeout(() => note.remove(), 6000);
}
