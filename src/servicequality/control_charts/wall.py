"""A wall of charts: icons for managers, ranking by evidence, and the false signals to expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from servicequality.control_charts.chart import Chart, Floats
from servicequality.control_charts.funnel import false_discoveries
from servicequality.errors import ParameterError
from servicequality.results import Result
from servicequality.run_rules import DEFAULT_RULES, Rule, average_run_length

Direction = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Icons(Result):
    """One word per series for variation and for assurance.

    ``variation``: "common_cause", "improving", "concerning", "special_high", "special_low" (no direction set),
    "no_data". ``assurance``: "passes", "fails", "hit_and_miss", "no_target", "no_data".
    """

    variation: NDArray[np.str_]
    assurance: NDArray[np.str_]


def _last_known(chart: Chart) -> tuple[NDArray[np.int64], NDArray[np.bool_], tuple[Floats, ...]]:
    value, upper, lower = (np.atleast_2d(a) for a in (chart.value, chart.upper, chart.lower))
    known = ~np.isnan(value) & ~np.isnan(upper)
    last = known.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    return last, np.asarray(known.any(axis=1)), (value, upper, lower)


def icons(chart: Chart, *, direction: Direction, target: ArrayLike | None = None) -> Icons:
    """Say in two words per series what a manager should see.

    Args:
        chart: any chart with limits, one series or many.
        direction: "up" higher is better, "down" lower is better, "none".
        target: one number or one per series; NaN or None = no target.

    Returns:
        Icons, arrays of shape (series,) (one entry for one series). Variation is judged at the **latest** point
        with data by the chart's own signals; assurance compares the target with the limits at that point,
        that is with the limits of the **last part**: outside them the process passes or fails
        consistently, inside it is hit and miss (a target on a limit counts as inside).

    Errors: ParameterError for another direction, or a target without a direction.

    Source: NHS England, Making Data Count (icons); the rule for rebased charts is ours and is tested.
    """
    if direction not in ("up", "down", "none"):
        raise ParameterError("is 'up', 'down' or 'none'", place="direction")
    if target is not None and direction == "none":
        raise ParameterError("a target needs a direction", place="direction")
    last, known, (_, upper, lower) = _last_known(chart)
    rows = np.arange(len(last))
    hits = chart.signals.hits if chart.value.ndim == 2 else chart.signals.hits[:, None]
    sides = chart.signals.side if chart.value.ndim == 2 else chart.signals.side[:, None]
    signal = hits[:, rows, last].any(axis=0)
    lean = sides[:, rows, last].astype(np.int64).sum(axis=0)
    variation = np.full(len(last), "common_cause", dtype="<U12")
    better = {"up": lean > 0, "down": lean < 0, "none": np.zeros(len(last), dtype=bool)}[direction]
    if direction == "none":
        variation[signal & (lean > 0)] = "special_high"
        variation[signal & (lean <= 0)] = "special_low"
    else:
        variation[signal & better] = "improving"
        variation[signal & ~better & (lean != 0)] = "concerning"
    variation[~known] = "no_data"
    goal = np.full(len(last), np.nan)
    goal[:] = np.nan if target is None else np.asarray(target, dtype=np.float64)
    high, low = upper[rows, last], lower[rows, last]
    assurance = np.full(len(last), "hit_and_miss", dtype="<U12")
    if direction == "up":
        assurance[goal < low], assurance[goal > high] = "passes", "fails"
    elif direction == "down":
        assurance[goal > high], assurance[goal < low] = "passes", "fails"
    assurance[np.isnan(goal)] = "no_target"
    assurance[~known] = "no_data"
    return Icons(variation, assurance)


@dataclass(frozen=True)
class Ranking(Result):
    """Series in the order of evidence that something has changed.

    ``order`` row numbers, strongest first; ``score`` -log10 of the chance of such evidence per series (0 =
    none); ``signal`` a rule fires at the latest point; ``discovery`` what stays at the false discovery rate;
    ``expected_false`` signals to expect on this wall per period if nothing has changed; ``n`` series with data.
    """

    order: NDArray[np.int64]
    score: Floats
    signal: NDArray[np.bool_]
    discovery: NDArray[np.bool_]
    expected_false: float
    n: int


def rank_by_evidence(
    chart: Chart, *, rules: Sequence[Rule] = DEFAULT_RULES, false_discovery_rate: float = 0.05
) -> Ranking:
    """Order a wall of charts by evidence of change at their latest points, not by level.

    Args:
        chart: a chart of many series. rules: the rules it was judged by, for the expected false signals.
        false_discovery_rate: for ``discovery``.

    Returns:
        Ranking. Evidence is the stronger of the latest point's normal tail and the sign run that ends there
        (length m has chance 2**(1 - m)), joined by Bonferroni's factor of 2.

    Errors: ParameterError for a chart of one series.
    """
    if chart.value.ndim != 2:
        raise ParameterError("ranking needs a chart of many series", place="chart")
    last, known, _ = _last_known(chart)
    rows, points = np.arange(len(last)), chart.z.shape[1]
    z = np.where(known, chart.z[rows, last], np.nan)
    side = np.sign(np.where(np.isnan(chart.z), 0.0, chart.z))
    same_part = chart.part[None, :] == chart.part[last][:, None]
    matches = (side == side[rows, last][:, None]) & (side != 0) & same_part
    matches[np.arange(points)[None, :] > last[:, None]] = True
    broken = ~matches[:, ::-1]
    tail = np.where(broken.any(axis=1), np.argmax(broken, axis=1), points) - (points - 1 - last)
    p_limit = 2 * stats.norm.sf(np.abs(z))
    p_run = np.where(tail > 0, 2.0 ** (1 - np.maximum(tail, 1)), 1.0)
    p = np.minimum(1.0, 2 * np.minimum(p_limit, p_run))
    with np.errstate(divide="ignore"):
        score = np.where(known, -np.log10(np.maximum(p, 1e-300)), 0.0)
    score = np.where(np.isnan(score), 0.0, score)
    signal = chart.signals.hits[:, rows, last].any(axis=0) & known
    discovery = false_discoveries(np.where(known, p, np.nan), rate=false_discovery_rate)
    expected = float(known.sum()) / average_run_length(rules)
    order = np.argsort(-score, kind="stable")
    return Ranking(order, score, signal, discovery, expected, int(known.sum()))
