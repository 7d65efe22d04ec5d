// Acts wait in line and go out one at a time, each with the revision the last one made. What could not be sent stays in
// line (and on this device) until it is sent; an act carries a mark of its own, so sending it twice does it once.
export interface Act {
  name: string;
  fields: URLSearchParams;
  source: HTMLFormElement | null;
  key: string; // acts with the same key replace one another while they wait: only the last wording counts
}
export interface Answer {
  revision?: number;
  saved?: string;
  parts?: Record<string, string>;
  selection?: string;
  focus?: string;
  error?: string;
  place?: string;
  code?: string;
}
interface Entry extends Act {
  mark: string;
}
export interface Kept {
  name: string;
  fields: string;
  mark: string;
}
interface Options {
  url: string;
  token: string;
  form: string;
  revision: number;
  done: (act: Act, answer: Answer) => void;
  failed: (act: Act, answer: Answer) => void;
  changed: () => void;
  outdated: (acts: Kept[]) => void;
}
type State = "idle" | "offline" | "stale" | "signedOut" | "refused";

const BURST = 8000; // typing within this time is one step for undo
const MOST = 100;

export class Line {
  revision: number;
  state: State = "idle";
  savedAt = "";
  past: number[] = [];
  future: number[] = [];
  private waiting: Entry[] = [];
  private busy = false;
  private tries = 0;
  private timer = 0;
  private lastKey = "";
  private lastAt = 0;
  private sleepers: (() => void)[] = [];

  constructor(private readonly options: Options) {
    this.revision = options.revision;
  }
  get length(): number {
    return this.waiting.length;
  }
  private get store(): string {
    return `bihuan-form:${this.options.form}`;
  }

  add(act: Act): void {
    const same = act.key ? this.waiting.findIndex((one, place) => one.key === act.key && !(place === 0 && this.busy)) : -1;
    const entry: Entry = { ...act, mark: crypto.randomUUID() };
    if (same >= 0 && same === this.waiting.length - 1) this.waiting[same] = entry;
    else this.waiting.push(entry);
    this.keep();
    this.options.changed();
    void this.run();
  }
  /** Try again now, whatever went wrong before. */
  wake(): void {
    window.clearTimeout(this.timer);
    if (this.state !== "stale") void this.run();
  }
  /** Resolves when the line is empty, or cannot move on by itself. */
  empty(): Promise<void> {
    if (!this.waiting.length || this.state === "stale" || this.state === "signedOut" || this.state === "offline")
      return Promise.resolve();
    return new Promise((resolve) => this.sleepers.push(resolve));
  }
  private wakeSleepers(): void {
    for (const one of this.sleepers.splice(0)) one();
  }

  private async run(): Promise<void> {
    if (this.busy || this.state === "stale") return;
    const entry = this.waiting[0];
    if (!entry) {
      this.wakeSleepers();
      return;
    }
    this.busy = true;
    let response: Response;
    let answer: Answer;
    try {
      const body = new URLSearchParams(entry.fields);
      body.set("act", entry.name);
      body.set("revision", String(this.revision));
      body.set("mark", entry.mark);
      response = await fetch(this.options.url, {
        method: "POST",
        body,
        headers: { "X-Editor": "1", "X-CSRFToken": this.options.token },
        redirect: "follow",
      });
      const isOurs = (response.headers.get("Content-Type") ?? "").includes("json");
      if (response.redirected || response.status === 403 || (response.ok && !isOurs)) {
        this.stuck("signedOut");
        return;
      }
      if (!isOurs) throw new Error(String(response.status));
      answer = (await response.json()) as Answer;
    } catch {
      this.stuck("offline");
      return;
    }
    this.busy = false;
    this.tries = 0;
    if (response.status === 409 && answer.code === "stale_record") {
      if (this.resuming) this.giveUp();
      else this.stuck("stale");
      return;
    }
    this.resuming = false;
    this.waiting.shift();
    if (response.ok) {
      this.accept(entry, answer);
    } else {
      this.state = "refused";
      this.options.failed(entry, answer);
    }
    this.keep();
    this.options.changed();
    void this.run();
  }
  private accept(entry: Entry, answer: Answer): void {
    const before = this.revision;
    this.revision = answer.revision ?? before;
    this.state = "idle";
    this.savedAt = answer.saved ?? this.savedAt;
    if (entry.name !== "restore" && this.revision !== before) {
      const now = Date.now();
      const goesOn = entry.key !== "" && entry.key === this.lastKey && now - this.lastAt < BURST;
      if (!goesOn) this.past.push(before);
      if (this.past.length > MOST) this.past.shift();
      this.future.length = 0;
      this.lastKey = entry.key;
      this.lastAt = now;
    } else {
      this.lastKey = "";
    }
    this.options.done(entry, answer);
  }
  private stuck(state: State): void {
    this.busy = false;
    this.state = state;
    this.options.changed();
    this.wakeSleepers();
    if (state === "stale") return;
    this.tries += 1;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.run(), Math.min(30_000, 1500 * this.tries));
  }

  private keep(): void {
    try {
      if (!this.waiting.length) {
        localStorage.removeItem(this.store);
        return;
      }
      const acts: Kept[] = this.waiting.map((one) => ({ name: one.name, fields: one.fields.toString(), mark: one.mark }));
      localStorage.setItem(this.store, JSON.stringify({ revision: this.revision, acts }));
    } catch {
      // A browser that refuses storage keeps the line in this page only.
    }
  }
  private left: { revision: number; acts: Kept[] } | null = null;
  /** Acts an earlier visit left on this device. */
  leftOver(): Kept[] {
    try {
      const text = localStorage.getItem(this.store);
      this.left = text ? (JSON.parse(text) as { revision: number; acts: Kept[] }) : null;
      localStorage.removeItem(this.store);
    } catch {
      this.left = null;
    }
    return this.left?.acts ?? [];
  }
  private resuming = false;
  private shown = 0;
  /** What was left belongs to an older state of the form: it is shown, not sent. */
  private giveUp(): void {
    const acts = this.left?.acts ?? [];
    this.waiting.splice(0);
    this.resuming = false;
    this.revision = this.shown;
    this.state = "idle";
    this.keep();
    this.options.outdated(acts);
    this.options.changed();
    this.wakeSleepers();
  }
  /** Send them if the form still stands where it stood, or where the first of them has put it. */
  resume(acts: Kept[]): boolean {
    if (!this.left || (this.left.revision !== this.revision && this.left.revision !== this.revision - 1)) return false;
    this.shown = this.revision;
    this.resuming = true;
    this.revision = this.left.revision;
    for (const one of acts)
      this.waiting.push({ name: one.name, fields: new URLSearchParams(one.fields), source: null, key: "", mark: one.mark });
    this.keep();
    void this.run();
    return true;
  }
}
