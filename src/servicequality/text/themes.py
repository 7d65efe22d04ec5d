"""Themes and sentiment of Chinese comments by a lexicon that people maintain."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

import rjieba

from servicequality.errors import DataError, ParameterError
from servicequality.results import Result
from servicequality.text.normalise import fold

_CLAUSE = re.compile(r"[^,，。.!！?？;；:：、\n…~～]+")
_AFTER = re.compile(r"^(?:得很|得要命|极了|死了|死我了|透了|坏了|要命)")
_PARTICLES = frozenset("的了得地着过啊呀吧呢啦哦嘛")
Label = Literal["positive", "negative", "neutral"]


@dataclass(frozen=True)
class Theme:
    """One theme: stable code, names, and the terms that speak of it."""

    code: str
    zh: str
    en: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """Themes, opinion words and the words that turn or weigh them.

    ``fixed`` words hold a term without its meaning ("好像" is not good, "无障碍" is no obstacle); they are
    matched first and shield what is inside. ``negations`` turn, ``degrees`` multiply.
    """

    version: str
    themes: tuple[Theme, ...]
    positive: frozenset[str]
    negative: frozenset[str]
    negations: tuple[str, ...]
    degrees: Mapping[str, float]
    fixed: frozenset[str]
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _modifier: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _themes_of: dict[str, tuple[Theme, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for word in self.positive & self.negative:
            raise DataError("is both positive and negative", place=word)
        by_term: dict[str, tuple[Theme, ...]] = {}
        for theme in self.themes:
            for term in theme.terms:
                by_term[fold(term)[0]] = (*by_term.get(fold(term)[0], ()), theme)
        words = {*by_term, *self.positive, *self.negative, *self.fixed}
        if not words or "" in words:
            raise DataError("terms must not be empty", place="lexicon")
        object.__setattr__(self, "_themes_of", by_term)
        object.__setattr__(self, "_pattern", _longest_first(words))
        object.__setattr__(self, "_modifier", _longest_first({*self.negations, *self.degrees}))

    def extended(self, terms: Mapping[str, Sequence[str]], *, version: str) -> Lexicon:
        """A new lexicon with local terms added to themes by code (stop names, nicknames, dialect).

        Errors: ParameterError for a theme that does not exist.
        """
        known = {theme.code for theme in self.themes}
        for code in terms:
            if code not in known:
                raise ParameterError(f"no such theme; there are {', '.join(sorted(known))}", place=code)
        themes = tuple(
            Theme(theme.code, theme.zh, theme.en, tuple(dict.fromkeys((*theme.terms, *terms.get(theme.code, ())))))
            for theme in self.themes
        )
        return Lexicon(version, themes, self.positive, self.negative, self.negations, dict(self.degrees), self.fixed)


def _longest_first(words: set[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w))))


def lexicon_from(content: Mapping[str, Any]) -> Lexicon:
    """Build a lexicon from plain data (the shape of ``lexicon_zh.json``).

    Errors: DataError for a missing part, an empty term, or a word that is both positive and negative.
    """
    try:
        return Lexicon(
            version=str(content["version"]),
            themes=tuple(
                Theme(item["code"], item["zh"], item["en"], tuple(item["terms"])) for item in content["themes"]
            ),
            positive=frozenset(content["positive"]),
            negative=frozenset(content["negative"]),
            negations=tuple(content["negations"]),
            degrees={word: float(weight) for word, weight in content["degrees"].items()},
            fixed=frozenset(content["fixed"]),
        )
    except KeyError as error:
        raise DataError("is missing from the lexicon", place=str(error.args[0])) from error


@lru_cache(maxsize=1)
def service_lexicon() -> Lexicon:
    """The lexicon of bus service in Chinese that ships with the package; extend it, do not edit it."""
    raw = resources.files("servicequality.text").joinpath("lexicon_zh.json").read_text(encoding="utf-8")
    return lexicon_from(json.loads(raw))


@dataclass(frozen=True)
class ThemeHit(Result):
    """One mention: theme, the term and its place in the text, sentiment of its clause."""

    code: str
    zh: str
    en: str
    term: str
    start: int
    end: int
    sentiment: float


@dataclass(frozen=True)
class Opinion(Result):
    """One opinion word with its place, its score after negation and degree, and the words that changed it."""

    word: str
    start: int
    end: int
    score: float
    modifiers: tuple[str, ...]


@dataclass(frozen=True)
class Tagging(Result):
    """What a comment speaks of and how.

    ``themes`` mentions in text order; ``opinions`` the words behind the sentiment; ``sentiment`` their sum
    (0 = none); ``label`` its sign; ``lexicon`` version used.
    """

    themes: tuple[ThemeHit, ...]
    opinions: tuple[Opinion, ...]
    sentiment: float
    label: Label
    lexicon: str

    @property
    def codes(self) -> tuple[str, ...]:
        """Theme codes without repetition, in order of first mention."""
        return tuple(dict.fromkeys(hit.code for hit in self.themes))


def tag_themes(text: str, *, lexicon: Lexicon | None = None, window: int = 6) -> Tagging:
    """Find themes and opinions in a Chinese comment.

    Args:
        text: the comment; full-width forms and letter case do not matter.
        lexicon: None = ``service_lexicon()``.
        window: characters before an opinion word, in its clause, in which negations and degrees count.

    Returns:
        Tagging. Terms match longest first; a match that cuts into two neighbouring words at once is no
        match ("公车" in 办公|车间), a single character counts only as a word of its own or with a particle or
        modifier. "不干净" turns, "非常脏" weighs 1.7, "不太干净" turns and halves, a double
        negation turns twice. Rules cannot read irony: measure them on a coded sample before reporting.

    Errors: ParameterError for a window below 1.
    """
    if window < 1:
        raise ParameterError("must be at least 1", place="window")
    words = lexicon or service_lexicon()
    folded, source = fold(text)
    hits: list[ThemeHit] = []
    opinions: list[Opinion] = []
    for clause in _CLAUSE.finditer(folded):
        base, content = clause.start(), clause.group()
        matches = _matches(content, words)
        covered = [False] * len(content)
        for _, a, b in matches:
            covered[a:b] = [True] * (b - a)
        mine: list[Opinion] = []
        previous_end = 0
        for word, a, b in matches:
            if word not in words.positive and word not in words.negative:
                continue
            sign = 1.0 if word in words.positive else -1.0
            start = max(a - window, previous_end)
            factor, modifiers = _modify(content, start, a, covered, words)
            if _AFTER.match(content[b:]):
                factor *= 1.6
            previous_end = b
            place = (source[base + a], source[base + b - 1] + 1)
            mine.append(Opinion(word, *place, sign * factor, modifiers))
        mood = sum(item.score for item in mine)
        opinions += mine
        for word, a, b in matches:
            for theme in words._themes_of.get(word, ()):
                place = (source[base + a], source[base + b - 1] + 1)
                hits.append(ThemeHit(theme.code, theme.zh, theme.en, word, *place, mood))
    total = sum(item.score for item in opinions)
    label: Label = "positive" if total > 0 else "negative" if total < 0 else "neutral"
    return Tagging(tuple(hits), tuple(opinions), total, label, words.version)


def _matches(content: str, words: Lexicon) -> list[tuple[str, int, int]]:
    """Lexicon words of a clause with their places; what cuts across the words of the language is left out."""
    found = list(words._pattern.finditer(content))
    if not found:
        return []
    cut: list[tuple[int, int]] = [(a, b) for _, a, b in rjieba.tokenize(content)]
    inside = {i for a, b in cut for i in range(a + 1, b)}
    token_at = {i: (a, b) for a, b in cut for i in range(a, b)}
    kept = []
    for match in found:
        a, b = match.span()
        if b - a == 1 and match.group() not in words.fixed:
            left, right = token_at.get(a, (a, b))
            rest = content[left:a] + content[b:right]
            modifier = rest in words.degrees or rest in words.negations
            if rest and not modifier and not set(rest) <= _PARTICLES:
                continue
        elif a in inside and b in inside and token_at[a] != token_at[b - 1]:
            continue
        kept.append((match.group(), a, b))
    return kept


def _modify(content: str, start: int, end: int, covered: list[bool], words: Lexicon) -> tuple[float, tuple[str, ...]]:
    factor, seen, negated = 1.0, [], False
    for match in words._modifier.finditer(content, start, end):
        if any(covered[match.start() : match.end()]):
            continue
        word = match.group()
        if word in words.degrees:
            factor *= 0.5 if negated else words.degrees[word]
        else:
            factor, negated = -factor, True
            if word in ("不太", "不怎么", "不够"):
                factor *= 0.5
        seen.append(word)
    return factor, tuple(seen)
