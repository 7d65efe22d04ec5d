"""What the editor shows: the outline, the part that is open, its condition row by row, the menus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from bihuan.instruments import editing
from bihuan.instruments.acts import Selection, dimensions_in
from bihuan.instruments.checking import breaks_of
from bihuan.instruments.conditions import Condition
from bihuan.instruments.definition import SCALED, WITH_CHOICES, Definition, ItemType
from bihuan.instruments.editing import Body, Taken, kind_of
from bihuan.instruments.editing.conditions import COUNTS, MANY, OPERATORS, Tree, as_group, askable, bare, levels_of
from bihuan.instruments.editing.parts import Part, name_of
from bihuan.instruments.forms import (
    BlockForm,
    CodeForm,
    FormWordsForm,
    ItemForm,
    KindForm,
    ScaleChoiceForm,
    SectionForm,
    StatementsForm,
)
from bihuan.instruments.vocabulary import KINDS, language_label, operator_label
from bihuan.instruments.wording import condition_words

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
ICONS: dict[ItemType, str] = {
    ItemType.RATING: "star",
    ItemType.CSAT: "mood-smile",
    ItemType.NPS: "speakerphone",
    ItemType.CES: "gauge",
    ItemType.CHOICE: "circle-dot",
    ItemType.DROPDOWN: "chevron-down",
    ItemType.MULTIPLE: "checkbox",
    ItemType.RANKING: "sort-ascending",
    ItemType.SPLIT: "chart-pie",
    ItemType.NUMBER: "math",
    ItemType.DATE: "calendar",
    ItemType.TEXT: "text-wrap",
    ItemType.FILE: "camera",
    ItemType.CONSENT: "shield-check",
    ItemType.NOTE: "info-circle",
    ItemType.HIDDEN: "eye-off",
}


@dataclass(frozen=True)
class Row:
    """One line of the outline."""

    code: str
    label: str
    kind: str = ""
    icon: str = ""
    number: int = 0
    is_conditional: bool = False
    is_open: bool = False
    is_required: bool = False
    rows: tuple[Row, ...] = ()


def outline_of(body: Body, open_one: Selection) -> list[Row]:
    rows = []
    number = 0
    for section in body["sections"]:
        inner = []
        for item in section["items"]:
            kind = kind_of(item)
            if kind not in {ItemType.NOTE, ItemType.HIDDEN}:
                number += 1
            inner.append(
                Row(
                    code=item["code"],
                    label=item.get("label") or _("(no wording yet)"),
                    kind=str(KINDS[kind]),
                    icon=ICONS[kind],
                    number=0 if kind in {ItemType.NOTE, ItemType.HIDDEN} else number,
                    is_conditional=bool(item.get("visible_if")),
                    is_open=item["code"] == open_one.item,
                    is_required=bool(item.get("is_required")),
                )
            )
        rows.append(
            Row(
                code=section["code"],
                label=section.get("title") or _("(no heading)"),
                is_conditional=bool(section.get("visible_if")),
                is_open=section["code"] == open_one.section and not open_one.item,
                rows=tuple(inner),
            )
        )
    return rows


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Clause:
    """One row of a condition: a group with its joint, or a single test with its menus."""

    path: str
    depth: int
    is_turned: bool
    is_group: bool = False
    joint: str = ""
    items: tuple[Option, ...] = ()
    operators: tuple[Option, ...] = ()
    values: tuple[Option, ...] = ()
    takes: str = ""  # "one", "many", "number", "date", "text" or nothing
    value: str = ""
    is_odd: bool = False


@dataclass(frozen=True)
class ConditionBox:
    """A condition as it is clicked together. ``askable`` False: nothing stands before it."""

    of: str
    place: str
    choice: str
    sentence: str
    clauses: tuple[Clause, ...]
    joint: str
    askable: bool


def condition_box(body: Body, definition: Definition, place: str, *, of: str, choice: str = "") -> ConditionBox:
    tree = editing.condition_at(body, place, kind=of, choice=choice)
    asked = askable(body, before=place)
    group = as_group(tree)
    rows: list[Clause] = []
    for number, node in enumerate(group.get("every") or group.get("some") or ()):
        rows += clauses_of(body, asked, node, f"{number}", 0)
    sentence = condition_words(parsed(tree), definition, get_language() or "") if tree else ""
    joint = "some" if "some" in group else "every"
    return ConditionBox(of, place, choice, sentence, tuple(rows), joint, bool(asked))


def parsed(tree: Tree) -> Condition:
    found: Condition = CONDITION.validate_python(tree)
    return found


def clauses_of(body: Body, asked: list[Part], node: Tree, path: str, depth: int) -> list[Clause]:
    inner = bare(node)
    is_turned = "no" in node
    if "item" in inner:
        return [clause_of(asked, inner, path, depth, is_turned)]
    joint = "some" if "some" in inner else "every"
    rows = [Clause(path, depth, is_turned, is_group=True, joint=joint)]
    for number, part in enumerate(inner[joint]):
        rows += clauses_of(body, asked, part, f"{path}.{number}", depth + 1)
    return rows


def clause_of(asked: list[Part], test: Tree, path: str, depth: int, is_turned: bool) -> Clause:
    found = next((item for item in asked if item["code"] == test["item"]), None)
    items = tuple(Option(item["code"], name_of(item), item["code"] == test["item"]) for item in asked)
    if found is None:
        return Clause(path, depth, is_turned, items=items, is_odd=True)
    kind, chosen = kind_of(found), test.get("op", "=")
    operators = tuple(Option(one, str(operator_label(one, kind)), one == chosen) for one in OPERATORS[kind])
    takes, values, value = value_of(found, kind, chosen, test.get("value"))
    is_odd = chosen not in OPERATORS[kind]
    return Clause(
        path, depth, is_turned, items=items, operators=operators, values=values, takes=takes, value=value, is_odd=is_odd
    )


def value_of(item: Part, kind: ItemType, operator: str, value: Any) -> tuple[str, tuple[Option, ...], str]:
    if operator == "answered":
        return "", (), ""
    if operator in COUNTS:
        return "number", (), str(value)
    chosen = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
    takes = "many" if operator in MANY else "one"
    if kind in SCALED:
        return takes, tuple(Option(str(one), str(one), str(one) in chosen) for one in levels_of(item)), ""
    if kind in WITH_CHOICES:
        offered = item.get("choices") or ()
        return (
            takes,
            tuple(Option(one["code"], one.get("label") or one["code"], one["code"] in chosen) for one in offered),
            "",
        )
    if kind is ItemType.CONSENT:
        return "one", (Option("yes", _("agreed"), value is True), Option("no", _("not agreed"), value is False)), ""
    shown = "" if value is None else str(value)
    return {ItemType.NUMBER: "number", ItemType.DATE: "date"}.get(kind, "text"), (), shown


def scale_choices(body: Body, item: Part, library: Iterable[Any]) -> list[Any]:
    """What a rated item may be answered on: scales of the form, of the library, and bare numbers."""
    is_nps = kind_of(item) is ItemType.NPS

    def fits(low: int, high: int) -> bool:
        return not is_nps or (low, high) == (0, 10)

    own = [
        (f"own:{scale['code']}", scale.get("title") or scale["code"])
        for scale in body.get("scales") or ()
        if fits(scale["low"], scale["high"])
    ]
    have = {scale["code"] for scale in body.get("scales") or ()}
    shelf = [
        (f"entry:{entry.code}", entry.title)
        for entry in library
        if entry.code not in have and fits(entry.low, entry.high)
    ]
    usual = [(0, 10)] if is_nps else [(1, 5), (1, 7), (1, 10), (0, 10)]
    now = tuple(item.get("scale") or ())[:2]
    if not item.get("scale_code") and now and now not in usual:
        usual.append((now[0], now[1]))
    numbers = [
        (f"numbers:{low}:{high}", _("numbers from %(low)s to %(high)s") % {"low": low, "high": high})
        for low, high in usual
    ]
    groups = [(_("In this form"), own), (_("Library"), shelf), (_("Without words"), numbers)]
    return [group for group in groups if group[1]]


def scale_now(item: Part) -> str:
    if item.get("scale_code"):
        return f"own:{item['scale_code']}"
    low, high, *_step = item.get("scale") or (1, 5)
    return f"numbers:{low}:{high}"


def quotable(body: Body, place: str) -> list[Option]:
    """Earlier items whose answer a text may quote."""
    silent = {ItemType.CONSENT, ItemType.FILE}
    return [Option(item["code"], name_of(item)) for item in askable(body, before=place) if kind_of(item) not in silent]


@dataclass
class Panel:
    """The middle of the editor; ``kind`` names the template part."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)


