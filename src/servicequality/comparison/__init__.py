"""Comparing many units without mistaking noise for rank."""

from servicequality.comparison.hypothesis import (
    AnovaResult,
    ContingencyResult,
    KruskalResult,
    MannWhitneyResult,
    WelchResult,
    independence_test,
    kruskal_wallis,
    mann_whitney,
    one_way_anova,
    welch_t,
)
from servicequality.comparison.letters import letter_groups
from servicequality.comparison.multiplicity import adjust_p_values
from servicequality.comparison.shrinkage import Shrinkage, shrink
from servicequality.comparison.units import (
    GroupComparison,
    GroupRow,
    Measured,
    PairRow,
    compare_estimates,
    compare_groups,
)

__all__ = [
    "AnovaResult",
    "ContingencyResult",
    "GroupComparison",
    "GroupRow",
    "KruskalResult",
    "MannWhitneyResult",
    "Measured",
    "PairRow",
    "Shrinkage",
    "WelchResult",
    "adjust_p_values",
    "compare_estimates",
    "compare_groups",
    "independence_test",
    "kruskal_wallis",
    "letter_groups",
    "mann_whitney",
    "one_way_anova",
    "shrink",
    "welch_t",
]
