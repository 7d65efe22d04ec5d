"""Answers of one place or interviewer that are more alike than chance: somebody may have filled them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from servicequality.answers import Floats, matrix
from servicequality.errors import DataError, ParameterError
from servicequality.results import Result

DRAWS = 200
SIZES = 12  # sizes at which chance is measured between 2 and the largest cluster; others lie between


@dataclass(frozen=True)
class ClusterAgreement(Result):
    """``agreement``: chance that two answers of the cluster to the same item are equal, mean over items.

    ``expected`` and ``spread``: mean and standard deviation of the same among as many respondents drawn at random from
    all. ``distance`` = (agreement - expected) / spread.
    """

    cluster: str
    n: int
    agreement: float
    expected: float
    spread: float
    distance: float


def coded(x: Floats) -> tuple[npt.NDArray[np.int64], int]:
    """Answers as 0, 1, 2 …; the last code stands for no answer."""
    levels = np.unique(x[~np.isnan(x)])
    codes = np.searchsorted(levels, np.nan_to_num(x, nan=levels[0] if len(levels) else 0.0))
    codes[np.isnan(x)] = len(levels)
    return codes.astype(np.int64), len(levels)


def agreement_of(codes: npt.NDArray[np.int64], size: int) -> float:
    """Share of equal pairs of answers, mean over the items that two or more answered; NaN without any."""
    k = codes.shape[1]
    place = codes + (size + 1) * np.arange(k)
    counts = np.bincount(place.reshape(-1), minlength=k * (size + 1)).reshape(k, size + 1)[:, :size]
    n = counts.sum(axis=1)
    usable = n > 1
    if not usable.any():
        return float("nan")
    pairs = (counts * (counts - 1)).sum(axis=1)[usable] / (n * (n - 1))[usable]
    return float(pairs.mean())


def cluster_agreement(
    answers: Any, clusters: Any, *, fewest: int = 10, draws: int = DRAWS, seed: int = 20_240_601
) -> tuple[ClusterAgreement, ...]:
    """Compare the answers within each cluster with as many drawn at random; most alike first.

    ``answers``: respondents x items (n, k). ``clusters``: a name per respondent, "" for none. Clusters of fewer than
    ``fewest`` respondents are left out. Chance is measured by ``draws`` random groups at some sizes and interpolated
    between them (in 1/size, in which mean and variance are smooth). Alike is a reason to look, not a proof: people on
    one bus had the same bus.

    Raises ``DataError`` when there is not one cluster per respondent, ``ParameterError`` for ``fewest`` below 2.
    """
    if fewest < 2:
        raise ParameterError("a cluster needs two respondents", place="fewest")
    x = matrix(answers)
    names = np.asarray(clusters, dtype=object)
    if len(names) != len(x):
        raise DataError(f"{len(names)} clusters for {len(x)} respondents", place="clusters")
    codes, size = coded(x)
    labels, numbers = np.unique(names.astype(str), return_inverse=True)
    counts = np.bincount(numbers, minlength=len(labels))
    chosen = [place for place, label in enumerate(labels) if label and counts[place] >= fewest]
    if not chosen or size == 0:
        return ()
    expected, spread = chance(codes, size, counts[chosen], draws, seed)
    order = np.argsort(numbers, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)])
    found = []
    for place in chosen:
        mine = agreement_of(codes[order[starts[place] : starts[place + 1]]], size)
        n = int(counts[place])
        sd = spread(n)
        if np.isnan(mine) or not sd > 1e-12:
            continue
        found.append(ClusterAgreement(str(labels[place]), n, mine, expected(n), sd, (mine - expected(n)) / sd))
    return tuple(sorted(found, key=lambda one: -one.distance))


def chance(
    codes: npt.NDArray[np.int64], size: int, sizes: npt.NDArray[np.int64], draws: int, seed: int
) -> tuple[Any, Any]:
    """Mean and standard deviation of the agreement of random groups, as functions of their size."""
    rng = np.random.default_rng(seed)
    grid = np.unique(np.geomspace(sizes.min(), min(sizes.max(), len(codes)), SIZES).round().astype(np.int64))
    means, deviations = [], []
    for n in grid:
        drawn = [
            agreement_of(codes[rng.choice(len(codes), int(n), replace=False, shuffle=False)], size)
            for _ in range(draws)
        ]
        means.append(float(np.nanmean(drawn)))
        deviations.append(float(np.nanstd(drawn)))
    at = 1 / grid[::-1].astype(np.float64)
    mean_values, deviation_values = means[::-1], deviations[::-1]

    def expected(n: int) -> float:
        return float(np.interp(1 / n, at, mean_values))

    def spread(n: int) -> float:
        return float(np.interp(1 / n, at, deviation_values))

    return expected, spread
