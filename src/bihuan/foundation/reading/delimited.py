"""CSV and TSV: encoding found and proved first, then rows in blocks."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import numpy as np

from bihuan.foundation.reading.errors import DataFileError, Place
from bihuan.foundation.reading.source import Progress, digest
from bihuan.foundation.reading.table import (
    MEGABYTE,
    Builder,
    Limits,
    Table,
    checked_headings,
    without_blank_columns,
)

DELIMITERS = ",;\t|"
BLOCK = 10_000
SNIFFED = 64 * 1024
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class NotInEncodingError(Exception):
    """The first byte an encoding cannot read, and its line."""

    def __init__(self, offset: int, value: int, line: int) -> None:
        super().__init__(offset)
        self.offset, self.value, self.line = offset, value, line


def prove(stream: BinaryIO, encoding: str, letters_seen: Counter[bool] | None = None) -> None:
    """Decode the whole file in pieces; ``letters_seen`` counts letters that are in everyday GB2312 or not."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    stream.seek(0)
    done, line, held = 0, 1, 0
    while True:
        block = stream.read(MEGABYTE)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            # error.object starts with the bytes held back from the block before.
            offset = done - held + error.start
            before = error.object[: error.start]
            value = error.object[error.start] if error.start < len(error.object) else 0
            raise NotInEncodingError(offset, value, line + before.count(b"\n")) from error
        if not block:
            return
        done += len(block)
        held = len(decoder.getstate()[0])
        line += text.count("\n")
        if letters_seen is not None:
            for letter, count in Counter(text).items():
                if letter > "\x7f":
                    letters_seen[is_everyday(letter)] += count


def is_everyday(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def refuse_binary(stream: BinaryIO) -> None:
    stream.seek(0)
    offset = 0
    while block := stream.read(MEGABYTE):
        place = block.find(0)
        if place >= 0:
            raise DataFileError("not_text", offset=offset + place)
        offset += len(block)


def encoding_of(stream: BinaryIO, stated: str | None = None) -> str:
    """Find the encoding that reads every byte: a byte order mark, else UTF-8, else plausible GB18030."""
    stream.seek(0)
    start = stream.read(4)
    if stated is not None:
        try:
            encoding = codecs.lookup(stated).name
            codecs.getincrementaldecoder(encoding)
        except LookupError as error:
            raise DataFileError("unknown_encoding", encoding=stated) from error
    else:
        encoding = next((name for mark, name in BOMS if start.startswith(mark)), "utf-8")
    if not encoding.startswith(("utf-16", "utf-32")):
        refuse_binary(stream)
    try:
        prove(stream, encoding)
    except NotInEncodingError as failure:
        where = Place(line=failure.line)
        facts = {"offset": failure.offset, "value": f"{failure.value:02X}"}
        if stated is not None or encoding != "utf-8":
            raise DataFileError("wrong_stated_encoding", where=where, encoding=encoding, **facts) from failure
        seen: Counter[bool] = Counter()
        try:
            prove(stream, "gb18030", seen)
        except NotInEncodingError:
            raise DataFileError("wrong_encoding", where=where, **facts) from failure
        if seen[True] < 9 * seen[False]:  # Western or Japanese bytes happen to decode, but to rare characters
            raise DataFileError("wrong_encoding", where=where, **facts) from failure
        return "gb18030"
    return encoding


def delimiter_of(text: str) -> str:
    """The delimiter that splits the first rows into the most even columns; a comma when nothing splits."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 21))
        except csv.Error:
            continue
        rows = [row for row in rows if row]
        if len(rows) > 2:
            rows.pop()  # the text may have been cut in the middle of it
        if not rows or len(rows[0]) < 2:
            continue
        even = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        if (even, len(rows[0])) > best_score:
            best, best_score = delimiter, (even, len(rows[0]))
    return best


def rows_of(text: io.TextIOBase, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line a row starts on, and its fields; quoted fields may hold line breaks."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            code = "long_field" if "limit" in str(error) else "bad_quotes"
            raise DataFileError(code, where=Place(line=start)) from error
        if row:
            yield start, row


def read_delimited(
    stream: BinaryIO, name: str, size: int, limits: Limits, progress: Progress, *, encoding: str | None = None
) -> Table:
    """Read CSV or TSV."""
    found = encoding_of(stream, encoding)
    mark = digest(stream)
    text = io.TextIOWrapper(stream, encoding=found, errors="strict", newline="")
    try:
        delimiter = delimiter_of(text.read(SNIFFED))
        text.seek(0)
        rows = rows_of(text, delimiter)
        line, headings = next(rows, (1, []))
        if not any(cell.strip() for cell in headings):
            raise DataFileError("empty_file")
        builder = Builder(checked_headings(headings, limits))
        width = len(headings)
        block: list[list[str]] = []
        lines: list[int] = []
        total = 0
        for line, row in rows:
            if len(row) != width:
                raise DataFileError("ragged", where=Place(line=line), actual=len(row), expected=width)
            block.append(row)
            lines.append(line)
            if len(block) == BLOCK:
                builder.add(block, lines)
                total += len(block)
                block, lines = [], []
                progress(min(size, stream.tell()), size)
                if total > limits.rows:
                    raise DataFileError("too_many_rows", limit=limits.rows)
                if total * width > limits.cells:
                    raise DataFileError("too_many_cells", limit=limits.cells)
        if block:
            builder.add(block, lines)
    finally:
        text.detach()
    if not len(builder.rows):
        raise DataFileError("header_only")
    progress(size, size)
    columns = without_blank_columns(builder.columns(decimal_comma=delimiter == ";"))
    if not any(column.answered for column in columns):
        raise DataFileError("header_only")
    return Table(
        name=name,
        kind="csv",
        columns=columns,
        row_numbers=np.frombuffer(builder.rows, dtype=np.int64).copy(),
        sha256=mark,
        size=size,
        encoding=found,
        delimiter=delimiter,
    )
