"""An enquiry is answered from what is in force, and the case keeps which text that was."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.cases import permissions as may
from bihuan.cases.models import Case
from bihuan.foundation.actor import Actor
from bihuan.standards import permissions as standards
from bihuan.standards import services
from bihuan.standards.models import AnsweringEdition
from tests.db.cases.house import House
from tests.kit import make_actor, make_user

QUESTION = "请问我的伞落在车上了怎么找"


@pytest.fixture
def edition(house: House) -> AnsweringEdition:
    editor: Actor = make_actor("editor", unit=house.company, permissions=[standards.EDIT, standards.PUBLISH])
    texts = {"question": "东西落在车上怎么办？", "answer": "请拨打 12345 登记。", "keywords": ["落在车上"]}
    standard = services.answer_write(actor=editor, unit=house.company, **texts)
    return services.answer_publish(actor=editor, standard=standard, effective_from=timezone.localdate())


@pytest.fixture
def clerk(house: House) -> Client:
    client = Client()
    client.force_login(make_user("clerk", unit=house.company, permissions=[may.VIEW, may.INTAKE]))
    return client


def test_the_answer_is_offered_beside_the_text_as_one_types(edition: AnsweringEdition, clerk: Client) -> None:
    beside = clerk.post(
        "/cases/intake/beside/", {"text": QUESTION, "channel": "phone", "kind": "enquiry"}
    ).content.decode()

    assert edition.answer in beside
    assert "「落在车上」" in beside


def test_an_enquiry_answered_from_a_standard_is_closed_and_keeps_its_edition(
    edition: AnsweringEdition, clerk: Client
) -> None:
    given = {"text": QUESTION, "channel": "phone", "kind": "enquiry", "answer": edition.answer, "standard": edition.pk}
    assert clerk.post("/cases/intake/", given).status_code == 302

    case = Case.objects.get()
    assert (case.state, case.answer, case.answered_from) == ("closed", edition.answer, edition)
    assert "JD-0001/1" in clerk.get(case.get_absolute_url()).content.decode()


def test_an_edition_that_ended_meanwhile_is_let_go_and_the_words_given_stay(
    edition: AnsweringEdition, clerk: Client
) -> None:
    AnsweringEdition.objects.filter(pk=edition.pk).update(effective_to=timezone.localdate())
    given = {"text": QUESTION, "channel": "phone", "kind": "enquiry", "answer": edition.answer, "standard": edition.pk}
    clerk.post("/cases/intake/", given)

    case = Case.objects.get()
    assert (case.state, case.answer, case.answered_from) == ("closed", edition.answer, None)


def test_a_case_taken_in_earlier_is_answered_from_the_offered_standard_too(
    edition: AnsweringEdition, clerk: Client
) -> None:
    clerk.post("/cases/intake/", {"text": QUESTION, "channel": "phone", "kind": "enquiry"})
    case = Case.objects.get()
    address = f"/cases/{case.pk}/answer-now/"
    offered = clerk.get(address).content.decode()
    filled = clerk.get(f"{address}?standard={edition.pk}").content.decode()
    clerk.post(address, {"answer": edition.answer, "standard": edition.pk})

    case.refresh_from_db()
    assert f"?standard={edition.pk}" in offered
    assert filled.count(edition.answer) >= 2
    assert (case.state, case.answered_from) == ("closed", edition)
