"""What a newer version of a form means for a survey under way: which items go on, which begin anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from bihuan.instruments.definition import Definition, Item


class Fate(StrEnum):
    """What becomes of an item. Results join versions item by item, by code, type and scale."""

    NEW = "new"
    GONE = "gone"
    BEGINS_ANEW = "anew"
    REWORDED = "reworded"
    CHOICES = "choices"


FATE_LABELS = {
    Fate.NEW: _("new: answered from now on"),
    Fate.GONE: _("no longer asked: earlier answers are kept"),
    Fate.BEGINS_ANEW: _("kind or scale changed: earlier and later answers are not joined"),
    Fate.REWORDED: _("other words: earlier and later answers are joined, see whether the meaning is the same"),
    Fate.CHOICES: _("other choices: joined by the codes of the choices"),
}


@dataclass(frozen=True)
class FormChange:
    item: str
    label: str
    fate: Fate

    @property
    def meaning(self) -> str:
        return str(FATE_LABELS[self.fate])


def fate_of(old: Item, new: Item) -> Fate | None:
    if (old.type, old.scale, old.is_reversed) != (new.type, new.scale, new.is_reversed):
        return Fate.BEGINS_ANEW
    if old.codes != new.codes:
        return Fate.CHOICES
    return Fate.REWORDED if old.label != new.label else None


def form_changes(old: Definition, new: Definition) -> Iterator[FormChange]:
    """Items that differ, in the order of the new form, those that are gone last."""
    for item in new.items:
        known = old.by_code.get(item.code)
        fate = Fate.NEW if known is None else fate_of(known, item)
        if fate is not None and item.takes_answer:
            yield FormChange(item.code, item.label or item.code, fate)
    for item in old.items:
        if item.takes_answer and item.code not in new.by_code:
            yield FormChange(item.code, item.label or item.code, Fate.GONE)
