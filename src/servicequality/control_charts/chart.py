"""The chart itself: limits, standardised values and signals, for one series or thousands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from servicequality.control_charts.phases import Layout, Phases
from servicequality.errors import DataError, ParameterError
from servicequality.results import Result
from servicequality.run_rules import ANY_CHART_RULES, Beyond, Rule, RuleSignals, detect

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHORT_BASELINE = 12


@dataclass(frozen=True)
class Chart(Result):
    """One control chart, or a wall of them.

    All arrays have the shape of the input, (points,) or (series, points); NaN = missing or not defined.

    ``value`` what is plotted; ``centre``, ``lower``, ``upper`` the lines; ``sigma`` standard deviation of
    the plotted value at each point; ``z`` = (value - centre) / sigma; ``base`` denominators where there are
    any; ``baseline`` the points that the limits rest on; ``part`` number of the part; ``signals`` the run
    rules' answer; ``sigma_z`` Laney's factor, one per series, None where the chart has none.

    ``notes`` are stable codes: ``short_baseline`` (fewer than 12 usable points), ``no_limits`` (fewer than 2),
    ``overdispersed`` / ``underdispersed`` / ``ordinary_limits`` (Laney charts, see there).
    """

    kind: str
    value: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    sigma: Floats
    z: Floats
    base: Floats | None
    baseline: Bools
    part: NDArray[np.int64]
    signals: RuleSignals
    sigma_z: Floats | None = None
    notes: tuple[str, ...] = ()

    @property
    def beyond(self) -> Bools:
        """Points outside the limits."""
        return (self.value > self.upper) | (self.value < self.lower)

    def beyond_points(self) -> list[int]:
        """Numbers (first point = 1) of the points outside the limits, for one series.

        Raises ``ParameterError`` for a chart of many series.
        """
        if self.value.ndim != 1:
            raise ParameterError("point numbers exist for one series only; use beyond for many")
        return [int(i) + 1 for i in np.flatnonzero(self.beyond)]


@dataclass(frozen=True)
class PairedChart(Result):
    """A chart of location and the chart of spread that its sigma comes from; read the spread first."""

    location: Chart
    spread: Chart


def as_table(values: ArrayLike, name: str = "values") -> tuple[Floats, bool]:
    """Return values as (series, points) and whether they were one series; DataError for other shapes."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (1, 2) or array.shape[-1] == 0:
        raise DataError(f"needs shape (points,) or (series, points), has {array.shape}", place=name)
    if np.isinf(array).any():
        raise DataError("infinite values cannot be charted", place=where_text(np.isinf(array)))
    return np.atleast_2d(array), array.ndim == 1


def where_text(mask: Bools) -> str:
    """Name the first true place of a mask in the words of the field."""
    first = tuple(int(i) + 1 for i in np.argwhere(mask)[0])
    return f"point {first[0]}" if len(first) == 1 else f"series {first[0]}, point {first[-1]}"


def mean_where(values: Floats, mask: Bools) -> Floats:
    """Mean over the last axis of the masked, present values; NaN without any. Shape (series, 1)."""
    mask = mask & ~np.isnan(values)
    count = mask.sum(axis=-1, keepdims=True)
    total = np.where(mask, values, 0.0).sum(axis=-1, keepdims=True)
    mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def moving_range(values: Floats, mask: Bools | None = None, *, bridge: bool = True) -> Floats:
    """Absolute difference to the previous usable point of the row; NaN where there is none.

    With ``bridge`` the previous usable point may lie beyond missing or masked ones (R qcc deletes them too).
    """
    usable = values if mask is None else np.where(mask, values, np.nan)
    previous = np.full(usable.shape, np.nan)
    if not bridge:
        previous[:, 1:] = usable[:, :-1]
        return np.asarray(np.abs(usable - previous))
    index = np.where(np.isnan(usable), -1, np.arange(usable.shape[1]))
    latest = np.maximum.accumulate(index, axis=1)
    before = latest[:, :-1]
    taken = np.take_along_axis(usable, np.maximum(before, 0), axis=1)
    previous[:, 1:] = np.where(before >= 0, taken, np.nan)
    return np.asarray(np.abs(usable - previous))


