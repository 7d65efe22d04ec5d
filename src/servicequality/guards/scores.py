"""Guards of scores and scales: gaps, alpha, NPS, shares, Kano, importance grids, groups."""

from __future__ import annotations

from collections.abc import Mapping

from servicequality.guards.warning import Warning, Warnings, few, warn
from servicequality.reliability import difference


def gap_score(
    *,
    n: int,
    difference_reliability: float | None = None,
    reliability_perception: float | None = None,
    reliability_expectation: float | None = None,
    correlation: float | None = None,
) -> Warnings:
    """Guard a gap score (perception minus expectation): weak difference reliability, few respondents.

    Give ``difference_reliability``, or the two reliabilities and their correlation (0..1 each), from which
    r_D = ((r_P + r_E)/2 - r_PE) / (1 - r_PE). Limit .70. Source: Peter, Churchill, Brown 1993.
    """
    reliability = difference_reliability
    parts = (reliability_perception, reliability_expectation, correlation)
    if reliability is None and None not in parts:
        perceived, expected, between = (float(part or 0) for part in parts)
        reliability = difference.difference_reliability(perceived, expected, between) if between < 1 else 0.0
    found = []
    if reliability is not None and reliability < 0.7:
        found.append(
            warn(
                "gap_unreliable",
                "The gap is less reliable than its parts: difference reliability {r:.2f} is below 0.70. Compare "
                "perceptions, and use gaps only for groups, not for persons or small units.",
                "差距分不如其两个组成部分可靠：差异信度 {r:.2f} 低于 0.70。"
                "请比较感知得分；差距分只用于较大群体，不用于个人或小单位。",
                r=reliability,
            )
        )
    return (*found, *few(n, 30, "gap_few_answers"))


def alpha(*, k: int, n: int, value: float | None = None) -> Warnings:
    """Guard Cronbach's alpha of k items: two items, low or suspiciously high value, few respondents.

    Limits: k = 2 (Eisinga, Grotenhuis, Pelzer 2013: use Spearman-Brown), alpha < .70 (Nunnally 1978), > .95, n < 50.
    """
    found = []
    if k <= 2:
        found.append(
            warn(
                "alpha_two_items",
                "Alpha of {k:.0f} items understates reliability; report the Spearman-Brown coefficient.",
                "{k:.0f} 个题目的 α 系数会低估信度，请改报斯皮尔曼-布朗系数。",
                k=k,
            )
        )
    if value is not None and value < 0:
        found.append(
            warn(
                "alpha_negative",
                "Alpha is negative ({a:.2f}): an item is probably worded or coded the other way round.",
                "α 系数为负（{a:.2f}）：可能有题目反向表述或反向计分未处理。",
                a=value,
            )
        )
    elif value is not None and value < 0.7:
        found.append(
            warn(
                "alpha_low",
                "Alpha {a:.2f} is below 0.70: the items do not measure one thing well enough to be averaged.",
                "α 系数 {a:.2f} 低于 0.70：这些题目不足以合并为一个得分。",
                a=value,
            )
        )
    elif value is not None and value > 0.95:
        found.append(
            warn(
                "alpha_redundant",
                "Alpha {a:.2f} is above 0.95: items repeat one another, or people ticked straight down.",
                "α 系数 {a:.2f} 高于 0.95：题目可能重复，或存在直线作答。",
                a=value,
            )
        )
    return (*found, *few(n, 50, "alpha_few_answers"))


def nps(*, n: int, half_width: float | None = None) -> Warnings:
    """Guard a net promoter score: n below 30, or ``half_width`` (fraction of 1) of more than 10 points."""
    found = list(few(n, 30, "nps_few_answers"))
    if half_width is not None and half_width > 0.10:
        found.append(
            warn(
                "nps_wide",
                "The score is known to +- {points:.0f} points only; a change smaller than that is not a change.",
                "净推荐值的误差为 ±{points:.0f} 分，小于此幅度的变化不能视为变化。",
                points=100 * half_width,
            )
        )
    return tuple(found)


