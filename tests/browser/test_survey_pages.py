"""Pages of a survey in the field with answers on them: AA, no sideways scroll, and a phone page of bearable length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.urls import reverse

from bihuan.config.founding import found
from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import FormDraft, Instrument
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import CampaignUnit
from bihuan.surveys.services import tally_update
from bihuan.surveys.services.answer_quality import quality_check
from tests.browser.conftest import PASSWORD, Screen
from tests.db.surveys.answered import Field, make_field
from tests.db.surveys.test_campaign_figures import answers, body
from tests.kit import make_unit, recorded
from tests.rows import make_row

PHONE_MOST = 9_000  # pixels a thumb can be asked to go


@pytest.fixture
def field(transactional_db: None) -> Field:
    """Sixteen stations with thirty answers each, in three segments with weights and on shared buses."""
    found(name="清源公交", username="admin", password=PASSWORD)
    rng = np.random.default_rng(5)
    with system_scope("setup"), recorded():
        company = OrgUnit.objects.get()
        stations = [make_unit(f"第{number}站", parent=company) for number in range(16)]
        asked = body(title="车上评价")
        asked["sections"][0]["items"].append({"code": "said", "label": "还想说什么", "type": "text"})
        made = make_field(company, stations, asked, weights={"a": 0.5, "b": 0.3, "c": 0.2}, target=600)
        for unit in stations:
            CampaignUnit.objects.create(campaign=made.campaign, unit=unit, target=40, org_path=unit.org_path)
        given: list[dict[str, Any]] = [dict(one) for one in answers(rng, 480)]
        for one in given[:30]:
            one["said"] = "等了很久，车厢不干净"
        made.put(given, rng, segments=("a", "b", "c"), days=20)
        tally_update(campaign=made.campaign)
        quality_check(campaign=made.campaign)
    return made


def addresses(field: Field) -> list[str]:
    one = {"pk": field.campaign.pk}
    names = ("campaign", "campaign-results", "campaign-progress", "campaign-quality", "flagged-answers")
    found_here = [reverse(f"surveys:{name}", kwargs=one) for name in (*names, "campaign-exports", "campaign-doors")]
    return [*found_here, reverse("surveys:campaign-rows", kwargs=one) + "?table=groups-unit-all"]


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh-CN"), ("phone", "en-GB")])
def test_pages_of_a_survey_with_answers(field: Field, screen: Callable[..., Screen], size: str, language: str) -> None:
    here = screen("admin", size=size, language=language)
    wrong: list[str] = []

    for address in addresses(field):
        here.open(address)
        if here.overflow() > 1:
            wrong.append(f"{address}: {here.overflow()} px too wide")
        wrong += [f"{address}: {violation}" for violation in here.axe()]

    assert wrong == []
    assert here.problems == []


def test_results_on_a_phone_are_folded_and_open_without_a_script(field: Field, screen: Callable[..., Screen]) -> None:
    here = screen("admin", size="phone")
    page = here.open(reverse("surveys:campaign-results", kwargs={"pk": field.campaign.pk}))
    length = page.evaluate("document.documentElement.scrollHeight")

    page.locator("#dimensions details.survey-long > summary").click()

    assert length <= PHONE_MOST
    assert page.locator("#dimensions table").is_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_form_editor_with_questions(field: Field, screen: Callable[..., Screen], size: str) -> None:
    with system_scope("setup"):
        instrument = Instrument.objects.get()
        if not FormDraft.objects.filter(instrument=instrument).exists():
            make_row(FormDraft, instrument.unit, instrument=instrument, body=field.version.body)
    here = screen("admin", size=size)

    here.open(reverse("instruments:edit", kwargs={"pk": instrument.pk}))

    assert here.axe() == []
    assert here.overflow() <= 1
    assert here.problems == []
