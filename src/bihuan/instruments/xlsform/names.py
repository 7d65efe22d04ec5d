"""Names in an XLSForm are stricter than codes here: each code gets a name, and keeps itself where they differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bihuan.instruments.definition import PIPE, ItemType

LETTERS = "A-Za-z_\u4e00-\u9fff"
NAME = re.compile(rf"[{LETTERS}][{LETTERS}0-9.\-]*")
CHOICE_NAME = re.compile(rf"[{LETTERS}0-9.\-]+")
# Names the collectors keep for themselves, and ours for the texts around the questions.
RESERVED = ("meta", "instanceid", "instancename", "form_intro", "form_thanks")


class Names:
    """Gives each code a name of its own; names that differ by capitals only are one name to the collectors."""

    def __init__(self, *, pattern: re.Pattern[str] = NAME, taken: Iterable[str] = (), any_case: bool = False) -> None:
        self.pattern, self.any_case = pattern, any_case
        self.taken = {self.folded(one) for one in taken}

    def folded(self, name: str) -> str:
        return name if self.any_case else name.lower()

    def give(self, code: str) -> str:
        if self.pattern.fullmatch(code):
            wanted = code
        else:
            wanted = re.sub(rf"[^{LETTERS}0-9.\-]+", "_", code) or "_"
            if not self.pattern.fullmatch(wanted):
                wanted = f"q_{wanted}"
        name, number = wanted, 1
        while self.folded(name) in self.taken:
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(self.folded(name))
        return name


@dataclass(frozen=True)
class Reference:
    """What a condition needs to know of a question it reads."""

    code: str
    name: str
    kind: ItemType
    choices: Mapping[str, str] = field(default_factory=dict)  # name of a choice -> its code
    levels: frozenset[int] = frozenset()


def renamed(text: str, name_of: Callable[[str], str | None]) -> str:
    """A text whose quotations of answers go by other names; a quotation of nothing known stays as it is."""
    return PIPE.sub(lambda found: f"${{{name_of(found[1]) or found[1]}}}", text)
