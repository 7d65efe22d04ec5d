"""REST of records: the same acts, the same fences."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.accounts.models import ApiToken, User
from bihuan.accounts.selectors import actor_of_user, token_digest
from bihuan.documents.services import Document, Paragraph, document_issue
from bihuan.foundation.actor import system_actor
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.organisation.models import OrgUnit
from bihuan.records.models import Activity
from bihuan.records.selectors import activity_of
from bihuan.records.services import notification_send, record_activity, register_subject, search_index
from tests.kit import World, make_user

VIEW, ADD = "organisation.view", "organisation.manage"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
API = "/api/v1/records"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.records import subjects

    settings.HOME = tmp_path
    monkeypatch.setattr(subjects, "_rules", {})
    register_subject("organisation.orgunit", VIEW, ADD)


def caller(user: User) -> Client:
    ApiToken.objects.create(user=user, name="t", digest=token_digest(f"secret-{user.pk}"), hint="x")
    return Client(headers={"Authorization": f"Bearer secret-{user.pk}"})


def of(unit: OrgUnit, part: str) -> str:
    return f"{API}/of/organisation.orgunit/{unit.pk}/{part}"


def test_files_and_comments_by_the_api_are_in_the_log(world: World) -> None:
    client = caller(make_user("program", unit=world.north, permissions=[VIEW, ADD]))

    said = client.post(of(world.north, "comments"), {"text": "checked"}, content_type="application/json")
    sent = client.post(of(world.north, "files"), {"file": SimpleUploadedFile("a.pdf", PDF)})
    got = client.get(f"{API}/files/{sent.json()['id']}")
    gone = client.post(
        f"{API}/comments/{said.json()['id']}/withdraw", {"reason": "a slip"}, content_type="application/json"
    )

    assert (said.status_code, sent.status_code, gone.status_code) == (201, 201, 200)
    assert b"".join(got) == PDF  # type: ignore[arg-type]
    assert [row["text"] for row in client.get(of(world.north, "comments")).json()] == [""]
    assert [row["name"] for row in client.get(of(world.north, "files")).json()] == ["a.pdf"]
    logged = client.get(of(world.north, "activity")).json()
    assert [row["action"] for row in logged["items"]] == ["comment_withdraw", "attach", "comment"]
    assert logged["items"][0]["actor_kind"] == "token"


@pytest.mark.parametrize("part", ["comments", "files", "activity"])
def test_stranger_gets_404_insider_without_the_right_403_nobody_401(world: World, part: str) -> None:
    stranger = caller(make_user("stranger", unit=world.south, permissions=[VIEW, ADD]))
    clerk = caller(make_user("clerk", unit=world.north, permissions=["activity.view"]))

    assert stranger.get(of(world.north, part)).status_code == 404
    assert clerk.get(of(world.north, part)).status_code == 403
    assert Client().get(of(world.north, part)).status_code == 401


def test_activity_is_listed_by_scope_and_filter(world: World) -> None:
    with system_scope("setup"):
        for unit, action in ((world.north, "edit"), (world.north, "create"), (world.south, "edit")):
            record_activity(subject=unit, actor=system_actor("test"), action=action)
    client = caller(make_user("auditor", unit=world.north, permissions=["activity.view"]))

    every = client.get(f"{API}/activity").json()
    some = client.get(f"{API}/activity", {"action": "edit", "actor": "tes"}).json()

    assert [row["action"] for row in every["items"]] == ["create", "edit"]
    assert [row["subject_id"] for row in some["items"]] == [world.north.pk]
    assert caller(make_user("clerk", unit=world.north, permissions=[VIEW])).get(f"{API}/activity").status_code == 403


def test_notifications_are_read_by_their_owner(world: World) -> None:
    user = make_user("wang", unit=world.north, permissions=[VIEW])
    with system_scope("setup"):
        notification_send(recipients=[user.pk], subject=world.north, message="%(what)s is due", params={"what": "A"})
    client = caller(user)

    before = client.get(f"{API}/notifications/unread").json()
    shown = client.get(f"{API}/notifications").json()["items"]
    after = client.post(f"{API}/notifications/read", {}, content_type="application/json").json()

    assert (before["count"], after["count"]) == (1, 0)
    assert shown[0]["text"] == "A is due"


def test_search_answers_with_number_kind_and_address(world: World) -> None:
    with system_scope("setup"):
        search_index(record=world.north, number="ZG-1", title="票价公示", text="", permission=VIEW)
    client = caller(make_user("reader", unit=world.north, permissions=[VIEW]))

    hits = client.get(f"{API}/search", {"q": "票价"}).json()

    assert [(hit["number"], hit["title"], hit["unit"], hit["url"]) for hit in hits] == [
        ("ZG-1", "票价公示", "North", world.north.get_absolute_url())
    ]


def test_issued_paper_is_shown_printed_and_handed_out_to_insiders_only(world: World) -> None:
    user = make_user("reader", unit=world.north, permissions=[VIEW])
    actor = actor_of_user(user)
    with actor_scope(actor):
        issued = document_issue(subject=world.north, actor=actor, document=Document("通知", (Paragraph("请整改。"),)))
    page, stranger = Client(), Client()
    page.force_login(user)
    stranger.force_login(make_user("stranger", unit=world.south, permissions=[VIEW]))

    assert "请整改。" in page.get(f"/documents/{issued.pk}/").content.decode()
    assert page.get(f"/documents/{issued.pk}/docx/").content[:2] == b"PK"
    assert page.get(f"/documents/{issued.pk}/pdf/").content[:5] == b"%PDF-"
    assert stranger.get(f"/documents/{issued.pk}/").status_code == 404
    client = caller(user)
    whole = client.get(f"/api/v1/documents/{issued.pk}").json()
    assert whole["content"]["title"] == "通知"
    assert client.get(f"/api/v1/documents/of/organisation.orgunit/{world.north.pk}").json()[0]["version"] == 1
    assert client.get(f"/api/v1/documents/{issued.pk}/docx").content[:2] == b"PK"
    assert client.get(f"/api/v1/documents/{issued.pk}/pdf").content[:5] == b"%PDF-"


def test_request_number_is_in_its_lines_and_sent_back(world: World) -> None:
    from bihuan.records.middleware import RecordsMiddleware

    user = make_user("wang", unit=world.north, permissions=[VIEW])
    actor = actor_of_user(user)

    def act(_request: Any) -> Any:
        from django.http import HttpResponse

        with actor_scope(actor):
            record_activity(subject=world.north, actor=actor, action="edit")
        return HttpResponse()

    from django.test import RequestFactory

    answer = RecordsMiddleware(act)(RequestFactory().post("/", headers={"X-Request-ID": "proxy-0001"}))
    hostile = RecordsMiddleware(act)(RequestFactory().post("/", headers={"X-Request-ID": "x\n" * 99}))

    newest = [line.request_id for line in activity_of(world.north)]
    assert answer["X-Request-ID"] == newest[1] == "proxy-0001"
    assert hostile["X-Request-ID"] == newest[0] != ""
    assert len(newest[0]) == 32


@pytest.mark.parametrize(("method", "status", "lines"), [("post", 200, 1), ("post", 409, 0), ("get", 200, 0)])
def test_bulk_write_past_the_log_leaves_a_line_of_its_own(
    world: World, rf: Any, method: str, status: int, lines: int
) -> None:
    from django.http import HttpResponse

    from bihuan.records.middleware import RecordsMiddleware

    def quietly(_request: Any) -> HttpResponse:
        with system_scope("setup"):
            OrgUnit.objects.all().update(name="quiet")
        return HttpResponse(status=status)

    make: Callable[..., Any] = getattr(rf, method)
    RecordsMiddleware(quietly)(make("/"))

    found = Activity._base_manager.filter(action="unrecorded_write")
    assert found.count() == lines
    if lines:
        assert found.get().after == {"table": "organisation_orgunit", "statement": "UPDATE", "rows": 3}
