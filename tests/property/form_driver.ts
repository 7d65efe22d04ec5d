// Runs the browser's rules over cases from a file, one JSON a line, and writes what it found in the same order.

import { readFileSync, writeFileSync } from "node:fs";
import { evaluate } from "../../assets/scripts/conditions";
import { spoken, walk } from "../../assets/scripts/form-walk";

const sorted = (entries: Iterable<string>) => [...entries].sort();

function answered(line: string): unknown {
  const { condition, answers, logic, given } = JSON.parse(line);
  if (condition) return evaluate(condition, new Map(Object.entries(answers)));
  const shown = walk(logic, new Map(Object.entries(given)));
  return {
    sections: sorted(shown.sections),
    items: sorted(shown.items),
    hidden: Object.fromEntries([...shown.hidden].map(([code, choices]) => [code, sorted(choices)])),
    answers: Object.fromEntries(shown.answers),
    words: Object.fromEntries(Object.keys(logic.words ?? {}).map((code) => [code, spoken(logic, code, shown.answers)])),
  };
}

const [, , source, target] = process.argv;
const lines = readFileSync(source as string, "utf8").split("\n").filter(Boolean);
writeFileSync(target as string, lines.map((line) => JSON.stringify(answered(line))).join("\n"));
