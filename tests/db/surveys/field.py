"""A survey in the field for tests: a form, a campaign, people of the office."""

from __future__ import annotations

from typing import Any

from bihuan.foundation.actor import Actor
from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import InstrumentVersion
from bihuan.instruments.services import instrument_publish, instrument_with_version
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.models import Campaign, Door
from bihuan.surveys.permissions import CONTACTS, EXPORT, FIELD, MANAGE, VIEW
from bihuan.surveys.services.campaigns import campaign_create, campaign_open
from bihuan.surveys.services.doors import door_add
from tests.kit import make_actor

RIGHTS = (VIEW, MANAGE, FIELD, CONTACTS, EXPORT, "organisation.view", "instruments.view", "instruments.publish")

BODY: dict[str, Any] = {
    "title": "乘车满意度",
    "languages": ["zh-hans", "en"],
    "scales": [{"code": "five", "low": 1, "high": 5, "labels": {"1": "很不满意", "5": "非常满意"}}],
    "sections": [
        {
            "code": "a",
            "items": [
                {"code": "rider", "type": "choice", "label": "您是", "is_required": True,
                 "choices": [{"code": "commuter", "label": "通勤"}, {"code": "visitor", "label": "游客"}]},
                {"code": "clean", "type": "rating", "scale_code": "five", "label": "车厢整洁", "is_required": True},
                {"code": "polite", "type": "rating", "scale_code": "five", "label": "司机礼貌"},
                {"code": "why", "type": "text", "label": "为什么不满意",
                 "visible_if": {"item": "clean", "op": "<=", "value": 2}},
                {"code": "lines", "type": "multiple", "label": "常乘线路",
                 "choices": [{"code": "l1", "label": "1路"}, {"code": "l2", "label": "2路"}]},
                {"code": "rides", "type": "number", "label": "每周乘车次数", "lowest": 0, "highest": 99},
            ],
        }
    ],
}  # fmt: skip


def make_office(unit: OrgUnit, name: str = "office", rights: tuple[str, ...] = RIGHTS) -> Actor:
    return make_actor(name, unit=unit, permissions=rights)


def make_form(unit: OrgUnit, body: dict[str, Any] | None = None, title: str = "乘车满意度") -> InstrumentVersion:
    with system_scope("setup"):
        actor = Actor("system", "test")
        made = instrument_with_version(
            actor=actor, unit=unit, title=title, kind="questionnaire", body=body or BODY, note="first"
        )
        return made.versions.get()


def next_form(version: InstrumentVersion, body: dict[str, Any]) -> InstrumentVersion:
    with system_scope("setup"):
        return instrument_publish(
            instrument=version.instrument, actor=Actor("system", "test"), body=body, note="changed"
        )


def make_campaign(actor: Actor, unit: OrgUnit, **values: Any) -> Campaign:
    version = values.pop("version", None) or make_form(unit)
    return campaign_create(actor=actor, unit=unit, title=values.pop("title", "年度满意度"), version=version, **values)


def make_open(actor: Actor, unit: OrgUnit, **values: Any) -> tuple[Campaign, Door]:
    campaign = make_campaign(actor, unit, **values)
    door = door_add(campaign=campaign, actor=actor, kind="link", label="web")
    return campaign_open(campaign=campaign, actor=actor), door


def make_bus(unit: OrgUnit, code: str, line: Asset | None = None, kind: str = "vehicle") -> Asset:
    with system_scope("setup"):
        return Asset.objects.create(
            kind=kind, code=code, name=f"bus {code}", unit=unit, org_path=unit.org_path, line=line
        )
