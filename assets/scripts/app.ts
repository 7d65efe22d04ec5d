import htmx from "htmx.org";
import Alpine from "@alpinejs/csp";
import { startAutosave } from "./autosave";
import { loadCharts } from "./chart-loader";
import { register } from "./components";
import { startDesk } from "./desk";
import { focusErrors } from "./errors";
import { startFiles } from "./files";
import { startFrame } from "./frame";
import { startLists } from "./lists";
import { startPhotos } from "./photos";
import { startTheme } from "./switch";
import { say } from "./toasts";

Object.assign(window, { htmx, Alpine });
register(Alpine);
Alpine.start();

function prepare(part: ParentNode): void {
  focusErrors(part);
  startAutosave(part);
  startDesk(part);
  startFiles(part);
  startPhotos(part);
  startLists(part);
  loadCharts(part);
}

startTheme();
startFrame();
prepare(document);
document.addEventListener("htmx:after:swap", () => prepare(document));
document.addEventListener("htmx:error", () => say("failed"));
