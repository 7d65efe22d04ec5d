"""REST: the same acts, the same refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bihuan.accounts.models import User
from bihuan.rectification import services
from bihuan.rectification.models import Finding, Notice
from tests.db.rectification.house import ANSWER, THURSDAY, House, answered, issue, raise_finding

BASE = "/api/v1/rectification"


def caller(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def post(client: Client, path: str, body: dict[str, Any] | None = None, *, expect: int = 200) -> Any:
    answer = client.post(f"{BASE}{path}", body or {}, content_type="application/json")
    assert answer.status_code == expect, answer.content.decode()
    return answer.json()


def test_main_job_through_the_api(house: House) -> None:
    office, station, checker = caller("office"), caller("station"), caller("checker")
    given = {
        "unit_id": house.north.pk,
        "title": "3 路不报站",
        "fact": "连续 4 站没有报站",
        "severity": "major",
        "source": f"organisation.orgunit:{house.north.pk}",
        "evidence": {"figures": [{"label": "响应性", "value": 3.6, "n": 118}]},
    }

    finding = post(office, "/findings", given, expect=201)
    notice = post(office, f"/findings/{finding['id']}/notice", {"requirement": "每站报站"}, expect=201)
    issued = post(office, f"/notices/{notice['id']}/issue")
    post(station, f"/notices/{notice['id']}/acknowledge")
    reply = post(station, f"/notices/{notice['id']}/reply", ANSWER, expect=201)
    own = post(station, f"/notices/{notice['id']}/verify", {"verdict": "effective", "evidence": "好"}, expect=409)
    post(checker, f"/notices/{notice['id']}/verify", {"verdict": "effective", "evidence": "抽查"}, expect=201)

    assert own["code"] == "action_not_allowed"
    assert issued["number"].startswith("ZG-")
    assert reply["cycle"] == 1
    seen = office.get(f"{BASE}/findings/{finding['id']}").json()
    assert (seen["state"], seen["notice_id"]) == ("closed", notice["id"])
    whole = office.get(f"{BASE}/notices/{notice['id']}").json()
    assert [check["verdict"] for check in whole["verifications"]] == ["effective"]


def test_every_branch_of_a_finding(house: House) -> None:
    office, checker = caller("office"), caller("checker")
    pk = raise_finding(house, severity="ordinary").pk

    post(office, f"/findings/{pk}/correct", {"correction": "补报站名"})
    post(checker, f"/findings/{pk}/not-corrected", {"reason": "下一班又没有报"})
    post(office, f"/findings/{pk}/correct", {"correction": "换班"})
    post(checker, f"/findings/{pk}/confirm", {"evidence": "看过"})
    post(checker, f"/findings/{pk}/reopen", {"reason": "又发生"})
    post(office, f"/findings/{pk}/regrade", {"severity": "major", "reason": "多人反映"})
    post(office, f"/findings/{pk}/reassign", {"unit_id": house.world.south.pk, "reason": "属城南"})
    post(office, f"/findings/{pk}/dismiss", {"reason": "查无此事"})
    last = post(office, f"/findings/{pk}/restore", {"reason": "补到录像"})

    assert (last["state"], last["severity"], last["unit_id"]) == ("open", "major", house.world.south.pk)


def test_every_branch_of_a_notice(house: House) -> None:
    office, station, checker = caller("office"), caller("station"), caller("checker")
    finding = raise_finding(house)
    draft = post(office, f"/findings/{finding.pk}/notice", {"requirement": "报站"}, expect=201)["id"]
    edited = office.put(f"{BASE}/notices/{draft}", {"requirement": "每站报站"}, content_type="application/json").json()
    post(office, f"/notices/{draft}/issue")
    asked = post(station, f"/notices/{draft}/extensions", {"days": 2, "reason": "缺备件"}, expect=201)["id"]
    post(station, f"/extensions/{asked}/take-back", {"reason": "到了"})
    asked = post(station, f"/notices/{draft}/extensions", {"days": 2, "reason": "缺备件"}, expect=201)["id"]
    post(checker, f"/extensions/{asked}/refuse", {"reason": "库存充足"})
    asked = post(station, f"/notices/{draft}/extensions", {"days": 2, "reason": "真缺"}, expect=201)["id"]
    granted = post(checker, f"/extensions/{asked}/approve")
    post(station, f"/notices/{draft}/reply", ANSWER, expect=201)
    post(station, f"/notices/{draft}/retract", {"reason": "写漏"})
    post(station, f"/notices/{draft}/reply", ANSWER, expect=201)
    post(checker, f"/notices/{draft}/return", {"reason": "原因不清"})
    post(station, f"/notices/{draft}/reply", ANSWER, expect=201)
    post(checker, f"/notices/{draft}/verify", {"verdict": "not_effective", "evidence": "仍有"}, expect=201)
    post(station, f"/notices/{draft}/reply", ANSWER, expect=201)
    post(checker, f"/notices/{draft}/verify", {"verdict": "effective", "evidence": "好"}, expect=201)
    post(checker, f"/notices/{draft}/reopen", {"reason": "回头看"})
    last = post(office, f"/notices/{draft}/withdraw", {"reason": "并入专项整治"})

    assert edited["requirement"] == "每站报站"
    assert granted["state"] == "approved"
    assert (last["state"], last["cycle"], len(last["replies"])) == ("withdrawn", 3, 4)
    assert Finding.objects.get(pk=finding.pk).state == "open"


def test_every_branch_of_an_action(house: House) -> None:
    office, station, checker = caller("office"), caller("station"), caller("checker")
    finding = raise_finding(house)
    owner = house.person(house.deputy).pk
    plan = {"kind": "preventive", "title": "月度考核", "owner_id": owner, "due_on": "2025-10-20"}

    pk = post(station, f"/findings/{finding.pk}/actions", plan, expect=201)["id"]
    post(station, f"/actions/{pk}/reschedule", {"owner_id": owner, "due_on": "2025-10-30", "reason": "人手"})
    post(station, f"/actions/{pk}/cancel", {"reason": "并入"})
    post(station, f"/actions/{pk}/revive", {"reason": "还是要做"})
    post(station, f"/actions/{pk}/done", {"result": "已考核"})
    post(checker, f"/actions/{pk}/send-back", {"reason": "缺记录"})
    post(station, f"/actions/{pk}/done", {"result": "已考核,附记录"})
    own = post(caller("deputy"), f"/actions/{pk}/verify", expect=409)
    last = post(checker, f"/actions/{pk}/verify")

    assert own["code"] == "action_not_allowed"
    assert (last["state"], last["due_on"]) == ("verified", "2025-10-30")
    listed = office.get(f"{BASE}/findings/{finding.pk}/actions").json()
    assert [row["id"] for row in listed["items"]] == [pk]


def test_lists_are_narrowed_and_scoped(house: House) -> None:
    issue(house)
    raise_finding(house, unit=house.world.south)

    everything = caller("office").get(f"{BASE}/findings").json()
    stranger = caller("stranger").get(f"{BASE}/findings").json()
    narrowed = caller("office").get(f"{BASE}/findings?state=in_rectification&unit_id={house.north.pk}").json()
    notices = caller("office").get(f"{BASE}/notices?state=issued").json()

    assert (everything["count"], stranger["count"], narrowed["count"], notices["count"]) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/findings/{finding}"),
        ("post", "/findings/{finding}/dismiss"),
        ("get", "/notices/{notice}"),
        ("post", "/notices/{notice}/reply"),
        ("post", "/notices/{notice}/withdraw"),
        ("post", "/notices/{notice}/extensions"),
    ],
)
def test_a_strangers_record_does_not_exist(house: House, method: str, path: str) -> None:
    notice = answered(house)
    url = BASE + path.format(finding=notice.finding_id, notice=notice.pk)
    body = {**ANSWER, "reason": "x", "days": 1}

    stranger = getattr(caller("stranger"), method)(url, body, content_type="application/json")
    nobody = getattr(Client(), method)(url, body, content_type="application/json")

    assert (stranger.status_code, nobody.status_code) == (404, 401)
    assert Notice.objects.get(pk=notice.pk).state == "replied"


def test_insider_without_the_right_is_refused(house: House) -> None:
    notice = issue(house)

    answer = caller("reader").post(f"{BASE}/notices/{notice.pk}/reply", ANSWER, content_type="application/json")

    assert answer.status_code == 403


def test_a_unit_outside_ones_scope_cannot_be_named(house: House) -> None:
    given = {"unit_id": house.north.pk, "title": "x", "fact": "y", "severity": "major"}

    refused = post(caller("stranger"), "/findings", given, expect=422)

    assert refused["place"] == "unit_id"


def test_bad_input_names_its_place(house: House) -> None:
    given = {"unit_id": house.north.pk, "title": "x", "fact": " ", "severity": "huge"}

    assert post(caller("office"), "/findings", given, expect=422)["place"] == "fact"
    assert post(caller("office"), "/findings", given | {"fact": "y"}, expect=422)["place"] == "severity"


def test_plan_rules_are_read_and_set(house: House) -> None:
    office = caller("office")

    office.put(f"{BASE}/plan-rules/major", {"required": ["funds", "measures"]}, content_type="application/json")

    rules = {row["severity"]: row["required"] for row in office.get(f"{BASE}/plan-rules").json()}
    assert rules["major"] == ["measures", "funds"]
    refused = caller("station").put(f"{BASE}/plan-rules/major", {"required": []}, content_type="application/json")
    assert refused.status_code == 403


def test_more_time_after_the_deadline_is_refused(house: House) -> None:
    notice = issue(house)
    services.notice_move_due(notice=notice, due_at=THURSDAY, is_provisional=False, at=THURSDAY)

    refused = post(caller("station"), f"/notices/{notice.pk}/extensions", {"days": 2, "reason": "迟了"}, expect=409)

    assert refused["code"] == "action_not_allowed"


def test_need_runs_through_the_api(house: House) -> None:
    office, checker = caller("office"), caller("checker")
    given = {
        "unit_id": house.north.pk,
        "title": "末班车延长",
        "description": "夜班工人没车",
        "source_kind": "survey",
        "kano_counts": {"M": 30, "O": 12},
    }

    need = post(office, "/needs", given, expect=201)
    way = f"/needs/{need['id']}"
    finding = raise_finding(house)
    post(office, f"{way}/findings", {"finding_id": finding.pk}, expect=201)
    post(office, f"{way}/study", {"study": "约 400 人"})
    unrated = post(office, f"{way}/accept", {"decision": "做"}, expect=409)
    rated = post(office, f"{way}/rate", {"urgency": 4, "effect": 5, "capability": 3})
    owner = house.person(house.station).pk
    post(office, f"{way}/accept", {"decision": "做", "owner_id": owner, "due_on": "2026-04-30"})
    post(office, f"{way}/start")
    post(office, f"{way}/meet", {"met_note": "已延长"})
    own = post(office, f"{way}/review", {"review_note": "好"}, expect=409)
    done = post(checker, f"{way}/review", {"review_note": "每晚 120 人"})

    assert (need["kano_class"], rated["priority"], done["state"]) == ("M", 60, "reviewed")
    assert (unrated["code"], own["code"]) == ("action_not_allowed", "action_not_allowed")
    assert done["finding_ids"] == [finding.pk]
    assert caller("stranger").get(f"{BASE}{way}").status_code == 404
    assert caller("reader").post(f"{BASE}{way}/start", {}, content_type="application/json").status_code == 403
    listed = office.get(f"{BASE}/needs?kano_class=M&priority_min=50").json()
    assert [row["id"] for row in listed["items"]] == [need["id"]]
