"""Answering standards: written, published edition by edition, offered to whoever has to answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.standards import permissions as may
from bihuan.standards import services
from bihuan.standards.models import AnsweringEdition, AnsweringStandard
from bihuan.standards.selectors import answers_for, answers_offered, answers_seen, found_by
from tests.kit import World, make_actor, make_user

TODAY = timezone.localdate
LOST: dict[str, Any] = {
    "question": "东西落在车上怎么办？",
    "answer": "请记下线路和下车时间，拨打 12345，24 小时内答复您。",
    "topic": "失物",
    "keywords": ["落在车上", "失物"],
}
FARE: dict[str, Any] = {"question": "一票制线路票价是多少？", "answer": "2 元。", "topic": "票款"}


@pytest.fixture
def editor(world: World) -> Iterator[Actor]:
    actor = make_actor("editor", unit=world.company, permissions=[may.VIEW, may.EDIT, may.PUBLISH])
    with system_scope("setup"):
        yield actor


def published(editor: Actor, world: World, texts: dict[str, Any], since: date | None = None) -> AnsweringStandard:
    standard = services.answer_write(actor=editor, unit=world.company, **texts)
    services.answer_publish(actor=editor, standard=standard, effective_from=since or TODAY())
    return standard


def test_a_draft_is_offered_to_nobody_until_it_is_published(editor: Actor, world: World) -> None:
    standard = services.answer_write(actor=editor, unit=world.company, **LOST)
    before = answers_offered("我的包落在车上了", world.north.org_path, TODAY())
    services.answer_publish(actor=editor, standard=standard, effective_from=TODAY())
    (offered,) = answers_offered("我的包落在车上了", world.north.org_path, TODAY())

    assert before == []
    assert offered.edition.answer == LOST["answer"]
    assert offered.words == ("落在车上",)


def test_a_change_waits_until_it_is_published_and_the_edition_before_ends_that_day(editor: Actor, world: World) -> None:
    standard = published(editor, world, LOST, date(2026, 1, 1))
    services.answer_edit(actor=editor, standard=standard, **(LOST | {"answer": "请打 96166。"}))
    now = answers_for(world.north.org_path, date(2026, 5, 1)).get()
    services.answer_publish(actor=editor, standard=standard, effective_from=date(2026, 6, 1), reason="改号")

    assert now.answer == LOST["answer"]
    assert answers_for(world.north.org_path, date(2026, 5, 31)).get().edition == 1
    assert answers_for(world.north.org_path, date(2026, 6, 1)).get().answer == "请打 96166。"


def test_nothing_new_is_not_published_again(editor: Actor, world: World) -> None:
    standard = published(editor, world, LOST)

    with pytest.raises(ActionNotAllowedError):
        services.answer_publish(actor=editor, standard=standard, effective_from=TODAY(), reason="再发一次")


def test_an_edition_cannot_begin_before_the_one_in_force(editor: Actor, world: World) -> None:
    standard = published(editor, world, LOST, date(2026, 6, 1))
    services.answer_edit(actor=editor, standard=standard, **(LOST | {"answer": "新"}))

    with pytest.raises(BadInputError) as refused:
        services.answer_publish(actor=editor, standard=standard, effective_from=date(2026, 5, 1), reason="早了")

    assert refused.value.place == "effective_from"
    assert AnsweringEdition.objects.filter(standard=standard).count() == 1


def test_abolished_it_is_offered_no_more_and_can_be_taken_up_again(editor: Actor, world: World) -> None:
    standard = published(editor, world, LOST, TODAY() - timedelta(days=9))
    services.answer_abolish(actor=editor, standard=standard, reason="并入新规定")
    gone = list(answers_for(world.company.org_path, TODAY()))
    services.answer_restore(actor=editor, standard=standard, reason="仍有人问")
    services.answer_publish(actor=editor, standard=standard, effective_from=TODAY())

    assert gone == []
    assert answers_for(world.company.org_path, TODAY()).get().edition == 2


def test_an_edition_meant_for_later_never_begins_once_abolished(editor: Actor, world: World) -> None:
    later = TODAY() + timedelta(days=30)
    standard = published(editor, world, LOST, later)
    services.answer_abolish(actor=editor, standard=standard, reason="不再需要")

    assert list(answers_for(world.company.org_path, later + timedelta(days=1))) == []


def test_staff_of_a_station_read_the_answers_of_the_company_and_not_those_of_another_station(
    editor: Actor, world: World
) -> None:
    published(editor, world, LOST)
    own = services.answer_write(actor=editor, unit=world.south, **FARE)
    services.answer_publish(actor=editor, standard=own, effective_from=TODAY())
    north = make_actor("north", unit=world.north, permissions=[may.VIEW])

    with actor_scope(north):
        seen = list(answers_seen(north, TODAY()))

    assert [one.question for one in seen] == [LOST["question"]]


def test_a_question_is_found_by_its_own_words_without_any_keyword(editor: Actor, world: World) -> None:
    published(editor, world, FARE)
    published(editor, world, LOST)

    best = answers_offered("你好，我想问一下一票制线路的票价是多少", world.company.org_path, TODAY())

    assert [one.edition.question for one in best] == [FARE["question"]]
    assert answers_offered("司机态度很差，骂人", world.company.org_path, TODAY()) == []


def test_words_are_looked_for_in_question_answer_topic_and_number(editor: Actor, world: World) -> None:
    standard = published(editor, world, LOST)
    rows = answers_for(world.company.org_path, TODAY())

    for words in ("落在", "12345", "失物", standard.number, "车上 下车"):
        assert found_by(rows, words).count() == 1, words
    assert found_by(rows, "票价").count() == 0


def test_whoever_may_only_write_does_not_publish(editor: Actor, world: World) -> None:
    writer = make_actor("writer", unit=world.company, permissions=[may.VIEW, may.EDIT])
    standard = services.answer_write(actor=writer, unit=world.company, **LOST)

    with pytest.raises(NotPermittedError):
        services.answer_publish(actor=writer, standard=standard, effective_from=TODAY())


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("answers.csv", text.encode())


def signed_in(name: str, world: World, *rights: str) -> Client:
    client = Client()
    client.force_login(make_user(name, unit=world.company, permissions=rights))
    return client


def test_a_file_of_answers_is_kept_whole_and_the_same_file_again_adds_nothing(world: World) -> None:
    client = signed_in("keeper", world, may.VIEW, may.EDIT, may.PUBLISH)
    text = "问题,答案,关键词,种类\n几点末班车？,22 时。,末班车、收车,\n能带狗吗？,不能。,宠物,口径\n"
    given = {"unit": world.company.pk, "publish": "on"}
    first = client.post("/standards/answers/upload/", {**given, "file": upload(text)})
    again = client.post("/standards/answers/upload/", {**given, "file": upload(text)})

    with system_scope("setup"):
        kept = list(AnsweringStandard.objects.order_by("pk").values_list("question", "kind", "state"))
        offered = answers_offered("请问末班车几点", world.company.org_path, TODAY())
    assert (first.status_code, again.status_code) == (302, 302)
    assert kept == [("几点末班车？", "standard", "in_force"), ("能带狗吗？", "wording", "in_force")]
    assert offered[0].edition.keywords == ["末班车", "收车"]


def test_a_file_with_a_bad_row_keeps_nothing_and_names_row_and_column(world: World) -> None:
    client = signed_in("keeper", world, may.VIEW, may.EDIT)
    text = "问题,答案\n几点末班车？,22 时。\n能带狗吗？,\n"
    page = client.post("/standards/answers/upload/", {"unit": world.company.pk, "file": upload(text)})

    assert page.status_code == 422
    assert "答案" in page.content.decode()
    assert "3" in page.content.decode()
    with system_scope("setup"):
        assert not AnsweringStandard.objects.exists()


def test_the_look_up_page_says_what_is_in_force_and_what_is_not_there(editor: Actor, world: World) -> None:
    published(editor, world, LOST)
    client = signed_in("reader", world, may.VIEW)

    assert LOST["answer"] in client.get("/standards/answers/?q=失物").content.decode()
    assert "没有含这些词的解答" in client.get("/standards/answers/?q=轮船").content.decode()
    assert client.get("/standards/answers/all/").status_code == 403
