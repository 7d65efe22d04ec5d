"""The sheets of choices and of scales."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bihuan.instruments.definition import AnswerScale, check_scale
from bihuan.instruments.xlsform.columns import PREFIX, CellError, column, from_cell, yes_or_no
from bihuan.instruments.xlsform.gathering import Gathering
from bihuan.instruments.xlsform.sheets import Row

WHOLE = re.compile(r"-?\d{1,9}")


@dataclass
class ChoiceList:
    name: str
    rows: list[Row] = field(default_factory=list)
    by_name: dict[str, Row] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)  # name -> code

    @property
    def levels(self) -> tuple[int, int, int] | None:
        """Where the names are evenly spaced whole numbers: what scale they make."""
        if len(self.by_name) < 2 or not all(WHOLE.fullmatch(name) for name in self.by_name):
            return None
        numbers = sorted(int(name) for name in self.by_name)
        steps = {after - before for before, after in pairwise(numbers)}
        return (numbers[0], numbers[-1], steps.pop()) if len(steps) == 1 and 0 not in steps else None


def lists_of(gathering: Gathering) -> dict[str, ChoiceList]:
    """The lists by name; a name or a code that stands twice in one list is named."""
    sheet = gathering.sheets.get("choices")
    if sheet is None:
        return {}
    for heading in ("list_name", "name"):
        if sheet.rows and heading not in sheet.headings:
            gathering.problem("no_column", "choices!A1", column=heading)
    found: dict[str, ChoiceList] = {}
    for row in sheet.rows if {"list_name", "name"} <= sheet.headings.keys() else ():
        place, name = row.get("list_name"), row.get("name")
        if not place or not name:
            gathering.problem("no_list_name" if not place else "no_name", row.cell("name" if place else "list_name"))
            continue
        if re.search(r"\s", name):
            gathering.problem("blank_choice", row.cell("name"), value=name)
            continue
        one = found.setdefault(place, ChoiceList(place))
        earlier = one.by_name.get(name)
        if earlier is not None:
            gathering.problem("twice_choice", row.cell("name"), value=name, first=earlier.cell("name"))
            continue
        code = row.text(column("code")) or name
        same = next((other for other, taken in one.codes.items() if taken == code), None)
        if same is not None:
            where = row.cell(column("code") if row.text(column("code")) else "name")
            gathering.problem("twice_code", where, value=code, first=one.by_name[same].cell("name"))
            continue
        one.rows.append(row)
        one.by_name[name], one.codes[name] = row, code
    return found


@dataclass
class KnownScale:
    code: str
    low: int
    high: int
    step: int
    body: dict[str, Any]

    @property
    def levels(self) -> range:
        return range(self.low, self.high + 1, self.step)


def scales_of(gathering: Gathering, lists: dict[str, ChoiceList]) -> dict[str, KnownScale]:
    """The scales of our own sheet by the list their levels stand in."""
    sheet = gathering.sheets.get("sqm_scales")
    found: dict[str, KnownScale] = {}
    for row in sheet.rows if sheet else ():
        name = row.get("list_name")
        code = row.text("code") or name
        if not name or name in found:
            code_of_problem = "twice_name" if name else "no_list_name"
            gathering.problem(code_of_problem, row.cell("list_name"), value=name, first="sqm_scales")
            continue
        if any(one.code == code for one in found.values()):
            gathering.problem("twice_code", row.cell("code"), value=code, first="sqm_scales")
            continue
        scale = scale_from(gathering, row, code)
        if scale is not None:
            label_levels(gathering, scale, lists.get(name))
            found[name] = scale
    return found


def scale_from(gathering: Gathering, row: Row, code: str) -> KnownScale | None:
    body: dict[str, Any] = {"code": code}
    for field_name in AnswerScale.model_fields:
        heading = column(field_name).removeprefix(PREFIX)
        text = row.text(heading)
        if field_name in {"code", "labels", "na_label"} or not text:
            continue
        try:
            body[field_name] = from_cell(AnswerScale, field_name, text)
        except CellError as error:
            gathering.problem(error.code, row.cell(heading), **error.params)
            return None
    missing = next((name for name in ("low", "high") if name not in body), None)
    if missing:
        gathering.problem("bad_whole", row.cell(missing), value="")
        return None
    low, high, step = body["low"], body["high"], body.get("step", 1)
    try:
        check_scale(code, (low, high, step))
    except ValueError:
        gathering.problem("bad_levels", row.cell("low"), value=f"{low}..{high}/{step}")
        return None
    return KnownScale(code, low, high, step, body)


def label_levels(gathering: Gathering, scale: KnownScale, levels: ChoiceList | None) -> None:
    """The words of the levels stand in the list of choices; so does "not applicable"."""
    labels: dict[str, str] = {}
    for row in levels.rows if levels else ():
        name = row.get("name")
        if is_apart(gathering, row):
            label = gathering.text(row, "label", f"scale.{scale.code}.na")
            if label:
                scale.body["na_label"] = label
        elif not WHOLE.fullmatch(name) or int(name) not in scale.levels:
            gathering.problem("x_level", row.cell("name"), value=name, name=scale.code)
        else:
            label = gathering.text(row, "label", f"scale.{scale.code}.{int(name)}")
            if label:
                labels[str(int(name))] = label
    if labels:
        scale.body["labels"] = labels


def is_apart(gathering: Gathering, row: Row) -> bool:
    """Whether a choice is "not applicable" and no level."""
    heading = column("allows_na")
    try:
        return yes_or_no(row.get(heading))
    except CellError as error:
        gathering.problem(error.code, row.cell(heading), **error.params)
        return False


def scale_from_list(gathering: Gathering, levels: ChoiceList, taken: set[str]) -> KnownScale | None:
    """A list drawn as a Likert scale, whose names are the levels."""
    found = levels.levels
    if found is None:
        return None
    low, high, step = found
    code, number = levels.name[:60], 1
    while code in taken:
        number += 1
        code = f"{levels.name[:55]}_{number}"
    body: dict[str, Any] = {"code": code, "low": low, "high": high} | ({"step": step} if step != 1 else {})
    scale = KnownScale(code, low, high, step, body)
    label_levels(gathering, scale, levels)
    return scale
