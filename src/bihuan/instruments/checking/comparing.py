"""A draft beside earlier versions: what changed, and where old and new answers can no longer be put side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.instruments.definition import Definition, Item, ItemType


@dataclass(frozen=True)
class Break:
    """An item whose answers before and after are different things, and since which version."""

    item: str
    version: int
    text: str


# Kinds that ask for the same answer in another dress.
ALIKE = (
    frozenset({ItemType.RATING, ItemType.CSAT, ItemType.CES, ItemType.NPS}),
    frozenset({ItemType.CHOICE, ItemType.DROPDOWN}),
)


def is_alike(before: ItemType, now: ItemType) -> bool:
    return before is now or any({before, now} <= kinds for kinds in ALIKE)


def reasons(before: Item, now: Item) -> Iterator[str]:
    if not is_alike(before.type, now.type):
        yield _("it was another kind of question")
        return
    if before.scale != now.scale and before.scale and now.scale:
        yield _("its scale went from %(low)s to %(high)s") % {"low": before.scale[0], "high": before.scale[1]}
    if before.is_reversed != now.is_reversed:
        yield _("it was worded the other way round")
    lost = before.codes - now.codes
    if lost:
        labels = [choice.label or choice.code for choice in before.choices if choice.code in lost]
        yield _("it offered “%(choices)s”") % {"choices": _(", ").join(labels)}
    if before.total != now.total:
        yield _("it divided %(total)s points") % {"total": before.total}
    if before.dimension != now.dimension or before.side != now.side:
        yield _("it counted for another dimension or side")


def breaks_of(now: Definition, earlier: Iterable[tuple[int, Definition]]) -> list[Break]:
    """Breaks against the newest earlier version that has the item; ``earlier`` is (number, form), newest first."""
    found: list[Break] = []
    forms = list(earlier)
    for item in now.items:
        for number, form in forms:
            before = form.by_code.get(item.code)
            if before is None:
                continue
            why = _("; ").join(reasons(before, item))
            if why:
                text = _("In version %(version)s %(why)s: answers before and after cannot be compared.")
                found.append(Break(item.code, number, text % {"version": number, "why": why}))
            break
    return found


@dataclass(frozen=True)
class Changes:
    """What the next version does to the last one, by item."""

    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    reworded: tuple[tuple[Item, Item], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.reworded)


def changes_of(before: Definition, now: Definition) -> Changes:
    both = [(before.by_code[item.code], item) for item in now.items if item.code in before.by_code]
    return Changes(
        tuple(item for item in now.items if item.code not in before.by_code),
        tuple(item for item in before.items if item.code not in now.by_code),
        tuple((old, new) for old, new in both if old.label != new.label),
    )
