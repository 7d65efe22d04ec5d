"""REST: surveys in the field are prepared, opened, given doors and people. The same services as the screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile

from bihuan.foundation.api import Listing, Paging, Requires, answers, listing, visible_or_404
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.reading import DataFileError
from bihuan.instruments.models import InstrumentVersion
from bihuan.instruments.permissions import VIEW as FORMS_VIEW
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.models import Campaign, Door, Mailing, SampleDraw
from bihuan.surveys.permissions import CONTACTS, MANAGE, VIEW
from bihuan.surveys.schemas import campaigns as schemas
from bihuan.surveys.selectors import campaigns as selectors
from bihuan.surveys.services import campaigns as services
from bihuan.surveys.services.contact_files import contacts_import
from bihuan.surveys.services.doors import door_add, door_switch, doors_for_assets
from bihuan.surveys.services.mailings import mailing_plan
from bihuan.surveys.services.sampling import sample_draw

router = Router(tags=["surveys"])


def campaign_out(campaign: Campaign) -> dict[str, Any]:
    return {
        **{
            name: getattr(campaign, name)
            for name in (
                "title",
                "unit_id",
                "state",
                "opens_at",
                "closes_at",
                "anonymity",
                "entry",
                "target",
                "target_basis",
                "previous_id",
            )
        },
        "id": campaign.pk,
        "form_version_id": campaign.version_of_form_id,
        "form": str(campaign.version_of_form),
        "answers": selectors.answers_count(campaign),
        "wanted": selectors.wanted(campaign),
    }


def door_out(door: Door) -> dict[str, Any]:
    return {
        "id": door.pk,
        "kind": door.kind,
        "code": door.code,
        "label": door.label,
        "path": door.get_absolute_url(),
        "unit_id": door.unit_id,
        "asset_id": door.asset_id,
        "is_active": door.is_active,
    }


def found(request: HttpRequest, pk: int, permission: str) -> Campaign:
    rows = Campaign.objects.select_related("unit", "version_of_form__instrument")
    campaign: Campaign = visible_or_404(rows, pk, actor_of(request), permission)
    return campaign


def units_of(request: HttpRequest, ids: list[int], permission: str) -> list[OrgUnit]:
    return [visible_or_404(OrgUnit.objects.all(), pk, actor_of(request), permission) for pk in ids]


@router.get("/campaigns", auth=Requires(VIEW), response=answers(Listing[schemas.CampaignOut]))
def list_campaigns(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.CampaignFilter]) -> Any:
    rows = selectors.campaigns_for(actor_of(request)).order_by("-pk")
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    if wanted.unit_id is not None:
        unit = visible_or_404(OrgUnit.objects.all(), wanted.unit_id, actor_of(request), VIEW)
        rows = rows.filter(org_path__within=unit.org_path)
    return listing(rows, paging, campaign_out)


@router.post("/campaigns", auth=Requires(MANAGE), response=answers(schemas.CampaignOut, 201))
def create_campaign(request: HttpRequest, given: schemas.CampaignIn) -> Any:
    """Prepare a survey; it opens by an act of its own, or by itself at ``opens_at``."""
    actor = actor_of(request)
    unit = visible_or_404(OrgUnit.objects.all(), given.unit_id, actor, MANAGE)
    values = given.dict(exclude={"unit_id", "form_version_id", "previous_id"})
    if given.form_version_id is not None:
        rows = InstrumentVersion.objects.all()
        values["version"] = visible_or_404(rows, given.form_version_id, actor, FORMS_VIEW)
    if given.previous_id is not None:
        values["previous"] = found(request, given.previous_id, VIEW)
    return Status(201, campaign_out(services.campaign_create(actor=actor, unit=unit, **values)))


@router.get("/campaigns/{pk}", auth=Requires(VIEW), response=answers(schemas.CampaignOut))
def get_campaign(request: HttpRequest, pk: int) -> Any:
    return campaign_out(found(request, pk, VIEW))


PLAIN: dict[str, Callable[..., Campaign]] = {
    "open": services.campaign_open,
    "resume": services.campaign_resume,
    "close": services.campaign_close,
    "discard": services.campaign_discard,
}


@router.post("/campaigns/{pk}/acts/{act}", auth=Requires(MANAGE), response=answers(schemas.CampaignOut))
def act_on_campaign(request: HttpRequest, pk: int, act: schemas.Act, given: schemas.ActIn) -> Any:
    """Open, pause, resume, close, open again or discard; 409 where the present state does not allow it."""
    campaign, actor = found(request, pk, MANAGE), actor_of(request)
    if act in PLAIN:
        PLAIN[act](campaign=campaign, actor=actor)
    elif act == "pause":
        services.campaign_pause(campaign=campaign, actor=actor, reason=given.reason)
    else:
        services.campaign_reopen(campaign=campaign, actor=actor, reason=given.reason, closes_at=given.closes_at)
    return campaign_out(campaign)


@router.get("/campaigns/{pk}/doors", auth=Requires(MANAGE), response=answers(Listing[schemas.DoorOut]))
def list_doors(request: HttpRequest, pk: int, paging: Query[Paging]) -> Any:
    campaign = found(request, pk, MANAGE)
    return listing(Door.objects.filter(campaign=campaign).order_by("pk"), paging, door_out)


@router.post("/campaigns/{pk}/doors", auth=Requires(MANAGE), response=answers(schemas.DoorOut, 201))
def add_door(request: HttpRequest, pk: int, given: schemas.DoorIn) -> Any:
    """Asking again for the same asset gives the way in there is."""
    campaign, actor = found(request, pk, MANAGE), actor_of(request)
    unit = units_of(request, [given.unit_id], MANAGE)[0] if given.unit_id is not None else None
    asset = visible_or_404(Asset.objects.all(), given.asset_id, actor, MANAGE) if given.asset_id is not None else None
    door = door_add(
        campaign=campaign,
        actor=actor,
        kind=given.kind,
        label=given.label,
        unit=unit,
        asset=asset,
        ancestors=given.ancestors,
    )
    return Status(201, door_out(door))


@router.post("/campaigns/{pk}/doors/fleet", auth=Requires(MANAGE), response=answers(schemas.FleetOut))
def add_fleet(request: HttpRequest, pk: int, given: schemas.FleetIn) -> Any:
    campaign, actor = found(request, pk, MANAGE), actor_of(request)
    lines = [visible_or_404(Asset.objects.all(), key, actor, MANAGE) for key in given.line_ids]
    made = doors_for_assets(
        campaign=campaign, actor=actor, kinds=given.kinds, units=units_of(request, given.unit_ids, MANAGE), lines=lines
    )
    return vars(made)


@router.post("/campaigns/{pk}/doors/{door_id}/{switch}", auth=Requires(MANAGE), response=answers(schemas.DoorOut))
def switch_door(request: HttpRequest, pk: int, door_id: int, switch: str) -> Any:
    """``on`` opens a way in, ``off`` shuts it."""
    campaign, actor = found(request, pk, MANAGE), actor_of(request)
    if switch not in {"on", "off"}:
        raise HttpError(404, "not found")
    rows = Door.objects.filter(campaign=campaign).select_related("campaign", "asset")
    door = visible_or_404(rows, door_id, actor, MANAGE)
    return door_out(door_switch(door=door, actor=actor, is_active=switch == "on"))


@router.post("/contacts/import", auth=Requires(CONTACTS), response=answers(schemas.ContactImportOut))
def import_contacts(request: HttpRequest, unit_id: Form[int], file: File[UploadedFile]) -> Any:
    """All rows of a CSV or XLSX list or none; 422 names the row and column of what cannot be used."""
    unit = visible_or_404(OrgUnit.objects.all(), unit_id, actor_of(request), CONTACTS)
    try:
        result = contacts_import(actor=actor_of(request), unit=unit, name=file.name or "", content=file.file)  # type: ignore[arg-type]
    except DataFileError as error:
        raise BadInputError(" ".join(str(error).split()), place="file") from error
    return {name: getattr(result, name) for name in ("added", "updated", "same", "repeated")}


def draw_out(draw: SampleDraw) -> dict[str, Any]:
    names = ("channel", "seed", "frame_hash", "frame_size", "drawn", "wanted", "left_out")
    return {"id": draw.pk, **{name: getattr(draw, name) for name in names}}


@router.post("/campaigns/{pk}/draws", auth=Requires(CONTACTS), response=answers(schemas.DrawOut, 201))
def draw_people(request: HttpRequest, pk: int, given: schemas.DrawIn) -> Any:
    """Draw contacts at random by segment and invite them; seed and frame hash let anybody repeat it."""
    campaign, actor = found(request, pk, CONTACTS), actor_of(request)
    segments = list(campaign.segments.filter(code__in=given.segment_codes))
    if len(segments) != len(set(given.segment_codes)):
        raise HttpError(404, "not found")
    draw = sample_draw(
        campaign=campaign,
        actor=actor,
        channel=given.channel,
        n=given.n,
        seed=given.seed,
        units=units_of(request, given.unit_ids, CONTACTS),
        segments=segments,
    )
    return Status(201, draw_out(draw))


@router.post("/campaigns/{pk}/mailings", auth=Requires(CONTACTS), response=answers(schemas.MailingOut, 201))
def plan_mailing(request: HttpRequest, pk: int, given: schemas.MailingIn) -> Any:
    """Plan invitations or a reminder; 409 where mail is not set up or nobody waits for a letter."""
    campaign = found(request, pk, CONTACTS)
    mailing: Mailing = mailing_plan(campaign=campaign, actor=actor_of(request), kind=given.kind, due_at=given.due_at)
    return Status(201, {"id": mailing.pk, "kind": mailing.kind, "state": mailing.state, "due_at": mailing.due_at})
