"""Who may take answers out, what is kept of it, and that an anonymous survey stays anonymous."""

from __future__ import annotations

import csv
import hashlib
import io
import resource
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from bihuan.accounts.models import User
from bihuan.accounts.selectors import actor_of_user
from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import ActionNotAllowedError, NotPermittedError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.instruments.models import Response
from bihuan.records.models import Activity
from bihuan.surveys import keeping, tasks
from bihuan.surveys.exporting.wanted import Wanted
from bihuan.surveys.models import SurveyExport
from bihuan.surveys.permissions import EXPORT, IMPORT, VIEW
from bihuan.surveys.services import exporting as services
from bihuan.surveys.services import survey_confirm, survey_upload
from tests.db.surveys.answered import Field, make_field
from tests.db.surveys.conftest import csv_file
from tests.db.surveys.test_export_files import FORM, made, package, table
from tests.kit import World, make_user, recorded

pytestmark = pytest.mark.django_db
OFFICE = system_actor("test")
QUASI = ("day", "day_detail", "form_version", "channel", "language", "unit", "segment", "place")


@pytest.fixture
def field(world: World) -> Field:
    with system_scope("setup"), recorded():
        return make_field(world.company, [world.north, world.south], FORM, weights={"pass": 3, "single": 1})


def put(field: Field, size: int, seed: int = 1, **more: Any) -> list[Response]:
    rng = np.random.default_rng(seed)
    given = [{"clean": int(rng.integers(1, 6)), "nps": int(rng.integers(7, 11))} for _ in range(size)]
    with system_scope("setup"):
        return field.put(given, rng, segments=["pass", "single"], **more)


def person(world: World, name: str, unit: Any, *rights: str) -> tuple[User, Client]:
    user = make_user(name, unit=unit, permissions=rights)
    client = Client()
    client.force_login(user)
    return user, client


def of_package(field: Field, **wanted: Any) -> list[dict[str, str]]:
    with system_scope("setup"), recorded():
        return table(package(made(field, **wanted)), "answers-codes.csv")


def asked(field: Field, kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "values": "codes", "language": "zh-hans", **more}


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_an_anonymous_file_shows_no_combination_of_few_people(field: Field) -> None:
    put(field, 300, days=60)

    rows = of_package(field)

    cells = Counter(tuple(row[name] for name in QUASI if name in row) for row in rows)
    assert len(rows) == 300
    assert min(cells.values()) >= field.campaign.small_cell
    assert "answered_at" not in rows[0]
    assert "cluster" not in rows[0]
    assert len({row["day"] for row in rows}) > 1


def test_the_order_of_an_anonymous_file_is_not_that_of_the_answers(field: Field) -> None:
    stored = put(field, 200)

    rows = of_package(field)

    in_order = [str(row.answers["clean"]) for row in stored]
    assert [row["clean"] for row in rows] != in_order
    assert Counter(row["clean"] for row in rows) == Counter(in_order)
    assert [row["answer_no"] for row in rows] == [str(number + 1) for number in range(200)]


def test_few_anonymous_answers_show_nothing_of_where_they_come_from(field: Field) -> None:
    put(field, 4)

    rows = of_package(field)

    assert {row["unit"] for row in rows} == {"-94"}
    assert {row["day"] for row in rows} == {""}
    assert {row["segment"] for row in rows} == {"-94"}
    assert len({row["weight"] for row in rows}) == 1


def test_an_item_that_tells_the_segment_is_withheld_with_it(world: World) -> None:
    with system_scope("setup"), recorded():
        field = make_field(world.company, [world.north], FORM)
        field.campaign.segments.create(
            code="pass", name="月票", item="kind", answers=["pass"], org_path=world.company.org_path
        )
        rng = np.random.default_rng(1)
        field.put([{"clean": 5, "kind": "single"}] * 30, rng, days=1)
        field.put([{"clean": 1, "kind": "pass"}] * 2, rng, days=1, segments=["pass"])

    rows = of_package(field)

    withheld = [row for row in rows if row["segment"] == "-94"]
    assert len(withheld) >= 5
    assert {row["kind"] for row in withheld} == {"-94"}
    assert "1" not in {row["kind"] for row in rows}


def test_an_identified_file_holds_the_number_and_time_of_each_answer(world: World) -> None:
    with system_scope("setup"), recorded():
        field = make_field(world.company, [world.north], FORM, anonymity="identified")
    stored = put(field, 3)

    rows = of_package(field)

    assert [row["answer_no"] for row in rows] == [str(one.pk) for one in stored]
    assert all(row["answered_at"] for row in rows)


def test_a_filter_narrows_the_file_and_stands_on_its_line(world: World, field: Field) -> None:
    put(field, 60, channel="qr")
    put(field, 40, seed=2, channel="paper")

    with system_scope("setup"), recorded():
        export = made(field, channel="paper", unit=world.north.pk, unit_name="North")
        expected = Response.objects.filter(channel="paper", org_path=world.north.org_path).count()

    assert export.rows == expected > 0
    assert export.wanted == {"unit": world.north.pk, "unit_name": "North", "channel": "paper"}


