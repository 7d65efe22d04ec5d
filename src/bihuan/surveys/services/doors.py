"""Ways into a survey: links, QR codes for whole fleets, kiosks, frames, paper, telephone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.models import Campaign, Door
from bihuan.surveys.services.campaigns import campaign_edit
from bihuan.surveys.services.fielding import require_living

# Without 0 o 1 i l and u: read aloud, written by hand or printed small, no two of them are taken for each other.
ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 11  # 54 bits
BATCH = 500
# Where it matters whose customers answer, yet one way in of a kind is enough for a unit.
ONE_OF_A_KIND = {Door.Kind.EMAIL, Door.Kind.PAPER, Door.Kind.PHONE, Door.Kind.API}


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def door_path(campaign: Campaign, unit: OrgUnit | None, asset: Asset | None) -> str:
    if asset is not None:
        return asset.unit.org_path
    return unit.org_path if unit is not None else campaign.org_path


@transaction.atomic
def door_add(
    *,
    campaign: Campaign,
    actor: Actor,
    kind: str,
    label: str = "",
    unit: OrgUnit | None = None,
    asset: Asset | None = None,
    ancestors: Iterable[str] | None = None,
) -> Door:
    """Make one way in. Asking again for the same asset, or for a channel there is one of, gives the one there is."""
    require_living(campaign, actor)
    if kind not in Door.Kind.values:
        raise BadInputError(_("There is no such channel."), place="kind")
    path = door_path(campaign, unit, asset)
    if not path.startswith(campaign.org_path):
        place = "asset" if asset else "unit"
        raise BadInputError(_("It belongs to a unit outside the survey's responsible unit."), place=place)
    if kind == Door.Kind.FRAME:
        sites = list(campaign.frame_ancestors) if ancestors is None else list(ancestors)
        if not sites:
            raise BadInputError(_("Name the sites that may show the survey."), place="ancestors")
        campaign_edit(campaign=campaign, actor=actor, frame_ancestors=sites)
    same = same_door(campaign, kind, unit, asset)
    if same is not None:
        return door_switch(door=same, actor=actor, is_active=True)
    try:
        with transaction.atomic():
            door = Door.objects.create(
                campaign=campaign,
                org_path=path,
                kind=kind,
                code=new_code(),
                label=label.strip()[:100],
                unit=unit,
                asset=asset,
            )
    except IntegrityError:  # somebody pressed at the same moment
        found = same_door(campaign, kind, unit, asset)
        if found is None:
            raise
        return found
    activity(campaign, "add_door", actor=actor, after={"channel": kind, "label": door.title})
    return door


def same_door(campaign: Campaign, kind: str, unit: OrgUnit | None, asset: Asset | None) -> Door | None:
    rows = Door.objects.filter(campaign=campaign, kind=kind)
    if asset is not None:
        return rows.filter(asset=asset).first()
    return rows.filter(unit=unit, asset=None).first() if kind in ONE_OF_A_KIND else None


@dataclass(frozen=True)
class DoorsMade:
    """What became of a whole fleet: ``made`` new codes, ``there`` had one already, ``woken`` were switched on again."""

    made: int
    there: int
    woken: int


def assets_of(
    campaign: Campaign, *, kinds: Iterable[str], units: Iterable[OrgUnit] = (), lines: Iterable[Asset] = ()
) -> QuerySet[Asset]:
    """Assets in service of these kinds, of the units (and below) or on the lines; of neither: of the whole survey."""
    rows = Asset.objects.filter(is_active=True, kind__in=list(kinds), org_path__within=campaign.org_path)
    where = Q()
    for unit in units:
        where |= Q(org_path__within=unit.org_path)
    line_ids = [line.pk for line in lines]
    if line_ids:
        where |= Q(line_id__in=line_ids) | Q(pk__in=line_ids)
    return rows.filter(where)


@transaction.atomic
def doors_for_assets(
    *,
    campaign: Campaign,
    actor: Actor,
    kinds: Iterable[str],
    units: Iterable[OrgUnit] = (),
    lines: Iterable[Asset] = (),
    kind: str = Door.Kind.QR,
) -> DoorsMade:
    """A code for every chosen asset. Doing it again makes only what is missing: stickers in use stay good."""
    require_living(campaign, actor)
    assets = assets_of(campaign, kinds=kinds, units=units, lines=lines)
    wanted = dict(assets.values_list("pk", "org_path"))
    if not wanted:
        raise BadInputError(_("There is no such asset in service."), place="kinds")
    there = dict(
        Door.objects.filter(campaign=campaign, kind=kind, asset__isnull=False).values_list("asset_id", "is_active")
    )
    missing = iter([key for key in wanted if key not in there])
    while batch := list(islice(missing, BATCH)):
        Door.objects.bulk_create(
            [
                Door(campaign=campaign, org_path=wanted[key], kind=kind, code=new_code(), asset_id=key, label="")
                for key in batch
            ],
            ignore_conflicts=True,
        )
    asleep = [key for key in wanted if there.get(key) is False]
    woken = Door.objects.filter(campaign=campaign, kind=kind, asset__in=asleep).update(is_active=True)
    made = len([key for key in wanted if key not in there])
    if made or woken:
        activity(campaign, "add_doors", actor=actor, after={"made": made, "woken": woken})
    return DoorsMade(made, len(wanted) - made - woken, woken)


@transaction.atomic
def door_switch(*, door: Door, actor: Actor, is_active: bool, reason: str = "") -> Door:
    """Open or shut one way in; answers already given stay."""
    campaign = door.campaign
    require_living(campaign, actor)
    if Door.objects.filter(pk=door.pk, is_active=not is_active).update(is_active=is_active):
        door.is_active = is_active
        action = "door_on" if is_active else "door_off"
        activity(campaign, action, actor=actor, after={"label": door.title}, reason=reason)
    return door


@transaction.atomic
def doors_switch(*, campaign: Campaign, actor: Actor, doors: Iterable[Door], is_active: bool, reason: str = "") -> int:
    """Open or shut several ways in at once; returns how many changed."""
    require_living(campaign, actor)
    ids = [door.pk for door in doors if door.campaign_id == campaign.pk]
    count = Door.objects.filter(pk__in=ids, is_active=not is_active).update(is_active=is_active)
    if count:
        action = "door_on" if is_active else "door_off"
        activity(campaign, action, actor=actor, after={"doors": count}, reason=reason)
    return count


@transaction.atomic
def door_rename(*, door: Door, actor: Actor, label: str) -> Door:
    """Give a way in another name; its address stays."""
    require_living(door.campaign, actor)
    before, after = door.label, label.strip()[:100]
    if before != after:
        door.label = after
        door.save(update_fields=["label"])
        activity(door.campaign, "rename_door", actor=actor, before={"label": before}, after={"label": after})
    return door


@transaction.atomic
def door_remove(*, door: Door, actor: Actor) -> Campaign:
    """Take away a way in that nobody could have used yet."""
    campaign = door.campaign
    require_living(campaign, actor)
    if campaign.state != "draft" or door.invitations.exists() or door.paper_batches.exists():
        raise ActionNotAllowedError(_("It may be in use: shut it instead."))
    activity(campaign, "remove_door", actor=actor, after={"label": door.title})
    door.delete()
    return campaign