def by_part(layout: Layout, judge: Callable[[slice, Bools], Floats], shape: tuple[int, int]) -> Floats:
    """Fill a table part by part: ``judge(columns, baseline_of_columns)`` gives (series, 1) or the block."""
    filled = np.full(shape, np.nan)
    for start, stop in layout.bounds:
        columns = slice(start, stop)
        filled[:, columns] = judge(columns, layout.baseline[columns])
    return filled


def standardise(value: Floats, centre: Floats, sigma: Floats) -> Floats:
    """(value - centre) / sigma; a deviation of rounding size (1e-12) counts as on the centre line."""
    deviation = value - centre
    with np.errstate(invalid="ignore", divide="ignore"):
        tiny = np.abs(deviation) <= 1e-12 * np.maximum(np.abs(centre), np.abs(value))
        z: Floats = np.where(tiny & ~np.isnan(sigma), 0.0, deviation / sigma)
    return z


def check_rules(kind: str, rules: Sequence[Rule], allowed: tuple[type, ...] | None) -> None:
    """Refuse rules that assume what the plotted statistic is not (known misuse: zone rules on ranges).

    Raises ``ParameterError`` naming the rule that this kind of chart does not take.
    """
    if allowed is None:
        return
    for rule in rules:
        if not isinstance(rule, allowed):
            raise ParameterError(
                f"rule does not apply to a {kind} chart (its statistic is skewed or dependent); "
                "judge chart.z with run_rules.detect if you must",
                place=rule.code,
            )


LIMITS_ONLY: tuple[type, ...] = (Beyond,)
SKEWED = ANY_CHART_RULES


def assemble(
    kind: str,
    *,
    value: Floats,
    centre: Floats,
    sigma: Floats,
    lower: Floats,
    upper: Floats,
    layout: Layout,
    rules: Sequence[Rule],
    single: bool,
    allowed: tuple[type, ...] | None = None,
    base: Floats | None = None,
    z: Floats | None = None,
    sides: Floats | None = None,
    sigma_z: Floats | None = None,
    notes: Sequence[str] = (),
) -> Chart:
    """Standardise, apply the rules part by part, note what is weak, and return the chart."""
    check_rules(kind, rules, allowed)
    if z is None:
        z = standardise(value, centre, sigma)
    pieces = [
        detect(
            z[:, a:b],
            rules,
            values=np.where(np.isnan(z), np.nan, value)[:, a:b],
            sides=None if sides is None else sides[:, a:b],
        )
        for a, b in layout.bounds
    ]
    hits = np.concatenate([piece.hits for piece in pieces], axis=2)
    side = np.concatenate([piece.side for piece in pieces], axis=2)
    usable = layout.baseline & ~np.isnan(value)
    counts = np.stack([usable[:, a:b].sum(axis=1) for a, b in layout.bounds])
    codes = list(notes)
    if (counts < SHORT_BASELINE).any():
        codes.append("short_baseline")
    if np.isnan(upper[~np.isnan(value)]).any():
        codes.append("no_limits")

    def shaped(table: Floats) -> Floats:
        full = np.broadcast_to(table, value.shape)
        return np.array(full[0] if single else full)

    if single:
        hits, side = hits[:, 0], side[:, 0]
    return Chart(
        kind=kind,
        value=shaped(value),
        centre=shaped(centre),
        lower=shaped(lower),
        upper=shaped(upper),
        sigma=shaped(sigma),
        z=shaped(z),
        base=None if base is None else shaped(base),
        baseline=usable[0] if single else usable,
        part=layout.part,
        signals=RuleSignals(tuple(rule.code for rule in rules), hits, side),
        sigma_z=sigma_z,
        notes=tuple(codes),
    )


def layout_for(phases: Phases, table: Floats) -> Layout:
    """Lay the phases over the columns of a table."""
    return phases.layout(table.shape[1])
