"""An XLSForm workbook as the body of a form; every problem of the file is collected and named by its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.foundation.errors import BadInputError
from bihuan.instruments.definition import Definition, read_definition
from bihuan.instruments.xlsform.choices import lists_of, scales_of
from bihuan.instruments.xlsform.columns import PREFIX, CellError, fields_by_column, from_cell
from bihuan.instruments.xlsform.gathering import Gathering
from bihuan.instruments.xlsform.problems import SHOWN, Problem, XlsformError, refused
from bihuan.instruments.xlsform.questions import Questions
from bihuan.instruments.xlsform.rows import Part, Survey
from bihuan.instruments.xlsform.sheets import Sheet, sheets_of

TEXTS = frozenset({"label", "hint"})
HEADINGS = {
    "survey": frozenset(
        {"type", "name", "required", "relevant", "constraint", "appearance", "parameters", "disabled", "calculation",
         "choice_filter", "repeat_count"}
    ),
    "choices": frozenset({"list_name", "name"}),
    "settings": frozenset(
        {"form_title", "form_id", "id_string", "version", "default_language", "style", "instance_name", "public_key",
         "submission_url", "auto_send", "auto_delete", "allow_choice_duplicates", "name", "namespaces", "prefix"}
    ),
}  # fmt: skip
PART = re.compile(r"sections\.(\d+)(?:\.items\.(\d+))?")


@dataclass(frozen=True)
class Imported:
    """A form read from a file; ``notes`` say what of the file was left out."""

    body: dict[str, Any]
    definition: Definition
    notes: tuple[Problem, ...]

    @property
    def title(self) -> str:
        return self.definition.title


def xlsform_read(content: bytes) -> Imported:
    """Read a form; raises XlsformError with every problem found."""
    sheets, problems = sheets_of(content)
    survey_sheet = sheets.get("survey")
    if survey_sheet is None:
        raise refused("no_survey")
    gathering = Gathering(sheets, problems)
    missing = [one for one in ("type", "name") if one not in survey_sheet.headings]
    if missing:
        raise XlsformError([Problem("no_column", "survey!A1", {"column": one}) for one in missing])
    if not survey_sheet.rows:
        raise refused("no_rows", "survey!A2")
    lists = lists_of(gathering)
    questions = Questions(gathering, lists, scales_of(gathering, lists))
    survey = Survey(gathering, questions)
    survey.read(survey_sheet.rows)
    sections = survey.sections()
    body = body_of(gathering, questions, survey, [found for _part, found in sections])
    columns_left_out(gathering, sheets)
    if gathering.problems:
        raise XlsformError(in_order(gathering.problems)[:SHOWN])
    return Imported(body, sound(body, [part for part, _found in sections]), tuple(in_order(gathering.notes)))


def body_of(
    gathering: Gathering, questions: Questions, survey: Survey, sections: list[dict[str, Any]]
) -> dict[str, Any]:
    settings = gathering.settings
    body: dict[str, Any] = {"languages": [one.code for one in gathering.languages], **survey.texts}
    if settings is not None:
        if settings.text("form_title"):
            body["title"] = settings.text("form_title")
        if "pages" in settings.get("style").split():
            body["paging"] = "sections"
        for language in gathering.languages[1:]:
            text = settings.text(f"{PREFIX}title::{language.heading}")
            if text:
                gathering.translations.setdefault(language.code, {})["title"] = text
        body |= form_columns(gathering)
    scales = [scale.body for scale in questions.scales.values()]
    leftover_texts(gathering, scales)
    if scales:
        body["scales"] = scales
    if gathering.translations:
        body["translations"] = gathering.translations
    return {**body, "sections": sections}


def form_columns(gathering: Gathering) -> dict[str, Any]:
    """What only we know of the form as a whole; a long text goes on in further columns."""
    settings, found = gathering.settings, dict[str, Any]()
    assert settings is not None
    for heading, field in fields_by_column(Definition).items():
        text, number = settings.text(heading), 2
        if not text or field in {"title", "languages"}:
            continue
        while settings.text(f"{heading}_{number}"):
            text += settings.text(f"{heading}_{number}")
            number += 1
        try:
            found[field] = from_cell(Definition, field, text)
        except CellError as error:
            gathering.problem(error.code, settings.cell(heading), **error.params)
    return found


def leftover_texts(gathering: Gathering, scales: Sequence[dict[str, Any]]) -> None:
    """Texts that stand nowhere else: of long scales, and translations kept though nothing shows them."""
    sheet: Sheet | None = gathering.sheets.get("sqm_texts")
    for row in sheet.rows if sheet else ():
        language, key, text = row.text("language"), row.text("key"), row.text("text")
        prefix, _dot, level = key.rpartition(".")
        scale = next((one for one in scales if prefix == f"scale.{one['code']}"), None)
        if row.get("what") == "label" and scale is not None and re.fullmatch(r"-?\d{1,15}", level):
            scale.setdefault("labels", {})[level] = text
        else:
            gathering.translations.setdefault(language, {}).update({key: text} if key else {})


def columns_left_out(gathering: Gathering, sheets: dict[str, Sheet]) -> None:
    """Columns with content that nothing reads: said, because somebody meant something by them."""
    for name, known in HEADINGS.items():
        sheet = sheets.get(name)
        for heading in sheet.headings if sheet else ():
            base = heading.partition("::")[0]
            is_ours = base.startswith(PREFIX) or base in known or base in TEXTS
            if sheet is not None and not is_ours and any(row.get(heading) for row in sheet.rows):
                gathering.note("note_column", sheet.heading_cell(heading), heading=heading)


def sound(body: dict[str, Any], parts: Sequence[Part]) -> Definition:
    """The form as a whole; what still does not fit is named by the row it stands in."""
    try:
        return read_definition(body)
    except BadInputError as error:
        raise XlsformError([Problem("unsound", row_of(error, parts), {"reason": str(error.message)})]) from error


def row_of(error: BadInputError, parts: Sequence[Part]) -> str:
    match = PART.match(error.place or "")
    if match and int(match[1]) < len(parts):
        part = parts[int(match[1])]
        if match[2] and int(match[2]) < len(part.items):
            return part.items[int(match[2])][0].place
        return part.group.row.place if part.group is not None else "survey!A1"
    message = str(error.message)
    for part in parts:
        for row, item in part.items:
            if f"item {item['code']}:" in message or f"item {item['code']}," in message:
                return row.place
    return "survey!A1"


SHEET_ORDER = ("survey", "choices", "settings", "sqm_scales", "sqm_texts")
CELL = re.compile(r"(\w+)!([A-Z]+)(\d+)")


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """As one goes through the workbook: sheet by sheet, row by row."""

    def place(problem: Problem) -> tuple[int, int, int, str]:
        match = CELL.fullmatch(problem.cell)
        if match is None:
            return (-1, 0, 0, "")
        sheet = SHEET_ORDER.index(match[1]) if match[1] in SHEET_ORDER else len(SHEET_ORDER)
        return (sheet, int(match[3]), len(match[2]), match[2])

    return sorted(problems, key=place)
