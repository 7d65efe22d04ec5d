"""Answers through the API, and the files that came with answers."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bihuan.foundation.scope import system_scope
from bihuan.surveys.models import AnswerFile, QuotaCell, QuotaLease, SavedAnswers
from bihuan.surveys.permissions import EXPORT, FIELD, VIEW
from bihuan.surveys.services import quotas, saving
from bihuan.surveys.services.answer_files import files_forget
from tests.db.surveys.at_the_door import (
    FORM,
    make_campaign,
    make_door,
    make_quota,
    make_segment,
    stored,
    tomorrow,
    yesterday,
)
from tests.kit import World, make_user

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def signed_in(name: str, unit: Any, *rights: str) -> Client:
    client = Client()
    client.force_login(make_user(name, unit=unit, permissions=rights))
    return client


def send(client: Client, code: str, **body: Any) -> Any:
    given = {"client_uuid": str(uuid.uuid4()), "answers": {"nps": 9}, **body}
    return client.post(f"/api/v1/surveys/doors/{code}/answers", given, content_type="application/json")


def test_a_program_reads_the_form_and_sends_answers(world: World) -> None:
    campaign = make_campaign(world.company)
    make_segment(campaign, "regular")
    door = make_door(campaign, "api")
    program = signed_in("program", world.company, FIELD)
    number = str(uuid.uuid4())

    form = program.get(f"/api/v1/surveys/doors/{door.code}/form").json()
    first = send(program, door.code, client_uuid=number, segment="regular", unit_id=world.north.pk)
    again = send(program, door.code, client_uuid=number, segment="regular", unit_id=world.north.pk)
    other = send(program, door.code, client_uuid=number, answers={"nps": 1})

    assert form["opening"] == "open"
    assert form["body"]["sections"][0]["items"][0]["code"] == "nps"
    assert [each.status_code for each in (first, again, other)] == [201, 202, 409]
    assert first.json()["id"] == again.json()["id"]
    (row,) = stored(campaign)
    assert (row.channel, row.org_path, row.context["segment"]) == ("api", world.north.org_path, "regular")


def test_everything_wrong_is_named_with_its_place(world: World) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign, "api")
    program = signed_in("program", world.company, FIELD)

    answer = send(program, door.code, answers={"who": "nobody", "made_up": 1})

    assert answer.status_code == 422
    assert {(each["item"], each["kind"]) for each in answer.json()["problems"]} == {
        ("nps", "required"),
        ("who", "value"),
        ("made_up", "unknown"),
    }
    assert send(program, door.code, segment="none").json()["place"] == "segment"
    assert stored(campaign) == []


def test_a_closed_survey_and_a_full_quota_are_refusals(world: World) -> None:
    shut = make_door(make_campaign(world.company, state="closed"), "api")
    full = make_campaign(world.company)
    make_quota(full, 0)
    door = make_door(full, "api")
    program = signed_in("program", world.company, FIELD)

    codes = [send(program, one.code).json()["code"] for one in (shut, door)]

    assert codes == ["door_shut", "quota_full"]


def test_strangers_and_doors_of_other_kinds_see_nothing(world: World) -> None:
    campaign = make_campaign(world.north)
    door, page = make_door(campaign, "api"), make_door(campaign)
    stranger, looker = signed_in("stranger", world.south, FIELD), signed_in("looker", world.north, VIEW)
    program = signed_in("program", world.north, FIELD)

    assert send(stranger, door.code).status_code == 404
    assert send(looker, door.code).status_code == 403
    assert send(program, page.code).status_code == 404
    assert send(Client(), door.code).status_code == 401
    assert send(program, door.code).status_code == 201


def test_a_file_is_sent_first_and_handed_out_as_an_attachment_only(world: World) -> None:
    item = {"code": "photo", "type": "file", "label": "Photo"}
    section = {"code": "main", "items": [{"code": "nps", "type": "nps"}, item]}
    campaign = make_campaign(world.north, {**FORM, "sections": [section], "translations": {}}, anonymity="identified")
    door = make_door(campaign, "api")
    program = signed_in("program", world.north, FIELD)
    number = str(uuid.uuid4())
    address = f"/api/v1/surveys/doors/{door.code}/files"

    sent = program.post(
        address, {"client_uuid": number, "item": "photo", "file": SimpleUploadedFile("bus.png", PNG, "text/html")}
    )
    unsent_page = AnswerFile._base_manager.get().get_absolute_url()
    office = signed_in("office", world.north, EXPORT)
    early = office.get(unsent_page)
    reference = sent.json()["reference"]
    stolen = send(program, door.code, answers={"nps": 9, "photo": [reference]})
    done = send(program, door.code, client_uuid=number, answers={"nps": 9, "photo": [reference]})
    file = office.get(unsent_page)

    assert [each.status_code for each in (sent, early, stolen, done, file)] == [201, 409, 422, 201, 200]
    assert file["Content-Disposition"] == 'attachment; filename="bus.png"'
    assert file["Content-Type"] == "image/png"
    assert b"".join(file.streaming_content) == PNG
    assert signed_in("stranger", world.south, EXPORT).get(unsent_page).status_code == 404
    assert signed_in("looker", world.north, VIEW).get(unsent_page).status_code == 403


def test_the_job_gives_places_back_and_drops_what_nobody_came_back_for(world: World) -> None:
    campaign = make_campaign(world.company)
    cell, door = make_quota(campaign, 5), make_door(campaign)
    own = {"org_path": campaign.org_path}
    with system_scope("setup"):
        for number, ends in enumerate((yesterday(), yesterday(), tomorrow())):
            QuotaLease.objects.create(cell=cell, client_uuid=uuid.uuid4(), expires_at=ends, **own)
            SavedAnswers.objects.create(
                door=door,
                version_of_form=campaign.version_of_form,
                client_uuid=uuid.uuid4(),
                secret_hash=str(number),
                language="zh-hans",
                begun_at=yesterday(),
                expires_at=ends,
                **own,
            )
        QuotaCell.objects.update(held=3)

    with system_scope("survey_door"):
        now = timezone.now()
        counts = quotas.leases_return(now=now), saving.saved_clear(now=now), files_forget(before=now.date())
        again = quotas.leases_return(now=now)

    with system_scope("setup"):
        assert QuotaCell.objects.get(pk=cell.pk).held == 1
    assert counts == (2, 2, 0)
    assert again == 0
