"""One row, one question; a question that divides points is a group of whole numbers."""

from __future__ import annotations

import re
from typing import Any

from bihuan.instruments.definition import ONE_OF, SCALED, USUAL_SCALES, WITH_CHOICES, Choice, Item, ItemType
from bihuan.instruments.xlsform.choices import ChoiceList, KnownScale, scale_from_list
from bihuan.instruments.xlsform.columns import CellError, column, number, yes_or_no
from bihuan.instruments.xlsform.expressions import Bounds, ExpressionError, bounds_in
from bihuan.instruments.xlsform.gathering import Gathering
from bihuan.instruments.xlsform.names import Reference
from bihuan.instruments.xlsform.problems import HINTS
from bihuan.instruments.xlsform.sheets import Row
from bihuan.instruments.xlsform.words import LISTED, SIMPLE, WHOLE

NAME = re.compile(r"[^\W\d][\w.\-]*")
KIND = column("type")
MOST_LEVELS = 21  # a longer range is a number with limits
LIMITED = {ItemType.NUMBER: "value", ItemType.TEXT: "length", ItemType.MULTIPLE: "count"}
PARAMETER = re.compile(r"([\w\-]+)\s*=\s*([^\s,;=]+)")


class Questions:
    def __init__(self, gathering: Gathering, lists: dict[str, ChoiceList], scales: dict[str, KnownScale]) -> None:
        self.gathering, self.lists, self.scales = gathering, lists, scales
        self.names: dict[str, Row] = {}
        self.codes: dict[str, Row] = {}

    def named(self, row: Row) -> str:
        name = row.get("name")
        if not name:
            self.gathering.problem("no_name", row.cell("name"))
            return f"row{row.number}"
        if not NAME.fullmatch(name):
            self.gathering.problem("bad_name", row.cell("name"), value=name)
        return name

    def started(self, row: Row) -> tuple[str, dict[str, Any]]:
        """What all questions have: name, code, texts, condition, required."""
        name = self.named(row)
        earlier = self.names.setdefault(name.lower(), row)
        if earlier is not row:
            self.gathering.problem("twice_name", row.cell("name"), value=name, first=earlier.cell("name"))
        code = row.text(column("code")) or name
        same = self.codes.setdefault(code, row)
        if same is not row and earlier is row:
            where = row.cell(column("code") if row.text(column("code")) else "name")
            self.gathering.problem("twice_code", where, value=code, first=same.place)
        item: dict[str, Any] = {"code": code}
        label = self.gathering.text(row, "label", f"item.{code}.label", quotes=True)
        help_text = self.gathering.text(row, "hint", f"item.{code}.help", quotes=True)
        condition = self.gathering.condition(row, "relevant")
        item |= {"label": label} if label else {}
        item |= {"help": help_text} if help_text else {}
        item |= {"visible_if": condition} if condition is not None else {}
        try:
            if yes_or_no(row.get("required")):
                item["is_required"] = True
        except CellError:
            self.gathering.problem("bad_required", row.cell("required"), value=row.get("required"))
        return name, item | self.gathering.own(Item, row)

    def question(self, row: Row, word: str, rest: str) -> dict[str, Any]:
        name, item = self.started(row)
        choices: ChoiceList | None = None
        if word in LISTED:
            kind, choices = self.listed(row, word, rest, item)
        elif word == "range":
            kind = self.ranged(row, item)
        else:
            kind = SIMPLE[word]
            if word == "file":
                item["files"] = "any"
            if word in WHOLE:
                self.gathering.note("note_integer", row.cell("type"))
        kind = self.declared(row, kind)
        if kind is not ItemType.RATING:
            item["type"] = kind.value
        if row.get(column("choices")):
            choices = self.list_named(row, row.get(column("choices")), column("choices"))
        if choices is not None:
            item["choices"] = [
                self.choice(item["code"], one, choices.codes[one.get("name")], column("relevant"))
                for one in choices.rows
            ]
        self.looks(row, item, kind)
        self.limits(row, item, kind, is_whole=word in WHOLE)
        self.asked(name, item, kind, dict(choices.codes) if choices is not None else {})
        return item

    def asked(self, name: str, item: dict[str, Any], kind: ItemType, choices: dict[str, str]) -> None:
        """From here on conditions may read the question."""
        scale = item.get("scale") or USUAL_SCALES.get(kind)
        levels = frozenset(range(scale[0], scale[1] + 1, max(1, scale[2]))) if scale else frozenset()
        self.gathering.ask(Reference(item["code"], name, kind, choices, levels))

    def declared(self, row: Row, kind: ItemType) -> ItemType:
        """What sqm_kind says, where it fits the type."""
        text = row.get(KIND)
        if not text:
            return kind
        fitting = SCALED if kind in SCALED else ONE_OF if kind in ONE_OF else {kind}
        words = sorted(one.value for one in fitting)
        if text not in words:
            self.gathering.problem("bad_word", row.cell(KIND), value=text, words=", ".join(words))
            return kind
        return ItemType(text)

    def list_named(self, row: Row, name: str, heading: str) -> ChoiceList | None:
        found = self.lists.get(name)
        if found is None:
            self.gathering.problem("unknown_list", row.cell(heading), value=name)
        return found

    def listed(self, row: Row, word: str, rest: str, item: dict[str, Any]) -> tuple[ItemType, ChoiceList | None]:
        """A question that names a list: choices, or the levels of a scale."""
        name, _space, more = rest.partition(" ")
        kind = {"select_multiple": ItemType.MULTIPLE, "rank": ItemType.RANKING}.get(word, ItemType.CHOICE)
        if more.strip():
            is_other = more.strip().lower() in {"or_other", "or specify other"}
            code = "or_other" if is_other else "unknown_type"
            self.gathering.problem(code, row.cell("type"), value=row.get("type"))
        if not name:
            self.gathering.problem("no_list", row.cell("type"))
            return kind, None
        scale = self.scale_for(row, name) if word == "select_one" else None
        if scale is not None:
            item["scale_code"], item["scale"] = scale.code, [scale.low, scale.high, scale.step]
            return ItemType.RATING, None
        if word == "select_one" and "minimal" in row.get("appearance").split():
            kind = ItemType.DROPDOWN
        return kind, self.list_named(row, name, "type")

    def scale_for(self, row: Row, name: str) -> KnownScale | None:
        known = self.scales.get(name)
        if known is None and "likert" in row.get("appearance").split() and name in self.lists:
            known = scale_from_list(self.gathering, self.lists[name], {one.code for one in self.scales.values()})
            if known is not None:
                self.scales[name] = known
        return known

    def ranged(self, row: Row, item: dict[str, Any]) -> ItemType:
        given = self.parameters(row, {"start", "end", "step"})
        texts = [given.get("start", "1"), given.get("end", "10"), given.get("step", "1")]
        if not all(re.fullmatch(r"-?\d{1,9}(\.0+)?", one) for one in texts):
            return self.ranged_number(row, item, texts)
        low, high, step = (int(float(one)) for one in texts)
        if step < 1 or high <= low or (high - low) % step:
            self.gathering.problem("bad_range", row.cell("parameters"))
            low, high, step = 1, 5, 1
        if not row.get(KIND) and (high - low) // step + 1 > MOST_LEVELS:
            return self.ranged_number(row, item, texts)
        item["scale"] = [low, high, step]
        return ItemType.RATING

    def ranged_number(self, row: Row, item: dict[str, Any], texts: list[str]) -> ItemType:
        """A range with decimals, or with very many steps, is a number with limits."""
        try:
            item["lowest"], item["highest"] = number(texts[0]), number(texts[1])
        except CellError:
            self.gathering.problem("bad_range", row.cell("parameters"))
        return ItemType.NUMBER

    def parameters(self, row: Row, known: set[str]) -> dict[str, str]:
        found = {match[1].lower(): match[2] for match in PARAMETER.finditer(row.get("parameters"))}
        for name in sorted(found.keys() - known):
            self.gathering.note("note_parameter", row.cell("parameters"), value=name)
        return found

    def looks(self, row: Row, item: dict[str, Any], kind: ItemType) -> None:
        if kind is ItemType.TEXT and "multiline" in row.get("appearance").split():
            item["is_long"] = True
        if kind in SCALED or "start" in row.get("parameters"):
            return
        given = self.parameters(row, {"randomize", "seed", "max-pixels", "rows"})
        if kind in WITH_CHOICES and given.get("randomize", "").lower() == "true":
            item["is_shuffled"] = True

    def limits(self, row: Row, item: dict[str, Any], kind: ItemType, *, is_whole: bool) -> None:
        text = row.get("constraint")
        if not text:
            return
        found = Bounds()
        try:
            if kind not in LIMITED:
                raise ExpressionError("x_constraint")
            what: Any = LIMITED[kind]
            found = bounds_in(text, what, is_whole=is_whole)
        except ExpressionError as error:
            is_plain = error.code in {"x_sign", "x_end", "x_deep", "x_long"}
            code, params = (error.code, error.params) if is_plain else ("x_constraint", {})
            self.gathering.problem(code, row.cell("constraint"), **params)
        item |= {"lowest": found.lowest} if found.lowest is not None else {}
        item |= {"highest": found.highest} if found.highest is not None else {}

    def choice(self, item: str, row: Row, code: str, heading: str) -> dict[str, Any]:
        body: dict[str, Any] = {"code": code, **self.gathering.own(Choice, row)}
        label = self.gathering.text(row, "label", f"choice.{item}.{code}", quotes=True)
        condition = self.gathering.condition(row, heading)
        body |= {"label": label} if label else {}
        return body | ({"visible_if": condition} if condition is not None else {})


