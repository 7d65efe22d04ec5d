"""What a rule set costs: average run length and false alarms of an in-control process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from servicequality.errors import NotConvergedError, ParameterError
from servicequality.results import Result
from servicequality.run_rules.detection import detect
from servicequality.run_rules.rules import (
    Alternating,
    Beyond,
    Hugging,
    Mixture,
    Rule,
    RunOnOneSide,
    Trend,
    ZoneCount,
)

_SIMULATED_SERIES = 4000
_STATE_LIMIT = 6000


@dataclass(frozen=True)
class FalseAlarms(Result):
    """What to expect of ``charts`` in-control charts with ``points`` points each.

    ``arl`` points until the first false signal of one chart; ``chance`` probability that one chart shows at
    least one; ``expected_charts`` number of charts of the wall that show at least one;
    ``per_period`` long-run probability that a given chart starts a false signal in a given period (1 / arl);
    ``exact`` False where the figures come from a seeded simulation (trend and alternating rules).
    """

    arl: float
    chance: float
    expected_charts: float
    per_period: float
    points: int
    charts: int
    exact: bool


# One rule's memory: the bits of its last window for the upper and the lower side, or a run counter.
_Memory = tuple[int, ...]


def _step(rule: Rule, memory: _Memory, low: float, high: float) -> tuple[_Memory, bool]:
    """Advance one rule by a value inside the zone (low, high), and say whether it signals."""
    if isinstance(rule, Beyond):
        return (), low >= rule.limit or high <= -rule.limit
    if isinstance(rule, RunOnOneSide):
        up = memory[0] + 1 if low >= 0 else 0
        down = memory[1] + 1 if high <= 0 else 0
        return (up, down), max(up, down) >= rule.length
    if isinstance(rule, ZoneCount):
        keep = (1 << (rule.window - 1)) - 1
        above, below = low >= rule.limit, high <= -rule.limit
        up, down = (memory[0] << 1) | above, (memory[1] << 1) | below
        hit = (above and up.bit_count() >= rule.count) or (below and down.bit_count() >= rule.count)
        return (up & keep, down & keep), hit
    if isinstance(rule, Hugging):
        count = memory[0] + 1 if low >= -rule.limit and high <= rule.limit else 0
        return (count, 0), count >= rule.length
    assert isinstance(rule, Mixture)
    above, below = low >= rule.limit, high <= -rule.limit
    if not (above or below):
        return (0, 0, 0), False
    count, last, same = memory[0] + 1, memory[1], memory[2]
    now = 1 if above else -1
    same = same + 1 if now == last else 1
    hit = count >= rule.length and (not rule.both_sides or same < rule.length)
    return (min(count, rule.length), now, min(same, rule.length)), hit


def _start(rule: Rule) -> _Memory:
    if isinstance(rule, Beyond):
        return ()
    return (0, 0, 0) if isinstance(rule, Mixture) else (0, 0)


def _zones(rules: Sequence[Rule]) -> list[tuple[float, float]]:
    cuts = {0.0}
    for rule in rules:
        if isinstance(rule, (Beyond, ZoneCount, Hugging, Mixture)):
            cuts |= {rule.limit, -rule.limit}
    edges = [-np.inf, *sorted(cuts), np.inf]
    return list(pairwise(edges))


@lru_cache(maxsize=64)
def _chain(rules: tuple[Rule, ...], shift: float) -> NDArray[np.float64]:
    """Transition matrix among the states without a signal yet; row 0 is the start (Champ, Woodall 1987)."""
    zones = _zones(rules)
    chance = [float(stats.norm.cdf(b - shift) - stats.norm.cdf(a - shift)) for a, b in zones]
    first = tuple(_start(rule) for rule in rules)
    numbers: dict[tuple[_Memory, ...], int] = {first: 0}
    queue = [first]
    moves: list[tuple[int, int, float]] = []
    while queue:
        state = queue.pop()
        for (low, high), probability in zip(zones, chance, strict=True):
            stepped = [_step(rule, memory, low, high) for rule, memory in zip(rules, state, strict=True)]
            if any(hit for _, hit in stepped):
                continue
            follower = tuple(memory for memory, _ in stepped)
            if follower not in numbers:
                numbers[follower] = len(numbers)
                queue.append(follower)
                if len(numbers) > _STATE_LIMIT:
                    raise NotConvergedError("too many states for an exact run length; use fewer rules")
            moves.append((numbers[state], numbers[follower], probability))
    matrix = np.zeros((len(numbers), len(numbers)))
    for source, target, probability in moves:
        matrix[source, target] += probability
    return matrix


def _is_exact(rules: Sequence[Rule]) -> bool:
    return not any(isinstance(rule, (Trend, Alternating)) for rule in rules)


@lru_cache(maxsize=16)
def _simulated(rules: tuple[Rule, ...], shift: float, points: int) -> NDArray[np.float64]:
    """First signal of simulated series; those without one within ``points`` are infinite."""
    random = np.random.default_rng(20240601)
    z = random.standard_normal((_SIMULATED_SERIES, points)) + shift
    hit = detect(z, rules).any
    return np.where(hit.any(axis=1), hit.argmax(axis=1) + 1.0, np.inf)


def average_run_length(rules: Sequence[Rule], *, shift: float = 0.0) -> float:
    """Mean number of points until the first signal, for independent normal values.

    Args:
        rules: the rule set.
        shift: true distance of the mean from the centre line in sigma; 0 = in control.

    Returns:
        Exact by a Markov chain over the rules' memories. Sets with ``Trend`` or ``Alternating`` depend on the
        values themselves: there the mean comes from 4,000 seeded series of 600 points with the usual
        estimator for censored exponential times (relative error about 2 %).

    Errors: ParameterError without rules; NotConvergedError when the set needs more than 6,000 states.

    Source: Champ, Woodall 1987, Technometrics 29(4):393-399 (Western Electric: 91.75).
    """
    if not rules:
        raise ParameterError("at least one rule is needed", place="rules")
    if not _is_exact(rules):
        first = _simulated(tuple(rules), float(shift), 600)
        seen = np.isfinite(first)
        return float(np.where(seen, first, 600.0).sum() / max(int(seen.sum()), 1))
    matrix = _chain(tuple(rules), float(shift))
    lengths = np.linalg.solve(np.eye(len(matrix)) - matrix, np.ones(len(matrix)))
    return float(lengths[0])


def false_alarms(rules: Sequence[Rule], *, points: int = 24, charts: int = 1) -> FalseAlarms:
    """State the false alarms to expect when nothing has changed on any chart.

    Args:
        rules: the rule set; points: points per chart; charts: charts on the wall.

    Returns:
        FalseAlarms; exact unless the set holds ``Trend`` or ``Alternating`` (seeded simulation).

    Errors: ParameterError for points or charts below 1.

    Assumes independent normal values and known limits; limits estimated from few points give more.
    """
    if points < 1 or charts < 1:
        raise ParameterError("points and charts must be at least 1")
    exact = _is_exact(rules)
    arl = average_run_length(rules)
    if exact:
        matrix = _chain(tuple(rules), 0.0)
        row = np.zeros(len(matrix))
        row[0] = 1.0
        for _ in range(points):
            row = row @ matrix
        chance = float(1.0 - row.sum())
    else:
        chance = float(np.mean(_simulated(tuple(rules), 0.0, max(points, 2)) <= points))
    return FalseAlarms(arl, chance, chance * charts, 1.0 / arl, points, charts, exact)


@lru_cache(maxsize=64)
def average_run_length_cusum(k: float = 0.5, h: float = 5.0, *, shift: float = 0.0) -> float:
    """Average run length of the two-sided tabular CUSUM for independent normal values.

    Args:
        k: reference value, h: decision interval, shift: true shift, all in sigma of the plotted value.

    Returns:
        Number of points; integral equation solved on 120 Gauss-Legendre nodes, the two sides joined by
        1/ARL = 1/ARL+ + 1/ARL-.

    Errors: ParameterError for k < 0 or h <= 0.

    Source: Page 1954; Vance 1986, J. Quality Technology 18:188-193. k = .5, h = 5: 465 and 10.4 at 1 sigma.
    """
    if k < 0 or h <= 0:
        raise ParameterError(f"k must be >= 0 and h > 0, are {k} and {h}")
    nodes, weights = np.polynomial.legendre.leggauss(120)
    y, w = (nodes + 1) * h / 2, weights * h / 2

    def one_side(delta: float) -> float:
        start = np.concatenate([[0.0], y])
        kernel = np.empty((121, 121))
        kernel[:, 0] = stats.norm.cdf(k - start - delta)
        kernel[:, 1:] = stats.norm.pdf(y[None, :] + k - start[:, None] - delta) * w[None, :]
        return float(np.linalg.solve(np.eye(121) - kernel, np.ones(121))[0])

    return 1.0 / (1.0 / one_side(shift) + 1.0 / one_side(-shift))


@lru_cache(maxsize=64)
def average_run_length_ewma(lam: float = 0.2, L: float = 3.0, *, shift: float = 0.0) -> float:
    """Average run length of the EWMA chart with constant (asymptotic) limits.

    Args:
        lam: weight of the newest value, 0 < lam <= 1; L: limit in sigma of the EWMA; shift: true shift in
            sigma of the plotted value.

    Returns:
        Number of points; integral equation of Crowder on 160 Gauss-Legendre nodes.

    Errors: ParameterError for values outside their range.

    Source: Crowder 1987, Technometrics 29(4):401-407. lam = .1, L = 2.814: 500 and 10.3 at 1 sigma.
    """
    if not 0 < lam <= 1 or L <= 0:
        raise ParameterError(f"0 < lam <= 1 and L > 0 are needed, are {lam} and {L}")
    nodes, weights = np.polynomial.legendre.leggauss(160)
    limit = L * np.sqrt(lam / (2 - lam))
    y, w = nodes * limit, weights * limit
    start = np.concatenate([[0.0], y])
    kernel = stats.norm.pdf((y[None, :] - (1 - lam) * start[:, None]) / lam - shift) * w[None, :] / lam
    inner = np.linalg.solve(np.eye(160) - kernel[1:], np.ones(160))
    return float(1.0 + kernel[0] @ inner)
