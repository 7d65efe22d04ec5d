"""The files behind the reference answers are read as they are, and every answer has a test that holds it."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from servicequality.intervals import summarise

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "methods" / "reference.md"
ROWS = re.findall(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize(("pattern", "holders"), ROWS)
def test_the_tests_that_a_reference_answer_names_exist_and_use_it(pattern: str, holders: str) -> None:
    files = re.findall(r"`(test_\w+\.py)`", holders)

    texts = [(HERE / name).read_text(encoding="utf-8") for name in files]

    assert files
    assert all(f'"{pattern[:-1]}' in text for text in texts)


@pytest.mark.reference
def test_every_reference_answer_is_held_by_a_named_test(reference_data: Path) -> None:
    entries = json.loads((reference_data / "reference.json").read_text("utf-8"))["answers"]

    unheld = [entry["id"] for entry in entries if not any(fnmatch(entry["id"], pattern) for pattern, _ in ROWS)]

    assert unheld == []


@pytest.mark.reference
def test_every_file_is_read_with_the_rows_blanks_and_moments_it_has(reference_data: Path) -> None:
    entries = json.loads((reference_data / "reference.json").read_text("utf-8"))["answers"]
    for entry in (entry for entry in entries if entry["id"].startswith("descriptives/")):
        frame = pd.read_csv(reference_data / entry["dataset"], keep_default_na=False, na_values=[""], low_memory=False)

        assert (len(frame), frame.shape[1]) == (entry["value"]["rows"], entry["value"]["columns"]), entry["id"]
        for column in entry["value"]["stats"]:
            read, place = frame[column["column"]], f"{entry['id']}, {column['column']}"
            assert int(read.isna().sum()) == column["missing"], place
            assert read.nunique() == column["distinct"], place
            if "mean" in column:
                n, mean, variance = summarise(read)
                quartiles = np.nanquantile(read, [0, 0.25, 0.5, 0.75, 1])
                assert n == len(frame) - column["missing"], place
                assert mean == pytest.approx(column["mean"], rel=1e-6), place
                assert np.sqrt(variance) == pytest.approx(column["sd"], rel=1e-6, abs=1e-12), place
                assert list(quartiles) == pytest.approx(
                    [column[key] for key in ("min", "q25", "median", "q75", "max")], rel=1e-6
                ), place
