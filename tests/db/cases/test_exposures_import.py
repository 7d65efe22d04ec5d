"""What rates are divided by, from a file: each wrong cell named, all rows or none."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.accounts.models import User
from bihuan.cases.models import Exposure
from bihuan.records.models import Activity
from tests.db.cases.house import House


@pytest.fixture
def office(house: House, client: Client) -> Client:
    client.force_login(User.objects.get(pk=house.desk.user_id))
    return client


def sent(office: Client, *rows: str) -> object:
    text = "\n".join(["单位,指标,日期,结束日期,数量", *rows, ""])
    file = SimpleUploadedFile("客流.csv", text.encode())
    return office.post("/cases/exposures/upload/", {"file": file, "source": "刷卡系统"})


def numbers() -> list[tuple[str, int]]:
    return list(Exposure.objects.order_by("since").values_list("measure", "number"))


def test_days_and_months_are_entered_and_a_second_file_replaces(house: House, office: Client) -> None:
    name = house.company.name
    sent(office, f'{name},客运量,2025-08-01,2025-08-31,"1,200,000"', f"{name},话务量,2025-09-01,,320")
    sent(office, f"{name},客运量,2025/8/1,2025/8/31,1250000", f"{name},话务量,2025-09-01,,320")

    assert numbers() == [("passengers", 1_250_000), ("calls", 320)]
    edits = Activity._base_manager.filter(subject_type="cases.exposure", action="edit")
    assert [line.before["number"] for line in edits] == [1_200_000]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("火星站,客运量,2025-08-01,,5", "火星站"),
        ("{name},里程,2025-08-01,,5", "里程"),
        ("{name},客运量,八月,,5", "八月"),
        ("{name},客运量,2025-08-02,2025-08-01,5", "结束早于开始"),
        ("{name},客运量,2025-08-01,,很多", "很多"),
        ("{name},客运量,2099-08-01,,5", "将来"),
        ("{name},客运量,2025-07-01,,5", "重复"),
    ],
)
def test_one_wrong_cell_and_nothing_is_kept(house: House, office: Client, row: str, words: str) -> None:
    name = house.company.name
    answer = sent(office, f"{name},客运量,2025-07-01,,5", row.format(name=name))

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert words in answer.content.decode()  # type: ignore[attr-defined]
    assert numbers() == []


def test_a_period_across_another_one_is_refused_whole(house: House, office: Client) -> None:
    name = house.company.name
    sent(office, f"{name},客运量,2025-08-01,2025-08-31,100")

    answer = sent(office, f"{name},客运量,2025-07-01,,5", f"{name},客运量,2025-08-15,2025-09-15,100")

    assert answer.status_code >= 400  # type: ignore[attr-defined]
    assert numbers() == [("passengers", 100)]
