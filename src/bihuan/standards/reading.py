"""Answers from a file: which column is which, and what is wrong with which row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t

from bihuan.foundation.errors import BadInputError
from bihuan.foundation.reading import Table
from bihuan.standards.enums import AnswerKind
from bihuan.standards.selectors import keyword_list

# Headings by which a column is known, in Chinese and English.
HEADINGS: dict[str, tuple[str, ...]] = {
    "question": ("问题", "标题", "question", "title"),
    "answer": ("答案", "解答", "口径", "内容", "answer"),
    "topic": ("主题", "类别", "分类", "topic", "category"),
    "keywords": ("关键词", "关键字", "keywords"),
    "basis": ("依据", "文号", "basis"),
    "kind": ("种类", "kind"),
}
NEEDED = ("question", "answer")
LONGEST = {"question": 200, "answer": 4000, "topic": 60, "basis": 200}
KINDS = {"": AnswerKind.STANDARD, "业务解答规范": AnswerKind.STANDARD, "口径": AnswerKind.WORDING}
MOST = 5000


@dataclass(frozen=True)
class AnswerRow:
    question: str
    answer: str
    topic: str = ""
    keywords: tuple[str, ...] = ()
    basis: str = ""
    kind: str = AnswerKind.STANDARD

    def texts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("question", "answer", "topic", "keywords", "basis", "kind")}


def columns_of(table: Table) -> dict[str, str]:
    """Which column holds what; a heading that is lacking is named."""
    found: dict[str, str] = {}
    for key, words in HEADINGS.items():
        heading = next((name for name in table.names if name.strip().casefold() in words), None)
        if heading is not None:
            found[key] = heading
    for key in NEEDED:
        if key not in found:
            raise BadInputError(_t("There is no column “%(heading)s”.") % {"heading": HEADINGS[key][0]}, place="file")
    return found


def answer_rows(table: Table) -> tuple[list[AnswerRow], list[str]]:
    """The rows of a file and what is wrong, each problem naming its row and column."""
    if table.n_rows > MOST:
        raise BadInputError(_t("At most %(most)s rows at a time.") % {"most": MOST}, place="file")
    columns = columns_of(table)
    texts = {key: table.column(name).texts for key, name in columns.items()}
    rows: list[AnswerRow] = []
    problems: list[str] = []
    for number in range(table.n_rows):
        given = {key: str(column[number] or "").strip() for key, column in texts.items()}
        wrong = row_problem(given)
        if wrong is not None:
            problems.append(f"{table.place(number, columns[wrong[0]])}: {wrong[1]}")
            continue
        kind = given.pop("kind", "")
        words = tuple(keyword_list(given.pop("keywords", "")))
        rows.append(AnswerRow(**given, keywords=words, kind=KINDS.get(kind, kind)))
    return rows, problems


def row_problem(given: dict[str, str]) -> tuple[str, str] | None:
    """The first thing wrong with a row: its column and words."""
    for key in NEEDED:
        if not given[key]:
            return key, _t("it is empty")
    for key, most in LONGEST.items():
        if len(given.get(key, "")) > most:
            return key, _t("at most %(limit)s characters") % {"limit": most}
    kind = given.get("kind", "")
    if kind not in KINDS and kind not in AnswerKind.values:
        return "kind", _t("“%(text)s” is neither an answering standard nor an agreed wording") % {"text": kind}
    return None
