"""What can be wrong in an XLSForm: one sentence a problem, each with its cell, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bihuan.foundation.errors import BadInputError

SHOWN = 200  # problems listed; whoever has more has brought another kind of file

MESSAGES: dict[str, Promise] = {
    # the file
    "too_large": _("The file has more than {limit} MB. It was not read."),
    "empty_file": _("The file is empty."),
    "old_excel": _("This is an old or password-protected Excel file. Save it as .xlsx without a password."),
    "not_workbook": _("This is not an XLSX file."),
    "corrupt": _("The file is damaged and cannot be read to its end."),
    "bomb": _("The file would unpack to {size} MB. It was not read."),
    "unsafe_xml": _("The file contains declarations that no spreadsheet program writes ({part}). It was not read."),
    "no_survey": _("There is no sheet “survey”."),
    "no_rows": _("The sheet “survey” has no question."),
    "too_many_rows": _("The sheet has more than {limit} rows."),
    "too_many_columns": _("The sheet has more than {limit} columns."),
    "too_many_cells": _("The file has more than {limit} cells."),
    "too_many_languages": _("The form has more than {limit} languages."),
    "formula": _("The cell holds a formula. Put its value there instead."),
    "cell_error": _("The cell holds the error {value}."),
    # columns
    "twice_heading": _("The heading “{heading}” stands in {first} already."),
    "no_column": _("The sheet has no column “{column}”."),
    # rows
    "no_type": _("The type is missing."),
    "no_name": _("The name is missing."),
    "no_list_name": _("The name of the list is missing."),
    "blank_choice": _("“{value}” is no name of a choice: it has no spaces. What people read stands in the label."),
    "bad_name": _("“{value}” is no name: it begins with a letter or _, then letters, digits, - _ . without spaces."),
    "twice_name": _("The name “{value}” stands in {first} already."),
    "twice_code": _("The code “{value}” stands in {first} already."),
    "unknown_type": _("The type “{value}” is not known here."),
    "refused_type": _("The type “{value}” cannot be asked here. {hint}"),
    "no_list": _("Name the list of choices after the type."),
    "unknown_list": _("There is no list “{value}” on the sheet “choices”."),
    "or_other": _("“or_other” is not read. Write “other” as a choice, and a text question after it."),
    "calculation": _("Calculations are not read. Take the row out; results are worked out from the answers."),
    "choice_filter": _("Choice filters are not read. Take it out, or ask by separate questions."),
    "repeat": _("Repeats are not read. Take the repeat out; each answer is one sheet."),
    "no_end": _("The group that begins here has no end."),
    "no_begin": _("No group is open here."),
    "bad_required": _("“{value}” is not yes or no. A question is required always or never."),
    "bad_yes": _("“{value}” is not yes or no."),
    "bad_number": _("“{value}” is not a number."),
    "bad_whole": _("“{value}” is not a whole number."),
    "bad_word": _("“{value}” does not fit here. Possible are: {words}."),
    "bad_json": _("“{value}” cannot be read."),
    "bad_levels": _("“{value}” is no scale; write for instance 1..5."),
    "bad_range": _("The range needs whole numbers: start=1 end=5 step=1."),
    "no_scale": _("There is no scale “{value}” on the sheet “sqm_scales”."),
    "twice_choice": _("The choice “{value}” stands in {first} already."),
    "reads_later": _("The question “{value}” is not asked before."),
    "changed_one": _("This cell and {other} belong together, but only one of them was changed. Empty {other}."),
    "unsound": _("The form does not hold together: {reason}."),
    "too_long_cell": _("A text of {place} is longer than a cell can hold ({limit} characters)."),
    # expressions
    "x_sign": _("The expression cannot be read at “{value}”."),
    "x_end": _("The expression ends too early."),
    "x_deep": _("The expression has too many brackets."),
    "x_long": _("The expression is too long."),
    "x_unknown": _("There is no question “{value}”."),
    "x_function": _("The function “{value}” is not read. Known are selected, count-selected, not, date."),
    "x_operator": _("“{value}” is not read in conditions."),
    "x_sides": _("A comparison needs a question on one side and a value on the other."),
    "x_choice": _("The question “{name}” has no choice “{value}”."),
    "x_level": _("“{value}” is no level of the scale of “{name}”."),
    "x_number": _("The question “{name}” is a number; “{value}” is not."),
    "x_date": _("“{value}” is no date. Write date('2026-12-31')."),
    "x_order": _("“{name}” cannot be compared by < or >: only scales, numbers and dates can."),
    "x_several": _("“{name}” takes several choices: write selected(${{{name}}}, '…') instead of =."),
    "x_not_choices": _("“{name}” has no choices, so selected and count-selected do not fit."),
    "x_consent": _("“{name}” is a consent: compare it with 'OK' or with ''."),
    "x_constraint": _(
        "The constraint cannot be read. Known are limits: “. >= 1 and . <= 5” for numbers, “string-length(.) <= 200” "
        "for texts, “count-selected(.) <= 3” for several choices."
    ),
    # what is left out without harm
    "note_column": _("The column “{heading}” is not kept."),
    "note_meta": _("“{value}” is left out: day and duration are recorded anyway."),
    "note_group": _("The title of the outer group “{value}” is not kept."),
    "note_integer": _("A number may have decimals here; the question takes any number within its limits."),
    "note_parameter": _("The parameter “{value}” is not kept."),
}
HINTS: dict[str, Promise] = {
    "place": _("Places come from the QR code of the vehicle or site."),
    "sound": _("Ask for a text, a photo or a file."),
    "time": _("Ask for a date or a text."),
    "file_list": _("Put the choices on the sheet “choices”."),
    "other": _("Take the row out."),
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong, or one thing left out; ``cell`` is such as survey!C14."""

    code: str
    cell: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        shown = {name: printable(value) for name, value in self.params.items()}
        return str(format_lazy(str(MESSAGES[self.code]), **shown))

    def __str__(self) -> str:
        return f"{self.cell}: {self.message}" if self.cell else self.message


def printable(value: object) -> object:
    """Text of a file may be hostile or endless: shorten it and show control characters as what they are."""
    if isinstance(value, int | float | Promise):
        return value
    text = str(value)
    short = text if len(text) <= 80 else text[:79] + "…"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in short)


class XlsformError(BadInputError):
    """A file that is no form that can be read; every problem is named, none of it is kept."""

    code = "xlsform"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        first = self.problems[0]
        more = len(self.problems) - 1
        text = first.message
        if more > 0:
            further = ngettext("There is %(count)d further problem.", "There are %(count)d further problems.", more)
            text = f"{text} {further % {'count': more}}"
        super().__init__(text, place=first.cell or None)


def refused(code: str, cell: str = "", **params: Any) -> XlsformError:
    return XlsformError([Problem(code, cell, params)])
