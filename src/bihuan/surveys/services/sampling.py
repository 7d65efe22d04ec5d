"""Whom to ask: who may be asked at all, whom chance picks among them, and the invitations that follow."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.models import within
from bihuan.foundation.secrets import new_secret, secret_hash
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import CallTask, Campaign, Contact, Door, Invitation, SampleDraw, Segment
from bihuan.surveys.permissions import CONTACTS, MANAGE
from bihuan.surveys.services.doors import door_add
from servicequality.errors import ServiceQualityError
from servicequality.sampling_plans import allocate_proportional, apportion, draw_stratified, frame_hash

BATCH = 500
LIVING = ("draft", "open", "paused")


@dataclass(frozen=True)
class Frame:
    """Who may be asked: the contacts of each stratum (a segment's code, "" for none), and who is left out and why."""

    strata: Mapping[str, list[int]]
    left_out: Mapping[str, int]

    @property
    def size(self) -> int:
        return sum(len(ids) for ids in self.strata.values())

    def pairs(self) -> dict[str, str]:
        """Contact → stratum, in the form the draw takes."""
        return {str(key): stratum for stratum, ids in self.strata.items() for key in ids}


@dataclass
class Peace:
    """Who is to be left alone, in all units: known by e-mail address and by telephone number."""

    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def holds(self, email: str, phone: str) -> bool:
        return bool((email and email in self.emails) or (phone and phone in self.phones))


def peace_of(condition: Q) -> Peace:
    # Whoever was asked by another unit was asked: this looks past the fence, and at nothing but addresses.
    rows = Contact._base_manager.filter(condition).values_list("email", "phone_digits")
    found = Peace()
    for email, phone in rows.iterator(chunk_size=5000):
        if email:
            found.emails.add(email)
        if phone:
            found.phones.add(phone)
    return found


def asked_too_recently(campaign: Campaign, today: date) -> Q:
    """Asked within the campaign's quarantine, by whatever survey."""
    return (
        Q(asked_on__gt=today - timedelta(days=campaign.quarantine_days)) if campaign.quarantine_days else Q(pk__in=[])
    )


def frame_for(
    *,
    campaign: Campaign,
    channel: str,
    units: Iterable[OrgUnit] = (),
    segments: Iterable[Segment] = (),
    today: date | None = None,
) -> Frame:
    """Sort the contacts in scope into those who may be asked and those left out; nobody is counted twice."""
    paths = [unit.org_path for unit in units] or [campaign.org_path]
    rows = Contact.objects.filter(within("org_path", paths), erased_at=None).order_by("pk")
    codes = {code: code for code in campaign.segments.values_list("code", flat=True)}
    by_name = {name: code for code, name in campaign.segments.values_list("code", "name")}
    chosen = {segment.code for segment in segments}
    quiet = peace_of(Q(is_opted_out=True))
    recent = peace_of(asked_too_recently(campaign, today or timezone.localdate()))
    invited = peace_of(Q(invitations__campaign=campaign))
    strata: dict[str, list[int]] = {}
    left_out: Counter[str] = Counter()
    seen = Peace()
    for pk, email, phone, segment in rows.values_list("pk", "email", "phone_digits", "segment").iterator(5000):
        stratum = codes.get(segment) or by_name.get(segment) or ""
        if chosen and stratum not in chosen:
            continue
        if not (email if channel == "email" else phone):
            left_out["no_address"] += 1
        elif quiet.holds(email, phone):
            left_out["opted_out"] += 1
        elif invited.holds(email, phone):
            left_out["invited"] += 1
        elif recent.holds(email, phone):
            left_out["quarantined"] += 1
        elif seen.holds(email, phone):
            left_out["same_person"] += 1
        else:
            strata.setdefault(stratum, []).append(pk)
            seen.emails.add(email)
            seen.phones.add(phone)
    return Frame(strata, dict(left_out))


def numbers_wanted(campaign: Campaign, frame: Frame, n: int | None) -> dict[str, int]:
    """How many of each stratum: by the segments' shares of the sample, else in proportion to who is there.

    Without ``n`` everybody. A stratum gives at most those it has; the page says what is missing.
    """
    sizes = {stratum: len(ids) for stratum, ids in frame.strata.items()}
    if n is None:
        return sizes
    shares = {
        code: float(share or 0)
        for code, share in campaign.segments.exclude(sample_share=None).values_list("code", "sample_share")
    }
    if not shares:
        return allocate_proportional(min(n, frame.size), sizes) if sizes else {}
    parts = apportion(n, shares)
    rest = n - sum(parts.values())
    parts[""] = parts.get("", 0) + rest
    return {stratum: min(parts.get(stratum, 0), size) for stratum, size in sizes.items()}


def picks_hash(picked: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(picked)).encode()).hexdigest()