def test_a_segment_can_be_taken_alone(field: Field) -> None:
    stored = put(field, 60)

    rows = of_package(field, segment="pass")

    assert len(rows) == sum(row.context["segment"] == "pass" for row in stored)


def test_nothing_is_made_of_no_answers(field: Field) -> None:
    with system_scope("setup"), recorded():
        export = made(field, language="en")

    assert export.state == "failed"
    assert export.problem == "There are no answers to take out yet."


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_single_file_streams_and_its_line_names_rows_and_hash(world: World, field: Field, kind: str) -> None:
    put(field, 70)
    _user, client = person(world, "office", world.company, EXPORT)

    response = client.post(f"/surveys/campaigns/{field.campaign.pk}/exports/", asked(field, kind))
    content = content_of(response)

    assert response.streaming
    with system_scope("setup"):
        export = SurveyExport.objects.get()
    assert (export.state, export.rows, export.size) == ("sent", 70, len(content))
    assert export.digest == hashlib.sha256(content).hexdigest()
    if kind == "csv":
        assert content.startswith(b"\xef\xbb\xbf")
        assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) == 71
    else:
        assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].max_row == 71


def test_a_broken_download_is_called_broken(field: Field) -> None:
    put(field, 5000)
    with system_scope("setup"), recorded():
        export = services.export_ask(survey=field.campaign, actor=OFFICE, kind="csv", language="en", wanted=Wanted())
        pieces = services.export_stream(export=export, actor=OFFICE)
        next(pieces)
        pieces.close()
        export.refresh_from_db()

    assert (export.state, export.rows, export.digest) == ("broken", None, "")


def test_a_stream_leaves_no_scope_behind(field: Field) -> None:
    put(field, 10)
    with system_scope("setup"), recorded():
        export = services.export_ask(survey=field.campaign, actor=OFFICE, kind="csv", language="en", wanted=Wanted())
        pieces = services.export_stream(export=export, actor=OFFICE)

    with recorded():
        content = b"".join(pieces)

    assert content.count(b"\n") == 11


def test_streaming_many_rows_needs_no_more_memory(field: Field) -> None:
    put(field, 300)
    with system_scope("setup"):
        model = Response.objects.first()
        assert model is not None
        rows = [{"answers": model.answers, "states": model.states, "context": model.context}] * 20_000
        Response.objects.bulk_create(
            [
                Response(
                    version=field.version,
                    collection=field.campaign.collection,
                    client_uuid=uuid.uuid4(),
                    content_hash="x",
                    channel="qr",
                    business_date=model.business_date,
                    org_path=model.org_path,
                    **row,
                )
                for row in rows
            ],
            batch_size=2000,
        )
    with system_scope("setup"), recorded():
        export = services.export_ask(survey=field.campaign, actor=OFFICE, kind="xlsx", language="en", wanted=Wanted())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = sum(len(piece) for piece in services.export_stream(export=export, actor=OFFICE))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        export.refresh_from_db()

    assert (export.rows, export.size) == (20_300, size)
    assert grown < 60 * 1024  # kilobytes


def test_the_worker_makes_the_package_with_the_rights_of_whoever_asked(world: World, field: Field) -> None:
    put(field, 30)
    user, client = person(world, "office", world.company, EXPORT)
    page = f"/surveys/campaigns/{field.campaign.pk}/exports/"

    response = client.post(page, asked(field, "package", values="labels"))
    with system_scope("setup"):
        export = SurveyExport.objects.get()
    state = tasks.make_export.func(export.pk)
    listed = client.get(page).content.decode()
    content = content_of(client.get(f"/surveys/exports/{export.pk}/download/"))

    assert response.status_code == 302
    assert state == "ready"
    with system_scope("setup"):
        export.refresh_from_db()
        log = Activity.objects.filter(subject_type="surveys.surveyexport", subject_id=export.pk)
        assert list(log.order_by("position").values_list("action", flat=True)) == ["finish", "download"]
    assert hashlib.sha256(content).hexdigest() == export.digest
    assert export.digest[:12] in listed
    assert export.asked_by_id == user.pk


def test_a_right_withdrawn_before_the_work_stops_it(world: World, field: Field) -> None:
    put(field, 30)
    user = make_user("office", unit=world.company, permissions=[EXPORT])
    actor = actor_of_user(user)
    with actor_scope(actor):
        export = services.export_ask(survey=field.campaign, actor=actor, kind="package", language="en", wanted=Wanted())
    with system_scope("setup"):
        user.grants.all().delete()

    state = tasks.make_export.func(export.pk)

    assert state == "failed"


def test_strangers_find_nothing_and_insiders_without_the_right_are_refused(world: World, field: Field) -> None:
    put(field, 30)
    with system_scope("setup"), recorded():
        export = made(field)
    _south, stranger = person(world, "stranger", world.south, EXPORT)
    _reader, reader = person(world, "reader", world.company, VIEW)
    _office, office = person(world, "office", world.company, EXPORT)

    addresses = (
        f"/surveys/campaigns/{field.campaign.pk}/exports/",
        f"/surveys/exports/{export.pk}/",
        f"/surveys/exports/{export.pk}/download/",
    )

    assert [stranger.get(address).status_code for address in addresses] == [404, 404, 404]
    assert [reader.get(address).status_code for address in addresses] == [403, 403, 403]
    assert [office.get(address).status_code for address in addresses] == [200, 200, 200]


