"""Charts of counts: p, np, c, u, Laney p' and u', and the choice among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from servicequality.control_charts.chart import (
    SKEWED,
    Bools,
    Chart,
    Floats,
    as_table,
    assemble,
    by_part,
    layout_for,
    mean_where,
    moving_range,
    standardise,
    where_text,
)
from servicequality.control_charts.constants import Precision, constants
from servicequality.control_charts.phases import ONE_PHASE, Layout, Phases
from servicequality.errors import DataError, ParameterError
from servicequality.results import Result
from servicequality.run_rules import DEFAULT_RULES, Rule

Laney = Literal["no", "yes", "auto"]
_NEAR_ONE = 0.1


def _counts(x: ArrayLike, n: ArrayLike | None, *, bounded: bool) -> tuple[Floats, Floats, bool]:
    counts, single = as_table(x, "x")
    if n is None:
        base = np.ones(counts.shape)
    else:
        given = np.asarray(n, dtype=np.float64)
        try:
            base = np.array(np.broadcast_to(given, (counts.shape[1],) if single else counts.shape))
        except ValueError as error:
            raise DataError(f"x {counts.shape} and n {given.shape} differ in shape", place="n") from error
        base = np.atleast_2d(base)
    if (counts < 0).any():
        raise DataError("counts must not be negative", place=where_text(counts < 0))
    if (base < 0).any():
        raise DataError("a base must not be negative", place=where_text(base < 0))
    if bounded and (counts > base).any():
        raise DataError("more cases than the base holds", place=where_text(counts > base))
    base = np.where(base == 0, np.nan, base)
    return np.where(np.isnan(base), np.nan, counts), base, single


def _pooled(x: Floats, n: Floats, layout: Layout) -> Floats:
    def ratio(columns: slice, baseline: Bools) -> Floats:
        known = baseline & ~np.isnan(x[:, columns])
        return mean_where(x[:, columns], known) / mean_where(n[:, columns], known)

    return by_part(layout, ratio, x.shape)


def _laney_factor(z: Floats, layout: Layout, source: str, d2: float) -> Floats:
    """sigma_z of each series and part: mean moving range of z / d2(2)."""

    def factor(columns: slice, baseline: Bools) -> Floats:
        block = z[:, columns]
        mask = np.broadcast_to(baseline if source == "baseline" else np.ones_like(baseline), block.shape)
        ranges = moving_range(block, mask)
        return mean_where(ranges, ~np.isnan(ranges)) / d2

    return by_part(layout, factor, z.shape)


def _attribute_chart(
    kind: str,
    cases: ArrayLike,
    bases: ArrayLike | None,
    *,
    bounded: bool,
    phases: Phases,
    rules: Sequence[Rule],
    laney: Laney = "no",
    sigma_z_from: Literal["baseline", "all"] = "baseline",
    precision: Precision = "exact",
    totals: bool = False,
) -> Chart:
    """Chart of cases / bases; ``bounded`` when cases cannot exceed their base (shares), ``totals`` for counts."""
    x, n, single = _counts(cases, bases, bounded=bounded)
    layout = layout_for(phases, x)
    centre = _pooled(x, n, layout)
    variance = centre * (1 - centre) if bounded else centre
    sigma = np.sqrt(variance / n)
    rate = x / n
    notes: list[str] = []
    sigma_z: Floats | None = None
    if laney != "no":
        z = standardise(rate, centre, sigma)
        if sigma_z_from not in ("baseline", "all"):
            raise ParameterError("is 'baseline' or 'all'", place="sigma_z_from")
        factor = _laney_factor(z, layout, sigma_z_from, constants(2, precision).d2)
        last = factor[:, -1]
        sigma_z = np.array(last[0]) if single else last
        if (last > 1 + _NEAR_ONE).any():
            notes.append("overdispersed")
        if (last < 1 - _NEAR_ONE).any():
            notes.append("underdispersed")
        if laney == "auto":
            ordinary = ~(factor > 1 + _NEAR_ONE)
            if ordinary[:, -1].any():
                notes.append("ordinary_limits")
            factor = np.where(ordinary, 1.0, factor)
        sigma = sigma * factor
    lower, upper = np.maximum(centre - 3 * sigma, 0.0), centre + 3 * sigma
    if bounded:
        upper = np.minimum(upper, 1.0)
    z = standardise(rate, centre, sigma)
    scale = n if totals else 1.0
    return assemble(
        kind,
        value=rate * scale,
        centre=centre * scale,
        sigma=sigma * scale,
        lower=lower * scale,
        upper=upper * scale,
        layout=layout,
        rules=rules,
        single=single,
        allowed=SKEWED,
        base=None if bases is None else n,
        z=z,
        sigma_z=sigma_z,
        notes=notes,
    )


def p_chart(x: ArrayLike, n: ArrayLike, *, phases: Phases = ONE_PHASE, rules: Sequence[Rule] = DEFAULT_RULES) -> Chart:
    """p chart: share of cases, limits vary with the base.

    Args:
        x: cases, shape (points,) or (series, points), NaN = missing.
        n: bases, same shape or one number; 0 = no data at that point.
        phases: baseline, rebases and exclusions. rules: only limits, runs, trends and alternation apply.

    Returns:
        Chart; centre = sum(x) / sum(n) over the baseline, limits 3 sqrt(p(1-p)/n) kept inside 0..1.

    Errors: DataError for negative counts, x > n or shapes that differ; ParameterError for zone rules.

    Source: Montgomery ch. 7.2. With bases in the thousands use ``proportion_chart``.
    """
    return _attribute_chart("p", x, n, bounded=True, phases=phases, rules=rules)


def np_chart(x: ArrayLike, n: ArrayLike, *, phases: Phases = ONE_PHASE, rules: Sequence[Rule] = DEFAULT_RULES) -> Chart:
    """np chart: number of cases among a base; as ``p_chart`` times n (meant for a constant base)."""
    return _attribute_chart("np", x, n, bounded=True, phases=phases, rules=rules, totals=True)


def c_chart(x: ArrayLike, *, phases: Phases = ONE_PHASE, rules: Sequence[Rule] = DEFAULT_RULES) -> Chart:
    """c chart: counts over equal areas of opportunity; limits 3 sqrt(c), floored at 0.

    Args, Errors: as ``p_chart`` without a base. Source: Montgomery ch. 7.3.
    """
    return _attribute_chart("c", x, None, bounded=False, phases=phases, rules=rules)


def u_chart(x: ArrayLike, n: ArrayLike, *, phases: Phases = ONE_PHASE, rules: Sequence[Rule] = DEFAULT_RULES) -> Chart:
    """u chart: events per unit of exposure (per 10,000 riders: give n in units of 10,000).

    Args, Errors: as ``p_chart``; x may exceed n. Source: Montgomery ch. 7.3.
    """
    return _attribute_chart("u", x, n, bounded=False, phases=phases, rules=rules)


def laney_p_chart(
    x: ArrayLike,
    n: ArrayLike,
    *,
    phases: Phases = ONE_PHASE,
    rules: Sequence[Rule] = DEFAULT_RULES,
    sigma_z_from: Literal["baseline", "all"] = "baseline",
    precision: Precision = "exact",
) -> Chart:
    """Laney p' chart: p limits times sigma_z, the real spread of z between neighbouring points.

    Args:
        x, n, phases, rules: as ``p_chart``.
        sigma_z_from: "baseline" so that frozen limits do not move with new points; "all" as Minitab and
            qicharts2 draw it.
        precision: "textbook" takes d2 = 1.128.

    Returns:
        Chart with ``sigma_z`` (one per series, of the last part). sigma_z below .9 is noted as
        ``underdispersed``: over-smoothed or fabricated figures look like that.

    Errors: as ``p_chart``.

    Source: Laney 2002, Quality Engineering 14(4):531-537.
    """
    return _attribute_chart(
        "p prime",
        x,
        n,
        bounded=True,
        phases=phases,
        rules=rules,
        laney="yes",
        sigma_z_from=sigma_z_from,
        precision=precision,
    )


def laney_u_chart(
    x: ArrayLike,
    n: ArrayLike,
    *,
    phases: Phases = ONE_PHASE,
    rules: Sequence[Rule] = DEFAULT_RULES,
    sigma_z_from: Literal["baseline", "all"] = "baseline",
    precision: Precision = "exact",
) -> Chart:
    """Laney u' chart: u limits times sigma_z; see ``laney_p_chart``."""
    return _attribute_chart(
        "u prime",
        x,
        n,
        bounded=False,
        phases=phases,
        rules=rules,
        laney="yes",
        sigma_z_from=sigma_z_from,
        precision=precision,
    )