def panel_of(
    body: Body,
    definition: Definition,
    open_one: Selection,
    *,
    taken: Taken,
    library: list[Any],
    versions: list[tuple[int, Definition]],
) -> Panel:
    if open_one.show == "checks":
        return Panel("checks")
    if open_one.add:
        return Panel("block", {"block": open_one.add, "form": BlockForm(initial={"dimension": ""})})
    if open_one.item:
        return item_panel(body, definition, open_one, taken=taken, library=library, versions=versions)
    if open_one.section:
        return section_panel(body, definition, open_one.section, library)
    return Panel("form", {"form": FormWordsForm(initial=body), "languages": language_names(body)})


def language_names(body: Body) -> list[tuple[str, str]]:
    return [(code, language_label(code)) for code in editing.languages_of(body)]


def section_panel(body: Body, definition: Definition, code: str, library: list[Any]) -> Panel:
    section = editing.section_named(body, code)
    codes = [one["code"] for one in body["sections"]]
    rated = [item for item in section["items"] if kind_of(item) in SCALED - {ItemType.NPS}]
    scale = None
    if rated:
        choices = [("", _("choose…")), *scale_choices(body, {"type": "rating"}, library)]
        scale = ScaleChoiceForm(choices=choices, auto_id="id_section_%s")
    values = {
        "section": section,
        "form": SectionForm(initial=section),
        "rows_form": StatementsForm(auto_id="id_rows_%s"),
        "scale_form": scale,
        "condition": condition_box(body, definition, code, of="section"),
        "quotable": quotable(body, code),
        "is_first": codes[0] == code,
        "is_last": codes[-1] == code,
        "is_only": len(codes) == 1,
    }
    return Panel("section", values)