def proportion(*, n: int, count: int | None = None) -> Warnings:
    """Guard a share (satisfied, top box): n below 30, or fewer than 5 cases on one side."""
    found = list(few(n, 30, "share_few_answers"))
    if count is not None and n >= 30 and min(count, n - count) < 5:
        found.append(
            warn(
                "share_rare",
                "Only {c:.0f} cases on one side of {n:.0f}: read the interval, not the share.",
                "{n:.0f} 份回答中一侧只有 {c:.0f} 例：请看置信区间，不要只看比例。",
                c=min(count, n - count),
                n=n,
            )
        )
    return tuple(found)


def kano(*, n: float, questionable_share: float | None, distinct: bool | None = None) -> Warnings:
    """Guard one Kano item: more than 5 % questionable answers, class not distinct (Fong), n below 20."""
    found = []
    if questionable_share is not None and questionable_share > 0.05:
        found.append(
            warn(
                "kano_questionable",
                "{q:.0%} of the answers contradict themselves: the pair of questions was probably not understood.",
                "{q:.0%} 的回答自相矛盾：这一对问题可能没有被看懂。",
                q=questionable_share,
            )
        )
    if distinct is False:
        found.append(
            warn(
                "kano_not_distinct",
                "The two leading classes are not distinct; look for groups of customers who want different things.",
                "前两类之间没有显著差别；请考察是否存在需求不同的顾客群。",
            )
        )
    return (*found, *few(n, 20, "kano_few_answers"))


def importance_performance(
    *,
    n: int,
    kind: str,
    importance_range: float | None = None,
    scale_width: float | None = None,
    cannot_say_share: float | None = None,
) -> Warnings:
    """Guard an importance grid: stated importance without spread, most items without verdict, few answers.

    ``kind`` "stated" or "derived"; ``importance_range`` = largest minus smallest item importance;
    ``scale_width`` = width of the answer scale (6 for 1..7). Stated importance whose items differ by less
    than a tenth of the scale puts its line between noise. Derived importance needs n >= 100.
    """
    found = []
    if kind == "stated" and importance_range is not None and scale_width and importance_range < scale_width / 10:
        found.append(
            warn(
                "importance_flat",
                "Everything was called about equally important (range {r:.2f}): "
                "use derived importance or forced choice.",
                "各项的重要性评分几乎一样（极差 {r:.2f}）：请改用推导重要性或强制选择。",
                r=importance_range,
            )
        )
    if cannot_say_share is not None and cannot_say_share > 0.5:
        found.append(
            warn(
                "grid_undecided",
                "For {s:.0%} of the items the interval crosses a line: the grid does not say where they belong.",
                "{s:.0%} 的项目置信区间跨越分界线：象限图无法判断它们的归属。",
                s=cannot_say_share,
            )
        )
    return (*found, *few(n, 100 if kind == "derived" else 30, "grid_few_answers"))


def group_comparison(*, sizes: Mapping[str, int], minimum: int = 30, n_groups_compared: int | None = None) -> Warnings:
    """Guard a comparison of groups: groups below ``minimum`` answers, more than 10 groups at once."""
    small = {name: float(size) for name, size in sizes.items() if size < minimum}
    found = []
    if small:
        names = ", ".join(small)
        found.append(
            Warning(
                "group_small",
                f"Fewer than {minimum} answers in: {names}. Do not rank these groups.",
                f"以下组别不足 {minimum} 份回答：{names}。请勿对其排名。",
                small,
            )
        )
    groups = len(sizes) if n_groups_compared is None else n_groups_compared
    if groups > 10:
        found.append(
            warn(
                "group_many",
                "{g:.0f} groups compared: some will look different by chance. Use adjusted comparisons, not raw ranks.",
                "比较了 {g:.0f} 个组：总有几组会因偶然显得不同。请用校正后的比较，不要直接排名。",
                g=groups,
            )
        )
    return tuple(found)
