"""`bihuan analyse FILE`: from a survey file to its results, without a database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.foundation.reading import Table
    from bihuan.surveys.analysis import Analysis
    from bihuan.surveys.mapping import Mapping

BAD_INPUT = 2


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="bihuan analyse",
        description="Analyse a survey file (CSV, XLSX, SAV). 分析一份问卷数据文件(CSV、XLSX、SAV)。",
    )
    top.add_argument("file", type=Path, metavar="FILE")
    top.add_argument("--map", type=Path, metavar="map.toml", help="state what the columns are / 指定各列用途")
    top.add_argument("--codebook", type=Path, metavar="FILE", help="file that explains the columns / 编码本")
    top.add_argument(
        "--out", type=Path, metavar="FOLDER", help="where results go, default beside the file / 结果文件夹"
    )
    top.add_argument("--lang", choices=("zh", "en"), help="language of the report / 报告语言")
    top.add_argument("--level", type=confidence, default=0.95, help="confidence level, default .95 / 置信水平")
    top.add_argument("--sheet", help="sheet of a workbook / 工作表")
    top.add_argument("--encoding", help="encoding of a text file, if it is not found / 文本编码")
    return top


def confidence(text: str) -> float:
    level = float(text)
    if not 0.5 <= level < 1:
        raise argparse.ArgumentTypeError("between 0.5 and 1")
    return level


def analyse_command(argv: Sequence[str]) -> int:
    """Run the command; 0, or 2 with one line on the error stream when the input cannot be used."""
    options = parser().parse_args(list(argv))
    from bihuan.surveys.report.language import language_of, prepare

    prepare()
    from django.utils.translation import override

    from bihuan.foundation.reading import DataFileError

    with override(language_of(options.lang)):
        try:
            run(options)
        except DataFileError as error:
            sys.stderr.write(" ".join(str(error).split()) + "\n")
            return BAD_INPUT
    return 0


def run(options: argparse.Namespace) -> None:
    from rich.console import Console

    from bihuan.foundation.reading import DataFileError, read_table
    from bihuan.surveys.mapping import check, propose
    from bihuan.surveys.report.progress import progress_bar

    source: Path = options.file
    with progress_bar(Console(stderr=True), source.name) as progress:
        table = read_table(source, encoding=options.encoding, sheet=options.sheet, progress=progress)
        codebook = read_codebook(source, options.codebook)
        mapping = stated(options.map) if options.map else propose(table, codebook)
        check(table, mapping)
        # Numerics take a second to load: only for a file that can be used.
        from bihuan.surveys.analysis import analyse

        analysis = analyse(table, mapping, level=options.level)
    folder = options.out or source.parent
    try:
        written = write_all(folder, mapping, analysis)
    except OSError as error:
        raise DataFileError("unwritable", name=str(error.filename or folder), reason=error.strerror or "?") from error
    from bihuan.surveys.report.terminal import show

    console = Console()
    show(console, analysis, mapping)
    console.print()
    for path in written:
        console.print(str(path), markup=False, highlight=False, soft_wrap=True)


def read_codebook(source: Path, given: Path | None) -> Table | None:
    """The codebook asked for, else one that lies beside the file under its name."""
    from bihuan.foundation.reading import read_table

    if given is not None:
        return read_table(given)
    beside = source.with_name(f"{source.stem}_codebook.csv")
    return read_table(beside) if beside.exists() and beside != source else None


def stated(path: Path) -> Mapping:
    from bihuan.foundation.reading import DataFileError
    from bihuan.surveys.mapping import from_toml

    try:
        return from_toml(path.read_bytes())
    except FileNotFoundError as error:
        raise DataFileError("not_found", name=str(path)) from error
    except OSError as error:
        raise DataFileError("unreadable", name=str(path), reason=error.strerror or "?") from error


def write_all(folder: Path, mapping: Mapping, analysis: Analysis) -> list[Path]:
    """Write the four files; each appears whole or not at all."""
    from bihuan.surveys.mapping import to_toml
    from bihuan.surveys.report.figures import write_json
    from bihuan.surveys.report.page import write_html
    from bihuan.surveys.report.spreadsheet import write_xlsx

    contents = {
        "report.html": write_html(analysis, mapping).encode(),
        "report.xlsx": write_xlsx(analysis, mapping),
        "results.json": write_json(analysis, mapping).encode(),
        "map.toml": to_toml(mapping).encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in contents.items():
        half = folder / f".{name}.part"
        half.write_bytes(content)
        half.replace(folder / name)
        written.append(folder / name)
    return written
