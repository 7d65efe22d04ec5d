"""Near-duplicates: the same complaint sent twice, the same praise pasted by many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from servicequality.errors import ParameterError
from servicequality.results import Result
from servicequality.text.grams import character_grams
from servicequality.text.normalise import letters_only

_HASHES = 128


@dataclass(frozen=True)
class DuplicatePair(Result):
    """Two texts (indices) and their exact Jaccard similarity of character shingles."""

    first: int
    second: int
    similarity: float


@dataclass(frozen=True)
class Duplicates(Result):
    """``groups`` of indices that hang together, largest first; ``pairs`` behind them (texts that are equal
    after normalisation are joined through the first of them); ``empty`` indices without any letter."""

    groups: tuple[tuple[int, ...], ...]
    pairs: tuple[DuplicatePair, ...]
    empty: tuple[int, ...]


def shingles(text: str, *, size: int = 3) -> frozenset[int]:
    """Set of character shingles of the letters of a text (spaces, punctuation, case and width folded away).

    A text shorter than ``size`` is one shingle of its own length. Errors: ParameterError for size outside 1..3.
    """
    letters = letters_only(text)[0]
    length = min(size, max(len(letters), 1))
    keys, _ = character_grams([letters], low=length, high=length)
    return frozenset(int(key) for key in keys)


def jaccard(first: str, second: str, *, size: int = 3) -> float:
    """Shared shingles over all shingles, 0..1; two texts without letters have nothing in common: 0."""
    a, b = shingles(first, size=size), shingles(second, size=size)
    return len(a & b) / len(a | b) if a | b else 0.0


def _rows_per_band(threshold: float) -> int:
    """Longest band with which a pair at the threshold is missed less than once in 1,000."""
    for rows in (8, 4, 2):
        if (1 - threshold**rows) ** (_HASHES // rows) < 1e-3:
            return rows
    return 1


def near_duplicates(texts: Sequence[str], *, threshold: float = 0.8, size: int = 3, seed: int = 20240601) -> Duplicates:
    """Find texts that are nearly the same.

    Args:
        texts: any number of texts. threshold: smallest Jaccard similarity of a pair, (0, 1].
        size: shingle length in characters, 1..3. seed: of the hash functions.

    Returns:
        Duplicates. Candidates come from MinHash with bands (a pair at the threshold is missed less than once in
        1,000 for thresholds from .25); every pair is then checked exactly.

    Errors: ParameterError for a threshold outside (0, 1] or another size.

    Source: Broder 1997, Compression and Complexity of Sequences:21-29; Leskovec, Rajaraman, Ullman, Mining of
    Massive Datasets, ch. 3.
    """
    if not 0 < threshold <= 1:
        raise ParameterError(f"must lie in (0, 1], is {threshold}", place="threshold")
    if not 1 <= size <= 3:
        raise ParameterError(f"must lie in 1..3, is {size}", place="size")
    letters = [letters_only(text)[0] for text in texts]
    first_of: dict[str, int] = {}
    pairs: list[DuplicatePair] = []
    for i, text in enumerate(letters):
        if text and text in first_of:
            pairs.append(DuplicatePair(first_of[text], i, 1.0))
        elif text:
            first_of[text] = i
    index = list(first_of.values())
    sets = [shingles(texts[i], size=size) for i in index]
    signatures = _signatures(sets, seed)
    for a, b in sorted(_candidates(signatures, _rows_per_band(threshold))):
        similarity = len(sets[a] & sets[b]) / len(sets[a] | sets[b])
        if similarity >= threshold:
            pairs.append(DuplicatePair(index[a], index[b], similarity))
    pairs.sort(key=lambda pair: (pair.first, pair.second))
    empty = tuple(i for i, text in enumerate(letters) if not text)
    return Duplicates(_groups(pairs), tuple(pairs), empty)


def _signatures(sets: Sequence[frozenset[int]], seed: int) -> NDArray[np.uint64]:
    random = np.random.default_rng(seed)
    factors = random.integers(1, 2**63, _HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    if not sets:
        return np.zeros((0, _HASHES), dtype=np.uint64)
    keys = np.concatenate([np.fromiter(items, dtype=np.uint64, count=len(items)) for items in sets])
    starts = np.cumsum([0, *(len(items) for items in sets[:-1])])
    # Mix first, so that neighbouring code points do not give neighbouring hashes.
    keys ^= keys >> np.uint64(31)
    keys *= np.uint64(0x9E3779B97F4A7C15)
    keys ^= keys >> np.uint64(29)
    out = np.empty((len(sets), _HASHES), dtype=np.uint64)
    for j in range(_HASHES):
        mixed = keys * factors[j]
        mixed ^= mixed >> np.uint64(32)
        out[:, j] = np.minimum.reduceat(mixed * factors[-1 - j], starts)
    return out


def _candidates(signatures: NDArray[np.uint64], rows: int) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for start in range(0, _HASHES, rows):
        buckets: dict[bytes, list[int]] = {}
        for i, band in enumerate(signatures[:, start : start + rows]):
            buckets.setdefault(band.tobytes(), []).append(i)
        for members in buckets.values():
            found.update((a, b) for k, a in enumerate(members) for b in members[k + 1 :])
    return found


def _groups(pairs: Sequence[DuplicatePair]) -> tuple[tuple[int, ...], ...]:
    parent: dict[int, int] = {}

    def root(i: int) -> int:
        while parent.setdefault(i, i) != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for pair in pairs:
        a, b = root(pair.first), root(pair.second)
        parent[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = {}
    for i in list(parent):
        groups.setdefault(root(i), []).append(i)
    return tuple(sorted((tuple(sorted(g)) for g in groups.values()), key=lambda g: (-len(g), g)))
