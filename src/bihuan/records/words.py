"""Cut text for search: words by rjieba, and every pair of Chinese characters (ready tokenisers miss 票价)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import rjieba

TEXT_LIMIT = 20_000
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
HAN_RUN = re.compile(rf"[{HAN}]+")


@lru_cache(maxsize=1)
def cutter() -> rjieba.Jieba:
    return rjieba.Jieba()


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield stretches of one kind: Chinese characters (True), or other letters and digits (False)."""
    for found in RUNS.finditer(unicodedata.normalize("NFKC", text[:TEXT_LIMIT]).casefold()):
        yield found.group(), HAN_RUN.fullmatch(found.group()) is not None


def pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def search_text(*parts: str) -> str:
    """Return the tokens of all parts, once each, separated by spaces.

    The last character of a stretch is a token too, so that a single character is found by its beginning
    wherever it stands; a number is kept with and without its leading zeros.
    """
    tokens: dict[str, None] = {}
    for part in parts:
        for run, is_han in runs(part):
            if is_han:
                tokens.update(dict.fromkeys([*cutter().cut(run), *pairs(run), run[-1]]))
            else:
                tokens[run] = None
                if run.isdecimal() and run.lstrip("0"):
                    tokens[run.lstrip("0")] = None
    return " ".join(tokens)


def query_terms(query: str) -> list[tuple[str, bool]]:
    """Return (token, by beginning) for what somebody typed; a record must have all of them.

    A Chinese word stands for its character pairs: however the record's text was cut, they are there.
    """
    terms: dict[tuple[str, bool], None] = {}
    found = list(runs(query[:200]))
    for place, (run, is_han) in enumerate(found, 1):
        if not is_han:
            # Whoever types a number has rarely come to its end.
            terms[run, len(run) > 1 or place == len(found)] = None
            continue
        for word in cutter().cut(run):
            if len(word) == 1:
                terms[word, True] = None
            else:
                terms.update(dict.fromkeys((pair, False) for pair in pairs(word)))
    return list(terms)
