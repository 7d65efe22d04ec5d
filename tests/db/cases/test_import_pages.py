"""Cases from a file on screen: columns, every cell checked, taken in whole or piece by piece, the file gone after."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from bihuan.accounts.models import Grant, User
from bihuan.cases import services
from bihuan.cases.models import Case, CaseImport
from bihuan.cases.services import batches
from bihuan.foundation.errors import ActionNotAllowedError, NotPermittedError
from bihuan.records.models import Activity, Notification
from tests.db.cases.house import House

HEADINGS = "工单编号,诉求内容,受理时间,办结时间,姓名,联系电话,责任单位"
CLOSED = "A1,3路拒载,2025-09-20 08:00,2025-09-21 10:00,王小明,13800138000,North"
OPEN = "A2,司机骂人,2025-09-29 09:00,,李四,,"


def text_of(*rows: str) -> bytes:
    return "\n".join([HEADINGS, *rows, ""]).encode()


def uploaded(house: House, *rows: str) -> CaseImport:
    return services.case_import_upload(
        actor=house.desk, desk=house.company, origin="12345", name="旧系统.csv", content=BytesIO(text_of(*rows))
    )


def many(count: int) -> list[str]:
    return [f"B{n},第{n}件,2025-09-20 08:00,2025-09-21 10:00,,," for n in range(count)]


@pytest.fixture
def office(house: House, client: Client) -> Client:
    client.force_login(User.objects.get(pk=house.desk.user_id))
    return client


def body(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_a_file_is_uploaded_looked_at_and_taken_in(house: House, office: Client) -> None:
    rows = [CLOSED.replace("North", house.north.name), OPEN]
    file = SimpleUploadedFile("旧系统.csv", text_of(*rows))

    sent = office.post("/cases/imports/upload/", {"file": file, "origin": "12345", "unit": house.company.pk})
    batch = CaseImport.objects.get()
    page = body(office.get(sent["Location"]))
    taken = office.post(f"{sent['Location']}start/")

    assert sent["Location"] == batch.get_absolute_url()
    assert batch.found == {"fresh": 2, "there": 0, "open": 1, "overdue": 1, "wrong": 0, "wrongs": []}
    assert "导入 2 件" in page
    assert "导入即超时" in page
    assert taken.status_code == 302
    history = Case.objects.get(origin_id="A1")
    assert (history.state, history.unit, history.org_path) == ("closed", house.north, house.north.org_path)
    assert Case.objects.get(origin_id="A2").state == "received"
    batch.refresh_from_db()
    assert (batch.state, batch.made, batch.there, batch.sample) == ("done", 2, 0, [])
    assert "已导入" in body(office.get(sent["Location"]))


def test_a_wrong_cell_is_named_and_nothing_is_taken_in(house: House, office: Client) -> None:
    batch = uploaded(house, CLOSED.replace("North", "火星站"), OPEN.replace("2025-09-29 09:00", "昨天"))

    page = body(office.get(batch.get_absolute_url()))
    listed = b"".join(office.get(f"{batch.get_absolute_url()}wrong.csv")).decode()  # type: ignore[arg-type]
    refused = office.post(f"{batch.get_absolute_url()}start/")

    assert batch.found["wrong"] == 2
    assert "受理单位所辖范围内没有这个单位" in page
    assert "导入 2 件" not in page
    assert "受理时间" in listed
    assert refused.status_code == 409
    assert not Case.objects.exists()


def test_other_columns_are_chosen_and_checked_anew(house: House, office: Client) -> None:
    batch = uploaded(house, CLOSED.replace("North", "火星站"))
    chosen = {"number": "工单编号", "text": "诉求内容", "received": "受理时间", "closed": "办结时间"}

    twice = office.post(batch.get_absolute_url(), {**chosen, "title": "诉求内容"})
    office.post(batch.get_absolute_url(), chosen)

    batch.refresh_from_db()
    assert twice.status_code == 422
    assert batch.mapping == chosen
    assert batch.found["wrong"] == 0


def test_the_file_names_people_and_goes_when_its_rows_are_in(house: House) -> None:
    batch, other = uploaded(house, CLOSED.replace("North", house.north.name)), uploaded(house, OPEN)
    services.case_import_start(actor=house.desk, batch=batch)
    services.case_import_discard(actor=house.desk, batch=other)

    assert (batch.state, other.state) == ("done", "discarded")
    logged = Activity._base_manager.filter(subject_type="cases.caseimport")
    assert logged.count() == 5
    assert not [line for line in logged if "王小明" in f"{line.before}{line.after}"]


@pytest.mark.django_db(transaction=True)
def test_the_bytes_are_deleted_once_it_is_settled(house: House) -> None:
    batch, again = uploaded(house, OPEN), uploaded(house, OPEN)
    services.case_import_start(actor=house.desk, batch=batch)
    assert batches.FILES.path(batch.digest).exists()  # the other upload still needs them

    services.case_import_discard(actor=house.desk, batch=again)

    assert not batches.FILES.path(batch.digest).exists()


def test_a_long_file_is_taken_in_by_the_worker_and_goes_on_where_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = uploaded(house, *many(310))
    services.case_import_start(actor=house.desk, batch=batch)
    assert Case.objects.count() == 0
    assert DBTaskResult.objects.filter(task_path="bihuan.cases.tasks.take_import_in").count() == 1
    whole, seen = batches.taken, []

    def breaks(batch: CaseImport, actor: object, arrivals: list[object]) -> None:
        seen.append(len(arrivals))
        if len(seen) == 3:
            raise RuntimeError("the worker was killed")
        whole(batch, actor, arrivals)  # type: ignore[arg-type]

    monkeypatch.setattr(batches, "taken", breaks)
    with pytest.raises(RuntimeError):
        services.case_import_go_on(batch=CaseImport.objects.get(pk=batch.pk))
    assert Case.objects.count() == 100

    services.case_import_go_on(batch=CaseImport.objects.get(pk=batch.pk))

    batch.refresh_from_db()
    assert (batch.state, batch.made, batch.there) == ("done", 310, 0)
    assert Case.objects.count() == 310
    assert Notification.objects.filter(user_id=house.desk.user_id).exists()


def test_who_lost_the_right_meanwhile_takes_nothing_in(house: House) -> None:
    batch = uploaded(house, *many(310))
    services.case_import_start(actor=house.desk, batch=batch)
    Grant.objects.filter(user_id=house.desk.user_id).delete()

    services.case_import_go_on(batch=CaseImport.objects.get(pk=batch.pk))

    batch.refresh_from_db()
    assert (batch.state, Case.objects.count()) == ("uploaded", 0)


def test_a_stopped_import_keeps_what_is_in(house: House) -> None:
    batch = uploaded(house, *many(310))
    services.case_import_start(actor=house.desk, batch=batch)
    services.case_import_stop(actor=house.desk, batch=batch, reason="选错了文件")

    assert services.case_import_go_on(batch=CaseImport.objects.get(pk=batch.pk)).state == "uploaded"
    with pytest.raises(ActionNotAllowedError):
        services.case_import_stop(actor=house.desk, batch=batch, reason="again")


def test_a_stranger_neither_uploads_nor_sees(house: House, client: Client) -> None:
    batch = uploaded(house, OPEN)
    client.force_login(User.objects.get(pk=house.stranger.user_id))

    assert client.get(batch.get_absolute_url()).status_code == 404
    with pytest.raises(NotPermittedError):
        services.case_import_upload(
            actor=house.stranger, desk=house.company, origin="x", name="a.csv", content=BytesIO(text_of(OPEN))
        )
