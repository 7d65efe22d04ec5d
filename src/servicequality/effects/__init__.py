"""Did the action work? Four verdicts, each with its reasons in words.

``judge_on_chart`` for the everyday case, ``interrupted_series`` with season and trend, ``difference_in_differences``
where sister lines or teams can serve as controls, ``check_action_date`` as a check of the date, and the guards:
``periods_needed`` before, ``regression_to_the_mean`` whenever the worst month led to the action.
"""

from servicequality.effects.comparison import (
    ChangePoint,
    DateCheck,
    DifferenceInDifferences,
    change_points,
    check_action_date,
    difference_in_differences,
)
from servicequality.effects.interrupted import Coefficient, InterruptedSeries, interrupted_series
from servicequality.effects.on_chart import Checkpoint, OnChartVerdict, judge_on_chart
from servicequality.effects.power import (
    TwoProportions,
    expected_extreme,
    periods_needed,
    regression_to_the_mean,
    sample_size_two_proportions,
    two_proportions,
)
from servicequality.effects.verdict import Reason, Verdict, VerdictName

__all__ = [
    "ChangePoint",
    "Checkpoint",
    "Coefficient",
    "DateCheck",
    "DifferenceInDifferences",
    "InterruptedSeries",
    "OnChartVerdict",
    "Reason",
    "TwoProportions",
    "Verdict",
    "VerdictName",
    "change_points",
    "check_action_date",
    "difference_in_differences",
    "expected_extreme",
    "interrupted_series",
    "judge_on_chart",
    "periods_needed",
    "regression_to_the_mean",
    "sample_size_two_proportions",
    "two_proportions",
]
