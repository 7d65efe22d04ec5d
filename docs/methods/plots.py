"""Draws the plot of every method page from what its own example computed: ``python docs/methods/plots.py [NAME ...]``.

The pictures are committed; matplotlib is needed only here.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from servicequality import guards
from servicequality.agreement import cohen_kappa_table, gwet_ac1
from servicequality.cost_of_quality import CostLine
from servicequality.gaps import GapAnalysis
from servicequality.intervals import bootstrap_draws, proportion_interval, wilson
from servicequality.loyalty import net_promoter_counts
from servicequality.reliability import alpha_of_covariance
from servicequality.reliability import difference_reliability as reliability_of_difference
from servicequality.results import Estimate
from servicequality.run_rules import NELSON
from servicequality.sampling_plans import acceptance_probability, sample_size_share
from servicequality.servqual import PerceivedQuality
from servicequality.text import tag_themes

PAGES = Path(__file__).parent
INK, BLUE, PALE, WARM = "#37474f", "#2f6f9f", "#cfdde8", "#c8743a"
STYLE = {
    "svg.hashsalt": "servicequality",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#90a4ae",
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "lines.linewidth": 1.4,
}
Scene = dict[str, Any]
DRAWINGS: dict[str, Callable[[Axes, Scene], None]] = {}


def drawing(plot: Callable[[Axes, Scene], None]) -> Callable[[Axes, Scene], None]:
    """Register a plot under its page's name."""
    DRAWINGS[plot.__name__] = plot
    return plot


def example(name: str) -> Scene:
    """Run the page's examples and return what they computed."""
    scene: Scene = {}
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        for code in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
            exec(compile(code, name, "exec"), scene)  # noqa: S102
    return scene


def ranges(ax: Axes, rows: Iterable[tuple[str, Estimate]], *, line: float | None = None, colour: str = BLUE) -> None:
    """Draw named estimates with their intervals, first on top."""
    rows = list(rows)
    for place, (_, one) in enumerate(reversed(rows)):
        if one.low is not None and one.high is not None:
            ax.plot([one.low, one.high], [place, place], color=colour, alpha=0.6, linewidth=3, solid_capstyle="round")
        if one.value is not None:
            ax.plot([one.value], [place], "o", color=colour, markersize=5)
    ax.set_yticks(range(len(rows)), [name for name, _ in reversed(rows)])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    if line is not None:
        ax.axvline(line, color=WARM, linewidth=1)


@drawing
def servqual(ax: Axes, scene: Scene) -> None:
    result: GapAnalysis = scene["result"]
    ranges(ax, [(gap.name, gap.gap) for gap in result.total.dimensions], line=0)
    ax.set(title="Gap of each dimension with its 95 % interval", xlabel="perceived - expected")


@drawing
def servperf(ax: Axes, scene: Scene) -> None:
    rows = [("everybody", scene["everybody"].overall), *((unit.group, unit.overall) for unit in scene["units"])]
    ranges(ax, rows)
    ax.set(title="Perceived performance, overall mean", xlabel="1 to 5")


@drawing
def zone_of_tolerance(ax: Axes, scene: Scene) -> None:
    zone = scene["zone"]
    low, high = 3.33, 6.33
    ax.barh([0], [high - low], left=low, color=PALE, height=0.4)
    seen = low + zone.adequacy.value
    ax.plot([seen], [0], "o", color=BLUE)
    for x, word in ((low, "minimum"), (seen, "perceived"), (high, "desired")):
        ax.annotate(word, (x, 0.28), ha="center")
    ax.set(title="Between what is accepted and what is desired", xlim=(1, 7), ylim=(-0.6, 0.8), yticks=[])


@drawing
def perceived_quality(ax: Axes, scene: Scene) -> None:
    quality: PerceivedQuality = scene["quality"]
    assert quality.technical is not None
    assert quality.functional is not None
    assert quality.image is not None
    ranges(ax, [("technical (what)", quality.technical.gap), ("functional (how)", quality.functional.gap)], line=0)
    ax.set(title="Technical and functional quality gap", xlabel="experienced - expected")


@drawing
def nps(ax: Axes, scene: Scene) -> None:
    sizes = np.unique(np.geomspace(10, 2000, 30).astype(int))
    scores = [net_promoter_counts(round(0.5 * n), n - round(0.5 * n) - round(0.2 * n), round(0.2 * n)) for n in sizes]
    low, high = ([getattr(score.points, side) for score in scores] for side in ("low", "high"))
    ax.fill_between(sizes, low, high, color=PALE)
    ax.plot(sizes, [score.points.value for score in scores], color=BLUE)
    ax.set(title="The same score, more answers: the interval of +30", xlabel="answers", ylabel="points", xscale="log")


