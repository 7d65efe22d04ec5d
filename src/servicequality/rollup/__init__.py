"""Indicator trees: figures joined by their kind, scores by stated rules, coverage always shown."""

from servicequality.rollup.observations import Observation, RolledUp, pooled_quantile, roll_up
from servicequality.rollup.scoring import (
    Decomposition,
    NodeScore,
    ScoreFunction,
    Thresholds,
    band_score,
    check_decomposition,
    check_weights,
    deduction_score,
    linear_score,
    node_score,
)

__all__ = [
    "Decomposition",
    "NodeScore",
    "Observation",
    "RolledUp",
    "ScoreFunction",
    "Thresholds",
    "band_score",
    "check_decomposition",
    "check_weights",
    "deduction_score",
    "linear_score",
    "node_score",
    "pooled_quantile",
    "roll_up",
]
