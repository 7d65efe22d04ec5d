// Charts of two dimensions: importance against performance, the flow of stages, the table of shades.
import type { EChartsCoreOption } from "echarts/core";
import { figure, range, word, type Look } from "./look";
import { frame, markAt, nameAxis, stroke, tooltip, valueAxis } from "./parts";
import type { FlowSpec, HeatmapSpec, IpaSpec } from "./spec";

type Api = { value(at: number): number; coord(at: number[]): number[] };

export function ipaOption(spec: IpaSpec, look: Look): EChartsCoreOption {
  const known = spec.points.filter((point) => point.importance !== null && point.performance !== null);
  const names: [string, "left" | "right", "top" | "bottom"][] = [
    ["Concentrate here", "left", "top"],
    ["Keep up", "right", "top"],
    ["Low priority", "left", "bottom"],
    ["Possibly too much", "right", "bottom"],
  ];
  return {
    ...frame(look),
    grid: { left: 56, right: 28, top: 28, bottom: 48 },
    tooltip: {
      ...tooltip(look),
      formatter: (item: { dataIndex: number }): string => {
        const point = known[item.dataIndex];
        if (!point) return "";
        return `${point.label}${point.n != null ? ` n=${point.n}` : ""}\n${word("importance")} ${figure(spec, point.importance)} ${range(spec, point.importance_low, point.importance_high)}\n${word("performance")} ${figure(spec, point.performance)} ${range(spec, point.performance_low, point.performance_high)}`;
      },
    },
    graphic: names.map(([text, side, edge]) => ({
      type: "text",
      silent: true,
      [side]: side === "left" ? 64 : 36,
      [edge]: edge === "top" ? 34 : 56,
      style: { text: word(text), fill: look.soft, fontSize: 12, fontFamily: look.font },
    })),
    xAxis: valueAxis(look, { name: word("performance"), nameLocation: "middle", nameGap: 28, splitLine: { show: false } }),
    yAxis: valueAxis(look, { name: word("importance"), nameLocation: "middle", nameGap: 40, splitLine: { show: false } }),
    series: [
      {
        type: "custom",
        silent: true,
        encode: { x: [0, 1, 2], y: [3, 4, 5] },
        data: known.map((point) => [
          point.performance,
          point.performance_low ?? point.performance,
          point.performance_high ?? point.performance,
          point.importance,
          point.importance_low ?? point.importance,
          point.importance_high ?? point.importance,
        ]),
        renderItem: (_params: unknown, api: Api) => {
          const [x1 = 0, y = 0] = api.coord([api.value(1), api.value(3)]);
          const [x2 = 0] = api.coord([api.value(2), api.value(3)]);
          const [x = 0, y1 = 0] = api.coord([api.value(0), api.value(4)]);
          const [, y2 = 0] = api.coord([api.value(0), api.value(5)]);
          const style = { stroke: look.ruleStrong };
          return { type: "group", children: [stroke(x1, y, x2, y, style), stroke(x, y1, x, y2, style)] };
        },
      },
      {
        type: "scatter",
        symbolSize: 10,
        z: 5,
        itemStyle: { color: look.accent },
        data: known.map((point) => [point.performance, point.importance]),
        label: {
          show: true,
          position: "right",
          color: look.ink,
          fontSize: 12,
          formatter: (item: { dataIndex: number }) => known[item.dataIndex]?.label ?? "",
        },
        labelLayout: { hideOverlap: false, moveOverlap: "shiftY" },
        markLine: spec.cross
          ? {
              ...markAt(look, "xAxis", spec.cross.performance, ""),
              data: [{ xAxis: spec.cross.performance }, { yAxis: spec.cross.importance }],
              label: { show: false },
            }
          : undefined,
      },
    ],
  };
}

