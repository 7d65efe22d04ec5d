"""What is known while a workbook is read: its languages, the questions asked so far, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bihuan.instruments.conditions import Condition, items_of
from bihuan.instruments.definition import PIPE
from bihuan.instruments.xlsform.columns import (
    NATIVE,
    PREFIX,
    CellError,
    column,
    fields_by_column,
    from_cell,
    plain_json,
)
from bihuan.instruments.xlsform.expressions import Conditions, ExpressionError
from bihuan.instruments.xlsform.languages import Spoken, code_of, guessed
from bihuan.instruments.xlsform.names import Reference, renamed
from bihuan.instruments.xlsform.phrases import Phrases
from bihuan.instruments.xlsform.problems import Problem
from bihuan.instruments.xlsform.sheets import Row, Sheet

MOST_LANGUAGES = 30
DEEPEST = 60
TREE: TypeAdapter[Condition] = TypeAdapter(Condition)


class Gathering:
    """Problems and notes of one workbook, and the texts in its languages."""

    def __init__(self, sheets: Mapping[str, Sheet], problems: list[Problem]) -> None:
        self.sheets, self.problems = sheets, problems
        self.notes: list[Problem] = []
        self.settings = first_row(sheets.get("settings"))
        self.languages = self.spoken()
        self.translations: dict[str, dict[str, str]] = {}
        self.asked: dict[str, Reference] = {}
        self.by_code: dict[str, Reference] = {}
        self.later: frozenset[str] = frozenset()

    def problem(self, code: str, cell: str, **params: Any) -> None:
        found = Problem(code, cell, params)
        if found not in self.problems:
            self.problems.append(found)

    def note(self, code: str, cell: str, **params: Any) -> None:
        found = Problem(code, cell, params)
        if found not in self.notes:
            self.notes.append(found)

    # Languages

    def spoken(self) -> list[Spoken]:
        """The languages of the form, that of ``default_language`` first, else as their columns stand."""
        headings = list(dict.fromkeys(self.headings()))
        if len(headings) > MOST_LANGUAGES:
            self.problem("too_many_languages", "survey!A1", limit=MOST_LANGUAGES)
        given = self.given_codes()
        default = self.settings.get("default_language") if self.settings else ""
        found: list[Spoken] = []
        for number, heading in enumerate(headings):
            code = given[number] if number < len(given) else code_of(heading)
            if any(one.code == code for one in found):
                self.problem("twice_heading", "survey!A1", heading=heading, first=code)
                continue
            found.append(Spoken(code, heading))
        plain = code_of(default) if default else guessed(self.wordings())
        survey = self.sheets.get("survey")
        has_plain = survey is not None and "label" in survey.headings
        if not found or (has_plain and all(one.code != plain for one in found)):
            found.insert(0, Spoken(plain if has_plain or default else "zh-hans", ""))
        first = next((one for one in found if default and default in {one.heading, one.code}), None)
        if first is None and default:
            first = next((one for one in found if one.code == code_of(default)), None)
        return [first, *(one for one in found if one is not first)] if first is not None else found

    def headings(self) -> Iterator[str]:
        """The languages named after ``label::`` and the like, in the order of the columns."""
        for name, bases in (("survey", ("label", "hint")), ("choices", ("label",)), ("settings", (f"{PREFIX}title",))):
            sheet = self.sheets.get(name)
            for heading in sheet.headings if sheet else ():
                base, separator, language = heading.partition("::")
                if base in bases and separator:
                    yield language

    def given_codes(self) -> list[str]:
        text = self.settings.get(f"{PREFIX}languages") if self.settings else ""
        try:
            found = json.loads(text) if text else []
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            self.problem("bad_json", self.settings.cell(f"{PREFIX}languages") if self.settings else "", value=text)
            return []
        return found

    def wordings(self) -> Iterator[str]:
        survey = self.sheets.get("survey")
        return (row.text("label") for row in (survey.rows if survey else ()))

    @property
    def first(self) -> Spoken:
        return self.languages[0]

    # Texts

    def text(self, row: Row, base: str, key: str, *, quotes: bool = False) -> str:
        """The text in the first language; the others are kept as its translations."""
        own = ""
        for language in self.languages:
            heading = f"{base}::{language.heading}" if language.heading else base
            if language is self.first and heading not in row.sheet.headings:
                heading = base  # a column that names no language is in the first
            text = row.text(heading)
            if quotes:
                text = self.unquoted(text, row.cell(heading))
            if language is self.first:
                own = "" if base == "label" and row.get(column("label")) == "no" else text
            elif text:
                self.translations.setdefault(language.code, {})[key] = text
        return own

    def unquoted(self, text: str, cell: str) -> str:
        """Quotations of answers by the codes of their questions."""
        for match in PIPE.finditer(text):
            if match[1] not in self.asked:
                self.problem("reads_later" if match[1] in self.later else "x_unknown", cell, value=match[1])
        return renamed(text, lambda name: self.asked[name].code if name in self.asked else None)

    # Conditions

    def condition(self, row: Row, heading: str) -> dict[str, Any] | None:
        text, tree = row.get(heading), row.get(column("visible_if"))
        if tree:
            return self.from_tree(row, heading, text, tree)
        if not text:
            return None
        try:
            found = Conditions(self.asked, self.later).read(text)
        except ExpressionError as error:
            self.problem(error.code, row.cell(heading), **error.params)
            return None
        return found.model_dump(mode="json", exclude_defaults=True)

    def from_tree(self, row: Row, heading: str, text: str, tree: str) -> dict[str, Any] | None:
        """The tree itself stands beside an expression that XPath cannot say: both must still say the same."""
        where = row.cell(column("visible_if"))
        try:
            if deepest(tree) > DEEPEST:
                raise CellError("x_deep")
            found = TREE.validate_python(plain_json(tree))
        except CellError as error:
            self.problem(error.code, where, **error.params)
            return None
        except ValidationError:
            self.problem("bad_json", where, value=tree)
            return None
        unknown = next((code for code in items_of(found) if code not in self.by_code), None)
        if unknown is not None:
            self.problem("reads_later", where, value=unknown)
            return None
        if Phrases(self.by_code).written(found) != text:
            self.problem("changed_one", row.cell(heading), other=where)
            return None
        return found.model_dump(mode="json", exclude_defaults=True)

    # Columns of our own

    def own(self, model: Any, row: Row) -> dict[str, Any]:
        """The fields that stand in sqm_ columns of a row."""
        found: dict[str, Any] = {}
        for heading, field in fields_by_column(model).items():
            text = row.text(heading)
            if not text or field in NATIVE[model]:
                continue
            try:
                found[field] = from_cell(model, field, text)
            except CellError as error:
                self.problem(error.code, row.cell(heading), **error.params)
        return found

    def ask(self, reference: Reference) -> None:
        self.asked[reference.name] = reference
        self.by_code[reference.code] = reference


def first_row(sheet: Sheet | None) -> Row | None:
    return sheet.rows[0] if sheet and sheet.rows else None


def deepest(text: str) -> int:
    """How deep brackets nest, text in quotation marks included: cheap, and never too small."""
    depth = most = 0
    for sign in text:
        if sign in "[{":
            depth += 1
            most = max(most, depth)
        elif sign in "]}":
            depth -= 1
    return most
