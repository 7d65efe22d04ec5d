// The chart bundle is large, so only pages that hold a chart fetch it.
interface ChartsWindow extends Window {
  BihuanCharts?: { drawAll(part: ParentNode): void };
}
let asked = false;
export function loadCharts(part: ParentNode): void {
  if (!part.querySelector("[data-chart]")) return;
  const charts = (window as ChartsWindow).BihuanCharts;
  if (charts) return charts.drawAll(part);
  const source = document.querySelector<HTMLMetaElement>('meta[name="bihuan-charts"]')?.content;
  if (asked || !source) return;
  asked = true;
  const script = document.createElement("script");
  script.src = source;
  document.head.append(script);
}