def proportion_chart(
    x: ArrayLike, n: ArrayLike, *, phases: Phases = ONE_PHASE, rules: Sequence[Rule] = DEFAULT_RULES
) -> Chart:
    """The chart to take for shares when nobody has chosen: p', and p where sigma_z says nothing is added.

    Args, Errors: as ``p_chart``.

    Returns:
        Chart with ``sigma_z``; series with sigma_z up to 1.1 keep the ordinary p limits (note
        ``ordinary_limits``): limits are widened for real excess spread, never narrowed.
    """
    return _attribute_chart("p prime or p", x, n, bounded=True, phases=phases, rules=rules, laney="auto")


def rate_chart(
    x: ArrayLike, n: ArrayLike, *, phases: Phases = ONE_PHASE, rules: Sequence[Rule] = DEFAULT_RULES
) -> Chart:
    """The chart to take for events per exposure: u', and u where sigma_z is near 1; see proportion_chart."""
    return _attribute_chart("u prime or u", x, n, bounded=False, phases=phases, rules=rules, laney="auto")


@dataclass(frozen=True)
class Overdispersion(Result):
    """Is the spread larger than chance allows? ``ratio`` observed / expected variance, ``statistic`` chi2,
    ``p_over`` and ``p_under`` one-sided probabilities of a spread as large (as small), ``n`` points."""

    ratio: float
    statistic: float
    df: int
    p_over: float
    p_under: float
    n: int


def overdispersion_test(x: ArrayLike, n: ArrayLike | None = None) -> Overdispersion:
    """Chi-squared dispersion test of one series.

    Args:
        x: counts, shape (points,), NaN = left out; n: bases for shares (binomial); None for plain counts of
            equal exposure (Poisson).

    Returns:
        Overdispersion; df = points - 1.

    Errors: DataError for fewer than 3 points, x > n, or a pooled share of 0 or 1.

    Source: Wetherill, Brown 1991, Statistical Process Control, p. 212-213, 216-218.
    """
    counts, base, single = _counts(x, n, bounded=n is not None)
    if not single:
        raise DataError("takes one series at a time", place="x")
    keep = ~np.isnan(counts[0])
    c, b = counts[0][keep], base[0][keep]
    centre = float(c.sum() / b.sum()) if c.size else 0.0
    variance = centre * (1 - centre) if n is not None else centre
    if c.size < 3 or variance <= 0:
        raise DataError("needs at least 3 points and a share or rate that varies", place="x")
    statistic = float(((c - b * centre) ** 2 / (b * variance)).sum())
    df = int(c.size - 1)
    return Overdispersion(
        statistic / df,
        statistic,
        df,
        float(stats.chi2.sf(statistic, df)),
        float(stats.chi2.cdf(statistic, df)),
        int(c.size),
    )
