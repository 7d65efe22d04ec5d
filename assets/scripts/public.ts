import { startAutosave } from "./autosave";
import { focusErrors } from "./errors";
import { startFiles } from "./files";

focusErrors(document);
startAutosave(document);
startFiles(document);
for (const button of document.querySelectorAll<HTMLElement>("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
