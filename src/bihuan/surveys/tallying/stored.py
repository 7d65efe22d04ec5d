"""Layouts of stored cells, made once: form versions never change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from bihuan.instruments.definition import read_definition
from bihuan.instruments.models import InstrumentVersion
from bihuan.surveys.models import CampaignTally
from bihuan.surveys.tallying.keys import Level
from bihuan.surveys.tallying.layout import Ints, Layout, layout_of
from bihuan.surveys.tallying.packing import unpacked
from bihuan.surveys.tallying.questions import Version, questions_of


def layout_for(versions: Sequence[int]) -> Layout:
    """The layout of some form versions."""
    # Whoever may see a survey's results may see the form it was asked with, whatever unit the form belongs to.
    rows = InstrumentVersion._base_manager.filter(pk__in=versions)
    return _made(tuple(rows.order_by("number", "pk").values_list("pk", "number", "content_hash")))


@lru_cache(maxsize=64)
def _made(frozen: tuple[tuple[int, int, str], ...]) -> Layout:
    bodies = dict(InstrumentVersion._base_manager.filter(pk__in=[pk for pk, *_ in frozen]).values_list("pk", "body"))
    return layout_of(questions_of([Version(pk, number, read_definition(bodies[pk])) for pk, number, _ in frozen]))


class Layouts:
    """The layouts a tally was written under, by their number; the last is the one in force.

    Each is kept as {"versions": [...], "mark": "..."}: a program that counts otherwise has another mark.
    """

    def __init__(self, kept: Sequence[Mapping[str, Any]]) -> None:
        self.kept = [dict(one) for one in kept]
        self._made: dict[int, Layout] = {}

    @classmethod
    def of(cls, tally: CampaignTally) -> Layouts:
        return cls(tally.layouts)

    def with_versions(self, answered: Iterable[int]) -> Layouts:
        """These layouts, and a further one where form versions come that were not met before."""
        known = list(self.kept[-1]["versions"]) if self.kept else []
        fresh = sorted(set(answered) - set(known))
        if not fresh:
            return self
        versions = known + fresh
        return Layouts([*self.kept, {"versions": versions, "mark": layout_for(versions).mark}])

    def __getitem__(self, number: int) -> Layout:
        if number not in self._made:
            self._made[number] = layout_for(self.kept[number]["versions"])
        return self._made[number]

    @property
    def number(self) -> int:
        return len(self.kept) - 1

    @cached_property
    def last(self) -> Layout:
        return self[self.number]

    @cached_property
    def is_readable(self) -> bool:
        """Whether the program still counts as it did when the cells were written."""
        return all(self[number].mark == one["mark"] for number, one in enumerate(self.kept))

    def read(self, numbers: bytes | memoryview, number: int, level: Level) -> Ints:
        """A stored cell in the layout in force."""
        counts = unpacked(numbers)
        return counts if number == self.number else self.last.moved(counts, level, self[number])
