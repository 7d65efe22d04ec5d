"""What is printed beside the boxes of a paper questionnaire, so that keying a sheet in is digits alone."""

from __future__ import annotations

from bihuan.instruments.definition import Choice, Definition, Item, ItemType

# Neither is asked on paper: nobody reads a hidden item, and a sheet cannot take a file.
NOT_ON_PAPER = frozenset({ItemType.HIDDEN, ItemType.FILE})
UNNUMBERED = NOT_ON_PAPER | {ItemType.NOTE}


def numbers_of(definition: Definition) -> dict[str, int]:
    """The number before each question of the paper, by item; notes and what is not on paper have none."""
    asked = [item.code for item in definition.items if item.type not in UNNUMBERED]
    return {code: number for number, code in enumerate(asked, 1)}


def na_key(item: Item) -> str:
    """The digits for "not applicable": 0, or 99 where 0 is a level of the scale."""
    return "99" if 0 in item.levels else "0"


def choice_keys(item: Item) -> list[tuple[str, Choice]]:
    """The digits of each choice: its place in the form, whatever order a screen shuffles them into."""
    return [(str(number), choice) for number, choice in enumerate(item.choices, 1)]


def sheet_number(campaign_pk: int, number: int) -> str:
    """As it is printed, and as the code in the corner reads: a scanner types it into the field for the number."""
    return f"{campaign_pk}-{number:05d}"
