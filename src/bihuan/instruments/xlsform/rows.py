"""The rows of the sheet "survey": groups become sections, questions become items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bihuan.instruments.definition import ItemType, Section
from bihuan.instruments.xlsform.columns import CellError, column, yes_or_no
from bihuan.instruments.xlsform.gathering import Gathering
from bihuan.instruments.xlsform.problems import HINTS
from bihuan.instruments.xlsform.questions import KIND, Questions, Split
from bihuan.instruments.xlsform.sheets import Row
from bihuan.instruments.xlsform.words import LISTED, META, REFUSED, SIMPLE, type_of

AROUND = frozenset({"intro", "form_intro", "form_thanks"})
UNREAD = (("calculation", "calculation"), ("choice_filter", "choice_filter"), ("repeat_count", "repeat"))


@dataclass
class Group:
    row: Row
    condition: dict[str, Any] | None
    has_inner: bool = False


@dataclass
class Part:
    """A section on its way; ``group`` is the group its questions stand in, if any."""

    body: dict[str, Any]
    group: Group | None
    items: list[tuple[Row, dict[str, Any]]] = field(default_factory=list)


class Survey:
    """Walks over the rows once, in order: what a condition reads must have been asked above it."""

    def __init__(self, gathering: Gathering, questions: Questions) -> None:
        self.gathering, self.questions = gathering, questions
        self.parts: list[Part] = []
        self.groups: list[Group] = []
        self.split: Split | None = None
        self.codes: dict[str, Row | None] = {}
        self.texts: dict[str, str] = {}

    def read(self, rows: list[Row]) -> None:
        self.gathering.later = frozenset(row.get("name") for row in rows)
        for row in rows:
            if not self.is_disabled(row):
                self.row(row)
        for group in self.groups:
            self.gathering.problem("no_end", group.row.cell("type"))
        if self.split is not None:
            self.gathering.problem("no_end", self.split.row.cell("type"))

    def is_disabled(self, row: Row) -> bool:
        try:
            return yes_or_no(row.get("disabled"))
        except CellError as error:
            self.gathering.problem(error.code, row.cell("disabled"), **error.params)
            return False

    def row(self, row: Row) -> None:
        word, rest = type_of(row.get("type"))
        if word == "end_group":
            self.end(row)
        elif self.is_refused(row, word):
            return
        elif self.split is not None:
            self.split.take(row, word)
        elif word == "begin_group":
            self.begin(row)
        elif word == "note" and row.get(KIND) in AROUND:
            self.around(row)
        else:
            part = self.part()
            part.items.append((row, self.questions.question(row, word, rest)))

    def is_refused(self, row: Row, word: str) -> bool:
        """Whether the row is no question that can be asked; a row is refused for one thing only."""
        where = row.cell("type")
        unread = next(((heading, code) for heading, code in UNREAD if row.get(heading)), None)
        if not word:
            self.gathering.problem("no_type", where)
        elif word == "repeat":
            self.gathering.problem("repeat", where)
        elif word == "calculate":
            self.gathering.problem("calculation", where)
        elif word in REFUSED:
            self.gathering.problem("refused_type", where, value=row.get("type"), hint=HINTS[REFUSED[word]])
        elif word in META:
            self.gathering.note("note_meta", where, value=word)
        elif word not in SIMPLE and word not in LISTED and word not in {"range", "begin_group"}:
            self.gathering.problem("unknown_type", where, value=row.get("type"))
        elif unread is not None:
            self.gathering.problem(unread[1], row.cell(unread[0]))
            return False
        else:
            return False
        return True

    def begin(self, row: Row) -> None:
        if row.get(KIND) == ItemType.SPLIT.value:
            self.split = Split(self.questions, row)
            return
        if self.groups:
            self.groups[-1].has_inner = True
        name = self.questions.named(row)
        group = Group(row, self.gathering.condition(row, "relevant"))
        code = row.text(column("code")) or name
        if code in self.codes:
            earlier = self.codes[code]
            first = earlier.cell("name") if earlier is not None else "survey"
            self.gathering.problem("twice_code", row.cell("name"), value=code, first=first)
        body: dict[str, Any] = {"code": code, **self.gathering.own(Section, row)}
        title = self.gathering.text(row, "label", f"section.{code}.title", quotes=True)
        body |= {"title": title} if title else {}
        if row.get("appearance") == "table-list":
            body.setdefault("layout", "battery")
        self.groups.append(group)
        self.open(body, row, group)

    def open(self, body: dict[str, Any], row: Row | None, group: Group | None) -> Part:
        """A section, shown where all groups around it are."""
        conditions = [one.condition for one in self.groups if one.condition is not None]
        if conditions:
            body["visible_if"] = conditions[0] if len(conditions) == 1 else {"every": conditions}
        self.codes[body["code"]] = row
        part = Part(body, group)
        self.parts.append(part)
        return part

    def end(self, row: Row) -> None:
        if self.split is not None:
            part = self.part()
            part.items.append((self.split.row, self.split.ended()))
            self.split = None
        elif self.groups:
            self.groups.pop()
        else:
            self.gathering.problem("no_begin", row.cell("type"))

    def part(self) -> Part:
        """The section that takes the next question: the open group's; outside of all groups, one of its own."""
        group = self.groups[-1] if self.groups else None
        if self.parts and self.parts[-1].group is group:
            return self.parts[-1]
        base = f"{group.row.get('name')[:50]}_" if group else "s"
        number = next(n for n in range(2 if group else 1, 10_000) if f"{base}{n}" not in self.codes)
        return self.open({"code": f"{base}{number}"}, None, group)

    def around(self, row: Row) -> None:
        """Texts before and after the questions, of the form or of a section."""
        kind = row.get(KIND)
        if kind == "intro" and self.groups:
            part = self.part()
            text = self.gathering.text(row, "label", f"section.{part.body['code']}.intro", quotes=True)
            part.body |= {"intro": text} if text else {}
            return
        key = "thanks" if kind == "form_thanks" else "intro"
        text = self.gathering.text(row, "label", key)
        self.texts |= {key: text} if text else {}

    def sections(self) -> list[tuple[Part, dict[str, Any]]]:
        """The sections; a group that only holds other groups is none."""
        found = []
        for part in self.parts:
            if part.group is not None and part.group.has_inner and not part.items:
                if part.body.get("title"):
                    self.gathering.note("note_group", part.group.row.cell("name"), value=part.body["title"])
                continue
            found.append((part, {**part.body, "items": [item for _row, item in part.items]}))
        return found
