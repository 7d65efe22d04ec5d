"""Guards of the evidence itself: evaluators, samples, acceptance plans."""

from __future__ import annotations

from servicequality.guards.warning import Warnings, few, warn


def agreement(
    *, alpha: float | None, n_units: int, low: float | None = None, observed: float | None = None
) -> Warnings:
    """Guard evaluators' agreement: alpha below .667 (no pay), below .80 (tentative), interval below .667, few units.

    ``low`` lower limit of alpha, ``observed`` percent agreement (fraction): high observed agreement with a
    low alpha is the rare-category paradox.
    """
    found = []
    if alpha is not None and alpha < 0.667:
        found.append(
            warn(
                "agreement_low",
                "Evaluators agree too little (alpha {a:.2f} below 0.667): do not use the scores for pay.",
                "评分员一致性不足（α={a:.2f}，低于 0.667）：评分不得用于薪酬。",
                a=alpha,
            )
        )
    elif alpha is not None and alpha < 0.8:
        found.append(
            warn(
                "agreement_tentative",
                "Agreement allows tentative conclusions only (alpha {a:.2f} below 0.80).",
                "一致性只允许作初步结论（α={a:.2f}，低于 0.80）。",
                a=alpha,
            )
        )
    if alpha is not None and alpha >= 0.667 and low is not None and low < 0.667:
        found.append(
            warn(
                "agreement_uncertain",
                "The interval of alpha begins at {low:.2f}, below 0.667: "
                "rate more units together before using it for pay.",
                "α 的置信区间下限为 {low:.2f}，低于 0.667：用于薪酬之前请增加共同评分的样本。",
                low=low,
            )
        )
    if alpha is not None and observed is not None and alpha < 0.667 and observed >= 0.85:
        found.append(
            warn(
                "agreement_paradox",
                "Evaluators agree in {p:.0%} of the cases yet alpha is low: one answer is rare. Read AC1 beside it.",
                "评分员在 {p:.0%} 的情况下一致而 α 仍低：某一结果很少出现。请同时参看 AC1。",
                p=observed,
            )
        )
    return (*found, *few(n_units, 30, "agreement_few_units", "units", "个样本"))


def sample(*, n: int, needed: int, response_rate: float | None = None) -> Warnings:
    """Guard a sample: fewer answers than the plan needs, response rate below 20 %."""
    found = []
    if n < needed:
        found.append(
            warn(
                "sample_short",
                "{n:.0f} of {m:.0f} planned answers: the precision asked for is not reached.",
                "计划 {m:.0f} 份，实得 {n:.0f} 份：未达到要求的精度。",
                n=n,
                m=needed,
            )
        )
    if response_rate is not None and response_rate < 0.2:
        found.append(
            warn(
                "sample_response",
                "Only {r:.0%} answered: who kept silent may think differently, and no interval shows that.",
                "回收率只有 {r:.0%}：未回答者的看法可能不同，置信区间反映不了这一点。",
                r=response_rate,
            )
        )
    return tuple(found)


def acceptance_plan(*, used_for_ranking: bool = False, lot_size: int | None = None, n: int | None = None) -> Warnings:
    """Guard an AQL plan: used to rank persons, or a sample of more than a tenth of the lot."""
    found = []
    if used_for_ranking:
        found.append(
            warn(
                "aql_ranking",
                "An AQL plan protects against bad lots; it does not estimate a rate and cannot rank persons.",
                "AQL 抽样方案用于防止接收不合格批，不能估计不合格率，也不能用于人员排名。",
            )
        )
    if lot_size is not None and n is not None and 10 * n > lot_size:
        found.append(
            warn(
                "aql_small_lot",
                "The sample is {s:.0%} of the lot: read the hypergeometric curve, not the binomial one.",
                "样本占批量的 {s:.0%}：请使用超几何曲线而不是二项曲线。",
                s=n / lot_size,
            )
        )
    return tuple(found)
