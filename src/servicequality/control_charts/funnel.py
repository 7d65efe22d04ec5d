"""Funnel plot: units compared in one period, without a ranking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from servicequality.control_charts.chart import Floats
from servicequality.errors import DataError, ParameterError
from servicequality.results import Result


@dataclass(frozen=True)
class Funnel(Result):
    """Units against the limits their size allows.

    ``rate`` x / n per unit (NaN without a base); ``target`` the common centre; ``inner`` and ``outer`` limits
    (low, high), shape (units, 2), at 95 and 99.8 %; ``z`` standardised by the limits' own spread; ``p_value``
    two-sided; ``flag`` per unit: "inside", "warning" (between the limits), "high", "low", "no_data";
    ``discovery`` units that stay significant at a false discovery rate of 5 % (Benjamini, Hochberg);
    ``dispersion`` phi of the winsorised z; ``overdispersed`` whether the limits were widened by it.
    """

    rate: Floats
    target: float
    inner: Floats
    outer: Floats
    z: Floats
    p_value: Floats
    flag: NDArray[np.str_]
    discovery: NDArray[np.bool_]
    dispersion: float
    overdispersed: bool


def false_discoveries(p_values: ArrayLike, *, rate: float = 0.05) -> NDArray[np.bool_]:
    """Which p-values survive the Benjamini-Hochberg rule; NaN never does. Shape as given, 1-D.

    Errors: ParameterError for a rate outside (0, 1).

    Source: Benjamini, Hochberg 1995, J. R. Statist. Soc. B 57(1):289-300.
    """
    if not 0 < rate < 1:
        raise ParameterError(f"must lie in (0, 1), is {rate}", place="rate")
    p = np.asarray(p_values, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(p))
    keep = np.zeros(p.shape, dtype=bool)
    order = known[np.argsort(p[known], kind="stable")]
    passed = p[order] <= rate * np.arange(1, order.size + 1) / max(order.size, 1)
    if passed.any():
        keep[order[: int(np.flatnonzero(passed)[-1]) + 1]] = True
    return keep


def funnel(
    x: ArrayLike,
    n: ArrayLike,
    *,
    kind: Literal["proportion", "rate"] = "proportion",
    target: float | None = None,
    adjust: Literal["auto", "never"] = "auto",
    winsorise: float = 0.1,
) -> Funnel:
    """Compare units of different size on one share or rate.

    Args:
        x: cases per unit, shape (units,); n: base per unit (contacts, or exposure for "rate").
        kind: binomial or Poisson spread. target: common value, None = sum(x) / sum(n).
        adjust: "auto" widens the limits by sqrt(phi) when phi of the winsorised z exceeds 1 + 2 sqrt(2/units)
            (Spiegelhalter's rule of thumb); "never" keeps the plain limits.
        winsorise: share of z values pulled in at each end before phi is taken.

    Returns:
        Funnel. Limits by the normal approximation, kept inside 0 (and 1); a unit needs about 5 expected
        cases for them to be fair.

    Errors: DataError for shapes that differ, negative numbers, x > n or no data; ParameterError for
        winsorise outside [0, .5) or a target the kind does not allow.

    Source: Spiegelhalter 2005, Statistics in Medicine 24:1185-1202.
    """
    cases, base = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if cases.ndim != 1 or cases.shape != base.shape:
        raise DataError(f"x {cases.shape} and n {base.shape} must be one value per unit", place="x")
    bad = (cases < 0) | (base < 0) | ((cases > base) if kind == "proportion" else False)
    if bad.any():
        raise DataError("cases must lie between 0 and the base", place=f"unit {int(np.flatnonzero(bad)[0]) + 1}")
    if not 0 <= winsorise < 0.5:
        raise ParameterError(f"must lie in [0, .5), is {winsorise}", place="winsorise")
    known = ~np.isnan(cases) & (base > 0)
    if not known.any():
        raise DataError("no unit has data", place="n")
    centre = float(cases[known].sum() / base[known].sum()) if target is None else float(target)
    if centre < 0 or (kind == "proportion" and centre > 1):
        raise ParameterError(f"{centre} is no {kind}", place="target")
    size = np.where(known, base, np.nan)
    rate = cases / size
    variance = centre * (1 - centre) if kind == "proportion" else centre
    error = np.sqrt(variance / size)
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = np.where(error > 0, (rate - centre) / error, np.where(rate == centre, 0.0, np.nan))
    z_known = plain[known & ~np.isnan(plain)]
    units = z_known.size
    phi = 1.0
    if units >= 2:
        low, high = np.quantile(z_known, [winsorise, 1 - winsorise])
        phi = float(np.mean(np.clip(z_known, low, high) ** 2))
    widened = adjust == "auto" and units >= 2 and phi > 1 + 2 * np.sqrt(2 / units)
    spread = error * (np.sqrt(phi) if widened else 1.0)
    z = plain / (np.sqrt(phi) if widened else 1.0)
    p_value = 2 * stats.norm.sf(np.abs(z))
    top = 1.0 if kind == "proportion" else np.inf

    def limits(quantile: float) -> Floats:
        half = float(stats.norm.ppf(quantile)) * spread
        return np.stack([np.maximum(centre - half, 0.0), np.minimum(centre + half, top)], axis=1)

    inner, outer = limits(0.975), limits(0.999)
    flag = np.full(cases.shape, "inside", dtype="<U8")
    flag[(rate > inner[:, 1]) | (rate < inner[:, 0])] = "warning"
    flag[rate > outer[:, 1]] = "high"
    flag[rate < outer[:, 0]] = "low"
    flag[~known] = "no_data"
    return Funnel(rate, centre, inner, outer, z, p_value, flag, false_discoveries(p_value), phi, bool(widened))
