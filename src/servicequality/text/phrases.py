"""Required and forbidden phrases of a script: greeting, closing, words that must never fall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servicequality.errors import ParameterError
from servicequality.results import Result
from servicequality.text.normalise import letters_only


@dataclass(frozen=True)
class Phrase(Result):
    """A phrase by code: any of ``wordings`` counts."""

    code: str
    wordings: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.wordings or not all(letters_only(word)[0] for word in self.wordings):
            raise ParameterError("needs wordings with letters", place=self.code)


@dataclass(frozen=True)
class PhraseFound(Result):
    """A wording and its place in the original text (characters ``start`` to ``end``, exclusive)."""

    code: str
    wording: str
    start: int
    end: int


@dataclass(frozen=True)
class PhraseCheck(Result):
    """``missing`` codes of required phrases that did not fall; ``said`` where required ones did;
    ``forbidden`` every occurrence of a forbidden one; ``passed`` neither missing nor forbidden."""

    passed: bool
    missing: tuple[str, ...]
    said: tuple[PhraseFound, ...]
    forbidden: tuple[PhraseFound, ...]


def check_phrases(text: str, *, required: Sequence[Phrase] = (), forbidden: Sequence[Phrase] = ()) -> PhraseCheck:
    """Look for phrases, whatever the spaces, punctuation, width and case.

    Args:
        text: what was said or written; required, forbidden: phrases with different codes.

    Returns:
        PhraseCheck; all occurrences, in text order. An empty text misses every required phrase.

    Errors: ParameterError for repeated codes or a phrase without letters.
    """
    codes = [phrase.code for phrase in (*required, *forbidden)]
    if len(set(codes)) != len(codes):
        raise ParameterError("codes of phrases must differ", place="required, forbidden")
    letters, source = letters_only(text)

    def find(phrases: Sequence[Phrase]) -> list[PhraseFound]:
        found = []
        for phrase in phrases:
            for wording in phrase.wordings:
                wanted = letters_only(wording)[0]
                at = letters.find(wanted)
                while at >= 0:
                    end = source[at + len(wanted) - 1] + 1
                    found.append(PhraseFound(phrase.code, wording, source[at], end))
                    at = letters.find(wanted, at + 1)
        return sorted(found, key=lambda item: (item.start, item.end))

    said, bad = find(required), find(forbidden)
    there = {item.code for item in said}
    missing = tuple(phrase.code for phrase in required if phrase.code not in there)
    return PhraseCheck(not missing and not bad, missing, tuple(said), tuple(bad))
