"""Files and comments on any record: for those who may see it, and for nobody else."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.accounts.selectors import actor_of_user
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.organisation.models import OrgUnit
from bihuan.records.models import Attachment, Comment
from bihuan.records.selectors import activity_of, attachments_of, comments_of
from bihuan.records.services import (
    attachment_add,
    attachment_withdraw,
    comment_add,
    comment_withdraw,
    register_subject,
)
from tests.kit import World, make_actor, make_user

VIEW, ADD = "organisation.view", "organisation.manage"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.records import subjects

    settings.HOME = tmp_path
    monkeypatch.setattr(subjects, "_rules", {})
    register_subject("organisation.orgunit", VIEW, ADD)


def attach(unit: OrgUnit, name: str = "a.pdf", content: bytes = PDF) -> Attachment:
    actor = make_actor(f"up-{unit.pk}-{Attachment._base_manager.count()}", unit=unit, permissions=[VIEW, ADD])
    with actor_scope(actor):
        return attachment_add(subject=unit, actor=actor, name=name, content=io.BytesIO(content))


def sign_in(name: str, unit: OrgUnit, permissions: list[str]) -> Client:
    client = Client()
    client.force_login(make_user(name, unit=unit, permissions=permissions))
    return client


def stored(home: Path) -> list[Path]:
    return [path for path in (home / "files").rglob("*") if path.is_file()]


def test_same_bytes_are_kept_once(world: World, tmp_path: Path) -> None:
    first, second = attach(world.north, "a.pdf"), attach(world.south, "b.pdf")

    files = stored(tmp_path)

    assert first.digest == second.digest
    assert [path.relative_to(tmp_path).as_posix() for path in files] == [
        f"files/{first.digest[:2]}/{first.digest[2:4]}/{first.digest}"
    ]
    assert files[0].read_bytes() == PDF


def test_attaching_leaves_a_line_in_the_log(world: World) -> None:
    file = attach(world.north)

    line = activity_of(world.north)[0]

    assert (line.action, line.after["name"], line.after["digest"]) == ("attach", "a.pdf", file.digest)


@pytest.mark.parametrize(("content", "says"), [(b"", "empty"), (b"MZ\x90\x00" * 99, "not accepted")])
def test_refused_file_leaves_nothing_behind(world: World, tmp_path: Path, content: bytes, says: str) -> None:
    from django.utils.translation import override

    with override("en"), pytest.raises(BadInputError, match=says):
        attach(world.north, "x.pdf", content)

    assert stored(tmp_path) == []
    assert Attachment._base_manager.count() == 0


def test_file_above_the_limit_is_refused_with_the_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils.translation import override

    from bihuan.records import storage

    monkeypatch.setattr(storage, "LIMIT_BYTES", 1024 * 1024)

    with override("en"), pytest.raises(BadInputError, match="larger than 1 MB"):
        attach(world.north, "x.txt", b"a" * (1024 * 1024 + 1))


def test_download_is_an_attachment_that_no_browser_interprets(world: World) -> None:
    file = attach(world.north, '"><script>.pdf')
    client = sign_in("reader", world.north, [VIEW])

    answer = client.get(file.url)

    assert b"".join(answer) == PDF  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "<script>" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "application/pdf"


def test_stranger_gets_404_and_insider_without_the_right_403(world: World) -> None:
    file = attach(world.north)

    assert sign_in("stranger", world.south, [VIEW]).get(file.url).status_code == 404
    assert sign_in("clerk", world.north, ["activity.view"]).get(file.url).status_code == 403
    assert Client().get(file.url).status_code == 302


def test_withdrawn_file_is_neither_listed_nor_served(world: World) -> None:
    file = attach(world.north)
    reader = make_user("boss", unit=world.north, permissions=[VIEW, "records.withdraw"])
    actor = actor_of_user(reader)
    with actor_scope(actor):
        attachment_withdraw(attachment=file, actor=actor, reason="wrong customer")

    client = Client()
    client.force_login(reader)
    assert client.get(file.url).status_code == 403
    assert list(attachments_of(world.north)) == []
    assert list(attachments_of(world.north, with_withdrawn=True)) == [file]


def test_several_files_by_the_page_all_or_none(world: World) -> None:
    client = sign_in("uploader", world.north, [VIEW, ADD])
    address = f"/records/of/organisation.orgunit/{world.north.pk}/files/"
    good = SimpleUploadedFile("a.pdf", PDF)
    bad = SimpleUploadedFile("b.pdf", b"MZ\x90\x00\x00")

    refused = client.post(address, {"file": [good, bad]})
    assert (refused.status_code, Attachment._base_manager.count()) == (422, 0)

    good.seek(0)
    taken = client.post(address, {"file": [good, SimpleUploadedFile("c.txt", b"text")]})
    assert taken.status_code == 302
    assert taken["Location"].endswith("#attachments")
    with system_scope("setup"):
        assert [file.name for file in attachments_of(world.north)] == ["a.pdf", "c.txt"]


@pytest.mark.parametrize("part", ["files", "comments"])
def test_adding_asks_for_the_records_right(world: World, part: str) -> None:
    address = f"/records/of/organisation.orgunit/{world.north.pk}/{part}/"
    given = {"text": "x", "file": SimpleUploadedFile("a.pdf", PDF)}

    assert sign_in("stranger", world.south, [VIEW, ADD]).post(address, given).status_code == 404
    assert sign_in("reader", world.north, [VIEW]).post(address, given).status_code == 403
    assert Attachment._base_manager.count() == Comment._base_manager.count() == 0


def test_record_of_an_unregistered_kind_takes_nothing(world: World) -> None:
    client = sign_in("uploader", world.north, [VIEW, ADD])

    for label in ("accounts.grant", "no.such", "nonsense"):
        assert client.post(f"/records/of/{label}/1/comments/", {"text": "x"}).status_code == 404


def test_comment_by_the_page_is_shown_in_order(world: World) -> None:
    client = sign_in("writer", world.north, [VIEW, ADD])
    address = f"/records/of/organisation.orgunit/{world.north.pk}/comments/"

    for text in ("first", "<b>second</b>"):
        assert client.post(address, {"text": text}).status_code == 302

    assert [comment.text for comment in comments_of(world.north)] == ["first", "<b>second</b>"]
    assert client.post(address, {"text": "  "}).status_code == 422


def test_author_withdraws_with_a_reason_once_and_others_need_the_right(world: World) -> None:
    author = make_actor("author", unit=world.north, permissions=[VIEW, ADD])
    other = make_actor("other", unit=world.north, permissions=[VIEW, ADD])
    with actor_scope(author):
        comment = comment_add(subject=world.north, actor=author, text="too quick")

    with actor_scope(other), pytest.raises(NotPermittedError):
        comment_withdraw(comment=comment, actor=other, reason="not mine")
    with actor_scope(author):
        with pytest.raises(BadInputError):
            comment_withdraw(comment=comment, actor=author, reason=" ")
        comment_withdraw(comment=comment, actor=author, reason="was wrong")
        with pytest.raises(ActionNotAllowedError):
            comment_withdraw(comment=comment, actor=author, reason="again")

    kept = Comment._base_manager.get(pk=comment.pk)
    assert (kept.text, kept.withdraw_reason, kept.withdrawn_by) == ("too quick", "was wrong", "P author")
    assert [line.action for line in activity_of(world.north)] == ["comment_withdraw", "comment"]
    assert activity_of(world.north)[0].reason == "was wrong"


def test_tags_show_files_comments_and_log_but_not_the_text_of_what_was_withdrawn(world: World, rf: Any) -> None:
    from django.template import Context, Template
    from django.utils.translation import override

    author = make_actor("author", unit=world.north, permissions=[VIEW, ADD])
    request = rf.get("/")
    request.actor = author
    with actor_scope(author), override("en"):
        attachment_add(subject=world.north, actor=author, name="plan.pdf", content=io.BytesIO(PDF))
        gone = comment_add(subject=world.north, actor=author, text="secret text")
        comment_add(subject=world.north, actor=author, text="<i>open</i> text")
        comment_withdraw(comment=gone, actor=author, reason="a slip")

        html = Template(
            "{% load records_tags %}{% record_comments unit %}{% record_attachments unit %}{% record_activity unit %}"
        ).render(Context({"unit": world.north, "request": request, "csrf_token": "t"}))

    assert "&lt;i&gt;open&lt;/i&gt; text" in html
    assert "secret text" not in html
    assert "Withdrawn by P author: a slip" in html
    assert "plan.pdf" in html
    assert "attached a file" in html
    assert f"/records/of/organisation.orgunit/{world.north.pk}/files/" in html
