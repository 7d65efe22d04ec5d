"""Guards of figures over time and of coded comments: charts, effects, roll-ups, text codes."""

from __future__ import annotations

import math

from servicequality.guards.warning import Warnings, few, warn


def control_chart(
    *,
    baseline: int,
    cases_per_point: float | None = None,
    sigma_z: float | None = None,
    autocorrelation: float | None = None,
) -> Warnings:
    """Guard a control chart: short baseline, thin points, too much or too little spread, dependent points.

    ``baseline`` points behind the limits (limit 12); ``cases_per_point`` expected on an attribute chart
    (limit 5, below it take a g or t chart); ``sigma_z`` of Laney's method, for a p or u chart drawn without it
    (limits 1.1 and 0.9); ``autocorrelation`` of neighbouring points (limit 2 / sqrt(baseline)).
    """
    found = list(few(baseline, 12, "chart_short_baseline", "points behind the limits", "个基线点"))
    if cases_per_point is not None and cases_per_point < 5:
        found.append(
            warn(
                "chart_rare_cases",
                "Only {c:.1f} cases expected a point: chart the time or the number between cases instead.",
                "每点预期只有 {c:.1f} 例：请改用间隔时间图或间隔数图。",
                c=cases_per_point,
            )
        )
    if sigma_z is not None and sigma_z > 1.1:
        found.append(
            warn(
                "chart_overdispersed",
                "Points spread {s:.1f} times as widely as counting alone explains: without Laney's limits ordinary "
                "periods look like signals.",
                "各点的离散程度是计数本身所能解释的 {s:.1f} 倍：不用 Laney 控制限，正常波动会被误判为异常。",
                s=sigma_z,
            )
        )
    if sigma_z is not None and sigma_z < 0.9:
        found.append(
            warn(
                "chart_too_smooth",
                "Points spread less than counting alone must (ratio {s:.2f}): smoothed, mixed or invented figures "
                "look like that.",
                "各点的离散程度小于计数必然带来的波动（比值 {s:.2f}）：数据可能经过平滑、混合或人为编造。",
                s=sigma_z,
            )
        )
    if autocorrelation is not None and baseline > 0 and abs(autocorrelation) > 2 / math.sqrt(baseline):
        found.append(
            warn(
                "chart_dependent",
                "Neighbouring points depend on each other (r {r:.2f}): runs signal more often than stated.",
                "相邻点相互关联（r={r:.2f}）：链规则的误报会多于所列数值。",
                r=autocorrelation,
            )
        )
    return tuple(found)


def effect(
    *,
    before: int,
    after: int,
    controls: int = 0,
    other_changes: int = 0,
    trigger_in_baseline: bool = False,
) -> Warnings:
    """Guard a before-after verdict: few periods, other changes without a control, the trigger in the baseline.

    ``before`` and ``after`` count periods (limits 12 and 8), ``controls`` units that had no action,
    ``other_changes`` known events at the same time; ``trigger_in_baseline`` when the bad period that led to
    the action is part of the baseline.
    """
    found = [
        *few(before, 12, "effect_short_before", "periods before the action", "个改进前周期"),
        *few(after, 8, "effect_short_after", "periods after the action", "个改进后周期"),
    ]
    if other_changes > 0 and controls == 0:
        found.append(
            warn(
                "effect_confounded",
                "{k:.0f} other changes fell into the same time and there is no control: the effect may be theirs.",
                "同期另有 {k:.0f} 项变动且没有对照：效果可能来自它们。",
                k=other_changes,
            )
        )
    if trigger_in_baseline:
        found.append(
            warn(
                "effect_regression",
                "The period that led to the action is in the baseline: part of the improvement comes by itself.",
                "促成改进的那个异常周期仍在基线内：部分改善会自行出现（均值回归）。",
            )
        )
    return tuple(found)


def roll_up(*, coverage: float, carried: int = 0) -> Warnings:
    """Guard a rolled-up figure: less than 80 % of its parts reported (``coverage`` 0..1), or parts carried forward."""
    found = []
    if coverage < 0.8:
        found.append(
            warn(
                "rollup_gaps",
                "Only {c:.0%} of the parts are in this figure: it may change when the others report.",
                "该数字只包含 {c:.0%} 的下级数据：其余上报后可能变化。",
                c=coverage,
            )
        )
    if carried > 0:
        found.append(
            warn(
                "rollup_carried",
                "{k:.0f} parts are old figures carried forward.",
                "有 {k:.0f} 项为沿用的旧数据。",
                k=carried,
            )
        )
    return tuple(found)


def text_codes(*, fewest_labels: int, lowest_precision: float | None = None) -> Warnings:
    """Guard machine-coded comments: a code with under 50 labelled comments, a lower limit of precision below .70."""
    found = list(few(fewest_labels, 50, "codes_few_labels", "labelled comments of a code", "条已标注的评论"))
    if lowest_precision is not None and lowest_precision < 0.7:
        found.append(
            warn(
                "codes_imprecise",
                "Of the comments given some code, perhaps only {p:.0%} belong to it: read a sample before counting.",
                "某个编码下的评论可能只有 {p:.0%} 正确：统计之前请先抽读。",
                p=lowest_precision,
            )
        )
    return tuple(found)
