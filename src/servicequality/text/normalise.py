"""One way to look at text: full-width folded, case folded, positions kept."""

from __future__ import annotations

import re
import unicodedata

_SPACE_AND_PUNCTUATION = re.compile(r"[\W_]+", re.UNICODE)


def fold(text: str) -> tuple[str, list[int]]:
    """NFKC and upper case, character by character.

    Returns:
        (folded text, index of the source character of each folded character). Full-width digits and
        letters become plain ones; zero-width characters vanish.
    """
    out: list[str] = []
    source: list[int] = []
    for i, character in enumerate(text):
        if unicodedata.category(character) == "Cf":
            continue
        for folded in unicodedata.normalize("NFKC", character).upper():
            out.append(folded)
            source.append(i)
    return "".join(out), source


def letters_only(text: str) -> tuple[str, list[int]]:
    """``fold`` without spaces and punctuation: what two differently typed sentences share."""
    folded, source = fold(text)
    kept = [(c, i) for c, i in zip(folded, source, strict=True) if not _SPACE_AND_PUNCTUATION.fullmatch(c)]
    return "".join(c for c, _ in kept), [i for _, i in kept]