@drawing
def csat_and_ces(ax: Axes, scene: Scene) -> None:
    counts = scene["counts"]
    share = counts.counts / counts.n
    colours = [PALE, PALE, PALE, BLUE, BLUE]
    ax.bar(counts.levels, share, color=colours, width=0.7)
    ax.set(title="Share satisfied: 4 and 5 of those who answered", xlabel="answer", ylabel="share", xticks=range(1, 6))


@drawing
def satisfaction_index(ax: Axes, scene: Scene) -> None:
    answers, index = scene["answers"], scene["satisfaction_index"]
    rows = [(name, index(answers[[name]])) for name in answers.columns]
    ranges(ax, [*rows, ("index", index(answers, {"overall": 0.4, "expected": 0.3, "ideal": 0.3}))])
    ax.set(title="Three questions and their weighted index", xlabel="0 to 100")


@drawing
def intervals(ax: Axes, scene: Scene) -> None:
    p, n = np.linspace(0.02, 0.98, 49), 50
    for method, colour in (("wilson", BLUE), ("adjusted_wald", WARM), ("clopper_pearson", INK)):
        found = [proportion_interval(round(share * n), n, method=method) for share in p]  # type: ignore[arg-type]
        ax.plot(p, [(one.high or 0) - (one.low or 0) for one in found], color=colour, label=method.replace("_", " "))
    ax.legend()
    ax.set(title="Width of three intervals of a share, n = 50", xlabel="share", ylabel="width")


@drawing
def comparing_units(ax: Axes, scene: Scene) -> None:
    rows = scene["compare_groups"](scene["units"]).rows
    ranges(ax, [(f"{row.group} (n {row.n}) {''.join(row.letters)}", row.estimate) for row in rows])
    ax.plot([row.shrunken.value for row in rows], list(range(len(rows)))[::-1], "d", color=WARM, label="shrunken")
    ax.legend(loc="lower right")
    ax.set(title="Units with the same letter cannot be told apart", xlabel="mean")


@drawing
def weighting(ax: Axes, scene: Scene) -> None:
    weights = scene["weights"].weights
    cells = [(0, "line 1, young"), (30, "line 1, old"), (50, "line 2, young"), (60, "line 2, old")]
    ax.bar([name for _, name in cells], [weights[at] for at, _ in cells], color=BLUE, width=0.6)
    ax.axhline(1, color=WARM, linewidth=1)
    ax.set(title=f"Raked weights; 100 answers count as {scene['weights'].n_effective:.0f}", ylabel="weight")


@drawing
def survey_design(ax: Axes, scene: Scene) -> None:
    for place, (name, found) in enumerate((("clustered", scene["together"]), ("as if alone", scene["alone"]))):
        one = found.estimate
        ax.plot([one.low, one.high], [place, place], color=WARM if place else BLUE, linewidth=3)
        ax.plot([one.value], [place], "o", color=INK)
        ax.text(one.high, place + 0.12, f" {name}", ha="right")
    ax.set(title=f"40 buses: design effect {scene['together'].deff:.1f}", xlabel="mean", yticks=[], ylim=(-0.6, 1.6))


@drawing
def response_quality(ax: Axes, scene: Scene) -> None:
    spread = scene["answers"].std(axis=1, ddof=1)
    flagged = scene["report"].flags["longstring"]
    ax.scatter(np.arange(60)[~flagged], spread[~flagged], color=BLUE, s=14, label="not flagged")
    ax.scatter(np.arange(60)[flagged], spread[flagged], color=WARM, s=30, label="same answer in a row")
    ax.legend()
    ax.set(title="Spread of each person's answers", xlabel="person", ylabel="sd over the items")


@drawing
def cronbach_alpha(ax: Axes, scene: Scene) -> None:
    k = np.arange(2, 21)
    for r, colour in ((0.2, PALE), (0.35, BLUE), (0.5, INK)):
        alphas = [alpha_of_covariance(np.full((n, n), r) + (1 - r) * np.eye(n)) for n in k]
        ax.plot(k, alphas, color=colour, label=f"mean correlation {r}")
    ax.axhline(0.7, color=WARM, linewidth=1)
    ax.legend()
    ax.set(title="More items, higher alpha: length is not quality", xlabel="items", ylabel="alpha", xticks=k[::3])


