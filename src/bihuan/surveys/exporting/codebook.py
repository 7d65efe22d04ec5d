"""What every column means, for people (sheet, Markdown, HTML) and for archives (DDI-Codebook 2.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.surveys.exporting.variables import BOTH, MISSING_LABELS, Variable, in_language

LANGUAGE_NAMES = {"zh-hans": "简体中文", "en": "English"}
TYPE_LABELS = {
    "whole": pgettext_lazy("type of a column", "whole number"),
    "number": pgettext_lazy("type of a column", "number"),
    "text": pgettext_lazy("type of a column", "text"),
    "day": pgettext_lazy("type of a column", "day"),
}
MEASURE_LABELS = {
    "nominal": pgettext_lazy("measure", "nominal"),
    "ordinal": pgettext_lazy("measure", "ordinal"),
    "scale": pgettext_lazy("measure", "scale"),
}
ROLE_LABELS = {
    "context": _("Where the answer comes from"),
    "quality": _("Signs of careless answering"),
    "answer": _("Answers"),
}
DDI = "ddi:codebook:2_5"


@dataclass(frozen=True)
class Study:
    """What the codebook says of the whole: facts in order, each a label and a text."""

    title: str
    languages: tuple[str, ...]
    facts: Sequence[tuple[str, str]]
    rows: int
    period: tuple[date | None, date | None]
    unit: str
    producer: str


def languages_of(variables: Iterable[Variable]) -> list[str]:
    """Languages any text is written in, ours first."""
    found = dict.fromkeys(BOTH)
    for variable in variables:
        found |= dict.fromkeys(variable.words)
    return list(found)


def language_name(code: str) -> str:
    return LANGUAGE_NAMES.get(code, code)


def scale_text(variable: Variable) -> str:
    if variable.scale is None:
        return ""
    low, high, step = variable.scale
    return f"{low}–{high}" + (f" / {step}" if step != 1 else "")


def history_text(variable: Variable, language: str) -> str:
    """Which versions asked it, and how the wording changed."""
    if not variable.versions:
        return ""
    asked = ", ".join(f"v{number}" for number in variable.versions)
    if len(variable.history) < 2:
        return asked
    changes = "; ".join(f"v{one.version}: {in_language(one.words, language)}" for one in variable.history)
    return f"{asked} ({changes})"


def missing_text(variable: Variable) -> str:
    return "; ".join(f"{variable.missing_code(state)} = {MISSING_LABELS[state]}" for state in variable.missing)


def codebook_table(variables: Sequence[Variable]) -> tuple[list[str], list[list[Any]]]:
    """The codebook as a table: a heading row and one row a column, wordings in every language."""
    languages = languages_of(variables)
    language = get_language() or BOTH[0]
    heading = [
        gettext("column"),
        *(gettext("wording (%(language)s)") % {"language": language_name(one)} for one in languages),
        gettext("part of the form"),
        gettext("item"),
        gettext("choice"),
        gettext("type"),
        gettext("measure"),
        gettext("scale"),
        gettext("turned round"),
        gettext("dimension"),
        gettext("quality"),
        gettext("side"),
        gettext("pair"),
        gettext("standard clause"),
        gettext("form versions"),
        gettext("codes for missing answers"),
    ]
    rows = [
        [
            variable.name,
            *(variable.words.get(one, "") for one in languages),
            in_language(variable.section, language) or str(ROLE_LABELS[variable.role]),
            variable.item,
            variable.choice,
            str(TYPE_LABELS[variable.type]),
            str(MEASURE_LABELS[variable.measure]),
            scale_text(variable),
            gettext("yes") if variable.is_reversed else "",
            variable.dimension,
            variable.quality,
            variable.side,
            variable.pair,
            variable.clause,
            history_text(variable, language),
            missing_text(variable),
        ]
        for variable in variables
    ]
    return heading, rows


def value_table(variables: Sequence[Variable]) -> tuple[list[str], list[list[Any]]]:
    """Every coded value: number in the files, code in the form, words in every language."""
    languages = languages_of(variables)
    heading = [
        gettext("column"),
        gettext("value"),
        gettext("code in the form"),
        *(gettext("words (%(language)s)") % {"language": language_name(one)} for one in languages),
    ]
    rows: list[list[Any]] = []
    for variable in variables:
        for level in variable.levels:
            rows.append([variable.name, level.number, level.code, *(level.words.get(one, "") for one in languages)])
        for state in variable.missing:
            words = []
            for one in languages:
                with override(one if one in BOTH else "en"):
                    words.append(str(MISSING_LABELS[state]))
            rows.append([variable.name, variable.missing_code(state), state, *words])
    return heading, rows


def markdown_cell(value: Any) -> str:
    text = " ".join(str("" if value is None else value).split())
    for sign in ("\\", "|", "`", "*", "_", "<", ">", "[", "]"):
        text = text.replace(sign, f"\\{sign}")
    return text


def markdown_table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(map(markdown_cell, heading)) + " |", "|" + " --- |" * len(heading)]
    lines += ["| " + " | ".join(map(markdown_cell, row)) + " |" for row in rows]
    return "\n".join(lines)


def codebook_markdown(study: Study, variables: Sequence[Variable]) -> str:
    facts = "\n".join(f"- **{markdown_cell(name)}**: {markdown_cell(text)}" for name, text in study.facts)
    return "\n\n".join(
        [
            f"# {markdown_cell(study.title)}",
            facts,
            f"## {gettext('Columns')}",
            markdown_table(*codebook_table(variables)),
            f"## {gettext('Values')}",
            markdown_table(*value_table(variables)),
            "",
        ]
    )


def codebook_html(study: Study, variables: Sequence[Variable]) -> str:
    """One page that needs nothing else: it is read where the files lie."""
    columns, column_rows = codebook_table(variables)
    values, value_rows = value_table(variables)
    return render_to_string(
        "surveys/codebook.html",
        {
            "study": study,
            "language": get_language() or BOTH[0],
            "columns": columns,
            "column_rows": column_rows,
            "values": values,
            "value_rows": value_rows,
        },
    )


def child(parent: ET.Element, tag: str, text: str = "", /, **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, tag, attributes)
    if text:
        found.text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
    return found


def labelled(parent: ET.Element, words: Mapping[str, str], first: str) -> None:
    """One ``labl`` a language, the first language first."""
    for language in sorted(words, key=lambda one: one != first):
        if words[language]:
            child(parent, "labl", words[language], **{"xml:lang": language})


def codebook_ddi(study: Study, variables: Sequence[Variable], data_file: str) -> str:
    """The codebook as DDI-Codebook 2.5, which data archives take."""
    root = ET.Element("codeBook", {"xmlns": DDI, "version": "2.5", "xml:lang": study.languages[0]})
    citation = child(child(root, "stdyDscr"), "citation")
    child(child(citation, "titlStmt"), "titl", study.title)
    child(child(citation, "prodStmt"), "producer", study.producer)
    summary = child(child(root[0], "stdyInfo"), "sumDscr")
    for event, day in zip(("start", "end"), study.period, strict=True):
        if day is not None:
            child(summary, "collDate", day.isoformat(), event=event, date=day.isoformat())
    child(summary, "anlyUnit", gettext("one answered questionnaire"))
    notes = child(root[0], "notes", "\n".join(f"{name}: {text}" for name, text in study.facts))
    notes.set("type", "export")
    described = child(child(root, "fileDscr", ID="F1"), "fileTxt")
    child(described, "fileName", data_file)
    size = child(described, "dimensns")
    child(size, "caseQnty", str(study.rows))
    child(size, "varQnty", str(len(variables)))
    parts = child(root, "dataDscr")
    for place, variable in enumerate(variables, 1):
        variable_element(parts, variable, place, study.languages[0])
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def variable_element(parent: ET.Element, variable: Variable, place: int, first: str) -> None:
    interval = "contin" if variable.measure == "scale" else "discrete"
    found = child(parent, "var", ID=f"V{place}", name=variable.name, files="F1", intrvl=interval)
    labelled(found, variable.words, first)
    if variable.role == "answer":
        question = child(found, "qstn")
        for language, text in variable.words.items():
            if text:
                child(question, "qstnLit", text, **{"xml:lang": language})
    if variable.missing:
        codes = [variable.missing_code(state) for state in variable.missing]
        child(child(found, "invalrng"), "range", min=str(min(codes)), max=str(max(codes)))
    for level in variable.levels:
        category = child(found, "catgry")
        child(category, "catValu", str(level.number))
        labelled(category, level.words, first)
    for state in variable.missing:
        category = child(found, "catgry", missing="Y")
        child(category, "catValu", str(variable.missing_code(state)))
        child(category, "labl", str(MISSING_LABELS[state]))
    kind = "character" if variable.type == "text" else "numeric"
    child(found, "varFormat", type=kind, schema="other")
    for name, text in (
        ("dimension", variable.dimension),
        ("side", variable.side),
        ("pair", variable.pair),
        ("scale", scale_text(variable)),
        ("reversed", "yes" if variable.is_reversed else ""),
        ("clause", variable.clause),
        ("versions", history_text(variable, first)),
    ):
        if text:
            child(found, "notes", text, type=name)
