"""What people wrote, made fit to be shown: personal numbers gone, themes and tone marked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.instruments.definition import ItemType
from bihuan.surveys.tallying.questions import Questions
from bihuan.surveys.tallying.reading import is_yes
from bihuan.surveys.tallying.tones import told_by

SHORTEST = 2


@dataclass(frozen=True)
class Remark:
    response: int
    item: str
    place: int
    segment: str
    channel: str
    day: date
    language: str
    text: str
    may_quote: bool
    sentiment: int
    themes: tuple[str, ...]
    org_path: str


def texts_of(questions: Questions, version: int) -> tuple[list[str], list[str]]:
    """Codes of free texts, and of the consent to quote them."""
    asked = [one.item for one in questions.of_version(version)]
    texts = [item.code for item in asked if item.type is ItemType.TEXT]
    consents = [item.code for item in asked if item.type is ItemType.CONSENT and item.permits == "quote"]
    return texts, consents


def remarks_of(questions: Questions, batch: Sequence[Sequence[Any]], names: Collection[str] = ()) -> list[Remark]:
    """Remarks of a batch; ``names`` are people of the house, who are never named in a quote."""
    return list(said(questions, batch, names))


def said(questions: Questions, batch: Sequence[Sequence[Any]], names: Collection[str]) -> Iterator[Remark]:
    from servicequality.text import redact, redact_names  # numerics take a second to load

    codes = {pk: texts_of(questions, pk) for pk in {row[1] for row in batch}}
    for pk, version, day, path, channel, answers, _states, context in batch:
        texts, consents = codes[version]
        for code in texts:
            text = answers.get(code)
            if not isinstance(text, str) or len(text.strip()) < SHORTEST:
                continue
            told = told_by(text)
            unit = context.get("unit")
            yield Remark(
                response=pk,
                item=code,
                place=unit if isinstance(unit, int) else 0,
                segment=str(context.get("segment") or ""),
                channel=channel,
                day=day,
                language=str(context.get("language") or ""),
                text=redact_names(redact(text.strip().replace("\x00", "")).text, names=names).text,
                may_quote=any(is_yes(answers.get(one)) for one in consents),
                sentiment=told.tone,
                themes=told.codes,
                org_path=path,
            )
