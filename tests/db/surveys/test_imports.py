"""A survey file comes in: whole or not at all, once, remembered, and taken back with a reason."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.reading import DataFileError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.instruments.models import InstrumentVersion, Response
from bihuan.organisation.models import Asset
from bihuan.records.selectors import activity_of, search_find
from bihuan.rectification.services import finding_raise
from bihuan.surveys import keeping, selectors, services, tasks
from bihuan.surveys.mapping import Role
from bihuan.surveys.models import MappingMemory, SurveyComment, SurveyImport, SurveyResult
from bihuan.surveys.permissions import IMPORT, VIEW
from bihuan.surveys.services.settling import AlreadyImportedError
from tests.db.surveys.conftest import csv_file, kiosk, kiosk_codebook
from tests.kit import World, make_actor


def upload(actor: Actor, world: World, content: io.BytesIO | None = None, name: str = "线路.csv") -> SurveyImport:
    return services.survey_upload(actor=actor, unit=world.company, name=name, content=content or csv_file())


def imported(actor: Actor, world: World, content: io.BytesIO | None = None, name: str = "线路.csv") -> SurveyImport:
    return services.survey_confirm(survey=upload(actor, world, content, name), actor=actor)


def test_a_small_file_is_read_at_once_and_its_columns_proposed(world: World, in_office: Actor) -> None:
    survey = upload(in_office, world)

    assert (survey.state, survey.rows, survey.title) == ("proposed", 60, "线路")
    assert survey.plan.use("punctual1").role is Role.ITEM
    assert survey.plan.use("station").role is Role.GROUP
    assert Response.objects.count() == 0


def test_import_stores_answers_figures_and_comments(world: World, in_office: Actor) -> None:
    survey = imported(in_office, world)

    result = SurveyResult.objects.get(survey=survey)
    assert (survey.state, result.responses, result.comments) == ("imported", 60, 6)
    assert Response.objects.filter(collection=survey.collection).count() == 60
    assert result.figures.file.rows == 60
    assert {one.name for one in result.figures.dimensions} >= {"punctual", "polite"}
    assert survey.headline_text


def test_answers_carry_the_path_of_the_station_their_group_names(world: World, in_office: Actor) -> None:
    survey = imported(in_office, world)

    paths = set(Response.objects.values_list("org_path", flat=True))
    assert survey.links["column"] == "station"
    assert paths == {world.north.org_path, world.south.org_path}


def test_a_line_is_matched_by_its_code_and_kept_with_the_answer(world: World, in_office: Actor) -> None:
    line = Asset.objects.create(kind="line", code="3路", name="三路", unit=world.north, org_path=world.north.org_path)

    imported(in_office, world, csv_file(stations=("3路", "South")))

    assert Response.objects.filter(asset=line).count() == 30


def test_stored_answers_are_raw_and_missing_ones_say_why(world: World, in_office: Actor) -> None:
    lines = ["q1,q2,q3"] + ["5,4,3", "2,1,5", "1,3,4"] * 10 + ["9,,1"]
    survey = upload(in_office, world, io.BytesIO("\n".join(lines).encode()))
    assert survey.plan.use("q1").na == ("9",)

    services.survey_confirm(survey=survey, actor=in_office)

    last = Response.objects.order_by("pk").last()
    assert last is not None
    assert last.answers == {"q3": 1}
    assert last.states == {"q1": "na", "q2": "skipped"}


def test_what_a_sav_file_calls_missing_is_no_answer(world: World, in_office: Actor, tmp_path: Path) -> None:
    path = tmp_path / "wave.sav"
    frame = pd.DataFrame({"q1": [5, 4, 9, 3] * 10, "q2": [1, 2, 3, 9] * 10, "q3": [5, 5, 4, 1] * 10})
    pyreadstat.write_sav(frame, str(path), missing_ranges={"q1": [9], "q2": [9]})

    survey = imported(in_office, world, io.BytesIO(path.read_bytes()), "wave.sav")

    item = SurveyResult.objects.get(survey=survey).figures.item("q1")
    assert (item.n, item.missing, item.mean.value) == (30, 10, 4.0)
    assert survey.profile["columns"][0]["declared"] == {"9": 10}
    assert Response.objects.filter(states__q1="skipped").count() == 10


def test_the_same_file_with_the_same_columns_is_not_doubled(world: World, in_office: Actor) -> None:
    first = imported(in_office, world)
    again = upload(in_office, world)

    with pytest.raises(AlreadyImportedError) as refused:
        services.survey_confirm(survey=again, actor=in_office)

    assert refused.value.earlier == first
    assert selectors.same_file(again) == [first]
    assert Response.objects.count() == 60


def test_the_same_file_that_still_waits_is_not_uploaded_twice(world: World, in_office: Actor) -> None:
    first, second = upload(in_office, world), upload(in_office, world)

    assert first == second
    assert SurveyImport.objects.count() == 1


def test_columns_of_the_next_file_with_these_headings_are_remembered(world: World, in_office: Actor) -> None:
    survey = upload(in_office, world)
    mapping = survey.plan.with_use(survey.plan.use("polite2").__class__("polite2", Role.IGNORE))
    services.survey_settle(survey=survey, actor=in_office, title="春季", mapping=mapping)
    services.survey_confirm(survey=survey, actor=in_office)

    following = upload(in_office, world, csv_file(80), "夏季.csv")

    assert following.memory == MappingMemory.objects.get()
    assert following.plan.use("polite2").role is Role.IGNORE
    assert following.title == "夏季"


def test_the_next_file_answers_a_version_of_the_same_form(world: World, in_office: Actor) -> None:
    imported(in_office, world)
    imported(in_office, world, csv_file(80), "夏季.csv")

    assert InstrumentVersion.objects.values("instrument").distinct().count() == 1


def test_a_mapping_that_does_not_fit_imports_nothing_and_names_the_cell(world: World, in_office: Actor) -> None:
    survey = upload(in_office, world)
    scale = survey.plan.use("punctual1")
    mapping = survey.plan.with_use(type(scale)("remark", Role.ITEM, scale=(1, 5, 1)))
    services.survey_settle(survey=survey, actor=in_office, title="x", mapping=mapping)

    with pytest.raises(DataFileError) as refused:
        services.survey_confirm(survey=survey, actor=in_office)

    assert refused.value.code == "text_on_scale"
    assert refused.value.where is not None
    assert refused.value.where.line == 2
    survey.refresh_from_db()
    assert survey.state == "proposed"
    assert (Response.objects.count(), SurveyResult.objects.count(), InstrumentVersion.objects.count()) == (0, 0, 0)


def test_a_codebook_names_dimensions_and_pairs(world: World, in_office: Actor) -> None:
    survey = services.survey_bring(
        actor=in_office,
        unit=world.company,
        name="kiosk.csv",
        content=kiosk(),
        codebook_name="kiosk_codebook.csv",
        codebook=kiosk_codebook(),
        title="自助机",
        period_to=date(2026, 3, 31),
    )

    result = SurveyResult.objects.get(survey=survey)
    assert result.figures.gaps is not None
    assert len(result.figures.gaps.items) == 24
    assert set(Response.objects.values_list("business_date", flat=True)) == {date(2026, 3, 31)}


def test_a_large_file_is_read_and_imported_by_the_worker(
    world: World, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("uploading", "settling"):
        monkeypatch.setattr(f"bihuan.surveys.services.{module}.AT_ONCE_BYTES", 10)
    with actor_scope(office):
        survey = upload(office, world)
    assert survey.state == "reading"

    tasks.read_file.func(survey.pk)
    with actor_scope(office):
        survey.refresh_from_db()
        assert survey.state == "proposed"
        services.survey_confirm(survey=survey, actor=office)
        assert survey.state == "importing"
    tasks.import_file.func(survey.pk)
    tasks.import_file.func(survey.pk)

    with actor_scope(office):
        survey.refresh_from_db()
        assert (survey.state, Response.objects.count()) == ("imported", 60)


def test_a_large_bad_file_says_where_it_is_wrong_and_keeps_nothing(
    world: World, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.surveys.services.uploading.AT_ONCE_BYTES", 10)
    with actor_scope(office):
        survey = upload(office, world, io.BytesIO(b"a,b\n1,2\n1,2,3\n"))

    tasks.read_file.func(survey.pk)

    with actor_scope(office):
        survey.refresh_from_db()
        assert survey.state == "refused"
        assert survey.problem_found is not None
        assert survey.problem_found.place == str(survey.problem_found.where)
        assert survey.problem_found.where is not None
        assert survey.problem_found.where.line == 3


def test_a_column_that_does_not_fit_sends_the_large_file_back_to_its_columns(
    world: World, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with actor_scope(office):
        survey = upload(office, world)
        mapping = survey.plan.with_use(type(survey.plan.use("id"))("remark", Role.ITEM, scale=(1, 5, 1)))
        services.survey_settle(survey=survey, actor=office, title="x", mapping=mapping)
        monkeypatch.setattr("bihuan.surveys.services.settling.AT_ONCE_BYTES", 10)
        services.survey_confirm(survey=survey, actor=office)

    tasks.import_file.func(survey.pk)

    with actor_scope(office):
        survey.refresh_from_db()
        assert (survey.state, survey.problem["code"]) == ("proposed", "text_on_scale")
        assert Response.objects.count() == 0


def test_an_import_taken_back_is_not_finished_by_the_worker(
    world: World, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.surveys.services.settling.AT_ONCE_BYTES", 10)
    with actor_scope(office):
        survey = services.survey_confirm(survey=upload(office, world), actor=office)
        services.survey_take_back(survey=survey, actor=office)

    tasks.import_file.func(survey.pk)

    with actor_scope(office):
        survey.refresh_from_db()
        assert (survey.state, Response.objects.count()) == ("proposed", 0)


def test_a_right_lost_before_the_worker_came_stops_the_import(
    world: World, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.surveys.services.settling.AT_ONCE_BYTES", 10)
    with actor_scope(office):
        survey = services.survey_confirm(survey=upload(office, world), actor=office)
    with system_scope("setup"):
        from bihuan.accounts.models import User

        User.objects.filter(pk=office.user_id or 0).update(is_active=False)

    tasks.import_file.func(survey.pk)

    with actor_scope(office):
        survey.refresh_from_db()
        assert (survey.state, Response.objects.count()) == ("proposed", 0)


def test_withdrawing_removes_the_answers_and_keeps_the_log(world: World, in_office: Actor) -> None:
    survey = imported(in_office, world)
    assert search_find(in_office, "线路")

    services.survey_withdraw(survey=survey, actor=in_office, reason="文件给错了")

    assert (survey.state, survey.withdraw_reason) == ("withdrawn", "文件给错了")
    assert (Response.objects.count(), SurveyComment.objects.count()) == (0, 0)
    assert activity_of(survey)[0].reason == "文件给错了"
    assert search_find(in_office, "线路") == []


def test_a_withdrawn_file_may_come_again(world: World, in_office: Actor) -> None:
    services.survey_withdraw(survey=imported(in_office, world), actor=in_office, reason="重来")

    again = imported(in_office, world)

    assert again.state == "imported"
    assert Response.objects.count() == 60


def test_withdrawing_needs_a_reason(world: World, in_office: Actor) -> None:
    survey = imported(in_office, world)

    with pytest.raises(BadInputError):
        services.survey_withdraw(survey=survey, actor=in_office, reason="  ")

    assert Response.objects.count() == 60


def test_a_survey_that_findings_rest_on_is_withdrawn_only_when_they_are_said_to_stand(
    world: World, in_office: Actor
) -> None:
    survey = imported(in_office, world)
    finding = finding_raise(
        actor=in_office, unit=world.north, title="晚点", fact="x", severity="major", source=survey, evidence={"n": 60}
    )

    with pytest.raises(ActionNotAllowedError):
        services.survey_withdraw(survey=survey, actor=in_office, reason="错")
    services.survey_withdraw(survey=survey, actor=in_office, reason="错", findings_stand=True)

    finding.refresh_from_db()
    assert (survey.state, finding.state, finding.evidence) == ("withdrawn", "open", {"n": 60})


def test_only_who_may_import_for_the_unit_may_upload_for_it(world: World, office: Actor) -> None:
    reader = make_actor("reader", unit=world.company, permissions=[VIEW])
    south = make_actor("south", unit=world.south, permissions=[VIEW, IMPORT])

    for actor in (reader, south):
        with actor_scope(actor), pytest.raises(NotPermittedError):
            services.survey_upload(actor=actor, unit=world.north, name="a.csv", content=csv_file())


def test_a_stranger_does_not_see_the_survey(world: World, office: Actor) -> None:
    with actor_scope(office):
        services.survey_upload(actor=office, unit=world.north, name="a.csv", content=csv_file())
    stranger = make_actor("stranger", unit=world.south, permissions=[VIEW, IMPORT])

    with actor_scope(stranger):
        assert list(selectors.surveys_for(stranger)) == []


def test_memory_of_another_unit_is_not_used(world: World, office: Actor) -> None:
    with actor_scope(office):
        services.survey_bring(actor=office, unit=world.north, name="a.csv", content=csv_file())
    south = make_actor("south", unit=world.south, permissions=[VIEW, IMPORT])

    with actor_scope(south):
        survey = services.survey_upload(actor=south, unit=world.south, name="a.csv", content=csv_file())

    assert survey.memory is None


def test_links_lead_only_to_units_the_importer_may_import_for(world: World, office: Actor) -> None:
    north = make_actor("north", unit=world.north, permissions=[VIEW, IMPORT])
    with actor_scope(north):
        survey = services.survey_upload(actor=north, unit=world.north, name="a.csv", content=csv_file())

        with pytest.raises(BadInputError):
            services.survey_settle(
                survey=survey,
                actor=north,
                title="x",
                links={"column": "station", "values": {"South": f"unit:{world.south.pk}"}},
            )


def test_a_file_is_kept_once_by_its_content(world: World, in_office: Actor) -> None:
    survey = upload(in_office, world)

    assert keeping.keep(csv_file()) == survey.digest
    assert keeping.path_for(survey.digest).read_bytes() == csv_file().getvalue()