class Split:
    """Points divided among choices, while its group is open."""

    def __init__(self, questions: Questions, row: Row) -> None:
        self.questions, self.row = questions, row
        self.name, self.item = questions.started(row)
        self.item |= {"type": ItemType.SPLIT.value, "choices": []}
        self.choices: dict[str, str] = {}
        self.rows: dict[str, Row] = {}

    def take(self, row: Row, word: str) -> None:
        gathering = self.questions.gathering
        if word == "note" and row.get(KIND) == "help":
            text = gathering.text(row, "label", f"item.{self.item['code']}.help", quotes=True)
            self.item |= {"help": text} if text else {}
        elif word in WHOLE:
            name = row.text(column("choice")) or row.get("name")
            code = row.text(column("code")) or name
            earlier = self.rows.setdefault(code, row)
            if earlier is not row:
                gathering.problem("twice_choice", row.cell("name"), value=code, first=earlier.cell("name"))
                return
            self.choices[name] = code
            self.item["choices"].append(self.questions.choice(self.item["code"], row, code, "relevant"))
        else:
            gathering.problem("refused_type", row.cell("type"), value=row.get("type"), hint=HINTS["other"])

    def ended(self) -> dict[str, Any]:
        self.questions.asked(self.name, self.item, ItemType.SPLIT, self.choices)
        return self.item
