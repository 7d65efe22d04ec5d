// After a refused form the reader stands at the summary, and each of its lines leads to its field.
export function focusErrors(part: ParentNode): void {
  const summary = part.querySelector<HTMLElement>("[data-error-summary]");
  if (!summary || summary.dataset["seen"]) return;
  summary.dataset["seen"] = "1";
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]');
    if (!link) return;
    const place = document.getElementById(link.hash.slice(1));
    const field = place?.matches("input, select, textarea")
      ? place
      : place?.querySelector<HTMLElement>("input, select, textarea");
    if (!field) return;
    event.preventDefault();
    field.focus();
  });
}
