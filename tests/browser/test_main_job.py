"""The main job, whole, in a browser: a survey file comes in, the loop page shows the finding closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from bihuan.accounts.models import User
from bihuan.config.founding import found
from bihuan.foundation.permissions import declared
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit
from bihuan.rectification.models import Finding, Notice
from tests.browser.conftest import PASSWORD, Screen, person_with, send
from tests.kit import make_unit

KIOSK = str(files("bihuan.surveys") / "samples" / "kiosk.csv")
CODEBOOK = str(files("bihuan.surveys") / "samples" / "kiosk_codebook.csv")
ANSWER_RIGHTS = ["findings.view", "notices.view", "notices.reply", "actions.manage", "organisation.view"]


@pytest.fixture
def station(transactional_db: None) -> OrgUnit:
    found(name="清源公交", username="admin", password=PASSWORD)
    with system_scope("setup"):
        company = OrgUnit.objects.get()
    unit = make_unit("城北站", parent=company)
    person_with("head", unit, ANSWER_RIGHTS)
    person_with("checker", company, sorted(declared()))
    return unit


def finding_id(page: Page) -> int:
    match = re.search(r"/findings/(\d+)/", page.url)
    assert match, page.url
    return int(match[1])


def test_from_a_survey_file_to_a_closed_loop(station: OrgUnit, screen: Callable[..., Screen]) -> None:
    office = screen("admin")

    # The file comes in and says what its columns are.
    page = office.open("/surveys/upload/")
    page.locator("[name=codebook]").set_input_files(CODEBOOK)
    send(page, file=KIOSK)
    assert "/columns/" in page.url, page.locator("main").inner_text()[:500]

    # The mapping is confirmed as proposed; results come out with their uncertainty.
    send(page, title="自助机满意度调查", unit=str(station.parent_id))
    call_command("db_worker", batch=True, verbosity=0)
    page.reload()
    results = page.locator("main").inner_text()
    assert "n = " in results or "n=" in results.replace(" ", "")

    # A weak point becomes a finding, its figures carried along.
    assert page.locator("a.survey-raise").count(), page.locator("main").inner_text()[:1500]
    page.locator("a.survey-raise").first.click()
    page.wait_for_load_state("load")
    send(page, title="操作不便,低于期望", severity="major", unit=str(station.pk))
    number = finding_id(page)
    with system_scope("setup"):
        finding = Finding.objects.get(pk=number)
    assert finding.evidence

    # The finding becomes a numbered notice with a working-day deadline.
    page = office.open(f"/rectification/findings/{number}/notice/")
    send(page, requirement="查明原因,限期整改")
    with system_scope("setup"):
        notice = Notice.objects.get(finding=finding)
    page = office.open(f"/rectification/notices/{notice.pk}/issue/")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state("load")
    with system_scope("setup"):
        notice.refresh_from_db()
    assert notice.number
    assert notice.due_at is not None
    assert office.open(f"/rectification/notices/{notice.pk}/print/").locator("body").inner_text().count(notice.number)

    # The unit answers.
    unit = screen("head", size="phone")
    page = unit.open(f"/rectification/notices/{notice.pk}/reply/")
    plan = dict.fromkeys(
        page.locator("main form textarea[name^=plan_]").evaluate_all("all => all.map(f => f.name)"), "已落实"
    )
    send(
        page,
        cause="菜单层级过深",
        category="method",
        correction="已简化首页",
        prevention="每季度做一次易用性测试",
        **plan,
    )
    with system_scope("setup"):
        notice.refresh_from_db()
    assert notice.state == "replied", page.locator("main").inner_text()[:800]

    # Somebody else verifies; the loop page shows it closed.
    checker = screen("checker")
    page = checker.open(f"/rectification/notices/{notice.pk}/verify/")
    send(page, evidence="抽查 20 次操作,均在 1 分钟内完成", verdict="effective")
    with system_scope("setup"):
        finding.refresh_from_db()
    assert finding.state == "closed", page.locator("main").inner_text()[:800]
    loop = checker.open("/loop/").locator("main").inner_text()
    assert "100" in loop

    assert office.problems == []
    assert unit.problems == []
    assert checker.problems == []


def test_whoever_answered_cannot_verify(station: OrgUnit, screen: Callable[..., Screen]) -> None:
    from tests.kit import recorded
    from tests.rows import make_row

    person_with("both", station, sorted(declared()))
    with system_scope("setup"), recorded():
        finding = make_row(Finding, station, state="answered", severity="major")
        notice = make_row(
            Notice, station, finding=finding, state="replied", replied_by=User.objects.get(username="both")
        )
    here = screen("both")

    page = here.open(f"/rectification/notices/{notice.pk}/verify/")
    if page.locator("[name=verdict]").count():
        send(page, evidence="自己看过", verdict="effective")

    with system_scope("setup"):
        notice.refresh_from_db()
    assert notice.state == "replied"