@drawing
def omega(ax: Axes, scene: Scene) -> None:
    found = scene["omega_total"](scene["answers"])
    ax.bar(list(found.loadings), [abs(one) for one in found.loadings.values()], color=BLUE, width=0.6)
    ax.set(title="Loadings of one common factor: items need not be equally good", ylabel="loading")


@drawing
def difference_reliability(ax: Axes, scene: Scene) -> None:
    between = np.linspace(0, 0.78, 60)
    for part, colour in ((0.7, PALE), (0.8, BLUE), (0.9, INK)):
        usable = between[between < part]
        found = [reliability_of_difference(part, part, float(r)) for r in usable]
        ax.plot(usable, found, color=colour, label=f"both parts {part}")
    ax.axhline(0.7, color=WARM, linewidth=1)
    ax.legend()
    ax.set(title="The gap is less reliable than its parts", xlabel="correlation of the parts", ylabel="reliability")


@drawing
def factor_analysis(ax: Axes, scene: Scene) -> None:
    result = scene["result"]
    names = [f"{one.factor} {one.item}" for one in result.loadings]
    ranges(ax, [(n, one.standardised) for n, one in zip(names, result.loadings, strict=True)])
    ax.set(title="Standardised loadings with 95 % intervals", xlabel="loading")


@drawing
def kano(ax: Axes, scene: Scene) -> None:
    item = scene["item"]
    ski = {"edge grip": (0.4006, 0.8318), "ease of turn": (0.5692, 0.7754), "service": (0.8822, 0.2531)}
    ax.axhline(0.5, color=PALE)
    ax.axvline(0.5, color=PALE)
    for name, (better, worse) in {**ski, item.name: (item.better.value, -item.worse.value)}.items():
        ax.plot([worse], [better], "o", color=WARM if name == item.name else BLUE)
        ax.annotate(name, (worse, better), xytext=(6, 4), textcoords="offset points")
    ax.set(xlim=(0, 1.15), ylim=(0, 1.05), xlabel="-worse: lacking it dissatisfies", ylabel="better: it satisfies")
    ax.set_title("Better and worse; the skiers of Sauerwein et al. 1996 beside the example")


@drawing
def importance_performance(ax: Axes, scene: Scene) -> None:
    grid = scene["grid"]
    ax.axvline(grid.cross_performance, color=WARM, linewidth=1)
    ax.axhline(grid.cross_importance, color=WARM, linewidth=1)
    for item in grid.items:
        a, b = item.performance, item.importance
        ax.plot([a.low, a.high], [b.value] * 2, color=BLUE, linewidth=2, alpha=0.5)
        ax.plot([a.value] * 2, [b.low, b.high], color=BLUE, linewidth=2, alpha=0.5)
        ax.annotate(f"{item.name}: {item.verdict}", (a.value, b.value), xytext=(5, 5), textcoords="offset points")
    ax.set(title="Boxes, not points", xlabel="performance", ylabel="derived importance")
    ax.margins(x=0.25, y=0.15)


@drawing
def penalty_reward(ax: Axes, scene: Scene) -> None:
    items = scene["penalty_reward"](
        scene["ratings"], scene["overall"], low_at_most=2, high_at_least=5, names=["clean", "greeting"]
    ).items
    rows = [(f"{item.name}: {word}", getattr(item, word)) for item in items for word in ("penalty", "reward")]
    ranges(ax, rows, line=0)
    ax.set(title="What a low and a high rating do to the overall judgement", xlabel="points of the overall judgement")


@drawing
def key_drivers(ax: Axes, scene: Scene) -> None:
    ranges(ax, [(driver.name, driver.lmg) for driver in scene["analysis"].drivers])
    ax.set(title="Shares of the explained variance (LMG) with bootstrap intervals", xlabel="part of R2")


@drawing
def agreement(ax: Axes, scene: Scene) -> None:
    shares = np.arange(1, 10)
    kappa, ac1 = [], []
    for rare in shares:  # 85 of 100 agree, whatever the split
        table = np.array([[85 - 4.5 * rare, 7.5], [7.5, 4.5 * rare]])
        pairs = np.repeat([[1, 1], [1, 2], [2, 1], [2, 2]], np.rint(table.ravel()).astype(int), axis=0)
        kappa.append(cohen_kappa_table(table).kappa.value)
        ac1.append(gwet_ac1(pairs).ac1.value)
    ax.plot(4.5 * shares, kappa, color=BLUE, marker="o", markersize=3, label="Cohen's kappa")
    ax.plot(4.5 * shares, ac1, color=WARM, marker="o", markersize=3, label="Gwet's AC1")
    ax.legend()
    ax.set(title="85 of 100 agree; only the split of the categories changes", xlabel="agreed on the rarer category")


