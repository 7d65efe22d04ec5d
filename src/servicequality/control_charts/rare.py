"""Charts of rare events: time between events (t) and opportunities between events (g)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

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
    where_text,
)
from servicequality.control_charts.constants import constants
from servicequality.control_charts.phases import ONE_PHASE, Phases
from servicequality.errors import DataError
from servicequality.run_rules import DEFAULT_RULES, Rule

_POWER = 3.6


def t_chart(days_between: ArrayLike, *, phases: Phases = ONE_PHASE, rules: Sequence[Rule] = DEFAULT_RULES) -> Chart:
    """t chart: time between rare events (days since the last accident). High is good.

    Args:
        days_between: times > 0 in any unit, shape (events,) or (series, events), NaN = missing. Two events in
            the same instant have no time between them: give the finer clock time.
        phases, rules: as on the I chart.

    Returns:
        Chart in the unit given; limits are those of an I chart of t**(1/3.6), transformed back. ``sigma`` and
        ``z`` stay on the transformed scale; the lower limit is 0 where it falls below.

    Errors: DataError for times <= 0.

    Source: Nelson 1994, J. Quality Technology 26(3):239-241.
    """
    table, single = as_table(days_between, "days_between")
    if (table <= 0).any():
        raise DataError("times between events must be positive", place=where_text(table <= 0))
    y = table ** (1 / _POWER)
    layout = layout_for(phases, table)

    def centre_of(columns: slice, baseline: Bools) -> Floats:
        return mean_where(y[:, columns], baseline)

    def sigma_of(columns: slice, baseline: Bools) -> Floats:
        ranges = moving_range(y[:, columns], np.broadcast_to(baseline, y[:, columns].shape))
        return mean_where(ranges, ~np.isnan(ranges)) / constants(2).d2

    centre = by_part(layout, centre_of, y.shape)
    sigma = by_part(layout, sigma_of, y.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(sigma > 0, (y - centre) / sigma, np.where(np.isnan(sigma), np.nan, 0.0))
    return assemble(
        "t",
        value=table,
        centre=centre**_POWER,
        sigma=sigma,
        lower=np.maximum(centre - 3 * sigma, 0.0) ** _POWER,
        upper=(centre + 3 * sigma) ** _POWER,
        layout=layout,
        rules=rules,
        single=single,
        allowed=SKEWED,
        z=z,
    )


def g_chart(cases_between: ArrayLike, *, phases: Phases = ONE_PHASE, rules: Sequence[Rule] = DEFAULT_RULES) -> Chart:
    """g chart: number of good cases (trips, calls) between two rare events. High is good.

    Args:
        cases_between: counts >= 0, shape (events,) or (series, events), NaN = missing.
        phases, rules: as on a p chart; runs are counted around the geometric median, since the
            distribution is too skewed for runs around its mean.

    Returns:
        Chart; centre = mean, limits mean +- 3 sqrt(mean (mean + 1)), floored at 0. There is never a lower
        signal by limits: a cluster of events shows as a run below the median.

    Errors: DataError for negative counts.

    Source: Benneyan 2001, Health Care Management Science 4:305-318.
    """
    table, single = as_table(cases_between, "cases_between")
    if (table < 0).any():
        raise DataError("counts must not be negative", place=where_text(table < 0))
    layout = layout_for(phases, table)

    def centre_of(columns: slice, baseline: Bools) -> Floats:
        return mean_where(table[:, columns], baseline)

    centre = by_part(layout, centre_of, table.shape)
    sigma = np.sqrt(centre * (centre + 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        median = np.where(centre > 0, np.log(0.5) / np.log(centre / (centre + 1)) - 1, 0.0)
    return assemble(
        "g",
        value=table,
        centre=centre,
        sigma=sigma,
        lower=np.maximum(centre - 3 * sigma, 0.0),
        upper=centre + 3 * sigma,
        layout=layout,
        rules=rules,
        single=single,
        allowed=SKEWED,
        sides=table - median,
    )
