"""Adjusting p-values for the number of questions asked."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from servicequality.answers import Floats
from servicequality.errors import DataError, ParameterError

Adjustment = Literal["holm", "bonferroni", "fdr", "none"]


def adjust_p_values(p_values: Any, method: Adjustment = "holm") -> Floats:
    """Return adjusted p-values (m,) in the order given.

    ``holm``: step-down, controls the chance of any false difference (Holm 1979). ``bonferroni``: the blunter
    form. ``fdr``: expected share of false differences among those shown (Benjamini, Hochberg 1995). NaN (no
    test possible) stays NaN and does not count as a question.

    Raises ``DataError`` for a value outside 0..1, ``ParameterError`` for an unknown method.
    """
    p = np.asarray(p_values, dtype=np.float64)
    known = ~np.isnan(p)
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise DataError("p-values lie between 0 and 1", place="p_values")
    adjusted = p.copy()
    m = int(known.sum())
    if method == "none" or m == 0:
        return adjusted
    order = np.argsort(p[known], kind="stable")
    ranked = p[known][order]
    rank = np.arange(1, m + 1)
    if method == "holm":
        steps = np.maximum.accumulate(ranked * (m - rank + 1))
    elif method == "bonferroni":
        steps = ranked * m
    elif method == "fdr":
        steps = np.minimum.accumulate((ranked * m / rank)[::-1])[::-1]
    else:
        raise ParameterError(f"unknown adjustment {method!r}", place="method")
    restored = np.empty(m)
    restored[order] = np.minimum(1.0, steps)
    adjusted[known] = restored
    return adjusted
