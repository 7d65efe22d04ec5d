"""SPSS files: labels and declared missing values are respected."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from bihuan.foundation.reading import DataFileError, Table, read_table
from bihuan.surveys.mapping import Role, propose

SATISFACTION = {1: "非常不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "非常满意", 9: "拒答"}


@pytest.fixture
def survey(tmp_path: Path) -> Table:
    path = tmp_path / "survey.sav"
    frame = pd.DataFrame(
        {
            "station": [1.0, 2.0, 1.0, 2.0, 1.0, 2.0],
            "q1": [5.0, 4.0, 9.0, np.nan, 3.0, 1.0],
            "q2": [5.0, 97.0, 98.0, 99.0, 2.0, 4.0],
            "note": ["好", "", "慢", "", "", ""],
        }
    )
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label="乘客调查",
        column_labels=["车站", "对车厢卫生的满意度", "对准点的满意度", "意见"],
        variable_value_labels={"station": {1: "城南站", 2: "城北站"}, "q1": SATISFACTION, "q2": SATISFACTION},
        missing_ranges={"q1": [9], "q2": [{"lo": 97, "hi": 99}]},
    )
    return read_table(path)


def test_user_missing_values_are_missing_and_remembered(survey: Table) -> None:
    q1, q2 = survey.column("q1"), survey.column("q2")

    assert q1.missing == 2
    assert q1.declared_missing == {"9": 1}
    assert q2.numbers[~np.isnan(q2.numbers)].tolist() == [5.0, 2.0, 4.0]
    assert q2.declared_missing == {"97": 1, "98": 1, "99": 1}


def test_labels_and_value_labels_come_along(survey: Table) -> None:
    assert survey.title == "乘客调查"
    assert survey.column("q1").label == "对车厢卫生的满意度"
    assert survey.column("station").value_labels == {"1": "城南站", "2": "城北站"}
    assert survey.column("note").missing == 4


def test_place_is_the_case(survey: Table) -> None:
    assert str(survey.place(2, "q1")) == "case 3, column “q1”"


def test_value_labels_decide_between_scale_and_group(survey: Table) -> None:
    mapping = propose(survey)

    assert mapping.use("station").role is Role.GROUP
    assert mapping.use("q1").role is Role.ITEM
    assert mapping.use("q1").scale == (1, 5, 1)
    assert mapping.use("q1").label == "对车厢卫生的满意度"


def test_scale_that_starts_with_the_best_is_turned_round(tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    labels = {1: "非常满意", 2: "满意", 3: "一般", 4: "不满意", 5: "非常不满意"}
    pyreadstat.write_sav(pd.DataFrame({"q1": [1.0, 1.0, 2.0, 5.0]}), str(path), variable_value_labels={"q1": labels})

    use = propose(read_table(path)).use("q1")

    assert use.reverse
    assert "turned round" in use.why


def test_text_renamed_to_sav_is_refused() -> None:
    with pytest.raises(DataFileError) as caught:
        read_table(io.BytesIO(b"id,Q1\n1,5\n"), "a.sav")

    assert caught.value.code == "not_spss"


def test_truncated_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"q1": np.arange(2000.0)}), str(path))
    content = path.read_bytes()

    with pytest.raises(DataFileError) as caught:
        read_table(io.BytesIO(content[: len(content) // 2]), "a.sav")

    assert caught.value.code == "corrupt"
