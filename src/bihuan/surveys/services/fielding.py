"""Whose customers a survey asks, in which groups, and how many of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from bihuan.instruments.definition import ONE_OF, SCALED, Definition, Item, ItemType
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import Campaign, CampaignUnit, Door, PaperBatch, QuotaCell, Segment
from bihuan.surveys.permissions import MANAGE
from servicequality.sampling_plans import apportion

LIVING = ("draft", "open", "paused")
DECIDING = ONE_OF | SCALED | {ItemType.MULTIPLE}


def require_living(campaign: Campaign, actor: Actor) -> None:
    actor.require(MANAGE, campaign.org_path)
    if campaign.state not in LIVING:
        raise ActionNotAllowedError()


@transaction.atomic
def campaign_units_set(*, campaign: Campaign, actor: Actor, targets: Mapping[int, int | None]) -> Campaign:
    """Ask the customers of exactly these units; each may have a number of answers of its own that is wanted."""
    require_living(campaign, actor)
    units = {unit.pk: unit for unit in OrgUnit.objects.filter(pk__in=targets)}
    for key, target in targets.items():
        if key not in units or not units[key].org_path.startswith(campaign.org_path):
            raise BadInputError(_("The survey can only ask customers of the responsible unit and those below it."))
        if target is not None and target < 1:
            raise BadInputError(_("At least one answer must be wanted."), place=f"target{key}")
    rows = {row.unit_id: row for row in CampaignUnit.objects.filter(campaign=campaign).select_related("unit")}
    gone = [row for key, row in rows.items() if key not in targets]
    for row in gone:
        check_unit_unused(campaign, row.unit)
    CampaignUnit.objects.filter(pk__in=[row.pk for row in gone]).delete()
    QuotaCell.objects.filter(campaign=campaign, unit__in=[row.unit_id for row in gone], taken=0, held=0).delete()
    added = [
        CampaignUnit(campaign=campaign, unit=units[key], target=target, org_path=units[key].org_path)
        for key, target in targets.items()
        if key not in rows
    ]
    CampaignUnit.objects.bulk_create(added)
    changed = [row for key, row in rows.items() if key in targets and row.target != targets[key]]
    for row in changed:
        row.target = targets[row.unit_id]
    CampaignUnit.objects.bulk_update(changed, ["target"])
    if added or gone or changed:
        after = {
            "added": [row.unit.name for row in added],
            "removed": [row.unit.name for row in gone],
            "targets": {row.unit.name: row.target for row in changed},
        }
        activity(campaign, "set_units", actor=actor, after={name: value for name, value in after.items() if value})
    return campaign


def check_unit_unused(campaign: Campaign, unit: OrgUnit) -> None:
    used = (
        Door.objects.filter(campaign=campaign, unit=unit).exists()
        or PaperBatch.objects.filter(campaign=campaign, unit=unit).exists()
        or QuotaCell.objects.filter(campaign=campaign, unit=unit, taken__gt=0).exists()
    )
    if used:
        message = _("“%(unit)s” has ways in, paper or answers in this survey and stays in it.")
        raise ActionNotAllowedError(message % {"unit": unit.name})


def deciding_items(definition: Definition) -> list[Item]:
    """Items whose answer can say where somebody belongs."""
    return [item for item in definition.items if item.type in DECIDING]


def answer_words(definition: Definition, item: Item) -> list[tuple[str, str]]:
    """Answers of an item that can decide, as stored and in words."""
    if item.type in SCALED:
        scale = definition.scale_by_code.get(item.scale_code)
        words = scale.labels if scale else {}
        return [
            (str(level), f"{level} {words[level]}" if level in words else str(level)) for level in sorted(item.levels)
        ]
    return [(choice.code, choice.label or choice.code) for choice in item.choices]


def check_deciding(campaign: Campaign, item: str, answers: Iterable[str]) -> list[str]:
    """The answers that put somebody into a segment: of one item, none of them claimed twice."""
    given = [str(answer) for answer in answers]
    if not item:
        return []
    definition = campaign.version_of_form.definition
    known = {one.code: one for one in deciding_items(definition)}
    if item not in known:
        raise BadInputError(_("The form has no such item, or its answers cannot decide."), place="answers")
    if not given:
        raise BadInputError(_("Choose the answers that belong to the segment."), place="answers")
    offered = {code for code, _words in answer_words(definition, known[item])}
    if not set(given) <= offered:
        raise BadInputError(_("The item does not have this answer."), place="answers")
    return given


@transaction.atomic
def segment_save(
    *,
    campaign: Campaign,
    actor: Actor,
    name: str,
    segment: Segment | None = None,
    code: str = "",
    weight: Decimal = Decimal(1),
    sample_share: Decimal | None = None,
    item: str = "",
    answers: Iterable[str] = (),
) -> Segment:
    """Add a segment or change it. Once the survey is open its rule stands: answers were sorted by it already."""
    require_living(campaign, actor)
    if not name.strip():
        raise BadInputError(_("Give the segment a name."), place="name")
    if weight <= 0:
        raise BadInputError(_("A weight is above 0."), place="weight")
    others = Segment.objects.filter(campaign=campaign)
    if segment is not None:
        others = others.exclude(pk=segment.pk)
    if sample_share is not None:
        total = sum((other.sample_share or Decimal(0) for other in others), Decimal(0))
        if not 0 <= sample_share <= 1 or total + sample_share > 1:
            message = _("Together the shares must not exceed 100 %%; %(left)s %% are left.")
            left = f"{max(Decimal(0), (1 - total) * 100).normalize():f}"
            raise BadInputError(message % {"left": left}, place="sample_share")
    values: dict[str, Any] = {
        "name": name.strip()[:100],
        "weight": weight,
        "sample_share": sample_share,
        "item": item,
        "answers": check_deciding(campaign, item, answers),
    }
    claimed = [other for other in others if item and other.item == item and set(other.answers) & set(values["answers"])]
    if claimed:
        message = _("Segment “%(name)s” has one of these answers already.")
        raise BadInputError(message % {"name": claimed[0].name}, place="answers")
    if segment is None:
        if campaign.state != "draft":
            raise ActionNotAllowedError(_("The groups are fixed once the survey has opened."))
        key = (code.strip() or slugify(name, allow_unicode=True))[:40] or f"s{others.count() + 1}"
        if others.filter(code=key).exists():
            raise BadInputError(_("There is a segment with this code already."), place="code")
        segment = Segment.objects.create(campaign=campaign, org_path=campaign.org_path, code=key, **values)
        activity(campaign, "add_segment", actor=actor, after={"segment": segment.name})
        return segment
    if campaign.state != "draft" and (segment.item, list(segment.answers)) != (values["item"], values["answers"]):
        raise ActionNotAllowedError(_("The groups are fixed once the survey has opened."), place="answers")
    before = {key: getattr(segment, key) for key, value in values.items() if getattr(segment, key) != value}
    if before:
        for key in before:
            setattr(segment, key, values[key])
        segment.save(update_fields=list(before))
        told = {f"segment_{key}": value for key, value in before.items() if key in {"name", "weight", "sample_share"}}
        after = {key: values[key.removeprefix("segment_")] for key in told}
        activity(campaign, "edit_segment", actor=actor, before=told, after={"segment": segment.name, **after})
    return segment


@transaction.atomic
def segment_remove(*, segment: Segment, actor: Actor) -> Campaign:
    """Take a segment out while the survey is prepared; its quotas go with it."""
    campaign = segment.campaign
    require_living(campaign, actor)
    if campaign.state != "draft":
        raise ActionNotAllowedError(_("The groups are fixed once the survey has opened."))
    activity(campaign, "remove_segment", actor=actor, after={"segment": segment.name})
    segment.delete()
    return campaign


@dataclass(frozen=True)
class PlannedCell:
    unit: OrgUnit | None
    segment: Segment | None
    limit: int


def quotas_planned(campaign: Campaign, over_percent: int = 0) -> list[PlannedCell]:
    """The numbers wanted, of each unit (or of all together), shared among the segments that have a share."""
    units = list(campaign.units.select_related("unit"))
    segments = [segment for segment in campaign.segments.all() if segment.sample_share]
    per_unit = campaign.target_basis == Campaign.TargetBasis.UNIT
    rows: list[tuple[OrgUnit | None, int]] = [
        (row.unit, row.target or campaign.target) for row in units if row.target or per_unit
    ] or [(None, campaign.target)]
    planned = []
    for unit, target in rows:
        total = target + -(-target * over_percent // 100)
        if not segments:
            planned.append(PlannedCell(unit, None, total))
            continue
        parts = apportion(total, {segment.code: float(segment.sample_share or 0) for segment in segments})
        planned += [PlannedCell(unit, segment, parts[segment.code]) for segment in segments]
    return planned


@transaction.atomic
def quotas_generate(*, campaign: Campaign, actor: Actor, over_percent: int = 0) -> int:
    """Make a quota of every number wanted; returns how many. Nothing goes below what has been taken or is held.

    Once the survey is open a limit only rises and none disappears: people were let in or turned away by it.
    """
    require_living(campaign, actor)
    if not 0 <= over_percent <= 500:
        raise BadInputError(_("A whole number from 0 to 500 is needed."), place="over_percent")
    is_draft = campaign.state == "draft"
    cells = {(cell.unit_id, cell.segment_id): cell for cell in QuotaCell.objects.filter(campaign=campaign)}
    planned = quotas_planned(campaign, over_percent)
    wanted = {(one.unit.pk if one.unit else None, one.segment.pk if one.segment else None): one for one in planned}
    if not is_draft and set(wanted) - set(cells):
        message = _("New quotas cannot be added while people answer; raise the limits there are.")
        raise ActionNotAllowedError(message)
    for key, cell in cells.items():
        if key in wanted:
            limit = wanted[key].limit if is_draft else max(wanted[key].limit, cell.limit)
            QuotaCell.objects.filter(pk=cell.pk, limit__lte=limit).update(limit=limit)
            QuotaCell.objects.filter(pk=cell.pk, limit__gt=limit, taken__lte=limit - F("held")).update(limit=limit)
        elif is_draft:
            cell.delete()
    QuotaCell.objects.bulk_create(
        QuotaCell(
            campaign=campaign,
            unit=one.unit,
            segment=one.segment,
            limit=one.limit,
            org_path=one.unit.org_path if one.unit else campaign.org_path,
        )
        for key, one in wanted.items()
        if key not in cells
    )
    activity(campaign, "generate_quotas", actor=actor, after={"cells": len(wanted), "over_percent": over_percent})
    return len(wanted)


@transaction.atomic
def quota_set(*, cell: QuotaCell, actor: Actor, limit: int) -> QuotaCell:
    """Change one limit: never below what is taken or held, and while people answer only upwards."""
    campaign = cell.campaign
    require_living(campaign, actor)
    if limit == cell.limit:
        return cell
    if limit < cell.taken + cell.held or limit < 0:
        message = _("%(count)s places are taken or held already.")
        raise BadInputError(message % {"count": cell.taken + cell.held}, place="limit")
    if campaign.state != "draft" and limit < cell.limit:
        raise BadInputError(_("While people answer a limit can only be raised."), place="limit")
    before = cell.limit
    rows = QuotaCell.objects.filter(pk=cell.pk, limit=before)
    if not rows.filter(taken__lte=limit - F("held")).update(limit=limit):
        raise StaleRecordError()
    cell.limit = limit
    named = " · ".join(str(part) for part in (cell.unit, cell.segment) if part) or campaign.title
    activity(campaign, "set_quota", actor=actor, before={"limit": before}, after={"quota": named, "limit": limit})
    return cell


@transaction.atomic
def quotas_remove(*, campaign: Campaign, actor: Actor) -> int:
    """Do without quotas. Only while the survey is prepared: afterwards they are part of what it tells."""
    require_living(campaign, actor)
    if campaign.state != "draft":
        raise ActionNotAllowedError(_("Quotas stay once the survey has opened; raise their limits instead."))
    count, _rows = QuotaCell.objects.filter(campaign=campaign).delete()
    if count:
        activity(campaign, "remove_quotas", actor=actor)
    return count
