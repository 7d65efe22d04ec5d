"""A form comes in from a workbook and goes out as one: by clicking and through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.foundation.scope import system_scope
from bihuan.instruments import shelf
from bihuan.instruments.definition import read_definition
from bihuan.instruments.models import FormDraft, Instrument, InstrumentVersion
from bihuan.instruments.services import instrument_with_version
from bihuan.instruments.xlsform import xlsform_read, xlsform_write
from tests.kit import World, make_user
from tests.unit.instruments.test_xlsform import HEAD, workbook

RIGHTS = ("instruments.view", "instruments.edit", "instruments.publish", "organisation.view")


def signed_in(world: World, name: str = "mei", rights: tuple[str, ...] = RIGHTS, unit: Any = None) -> Client:
    client = Client()
    client.force_login(make_user(name, unit=unit or world.company, permissions=rights))
    client.cookies["django_language"] = "en"
    return client


def upload(content: bytes, name: str = "rides.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def version(world: World) -> InstrumentVersion:
    from bihuan.foundation.actor import Actor

    with system_scope("setup"):
        made = instrument_with_version(
            actor=Actor("system", "test"),
            unit=world.company,
            title="SERVQUAL",
            kind="questionnaire",
            body=shelf.template_body("servqual"),
            note="first",
        )
        return made.versions.get()


def test_a_workbook_becomes_a_draft(world: World) -> None:
    content = workbook([HEAD, ("text", "why", "Why?")], settings=[("form_title",), ("Rides",)])

    answer = signed_in(world).post(
        reverse("instruments:xlsform-import"), {"file": upload(content), "unit": world.company.pk}
    )

    draft = FormDraft._base_manager.get()
    with system_scope("setup"):
        assert answer.status_code == 302
        assert draft.instrument.title == "Rides"
        assert [item.code for item in read_definition(draft.body).items] == ["why"]
    assert InstrumentVersion._base_manager.count() == 0


def test_a_workbook_without_a_title_is_named_after_its_file(world: World) -> None:
    content = workbook([HEAD, ("text", "why", "Why?")])

    signed_in(world).post(
        reverse("instruments:xlsform-import"), {"file": upload(content, "<b>q</b>.xlsx"), "unit": world.company.pk}
    )

    assert Instrument._base_manager.get().title == "b>"


def test_problems_are_listed_with_their_cells_and_nothing_is_kept(world: World) -> None:
    content = workbook([HEAD, ("calculate", "c", ""), ("<script>x</script>", "q", "Q"), ("text", "q 1", "Q")])

    answer = signed_in(world).post(
        reverse("instruments:xlsform-import"), {"file": upload(content), "unit": world.company.pk}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert [cell for cell in ("survey!A2", "survey!A3", "survey!B4") if cell not in page] == []
    assert "<script>x</script>" not in page
    assert Instrument._base_manager.count() == 0


def test_a_version_goes_out_and_comes_back_the_same(world: World, version: InstrumentVersion) -> None:
    client = signed_in(world)

    answer = client.get(reverse("instruments:xlsform", kwargs={"pk": version.instrument_id}), {"version": 1})
    by_api = client.get(f"/api/v1/instruments/versions/{version.pk}/xlsform")

    assert xlsform_read(answer.content).definition.content_hash() == version.content_hash
    assert xlsform_read(by_api.content).definition.content_hash() == version.content_hash


def test_the_draft_goes_out_where_no_version_is_named(world: World) -> None:
    client = signed_in(world)
    content = workbook([HEAD, ("text", "why", "Why?")])
    client.post(reverse("instruments:xlsform-import"), {"file": upload(content), "unit": world.company.pk})

    answer = client.get(reverse("instruments:xlsform", kwargs={"pk": Instrument._base_manager.get().pk}))

    assert [item.code for item in xlsform_read(answer.content).definition.items] == ["why"]


def test_a_form_without_anything_says_so(world: World) -> None:
    with system_scope("setup"):
        empty = Instrument.objects.create(title="Empty", unit=world.company, org_path=world.company.org_path)

    assert signed_in(world).get(reverse("instruments:xlsform", kwargs={"pk": empty.pk})).status_code == 409


def test_the_api_brings_a_form_in_or_lists_every_problem(world: World) -> None:
    client = signed_in(world)
    good = xlsform_write(read_definition(shelf.template_body("nps")))
    bad = workbook([HEAD, ("calculate", "c", ""), ("text", "1", "Q")])

    def send(content: bytes) -> Any:
        given = {"unit_id": world.company.pk, "file": upload(content)}
        return client.post("/api/v1/instruments/xlsform", given)

    made, refused = send(good), send(bad)

    assert (made.status_code, refused.status_code) == (201, 422)
    assert made.json()["notes"] == []
    assert [one["cell"] for one in refused.json()["problems"]] == ["survey!A2", "survey!B3"]


def test_a_stranger_brings_nothing_into_another_unit(world: World) -> None:
    stranger = signed_in(world, "stranger", unit=world.south)
    content = workbook([HEAD, ("text", "why", "Why?")])

    page = stranger.post(reverse("instruments:xlsform-import"), {"file": upload(content), "unit": world.north.pk})
    api = stranger.post("/api/v1/instruments/xlsform", {"unit_id": world.north.pk, "file": upload(content)})

    assert (page.status_code, api.status_code) == (422, 404)
    assert Instrument._base_manager.count() == 0


def test_only_whoever_may_write_forms_is_offered_the_import(world: World) -> None:
    reader = signed_in(world, "reader", ("instruments.view",))
    address, link = reverse("instruments:instruments"), reverse("instruments:xlsform-import")

    assert link in signed_in(world).get(address).content.decode()
    assert link not in reader.get(address).content.decode()
    assert reader.get(link).status_code == 403
