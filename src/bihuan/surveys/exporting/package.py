"""One zip with everything: data in three formats, codebook, figures, scripts that reproduce them, and a manifest."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from bihuan.foundation.sheets import Sheet, xlsx_pieces
from bihuan.surveys.exporting.codebook import (
    Study,
    codebook_ddi,
    codebook_html,
    codebook_markdown,
    codebook_table,
    value_table,
)
from bihuan.surveys.exporting.figures import Figures
from bihuan.surveys.exporting.files import FileFacts, facts_of, in_words
from bihuan.surveys.exporting.reproducing import python_script, r_script, table_text
from bihuan.surveys.exporting.rows import Export
from bihuan.surveys.exporting.spss import SavFile
from bihuan.surveys.exporting.text_files import CsvFile, labelled
from bihuan.surveys.exporting.variables import Variable

Progress = Callable[[int], None]
SAV, XLSX, CODES, LABELS = "answers.sav", "answers.xlsx", "answers-codes.csv", "answers-labels.csv"
ZIPPED_ALREADY = {".xlsx"}


@dataclass(frozen=True)
class Made:
    """A finished export: where it lies now, and what is in it."""

    path: Path
    whole: FileFacts
    files: tuple[FileFacts, ...]
    rows: int


class Spool:
    """Rows kept on disk between two passes, one JSON text a line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle = path.open("w", encoding="utf-8")

    def write(self, rows: list[list[Any]]) -> None:
        self.handle.writelines(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)

    def close(self) -> None:
        self.handle.close()

    def rows(self) -> Iterator[list[Any]]:
        with self.path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


def workbook_sheets(
    variables: list[Variable], codes: Iterator[list[Any]], labels: Iterator[list[Any]], language: str
) -> Iterator[Sheet]:
    names = [variable.name for variable in variables]
    words = in_words(variables, language)
    yield Sheet(gettext("Answers in words"), (labelled(row, words) for row in labels), names)
    yield Sheet(gettext("Answers as codes"), codes, names)
    yield from codebook_sheets(variables)


def codebook_sheets(variables: list[Variable]) -> Iterator[Sheet]:
    heading, rows = codebook_table(variables)
    yield Sheet(gettext("Codebook"), rows, heading)
    heading, rows = value_table(variables)
    yield Sheet(gettext("Values"), rows, heading)


def write_pieces(path: Path, pieces: Iterator[bytes]) -> None:
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def make_sav(export: Export, folder: Path, *, language: str, study: Study, progress: Progress) -> Made:
    """The SAV file alone."""
    file = sav_file(export, folder, language, study)
    for rows in export.blocks():
        file.write(rows)
        progress(90 * file.rows // max(len(export), 1))
    facts = file.finish()
    return Made(folder / SAV, facts, (facts,), file.rows)


def sav_file(export: Export, folder: Path, language: str, study: Study) -> SavFile:
    note = [f"{name}: {text}" for name, text in study.facts]
    return SavFile(folder / SAV, export.variables, len(export), language=language, title=study.title, note=note)


def make_package(
    export: Export,
    folder: Path,
    *,
    language: str,
    study: Study,
    figures: Figures,
    manifest: Mapping[str, Any],
    progress: Progress,
) -> Made:
    """Write every file into ``folder`` and zip them; the answers are read once."""
    variables, total = export.variables, max(len(export), 1)
    sav = sav_file(export, folder, language, study)
    codes = CsvFile(folder / CODES, variables)
    labels = CsvFile(folder / LABELS, variables, language=language)
    spool = Spool(folder / "spool")
    for rows in export.blocks():
        for sink in (sav, codes, labels, spool):
            sink.write(rows)
        figures.add(rows)
        progress(50 * codes.rows // total)
    spool.close()
    files = [sav.finish(), codes.finish(), labels.finish()]
    progress(60)
    write_pieces(folder / XLSX, xlsx_pieces(workbook_sheets(variables, spool.rows(), spool.rows(), language)))
    spool.path.unlink()
    files.append(facts_of(folder / XLSX, XLSX, codes.rows))
    progress(85)
    texts = {
        "codebook.md": codebook_markdown(study, variables),
        "codebook.html": codebook_html(study, variables),
        "codebook-ddi.xml": codebook_ddi(study, variables, CODES),
        "plan.csv": table_text(figures.plan_rows()),
        "figures.csv": table_text(figures.rows()),
        "reproduce.py": python_script(),
        "reproduce.R": r_script(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        files.append(facts_of(folder / name, name))
    whole = {**manifest, "rows": codes.rows, "files": [file.to_dict() for file in files]}
    (folder / "manifest.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    files.append(facts_of(folder / "manifest.json", "manifest.json"))
    zipped = folder / "package.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for file in files:
            method = zipfile.ZIP_STORED if Path(file.name).suffix in ZIPPED_ALREADY else zipfile.ZIP_DEFLATED
            package.write(folder / file.name, file.name, compress_type=method)
            (folder / file.name).unlink()
    progress(95)
    return Made(zipped, facts_of(zipped, "package.zip", codes.rows), tuple(files), codes.rows)
