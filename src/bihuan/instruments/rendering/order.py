"""Shuffled choices and sections against order bias, without script: a page exists in a few orders.

Which one a visitor sees follows from the client number, so the same visitor sees the same order again, and it can be
told afterwards which order an answer was given in.
"""

from __future__ import annotations

import random
import uuid

from bihuan.instruments.definition import Choice, Definition, Item, Section

ORDERS = 12


def order_of(definition: Definition, client_uuid: uuid.UUID) -> int:
    """The variant for a visitor; always 0 where the form shuffles nothing."""
    return client_uuid.int % ORDERS if is_shuffled(definition) else 0


def is_shuffled(definition: Definition) -> bool:
    return any(section.is_shuffled for section in definition.sections) or any(
        item.is_shuffled for item in definition.items
    )


def shuffled(item: Item, order: int) -> list[Choice]:
    """Choices in the order of a variant; those that exclude the others ("none of these") keep their place."""
    if not item.is_shuffled:
        return list(item.choices)
    free = [choice for choice in item.choices if not choice.is_exclusive]
    random.Random(f"{order}:{item.code}").shuffle(free)  # noqa: S311  no secret hangs on it
    following = iter(free)
    return [choice if choice.is_exclusive else next(following) for choice in item.choices]


def shuffled_items(section: Section, order: int) -> list[Item]:
    """Items of a section in the order of a variant; one that reads or quotes another stays behind all of them."""
    if not section.is_shuffled:
        return list(section.items)
    free = [item for item in section.items if item.visible_if is None]
    bound = [item for item in section.items if item.visible_if is not None]
    random.Random(f"{order}:{section.code}").shuffle(free)  # noqa: S311
    return [*free, *bound]
