import { startAnswering } from "./answering";
import { startAutosave } from "./autosave";
import { focusErrors } from "./errors";
import { startFiles } from "./files";
import { startForms } from "./form-page";

focusErrors(document);
startAutosave(document);
startFiles(document);
startForms(document);
startAnswering();
for (const button of document.querySelectorAll<HTMLElement>("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