@transaction.atomic
def sample_draw(
    *,
    campaign: Campaign,
    actor: Actor,
    channel: str,
    n: int | None = None,
    seed: str = "",
    units: Iterable[OrgUnit] = (),
    segments: Iterable[Segment] = (),
) -> SampleDraw:
    """Draw people and invite them: letters wait for their mailing, calls for an interviewer.

    Seed and frame are kept, so that anybody can draw the same people again.
    """
    actor.require(CONTACTS, campaign.org_path)
    if campaign.state not in LIVING:
        raise ActionNotAllowedError()
    if channel not in SampleDraw.Channel.values:
        raise BadInputError(_("There is no such channel."), place="channel")
    if n is not None and n < 1:
        raise BadInputError(_("At least one person must be drawn."), place="n")
    units, segments = list(units), list(segments)
    frame = frame_for(campaign=campaign, channel=channel, units=units, segments=segments)
    if not frame.size:
        raise ActionNotAllowedError(_("Nobody of these contacts may be asked now."))
    wanted = numbers_wanted(campaign, frame, n)
    seed = seed.strip()[:80] or secrets.token_hex(8)
    pairs = frame.pairs()
    try:
        drawn = draw_stratified(pairs, wanted, seed=seed)
    except ServiceQualityError as error:
        raise BadInputError(str(error), place="n") from error
    if not drawn.n:
        raise ActionNotAllowedError(_("Nobody belongs to the segments whose share is asked for."))
    draw = SampleDraw.objects.create(
        campaign=campaign,
        org_path=campaign.org_path,
        channel=channel,
        seed=seed,
        frame=dict(frame.strata),
        frame_hash=frame_hash(pairs),
        frame_size=frame.size,
        wanted=wanted,
        drawn=drawn.n,
        drawn_hash=picks_hash(drawn.selected),
        left_out=dict(frame.left_out),
        criteria={
            "n": n,
            "units": [unit.name for unit in units],
            "segments": [segment.name for segment in segments],
        },
        at=timezone.now(),
        by_name=actor.name,
    )
    invite(campaign, actor, draw, {int(key): pairs[key] for key in drawn.selected})
    after = {"drawn": drawn.n, "frame_size": frame.size, "seed": seed, "channel": channel}
    activity(campaign, "draw", actor=actor, after=after)
    return draw


def channel_door(campaign: Campaign, actor: Actor, channel: str) -> Door:
    door = Door.objects.filter(campaign=campaign, kind=channel, unit=None, is_active=True).order_by("pk").first()
    door = door or Door.objects.filter(campaign=campaign, kind=channel, is_active=True).order_by("pk").first()
    if door is not None:
        return door
    if not actor.can(MANAGE, campaign.org_path):
        raise ActionNotAllowedError(
            _("The survey has no way in for this channel yet; whoever prepares it can add one.")
        )
    return door_add(campaign=campaign, actor=actor, kind=channel)


def invite(campaign: Campaign, actor: Actor, draw: SampleDraw, people: Mapping[int, str]) -> None:
    door = channel_door(campaign, actor, draw.channel)
    segments = {segment.code: segment for segment in campaign.segments.all()}
    contacts = Contact.objects.in_bulk(list(people))
    new = [
        Invitation(
            campaign=campaign,
            door=door,
            contact=contacts[key],
            unit_id=contacts[key].unit_id,
            segment=segments.get(stratum),
            draw=draw,
            org_path=contacts[key].org_path,
            # A secret nobody has: the real one is made when the letter is written.
            token_hash=secret_hash(new_secret()),
        )
        for key, stratum in people.items()
    ]
    made = Invitation.objects.bulk_create(new, batch_size=BATCH)
    if draw.channel == SampleDraw.Channel.PHONE:
        CallTask.objects.bulk_create(
            [CallTask(campaign=campaign, invitation=row, org_path=row.org_path) for row in made], batch_size=BATCH
        )


@dataclass(frozen=True)
class DrawCheck:
    """Whether the kept frame is the one that was drawn from, and whether the same people come out again."""

    is_same_frame: bool
    is_same_people: bool


def draw_check(draw: SampleDraw) -> DrawCheck:
    """Draw again from what was kept, and compare."""
    pairs = {str(key): stratum for stratum, ids in draw.frame.items() for key in ids}
    again = draw_stratified(pairs, draw.wanted, seed=draw.seed)
    return DrawCheck(again.frame_hash == draw.frame_hash, picks_hash(again.selected) == draw.drawn_hash)
