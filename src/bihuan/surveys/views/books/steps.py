"""What may be done next with an entry or a page, and the books a bulk act was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from bihuan.foundation.steps import Way

ENTRY = {
    "answer": Way(pgettext_lazy("book step", "Answer"), "surveys:book-entry-answer", "writing"),
    "deliver": Way(pgettext_lazy("book step", "Reply handed over"), "surveys:book-entry-deliver", "check"),
    "remark": Way(pgettext_lazy("book step", "Remark"), "surveys:book-entry-remark", "pencil"),
    "correct": Way(pgettext_lazy("book step", "Correct the entry"), "surveys:book-entry-correct", "edit"),
    "set_aside": Way(pgettext_lazy("book step", "Needs no answer"), "surveys:book-entry-set-aside", "ban", turns=True),
    "restore": Way(
        pgettext_lazy("book step", "Take up again"), "surveys:book-entry-restore", "arrow-back-up", turns=True
    ),
    "reopen": Way(pgettext_lazy("book step", "Reopen"), "surveys:book-entry-reopen", "refresh", turns=True),
}


def chosen(given: QueryDict) -> list[int]:
    """Row numbers ticked in a list, or handed on by the form that asked for the rest."""
    return numbers(value for text in given.getlist("selection") for value in text.split(","))


def numbers(texts: Iterable[str]) -> list[int]:
    return list(dict.fromkeys(int(text) for text in texts if text.strip().isdigit()))