@drawing
def scorecards(ax: Axes, scene: Scene) -> None:
    score = scene["score"]
    bars = [("with the veto", float(score.score)), ("without zeroing", float(score.without_zeroing))]
    ax.barh([name for name, _ in bars], [value for _, value in bars], color=[WARM, BLUE], height=0.5)
    ax.set(title="One form, two figures: show both", xlim=(0, 1), xlabel="score")


@drawing
def tallies(ax: Axes, scene: Scene) -> None:
    tally = scene["tally"].dimension("quality")
    draws = bootstrap_draws(tally.counts, resamples=2000, seed=1) @ tally.levels / tally.n
    ax.hist(draws, bins=30, color=PALE)
    ax.axvline(tally.mean, color=BLUE)
    ax.set(title=f"2,000 resampled means from {len(tally.counts)} counts", xlabel="mean of the dimension", yticks=[])


def chart_of(ax: Axes, chart: Any, signals: Iterable[int]) -> None:
    """Draw a control chart with its limits and mark the signals (counted from 1)."""
    x = np.arange(1, len(chart.value) + 1)
    ax.plot(x, chart.value, color=BLUE, marker="o", markersize=3)
    ax.plot(x, chart.centre, color=INK, linewidth=1)
    for limit in (chart.lower, chart.upper):
        ax.step(x, limit, where="mid", color=INK, linewidth=0.8, linestyle="--")
    marked = np.array(sorted(signals), dtype=int)
    ax.plot(marked, chart.value[marked - 1], "o", color=WARM, markersize=6)


@drawing
def control_charts(ax: Axes, scene: Scene) -> None:
    chart = scene["chart"]
    chart_of(ax, chart, {*chart.beyond_points(), *chart.signals.points("run")})
    ax.set(title="Complaints per contact: snow in week 6, better from week 31", xlabel="week", ylabel="share")


@drawing
def run_rules(ax: Axes, scene: Scene) -> None:
    z, found = np.array(scene["z"]), scene["detect"](scene["z"], NELSON)
    x = np.arange(1, len(z) + 1)
    for k in (-3, -2, -1, 0, 1, 2, 3):
        ax.axhline(k, color=PALE, linewidth=0.8 if k else 1.4)
    ax.plot(x, z, color=BLUE, marker="o", markersize=3)
    marked = np.array(found.points(), dtype=int)
    ax.plot(marked, z[marked - 1], "o", color=WARM)
    ax.set(title="Signals of the Nelson rules on standardised values", xlabel="point", ylabel="sigma")


@drawing
def effects(ax: Axes, scene: Scene) -> None:
    found = scene["found"]
    chart_of(ax, found.chart, found.chart.beyond_points())
    ax.axvline(24.5, color=WARM, linewidth=1)
    ax.annotate("action", (24.7, ax.get_ylim()[1]), va="top")
    ax.set(title=f"Baseline frozen before the action; verdict: {found.verdict.verdict}", xlabel="week", ylabel="share")


@drawing
def sampling(ax: Axes, scene: Scene) -> None:
    widths = np.linspace(0.02, 0.15, 40)
    for population, colour in ((200, PALE), (1000, BLUE), (None, INK)):
        sizes = [sample_size_share(half_width=float(w), population=population).n for w in widths]
        ax.plot(100 * widths, sizes, color=colour, label=f"of {population or 'very many'}")
    ax.legend()
    ax.set(
        title="Answers needed for a share near one half", xlabel="half-width, points", ylabel="answers", yscale="log"
    )


@drawing
def response_rates(ax: Axes, scene: Scene) -> None:
    rates = scene["rates"]
    rows = [("RR1", rates.rr1), ("RR2", rates.rr2), ("RR3", rates.rr3), ("RR4", rates.rr4)]
    ax.barh([name for name, _ in rows], [100 * value for _, value in rows], color=BLUE, height=0.6)
    for place, (_name, value) in enumerate(rows):
        ax.annotate(
            f"{100 * value:.1f} %", (100 * value, place), xytext=(4, 0), textcoords="offset points", va="center"
        )
    ax.invert_yaxis()
    ax.set(title="The same calls, counted four ways", xlabel="share of those asked, %", xlim=(0, 60))


