import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { GraphicComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { look } from "./charts/look";
import { describe, option } from "./charts/options";
import type { Spec } from "./charts/spec";

echarts.use([
  BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart,
  GraphicComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent,
  LabelLayout, SVGRenderer,
]);

function specOf(place: HTMLElement): Spec | null {
  const text = document.getElementById(place.dataset["chart"] ?? "")?.textContent;
  return text ? (JSON.parse(text) as Spec) : null;
}
/** Draw one chart into a place that has a height; drawing again replaces it. */
export function draw(place: HTMLElement, spec: Spec): void {
  const chart = echarts.getInstanceByDom(place) ?? echarts.init(place, null, { renderer: "svg" });
  const paint = (): void => {
    chart.setOption(option(spec, look(), place.clientWidth, place.clientHeight), { notMerge: true });
    const name = place.getAttribute("data-name") ?? place.getAttribute("aria-label") ?? spec.title ?? "";
    place.setAttribute("data-name", name);
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", [name, describe(spec)].filter(Boolean).join(". "));
  };
  paint();
  if (place.dataset["drawn"]) return;
  place.dataset["drawn"] = "1";
  new ResizeObserver(() => {
    chart.resize();
    paint();
  }).observe(place);
  document.addEventListener("bihuan:theme", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
}
export function drawAll(part: ParentNode = document): void {
  for (const place of part.querySelectorAll<HTMLElement>("[data-chart]:not([data-drawn])")) {
    const spec = specOf(place);
    if (spec) draw(place, spec);
  }
}
Object.assign(window, { BihuanCharts: { draw, drawAll, describe } });
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => drawAll());
else drawAll();
