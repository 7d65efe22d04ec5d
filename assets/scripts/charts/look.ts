import type { Num, Spec, State } from "./spec";

export interface Look {
  ink: string;
  soft: string;
  ground: string;
  raised: string;
  rule: string;
  ruleStrong: string;
  accent: string;
  accentSoft: string;
  state: Record<State, string>;
  font: string;
}
const LIGHT: Record<string, string> = {
  ink: "#1c2430", "ink-soft": "#566070", ground: "#ffffff", "ground-raised": "#ffffff", rule: "#dfe3e8",
  "rule-strong": "#868f9b", accent: "#1d5bb5", "accent-soft": "#e9f0fa", late: "#b42318", soon: "#855300",
  met: "#1a7040", none: "#566070",
};
const DARK: Record<string, string> = {
  ink: "#e4e8ee", "ink-soft": "#a3adba", ground: "#14181f", "ground-raised": "#1f252e", rule: "#333b47",
  "rule-strong": "#707b8a", accent: "#86b4f5", "accent-soft": "#22324a", late: "#ff978c", soon: "#f0bb55",
  met: "#6cd199", none: "#a3adba",
};
/** Colours of the page; a report without our style sheet gets the same ones from here. */
export function look(): Look {
  const style = getComputedStyle(document.documentElement);
  const wish = document.documentElement.dataset["bsTheme"];
  const dark = wish ? wish === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const ours = style.getPropertyValue("--ink").trim() !== "";
  const spare = dark && ours ? DARK : LIGHT;
  const at = (name: string): string => style.getPropertyValue(`--${name}`).trim() || spare[name] || "#000";
  return {
    ink: at("ink"),
    soft: at("ink-soft"),
    ground: at("ground"),
    raised: at("ground-raised"),
    rule: at("rule"),
    ruleStrong: at("rule-strong"),
    accent: at("accent"),
    accentSoft: at("accent-soft"),
    state: { late: at("late"), soon: at("soon"), met: at("met"), none: at("none"), info: at("accent") },
    font: getComputedStyle(document.body).fontFamily || "sans-serif",
  };
}

const ZH: Record<string, string> = {
  "no data": "没有数据", expected: "期望", perceived: "感知", gap: "差距", "not different": "无显著差别",
  target: "目标", center: "中心线", limits: "控制限", importance: "重要性", performance: "表现", "%a to %b": "%a 至 %b",
  "Concentrate here": "优先改进", "Keep up": "继续保持", "Low priority": "次要改进", "Possibly too much": "可能过度", signal: "异常信号", count: "数量",
};
export function word(text: string): string {
  return document.documentElement.lang.toLowerCase().startsWith("zh") ? (ZH[text] ?? text) : text;
}

export function decimalsOf(spec: Spec, size: number): number {
  if (spec.decimals !== undefined) return spec.decimals;
  const large = Math.abs(size);
  return large >= 100 ? 0 : large >= 10 ? 1 : 2;
}
export function figure(spec: Spec, value: Num | undefined): string {
  if (value === null || value === undefined) return word("no data");
  const text = value.toLocaleString("en", {
    minimumFractionDigits: Number.isInteger(value) && spec.decimals === undefined ? 0 : decimalsOf(spec, value),
    maximumFractionDigits: decimalsOf(spec, value),
  });
  return text.replace("-", "\u2212") + (spec.unit ?? "");
}
export function range(spec: Spec, low: Num | undefined, high: Num | undefined): string {
  if (low === null || low === undefined || high === null || high === undefined) return "";
  return word("%a to %b").replace("%a", figure(spec, low)).replace("%b", figure(spec, high));
}
export function line(spec: Spec, row: { label: string; value?: Num; low?: Num; high?: Num; n?: Num }): string {
  const spread = range(spec, row.low, row.high);
  const base = row.n === null || row.n === undefined ? "" : `, n=${row.n}`;
  return `${row.label}: ${figure(spec, row.value)}${spread ? ` (${spread}${base})` : base}`;
}
