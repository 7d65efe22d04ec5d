"""The pages: who may open them, and the main job by clicking."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from bihuan.accounts.models import User
from bihuan.foundation.actor import system_actor
from bihuan.rectification import selectors, services
from bihuan.rectification.models import Action, ExtensionRequest, Finding, Notice
from bihuan.rectification.urls import urlpatterns
from tests.db.rectification.house import ANSWER, FIVE, THURSDAY, House, issue, raise_finding

RECORDS = {"findings": Finding, "notices": Notice, "extensions": ExtensionRequest, "actions": Action}
WITH_RECORD = [pattern.name for pattern in urlpatterns if "<int:pk>" in str(pattern.pattern)]
WITHOUT_RECORD = [pattern.name for pattern in urlpatterns if "<" not in str(pattern.pattern)]


def browser(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def address(house: House, name: str) -> str:
    kind = str(next(p.pattern for p in urlpatterns if p.name == name)).split("/")[0]
    notice = issue(house)
    if kind == "findings":
        pk = notice.finding_id
    elif kind == "notices":
        pk = notice.pk
    elif kind == "extensions":
        asked = services.extension_ask(actor=house.station, notice=notice, days=3, reason="缺备件", at=THURSDAY)
        pk = asked.pk
    elif kind in {"needs", "need-links"}:
        need = services.need_register(
            actor=system_actor("setup"), unit=house.north, title="夜班车", description="下班没车"
        )
        link = services.need_link(actor=system_actor("setup"), need=need, finding=notice.finding)
        pk = need.pk if kind == "needs" else link.pk
    else:
        action = services.action_plan(
            actor=house.office,
            finding=notice.finding,
            kind="corrective",
            title="考核",
            owner=house.person(house.deputy),
            due_on=THURSDAY.date(),
        )
        pk = action.pk
    return reverse(f"rectification:{name}", kwargs={"pk": pk})


@pytest.mark.parametrize("name", WITH_RECORD)
def test_page_of_a_record_opens_for_its_people_only(house: House, name: str) -> None:
    url = address(house, name)

    insider = browser("office").get(url).status_code
    stranger = browser("stranger").get(url).status_code
    nobody = Client().get(url).status_code

    assert (insider, stranger, nobody) == (200, 404, 302)


READ_ONLY = {"finding", "notice", "notice-print", "notice-docx", "notice-pdf", "need"}


@pytest.mark.parametrize("name", [name for name in WITH_RECORD if name not in READ_ONLY])
def test_reader_of_the_unit_may_look_but_not_act(house: House, name: str) -> None:
    url = address(house, name)

    answer = browser("reader")

    assert answer.get(url).status_code == 403
    assert answer.post(url, {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", WITHOUT_RECORD)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_without_a_record_opens(house: House, name: str, language: str) -> None:
    issue(house)
    client = browser("office")
    client.cookies["django_language"] = language

    assert client.get(reverse(f"rectification:{name}")).status_code == 200


def test_lists_hold_only_what_the_reader_may_see(house: House) -> None:
    issue(house)
    raise_finding(house, unit=house.world.south, title="城南的问题")

    seen = browser("reader").get(reverse("rectification:findings")).content.decode()

    assert "3 路不报站" in seen
    assert "城南的问题" not in seen


@pytest.mark.parametrize(
    "query",
    [
        "state=open&state=in_rectification",
        "waits_for=unit",
        "overdue=true",
        "severity=major",
        "older_than=2",
        "raised_from=2025-09-01&raised_to=2025-12-31",
        "q=报站",
        "recurring=true",
        "sort=unit",
        "sort=-age",
        "columns=number&columns=title",
    ],
)
def test_findings_can_be_narrowed_and_sorted(house: House, query: str) -> None:
    issue(house)

    answer = browser("office").get(f"{reverse('rectification:findings')}?{query}")

    assert answer.status_code == 200


def test_overdue_filter_shows_the_late_ones(house: House) -> None:
    issue(house)  # its deadline passed in October 2025
    raise_finding(house, title="另一件", dimension="x", clause="y")

    seen = browser("office").get(f"{reverse('rectification:findings')}?overdue=true").content.decode()

    assert "3 路不报站" in seen
    assert "另一件" not in seen


def test_export_holds_exactly_what_is_filtered(house: House) -> None:
    issue(house)
    raise_finding(house, title="另一件", severity="ordinary")

    answer = browser("office").get(f"{reverse('rectification:findings')}?severity=ordinary&export=csv")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "另一件" in lines[1]


def post(client: Client, name: str, pk: int, **data: Any) -> str:
    answer = client.post(reverse(f"rectification:{name}", kwargs={"pk": pk}), data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"])


def test_main_job_by_clicking_from_a_survey_row_to_the_closed_loop(house: House) -> None:
    office, station, checker = browser("office"), browser("station"), browser("checker")
    figures = {"figures": [{"label": "响应性", "value": 3.62, "low": 3.41, "high": 3.83, "n": 118}]}
    with translation.override("zh-hans"):
        link = selectors.raise_url(
            title="3 路响应性低",
            fact="均分 3.62",
            unit=house.north,
            severity="major",
            evidence=figures,
            source=house.north.reference,
            source_label="十月调查",
        )

    form = office.get(link)
    assert "3.62" in form.content.decode()
    sent = {**form.context["form"].initial, "unit": house.north.pk}
    raised = office.post(reverse("rectification:finding-raise"), sent)
    finding = Finding.objects.get()
    assert raised["Location"] == finding.get_absolute_url()
    assert (finding.evidence, finding.source_label) == (figures, "十月调查")

    drafted = post(
        office, "notice-draft", finding.pk, title="3 路响应性低", requirement="提高响应", reply_policy="notice_reply"
    )
    notice = Notice.objects.get()
    assert drafted == notice.get_absolute_url()
    post(office, "notice-issue", notice.pk)
    post(station, "notice-acknowledge", notice.pk)
    plan = {f"plan_{part}": text for part, text in FIVE.items()}
    answer = {name: ANSWER[name] for name in ("cause", "category", "correction", "prevention")}
    post(station, "notice-reply", notice.pk, whys="没有报站\n没有人检查", **answer, **plan)
    refused = station.post(
        reverse("rectification:notice-verify", kwargs={"pk": notice.pk}), {"verdict": "effective", "evidence": "好"}
    )
    assert refused.status_code == 409
    post(checker, "notice-verify", notice.pk, verdict="effective", evidence="抽查 12 班全部及时")

    finding.refresh_from_db()
    notice.refresh_from_db()
    assert (finding.state, notice.state) == ("closed", "closed")
    assert notice.number.endswith("-0001")
    page = checker.get(notice.get_absolute_url()).content.decode()
    assert "抽查 12 班全部及时" in page


def test_an_answer_that_leaves_out_a_needed_part_comes_back_at_its_field(house: House) -> None:
    notice = issue(house, severity="hidden_risk")
    url = reverse("rectification:notice-reply", kwargs={"pk": notice.pk})

    answer = browser("station").post(url, {"cause": "x", "category": "people", "correction": "x", "prevention": "x"})

    assert answer.status_code == 422
    assert "plan_funds" in answer.context["form"].errors


def test_changed_figures_are_refused_when_a_finding_is_raised(house: House) -> None:
    given = {"unit": house.north.pk, "title": "x", "fact": "y", "severity": "major", "evidence": "forged"}

    answer = browser("office").post(reverse("rectification:finding-raise"), given)

    assert answer.status_code == 422
    assert not Finding.objects.exists()


def test_word_file_says_what_the_notice_says(house: House) -> None:
    notice = issue(house)
    client = browser("office")
    client.cookies["django_language"] = "zh-hans"

    answer = client.get(reverse("rectification:notice-docx", kwargs={"pk": notice.pk}))

    text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(answer.content)).paragraphs)
    for part in ("ZG-2025-0001", "整改通知单", "North", "服务规范 4.2", "每站报站,连续两周抽查合格", "10月11日 24:00"):
        assert part in text
    assert "ZG-2025-0001" in answer["Content-Disposition"]


def test_administrator_sets_the_five_fixed_check_on_its_page(house: House) -> None:
    client = browser("office")

    client.post(reverse("rectification:plan-rules"), {"ordinary": [], "major": ["funds"], "hidden_risk": ["measures"]})

    assert selectors.plan_required("major") == ["funds"]
    assert browser("reader").get(reverse("rectification:plan-rules")).status_code == 403


def test_ready_made_views_narrow_the_list_and_mark_themselves(house: House) -> None:
    issue(house)
    raise_finding(house, title="另一件", dimension="x", clause="y")
    client = browser("office")

    views = client.get(reverse("rectification:findings")).context["saved_views"]
    held = client.get(next(view["url"] for view in views if view["url"].endswith("waits_for=unit")))

    assert [view["active"] for view in views] == [True, False, False, False, False, False]
    assert [view["active"] for view in held.context["saved_views"]] == [False, False, False, True, False, False]
    assert "3 路不报站" in held.content.decode()
    assert "另一件" not in held.content.decode()
