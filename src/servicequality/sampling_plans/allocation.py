"""Sharing a sample among strata (lines, shifts, evaluators), and the mean it gives. Source: Cochran 1977, chapter 5."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from servicequality.answers import Floats, VectorLike, check_level, column
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import t_quantile
from servicequality.results import Estimate


def allocate_proportional(n: int, sizes: Mapping[str, int], *, minimum: int = 0) -> dict[str, int]:
    """Share n among strata in proportion to their sizes, at least ``minimum`` each (or the whole stratum if smaller).

    The shares are whole numbers that add up to n exactly (largest remainders; ties by order of the strata).

    Raises:
        ParameterError: n above the total size, or below what the minimum takes; negative figures.
    """
    return _allocate(n, sizes, {name: float(size) for name, size in sizes.items()}, minimum)


def apportion(n: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Split n by ``shares`` of the whole (each 0..1, together at most 1) into whole numbers.

    Largest remainders, ties by order. What the shares leave of the whole is left of n too: together the parts are
    n times the sum of the shares, rounded half up.

    Raises:
        ParameterError: n negative, a share outside 0..1, shares above 1 together.
    """
    total = sum(shares.values())
    if n < 0 or any(not 0 <= share <= 1 for share in shares.values()) or total > 1 + 1e-9:
        raise ParameterError("shares must lie in 0 .. 1 and not exceed 1 together", place="shares")
    exact = {name: n * share for name, share in shares.items()}
    parts = {name: math.floor(value + 1e-9) for name, value in exact.items()}
    rest = math.floor(n * total + 0.5 + 1e-9) - sum(parts.values())
    by_remainder = sorted(shares, key=lambda name: parts[name] - exact[name])
    for name in by_remainder[:rest]:
        parts[name] += 1
    return parts


def allocate_neyman(n: int, sizes: Mapping[str, int], sds: Mapping[str, float], *, minimum: int = 0) -> dict[str, int]:
    """Share n so that the overall mean gets the smallest error: n_h in proportion to N_h S_h (Neyman 1934).

    ``sds``: standard deviation of the answers per stratum, one unit throughout. ``minimum`` as in
    ``allocate_proportional``. What a full stratum cannot take goes to the others.

    Raises:
        ParameterError: as ``allocate_proportional``; a stratum without sd, a negative sd, all sd 0.
    """
    if set(sizes) != set(sds):
        raise ParameterError("need the same strata as the sizes", place="sds")
    if not all(sd >= 0 for sd in sds.values()) or not any(sd > 0 for sd in sds.values()):
        raise ParameterError("must not be negative, and not all zero", place="sds")
    return _allocate(n, sizes, {name: size * sds[name] for name, size in sizes.items()}, minimum)


def stratified_mean(values: Mapping[str, VectorLike], sizes: Mapping[str, int], *, level: float = 0.95) -> Estimate:
    """Mean of the population from a stratified sample, with the interval reached.

    ``values``: answers per stratum (NaN = missing, left out), ``sizes``: stratum sizes N_h. Variance
    sum (N_h/N)^2 (1 - n_h/N_h) s_h^2 / n_h, t with n - H degrees of freedom. A stratum with one answer (of
    several) gives a mean without interval; a stratum without answers makes the mean unknown (None).

    Raises:
        DataError: more answers than the stratum has members.
        ParameterError: strata without size.
    """
    check_level(level)
    if set(values) - set(sizes):
        raise ParameterError(f"no size for {sorted(set(values) - set(sizes))[0]!r}", place="sizes")
    total = sum(sizes.values())
    mean, variance, n, unknown, known = 0.0, 0.0, 0, False, True
    for name, size in sizes.items():
        if size == 0:
            continue
        given = column(values.get(name, []), place=name)
        answers = given[~np.isnan(given)]
        if len(answers) > size:
            raise DataError(f"{len(answers)} answers from {size} members", place=name)
        n += len(answers)
        if len(answers) == 0:
            unknown = True
            continue
        weight = size / total
        mean += weight * float(answers.mean())
        if len(answers) < size:
            if len(answers) < 2:
                known = False
                continue
            variance += weight**2 * (1 - len(answers) / size) * float(answers.var(ddof=1)) / len(answers)
    if unknown or n == 0:
        return Estimate(None, None, None, n, level, "stratified")
    free = n - sum(1 for size in sizes.values() if size > 0)
    if variance == 0 and known and n == total:
        return Estimate(mean, mean, mean, n, level, "complete count")
    if not known or free < 1:
        return Estimate(mean, None, None, n, level, "stratified")
    half = t_quantile(level, free) * math.sqrt(variance)
    return Estimate(mean, mean - half, mean + half, n, level, "stratified")


def _allocate(n: int, sizes: Mapping[str, int], wanted: Mapping[str, float], minimum: int) -> dict[str, int]:
    if n < 0 or minimum < 0 or any(size < 0 for size in sizes.values()):
        raise ParameterError("figures must not be negative", place="allocation")
    high = np.array([sizes[name] for name in sizes], dtype=np.float64)
    low = np.minimum(high, minimum)
    if n > high.sum():
        raise ParameterError(f"{n} from {high.sum():.0f} members", place="n")
    if n < low.sum():
        raise ParameterError(f"{n} cannot give every stratum its minimum ({low.sum():.0f})", place="n")
    weights = np.array([wanted[name] for name in sizes], dtype=np.float64)
    real = _clipped(weights, low, high, n)
    whole = np.floor(real + 1e-9)
    remainder = real - whole
    for index in np.argsort(-remainder, kind="stable")[: round(n - whole.sum())]:
        whole[index] += 1
    return {name: int(whole[i]) for i, name in enumerate(sizes)}


def _clipped(weights: Floats, low: Floats, high: Floats, n: int) -> Floats:
    """The allocation t * weights, held between low and high, that adds up to n."""
    ceiling = np.where(weights > 0, high, low)
    if ceiling.sum() < n:
        spare = high - ceiling
        return np.asarray(ceiling + spare * (n - ceiling.sum()) / spare.sum(), dtype=np.float64)
    left, right = 0.0, float((high[weights > 0] / weights[weights > 0]).max(initial=0.0)) + 1
    for _ in range(200):
        middle = (left + right) / 2
        if np.clip(middle * weights, low, ceiling).sum() < n:
            left = middle
        else:
            right = middle
    return np.asarray(np.clip(right * weights, low, ceiling), dtype=np.float64)
