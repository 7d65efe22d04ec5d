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
          position: [9, -15],
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
  const count = Math.max(1, spec.stages.length);
  const upright = width < count * 104;
  const space = upright ? 6 : 26;
  const boxWidth = upright ? width - 4 : (width - 4 - space * (count - 1)) / count;
  const boxHeight = upright ? Math.min(44, (height - 4 - space * (count - 1)) / count) : Math.min(height - 4, 124);
  const elements: object[] = [];
  spec.stages.forEach((stage, at) => {
    const x = 2 + (upright ? 0 : at * (boxWidth + space));
    const y = 2 + (upright ? at * (boxHeight + space) : (height - 4 - boxHeight) / 2);
    const colour = look.state[stage.state ?? "info"];
    const noteColour = stage.state === "late" || stage.state === "soon" ? colour : look.soft;
    const url = stage.url;
    const go = url ? { cursor: "pointer", onclick: () => location.assign(url) } : { silent: true };
    const text = (words: string, left: number, top: number, style: object): object => ({
      type: "text",
      x: x + left,
      y: y + top,
      ...go,
      style: { text: words, fontSize: 13, fontFamily: look.font, fill: look.ink, overflow: "truncate", ...style },
    });
    elements.push(
      {
        type: "rect",
        shape: { x, y, width: boxWidth, height: boxHeight, r: 6 },
        style: { fill: look.raised, stroke: look.rule, lineWidth: 1 },
        ...go,
      },
      { type: "rect", silent: true, shape: { x, y, width: 4, height: boxHeight, r: [6, 0, 0, 6] }, style: { fill: colour } },
    );
    const amount = figure(spec, stage.count);
    if (upright) {
      const middle = { verticalAlign: "middle" };
      elements.push(
        text(stage.label, 14, boxHeight / 2, { ...middle, width: boxWidth * 0.4 }),
        text(stage.note ?? "", boxWidth * 0.45, boxHeight / 2, { ...middle, fontSize: 12, fill: noteColour, width: boxWidth * 0.32 }),
        text(amount, boxWidth - 12, boxHeight / 2, { ...middle, align: "right", fontSize: 16, fontWeight: 600 }),
      );
      return;
    }
    elements.push(
      text(stage.label, 14, 12, { fill: look.soft, width: boxWidth - 22 }),
      text(amount, 14, 34, { fontSize: 26, fontWeight: 600, width: boxWidth - 22 }),
      text(stage.note ?? "", 14, 76, { fontSize: 12, fill: noteColour, width: boxWidth - 22 }),
    );
    if (at < count - 1) {
      const cx = x + boxWidth + space / 2;
      const cy = y + boxHeight / 2;
      elements.push({
        type: "polyline",
        silent: true,
        shape: { points: [[cx - 4, cy - 6], [cx + 4, cy], [cx - 4, cy + 6]] },
        style: { stroke: look.ruleStrong, lineWidth: 2, fill: "none" },
      });
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
    visualMap: { show: false, min: low, max: high, dimension: 2, seriesIndex: 0, inRange: { color: [look.accentSoft, look.accent] } },
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
      {
        type: "scatter",
        silent: true,
        symbolSize: 1,
        itemStyle: { color: "transparent" },
        label: { show: true, position: "inside", formatter: "—", color: look.soft },
        data: spec.cells.flatMap(([x, y, value]) => (value === null ? [[x, y]] : [])),
      },
    ],
  };
}
