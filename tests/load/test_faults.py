"""What must hold whatever happens at the door: quotas, limits, and nothing lost or doubled when processes die."""

from __future__ import annotations

from tests.load.scenes import crowd_beside_script, killed_under_load, rush
from tests.load.server import Server

CROWD = 100  # bench_survey_faults sends more, and measures


def test_two_hundred_at_once_into_a_quota_of_ten_give_exactly_ten(survey_office: Server) -> None:
    statuses = rush(survey_office, "quota", 200)

    assert statuses == {200: 10, 409: 190}
    assert survey_office.stored("quota") == {"rows": 10, "visitors": 10}
    assert survey_office.rows('SELECT held, taken, "limit" FROM surveys_quotacell') == [(0, 10, 10)]
    assert survey_office.rows("SELECT COUNT(*) FROM surveys_quotaexit") == [(190,)]


def test_a_crowd_behind_one_address_is_served_while_a_script_is_stopped(survey_office: Server) -> None:
    found = crowd_beside_script(survey_office, "crowd", visitors=CROWD, script=40)

    assert found.visitors == {200: CROWD}
    assert found.script[429] > 40, found.script
    assert survey_office.stored("crowd")["rows"] == CROWD + found.script[200]


def test_killing_the_server_loses_no_answer_and_doubles_none(survey_office: Server) -> None:
    told = killed_under_load(survey_office, "plain", kills=1, between=30, restarted=lambda _seconds: None)

    assert set(told.values()) <= {200, 202}
    assert survey_office.visitors("plain") == set(told)
    assert survey_office.stored("plain") == {"rows": len(told), "visitors": len(told)}
