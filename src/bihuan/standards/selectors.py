"""Which answers are in force for whom, and which of them a text asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bihuan.foundation.actor import Actor, paths_above
from bihuan.foundation.models import within
from bihuan.standards.models import AnsweringEdition
from bihuan.standards.permissions import VIEW
from servicequality.text import shingles
from servicequality.text.normalise import letters_only

OFFERED = 4
ENOUGH = 0.5  # half of the pairs of characters of the question are in the text
SHORTEST = 4  # fewer characters say nothing yet


def in_force(rows: QuerySet[AnsweringEdition], day: date) -> QuerySet[AnsweringEdition]:
    return rows.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=day), effective_from__lte=day)


def answers_for(org_path: str, day: date) -> QuerySet[AnsweringEdition]:
    """What the staff of a unit say that day: its own answers and those of the units above it."""
    # What binds a unit may belong to one above it, outside the reader's scope.
    rows = AnsweringEdition._base_manager.filter(org_path__in=paths_above(org_path))
    return in_force(rows, day).select_related("standard").order_by("topic", "question", "pk")


def answers_seen(actor: Actor, day: date) -> QuerySet[AnsweringEdition]:
    """Answers in force in the units an actor may look into, and in those above them."""
    rows = AnsweringEdition._base_manager.all()
    if not actor.is_system:
        paths = actor.paths(VIEW)
        above = {path for own in paths for path in paths_above(own)}
        rows = rows.filter(within("org_path", paths) | Q(org_path__in=above))
    return in_force(rows, day).select_related("standard").order_by("topic", "question", "pk")


def found_by(rows: QuerySet[AnsweringEdition], words: str) -> QuerySet[AnsweringEdition]:
    """Every word somewhere in number, question, answer, topic or keywords."""
    for word in words.split():
        rows = rows.filter(
            Q(question__icontains=word)
            | Q(answer__icontains=word)
            | Q(topic__icontains=word)
            | Q(keywords__icontains=word)
            | Q(standard__number__icontains=word)
        )
    return rows


@dataclass(frozen=True)
class OfferedAnswer:
    """An answer that may be asked for, with the words of the text that say so."""

    edition: AnsweringEdition
    words: tuple[str, ...]
    score: float

    @property
    def fill(self) -> str:
        """What taking it over writes into the desk's form."""
        values = {"answer": self.edition.answer, "standard": str(self.edition.pk), "kind": "enquiry"}
        return json.dumps(values, ensure_ascii=False)


def answers_offered(text: str, org_path: str, day: date, limit: int = OFFERED) -> list[OfferedAnswer]:
    """The answers a text most likely asks for, best first: its keywords in the text, then the words of its question."""
    folded = letters_only(text)[0]
    if len(folded) < SHORTEST:
        return []
    asked = shingles(text, size=2)
    scored: list[tuple[float, int, tuple[str, ...]]] = []
    rows = answers_for(org_path, day).values_list("pk", "question", "keywords")
    for pk, question, keywords in rows:
        hits = tuple(word for word in keywords if letters_only(word)[0] and letters_only(word)[0] in folded)
        own = shingles(question, size=2)
        share = len(own & asked) / len(own) if own else 0.0
        if hits or share >= ENOUGH:
            scored.append((sum(len(word) for word in hits) + 4 * share, pk, hits))
    best = sorted(scored, key=lambda one: (-one[0], one[1]))[:limit]
    editions = AnsweringEdition._base_manager.select_related("standard").in_bulk([pk for _score, pk, _hits in best])
    return [OfferedAnswer(editions[pk], hits, score) for score, pk, hits in best]


def keyword_list(text: str) -> list[str]:
    """Words as people write them in one field: parted by spaces or commas of either script, each once."""
    return list(dict.fromkeys(word for word in re.split(r"[\s,，、;；]+", text) if word))


def topics(rows: QuerySet[AnsweringEdition]) -> Sequence[str]:
    return list(rows.exclude(topic="").order_by("topic").values_list("topic", flat=True).distinct())
