// The form editor: every change is one small act sent to the server, one after the other; the server holds the truth.
import { Line, type Act, type Answer, type Kept } from "./editor-line";
import { startDrag } from "./editor-drag";

const root = document.querySelector<HTMLElement>("[data-editor]");
if (root) start(root);

function start(editor: HTMLElement): void {
  const url = editor.dataset["url"] ?? "";
  const page = editor.dataset["page"] ?? "";
  const token = JSON.parse(document.getElementById("editor-csrf")?.textContent ?? '""') as string;
  const status = document.getElementById("editor-status");
  const frame = editor.querySelector<HTMLIFrameElement>("[data-preview-frame]");
  const undoButton = document.querySelector<HTMLButtonElement>("[data-editor-undo]");
  const redoButton = document.querySelector<HTMLButtonElement>("[data-editor-redo]");
  const open = new Map<string, boolean>();
  const waiting = new Map<HTMLFormElement, number>();
  let language = "";
  let checksTimer = 0;
  let previewTimer = 0;
  let previewTop = 0;
  let latest = 0;

  const line = new Line({
    url,
    token,
    form: editor.dataset["form"] ?? "",
    revision: Number(editor.dataset["revision"] ?? "0"),
    done: (act, answer) => applied(act, answer),
    failed: (act, answer) => refused(act, answer),
    changed: () => showState(),
    outdated: (acts) => tellOutdated(acts),
  });

  // ---- what the line tells ------------------------------------------------------------------------------------

  function say(text: string, state: string): void {
    if (!status) return;
    status.dataset["state"] = state;
    const place = status.querySelector("[data-status-text]");
    if (place && place.textContent !== text) place.textContent = text;
  }
  function words(name: string): string {
    return status?.dataset[name] ?? "";
  }
  function showState(): void {
    const typed = waiting.size;
    if (line.state === "offline") say(words("offline").replace("{n}", String(line.length + typed)), "late");
    else if (line.state === "signedOut") say(words("signedOut"), "late");
    else if (line.state === "stale") say(words("stale"), "late");
    else if (line.length) say(words("saving"), "busy");
    else if (typed) say(words("unsaved"), "busy");
    else if (line.savedAt && line.state === "idle") say(`${words("saved")} ${line.savedAt}`, "met");
    if (undoButton) undoButton.disabled = !line.past.length;
    if (redoButton) redoButton.disabled = !line.future.length;
  }
  function applied(act: Act, answer: Answer): void {
    clearErrors(act.source);
    fill(answer.parts ?? {}, act);
    if (answer.selection) remember(answer.selection);
    if (answer.focus) focusOn(answer.focus);
    window.clearTimeout(previewTimer);
    previewTimer = window.setTimeout(preview, 250);
    window.clearTimeout(checksTimer);
    checksTimer = window.setTimeout(checks, 1200);
  }
  function refused(act: Act, answer: Answer): void {
    say(`${words("refused")} ${answer.error ?? ""}`, "late");
    showError(act.source, answer.place ?? "", answer.error ?? "");
    if (act.name === "item_move" || act.name === "section_move") void show(location.search || "?", false);
  }

  // ---- parts of the page --------------------------------------------------------------------------------------

  /** Put new parts in; a panel somebody is typing into is only replaced by an act of its own or by a click. */
  function fill(parts: Record<string, string>, act?: Act): void {
    for (const [id, html] of Object.entries(parts)) {
      const place = document.getElementById(id);
      if (!place) continue;
      if (id === "editor-panel" && act && waiting.size) continue;
      const focused = place.contains(document.activeElement) ? document.activeElement : null;
      const mark = focused instanceof HTMLElement ? markOf(focused) : "";
      const top = place.scrollTop;
      if (id === "editor-panel") keepOpen(place);
      place.innerHTML = html;
      if (id === "editor-panel") restoreOpen(place);
      place.scrollTop = top;
      if (mark) place.querySelector<HTMLElement>(mark)?.focus({ preventScroll: true });
    }
  }
  function markOf(element: HTMLElement): string {
    if (element.id) return `#${CSS.escape(element.id)}`;
    const link = element.closest<HTMLElement>("[data-drag-item], [data-drag-section]");
    if (link?.dataset["dragItem"]) return `[data-drag-item="${CSS.escape(link.dataset["dragItem"])}"]`;
    if (link?.dataset["dragSection"]) return `[data-drag-section="${CSS.escape(link.dataset["dragSection"])}"]`;
    if (element instanceof HTMLButtonElement && element.form?.dataset["act"]) {
      const value = element.value ? `[value="${CSS.escape(element.value)}"]` : "";
      return `form[data-act="${element.form.dataset["act"]}"] button${value}`;
    }
    return "";
  }
  function keepOpen(place: HTMLElement): void {
    for (const group of place.querySelectorAll<HTMLDetailsElement>("details[data-keep]"))
      open.set(group.dataset["keep"] ?? "", group.open);
  }
  function restoreOpen(place: HTMLElement): void {
    for (const group of place.querySelectorAll<HTMLDetailsElement>("details[data-keep]")) {
      const was = open.get(group.dataset["keep"] ?? "");
      if (was !== undefined) group.open = group.open || was;
    }
  }
  function focusOn(name: string): void {
    const panel = document.getElementById("editor-panel");
    const target =
      panel?.querySelector<HTMLElement>(`[data-focus-mark="${CSS.escape(name)}"]`) ??
      document.getElementById(name) ??
      document.getElementById(`id_${name}`);
    if (!target || !panel?.contains(target)) return;
    target.focus();
    if (target instanceof HTMLInputElement && target.type === "text") target.select();
  }
  function clearErrors(form: HTMLFormElement | null): void {
    if (!form) return;
    for (const note of document.querySelectorAll("[data-editor-error]")) note.remove();
    for (const control of Array.from(form.elements)) {
      control.removeAttribute("aria-invalid");
      control.classList.remove("is-invalid");
    }
  }
  function showError(form: HTMLFormElement | null, place: string, text: string): void {
    clearErrors(form);
    const control = form && place ? form.elements.namedItem(place) : null;
    const target = control instanceof HTMLElement ? control : null;
    const note = document.createElement("p");
    note.className = "field-error";
    note.dataset["editorError"] = "1";
    note.textContent = text;
    if (target) {
      target.setAttribute("aria-invalid", "true");
      target.classList.add("is-invalid");
      target.after(note);
    } else {
      note.classList.add("editor-refusal");
      document.getElementById("editor-panel")?.prepend(note);
    }
  }
  function remember(selection: string): void {
    const address = selection === "?" ? page : page + selection;
    if (location.pathname + location.search !== address) history.pushState(null, "", address);
  }

  // ---- sending ------------------------------------------------------------------------------------------------

  function actOf(form: HTMLFormElement, submitter?: HTMLElement | null): Act {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form, submitter ?? undefined))
      if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "revision") fields.append(name, value);
    const name = form.dataset["act"] ?? fields.get("act") ?? "";
    const now = new URLSearchParams(location.search);
    for (const key of ["item", "section", "choice", "add", "show"]) {
      const value = now.get(key);
      if (value && !fields.has(`at_${key}`)) fields.set(`at_${key}`, value);
    }
    const typed = form.hasAttribute("data-autosend") && !submitter;
    return { name, fields, source: form, key: typed ? `${name}:${fields.get("item") ?? fields.get("section") ?? ""}` : "" };
  }
  function send(form: HTMLFormElement, submitter?: HTMLElement | null): void {
    window.clearTimeout(waiting.get(form));
    waiting.delete(form);
    line.add(actOf(form, submitter));
  }
  function later(form: HTMLFormElement, wait: number): void {
    window.clearTimeout(waiting.get(form));
    waiting.set(form, window.setTimeout(() => send(form), wait));
    showState();
  }
  /** Send what was typed and not sent yet. */
  function flush(): void {
    for (const form of Array.from(waiting.keys())) send(form);
  }
  function formOf(element: EventTarget | null): HTMLFormElement | null {
    const control = element as HTMLInputElement | null;
    return control?.form ?? null;
  }

  document.addEventListener("input", (event) => {
    const form = formOf(event.target);
    if (!form?.hasAttribute("data-autosend") || !editor.contains(form)) return;
    if ((event.target as HTMLElement).hasAttribute("data-no-autosend")) return;
    later(form, 700);
  });
  document.addEventListener("change", (event) => {
    const target = event.target as HTMLElement;
    const into = target.dataset["pipeInto"];
    if (into !== undefined) {
      insert(target as HTMLSelectElement, into);
      return;
    }
    const form = formOf(target);
    if (!form || !editor.contains(form)) return;
    if (form.hasAttribute("data-autosend") && !target.hasAttribute("data-no-autosend")) send(form);
    else if (form.hasAttribute("data-onchange")) {
      flush();
      send(form);
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.dataset["act"] || !editor.contains(form)) return;
    event.preventDefault();
    flush();
    line.add(actOf(form, (event as SubmitEvent).submitter));
    for (const menu of editor.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) menu.open = false;
  });

  /** An earlier answer, quoted where the cursor stands. */
  function insert(select: HTMLSelectElement, into: string): void {
    const field = document.getElementById(into) as HTMLTextAreaElement | null;
    if (!field || !select.value) return;
    const at = field.selectionEnd ?? field.value.length;
    const quotation = "${" + select.value + "}";
    field.setRangeText(quotation, at, at, "end");
    select.value = "";
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // ---- going about --------------------------------------------------------------------------------------------

  async function show(query: string, push = true): Promise<void> {
    flush();
    const turn = ++latest;
    await line.empty();
    let answer: Answer;
    try {
      const response = await fetch(page + (query === "?" ? "" : query), { headers: { "X-Editor": "1" } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      answer = (await response.json()) as Answer;
    } catch {
      location.assign(page + query);
      return;
    }
    if (turn !== latest) return;
    const panel = document.getElementById("editor-panel");
    if (panel) panel.scrollTop = 0;
    fill(answer.parts ?? {});
    if (push && answer.selection) remember(answer.selection);
    scrollPreview();
  }
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-open]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      let query = link.getAttribute("href") ?? "?";
      if (link.hasAttribute("data-keep-place")) {
        const now = new URLSearchParams(location.search);
        for (const key of ["item", "section"]) if (now.get(key)) query += `&${key}=${encodeURIComponent(now.get(key) ?? "")}`;
      }
      for (const menu of editor.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) menu.open = false;
      void show(query).then(() => {
        if (query.includes("choice=") || query.includes("add=") || query.includes("show="))
          document.querySelector<HTMLElement>("#editor-panel .choice-condition, #editor-panel h2")?.scrollIntoView({ block: "nearest" });
      });
      return;
    }
    const away = (event.target as Element).closest<HTMLAnchorElement>("a[data-editor-flush]");
    if (away && (waiting.size || line.length)) {
      event.preventDefault();
      flush();
      void line.empty().then(() => {
        if (!line.length && line.state === "idle") location.assign(away.href);
      });
    }
  });
  window.addEventListener("popstate", () => void show(location.search || "?", false));

  undoButton?.addEventListener("click", () => undo());
  redoButton?.addEventListener("click", () => redo());
  document.querySelector("[data-editor-save]")?.addEventListener("click", () => {
    flush();
    line.wake();
    showState();
  });
  function travel(from: number[], to: number[]): void {
    flush();
    void line.empty().then(() => {
      const revision = from.pop();
      if (revision === undefined) return;
      to.push(line.revision);
      const fields = new URLSearchParams({ act: "restore", to: String(revision) });
      const now = new URLSearchParams(location.search);
      for (const key of ["item", "section", "show"]) if (now.get(key)) fields.set(`at_${key}`, now.get(key) ?? "");
      line.add({ name: "restore", fields, source: null, key: "" });
    });
  }
  const undo = (): void => travel(line.past, line.future);
  const redo = (): void => travel(line.future, line.past);

  function typing(): boolean {
    return document.activeElement?.matches('input:not([type="checkbox"]), textarea, [contenteditable]') ?? false;
  }
  function press(act: string, fields: Record<string, string>): void {
    flush();
    const given = new URLSearchParams({ act, ...fields });
    const now = new URLSearchParams(location.search);
    for (const key of ["item", "section"]) if (now.get(key)) given.set(`at_${key}`, now.get(key) ?? "");
    line.add({ name: act, fields: given, source: null, key: "" });
  }
  document.addEventListener("keydown", (event) => {
    const held = event.ctrlKey || event.metaKey;
    const now = new URLSearchParams(location.search);
    const item = now.get("item");
    if (held && event.key.toLowerCase() === "s") {
      event.preventDefault();
      flush();
      line.wake();
    } else if (held && !event.shiftKey && event.key.toLowerCase() === "z" && !typing()) {
      event.preventDefault();
      undo();
    } else if (held && (event.key.toLowerCase() === "y" || (event.shiftKey && event.key.toLowerCase() === "z")) && !typing()) {
      event.preventDefault();
      redo();
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      const steps = event.key === "ArrowUp" ? "-1" : "1";
      const section = now.get("section");
      if (item) press("item_nudge", { item, steps });
      else if (section) press("section_nudge", { section, steps });
      else return;
      event.preventDefault();
    } else if (held && event.key === "Enter" && item) {
      const kind = document.querySelector<HTMLSelectElement>("#id_kind")?.value;
      if (!kind) return;
      event.preventDefault();
      press("item_add", { item, kind });
    }
  });
  startDrag(editor, (act, fields) => press(act, fields));

  // ---- the preview and the checks -------------------------------------------------------------------------------

  function preview(): void {
    if (!frame?.contentWindow || getComputedStyle(frame).display === "none") return;
    const address = new URL(frame.src, location.href);
    if (language) address.searchParams.set("language", language);
    previewTop = frame.contentWindow.scrollY;
    frame.contentWindow.location.replace(address);
  }
  function scrollPreview(): void {
    const now = new URLSearchParams(location.search);
    const inside = frame?.contentDocument;
    if (!inside) return;
    for (const old of inside.querySelectorAll(".is-edited")) old.classList.remove("is-edited");
    const item = now.get("item");
    const place: HTMLElement | null = item ? inside.querySelector<HTMLElement>(`[data-item="${CSS.escape(item)}"]`) : null;
    // What depends on an answer is shown all the same while it is being written.
    for (let part = place; part; part = part.parentElement) part.hidden = false;
    place?.classList.add("is-edited");
    // Not scrollIntoView: it would scroll the page around the frame as well.
    const box = place?.getBoundingClientRect();
    if (box && frame?.contentWindow)
      frame.contentWindow.scrollBy(0, box.top - Math.max(16, (frame.clientHeight - box.height) / 3));
  }
  frame?.addEventListener("load", () => {
    frame.contentWindow?.scrollTo(0, previewTop);
    window.setTimeout(scrollPreview, 0); // after the page has hidden what its conditions hide
  });
  for (const button of editor.querySelectorAll<HTMLElement>("[data-preview-language]"))
    button.addEventListener("click", () => {
      language = button.dataset["previewLanguage"] ?? "";
      for (const one of editor.querySelectorAll("[data-preview-language]"))
        one.setAttribute("aria-pressed", String(one === button));
      preview();
    });
  async function checks(): Promise<void> {
    if (line.length) return;
    const query = new URLSearchParams(location.search);
    query.set("part", "checks");
    try {
      const response = await fetch(`${page}?${query}`, { headers: { "X-Editor": "1" } });
      if (response.ok && !response.redirected) fill(((await response.json()) as Answer).parts ?? {});
    } catch {
      // The badge is looked at again after the next act.
    }
  }

  window.addEventListener("beforeunload", (event) => {
    flush();
    if (line.length) event.preventDefault();
  });
  window.addEventListener("online", () => line.wake());
  tellLeftOver();
  showState();

  /** What an earlier visit could not send: sent now if the form stands as it did, or else shown. */
  function tellLeftOver(): void {
    const left = line.leftOver();
    if (!left.length) return;
    if (line.resume(left)) say(words("restored"), "busy");
    else tellOutdated(left);
  }
  function tellOutdated(left: Kept[]): void {
    const place = document.getElementById("messages");
    if (!place) return;
    const note = document.createElement("div");
    note.className = "notice notice-warning";
    note.textContent = words("kept").replace("{n}", String(left.length));
    const list = document.createElement("ul");
    for (const one of left) {
      const entry = document.createElement("li");
      const shown = ["label", "help", "title", "intro", "choice_label", "statements", "lines"];
      entry.textContent = new URLSearchParams(one.fields)
        .toString()
        .split("&")
        .map((pair) => pair.split("=").map((part) => decodeURIComponent(part.replaceAll("+", " "))))
        .filter(([name, value]) => shown.includes(name ?? "") && value)
        .map(([, value]) => value)
        .join(" · ");
      if (entry.textContent) list.append(entry);
    }
    note.append(list);
    place.append(note);
  }
}
