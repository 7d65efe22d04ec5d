"""How far a score of several items can be trusted: alpha, omega, item-total, KMO, Bartlett, differences."""

from servicequality.reliability.consistency import (
    AlphaResult,
    ItemStatistics,
    alpha_of_covariance,
    cronbach_alpha,
    item_analysis,
)
from servicequality.reliability.difference import DifferenceReliability, difference_reliability

__all__ = [
    "AlphaResult",
    "DifferenceReliability",
    "ItemStatistics",
    "alpha_of_covariance",
    "cronbach_alpha",
    "difference_reliability",
    "item_analysis",
]
