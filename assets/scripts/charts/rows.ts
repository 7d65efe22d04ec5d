// Charts that read like a table: one row each unit or dimension, whiskers for the interval.
import type { EChartsCoreOption } from "echarts/core";
import { figure, line, range, word, type Look } from "./look";
import { frame, markAt, nameAxis, stroke, tooltip, valueAxis, whiskers } from "./parts";
import type { BarsSpec, GapSpec, IntervalSpec, Row } from "./spec";

/** Below this width the right-hand labels keep the figure only. */
const NARROW = 440;
/** As wide as the longest name, a Chinese character counting double, but never more than three tenths. */
function labelWidth(width: number, names: string[]): number {
  const longest = Math.max(4, ...names.map((name) => Array.from(name).reduce((sum, one) => sum + (one > "\u2e7f" ? 13.5 : 7.5), 0)));
  return Math.min(longest + 6, Math.max(90, width * 0.3));
}
function rowAxis(look: Look, names: string[], width: number): object {
  return nameAxis(look, names, {
    inverse: true,
    axisLine: { show: false },
    axisLabel: { color: look.ink, fontSize: 13, width: labelWidth(width, names), overflow: "truncate", interval: 0 },
  });
}
function grid(width: number, names: string[], right: number): object {
  return { left: labelWidth(width, names) + 12, right, top: 24, bottom: 28 };
}
function rowLabels(spec: BarsSpec | IntervalSpec, look: Look, width: number): object {
  const text = (row: Row): string =>
    row.value === null || row.value === undefined ? word("no data") : figure(spec, row.value);
  return {
    axisLabel: {
      color: look.ink,
      fontSize: 13,
      interval: 0,
      formatter: (_name: string, at: number): string => {
        const row = spec.rows[at];
        if (!row) return "";
        const base = row.n === null || row.n === undefined || width < NARROW ? "" : `  {n|n=${row.n}}`;
        return `${text(row)}${base}`;
      },
      rich: { n: { color: look.soft, fontSize: 12 } },
    },
  };
}
function rowTooltip(spec: BarsSpec | IntervalSpec, look: Look): object {
  return {
    ...tooltip(look),
    trigger: "axis",
    axisPointer: { type: "none" },
    formatter: (items: { dataIndex: number }[]): string => {
      const row = spec.rows[items[0]?.dataIndex ?? -1];
      return row ? line(spec, row) : "";
    },
  };
}
function base(spec: BarsSpec | IntervalSpec, look: Look, width: number, fromZero: boolean): EChartsCoreOption {
  const names = spec.rows.map((row) => row.label);
  return {
    ...frame(look),
    grid: grid(width, names, width < NARROW ? 70 : 118),
    tooltip: rowTooltip(spec, look),
    xAxis: valueAxis(look, { scale: !fromZero, min: spec.min, max: spec.max }),
    yAxis: [
      rowAxis(look, names, width),
      nameAxis(look, names, {
        inverse: true,
        position: "right",
        axisLine: { show: false },
        ...rowLabels(spec, look, width),
      }),
    ],
  };
}
export function barsOption(spec: BarsSpec, look: Look, width: number): EChartsCoreOption {
  const target = spec.target ?? null;
  return {
    ...base(spec, look, width, spec.min === undefined),
    series: [
      {
        type: "bar",
        barMaxWidth: 18,
        data: spec.rows.map((row) => ({
          value: row.value ?? "-",
          itemStyle: { color: look.state[row.state ?? "info"], opacity: row.state === "none" ? 0.5 : 0.85 },
        })),
        markLine: target === null ? undefined : markAt(look, "xAxis", target, `${word("target")} ${figure(spec, target)}`),
      },
      whiskers(spec.rows, look.ink),
      { type: "bar", yAxisIndex: 1, data: [], silent: true },
    ],
  };
}
export function intervalOption(spec: IntervalSpec, look: Look, width: number): EChartsCoreOption {
  const mark = spec.reference;
  return {
    ...base(spec, look, width, false),
    series: [
      {
        type: "scatter",
        symbolSize: 9,
        z: 6,
        data: spec.rows.map((row, at) => ({
          value: [row.value ?? null, at],
          itemStyle: { color: look.state[row.state ?? "info"] },
        })),
        markLine: mark ? markAt(look, "xAxis", mark.value, `${mark.label ?? ""} ${figure(spec, mark.value)}`) : undefined,
      },
      whiskers(spec.rows, look.soft),
      { type: "scatter", yAxisIndex: 1, data: [], silent: true },
    ],
  };
}
export function gapOption(spec: GapSpec, look: Look, width: number): EChartsCoreOption {
  const wide = width >= NARROW;
  const words = (at: number): string => {
    const row = spec.rows[at];
    if (!row || row.expected === null || row.perceived === null) return word("no data");
    const gap = row.gap ?? row.perceived - row.expected;
    const spread = range(spec, row.low, row.high);
    const unclear = (row.low ?? 1) < 0 && (row.high ?? -1) > 0;
    const sign = gap > 0 ? "+" : "";
    if (!wide) return sign + figure(spec, gap);
    return unclear ? `${sign}${figure(spec, gap)}  {n|${word("not different")}}` : `${sign}${figure(spec, gap)}  {n|${spread}}`;
  };
  const names = spec.rows.map((row) => row.label);
  return {
    ...frame(look),
    grid: { ...grid(width, names, wide ? 160 : 70), top: 36 },
    legend: {
      top: 0,
      left: 0,
      icon: "circle",
      itemWidth: 10,
      itemHeight: 10,
      selectedMode: false,
      textStyle: { color: look.soft, fontSize: 12 },
      data: [
        { name: word("expected"), itemStyle: { color: look.ground, borderColor: look.soft, borderWidth: 2 } },
        { name: word("perceived"), itemStyle: { color: look.accent } },
      ],
    },
    tooltip: {
      ...tooltip(look),
      formatter: (item: { dataIndex: number }): string => {
        const row = spec.rows[item.dataIndex];
        if (!row) return "";
        const count = row.n === null || row.n === undefined ? "" : ` n=${row.n}`;
        return `${row.label}${count}\n${word("expected")} ${figure(spec, row.expected)}\n${word("perceived")} ${figure(spec, row.perceived)}\n${word("gap")} ${figure(spec, row.gap)} ${range(spec, row.low, row.high)}`;
      },
    },
    xAxis: valueAxis(look, { min: spec.min, max: spec.max }),
    yAxis: [
      rowAxis(look, names, width),
      nameAxis(look, names, {
        inverse: true,
        position: "right",
        axisLine: { show: false },
        axisLabel: {
          color: look.ink,
          fontSize: 13,
          interval: 0,
          formatter: (_name: string, at: number): string => words(at),
          rich: { n: { color: look.soft, fontSize: 12 } },
        },
      }),
    ],
    series: [
      {
        type: "custom",
        silent: true,
        encode: { x: [1, 2], y: 0 },
        data: spec.rows.flatMap((row, at) =>
          row.expected === null || row.perceived === null ? [] : [[at, row.expected, row.perceived]],
        ),
        renderItem: (_params: unknown, api: { value(at: number): number; coord(at: number[]): number[] }) => {
          const [x1 = 0, y = 0] = api.coord([api.value(1), api.value(0)]);
          const [x2 = 0] = api.coord([api.value(2), api.value(0)]);
          return stroke(x1, y, x2, y, { stroke: look.ruleStrong, lineWidth: 4 });
        },
      },
      {
        type: "scatter",
        name: word("expected"),
        symbolSize: 11,
        itemStyle: { color: look.ground, borderColor: look.soft, borderWidth: 2 },
        data: spec.rows.map((row, at) => [row.expected, at]),
      },
      {
        type: "scatter",
        name: word("perceived"),
        symbolSize: 11,
        itemStyle: { color: look.accent },
        data: spec.rows.map((row, at) => [row.perceived, at]),
      },
      { type: "scatter", yAxisIndex: 1, data: [], silent: true },
    ],
  };
}
