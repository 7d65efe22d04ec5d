"""Compact letter display: units that share a letter cannot be told apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from servicequality.errors import DataError


def _letter(number: int) -> str:
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("a") + rest) + name
    return name


def letter_groups(different: Any) -> tuple[tuple[str, ...], ...]:
    """Return the letters of each unit from a symmetric matrix (k, k) of "proved different".

    Two units share a letter exactly when they are not proved different (Piepho 2004 states the property). The
    units should be in rank order; the first gets "a". Each letter is a set of units none of which differ,
    grown as far as it goes, then letters that add nothing are dropped. Takes at most of order k^3 steps,
    so hundreds of units are no problem.

    Raises ``DataError`` when the matrix is not square and symmetric with an empty diagonal.
    """
    table = np.asarray(different, dtype=bool)
    k = len(table)
    if table.shape != (k, k) or (table != table.T).any() or (k and table.diagonal().any()):
        raise DataError("needs a symmetric matrix with an empty diagonal", place="different")
    alike = ~table
    covered = np.zeros((k, k), dtype=bool)
    cliques: list[list[int]] = []
    for first in range(k):
        for second in range(first, k):
            if covered[first, second] or not alike[first, second]:
                continue
            members = sorted({first, second})
            fits = alike[first] & alike[second]
            for candidate in range(k):
                if candidate not in members and fits[candidate]:
                    members.append(candidate)
                    fits &= alike[candidate]
            members.sort()
            covered[np.ix_(members, members)] = True
            cliques.append(members)
    times = np.zeros((k, k), dtype=np.int64)
    for members in cliques:
        times[np.ix_(members, members)] += 1
    kept = []
    for members in reversed(cliques):
        square = np.ix_(members, members)
        if (times[square] > 1).all():
            times[square] -= 1
        else:
            kept.append(members)
    kept.sort()
    names: list[list[str]] = [[] for _ in range(k)]
    for number, members in enumerate(kept):
        for member in members:
            names[member].append(_letter(number))
    return tuple(tuple(unit) for unit in names)
