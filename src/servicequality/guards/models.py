"""Guards of models: drivers, contrasts, factor models, raked weights."""

from __future__ import annotations

from collections.abc import Sequence

from servicequality.guards.warning import Warning, Warnings, listed, warn


def drivers(*, n: int, p: int, vif: Sequence[float] = (), r2: float | None = None) -> Warnings:
    """Guard key drivers: p predictors for n rows (limit p > n/10), collinearity (VIF > 5, > 10), R2 below .10."""
    found = []
    if p > n / 10:
        found.append(
            warn(
                "drivers_too_many",
                "{p:.0f} drivers for {n:.0f} answers: at least 10 answers per driver are needed.",
                "{n:.0f} 份回答支撑不了 {p:.0f} 个驱动因素：每个因素至少需要 10 份回答。",
                p=p,
                n=n,
            )
        )
    largest = max(vif, default=0.0)
    if largest > 5:
        found.append(
            warn(
                "drivers_collinear" if largest > 10 else "drivers_correlated",
                "Drivers overlap (largest variance inflation {v:.1f}): coefficients may change sign, shares are split "
                "among look-alikes. Combine or drop near-duplicates before ranking.",
                "驱动因素相互重叠（最大方差膨胀因子 {v:.1f}）：系数可能变号，贡献会在相似因素间分摊。"
                "排序前请合并或删去近似重复项。",
                v=largest,
            )
        )
    if r2 is not None and r2 < 0.10:
        found.append(
            warn(
                "drivers_explain_little",
                "All drivers together explain {r2:.0%} of the differences: what matters was probably not asked.",
                "全部驱动因素合计只解释了 {r2:.0%} 的差异：真正重要的因素可能没有问到。",
                r2=r2,
            )
        )
    return tuple(found)


def penalty_reward(*, n: int, k: int, smallest_cell: int) -> Warnings:
    """Guard penalty-reward contrasts of k items: fewer than 10 rows per coefficient, a dummy with under 20 ratings."""
    found = []
    if 2 * k > n / 10:
        found.append(
            warn(
                "contrast_too_many",
                "{c:.0f} contrasts for {n:.0f} answers: at least 10 answers per contrast are needed.",
                "{n:.0f} 份回答支撑不了 {c:.0f} 个对比：每个对比至少需要 10 份回答。",
                c=2 * k,
                n=n,
            )
        )
    if smallest_cell < 20:
        found.append(
            warn(
                "contrast_thin",
                "A low or high group holds {m:.0f} ratings only: its effect is a guess.",
                "某个低分组或高分组只有 {m:.0f} 个评分：其效应只是猜测。",
                m=smallest_cell,
            )
        )
    return tuple(found)


def cfa(
    *,
    n: int,
    n_parameters: int,
    improper: bool = False,
    cfi: float | None = None,
    rmsea: float | None = None,
    smallest_factor: int | None = None,
) -> Warnings:
    """Guard a factor model: n below 200 or below 5 per parameter, improper solution, poor fit, two-item factors.

    Fit limits CFI < .90, RMSEA > .10 (Hu, Bentler 1999; Browne, Cudeck 1993).
    """
    found = []
    if n < 200 or n < 5 * n_parameters:
        found.append(
            warn(
                "cfa_small",
                "{n:.0f} answers for {q:.0f} parameters: fit indices and errors are unsafe below 200 "
                "or 5 per parameter.",
                "{n:.0f} 份回答、{q:.0f} 个参数：少于 200 份或每参数不足 5 份时，拟合指标和标准误不可靠。",
                n=n,
                q=n_parameters,
            )
        )
    if improper:
        found.append(
            warn(
                "cfa_improper",
                "The solution is impossible (negative variance or correlation beyond 1): "
                "the model does not suit the data.",
                "解不合理（方差为负或相关超过 1）：模型不适合这些数据。",
            )
        )
    if (cfi is not None and cfi < 0.90) or (rmsea is not None and rmsea > 0.10):
        values = {name: value for name, value in (("cfi", cfi), ("rmsea", rmsea)) if value is not None}
        found.append(
            Warning(
                "cfa_poor_fit",
                f"The model fits poorly ({listed(values)}): the items do not divide into these dimensions.",
                f"模型拟合较差（{listed(values)}）：题目并不按这些维度划分。",
                values,
            )
        )
    if smallest_factor is not None and smallest_factor < 3:
        found.append(
            warn(
                "cfa_two_items",
                "A factor rests on {k:.0f} items: it stands only with the help of the others.",
                "有的因子只有 {k:.0f} 个题目：它只能借助其他因子才能成立。",
                k=smallest_factor,
            )
        )
    return tuple(found)


def raking(
    *, empty_cells: int, converged: bool, design_effect: float | None = None, largest_weight: float | None = None
) -> Warnings:
    """Guard raked weights: cells of the target without respondents, no convergence, design effect > 2, weight > 5."""
    found = []
    if empty_cells:
        found.append(
            warn(
                "raking_empty_cells",
                "{c:.0f} groups of the population have no respondent: no weight can speak for them. Merge groups.",
                "总体中有 {c:.0f} 个群体没有受访者：任何权数都不能代表他们。请合并分组。",
                c=empty_cells,
            )
        )
    if not converged:
        found.append(
            warn(
                "raking_not_converged",
                "The weights do not reach the targets; do not use them.",
                "加权未收敛到目标，请勿使用。",
            )
        )
    if design_effect is not None and design_effect > 2:
        found.append(
            warn(
                "raking_design_effect",
                "Weighting costs more than half of the sample (design effect {d:.2f}): trim or merge groups.",
                "加权使有效样本损失一半以上（设计效应 {d:.2f}）：请截尾或合并分组。",
                d=design_effect,
            )
        )
    if largest_weight is not None and largest_weight > 5:
        found.append(
            warn(
                "raking_large_weight",
                "One answer counts {w:.1f} times: single persons drive the result.",
                "单个回答的权数达到 {w:.1f}：结果被个别人左右。",
                w=largest_weight,
            )
        )
    return tuple(found)
