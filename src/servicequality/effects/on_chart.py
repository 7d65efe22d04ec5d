"""Did the action work? Read off a chart whose baseline was frozen before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from servicequality.control_charts import (
    Chart,
    Exclusion,
    Phases,
    ewma_chart,
    individuals_chart,
    p_chart,
    proportion_chart,
    rate_chart,
    u_chart,
)
from servicequality.effects.power import expected_extreme, periods_needed
from servicequality.effects.verdict import Direction, Reason, Verdict, VerdictName, reason
from servicequality.errors import DataError, ParameterError
from servicequality.results import Result
from servicequality.run_rules import DEFAULT_RULES, average_run_length_ewma, detect, false_alarms

ChartKind = Literal["individuals", "proportion", "rate", "p", "u"]
_EWMA_WEIGHT, _EWMA_LIMIT = 0.1, 2.814


@dataclass(frozen=True)
class Checkpoint(Result):
    """State at ``periods`` points after the action: mean z since the checkpoint before, ``n`` points in it.

    ``held`` True while that mean is on the better side by more than 1.645 standard errors; None without data.
    """

    periods: int
    mean_z: float | None
    n: int
    held: bool | None


@dataclass(frozen=True)
class OnChartVerdict(Result):
    """Verdict of a chart.

    ``verdict`` and its reasons; ``chart`` with limits frozen before the action; ``shift`` mean z after
    the action (+ = up); ``false_alarm`` upper bound of the chance of a better-side signal without any effect;
    ``checkpoints`` whether the effect lasts; ``before``, ``after`` usable points.
    """

    verdict: Verdict
    chart: Chart
    shift: float | None
    false_alarm: float
    checkpoints: tuple[Checkpoint, ...]
    before: int
    after: int


def _build(values: ArrayLike, n: ArrayLike | None, kind: ChartKind, phases: Phases) -> Chart:
    if kind == "individuals":
        if n is not None:
            raise ParameterError("individual values have no base; choose 'proportion' or 'rate'", place="n")
        return individuals_chart(values, phases=phases).location
    if n is None:
        raise ParameterError(f"a {kind} needs its base", place="n")
    builders = {"proportion": proportion_chart, "rate": rate_chart, "p": p_chart, "u": u_chart}
    if kind not in builders:
        raise ParameterError(f"no such chart; there are individuals, {', '.join(builders)}", place="kind")
    return builders[kind](values, n, phases=phases)


def judge_on_chart(
    values: ArrayLike,
    *,
    action_at: int,
    direction: Direction,
    kind: ChartKind = "individuals",
    n: ArrayLike | None = None,
    trigger: int | None = None,
    exclude: tuple[Exclusion, ...] = (),
    expected_effect: float | None = None,
    min_before: int = 12,
    min_after: int = 8,
    checkpoints: tuple[int, ...] = (3, 6, 12),
) -> OnChartVerdict:
    """Freeze the points before an action and look for signals after it.

    Args:
        values: one series in time order, shape (points,); counts unless "individuals"; NaN = missing.
        action_at: index (0-based) of the first point after the action.
        direction: which way is better.
        kind, n: the chart, and the bases for counts: "proportion" and "rate" widen their limits where the
            baseline is overdispersed, "p" and "u" never do.
        trigger: index of the point that led to the action; it leaves the baseline. When None and the worst
            baseline point is one of the last three before the action, that point is taken for the trigger and
            the reasons say so: acting on the worst month "improves" things by itself.
        exclude: further baseline points with assignable causes.
        expected_effect: hoped-for shift in sigma of one point; decides between "no sign" and "too early".
        min_before, min_after: fewer points are never judged "no sign"; a clear signal may come earlier.
        checkpoints: points after the action at which to ask whether the effect lasts.

    Returns:
        OnChartVerdict. Evidence of improvement: a point beyond the limit, a run of 8 that lies wholly after
        the action, or the EWMA (.1, 2.814) of the points after it, all on the better side; the mean since
        then must still lie on that side. The same on the worse side is "made worse"; signals on both sides
        are "no sign".

    Errors: DataError for another shape; ParameterError for an action outside the series, a base that is
        missing or superfluous, or a trigger after the action.

    Source: Montgomery ch. 7.2 (orange juice); rules in ``run_rules``.
    """
    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1:
        raise DataError(f"takes one series, has shape {series.shape}", place="values")
    if direction not in ("up", "down"):
        raise ParameterError("is 'up' or 'down'", place="direction")
    if not 2 <= action_at <= series.size:
        raise ParameterError(f"must lie in 2..{series.size}, is {action_at}", place="action_at")
    if trigger is not None and not 0 <= trigger < action_at:
        raise ParameterError("the trigger lies before the action", place="trigger")
    better = 1.0 if direction == "up" else -1.0
    bases = None if n is None else np.broadcast_to(np.asarray(n, dtype=np.float64), series.shape)
    guard = _trigger_of(series, bases, action_at, better=better, trigger=trigger, exclude=exclude)
    left_out = exclude if guard is None else (*exclude, Exclusion(guard, "led to the action"))
    chart = _build(series, bases, kind, Phases(freeze=action_at, exclude=left_out))
    before = int(chart.baseline.sum())
    z = chart.z[action_at:]
    after = int((~np.isnan(z)).sum())
    shift = float(np.nanmean(z)) if after else None
    good, bad = _signals(z, chart, action_at, better)
    chance = _false_alarm_bound(after)
    reasons: list[Reason]
    verdict: VerdictName
    if before < min_before:
        verdict, reasons = "too_early", [reason("baseline_short", have=before, need=min_before)]
    elif good and bad:
        verdict, reasons = "no_sign", [reason("both_directions"), *good, *bad]
    elif good and shift is not None and shift * better > 0:
        verdict, reasons = "worked", [*good, reason("false_alarm", chance=f"{100 * chance:.1f}")]
    elif good:
        verdict, reasons = "no_sign", [reason("faded"), *good]
    elif bad:
        verdict, reasons = "made_worse", [*bad, reason("false_alarm", chance=f"{100 * chance:.1f}")]
    elif after < min_after:
        verdict, reasons = "too_early", [reason("after_short", have=after, need=min_after)]
    else:
        verdict, reasons = _without_signal(expected_effect, before, after)
    if guard is not None:
        base_points = action_at - int(np.isnan(series[:action_at]).sum())
        gain = f"{expected_extreme(base_points):.2f}"
        reasons.append(reason("trigger_left_out", point=guard + 1, have=base_points, gain=gain))
    return OnChartVerdict(
        Verdict(verdict, tuple(reasons)),
        chart,
        shift,
        chance,
        tuple(_checkpoints(z, better, checkpoints)),
        before,
        after,
    )


def _without_signal(expected: float | None, before: int, after: int) -> tuple[VerdictName, list[Reason]]:
    quiet = reason("no_signal", have=after)
    if expected is None:
        return "no_sign", [quiet]
    needed = periods_needed(expected, 1.0, baseline=before)
    if needed == float("inf"):
        return "too_early", [reason("baseline_cannot_show"), quiet]
    if needed > after:
        return "too_early", [reason("weak_power", need=int(needed), have=after), quiet]
    return "no_sign", [quiet]


def _trigger_of(
    series: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    bases: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None,
    action_at: int,
    *,
    better: float,
    trigger: int | None,
    exclude: tuple[Exclusion, ...],
) -> int | None:
    """The point to leave out of the baseline: the named one, or the worst if it came right before."""
    gone = {item.index for item in exclude}
    if trigger is not None:
        return None if trigger in gone else trigger
    with np.errstate(invalid="ignore", divide="ignore"):
        level = series if bases is None else series / bases
    start = better * np.array([np.nan if i in gone else level[i] for i in range(action_at)])
    if np.isnan(start).all():
        return None
    worst = int(np.nanargmin(start))
    return worst if worst >= action_at - 3 and (start == start[worst]).sum() == 1 else None


def _signals(
    z: np.ndarray[tuple[int, ...], np.dtype[np.float64]], chart: Chart, action_at: int, better: float
) -> tuple[list[Reason], list[Reason]]:
    """First signal of each kind after the action, on the better and on the worse side."""
    found: dict[int, list[Reason]] = {1: [], -1: []}
    if z.size == 0 or np.isnan(z).all():
        return [], []
    rules = detect(z, DEFAULT_RULES, values=chart.value[action_at:])
    smooth = ewma_chart(z, lam=_EWMA_WEIGHT, L=_EWMA_LIMIT, target=0.0, sigma=1.0)
    for side in (1, -1):
        better_side = side == better
        words = {
            "side": "better" if better_side else "worse",
            "side_zh": "改善" if better_side else "恶化",
        }
        for code, sides in (
            ("signal_limit", rules.side[0]),
            ("signal_run", rules.side[1]),
            ("signal_ewma", smooth.signals.side[0]),
        ):
            at = np.flatnonzero(sides == side)
            if at.size:
                found[side].append(reason(code, point=action_at + int(at[0]) + 1, length=8, **words))
    return found[int(better)], found[-int(better)]


def _false_alarm_bound(after: int) -> float:
    if after == 0:
        return 0.0
    chart_rules = false_alarms(DEFAULT_RULES, points=after).chance
    smooth = after / average_run_length_ewma(_EWMA_WEIGHT, _EWMA_LIMIT)
    return float(min(1.0, (chart_rules + smooth) / 2))


def _checkpoints(
    z: np.ndarray[tuple[int, ...], np.dtype[np.float64]], better: float, periods: tuple[int, ...]
) -> list[Checkpoint]:
    answers, start = [], 0
    for stop in sorted(periods):
        part = z[start:stop]
        part = part[~np.isnan(part)]
        if z.size < stop or part.size == 0:
            answers.append(Checkpoint(stop, None, int(part.size), None))
        else:
            mean = float(part.mean())
            answers.append(Checkpoint(stop, mean, int(part.size), bool(better * mean * np.sqrt(part.size) > 1.645)))
        start = stop
    return answers