def item_panel(
    body: Body,
    definition: Definition,
    open_one: Selection,
    *,
    taken: Taken,
    library: list[Any],
    versions: list[tuple[int, Definition]],
) -> Panel:
    found = editing.item_named(body, open_one.item)
    item, code = found.item, found.item["code"]
    kind = kind_of(item)
    first, last = body["sections"][0], body["sections"][-1]
    values: dict[str, Any] = {
        "item": item,
        "section": found.section,
        "kind": str(KINDS[kind]),
        "form": ItemForm(item=item, dimensions=dimensions_in(body)),
        "kind_form": KindForm(initial={"kind": kind.value}),
        "code_form": CodeForm(initial={"code": code}),
        "is_published": code in taken.items,
        "condition": condition_box(body, definition, code, of="item"),
        "quotable": quotable(body, code),
        "is_first": found.section is first and found.index == 0,
        "is_last": found.section is last and found.index == len(last["items"]) - 1,
        "breaks": [one for one in breaks_of(definition, versions) if one.item == code],
    }
    if kind in SCALED:
        values["scale_form"] = ScaleChoiceForm(
            choices=scale_choices(body, item, library), initial={"scale": scale_now(item)}
        )
        values["levels"] = levels_shown(body, item)
    if kind in WITH_CHOICES:
        values["choices"] = item.get("choices") or []
        values["takes_exclusive"] = kind is ItemType.MULTIPLE
        chosen = next((one for one in values["choices"] if one["code"] == open_one.choice), None)
        if chosen is not None:
            values["choice"] = chosen
            values["choice_condition"] = condition_box(body, definition, code, of="item", choice=chosen["code"])
    return Panel("item", values)


def levels_shown(body: Body, item: Part) -> list[Option]:
    """The levels of the item's scale with their words."""
    scale = next((one for one in body.get("scales") or () if one["code"] == item.get("scale_code")), None)
    labels: Mapping[str, str] = (scale or {}).get("labels") or {}
    return [Option(str(level), labels.get(str(level), "")) for level in levels_of(item)]


def kind_menu() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(heading, [(kind, label, icon)]) of the menu from which items are added."""
    groups = (
        (_("Rated"), (ItemType.RATING, ItemType.CSAT, ItemType.NPS, ItemType.CES)),
        (
            _("Chosen"),
            (ItemType.CHOICE, ItemType.DROPDOWN, ItemType.MULTIPLE, ItemType.RANKING, ItemType.SPLIT),
        ),
        (pgettext("item", "Written"), (ItemType.TEXT, ItemType.NUMBER, ItemType.DATE, ItemType.FILE)),
        (_("Other"), (ItemType.CONSENT, ItemType.NOTE, ItemType.HIDDEN)),
    )
    return [(title, [(kind.value, str(KINDS[kind]), ICONS[kind]) for kind in kinds]) for title, kinds in groups]


def block_menu() -> list[tuple[str, str, bool]]:
    """(block, label, takes statements) of the menu of blocks."""
    return [
        ("battery", _("Battery: several statements on one scale"), True),
        ("pairs", _("Expectation and perception pairs"), True),
        ("pairs_importance", _("Expectation, perception and importance"), True),
        ("ipa", _("Importance and performance pairs"), True),
        ("kano", _("Kano pairs"), True),
        ("nps", _("NPS with its reason"), False),
        ("csat", _("Overall satisfaction (CSAT)"), False),
        ("ces", _("Effort (CES)"), False),
        ("common", _("Common items of all units"), False),
        ("comment", _("Comment with permission to quote"), False),
    ]


def block_label(block: str) -> str:
    return next((label for name, label, _takes in block_menu() if name == block), block)
