"""A survey in the field is prepared, opened, changed within limits, and closed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from bihuan.foundation.lifecycle import perform
from bihuan.instruments.models import InstrumentVersion
from bihuan.instruments.selectors import template_body, templates
from bihuan.instruments.services import instrument_with_version
from bihuan.organisation.models import OrgUnit
from bihuan.records.services import notification_send, search_drop, search_index
from bihuan.surveys.models import Campaign, Mailing
from bihuan.surveys.models.campaign import broken_promise
from bihuan.surveys.permissions import MANAGE, VIEW
from bihuan.surveys.services.importing import publisher

SYSTEM = system_actor("surveys")
# The promise to those who answer: it stands from the moment the first of them can answer.
PROMISED = ("anonymity", "entry")
WHILE_DRAFT = (*PROMISED, "unit", "version_of_form", "opens_at", "opens_itself")
WHILE_OPEN = (
    "title",
    "closes_at",
    "target",
    "target_basis",
    "small_cell",
    "quarantine_days",
    "resume_days",
    "kiosk_seconds",
    "frame_ancestors",
    "double_entry_percent",
    "reminders_allowed",
    "previous",
)
WHEN_CLOSED = ("title", "previous")
EDITABLE = {
    "draft": (*WHILE_DRAFT, *WHILE_OPEN),
    "open": WHILE_OPEN,
    "paused": WHILE_OPEN,
    "closed": WHEN_CLOSED,
    "discarded": (),
}
BOUNDS = {
    "target": (1, 10_000_000),
    "small_cell": (1, 100),
    "quarantine_days": (0, 1000),
    "resume_days": (0, 90),
    "kiosk_seconds": (10, 900),
    "double_entry_percent": (0, 100),
    "reminders_allowed": (0, 5),
}
ANONYMOUS_CELL = 3
ORIGIN = re.compile(
    r"https://(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d{1,5})?"
)


def index_campaign(campaign: Campaign) -> None:
    words = f"{campaign.unit.name} {campaign.version_of_form.instrument.title}"
    search_index(record=campaign, number="", title=campaign.title, text=words, permission=VIEW)


def checked_origins(given: Iterable[str]) -> list[str]:
    """Addresses of sites in the one form a browser compares: https, host, perhaps a port; nothing behind it."""
    found: dict[str, None] = {}
    for text in given:
        origin = text.strip().rstrip("/").lower()
        if not origin:
            continue
        if not ORIGIN.fullmatch(origin):
            message = _("“%(site)s” is no address of a site. Write it like https://www.example.com.")
            raise BadInputError(message % {"site": text.strip()}, place="frame_ancestors")
        found[origin] = None
    return list(found)


def on_the_minute(values: Mapping[str, Any]) -> dict[str, Any]:
    """Dates as the form shows them, so that saving it unchanged changes nothing."""
    return {
        name: value.replace(second=0, microsecond=0) if name in {"opens_at", "closes_at"} and value else value
        for name, value in values.items()
    }


def check_values(values: Mapping[str, Any], before: Campaign | None) -> None:
    """Refuse what cannot be meant; names the field."""

    def of(name: str) -> Any:
        return values[name] if name in values else getattr(before, name, None)

    if not str(of("title")).strip():
        raise BadInputError(_("Give the survey a title."), place="title")
    for name, (low, high) in BOUNDS.items():
        if name in values and not low <= values[name] <= high:
            message = _("A whole number from %(low)s to %(high)s is needed.")
            raise BadInputError(message % {"low": low, "high": high}, place=name)
    opens_at, closes_at = of("opens_at"), of("closes_at")
    if opens_at and closes_at and closes_at <= opens_at:
        raise BadInputError(_("It would close before it opens."), place="closes_at")
    if closes_at and closes_at <= timezone.now() and closes_at != getattr(before, "closes_at", None):
        raise BadInputError(_("This time has passed already."), place="closes_at")
    if of("opens_itself") and not opens_at:
        raise BadInputError(_("Say when it is to open."), place="opens_at")
    if of("anonymity") == Campaign.Anonymity.ANONYMOUS and of("small_cell") < ANONYMOUS_CELL:
        message = _("In an anonymous survey no group of fewer than %(count)s answers is shown.")
        raise BadInputError(message % {"count": ANONYMOUS_CELL}, place="small_cell")
    if before is not None and before.state != "draft" and of("small_cell") < before.small_cell:
        message = _("Those who answered were promised that groups of fewer than %(count)s are not shown.")
        raise BadInputError(message % {"count": before.small_cell}, place="small_cell")
    if before is not None and of("previous") == before:
        raise BadInputError(_("A survey is not its own last wave."), place="previous")


@transaction.atomic
def campaign_create(
    *,
    actor: Actor,
    unit: OrgUnit,
    title: str,
    version: InstrumentVersion | None = None,
    template: str = "",
    **values: Any,
) -> Campaign:
    """Prepare a survey on a published form, or on a form freshly taken from the shelf of templates."""
    actor.require(MANAGE, unit.org_path)
    values = on_the_minute(values)
    values["frame_ancestors"] = checked_origins(values.get("frame_ancestors") or ())
    new = Campaign(
        org_path=unit.org_path,
        state=Campaign.lifecycle.initial,
        unit=unit,
        title=title.strip()[:150],
        created_by_id=actor.user_id,
    )
    given = {name: value for name, value in values.items() if name in EDITABLE["draft"]}
    for name, value in given.items():
        setattr(new, name, value)
    check_values({name: getattr(new, name) for name in (*WHILE_OPEN, "opens_at", "opens_itself", *PROMISED)}, None)
    if version is None:
        version = version_from_template(template, actor=actor, unit=unit, title=new.title)
    new.version_of_form = version
    new.save(force_insert=True)
    activity(new, "create", actor=actor, after={"title": new.title, "version_of_form": str(version)})
    index_campaign(new)
    return new


def version_from_template(template: str, *, actor: Actor, unit: OrgUnit, title: str) -> InstrumentVersion:
    """A form of one's own, taken from the shelf; whoever may prepare a survey may publish its form."""
    if template not in {one.key for one in templates()}:
        raise BadInputError(_("Choose a form."), place="form")
    instrument = instrument_with_version(
        actor=publisher(actor, unit),
        unit=unit,
        title=title,
        kind="questionnaire",
        body=template_body(template),
        note=_t("taken from the shelf of templates"),
    )
    return instrument.versions.get()


