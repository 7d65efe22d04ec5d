// Charts over time, and the shape of a distribution.
import type { EChartsCoreOption } from "echarts/core";
import { figure, range, word, type Look } from "./look";
import { frame, markAt, nameAxis, tooltip, valueAxis } from "./parts";
import type { ControlSpec, HistogramSpec, LineSpec, Num } from "./spec";

const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3]] as const;
const SHAPES = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];

function timeAxis(look: Look, x: string[]): object {
  return nameAxis(look, x, { boundaryGap: false, axisLabel: { color: look.soft, fontSize: 12, hideOverlap: true } });
}
export function lineOption(spec: LineSpec, look: Look, width: number): EChartsCoreOption {
  const colours = [look.accent, look.ink, look.soft, look.ruleStrong];
  const several = spec.series.length > 1;
  const series: object[] = [];
  spec.series.forEach((one, at) => {
    const colour = colours[at % colours.length] ?? look.accent;
    const { low, high } = one;
    if (low && high) {
      const hidden = { type: "line", silent: true, symbol: "none", stack: `band${at}`, stackStrategy: "all", lineStyle: { opacity: 0 } };
      series.push(
        { ...hidden, data: low },
        {
          ...hidden,
          data: high.map((top, index) => (top === null || low[index] == null ? null : top - (low[index] ?? 0))),
          areaStyle: { color: colour, opacity: 0.14 },
        },
      );
    }
    series.push({
      type: "line",
      name: one.name,
      data: one.values,
      symbol: SHAPES[at % SHAPES.length],
      symbolSize: 6,
      showSymbol: one.values.length <= 40,
      connectNulls: false,
      itemStyle: { color: colour },
      lineStyle: { color: colour, width: 2, type: one.dashed ? "dashed" : (DASHES[Math.floor(at / 4) % DASHES.length] ?? "solid") },
      endLabel: several ? { show: true, formatter: one.name, color: look.ink, fontSize: 12 } : undefined,
      labelLayout: several ? { moveOverlap: "shiftY" } : undefined,
      markLine:
        at === 0 && spec.target != null
          ? markAt(look, "yAxis", spec.target, `${spec.target_label ?? word("target")} ${figure(spec, spec.target)}`)
          : undefined,
    });
  });
  const longest = Math.max(0, ...spec.series.map((one) => one.name.length));
  return {
    ...frame(look),
    grid: { left: 52, right: several ? Math.min(width * 0.25, 24 + longest * 13) : 24, top: 24, bottom: 30 },
    tooltip: {
      ...tooltip(look),
      trigger: "axis",
      axisPointer: { lineStyle: { color: look.ruleStrong } },
      formatter: (items: { dataIndex: number }[]): string => {
        const at = items[0]?.dataIndex ?? 0;
        const lines = spec.series.map((one) => {
          const spread = range(spec, one.low?.[at], one.high?.[at]);
          return `${one.name}: ${figure(spec, one.values[at])}${spread ? ` (${spread})` : ""}`;
        });
        return [spec.x[at] ?? "", ...lines].join("\n");
      },
    },
    xAxis: timeAxis(look, spec.x),
    yAxis: valueAxis(look, { min: spec.min, max: spec.max }),
    series,
  };
}
function spreadOut(value: Num | Num[], length: number): Num[] {
  return Array.isArray(value) ? value : Array.from({ length }, () => value);
}
export function controlOption(spec: ControlSpec, look: Look): EChartsCoreOption {
  const count = spec.values.length;
  const [center, lower, upper] = [spec.center, spec.lower, spec.upper].map((one) => spreadOut(one, count)) as [Num[], Num[], Num[]];
  const rules = new Map((spec.signals ?? []).map((one) => [one.index, one.rule ?? ""]));
  const limit = (name: string, data: Num[], type: string): object => ({
    type: "line",
    name,
    data,
    step: "middle",
    symbol: "none",
    silent: true,
    lineStyle: { color: look.soft, width: 1, type },
    endLabel: { show: true, color: look.soft, fontSize: 12, formatter: (item: { value: Num }) => figure(spec, item.value) },
  });
  const marks = [
    ...(spec.target != null ? [{ yAxis: spec.target, label: { formatter: `${word("target")} ${figure(spec, spec.target)}`, position: "insideStartTop" } }] : []),
    ...(spec.phases ?? []).map((phase) => ({ xAxis: phase.index, label: { formatter: phase.label, position: "end", rotate: 0 } })),
  ];
  return {
    ...frame(look),
    grid: { left: 52, right: 60, top: 24, bottom: 30 },
    tooltip: {
      ...tooltip(look),
      trigger: "axis",
      axisPointer: { lineStyle: { color: look.ruleStrong } },
      formatter: (items: { dataIndex: number }[]): string => {
        const at = items[0]?.dataIndex ?? 0;
        const lines = [
          `${spec.x[at] ?? ""}: ${figure(spec, spec.values[at])}`,
          `${word("center")} ${figure(spec, center[at])}`,
          `${word("limits")} ${range(spec, lower[at], upper[at])}`,
        ];
        if (rules.has(at)) lines.push(`${word("signal")}: ${rules.get(at) ?? ""}`);
        return lines.join("\n");
      },
    },
    xAxis: timeAxis(look, spec.x),
    yAxis: valueAxis(look, { min: spec.min, max: spec.max }),
    series: [
      limit(word("center"), center, "solid"),
      limit(word("limits"), lower, "dashed"),
      limit(word("limits"), upper, "dashed"),
      {
        type: "line",
        z: 5,
        data: spec.values.map((value, at) => ({
          value,
          symbol: rules.has(at) ? "diamond" : "circle",
          symbolSize: rules.has(at) ? 12 : 6,
          itemStyle: { color: rules.has(at) ? look.state.late : look.accent },
        })),
        lineStyle: { color: look.accent, width: 1.5 },
        connectNulls: false,
        showAllSymbol: true,
        markLine: marks.length
          ? { silent: true, symbol: "none", data: marks, lineStyle: { color: look.soft, type: "dotted" }, label: { color: look.soft, fontSize: 12 } }
          : undefined,
      },
    ],
  };
}
export function histogramOption(spec: HistogramSpec, look: Look): EChartsCoreOption {
  const { edges, counts } = spec;
  return {
    ...frame(look),
    grid: { left: 48, right: 24, top: 28, bottom: 30 },
    tooltip: {
      ...tooltip(look),
      formatter: (item: { dataIndex: number }): string =>
        `${range(spec, edges[item.dataIndex], edges[item.dataIndex + 1])}: ${counts[item.dataIndex] ?? 0}`,
    },
    xAxis: valueAxis(look, { min: edges[0], max: edges[edges.length - 1], splitLine: { show: false } }),
    yAxis: valueAxis(look, { scale: false, minInterval: 1 }),
    series: [
      {
        type: "custom",
        encode: { x: [0, 1], y: 2 },
        data: counts.map((value, at) => [edges[at], edges[at + 1], value]),
        renderItem: (_params: unknown, api: { value(at: number): number; coord(at: number[]): number[] }) => {
          const [x1 = 0, y1 = 0] = api.coord([api.value(0), api.value(2)]);
          const [x2 = 0, y2 = 0] = api.coord([api.value(1), 0]);
          return { type: "rect", shape: { x: x1 + 0.5, y: y1, width: Math.max(1, x2 - x1 - 1), height: y2 - y1 }, style: { fill: look.accent, opacity: 0.8 } };
        },
        markLine: spec.marks?.length
          ? {
              silent: true,
              symbol: "none",
              data: spec.marks.map((mark) => ({ xAxis: mark.value, label: { formatter: mark.label } })),
              lineStyle: { color: look.ink, type: "dashed" },
              label: { color: look.ink, fontSize: 12 },
            }
          : undefined,
      },
    ],
  };
}