@drawing
def acceptance_sampling(ax: Axes, scene: Scene) -> None:
    rates = np.linspace(0, 0.15, 80)
    accepted = [acceptance_probability(scene["applied"].plan, float(rate)) for rate in rates]
    ax.plot(100 * rates, accepted, color=BLUE)
    ax.axvline(1, color=PALE)
    ax.axvline(100 * scene["applied"].limiting_quality, color=WARM, linewidth=1)
    ax.annotate("AQL 1 %", (1.1, 0.05))
    ax.set(title="Operating characteristic of plan H, n = 50, Ac 1", xlabel="faults, %", ylabel="chance of acceptance")


@drawing
def rollup(ax: Axes, scene: Scene) -> None:
    parts = [("A: 95 of 100", 0.95), ("B: 10 of 20", 0.5), ("mean of the two rates", 0.725)]
    parts.append(("whole: 105 of 120", scene["whole"].value))
    colours = [PALE, PALE, WARM, BLUE]
    ax.barh([name for name, _ in parts][::-1], [value for _, value in parts][::-1], color=colours[::-1], height=0.6)
    ax.set(title="Ratios re-divide their sums", xlim=(0, 1), xlabel="ratio")


@drawing
def cost_of_quality(ax: Axes, scene: Scene) -> None:
    line: CostLine = scene["line"]
    assert line.per_unit.value is not None
    assert line.fixed.value is not None
    ax.plot(scene["contacts"], scene["cost"], "o", color=BLUE)
    ends = np.array([line.low, line.high])
    ax.plot(ends, line.fixed.value + line.per_unit.value * ends, color=WARM)
    ax.set(title=f"{line.per_unit.value:.2f} per contact on top of {line.fixed.value:,.0f}", xlabel="contacts")
    ax.set_ylabel("cost")


@drawing
def survival(ax: Axes, scene: Scene) -> None:
    curve, median = scene["curve"], scene["km_median"](scene["days"], scene["closed"])
    x = np.concatenate([[0], curve.times])
    ax.step(x, np.concatenate([[1], curve.survival]), where="post", color=BLUE)
    known = ~np.isnan(curve.low)
    ax.fill_between(curve.times[known], curve.low[known], curve.high[known], step="post", color=PALE, alpha=0.7)
    ax.axhline(0.5, color=WARM, linewidth=1)
    ax.set(title=f"Share still open; half are closed after {median.value:.0f} days", xlabel="days", ylim=(0, 1.02))


@drawing
def event_rates(ax: Axes, scene: Scene) -> None:
    found = [
        scene["rate_interval"](c, n, per=1e6) for c, n in zip(scene["complaints"], scene["passengers"], strict=True)
    ]
    for place, one in enumerate(found):
        ax.plot([one.low, one.high], [place, place], color=PALE, linewidth=6)
        ax.plot(one.value, place, "o", color=BLUE)
    ax.set(
        title="Complaints per million passengers, exact 95 % intervals", xlabel="per million", yticks=range(len(found))
    )
    ax.set_yticklabels([f"month {place + 1}" for place in range(len(found))])


@drawing
def text(ax: Axes, scene: Scene) -> None:
    comments = [*scene["waiting"], *scene["attitude"]]
    found: dict[str, int] = {}
    for comment in comments:
        for code in tag_themes(comment).codes:
            found[code] = found.get(code, 0) + 1
    rows = sorted(found.items(), key=lambda row: row[1])
    ax.barh([name for name, _ in rows], [count for _, count in rows], color=BLUE, height=0.6)
    ax.set(title=f"Themes found by the lexicon in {len(comments)} comments", xlabel="comments")


@drawing
def method_guards(ax: Axes, scene: Scene) -> None:
    sizes = np.arange(5, 121)
    half = [((one := wilson(round(0.7 * n), n)).high or 0) / 2 - (one.low or 0) / 2 for n in sizes]
    warned = np.array([bool(guards.proportion(n=int(n))) for n in sizes])
    ax.plot(sizes, half, color=BLUE)
    ax.fill_between(sizes, 0, half, where=warned, color=WARM, alpha=0.3)
    ax.set(title="Where the guard of a share speaks: fewer than 30 answers", xlabel="answers", ylabel="half-width")


def draw(name: str) -> Path:
    """Draw one page's plot and return its file."""
    scene = example(name)
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        figure, ax = plt.subplots(figsize=(6.4, 3.0), layout="constrained")
        DRAWINGS[name](ax, scene)
        target = PAGES / "plots" / f"{name}.svg"
        figure.savefig(target, metadata={"Date": None, "Creator": None})
        plt.close(figure)
    lines = target.read_text(encoding="utf-8").splitlines()
    target.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    for wanted in sys.argv[1:] or sorted(DRAWINGS):
        sys.stdout.write(f"{draw(wanted).name}\n")