def test_a_person_of_one_station_takes_out_only_its_answers(world: World) -> None:
    with system_scope("setup"), recorded():
        field = make_field(world.north, [world.north], FORM)
    put(field, 20)
    user = make_user("station", unit=world.north, permissions=[EXPORT])
    actor = actor_of_user(user)

    with actor_scope(actor), recorded():
        export = services.export_ask(survey=field.campaign, actor=actor, kind="csv", language="en", wanted=Wanted())
        content = b"".join(services.export_stream(export=export, actor=actor))

    assert content.count(b"\n") == 21
    with system_scope("setup"):
        other = make_field(world.south, [world.south], FORM).campaign
        with pytest.raises(NotPermittedError):
            services.export_ask(survey=other, actor=actor, kind="csv", language="en", wanted=Wanted())


def test_a_file_goes_when_its_time_is_up_and_its_line_stays(field: Field) -> None:
    put(field, 30)
    with system_scope("setup"), recorded():
        export = made(field)
        path = keeping.export_path(export.digest)
        early = services.exports_tidy(now=timezone.now() + timedelta(days=services.KEPT_DAYS - 1))
        was_there = path.exists()
        services.exports_tidy(now=timezone.now() + timedelta(days=services.KEPT_DAYS, minutes=1))
        export.refresh_from_db()

        with pytest.raises(ActionNotAllowedError):
            services.export_open(export=export, actor=OFFICE)

    assert (early, was_there) == (0, True)
    assert export.state == "expired"
    assert export.rows == 30


def test_a_file_can_be_removed_before_its_time_with_a_reason(
    world: World, field: Field, django_capture_on_commit_callbacks: Any
) -> None:
    put(field, 30)
    with system_scope("setup"), recorded():
        export = made(field)
    _user, client = person(world, "office", world.company, EXPORT)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/surveys/exports/{export.pk}/remove/", {"reason": "sent to the wrong person"})

    assert not keeping.export_path(export.digest).exists()
    with system_scope("setup"):
        export.refresh_from_db()
        line = Activity.objects.get(subject_id=export.pk, action="remove")
    assert (export.state, line.reason) == ("expired", "sent to the wrong person")


def test_what_a_killed_worker_left_is_said_to_have_failed(field: Field) -> None:
    put(field, 30)
    with system_scope("setup"), recorded():
        export = services.export_ask(survey=field.campaign, actor=OFFICE, kind="sav", language="en", wanted=Wanted())
        services.exports_tidy(now=timezone.now() + timedelta(hours=3))
        export.refresh_from_db()

    assert (export.state, export.problem) == ("failed", "It was not finished; ask for it again.")


def test_a_sav_file_alone_is_kept_like_a_package(field: Field) -> None:
    put(field, 30)
    with system_scope("setup"), recorded():
        export = made(field, kind="sav")

    assert (export.state, export.rows) == ("ready", 30)
    assert [one["name"] for one in export.files] == ["answers.sav"]


def test_an_imported_survey_gives_the_same_package_with_the_figures_of_its_page(world: World, tmp_path: Any) -> None:
    actor = actor_of_user(make_user("importer", unit=world.company, permissions=[VIEW, IMPORT, EXPORT]))
    with actor_scope(actor):
        survey = survey_upload(actor=actor, unit=world.company, name="s.csv", content=csv_file(60))
        survey = survey_confirm(survey=survey, actor=actor, at_once=True)
        export = services.export_ask(survey=survey, actor=actor, kind="package", language="en", wanted=Wanted())
        export = services.export_make(export=export, actor=actor)
        figures = table(package(export), "figures.csv")
        analysis = survey.result.figures

    means = {row["name"]: float(row["value"]) for row in figures if row["measure"] == "mean"}
    alphas = {row["name"]: float(row["value"]) for row in figures if row["measure"] == "alpha"}
    nps = next(float(row["value"]) for row in figures if row["measure"] == "nps")
    assert export.rows == 60
    assert means == {item.name: pytest.approx(item.mean.value) for item in analysis.items}
    assert alphas == {
        one.name: pytest.approx(one.alpha.alpha.value) for one in analysis.dimensions if one.alpha is not None
    }
    assert nps == pytest.approx(next(item.nps.score.value for item in analysis.items if item.nps))


def test_asking_by_form_says_what_is_wrong(world: World, field: Field) -> None:
    _user, client = person(world, "office", world.company, EXPORT)

    response = client.post(
        f"/surveys/campaigns/{field.campaign.pk}/exports/",
        asked(field, "csv", since="2026-11-05", until="2026-11-01"),
    )

    assert response.status_code == 422
    with system_scope("setup"):
        assert not SurveyExport.objects.exists()


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    from django.utils.translation import override

    with override("en"):
        yield
