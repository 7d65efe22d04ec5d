"""Cases of other systems from files: all or none, the same file again adds nothing."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command

from bihuan.cases import services
from bihuan.cases.arrivals import Arrival, Wrong, checked, proposed
from bihuan.cases.models import Case
from bihuan.duties.models import Clock
from bihuan.foundation.errors import BadInputError, NotPermittedError
from bihuan.foundation.reading import DataFileError, read_table
from tests.db.cases.house import House

NOW = datetime(2025, 10, 1, 4, 0, tzinfo=UTC)
REFERENCE = Path(os.environ.get("BIHUAN_REFERENCE_DATA", "/nowhere")) / "complaints"
FILE = """工单编号,诉求内容,受理时间,办结时间,姓名,联系电话,诉求类型
A1,3路拒载,2025-09-20 08:00,2025-09-21 10:00,王小明,13800138000,投诉
A2,建议加车,2025-09-29 09:00,,,,建议
"""


def read(text: str) -> tuple[list[Arrival], list[Wrong]]:
    table = read_table(BytesIO(text.encode()), "a.csv")
    return checked(table, proposed(table.names), NOW)


def bring(house: House, text: str = FILE) -> services.Imported:
    return services.cases_import(actor=house.desk, desk=house.company, origin="12345", arrivals=read(text)[0], at=NOW)


def test_closed_rows_are_history_and_open_ones_run_their_clocks(house: House) -> None:
    done = bring(house)

    history, living = Case.objects.order_by("origin_id")
    assert (done.made, done.there) == (2, 0)
    assert (history.state, history.closed_at) == ("closed", datetime(2025, 9, 21, 2, 0, tzinfo=UTC))
    assert (living.state, living.received_at) == ("received", datetime(2025, 9, 29, 1, 0, tzinfo=UTC))
    assert history.complainant.phone == "13800138000"
    assert not Clock.objects.filter(subject_id=history.pk).exists()
    assert Clock.objects.filter(subject_id=living.pk).exists()


def test_the_same_file_again_adds_nothing_and_a_longer_one_only_the_new(house: House) -> None:
    bring(house)

    again, longer = bring(house), bring(house, FILE + "A3,车厢脏,2025-09-30,,,,\n")

    assert (again.made, again.there) == (0, 2)
    assert (longer.made, longer.there) == (1, 2)
    assert Case.objects.count() == 3


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",没有编号,2025-09-20,,,,", "工单编号"),
        ("A9,,2025-09-20,,,,", "诉求内容"),
        ("A9,x,昨天,,,,", "受理时间"),
        ("A9,x,2999-01-01,,,,", "受理时间"),
        ("A9,x,2025-09-20,2025-09-01,,,", "办结时间"),
        ("A1,又一次,2025-09-20,,,,", "工单编号"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(row: str, column: str) -> None:
    _arrivals, wrongs = read(FILE + row + "\n")

    assert len(wrongs) == 1
    assert "4" in wrongs[0].place
    assert column in wrongs[0].place


def test_without_a_column_for_number_or_text_nothing_can_be_read() -> None:
    arrivals, wrongs = read("颜色,大小\n红,1\n")

    assert not arrivals
    assert {wrong.place for wrong in wrongs} == {"number", "text"}


@pytest.mark.parametrize("raw", [b"", b"MZ\x00\x01\x00\x00", b"a,b\n1\n2,3,4\n"])
def test_a_bad_file_is_refused(raw: bytes) -> None:
    with pytest.raises(DataFileError):
        read_table(BytesIO(raw), "a.csv")


def test_one_row_that_cannot_be_kept_leaves_none(house: House) -> None:
    arrivals, _wrongs = read(FILE)
    bad = Arrival(9, "A9", "", NOW, None, {})

    with pytest.raises(BadInputError):
        services.cases_import(actor=house.desk, desk=house.company, origin="12345", arrivals=[*arrivals, bad], at=NOW)

    assert not Case.objects.exists()


def test_somebody_without_the_right_imports_nothing(house: House) -> None:
    for actor in (house.reader, house.stranger):
        with pytest.raises(NotPermittedError):
            services.cases_import(actor=actor, desk=house.company, origin="12345", arrivals=read(FILE)[0], at=NOW)

    assert not Case.objects.exists()


def test_the_command_says_what_would_happen_before_it_does(house: House, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(FILE, encoding="utf-8")
    given = {"origin": "12345", "desk": house.company.code}

    call_command("cases_import", str(file), **given)
    before = Case.objects.count()
    call_command("cases_import", str(file), go=True, **given)

    assert (before, Case.objects.count()) == (0, 2)


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="no reference data")
@pytest.mark.parametrize("name", ["baltimore_311_10k.csv", "cfpb_narratives_a.csv"])
def test_real_files_are_read_and_their_first_rows_imported(house: House, name: str) -> None:
    table = read_table(REFERENCE / name)
    arrivals, _wrongs = checked(table, proposed(table.names), NOW)
    services.cases_import(actor=house.desk, desk=house.company, origin=name[:20], arrivals=arrivals[:300], at=NOW)

    assert Case.objects.count() == min(300, len(arrivals)) > 0
