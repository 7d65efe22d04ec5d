"""Draws that anyone can repeat: seed and frame decide, not the program, its version, or the order of the list.

Each unit gets the number SHA-256(seed, frame hash, unit); the smallest numbers are drawn. Whoever holds the
frame and the seed can check the draw with any tool that knows SHA-256.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from servicequality.errors import DataError, ParameterError
from servicequality.results import Result


@dataclass(frozen=True)
class StratumDraw(Result):
    """One stratum of a draw: ``n`` of ``size`` units, each with probability ``inclusion`` (None if it is empty)."""

    name: str
    size: int
    n: int
    inclusion: float | None
    selected: tuple[str, ...]


@dataclass(frozen=True)
class Draw(Result):
    """A sample with all that is needed to repeat it.

    ``selected`` in the order of drawing (strata one after another). A unit's estimation weight is 1 / inclusion of
    its stratum. An unstratified draw has one stratum named "".
    """

    seed: str
    frame_hash: str
    frame_size: int
    n: int
    selected: tuple[str, ...]
    strata: tuple[StratumDraw, ...]

    def weights(self) -> dict[str, float]:
        """Horvitz-Thompson weight 1 / pi of each drawn unit."""
        return {
            unit: 1 / stratum.inclusion for stratum in self.strata if stratum.inclusion for unit in stratum.selected
        }


def frame_hash(units: Iterable[str] | Mapping[str, str]) -> str:
    """SHA-256 of the frame, whatever its order: unit ids, or a mapping unit id → stratum.

    Each id (and stratum) is written as its UTF-8 length, a colon and its bytes, sorted by id.

    Raises:
        DataError: an id occurs twice.
    """
    pairs = dict(units) if isinstance(units, Mapping) else dict.fromkeys(_once(units))
    digest = hashlib.sha256()
    for unit in sorted(pairs):
        for part in (unit, pairs[unit]):
            if part is not None:
                raw = part.encode()
                digest.update(f"{len(raw)}:".encode() + raw)
        digest.update(b"\n")
    return digest.hexdigest()


def draw_random(units: Iterable[str], n: int, *, seed: str) -> Draw:
    """Draw n units at random without replacement, each with probability n / N.

    Raises:
        DataError: an id occurs twice.
        ParameterError: n negative or above the frame, empty seed.
    """
    frame = _once(units)
    return _draw(dict.fromkeys(frame, ""), {"": n}, seed, frame_hash(frame))


def draw_stratified(strata: Mapping[str, str], sizes: Mapping[str, int], *, seed: str) -> Draw:
    """Draw ``sizes[stratum]`` units at random within each stratum; ``strata`` maps unit id → stratum.

    A stratum of the frame that ``sizes`` does not name gets none.

    Raises:
        ParameterError: a size negative or above its stratum, an unknown stratum, empty seed.
    """
    return _draw(strata, sizes, seed, frame_hash(strata))


def verify_draw(draw: Draw, units: Iterable[str] | Mapping[str, str]) -> bool:
    """Repeat a draw on the frame and tell whether the same units come out.

    Raises:
        DataError: the frame is not the one that was drawn from (its hash differs).
    """
    found = frame_hash(units)
    if found != draw.frame_hash:
        raise DataError(f"hash {found[:12]} differs from the recorded {draw.frame_hash[:12]}", place="frame")
    strata = dict(units) if isinstance(units, Mapping) else dict.fromkeys(units, "")
    sizes = {stratum.name: stratum.n for stratum in draw.strata}
    return _draw(strata, sizes, draw.seed, found).selected == draw.selected


def _draw(strata: Mapping[str, str], sizes: Mapping[str, int], seed: str, hashed: str) -> Draw:
    if not seed:
        raise ParameterError("must not be empty", place="seed")
    members: dict[str, list[str]] = {}
    for unit, stratum in strata.items():
        members.setdefault(stratum, []).append(unit)
    drawn = []
    for name in sorted(set(members) | set(sizes)):
        inside, n = members.get(name, []), sizes.get(name, 0)
        if n < 0 or n > len(inside):
            raise ParameterError(f"{n} units from {len(inside)}", place=name or "frame")
        prefix = hashlib.sha256(f"{seed}\n{hashed}\n".encode())
        chosen = heapq.nsmallest(n, ((_number(prefix, unit), unit) for unit in inside))
        drawn.append(
            StratumDraw(
                name=name,
                size=len(inside),
                n=n,
                inclusion=n / len(inside) if inside else None,
                selected=tuple(unit for _, unit in chosen),
            )
        )
    selected = tuple(unit for stratum in drawn for unit in stratum.selected)
    return Draw(seed, hashed, len(strata), len(selected), selected, tuple(drawn))


def _number(prefix: hashlib._Hash, unit: str) -> bytes:
    digest = prefix.copy()
    digest.update(unit.encode())
    return digest.digest()


def _once(units: Iterable[str]) -> list[str]:
    found = list(units)
    if len(set(found)) != len(found):
        seen: set[str] = set()
        for unit in found:
            if unit in seen:
                raise DataError("occurs twice in the frame", place=unit)
            seen.add(unit)
    return found
