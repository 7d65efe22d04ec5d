"""Discriminant validity without a model: the heterotrait-monotrait ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from servicequality.answers import matrix
from servicequality.errors import DataError, ParameterError


def htmt(
    correlation: npt.ArrayLike, first: Sequence[int], second: Sequence[int], *, absolute: bool = False
) -> float | None:
    """Heterotrait-monotrait ratio of two scales: mean r between / sqrt(mean r within first * mean r within second).

    ``correlation`` is the p × p matrix of the items, ``first`` and ``second`` their column numbers (at least
    two each). ``absolute`` takes absolute correlations, as some programs do by default; signed ones are the
    definition of Henseler, Ringle, Sarstedt 2015 and differ where items correlate negatively. None when a
    scale's mean correlation is not positive.

    Raises:
        DataError: the matrix is not square or has gaps.
        ParameterError: a scale has fewer than two items, or the scales overlap.
    """
    given = matrix(correlation, place="correlation")
    if given.shape[0] != given.shape[1] or np.isnan(given).any():
        raise DataError("must be square and complete", place="correlation")
    a, b = list(first), list(second)
    if len(a) < 2 or len(b) < 2 or set(a) & set(b):
        raise ParameterError("each scale needs two items of its own", place="htmt")
    if absolute:
        given = np.abs(given)
    within = [float(given[np.ix_(g, g)][np.tril_indices(len(g), -1)].mean()) for g in (a, b)]
    if min(within) <= 0:
        return None
    return float(given[np.ix_(a, b)].mean()) / math.sqrt(within[0] * within[1])
