"""The acts of the editor by name: what a request says, put into one pure change of the draft's body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.foundation.errors import BadInputError
from bihuan.instruments import editing
from bihuan.instruments.definition import SCALED, ItemType
from bihuan.instruments.editing import Body, Taken, item_named, kind_of, section_named
from bihuan.instruments.editing.conditions import COUNTS, MANY, OPERATORS, Tree, bare
from bihuan.instruments.forms import (
    BlockForm,
    CodeForm,
    FormWordsForm,
    ItemForm,
    KindForm,
    SectionForm,
    StatementsForm,
)


@dataclass(frozen=True)
class Selection:
    """What stands in the middle: an item, a section, a block to insert, the checks; nothing is the form itself."""

    item: str = ""
    section: str = ""
    choice: str = ""
    add: str = ""
    show: str = ""

    @property
    def query(self) -> str:
        given = {name: value for name, value in self.__dict__.items() if value}
        return f"?{urlencode(given)}" if given else "?"


@dataclass(frozen=True)
class Desk:
    """What an act works on: the draft's body, codes never to be given again, the scales there are."""

    body: Body
    taken: Taken
    library: Mapping[str, Mapping[str, Any]]
    selection: Selection


@dataclass(frozen=True)
class Done:
    """``selection``: where to go on. ``redraws``: the middle has to be drawn anew, and ``focus`` gets the cursor."""

    body: Body
    selection: Selection
    redraws: bool = True
    focus: str = ""


Act = Callable[[Desk, QueryDict], Done]
ACTS: dict[str, Act] = {}


def act(function: Act) -> Act:
    ACTS[function.__name__] = function
    return function


def checked(form: forms.Form) -> dict[str, Any]:
    """The values of a form; what is wrong first is refused at its field."""
    if form.is_valid():
        return dict(form.cleaned_data)
    name, errors = next(iter(form.errors.items()))
    raise BadInputError(str(errors[0]), place=name)


def number(data: QueryDict, name: str) -> int:
    try:
        return int(data.get(name, ""))
    except ValueError:
        raise BadInputError(_("This needs a whole number."), place=name) from None


def home(desk: Desk, data: QueryDict) -> tuple[str, str]:
    """Where something new goes: behind the item that is open, at the end of the open section, or at the very end."""
    after = data.get("item") or desk.selection.item
    section = data.get("section") or desk.selection.section
    if after:
        return item_named(desk.body, after).section["code"], after
    return section or desk.body["sections"][-1]["code"], ""


def usual_entry(desk: Desk, kind: ItemType) -> Mapping[str, Any] | None:
    """The scale a new rated item starts with: the one its neighbours have, or else the usual one of its kind."""
    used = editing.usual_scale(desk.body, kind)
    usual = {ItemType.NPS: "recommend_11", ItemType.CES: "effort_7"}.get(kind, "satisfaction_5")
    return desk.library.get(used) or desk.library.get(usual)


@act
def form(desk: Desk, data: QueryDict) -> Done:
    return Done(editing.form_change(desk.body, checked(FormWordsForm(data))), desk.selection, redraws=False)


@act
def section(desk: Desk, data: QueryDict) -> Done:
    body = editing.section_change(desk.body, data.get("section", ""), checked(SectionForm(data)))
    return Done(body, desk.selection, redraws=False)


@act
def section_add(desk: Desk, data: QueryDict) -> Done:
    after, _item = home(desk, data)
    body, code = editing.section_add(desk.body, after=after, taken=desk.taken)
    return Done(body, Selection(section=code), focus="title")


@act
def section_nudge(desk: Desk, data: QueryDict) -> Done:
    code = data.get("section", "")
    codes = [one["code"] for one in desk.body["sections"]]
    if code not in codes:
        section_named(desk.body, code)
    return Done(editing.section_move(desk.body, code, codes.index(code) + number(data, "steps")), desk.selection)