@transaction.atomic
def campaign_edit(*, campaign: Campaign, actor: Actor, **values: Any) -> Campaign:
    """Save what differs. While people answer, what they were promised and what they answer does not change."""
    actor.require(MANAGE, campaign.org_path)
    values = on_the_minute(values)
    if "frame_ancestors" in values:
        values["frame_ancestors"] = checked_origins(values["frame_ancestors"] or ())
    if "title" in values:
        values["title"] = str(values["title"]).strip()[:150]
    changed = {name: value for name, value in values.items() if getattr(campaign, name) != value}
    for name in changed:
        if name not in EDITABLE[campaign.state]:
            raise ActionNotAllowedError(fixed_message(name), place=name)
    check_values(changed, campaign)
    unit = changed.get("unit")
    if unit is not None:
        actor.require(MANAGE, unit.org_path)
        if campaign.doors.exists() or campaign.units.exists():
            message = _("Take away its ways in and its units first: they belong to the present unit.")
            raise ActionNotAllowedError(message, place="unit")
        changed["org_path"] = unit.org_path
    if "version_of_form" in changed:
        check_deciding_items(campaign, changed["version_of_form"])
    if changed:
        step(campaign)
        save_fields(campaign, changed, actor=actor)
        index_campaign(campaign)
    return campaign


def step(campaign: Campaign) -> None:
    """Take the record's next version, or refuse: whoever opened it a moment ago has changed what may be edited."""
    held = Campaign.objects.filter(pk=campaign.pk, state=campaign.state, version=campaign.version)
    if not held.update(version=campaign.version + 1):
        raise StaleRecordError()
    campaign.version += 1


def fixed_message(name: str) -> Any:
    if name in PROMISED:
        return _("This was promised to those who answer and is fixed once the survey has opened.")
    if name == "version_of_form":
        return _("Move the survey to another version of its form instead.")
    return _("This is fixed once the survey has opened.")


def check_deciding_items(campaign: Campaign, version: InstrumentVersion) -> None:
    for segment in campaign.segments.exclude(item=""):
        if segment.item not in version.definition.by_code:
            message = _("Segment “%(segment)s” is decided by item %(item)s, which this form does not have.")
            raise ActionNotAllowedError(message % {"segment": segment.name, "item": segment.item}, place="version")