export function flowOption(spec: FlowSpec, look: Look, width: number, height: number): EChartsCoreOption {
  const upright = width < 560;
  const count = Math.max(1, spec.stages.length);
  const space = upright ? 14 : 26;
  const boxWidth = upright ? width - 4 : (width - 4 - space * (count - 1)) / count;
  const boxHeight = upright ? (height - 4 - space * (count - 1)) / count : Math.min(height - 4, 130);
  const elements: object[] = [];
  spec.stages.forEach((stage, at) => {
    const x = 2 + (upright ? 0 : at * (boxWidth + space));
    const y = 2 + (upright ? at * (boxHeight + space) : (height - 4 - boxHeight) / 2);
    const colour = look.state[stage.state ?? "info"];
    const text = (words: string, top: number, size: number, fill: string, weight = 400): object => ({
      type: "text",
      x: x + 12,
      y: y + top,
      cursor: stage.url ? "pointer" : "default",
      style: { text: words, fill, fontSize: size, fontWeight: weight, fontFamily: look.font, width: boxWidth - 20, overflow: "truncate" },
      onclick: go,
    });
    const url = stage.url;
    function go(): void {
      if (url) location.assign(url);
    }
    elements.push(
      {
        type: "rect",
        shape: { x, y, width: boxWidth, height: boxHeight, r: 6 },
        style: { fill: look.raised, stroke: look.rule, lineWidth: 1 },
        cursor: url ? "pointer" : "default",
        onclick: go,
      },
      { type: "rect", silent: true, shape: { x, y, width: 4, height: boxHeight, r: [6, 0, 0, 6] }, style: { fill: colour } },
      text(stage.label, upright ? 7 : 12, 13, look.soft),
      text(figure(spec, stage.count), upright ? 24 : 34, upright ? 18 : 26, look.ink, 600),
    );
    if (stage.note) elements.push(text(stage.note, upright ? boxHeight - 20 : 74, 12, stage.state === "late" || stage.state === "soon" ? colour : look.soft));
    if (at < count - 1) {
      const cx = upright ? x + boxWidth / 2 : x + boxWidth + space / 2;
      const cy = upright ? y + boxHeight + space / 2 : y + boxHeight / 2;
      const points = upright ? [[cx - 5, cy - 4], [cx, cy + 4], [cx + 5, cy - 4]] : [[cx - 4, cy - 6], [cx + 4, cy], [cx - 4, cy + 6]];
      elements.push({ type: "polyline", silent: true, shape: { points }, style: { stroke: look.ruleStrong, lineWidth: 2, fill: "none" } });
    }
  });
  return { ...frame(look), graphic: { elements } };
}

export function heatmapOption(spec: HeatmapSpec, look: Look): EChartsCoreOption {
  const values = spec.cells.flatMap(([, , value]) => (value === null ? [] : [value]));
  const low = spec.min ?? Math.min(...values);
  const high = spec.max ?? Math.max(...values);
  const middle = low + (high - low) * 0.55;
  return {
    ...frame(look),
    grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
    tooltip: {
      ...tooltip(look),
      formatter: (item: { dataIndex: number }): string => {
        const cell = spec.cells[item.dataIndex];
        if (!cell) return "";
        const [x, y, value, n] = cell;
        return `${spec.y[y] ?? ""} · ${spec.x[x] ?? ""}: ${figure(spec, value)}${n != null ? ` n=${n}` : ""}`;
      },
    },
    xAxis: nameAxis(look, spec.x, { position: "top", axisLine: { show: false }, axisLabel: { color: look.soft, fontSize: 12, interval: 0, hideOverlap: true } }),
    yAxis: nameAxis(look, spec.y, { inverse: true, axisLine: { show: false } }),
    visualMap: { show: false, min: low, max: high, dimension: 2, inRange: { color: [look.accentSoft, look.accent] } },
    series: [
      {
        type: "heatmap",
        data: spec.cells.map(([x, y, value]) => ({
          value: [x, y, value ?? "-"],
          label: { color: value === null ? look.soft : value > middle ? look.ground : look.ink },
        })),
        label: {
          show: true,
          fontSize: 12,
          formatter: (item: { dataIndex: number }): string => {
            const value = spec.cells[item.dataIndex]?.[2];
            return value === null || value === undefined ? "—" : figure(spec, value);
          },
        },
        itemStyle: { borderColor: look.ground, borderWidth: 2 },
      },
    ],
  };
}
