"""The demo organisation loads whole, once, and stands as docs/demo.md says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.accounts.models import User
from bihuan.accounts.selectors import actor_of_user
from bihuan.demo.load import SIGN_INS, demo_load
from bihuan.demo.people import PASSWORD
from bihuan.demo.waves import SIZES
from bihuan.duties.models import Clock
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.organisation.models import Asset, OrgUnit, Person, PostHolding, WorkingGroup
from bihuan.records.models import Activity, Notification
from bihuan.rectification.models import Action, ExtensionRequest, Finding, Notice, Reply, Verification
from bihuan.surveys.models import SurveyImport
from bihuan.surveys.selectors import findings_by_row

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One load for all tests here, taken back at the end; the tests only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo_load(lambda _line: None)
        with system_scope("setup"):
            yield
        transaction.set_rollback(True)


def test_company_has_its_stations_lines_vehicles_and_people() -> None:
    kinds = Counter(Asset.objects.values_list("kind", flat=True))

    assert OrgUnit.objects.filter(kind="station").count() == 3
    assert (kinds["line"], kinds["vehicle"], kinds["counter"]) == (8, 40, 1)
    assert Person.objects.filter(kind="staff").count() == 60
    assert Person.objects.filter(kind="social_supervisor").count() == 6
    assert WorkingGroup.objects.count() == 10
    assert not PostHolding.objects.filter(post__duties="").exists()


def test_names_are_not_given_twice() -> None:
    names = list(Person.objects.values_list("name", flat=True))

    assert len(names) == len(set(names))


def test_second_start_asks_one_question_and_changes_nothing() -> None:
    before = Activity._base_manager.count()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        demo_load(lambda _line: None)

    assert len(asked) == 1
    assert Activity._base_manager.count() == before


@pytest.mark.parametrize("username", [name for name, _password, _what in SIGN_INS])
def test_everybody_on_the_list_gets_in(username: str) -> None:
    client = Client()

    assert client.login(username=username, password=PASSWORD)
    assert client.get("/").status_code == 200


def test_guest_may_look_and_not_act() -> None:
    guest = actor_of_user(User.objects.get(username="guest"))

    assert guest.can_somewhere("findings.view")
    assert not [name for name in guest.grants if not name.endswith(".view")]


def test_station_sees_its_own_findings_only() -> None:
    north = User.objects.get(username="north")

    with actor_scope(actor_of_user(north)):
        units = set(Finding.objects.values_list("unit__name", flat=True))

    assert units == {"城北站"}


def test_year_has_every_kind_of_turn() -> None:
    states = Counter(Finding.objects.values_list("state", flat=True))
    verdicts = Counter(Verification.objects.values_list("verdict", flat=True))
    requests = Counter(ExtensionRequest.objects.values_list("state", flat=True))

    assert 120 <= Finding.objects.count() <= 180
    assert all(states[state] for state in ("open", "corrected", "in_rectification", "answered", "reopened", "closed"))
    assert states["dismissed"] > 0
    assert min(verdicts["effective"], verdicts["not_effective"], verdicts["too_early"]) > 0
    assert min(requests["approved"], requests["refused"], requests["asked"]) > 0
    assert Reply.objects.filter(returned_at__isnull=False).exists()
    assert Finding.objects.filter(recurrence_count__gt=0).exists()
    assert Action.objects.filter(state="verified").exists()


def test_something_is_late_and_something_due_soon() -> None:
    now = timezone.now()
    waiting = Notice.objects.filter(waits_for="unit")

    assert waiting.filter(due_at__lt=now, overdue_since__isnull=False).count() >= 2
    assert waiting.filter(due_at__gte=now).exists()
    assert not waiting.filter(due_at__lt=now, overdue_since__isnull=True).exists()
    assert not Clock.objects.filter(status="running", due_at__lt=now).exists()


def test_nobody_checked_their_own_answer() -> None:
    own = [one for one in Verification.objects.select_related("reply") if one.verified_by_id == one.reply.replied_by_id]

    assert own == []


def test_history_is_told_in_order_and_not_beyond_now() -> None:
    now = timezone.now()
    numbers = list(Finding.objects.order_by("raised_at", "pk").values_list("number", flat=True))

    assert numbers == sorted(numbers)
    assert not Activity._base_manager.filter(at__gt=now).exists()
    assert not Notification.objects.filter(at__gt=now).exists()


def test_cleaning_notice_is_closed_on_the_figures_of_two_waves() -> None:
    notice = Notice.objects.get(title__startswith="5路有形性低于全公司")

    verdict = notice.verifications.last()

    assert notice.state == "closed"
    assert verdict is not None
    assert verdict.verdict == "effective"
    assert len(verdict.figures["figures"]) == 3


def test_training_notice_is_open_again() -> None:
    notice = Notice.objects.get(title__startswith="7路保证性低于全公司")

    verdict = notice.verifications.last()

    assert (notice.state, notice.cycle) == ("reopened", 2)
    assert verdict is not None
    assert verdict.verdict == "not_effective"


def test_every_wave_was_imported_with_answers_and_remarks() -> None:
    surveys = list(SurveyImport.objects.order_by("period_from"))

    assert [survey.state for survey in surveys] == ["imported"] * 5
    assert [survey.result.responses for survey in surveys] == list(SIZES)
    assert all(survey.result.comments > 100 for survey in surveys)
    assert all(survey.links["column"] == "线路" for survey in surveys)


def test_survey_findings_point_at_the_row_they_came_from() -> None:
    survey = SurveyImport.objects.order_by("period_from")[1]

    rows = [json.loads(key)[-1] for key in findings_by_row(survey)]

    assert sorted(rows) == ["3路", "5路", "7路"]


def test_heating_is_a_matter_of_winter() -> None:
    raised = Finding.objects.filter(dimension="冬季供暖").values_list("raised_at", flat=True)

    assert len(raised) >= 5
    assert {timezone.localtime(at).month for at in raised} <= {12, 1, 2}
