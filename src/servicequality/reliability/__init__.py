"""How far a score of several items can be trusted: alpha, omega, item-total, KMO, Bartlett, differences."""

from servicequality.reliability.consistency import (
    AlphaResult,
    ItemStatistics,
    alpha_of_covariance,
    cronbach_alpha,
    item_analysis,
)
from servicequality.reliability.difference import DifferenceReliability, difference_reliability
from servicequality.reliability.factor import (
    Factorability,
    OmegaResult,
    factorability,
    omega_total,
    one_factor_ml,
)

__all__ = [
    "AlphaResult",
    "DifferenceReliability",
    "Factorability",
    "ItemStatistics",
    "OmegaResult",
    "alpha_of_covariance",
    "cronbach_alpha",
    "difference_reliability",
    "factorability",
    "item_analysis",
    "omega_total",
    "one_factor_ml",
]
