"""CSV files as they come from survey tools, spreadsheets and old systems."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest

from bihuan.foundation.reading import DataFileError, Limits, read_table


def read(content: bytes, name: str = "survey.csv", **more):
    return read_table(io.BytesIO(content), name, **more)


def refused(content: bytes, name: str = "survey.csv", **more) -> DataFileError:
    with pytest.raises(DataFileError) as caught:
        read(content, name, **more)
    return caught.value


def test_plain_file_gives_columns_rows_and_its_mark() -> None:
    content = b"line,Q1,Q2\n3,5,\n8,4,2\n"

    table = read(content)

    assert table.names == ("line", "Q1", "Q2")
    assert table.n_rows == 2
    assert table.column("Q1").numbers.tolist() == [5.0, 4.0]
    assert np.isnan(table.column("Q2").numbers[0])
    assert table.column("Q2").missing == 1
    assert table.sha256 == hashlib.sha256(content).hexdigest()
    assert (table.encoding, table.delimiter) == ("utf-8", ",")


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("gb18030", "gb18030"), ("gbk", "gb18030")],
)
def test_chinese_file_is_read_in_the_encoding_it_has(encoding: str, found: str) -> None:
    content = "车站,满意度\n城南,5\n城北,非常满意\n".encode(encoding)

    table = read(content)

    assert table.encoding == found
    assert table.names == ("车站", "满意度")
    assert table.column("车站").texts.tolist() == ["城南", "城北"]


def test_characters_across_a_block_border_are_not_torn() -> None:
    content = ("a题目\n" + ("好" * 1000 + "\n") * 800).encode()

    table = read(content)

    assert table.column("a题目").levels == ("好" * 1000,)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(delimiter: str) -> None:
    content = "\n".join(delimiter.join(row) for row in (["id", "Q1", "Q2"], ["1", "5", "4"], ["2", "3", "2"])).encode()

    table = read(content)

    assert table.names == ("id", "Q1", "Q2")
    assert table.delimiter == delimiter


def test_decimal_commas_are_read_where_semicolons_divide() -> None:
    table = read(b"id;weight\n1;0,5\n2;1,25\n")

    assert table.column("weight").numbers.tolist() == [0.5, 1.25]


def test_quoted_line_breaks_do_not_shift_the_line_numbers() -> None:
    content = b'id,comment,Q1\n1,"two\nlines, one comma",5\n2,plain,x\n'

    table = read(content)

    assert table.row_numbers.tolist() == [2, 4]
    assert str(table.place(1, "Q1")) == "line 4, column “Q1”"


@pytest.mark.parametrize("text", ["nan", "inf", "1_000", "NA", "五"])
def test_words_that_python_takes_for_numbers_stay_text(text: str) -> None:
    table = read(f"Q1\n{text}\n3\n".encode())

    assert not table.column("Q1").is_numeric
    assert table.column("Q1").texts.tolist() == [text, "3"]


def test_blank_column_at_the_end_is_dropped() -> None:
    table = read(b"Q1,Q2,\n5,4,\n3,2,\n")

    assert table.names == ("Q1", "Q2")


def test_unreadable_byte_is_named_with_offset_and_line() -> None:
    error = refused(b"a,b\n1,2\n3,\xff\xfe\xff\n")

    assert error.code == "wrong_encoding"
    assert str(error) == (
        "line 3: The text is neither UTF-8 nor GB18030: byte 10 (hexadecimal FF) cannot be read. "
        "Save the file as UTF-8."
    )


def test_western_text_is_not_taken_for_chinese() -> None:
    error = refused("naïveté,Q1\nété à Orléans,5\n".encode("latin-1"))

    assert error.code == "wrong_encoding"
    assert error.params["offset"] == 2


def test_stated_encoding_is_believed() -> None:
    table = read("été,Q1\nOrléans,5\n".encode("latin-1"), encoding="latin-1")

    assert table.names == ("été", "Q1")


@pytest.mark.parametrize(("row", "actual"), [("1,2", 2), ("1,2,3,4", 4)])
def test_ragged_row_is_named_with_both_counts(row: str, actual: int) -> None:
    error = refused(f'a,b,c\n1,"x\ny",3\n{row}\n'.encode())

    assert str(error) == f"line 4: This row has {actual} fields; the headings have 3."


def test_duplicate_headings_are_both_named() -> None:
    error = refused(b"id,Q1,Q2,Q1\n1,2,3,4\n")

    assert str(error) == "Columns 2 (B) and 4 (D) have the same heading “Q1”."


def test_answers_without_a_heading_are_refused() -> None:
    error = refused(b"id,,Q2\n1,2,3\n")

    assert str(error) == "Column 2 (B) has answers but no heading."


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n\n", "empty_file"),
        (b"a,b\n", "header_only"),
        (b"a,b\n,\n,\n", "header_only"),
        (b"a,b\n1,\x00\n", "not_text"),
        (b'a,b\n1,"2\n3,4\n', "bad_quotes"),
        (b"a,b\n1," + b"x" * 200_000 + b"\n", "long_field"),
    ],
)
def test_files_without_usable_content_say_so(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_too_large_file_is_refused_before_it_is_read() -> None:
    class Huge(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            return 200 * 1024 * 1024 if whence == io.SEEK_END else super().seek(offset, whence)

        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("the file was read")

    with pytest.raises(DataFileError) as caught:
        read_table(Huge(), "huge.csv")

    assert str(caught.value) == "The file has 200 MB; the limit is 100 MB. It was not read."


def test_sparse_file_of_200_mb_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)

    with pytest.raises(DataFileError) as caught:
        read_table(path)

    assert caught.value.code == "too_large"


def test_limits_on_rows_cells_and_columns_are_kept() -> None:
    rows = b"a,b\n" + b"1,2\n" * 20_000

    assert refused(rows, limits=Limits(rows=10_000)).code == "too_many_rows"
    assert refused(rows, limits=Limits(cells=10_000)).code == "too_many_cells"
    assert refused(rows, limits=Limits(columns=1)).code == "too_many_columns"


@pytest.mark.parametrize(
    ("name", "code"),
    [("a.pdf", "unknown_kind"), ("a", "unknown_kind"), ("a.xls", "old_excel"), ("a.xlsm", "old_excel")],
)
def test_kinds_that_cannot_be_read_are_named(name: str, code: str) -> None:
    assert refused(b"a,b\n1,2\n", name).code == code


def test_missing_file_is_an_error_of_the_same_kind(tmp_path: Path) -> None:
    with pytest.raises(DataFileError) as caught:
        read_table(tmp_path / "nothing.csv")

    assert str(caught.value) == "There is no file nothing.csv."


def test_hostile_text_cannot_run_away_with_a_message() -> None:
    error = DataFileError("duplicate_heading", first=1, second=2, heading="\x1b[31m" + "x" * 500)

    assert "\x1b" not in str(error)
    assert len(str(error)) < 200


def test_error_can_be_kept_and_said_in_chinese_later() -> None:
    from django.utils import translation

    error = refused(b"a,b\n1,2,3\n")

    with translation.override("zh-hans"):
        again = DataFileError.from_dict(error.to_dict())
        assert str(again) == "第 2 行: 此行有 3 个字段，列名有 2 个。"


def test_progress_ends_at_the_size_of_the_file() -> None:
    seen: list[tuple[int, int]] = []
    content = b"a,b\n" + b"1,2\n" * 30_000

    read(content, progress=lambda done, total: seen.append((done, total)))

    assert seen[-1] == (len(content), len(content))
    assert all(done <= total for done, total in seen)
