"""The same way by programs: every act of the pages, the same refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.accounts.models import User
from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import Response
from bihuan.surveys.permissions import IMPORT, VIEW
from tests.db.surveys.conftest import csv_file
from tests.kit import World, make_user

ROOT = "/api/v1/surveys/"


@pytest.fixture
def program(office: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=office.user_id))
    return client


def post(program: Client, address: str, body: Any = None) -> Any:
    return program.post(ROOT + address, json.dumps(body or {}), "application/json")


def upload(program: Client, world: World, content: bytes | None = None, name: str = "a.csv") -> Any:
    file = SimpleUploadedFile(name, content if content is not None else csv_file().getvalue())
    return program.post(ROOT, {"unit_id": world.company.pk, "file": file})


def test_the_whole_way(world: World, program: Client) -> None:
    answer = upload(program, world)
    assert answer.status_code == 201
    pk = answer.json()["id"]
    proposal = program.get(f"{ROOT}{pk}/mapping").json()
    assert proposal["links"]["column"] == "station"

    saved = program.put(
        f"{ROOT}{pk}/mapping",
        json.dumps({"title": "春季", "period_to": "2026-03-31", "columns": {"polite2": {"role": "ignore"}}}),
        "application/json",
    )
    done = post(program, f"{pk}/import")
    results = program.get(f"{ROOT}{pk}/results").json()
    comments = program.get(f"{ROOT}{pk}/comments").json()
    listed = program.get(ROOT).json()

    assert (saved.status_code, saved.json()["title"]) == (200, "春季")
    assert (done.status_code, done.json()["state"]) == (200, "imported")
    assert results["file"]["rows"] == 60
    assert "polite2" not in {item["name"] for item in results["items"]}
    assert comments["count"] == 6
    assert [one["id"] for one in listed["items"]] == [pk]
    with system_scope("setup"):
        assert Response.objects.count() == 60


def test_the_same_file_twice_is_a_conflict_that_names_the_first(world: World, program: Client) -> None:
    first = upload(program, world).json()["id"]
    post(program, f"{first}/import")
    second = upload(program, world).json()

    answer = post(program, f"{second['id']}/import")

    assert second["already_imported"] == [first]
    assert (answer.status_code, answer.json()["code"]) == (409, "already_imported")


def test_a_bad_file_is_refused_with_code_and_place(world: World, program: Client) -> None:
    answer = upload(program, world, b"a,b\n1,2\n1,2,3\n")

    assert answer.status_code == 422
    assert answer.json()["code"] == "ragged"
    assert "3" in answer.json()["place"]


def test_a_column_without_a_scale_is_refused_with_its_entry(world: World, program: Client) -> None:
    pk = upload(program, world).json()["id"]

    answer = program.put(
        f"{ROOT}{pk}/mapping", json.dumps({"columns": {"polite2": {"role": "item"}}}), "application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "map_scale_needed")
    assert "polite2" in answer.json()["place"]


def test_a_far_too_large_body_is_refused_by_its_stated_length(world: World, program: Client) -> None:
    answer = program.generic(
        "POST", ROOT, b"x", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(200 * 1024 * 1024)
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "too_large")


def test_withdrawal_needs_a_reason_and_takes_the_answers_back(world: World, program: Client) -> None:
    pk = upload(program, world).json()["id"]
    post(program, f"{pk}/import")

    refused = post(program, f"{pk}/withdraw", {"reason": ""})
    done = post(program, f"{pk}/withdraw", {"reason": "文件给错了"})

    assert (refused.status_code, done.status_code, done.json()["state"]) == (422, 200, "withdrawn")
    with system_scope("setup"):
        assert Response.objects.count() == 0


def test_a_survey_that_was_not_imported_has_no_results(world: World, program: Client) -> None:
    pk = upload(program, world).json()["id"]

    assert program.get(f"{ROOT}{pk}/results").status_code == 404
    assert post(program, f"{pk}/discard").json()["state"] == "discarded"
    assert post(program, f"{pk}/import").status_code == 409


@pytest.mark.parametrize("path", ["", "/mapping", "/results", "/comments"])
def test_a_stranger_gets_nothing(world: World, program: Client, path: str) -> None:
    pk = upload(program, world).json()["id"]
    stranger = Client()
    stranger.force_login(make_user("stranger", unit=world.south, permissions=[VIEW, IMPORT]))

    assert stranger.get(f"{ROOT}{pk}{path}").status_code == 404
    assert upload(stranger, world).status_code == 404
