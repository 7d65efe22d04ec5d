// Walks over a form as bihuan.instruments.walk does: what is shown depends on answers accepted before, on nothing else.

import { type Answer, type Answers, type Condition, type Scalar, holds, isBlank } from "./conditions";

export interface ItemLogic {
  code: string;
  as: string;
  if?: Condition;
  scale?: [number, number, number];
  codes?: string[];
  some?: Record<string, Condition>;
  alone?: string[];
  total?: number;
}
export interface Logic {
  sections: { code: string; if?: Condition; plain?: 1; items: ItemLogic[] }[];
  words?: Record<string, [string, string][]>; // by item: code and label
  and?: string;
}
// What the fields of an item hold: one text, several, or one a choice.
export type Given = string | string[] | Record<string, string>;
export interface Shown {
  sections: Set<string>;
  items: Set<string>;
  hidden: Map<string, Set<string>>; // choices not offered, by item
  answers: Map<string, Answer>;
}

export const NA = "~na";
const AROUND = /^[ \t\r\n\u00a0\u3000]+|[ \t\r\n\u00a0\u3000]+$/g;
const strip = (text: string) => text.replace(AROUND, "");
const digits = (text: string) => strip(text.normalize("NFKC"));

// undefined: this is no answer, so it counts as none
const readers: Record<string, (given: Given, item: ItemLogic) => Answer | undefined> = {
  level: (given, { scale }) => {
    const level = whole(given);
    const [low, high, step] = scale ?? [0, -1, 1]; // no condition asks
    return level !== undefined && level >= low && level <= high && (level - low) % step === 0 ? level : undefined;
  },
  one: (given, item) => (typeof given === "string" && isChoice(given, item) ? given : undefined),
  many: (given, item) => {
    const found = listed(given);
    return found?.every((one) => isChoice(one, item)) ? item.codes?.filter((one) => found.includes(one)) : undefined;
  },
  rank: (given, item) => {
    if (typeof given === "string" || Array.isArray(given)) return undefined;
    const ranks = numbers(given, item);
    if (!ranks) return undefined;
    const best = Object.keys(ranks).sort((one, other) => (ranks[one] as number) - (ranks[other] as number));
    return best.every((code, place) => ranks[code] === place + 1) ? best : undefined;
  },
  split: (given, item) => {
    if (typeof given === "string" || Array.isArray(given)) return undefined;
    const points = numbers(given, item);
    if (!points || isBlank(points) || Object.values(points).some((one) => one < 0)) return undefined;
    return Object.fromEntries((item.codes ?? []).map((code) => [code, points[code] ?? 0]));
  },
  number: (given) => {
    const text = typeof given === "string" ? digits(given) : "";
    return /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/.test(text) && Math.abs(Number(text)) < 1e15 ? Number(text) : undefined;
  },
  date: (given) => {
    const text = typeof given === "string" ? digits(given) : "";
    if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) || text < "0001") return undefined;
    const day = new Date(`${text}T00:00Z`);
    return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text ? text : undefined;
  },
  text: (given) => (typeof given === "string" ? strip(given.replace(/\0/g, "").replace(/\r\n?/g, "\n")) : undefined),
  hidden: (given) => {
    const text = readers.text?.(given, {} as ItemLogic) as string | undefined;
    return text !== undefined && [...text].length <= 500 ? text : undefined;
  },
  consent: (given) => {
    const text = typeof given === "string" ? strip(given).toLowerCase() : "";
    if (["on", "true", "yes", "1"].includes(text)) return true;
    return ["off", "false", "no", "0"].includes(text) ? false : undefined;
  },
  file: (given) => listed(given),
};

function whole(given: unknown): number | undefined {
  const text = typeof given === "string" ? digits(given) : "";
  return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

const isChoice = (code: string, item: ItemLogic) => item.codes?.includes(code) ?? false;

function listed(given: Given): string[] | undefined {
  if (Array.isArray(given)) return given;
  return typeof given === "string" ? [given] : undefined;
}

function numbers(given: Record<string, string>, item: ItemLogic): Record<string, number> | undefined {
  const found: Record<string, number> = {};
  for (const [code, text] of Object.entries(given)) {
    if (!isChoice(code, item)) return undefined;
    if (text === "") continue;
    const number = whole(text);
    if (number === undefined) return undefined;
    found[code] = number;
  }
  return found;
}

function takes(answer: Answer, code: string): boolean {
  if (Array.isArray(answer)) return answer.includes(code);
  return typeof answer === "object" ? Boolean(answer[code]) : answer === code;
}

function without(given: Given, hidden: Set<string>): Given {
  if (Array.isArray(given)) return given.filter((one) => !hidden.has(one));
  if (typeof given === "string") return hidden.has(given) ? "" : given;
  return Object.fromEntries(Object.entries(given).filter(([code]) => !hidden.has(code)));
}

// `known`: accepted answers of other pages. `onPage`: a choice that is hidden cannot be sent, so it is left out; else
// an answer that takes one is no answer.
export function walk(
  logic: Logic,
  given: ReadonlyMap<string, Given>,
  known: Iterable<[string, Answer]> = [],
  onPage = false,
): Shown {
  const shown: Shown = { sections: new Set(), items: new Set(), hidden: new Map(), answers: new Map(known) };
  for (const section of logic.sections) {
    if (!holds(section.if, shown.answers)) continue;
    let hasFace = section.plain === 1;
    for (const item of section.items) {
      const hidden = notOffered(item, shown.answers);
      if (!holds(item.if, shown.answers) || (hidden.size && hidden.size === item.codes?.length)) continue;
      shown.items.add(item.code);
      if (hidden.size) shown.hidden.set(item.code, hidden);
      hasFace = hasFace || item.as !== "hidden";
      const answer = accepted(item, given.get(item.code), hidden, onPage);
      if (!isBlank(answer)) shown.answers.set(item.code, answer as Answer);
    }
    if (hasFace) shown.sections.add(section.code);
  }
  return shown;
}

function notOffered(item: ItemLogic, answers: Answers): Set<string> {
  const some = Object.entries(item.some ?? {});
  return new Set(some.filter(([, condition]) => !holds(condition, answers)).map(([code]) => code));
}

function accepted(item: ItemLogic, raw: Given | undefined, hidden: Set<string>, onPage: boolean): Answer | undefined {
  if (raw === undefined || isBlank(raw) || String(raw) === NA) return undefined;
  const given = onPage ? without(raw, hidden) : raw;
  const answer = isBlank(given) ? undefined : readers[item.as]?.(given, item);
  if (answer === undefined || [...hidden].some((code) => takes(answer, code))) return undefined;
  if (typeof answer !== "object" || Array.isArray(answer)) return answer;
  return Object.fromEntries(Object.entries(answer).filter(([code]) => !hidden.has(code)));
}

// What a quotation of an item says: labels where it has choices, else the answer as it stands.
export function spoken(logic: Logic, code: string, answers: Answers): string {
  const answer = answers.get(code);
  const labels = logic.words?.[code];
  if (answer === undefined || !labels) return "";
  const words = new Map(labels);
  const word = (one: Scalar) => words.get(String(one)) ?? String(one);
  if (Array.isArray(answer)) return answer.map(word).join(logic.and);
  if (typeof answer !== "object") return word(answer);
  const given = [...words.keys()].filter((choice) => choice in answer); // numeric keys of an object lose their order
  return given.map((choice) => `${word(choice)} ${answer[choice]}`).join(logic.and);
}
