"""Confirmatory factor analysis and the validity of scales, by an own maximum-likelihood fit.

Sources: Joreskog 1969 (ML), Steiger, Lind 1980 (RMSEA), Bentler 1990 (CFI), Tucker, Lewis 1973 (TLI),
Fornell, Larcker 1981 (AVE, composite reliability), Henseler, Ringle, Sarstedt 2015 (HTMT).
"""

from servicequality.factor.cfa import CfaResult, FactorLoading, FactorPair, FactorScale, cfa, cfa_from_covariance
from servicequality.factor.fit_indices import FitIndices, rmsea_estimate
from servicequality.factor.validity import htmt

__all__ = [
    "CfaResult",
    "FactorLoading",
    "FactorPair",
    "FactorScale",
    "FitIndices",
    "cfa",
    "cfa_from_covariance",
    "htmt",
    "rmsea_estimate",
]
