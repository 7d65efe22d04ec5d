"""What a remark speaks of and in which tone, found once however often it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

REMEMBERED = 40_000  # remarks of two batches: they are needed for the counts and for the quotes


@dataclass(frozen=True)
class Told:
    """Themes by their place in the lexicon with the tone of what is said of them (-1, 0, 1); the tone of the whole."""

    themes: tuple[tuple[int, int], ...]
    codes: tuple[str, ...]
    tone: int


@lru_cache(maxsize=1)
def places() -> dict[str, int]:
    from servicequality.text import service_lexicon

    return {theme.code: number for number, theme in enumerate(service_lexicon().themes)}


def sign(value: float) -> int:
    return (value > 0) - (value < 0)


@lru_cache(maxsize=REMEMBERED)
def told_by(text: str) -> Told:
    from servicequality.text import tag_themes  # numerics take a second to load

    tagged = tag_themes(text)
    tones: dict[str, float] = {}
    for hit in tagged.themes:
        tones[hit.code] = tones.get(hit.code, 0.0) + hit.sentiment
    return Told(
        tuple((places()[code], sign(tone)) for code, tone in tones.items()), tagged.codes, sign(tagged.sentiment)
    )
