"""Answers coming in: one service for public pages, the API, returned sheets and interviews."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bihuan.foundation.actor import Actor
from bihuan.foundation.scope import system_scope
from bihuan.foundation.secrets import secret_hash
from bihuan.instruments.models import InstrumentVersion, Response
from bihuan.instruments.selectors import frozen_definition
from bihuan.instruments.services import Answered, response_add
from bihuan.instruments.walk import Walk, answers_hash, walk
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.answering.opening import (
    AnsweringError,
    AnswersNotValidError,
    DoorShutError,
    QuotaFullError,
    TokenSpentError,
    TokenUnknownError,
    opening,
)
from bihuan.surveys.models import Campaign, Door, IdentifiedAnswer, Invitation, SavedAnswers, Segment
from bihuan.surveys.permissions import FIELD
from bihuan.surveys.selectors.answering import Standing, standing_of
from bihuan.surveys.services.answer_files import file_items, files_checked, files_tie
from bihuan.surveys.services.quotas import cells_of, quota_exit_record, quota_take

SCOPE = "survey_door"
log = logging.getLogger("bihuan.surveys")


@dataclass(frozen=True)
class Submission:
    """One filled-in form on its way in. ``answers`` as a form or the API sent them.

    ``token`` is an invitation's secret, ``token_hash`` what a form page carries of it. ``flags`` are signs of a
    machine that the page saw. ``entered_by`` is the office's own affair and is not stored with the answers.
    """

    answers: Mapping[str, Any]
    client_uuid: uuid.UUID
    language: str
    states: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    token_hash: str = ""
    segment: Segment | None = None
    unit: OrgUnit | None = None
    asset: Asset | None = None
    seconds: int | None = None
    interviewer: int | None = None
    sheet: str = ""
    answered_on: date | None = None
    entered_by: int | None = None
    version: InstrumentVersion | None = None
    is_saved: bool = True
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    response: Response
    is_new: bool


def answer_submit(*, door: Door, given: Submission, actor: Actor | None = None) -> Receipt:
    """Store one response through ``door``; all of it in one transaction, or a refusal and nothing.

    An identical repeat (same client number, same answers) gets the first receipt again and spends nothing, even
    where the door has been shut since; other answers under the same number raise AnswerConflictError. Raises
    AnswersNotValidError, DoorShutError, TokenUnknownError, TokenSpentError and QuotaFullError.
    """
    with system_scope(SCOPE):
        if actor is not None:
            actor.require(FIELD, door.org_path)
        version = given.version or door.campaign.version_of_form
        definition = frozen_definition(version)
        walked = walk(definition, given.answers, given.states)
        if file_items(definition):
            walked = files_checked(
                campaign=door.campaign, client_uuid=given.client_uuid, definition=definition, walked=walked
            )
        if walked.problems:
            raise AnswersNotValidError(walked)
        try:
            return stored(door, given, version, walked)
        except AnsweringError as refused:
            earlier = Response.objects.filter(client_uuid=given.client_uuid).first()
            if earlier is not None and earlier.content_hash == answers_hash(walked.values, walked.states):
                return Receipt(earlier, False)
            if isinstance(refused, QuotaFullError):
                quota_exit_record(campaign=door.campaign, cell_id=refused.cell, client_uuid=given.client_uuid)
            raise


@transaction.atomic
def stored(door: Door, given: Submission, version: InstrumentVersion, walked: Walk) -> Receipt:
    campaign, now = door.campaign, timezone.now()
    standing = standing_of(door)
    check_open(door, standing, now)
    invitation = invitation_for(campaign, given)
    segment = segment_for(campaign, given, invitation, walked) if standing.has_segments else None
    place = place_of(door, given, invitation)
    response, is_new = response_add(
        version=version,
        given=Answered(
            answers=walked.values,
            states=walked.states,
            client_uuid=given.client_uuid,
            answered_at=None if campaign.is_anonymous else now,
            business_date=given.answered_on or timezone.localdate(now),
            org_path=place.org_path if place else campaign.org_path,
            asset=given.asset or door.asset,
            context=context_of(door, given, place, segment),
            walked=walked,
        ),
        collection=campaign.collection,
        channel=door.kind,
    )
    if not is_new:
        return Receipt(response, False)
    if invitation is not None:
        spend(invitation)
        if not campaign.is_anonymous:
            IdentifiedAnswer.objects.create(invitation=invitation, response=response, org_path=response.org_path)
    if standing.has_quotas:
        segment_id = segment.pk if segment else None
        cells = cells_of(campaign_id=campaign.pk, org_path=response.org_path, segment_id=segment_id, is_settled=True)
        quota_take(cells=cells, client_uuid=given.client_uuid, now=now)
    for item in file_items(frozen_definition(version)):
        files_tie(response=response, references=walked.values.get(item.code, ()))
    if given.is_saved:
        SavedAnswers.objects.filter(client_uuid=given.client_uuid).delete()
    if walked.dropped:
        codes = ", ".join(sorted(walked.dropped))
        log.info("%s: %s unseen answers dropped: %s", campaign.collection, len(walked.dropped), codes)
    return Receipt(response, True)


def check_open(door: Door, standing: Standing, now: datetime) -> None:
    # Sheets come back by post after the last day: what counts for them is that the office has not closed the survey.
    is_by_post = door.kind == Door.Kind.PAPER
    found = opening(
        is_active=standing.is_active,
        state=standing.state,
        opens_at=None if is_by_post else standing.opens_at,
        closes_at=None if is_by_post else standing.closes_at,
        now=now,
    )
    if found != "open":
        raise DoorShutError(found)


def invitation_for(campaign: Campaign, given: Submission) -> Invitation | None:
    digest = secret_hash(given.token) if given.token else given.token_hash
    if not digest:
        if campaign.entry == Campaign.Entry.ENFORCED and given.interviewer is None and not given.sheet:
            raise TokenUnknownError()
        return None
    found = Invitation.objects.filter(campaign=campaign, token_hash=digest).select_related("unit", "segment").first()
    if found is None:
        raise TokenUnknownError()
    return found


def spend(invitation: Invitation) -> None:
    """One use less; the database compares and counts in one step, so two submits cannot spend the same use."""
    if not Invitation.objects.filter(pk=invitation.pk, used__lt=F("allowed")).update(used=F("used") + 1):
        raise TokenSpentError()


def segment_for(campaign: Campaign, given: Submission, invitation: Invitation | None, walked: Walk) -> Segment | None:
    """Where somebody belongs: as the office says, as invited, or by the answer to the item that decides."""
    if given.segment is not None:
        return given.segment
    if invitation is not None and invitation.segment is not None:
        return invitation.segment
    return segment_by_answers(Segment.objects.filter(campaign=campaign).exclude(item=""), walked.values)


def segment_by_answers(segments: Iterable[Segment], values: Mapping[str, Any]) -> Segment | None:
    for segment in segments:
        value = values.get(segment.item)
        said = {str(one) for one in (value if isinstance(value, list) else [value]) if one is not None}
        if said & {str(one) for one in segment.answers}:
            return segment
    return None


def place_of(door: Door, given: Submission, invitation: Invitation | None) -> OrgUnit | None:
    """The unit an answer is about; None where only the survey as a whole is known."""
    asset = given.asset or door.asset
    units = (door.unit, asset.unit if asset else None, given.unit, invitation.unit if invitation else None)
    return next((unit for unit in units if unit is not None), None)


def context_of(door: Door, given: Submission, place: OrgUnit | None, segment: Segment | None) -> dict[str, Any]:
    """How it came, frozen with it. Nothing here leads to a person."""
    asset_id = given.asset.pk if given.asset else door.asset_id
    if given.interviewer is not None:
        cluster = f"interviewer:{given.interviewer}"
    else:
        cluster = f"asset:{asset_id}" if asset_id else f"door:{door.pk}"
    return {
        "unit": place.pk if place else None,
        "segment": segment.code if segment else "",
        "door": door.pk,
        "language": given.language,
        "seconds": given.seconds,
        "cluster": cluster,
        "sheet": given.sheet,
        **({"flags": list(given.flags)} if given.flags else {}),
    }
