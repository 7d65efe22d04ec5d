import type { EChartsCoreOption } from "echarts/core";
import { controlOption, histogramOption, lineOption } from "./series";
import { figure, line, word, type Look } from "./look";
import { barsOption, gapOption, intervalOption } from "./rows";
import { flowOption, heatmapOption, ipaOption } from "./fields";
import type { Spec } from "./spec";

/** What one kind of chart becomes in ECharts at this width. */
export function option(spec: Spec, look: Look, width: number, height: number): EChartsCoreOption {
  switch (spec.kind) {
    case "gap":
      return gapOption(spec, look, width);
    case "bars":
      return barsOption(spec, look, width);
    case "interval":
      return intervalOption(spec, look, width);
    case "line":
      return lineOption(spec, look, width);
    case "control":
      return controlOption(spec, look);
    case "histogram":
      return histogramOption(spec, look);
    case "ipa":
      return ipaOption(spec, look);
    case "flow":
      return flowOption(spec, look, width, height);
    case "heatmap":
      return heatmapOption(spec, look);
  }
}

function listed(lines: string[]): string {
  return lines.slice(0, 25).join("; ");
}
/** The chart in words, for whoever cannot see it. */
export function describe(spec: Spec): string {
  if (spec.description) return spec.description;
  switch (spec.kind) {
    case "gap":
      return listed(
        spec.rows.map(
          (row) =>
            `${row.label}: ${word("expected")} ${figure(spec, row.expected)}, ${word("perceived")} ${figure(spec, row.perceived)}`,
        ),
      );
    case "bars":
    case "interval":
      return listed(spec.rows.map((row) => line(spec, row)));
    case "line":
      return listed(
        spec.series.map((one) => `${one.name}: ${one.values.map((value) => figure(spec, value)).slice(-12).join(", ")}`),
      );
    case "control":
      return listed([
        spec.values.map((value) => figure(spec, value)).slice(-24).join(", "),
        ...(spec.signals ?? []).map((one) => `${word("signal")} ${spec.x[one.index] ?? ""} ${one.rule ?? ""}`),
      ]);
    case "histogram":
      return listed(spec.counts.map((count, at) => `${spec.edges[at]}–${spec.edges[at + 1]}: ${count}`));
    case "ipa":
      return listed(
        spec.points.map(
          (point) =>
            `${point.label}: ${word("importance")} ${figure(spec, point.importance)}, ${word("performance")} ${figure(spec, point.performance)}`,
        ),
      );
    case "flow":
      return listed(spec.stages.map((stage) => `${stage.label}: ${figure(spec, stage.count)} ${stage.note ?? ""}`));
    case "heatmap":
      return listed(
        spec.cells.map(([x, y, value]) => `${spec.y[y] ?? ""} ${spec.x[x] ?? ""}: ${figure(spec, value)}`),
      );
  }
}
