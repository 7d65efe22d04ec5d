"""Method guards: what a careful analyst would say before anyone acts on the figure.

One function per method; each takes the facts that decide, returns the warnings that apply (an empty tuple: none)
and never changes or hides the figure itself. Unknown facts are passed as None and give no warning.
"""

from servicequality.guards.evidence import acceptance_plan, agreement, sample
from servicequality.guards.models import cfa, drivers, penalty_reward, raking
from servicequality.guards.process import control_chart, effect, roll_up, text_codes
from servicequality.guards.scores import (
    alpha,
    gap_score,
    group_comparison,
    importance_performance,
    kano,
    nps,
    proportion,
)
from servicequality.guards.warning import Warning, Warnings

__all__ = [
    "Warning",
    "Warnings",
    "acceptance_plan",
    "agreement",
    "alpha",
    "cfa",
    "control_chart",
    "drivers",
    "effect",
    "gap_score",
    "group_comparison",
    "importance_performance",
    "kano",
    "nps",
    "penalty_reward",
    "proportion",
    "raking",
    "roll_up",
    "sample",
    "text_codes",
]
