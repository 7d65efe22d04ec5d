import type { CustomSeriesOption } from "echarts/charts";
import type { Look } from "./look";
import type { Num } from "./spec";

export type Points = { type: "line"; shape: { x1: number; y1: number; x2: number; y2: number }; style: object };
type RenderItem = NonNullable<CustomSeriesOption["renderItem"]>;

export function stroke(x1: number, y1: number, x2: number, y2: number, style: object): Points {
  return { type: "line", shape: { x1, y1, x2, y2 }, style: { lineWidth: 1.5, fill: "none", ...style } };
}
/** Horizontal whiskers with end marks; data are [row, low, high]. */
export function whiskers(rows: { low?: Num; high?: Num }[], colour: string): CustomSeriesOption {
  const renderItem: RenderItem = (_params, api) => {
    const [x1, y] = api.coord([api.value(1), api.value(0)]) as [number, number];
    const [x2] = api.coord([api.value(2), api.value(0)]) as [number, number];
    const style = { stroke: colour };
    return {
      type: "group",
      children: [
        stroke(x1, y, x2, y, style),
        stroke(x1, y - 4, x1, y + 4, style),
        stroke(x2, y - 4, x2, y + 4, style),
      ],
    };
  };
  return {
    type: "custom",
    silent: true,
    renderItem,
    encode: { x: [1, 2], y: 0 },
    z: 5,
    data: rows.flatMap((row, at) =>
      row.low === null || row.low === undefined || row.high === null || row.high === undefined
        ? []
        : [[at, row.low, row.high]],
    ),
  };
}
export function frame(look: Look): object {
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily: look.font, fontSize: 13, color: look.ink },
    aria: { enabled: false },
  };
}
export function tooltip(look: Look): object {
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: look.raised,
    borderColor: look.ruleStrong,
    borderWidth: 1,
    padding: 8,
    textStyle: { color: look.ink, fontSize: 13, fontFamily: look.font },
  };
}
export function valueAxis(look: Look, rest: object = {}): object {
  return {
    type: "value",
    scale: true,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: look.soft, fontSize: 12, hideOverlap: true },
    splitLine: { lineStyle: { color: look.rule } },
    nameTextStyle: { color: look.soft },
    ...rest,
  };
}
export function nameAxis(look: Look, names: string[], rest: object = {}): object {
  return {
    type: "category",
    data: names,
    axisLine: { lineStyle: { color: look.ruleStrong } },
    axisTick: { show: false },
    axisLabel: { color: look.ink, fontSize: 13 },
    ...rest,
  };
}
export function markAt(look: Look, axis: "xAxis" | "yAxis", value: number, text: string, strong = false): object {
  return {
    silent: true,
    symbol: "none",
    data: [{ [axis]: value }],
    lineStyle: { color: strong ? look.ink : look.soft, type: strong ? "solid" : "dashed", width: 1 },
    label: { formatter: text, color: look.soft, fontSize: 12, position: axis === "xAxis" ? "start" : "insideEndTop" },
  };
}
