"""Run rules of control charts: what counts as a signal, and how often it lies.

The rules are parameters, not folklore: every rule is a small frozen object, a rule set is a tuple of them,
``detect`` applies a set to standardised values, ``false_alarms`` says what it costs while nothing changes.

Pinned policies (each of them a parameter, see ``detect``):

* a signal is the **last** point of a window that satisfies the rule (Nelson 1984);
* comparisons are strict: a point exactly on a limit is inside it;
* a point on the centre line belongs to neither side and **breaks** a run (``on_centre="break"``, as in
  R qcc); ``on_centre="skip"`` leaves it out of the runs instead (as in R qicharts2);
* a missing point breaks runs too (``missing="break"``); ``"skip"`` closes the gap;
* ``Mixture`` (Nelson 8) accepts points on **either** side (Minitab's wording) unless
  ``both_sides=True`` (qcc).
"""

from servicequality.run_rules.alarms import (
    FalseAlarms,
    average_run_length,
    average_run_length_cusum,
    average_run_length_ewma,
    false_alarms,
)
from servicequality.run_rules.detection import RuleSignals, detect
from servicequality.run_rules.rules import (
    ANY_CHART_RULES,
    BEYOND_3_SIGMA,
    DEFAULT_RULES,
    NELSON,
    NHS,
    RUN_OF_8,
    WESTERN_ELECTRIC,
    Alternating,
    Beyond,
    Hugging,
    Mixture,
    Rule,
    RunOnOneSide,
    Trend,
    ZoneCount,
)

__all__ = [
    "ANY_CHART_RULES",
    "BEYOND_3_SIGMA",
    "DEFAULT_RULES",
    "NELSON",
    "NHS",
    "RUN_OF_8",
    "WESTERN_ELECTRIC",
    "Alternating",
    "Beyond",
    "FalseAlarms",
    "Hugging",
    "Mixture",
    "Rule",
    "RuleSignals",
    "RunOnOneSide",
    "Trend",
    "ZoneCount",
    "average_run_length",
    "average_run_length_cusum",
    "average_run_length_ewma",
    "detect",
    "false_alarms",
]
