"""Charts of measured values: individuals, subgroup means with range or s, and I prime."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from servicequality.control_charts.chart import (
    SKEWED,
    Bools,
    Chart,
    Floats,
    PairedChart,
    as_table,
    assemble,
    by_part,
    layout_for,
    mean_where,
    moving_range,
    where_text,
)
from servicequality.control_charts.constants import Constants, Precision, constants
from servicequality.control_charts.phases import ONE_PHASE, Phases
from servicequality.errors import DataError, ParameterError
from servicequality.run_rules import BEYOND_3_SIGMA, DEFAULT_RULES, Rule

_PRINTED_D4_OF_2 = 3.267


def individuals_chart(
    values: ArrayLike,
    *,
    phases: Phases = ONE_PHASE,
    rules: Sequence[Rule] = DEFAULT_RULES,
    bridge: bool = True,
    precision: Precision = "exact",
) -> PairedChart:
    """I-MR (XmR) chart of single values.

    Args:
        values: shape (points,) or (series, points), in time order; NaN = missing.
        phases: baseline, rebases and exclusions, shared by all series.
        rules: run rules of the individuals; the moving ranges are judged by their limit only.
        bridge: moving ranges pass over missing and excluded points (as R qcc does); False: no range there.
        precision: "textbook" takes d2 = 1.128 and D4 = 3.267 as the printed tables do.

    Returns:
        PairedChart: location = individuals (sigma = mean moving range / d2(2)), spread = moving ranges.
        No range crosses the start of a part. A baseline with fewer than two usable points has NaN limits.

    Errors: DataError for another shape or infinite values; ParameterError for phases outside the chart.

    Source: Shewhart 1931; Montgomery, Introduction to Statistical Quality Control, ch. 6.4. Unit as given.
    """
    table, single = as_table(values)
    layout = layout_for(phases, table)
    factor = constants(2, precision)

    def centre_of(columns: slice, baseline: Bools) -> Floats:
        return mean_where(table[:, columns], baseline)

    def mean_range(columns: slice, baseline: Bools) -> Floats:
        mask = np.broadcast_to(baseline, table[:, columns].shape)
        ranges = moving_range(table[:, columns], mask, bridge=bridge)
        return mean_where(ranges, ~np.isnan(ranges))

    def plotted_range(columns: slice, _: Bools) -> Floats:
        return moving_range(table[:, columns], bridge=bridge)

    centre = by_part(layout, centre_of, table.shape)
    mean_mr = by_part(layout, mean_range, table.shape)
    mr = by_part(layout, plotted_range, table.shape)
    sigma = mean_mr / factor.d2
    location = assemble(
        "individuals",
        value=table,
        centre=centre,
        sigma=sigma,
        lower=centre - 3 * sigma,
        upper=centre + 3 * sigma,
        layout=layout,
        rules=rules,
        single=single,
    )
    d4 = factor.d4_upper if precision == "exact" else _PRINTED_D4_OF_2
    spread = assemble(
        "moving range",
        value=mr,
        centre=mean_mr,
        sigma=mean_mr * (d4 - 1) / 3,
        lower=np.zeros_like(mean_mr) + mean_mr * 0,
        upper=d4 * mean_mr,
        layout=layout,
        rules=BEYOND_3_SIGMA,
        single=single,
        allowed=SKEWED,
    )
    return PairedChart(location, spread)


def i_prime_chart(
    totals: ArrayLike,
    base: ArrayLike,
    *,
    phases: Phases = ONE_PHASE,
    rules: Sequence[Rule] = DEFAULT_RULES,
) -> Chart:
    """I' chart (normalised individuals): ratios whose precision depends on their base.

    Args:
        totals: numerators, shape (points,) or (series, points); base: denominators, same shape, > 0.
        phases, rules: as in ``individuals_chart``.

    Returns:
        Chart of totals / base around the pooled ratio, limits 3 s / sqrt(base). s is the mean of
        sqrt(pi/2) |difference of neighbours| / sqrt(1/n1 + 1/n2). With a base of 1 it is the I chart.

    Errors: DataError for shapes that differ or a negative base. A base of 0 is a missing point.

    Source: Taylor, "Normalized individuals (I_N) chart", 2017; also R qicharts2, chart "ip".
    """
    x, single = as_table(totals, "totals")
    n, _ = as_table(base, "base")
    if x.shape != n.shape:
        raise DataError(f"totals {x.shape} and base {n.shape} differ in shape", place="base")
    if (n < 0).any():
        raise DataError("base must not be negative", place=where_text(n < 0))
    n = np.where((n == 0) | np.isnan(x), np.nan, n)
    ratio = x / n
    layout = layout_for(phases, x)

    def centre_of(columns: slice, baseline: Bools) -> Floats:
        mask = baseline & ~np.isnan(ratio[:, columns])
        return mean_where(x[:, columns], mask) / mean_where(n[:, columns], mask)

    def spread_of(columns: slice, baseline: Bools) -> Floats:
        block, size = ratio[:, columns], n[:, columns]
        mask = np.broadcast_to(baseline, block.shape)
        ranges = moving_range(block, mask, bridge=False)
        inverse = np.full(block.shape, np.nan)
        inverse[:, 1:] = 1 / size[:, 1:] + 1 / size[:, :-1]
        scaled = np.sqrt(np.pi / 2) * ranges / np.sqrt(inverse)
        return mean_where(scaled, ~np.isnan(scaled))

    centre = by_part(layout, centre_of, x.shape)
    sigma = by_part(layout, spread_of, x.shape) / np.sqrt(n)
    return assemble(
        "i prime",
        value=ratio,
        centre=centre,
        sigma=sigma,
        lower=centre - 3 * sigma,
        upper=centre + 3 * sigma,
        layout=layout,
        rules=rules,
        single=single,
        base=n,
    )


def _subgroups(values: ArrayLike) -> tuple[Floats, bool]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise DataError(
            f"needs shape (subgroups, size) or (series, subgroups, size), has {array.shape}", place="values"
        )
    return (array[None], True) if array.ndim == 2 else (array, False)


def _factor(sizes: Floats, name: str, precision: Precision, table: Constants | None) -> Floats:
    """Look up a constant per subgroup; NaN for subgroups of fewer than two values."""
    factors = np.full(sizes.shape, np.nan)
    for n in np.unique(sizes[sizes >= 2]).astype(int):
        if table is not None and table.n != n:
            raise ParameterError(f"the given constants are for n = {table.n}, a subgroup has {n}")
        chosen = table if table is not None else constants(int(n), precision)
        factors[sizes == n] = getattr(chosen, name)
    return factors


def _subgroup_chart(
    values: ArrayLike,
    spread_kind: str,
    *,
    phases: Phases,
    rules: Sequence[Rule],
    precision: Precision,
    table: Constants | None,
) -> PairedChart:
    data, single = _subgroups(values)
    present = ~np.isnan(data)
    sizes = present.sum(axis=2).astype(np.float64)
    filled = np.where(present, data, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(sizes > 0, filled.sum(axis=2) / sizes, np.nan)
        if spread_kind == "range":
            spread = np.where(present, data, -np.inf).max(axis=2) - np.where(present, data, np.inf).min(axis=2)
            expected = _factor(sizes, "d2", precision, table)
            wobble = _factor(sizes, "d3", precision, table)
        else:
            squares = (np.where(present, data - means[:, :, None], 0.0) ** 2).sum(axis=2)
            spread = np.sqrt(squares / (sizes - 1))
            expected = _factor(sizes, "c4", precision, table)
            wobble = np.sqrt(1 - expected**2)
    spread = np.where(sizes >= 2, spread, np.nan)
    layout = layout_for(phases, means)

    def centre_of(columns: slice, baseline: Bools) -> Floats:
        mask = np.broadcast_to(baseline, means[:, columns].shape)
        total = np.where(mask, filled[:, columns].sum(axis=2), 0.0).sum(axis=1, keepdims=True)
        count = np.where(mask, sizes[:, columns], 0.0).sum(axis=1, keepdims=True)
        mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
        return mean

    def sigma_of(columns: slice, baseline: Bools) -> Floats:
        return mean_where((spread / expected)[:, columns], baseline)

    centre = by_part(layout, centre_of, means.shape)
    within = by_part(layout, sigma_of, means.shape)
    se = np.divide(within, np.sqrt(sizes), out=np.full(within.shape, np.nan), where=sizes > 0)
    location = assemble(
        f"xbar ({spread_kind})",
        value=means,
        centre=centre,
        sigma=se,
        lower=centre - 3 * se,
        upper=centre + 3 * se,
        layout=layout,
        rules=rules,
        single=single,
        base=sizes,
    )
    spread_chart = assemble(
        spread_kind,
        value=spread,
        centre=within * expected,
        sigma=within * wobble,
        lower=np.maximum(within * (expected - 3 * wobble), 0.0),
        upper=within * (expected + 3 * wobble),
        layout=layout,
        rules=BEYOND_3_SIGMA,
        single=single,
        allowed=SKEWED,
        base=sizes,
    )
    return PairedChart(location, spread_chart)


def xbar_r_chart(
    values: ArrayLike,
    *,
    phases: Phases = ONE_PHASE,
    rules: Sequence[Rule] = DEFAULT_RULES,
    precision: Precision = "exact",
    table: Constants | None = None,
) -> PairedChart:
    """Xbar-R chart of subgroups.

    Args:
        values: shape (subgroups, size) or (series, subgroups, size); NaN = missing within a subgroup, so
            sizes may differ. A subgroup of one value has a mean but no range.
        phases: baseline, rebases and exclusions, by subgroup.
        rules: run rules of the means; ranges are judged by their limits only.
        precision, table: textbook constants, or the caller's own for one fixed size.

    Returns:
        PairedChart (location = means, spread = ranges); sigma = mean of R / d2(n).

    Errors: DataError for another shape; ParameterError for phases outside the chart.

    Source: Shewhart 1931; Montgomery ch. 6.2. Prefer ``xbar_s_chart`` above size 10.
    """
    return _subgroup_chart(values, "range", phases=phases, rules=rules, precision=precision, table=table)


def xbar_s_chart(
    values: ArrayLike,
    *,
    phases: Phases = ONE_PHASE,
    rules: Sequence[Rule] = DEFAULT_RULES,
    precision: Precision = "exact",
    table: Constants | None = None,
) -> PairedChart:
    """Xbar-S chart of subgroups; sigma = mean of s / c4(n).

    Args, Returns, Errors: as ``xbar_r_chart``, with standard deviations (n - 1) in place of ranges.

    Source: Montgomery ch. 6.3.
    """
    return _subgroup_chart(values, "standard deviation", phases=phases, rules=rules, precision=precision, table=table)