@act
def section_move(desk: Desk, data: QueryDict) -> Done:
    return Done(editing.section_move(desk.body, data.get("section", ""), number(data, "index")), desk.selection)


@act
def section_duplicate(desk: Desk, data: QueryDict) -> Done:
    body, code = editing.section_duplicate(desk.body, data.get("section", ""), taken=desk.taken)
    return Done(body, Selection(section=code))


@act
def section_delete(desk: Desk, data: QueryDict) -> Done:
    return Done(editing.section_delete(desk.body, data.get("section", "")), Selection())


@act
def section_rows(desk: Desk, data: QueryDict) -> Done:
    """Several rated items at once, a statement a line."""
    code = data.get("section", "")
    lines = [line.strip() for line in checked(StatementsForm(data))["statements"].splitlines() if line.strip()]
    if not lines:
        raise BadInputError(_("Write at least one statement."), place="statements")
    body = desk.body
    entry = usual_entry(desk, ItemType.RATING)
    language = editing.languages_of(body)[0]
    for line in lines:
        body, item = editing.item_add(
            body, ItemType.RATING, section=code, words={"label": {language: line}}, taken=desk.taken
        )
        if entry is not None:
            body = editing.scale_use(body, [item], entry)
    return Done(body, Selection(section=code))


@act
def section_scale(desk: Desk, data: QueryDict) -> Done:
    """One scale for all rated items of a section (NPS keeps its own)."""
    code = data.get("section", "")
    kinds = SCALED - {ItemType.NPS}
    body = desk.body
    for item in section_named(body, code)["items"]:
        if kind_of(item) in kinds:
            body = scaled(desk, body, item["code"], data.get("scale", ""))
    return Done(body, desk.selection)


@act
def item_add(desk: Desk, data: QueryDict) -> Done:
    kind = kind_from(data)
    where, after = home(desk, data)
    values = {"is_long": True} if data.get("kind") == "text" and data.get("long") else {}
    body, code = editing.item_add(desk.body, kind, section=where, after=after, values=values, taken=desk.taken)
    entry = usual_entry(desk, kind) if kind in SCALED else None
    if entry is not None:
        body = editing.scale_use(body, [code], entry)
    return Done(body, Selection(item=code), focus="label")


def kind_from(data: QueryDict) -> ItemType:
    return ItemType(checked(KindForm(data))["kind"])


@act
def item(desk: Desk, data: QueryDict) -> Done:
    code = data.get("item", "")
    given = item_named(desk.body, code).item
    values = checked(ItemForm(data, item=given, dimensions=dimensions_in(desk.body)))
    redraws = values.get("dimension") not in (None, given.get("dimension", ""))
    return Done(editing.item_change(desk.body, code, values), desk.selection, redraws=redraws)


def dimensions_in(body: Body) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one["dimension"] for one in editing.items_in(body) if one.get("dimension")))


@act
def item_kind(desk: Desk, data: QueryDict) -> Done:
    return Done(editing.item_retype(desk.body, data.get("item", ""), kind_from(data)), desk.selection, focus="kind")


@act
def item_code(desk: Desk, data: QueryDict) -> Done:
    new = checked(CodeForm(data))["code"]
    body = editing.item_recode(desk.body, data.get("item", ""), new, taken=desk.taken)
    return Done(body, Selection(item=new.strip()))


@act
def item_nudge(desk: Desk, data: QueryDict) -> Done:
    steps = 1 if number(data, "steps") > 0 else -1
    return Done(editing.item_nudge(desk.body, data.get("item", ""), steps), desk.selection)


@act
def item_move(desk: Desk, data: QueryDict) -> Done:
    body = editing.item_move(
        desk.body, data.get("item", ""), section=data.get("section", ""), index=number(data, "index")
    )
    return Done(body, Selection(item=data.get("item", "")))


@act
def item_duplicate(desk: Desk, data: QueryDict) -> Done:
    body, code = editing.item_duplicate(desk.body, data.get("item", ""), taken=desk.taken)
    return Done(body, Selection(item=code), focus="label")