@transaction.atomic
def campaign_change_form(
    *, campaign: Campaign, actor: Actor, version: InstrumentVersion, reason: str, at: datetime | None = None
) -> Campaign:
    """Go on with another version of the same form. Answers keep the version they were given to."""
    actor.require(MANAGE, campaign.org_path)
    before = campaign.version_of_form
    if campaign.state not in {"open", "paused"}:
        raise ActionNotAllowedError()
    if version.instrument_id != before.instrument_id:
        raise BadInputError(_("This is a version of another form."), place="version")
    if version.pk == before.pk:
        raise BadInputError(_("The survey has this version already."), place="version")
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    check_deciding_items(campaign, version)
    if refused := broken_promise(campaign, version):
        raise ActionNotAllowedError(refused, place="version")
    step(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(version_of_form=version)
    campaign.version_of_form = version
    told = {"before": {"version_of_form": str(before)}, "after": {"version_of_form": str(version)}}
    activity(campaign, "change_form", actor=actor, reason=reason, at=at, **told)
    return campaign


@transaction.atomic
def campaign_open(*, campaign: Campaign, actor: Actor, at: datetime | None = None) -> Campaign:
    """Let people answer from now on."""
    now = at or timezone.now()
    data = {"opened_at": now, "opens_at": now if campaign.opens_at is None else min(campaign.opens_at, now)}
    return perform(campaign, "open", actor=actor, data=data, at=now)


def campaign_pause(*, campaign: Campaign, actor: Actor, reason: str, at: datetime | None = None) -> Campaign:
    """Nobody can answer for the time being; letters and reminders wait."""
    return perform(campaign, "pause", actor=actor, data={"reason": reason}, at=at)


def campaign_resume(*, campaign: Campaign, actor: Actor, at: datetime | None = None) -> Campaign:
    return perform(campaign, "resume", actor=actor, at=at)


@transaction.atomic
def campaign_close(*, campaign: Campaign, actor: Actor, at: datetime | None = None) -> Campaign:
    """End it. What has not been sent stays unsent."""
    now = at or timezone.now()
    perform(campaign, "close", actor=actor, data={"closed_at": now}, at=now)
    waiting = Mailing.objects.filter(campaign=campaign, state__in=("planned", "running"))
    waiting.update(state="stopped", ended_at=now, stop_reason=_t("the survey has closed"))
    return campaign


@transaction.atomic
def campaign_reopen(
    *, campaign: Campaign, actor: Actor, reason: str, closes_at: datetime | None = None, at: datetime | None = None
) -> Campaign:
    """Take answers again, until ``closes_at`` or until somebody closes it."""
    data = {"reason": reason, "closed_at": None, "closes_at": closes_at, "results_read_at": None}
    return perform(campaign, "reopen", actor=actor, data=data, at=at)


@transaction.atomic
def campaign_discard(*, campaign: Campaign, actor: Actor, at: datetime | None = None) -> Campaign:
    """Leave a survey that never opened."""
    perform(campaign, "discard", actor=actor, at=at)
    search_drop(campaign)
    return campaign


@transaction.atomic
def campaign_results_read(*, campaign: Campaign, actor: Actor, at: datetime | None = None) -> Campaign:
    """Somebody responsible has looked at what came of it; Today stops asking."""
    actor.require(MANAGE, campaign.org_path)
    if campaign.state != "closed":
        raise ActionNotAllowedError()
    now = at or timezone.now()
    if Campaign.objects.filter(pk=campaign.pk, results_read_at=None).update(results_read_at=now):
        campaign.results_read_at = now
        activity(campaign, "results_read", actor=actor, at=now)
    return campaign


def campaigns_on_time(*, now: datetime) -> tuple[int, int]:
    """Open and close what is due; what cannot open stays in preparation and Today says so."""
    opened = closed = 0
    due = Campaign.objects.filter(state="draft", opens_itself=True, opens_at__lte=now)
    for campaign in due.select_related("unit"):
        try:
            with transaction.atomic():
                campaign_open(campaign=campaign, actor=SYSTEM, at=now)
                told(campaign, gettext_noop("The survey “%(title)s” has opened."))
            opened += 1
        except (ActionNotAllowedError, StaleRecordError):
            continue
    for campaign in Campaign.objects.filter(state__in=("open", "paused"), closes_at__lte=now):
        try:
            with transaction.atomic():
                campaign_close(campaign=campaign, actor=SYSTEM, at=now)
                told(campaign, gettext_noop("The survey “%(title)s” has closed. Its results can be read."))
            closed += 1
        except (ActionNotAllowedError, StaleRecordError):
            continue
    return opened, closed


def told(campaign: Campaign, message: str) -> None:
    if campaign.created_by_id is not None:
        notification_send(
            recipients=[campaign.created_by_id], subject=campaign, message=message, params={"title": campaign.title}
        )
