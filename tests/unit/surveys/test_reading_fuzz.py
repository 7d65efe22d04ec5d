"""Whatever the bytes, either a table or a ``DataFileError``; nothing else gets out."""

from __future__ import annotations

import contextlib
import io

import pyreadstat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.foundation.reading import DataFileError, MappingError, read_table
from bihuan.surveys.mapping import from_toml, propose, to_toml
from tests.unit.surveys.test_reading_workbook import workbook

BOOK = workbook([["id", "Q1", "Q2"], *([n, n % 5 + 1, "满意"] for n in range(40))])
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.tsv", "a.xlsx", "a.sav"]))
def test_random_bytes(content: bytes, name: str) -> None:
    with contextlib.suppress(DataFileError):
        read_table(io.BytesIO(content), name)


@quick
@given(st.text(alphabet=st.sampled_from('ab1,;"\n\r\t 5好'), max_size=200))
def test_random_text_reads_and_maps_or_is_refused(text: str) -> None:
    with contextlib.suppress(DataFileError):
        table = read_table(io.BytesIO(text.encode()), "a.csv")
        assert from_toml(to_toml(propose(table))).columns


@quick
@given(st.integers(0, len(BOOK)), st.integers(0, len(BOOK) - 1), st.integers(0, 255))
def test_cut_and_altered_workbooks(end: int, at: int, byte: int) -> None:
    altered = bytearray(BOOK)
    altered[at] = byte
    for content in (BOOK[:end], bytes(altered)):
        with contextlib.suppress(DataFileError):
            read_table(io.BytesIO(content), "a.xlsx")


@quick
@given(data=st.data())
def test_cut_and_altered_spss_files(data: st.DataObject, tmp_path_factory) -> None:
    import pandas as pd

    path = tmp_path_factory.mktemp("sav") / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"q1": [1.0, 2.0, 3.0], "t": ["a", "b", ""]}), str(path))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(DataFileError):
        read_table(io.BytesIO(bytes(content[: data.draw(st.integers(0, len(content)))])), "a.sav")


@quick
@given(st.text(max_size=200))
def test_random_mappings(text: str) -> None:
    with contextlib.suppress(MappingError):
        from_toml(text)