@act
def item_renew(desk: Desk, data: QueryDict) -> Done:
    body, code = editing.item_renew(desk.body, data.get("item", ""), taken=desk.taken)
    return Done(body, Selection(item=code))


@act
def item_delete(desk: Desk, data: QueryDict) -> Done:
    code = data.get("item", "")
    found = item_named(desk.body, code)
    body = editing.item_delete(desk.body, code)
    left = section_named(body, found.section["code"])["items"]
    if not left:
        return Done(body, Selection(section=found.section["code"]))
    return Done(body, Selection(item=left[min(found.index, len(left) - 1)]["code"]))


@act
def choices(desk: Desk, data: QueryDict) -> Done:
    """The rows as typed, then what the pressed button says: add, paste, up:CODE, down:CODE, drop:CODE."""
    code = data.get("item", "")
    codes, labels = data.getlist("choice_code"), data.getlist("choice_label")
    alone = set(data.getlist("choice_exclusive"))
    rows: list[dict[str, Any]] = [
        {"code": one, "label": label, "is_exclusive": one in alone} for one, label in zip(codes, labels, strict=False)
    ]
    do, _colon, choice = data.get("do", "").partition(":")
    if do == "drop":
        rows = [row for row in rows if row["code"] != choice]
    if do == "add":
        rows.append({"code": "", "label": ""})
    if do == "paste":
        rows += [{"code": "", "label": line.strip()} for line in data.get("lines", "").splitlines() if line.strip()]
    body = editing.choices_set(desk.body, code, rows, taken=desk.taken)
    if do in {"up", "down"}:
        body = editing.choice_move(body, code, choice, -1 if do == "up" else 1)
    last = item_named(body, code).item["choices"][-1]["code"]
    focus = f"choice-{last}" if do == "add" else f"choice-{choice}" if do in {"up", "down"} else ""
    return Done(body, desk.selection, redraws=bool(do), focus=focus)


def scaled(desk: Desk, body: Body, code: str, wish: str) -> Body:
    source, _colon, rest = wish.partition(":")
    if source == "numbers":
        parts = rest.split(":")
        if len(parts) < 2 or not all(part.lstrip("-").isdigit() for part in parts):
            raise BadInputError(_("This needs a whole number."), place="scale")
        low, high, *step = (int(part) for part in parts)
        return editing.scale_numbers(body, code, low, high, *step[:1])
    if source == "own":
        return editing.scale_share(body, code, rest)
    entry = desk.library.get(rest)
    if entry is None:
        raise BadInputError(_("This scale is no longer in the library."), place="scale")
    return editing.scale_use(body, [code], entry)


@act
def scale(desk: Desk, data: QueryDict) -> Done:
    wish = data.get("scale", "")
    if wish == "custom":
        wish = f"numbers:{number(data, 'low')}:{number(data, 'high')}"
    return Done(scaled(desk, desk.body, data.get("item", ""), wish), desk.selection, focus="scale")


@act
def scale_words(desk: Desk, data: QueryDict) -> Done:
    """Take over the words the library has now for a scale of the form."""
    entry = desk.library.get(data.get("scale", ""))
    if entry is None:
        raise BadInputError(_("This scale is no longer in the library."))
    return Done(editing.scale_renew(desk.body, entry), desk.selection)


@act
def block_add(desk: Desk, data: QueryDict) -> Done:
    values = checked(BlockForm(data))
    where, after = home(desk, data)
    found = editing.block_add(
        desk.body,
        data.get("block", ""),
        section=where,
        after=after,
        statements=values["statements"].splitlines(),
        taken=desk.taken,
    )
    body = found.body
    if values["dimension"]:
        before = editing.item_codes(desk.body)
        for one in editing.items_in(body):
            if one["code"] not in before and kind_of(one) in SCALED:
                body = editing.item_change(body, one["code"], {"dimension": values["dimension"]})
    return Done(body, Selection(item=found.item))


