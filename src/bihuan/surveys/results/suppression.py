"""Small cells: what is hidden, and what else must be hidden so that nobody can compute it from a total."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def hidden_of(sizes: Mapping[K, int], fewest: int) -> set[K]:
    """Groups of a whole that must not be shown beside its total.

    Those with fewer than ``fewest`` answers; and as many of the next smallest as it takes until the hidden ones
    together have ``fewest``: otherwise total minus shown would give them away. Groups without answers hide nothing.
    """
    answered = sorted((key for key, n in sizes.items() if n), key=lambda key: (sizes[key], str(key)))
    hidden = [key for key in answered if sizes[key] < fewest]
    rest = answered[len(hidden) :]
    while hidden and rest and sum(sizes[key] for key in hidden) < fewest:
        hidden.append(rest.pop(0))
    return set(hidden)


def hidden_in_tree(sizes: Mapping[int, int], paths: Mapping[int, str], own: Mapping[int, int], fewest: int) -> set[int]:
    """Units (with all below them) that must not be shown, so that no level of the tree gives another away.

    ``sizes`` answers of a unit and below, ``own`` of the unit itself. The answers a unit has of its own count as one
    more group beside its parts. Below a hidden unit everything is hidden.
    """
    parents = {unit: parent_of(unit, paths) for unit in sizes if unit in paths}
    hidden: set[int] = set()
    for parent in sorted({one for one in parents.values() if one} | {0}, key=lambda unit: len(paths.get(unit, ""))):
        parts: dict[int, int] = {unit: sizes[unit] for unit, above in parents.items() if above == parent}
        if parent in hidden:
            hidden |= set(parts)
            continue
        if parent and own.get(parent):
            parts[-parent] = own[parent]
        hidden |= hidden_of(parts, fewest)
    return hidden


def parent_of(unit: int, paths: Mapping[int, str]) -> int:
    """The nearest unit above that has a place in the tree; 0 at its top."""
    above = [int(part) for part in paths[unit].strip("/").split("/")[:-1] if part.isdigit()]
    return next((one for one in reversed(above) if one in paths), 0)


def is_told_apart(n: int, wider: Mapping[str, int], fewest: int) -> bool:
    """Whether a group may be shown: big enough, and so is what each wider group has besides it."""
    return n >= fewest and all(total == n or total - n >= fewest for total in wider.values())
