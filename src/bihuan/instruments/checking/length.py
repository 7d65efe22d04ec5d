"""How long a form takes. Rough on purpose: reading speed and a time to answer each kind of question."""

from __future__ import annotations

import re

from bihuan.instruments.definition import Definition, Item, ItemType, Section

# Seconds to answer once the question is read; batteries go faster because the levels are read once.
SECONDS = {
    ItemType.RATING: 6.0,
    ItemType.NPS: 5.0,
    ItemType.CSAT: 4.0,
    ItemType.CES: 4.0,
    ItemType.CHOICE: 4.0,
    ItemType.DROPDOWN: 6.0,
    ItemType.MULTIPLE: 8.0,
    ItemType.RANKING: 20.0,
    ItemType.SPLIT: 40.0,
    ItemType.NUMBER: 6.0,
    ItemType.DATE: 8.0,
    ItemType.TEXT: 10.0,
    ItemType.FILE: 30.0,
    ItemType.CONSENT: 4.0,
}
LONG_TEXT, BATTERY_ROW = 35.0, 5.0
CHARACTERS_A_SECOND, LETTERS_A_SECOND = 5.0, 18.0  # Chinese characters; letters of other scripts
CHINESE = re.compile(r"[\u3400-\u9fff]")
TOO_LONG = 10.0  # minutes after which many give up


def reading(text: str) -> float:
    chinese = len(CHINESE.findall(text))
    return chinese / CHARACTERS_A_SECOND + (len(text) - chinese) / LETTERS_A_SECOND


def seconds_of(item: Item, section: Section) -> float:
    answering = SECONDS.get(item.type, 0.0)
    if item.type is ItemType.RATING and section.layout == "battery":
        answering = BATTERY_ROW
    if item.type is ItemType.TEXT and item.is_long:
        answering = LONG_TEXT
    texts = (item.label, item.help, *(choice.label for choice in item.choices))
    return answering + sum(reading(text) for text in texts)


def minutes_of(definition: Definition) -> float:
    """Minutes for somebody who is shown half of what is conditional and leaves half of the open questions empty."""
    total = reading(definition.intro)
    for section in definition.sections:
        inside = reading(section.title) + reading(section.intro)
        for item in section.items:
            seconds = seconds_of(item, section)
            if item.visible_if is not None or (item.type is ItemType.TEXT and not item.is_required):
                seconds /= 2
            inside += seconds
        total += inside / 2 if section.visible_if is not None else inside
    return total / 60