@act
def condition(desk: Desk, data: QueryDict) -> Done:
    """One click in the condition of a section, an item or a choice; see `editing.conditions`."""
    kind = "section" if data.get("of") == "section" else "item"
    place, choice = data.get(kind, ""), data.get("choice", "")
    tree = editing.condition_at(desk.body, place, kind=kind, choice=choice)
    path = [int(part) for part in data.get("path", "").split(".") if part.isdigit()]
    changed = clicked(desk, data, tree, path, place)
    body = editing.condition_put(desk.body, place, changed, kind=kind, choice=choice)
    return Done(body, desk.selection, focus="condition")


def clicked(desk: Desk, data: QueryDict, tree: Tree | None, path: list[int], place: str) -> Tree | None:
    do = data.get("do", "")
    if do == "clear":
        return None
    if do in {"add", "group"}:
        asked = editing.askable(desk.body, before=place)
        if not asked:
            raise BadInputError(_("Nothing is asked before this that it could depend on."))
        clause = editing.clause_on(asked[-1], "")
        return (editing.clause_add if do == "add" else editing.group_add)(tree, path, clause)
    if tree is None:
        raise BadInputError(_("This part of the condition is no longer there."))
    if do == "drop":
        return editing.node_drop(tree, path)
    if do == "turn":
        return editing.node_turn(tree, path)
    if do == "join":
        return editing.group_join(tree, path, data.get("joint", ""))
    before = bare(editing.node_at(editing.as_group(tree), path))
    return editing.clause_set(tree, path, clause_from(desk, data, before))


def clause_from(desk: Desk, data: QueryDict, before: Tree) -> Tree:
    """A single test as chosen; another item or operator starts from a value that fits."""
    found = item_named(desk.body, data.get("test_item", "")).item
    operator = data.get("op", "")
    if found["code"] != before.get("item") or operator not in OPERATORS[kind_of(found)]:
        return editing.clause_on(found, operator)
    if operator == "answered":
        return {"item": found["code"], "op": operator}
    old = before.get("op", "=")
    if (operator in MANY, operator in COUNTS) != (old in MANY, old in COUNTS) or old == "answered":
        value: Any = editing.first_value(found, operator)
        if operator in MANY and before.get("value") is not None and not isinstance(before["value"], list):
            value = [before["value"]]
        return {"item": found["code"], "op": operator, "value": value}
    return {"item": found["code"], "op": operator, "value": value_from(found, operator, data.getlist("value"))}


def value_from(item: Mapping[str, Any], operator: str, given: list[str]) -> Any:
    kind = kind_of(item)
    if operator in COUNTS:
        return max(0, whole(given[0] if given else ""))
    if kind is ItemType.CONSENT:
        return given[:1] == ["yes"]
    typed: list[Any] = [whole(one) if kind in SCALED else one for one in given]
    if kind is ItemType.NUMBER:
        typed = [decimal(one) for one in given]
    if operator in MANY:
        if not typed:
            raise BadInputError(_("Choose at least one."), place="value")
        return typed
    return typed[0] if typed else editing.first_value(item, operator)


def whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadInputError(_("This needs a whole number."), place="value") from None


def decimal(text: str) -> int | float:
    try:
        number = float(text)
    except ValueError:
        raise BadInputError(_("This needs a number."), place="value") from None
    return int(number) if number.is_integer() else number


def selection_from(data: Mapping[str, Any]) -> Selection:
    """What was open when the act was sent, from fields named ``at_item`` and so on, or the address's own names."""
    names = ("item", "section", "choice", "add", "show")
    return Selection(**{name: str(data.get(f"at_{name}") or "")[:120] for name in names})


def settled_selection(body: Body, wish: Selection) -> Selection:
    """The wish as far as the body has it."""
    if wish.item and wish.item not in editing.item_codes(body):
        wish = replace(wish, item="", choice="")
    if wish.section and wish.section not in {one["code"] for one in body["sections"]}:
        wish = replace(wish, section="")
    return wish
