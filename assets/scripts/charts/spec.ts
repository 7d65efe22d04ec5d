// The small vocabulary that pages use; docs/developer/pages.md describes it in words.
export type Num = number | null;
export type State = "late" | "soon" | "met" | "none" | "info";
export interface Row {
  label: string;
  value?: Num;
  low?: Num;
  high?: Num;
  n?: Num;
  state?: State;
  group?: string;
}
interface Common {
  title?: string;
  description?: string;
  unit?: string;
  decimals?: number;
  min?: number;
  max?: number;
}
export interface GapSpec extends Common {
  kind: "gap";
  rows: { label: string; expected: Num; perceived: Num; gap?: Num; low?: Num; high?: Num; n?: Num }[];
}
export interface BarsSpec extends Common {
  kind: "bars";
  rows: Row[];
  target?: Num;
}
export interface IntervalSpec extends Common {
  kind: "interval";
  rows: Row[];
  reference?: { value: number; label?: string };
}
export interface LineSpec extends Common {
  kind: "line";
  x: string[];
  series: { name: string; values: Num[]; low?: Num[]; high?: Num[]; dashed?: boolean }[];
  target?: Num;
  target_label?: string;
}
export interface ControlSpec extends Common {
  kind: "control";
  x: string[];
  values: Num[];
  center: Num | Num[];
  lower: Num | Num[];
  upper: Num | Num[];
  signals?: { index: number; rule?: string }[];
  target?: Num;
  phases?: { index: number; label: string }[];
}
export interface HistogramSpec extends Common {
  kind: "histogram";
  edges: number[];
  counts: number[];
  marks?: { value: number; label: string }[];
}
export interface IpaSpec extends Common {
  kind: "ipa";
  points: {
    label: string;
    importance: Num;
    performance: Num;
    importance_low?: Num;
    importance_high?: Num;
    performance_low?: Num;
    performance_high?: Num;
    n?: Num;
  }[];
  cross?: { importance: number; performance: number };
}
export interface FlowSpec extends Common {
  kind: "flow";
  stages: { label: string; count: Num; note?: string; state?: State; url?: string }[];
}
export interface HeatmapSpec extends Common {
  kind: "heatmap";
  x: string[];
  y: string[];
  cells: [number, number, Num, Num?][];
}
export type Spec =
  | GapSpec
  | BarsSpec
  | IntervalSpec
  | LineSpec
  | ControlSpec
  | HistogramSpec
  | IpaSpec
  | FlowSpec
  | HeatmapSpec;
