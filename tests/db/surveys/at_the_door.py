"""A survey at the door for tests: a form, a campaign, doors, invitations, quotas."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from bihuan.foundation.scope import system_scope
from bihuan.foundation.secrets import new_secret, secret_hash
from bihuan.instruments.definition import read_definition
from bihuan.instruments.models import Instrument, InstrumentVersion, Response
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import Campaign, Contact, Door, Invitation, QuotaCell, Segment
from bihuan.surveys.services.answering import Submission

FORM: dict[str, Any] = {
    "title": "服务质量调查",
    "languages": ["zh-hans", "en"],
    "translations": {"en": {"title": "Service quality", "item.nps.label": "Would you recommend us?"}},
    "sections": [
        {
            "code": "main",
            "items": [
                {"code": "nps", "label": "您会推荐我们吗？", "type": "nps", "is_required": True},
                {
                    "code": "why",
                    "label": "为什么？",
                    "type": "text",
                    "visible_if": {"item": "nps", "op": "<=", "value": 6},
                },
                {
                    "code": "who",
                    "label": "您是？",
                    "type": "choice",
                    "choices": [{"code": "single", "label": "散客"}, {"code": "pass", "label": "月票"}],
                },
            ],
        }
    ],
}
PAGES: dict[str, Any] = {
    "title": "分页问卷",
    "paging": "sections",
    "sections": [
        {"code": "one", "title": "第一页", "items": [{"code": "nps", "type": "nps", "is_required": True}]},
        {
            "code": "unhappy",
            "title": "抱歉",
            "visible_if": {"item": "nps", "op": "<=", "value": 6},
            "items": [{"code": "why", "type": "text", "is_required": True}],
        },
        {"code": "last", "title": "最后", "items": [{"code": "note", "type": "text"}]},
    ],
}


def make_version(unit: OrgUnit, body: dict[str, Any] | None = None) -> InstrumentVersion:
    definition = read_definition(body or FORM)
    with system_scope("setup"):
        instrument = Instrument.objects.create(unit=unit, title=definition.title, org_path=unit.org_path)
        return InstrumentVersion.objects.create(
            instrument=instrument,
            number=1,
            body=definition.model_dump(mode="json"),
            content_hash=definition.content_hash(),
            note="first",
            published_at=timezone.now(),
            published_by="test",
            org_path=unit.org_path,
        )


def make_campaign(unit: OrgUnit, body: dict[str, Any] | None = None, **more: Any) -> Campaign:
    with system_scope("setup"):
        return Campaign.objects.create(
            **{
                "title": "乘客满意度",
                "unit": unit,
                "org_path": unit.org_path,
                "version_of_form": make_version(unit, body),
                "state": "open",
                "entry": "open",
                **more,
            }
        )


def make_door(campaign: Campaign, kind: str = "link", **more: Any) -> Door:
    with system_scope("setup"):
        values = {"code": new_secret(), "org_path": campaign.org_path, **more}
        return Door.objects.create(campaign=campaign, kind=kind, **values)


def make_invitation(door: Door, **more: Any) -> tuple[Invitation, str]:
    token, number = new_secret(), uuid.uuid4().hex[:8]
    with system_scope("setup"):
        contact = Contact.objects.create(
            unit=door.campaign.unit, name=number, email=f"{number}@example.org", org_path=door.org_path
        )
        values = {"token_hash": secret_hash(token), "org_path": door.org_path, **more}
        return Invitation.objects.create(campaign=door.campaign, door=door, contact=contact, **values), token


def make_segment(campaign: Campaign, code: str, **more: Any) -> Segment:
    with system_scope("setup"):
        return Segment.objects.create(
            campaign=campaign, **{"code": code, "name": code, "org_path": campaign.org_path, **more}
        )


def make_quota(campaign: Campaign, limit: int, **more: Any) -> QuotaCell:
    with system_scope("setup"):
        return QuotaCell.objects.create(campaign=campaign, limit=limit, org_path=campaign.org_path, **more)


def answers(nps: str = "9", **more: Any) -> Submission:
    values = {"answers": {"nps": nps}, "client_uuid": uuid.uuid4(), "language": "zh-hans", **more}
    return Submission(**values)


def stored(campaign: Campaign) -> list[Response]:
    with system_scope("setup"):
        return list(Response.objects.filter(collection=campaign.collection).order_by("pk"))


def yesterday() -> Any:
    return timezone.now() - timedelta(days=1)


def tomorrow() -> Any:
    return timezone.now() + timedelta(days=1)
