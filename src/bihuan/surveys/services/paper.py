"""Questionnaires on paper: batches handed out, sheets keyed, some of them twice, and settled.

What was keyed is kept only until it is submitted. A sheet of an anonymous survey then leads to no answer: its number
is not stored with the answer, nor the answer's number with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.instruments.models import InstrumentVersion
from bihuan.instruments.walk import Walk, walk
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.answering.opening import AnswersNotValidError, QuotaFullError
from bihuan.surveys.models import Campaign, Door, PaperBatch, PaperSheet
from bihuan.surveys.permissions import FIELD
from bihuan.surveys.selectors.papers import paper_prints_in
from bihuan.surveys.services.answering import Submission, answer_submit
from bihuan.surveys.services.doors import new_code
from bihuan.surveys.services.quotas import quota_exit_record

FILLED_IN = ("open", "paused")


class SheetKnownError(ActionNotAllowedError):
    """A sheet of this number is there already; ``sheet`` says which and how it stands."""

    code = "sheet_known"

    def __init__(self, sheet: PaperSheet) -> None:
        self.sheet = sheet
        message = _("Sheet %(number)s was keyed on %(day)s by %(who)s: %(state)s.")
        words = {
            "number": sheet.number,
            "day": sheet.keyed_on.isoformat(),
            "who": sheet.first_by_name,
            "state": sheet.state_label,
        }
        super().__init__(message % words, place="number")


def paper_door(campaign: Campaign, unit: OrgUnit) -> Door:
    """The way in of a unit's sheets; it comes with the first batch, for whoever keys there keys for this unit only."""
    found = Door.objects.filter(campaign=campaign, kind=Door.Kind.PAPER, unit=unit).first()
    if found is not None:
        if not found.is_active:
            raise ActionNotAllowedError(_("Paper is shut for this unit."))
        return found
    return Door.objects.create(
        campaign=campaign, kind=Door.Kind.PAPER, unit=unit, org_path=unit.org_path, code=new_code()
    )


@transaction.atomic
def paper_batch_add(
    *,
    campaign: Campaign,
    actor: Actor,
    unit: OrgUnit,
    issued: int,
    issued_on: date | None = None,
    returned: int = 0,
    label: str = "",
) -> PaperBatch:
    """Note what a unit handed out; what comes back is counted and keyed against it."""
    actor.require(FIELD, unit.org_path)
    if campaign.state not in {"draft", *FILLED_IN}:
        raise ActionNotAllowedError()
    if not unit.org_path.startswith(campaign.org_path):
        raise BadInputError(_("It belongs to a unit outside the survey's responsible unit."), place="unit")
    check_counts(issued, returned)
    last = PaperBatch._base_manager.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0
    batch = PaperBatch.objects.create(
        campaign=campaign,
        org_path=unit.org_path,
        door=paper_door(campaign, unit),
        unit=unit,
        number=last + 1,
        label=label.strip()[:100],
        issued=issued,
        returned=returned,
        issued_on=issued_on or timezone.localdate(),
        by_name=actor.name,
    )
    after = {"batch": batch.number, "issued": issued, "unit": unit.name}
    activity(campaign, "add_batch", actor=actor, after=after)
    return batch


def check_counts(issued: int, returned: int) -> None:
    if issued < 1:
        raise BadInputError(_("At least one sheet was handed out."), place="issued")
    if returned > issued:
        raise BadInputError(_("More cannot come back than were handed out."), place="returned")


@transaction.atomic
def paper_batch_edit(*, batch: PaperBatch, actor: Actor, **values: Any) -> PaperBatch:
    """Count again what was handed out and what came back."""
    actor.require(FIELD, batch.org_path)
    if batch.campaign.state == "discarded":
        raise ActionNotAllowedError()
    given = {name: value for name, value in values.items() if name in {"label", "issued", "returned", "issued_on"}}
    check_counts(given.get("issued", batch.issued), given.get("returned", batch.returned))
    save_fields(batch, given, actor=actor)
    return batch


@dataclass(frozen=True)
class Keyed:
    """One keying of a sheet: ``answers`` as the walk takes them."""

    answers: Mapping[str, Any]
    answered_on: date | None = None
    language: str = ""
    remark: str = ""


def sheet_number_of(text: str) -> str:
    """As it is compared: no spaces, capital letters."""
    number = "".join(text.split()).upper()[:20]
    if not number:
        raise BadInputError(_("Key the number of the sheet."), place="number")
    return number


def sheet_origin(campaign: Campaign, number: str) -> tuple[InstrumentVersion, str]:
    """Version and language of a printed sheet by its number; else those of the survey now."""
    head, _sep, tail = number.rpartition("-")
    if head in {"", str(campaign.pk)} and tail.isdigit():
        run = paper_prints_in(campaign, first=int(tail), last=int(tail)).first()
        if run is not None:
            return run.version_of_form, run.language
    return campaign.version_of_form, campaign.version_of_form.definition.languages[0]


def is_chosen(campaign: Campaign, number: str) -> bool:
    """Whether chance takes this sheet for double entry: the same for the same number, and not to be guessed."""
    drawn = int.from_bytes(salted_hmac("bihuan.surveys.double-entry", f"{campaign.pk}:{number}").digest()[:4], "big")
    return drawn < campaign.double_entry_percent * 2**32 // 100


def require_keying(batch: PaperBatch, actor: Actor) -> None:
    actor.require(FIELD, batch.org_path)
    if batch.campaign.state not in FILLED_IN:
        raise ActionNotAllowedError(_("Sheets can be keyed while the survey is open."))


def sheet_by_number(batch: PaperBatch, number: str) -> PaperSheet | None:
    # A number is given once in a survey, whatever unit sees the sheet.
    rows = PaperSheet._base_manager.filter(campaign_id=batch.campaign_id, number=number)
    return rows.select_related("campaign", "batch__door", "version_of_form").first()


def sheet_key(*, batch: PaperBatch, actor: Actor, number: str, given: Keyed) -> PaperSheet:
    """Key a sheet. The first time it becomes an answer, unless chance chose it: then somebody else keys it again.

    Raises AnswersNotValidError (item by item), SheetKnownError for a sheet that is done or was keyed by the same
    person, and BadInputError.
    """
    require_keying(batch, actor)
    number = sheet_number_of(number)
    known = sheet_by_number(batch, number)
    if known is None:
        return sheet_key_first(batch, actor, number, given)
    if known.state != "keyed" or known.batch_id != batch.pk or known.first_by_id == actor.user_id:
        raise SheetKnownError(known)
    return sheet_key_second(known, actor, given)


def walked(version: InstrumentVersion, given: Keyed) -> Walk:
    found = walk(version.definition, given.answers)
    if found.problems:
        raise AnswersNotValidError(found)
    return found


def sheet_key_first(batch: PaperBatch, actor: Actor, number: str, given: Keyed) -> PaperSheet:
    campaign = batch.campaign
    version, language = sheet_origin(campaign, number)
    found = walked(version, given)
    if given.answered_on is not None and given.answered_on > timezone.localdate():
        raise BadInputError(_("This day has not come yet."), place="answered_on")
    sheet = PaperSheet(
        campaign=campaign,
        org_path=batch.org_path,
        batch=batch,
        state=PaperSheet.lifecycle.initial,
        version_of_form=version,
        number=number,
        answered_on=given.answered_on,
        language=given.language or language,
        remark=given.remark.strip(),
        remark_by=actor.name if given.remark.strip() else "",
        is_chosen=is_chosen(campaign, number),
        first={"values": found.values, "states": found.states},
        first_by_id=actor.user_id,
        first_by_name=actor.name,
        keyed_on=timezone.localdate(),
    )
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
            if not sheet.is_chosen:
                submit(sheet, actor, found.values, found.states, {})
    except IntegrityError:
        known = sheet_by_number(batch, number)
        if known is None:
            raise
        raise SheetKnownError(known) from None
    except QuotaFullError as full:
        return sheet_beyond_quota(sheet, actor, full)
    return sheet


def sheet_key_second(sheet: PaperSheet, actor: Actor, given: Keyed) -> PaperSheet:
    """Compare with what was keyed first; without a difference it is done."""
    found = walked(sheet.version_of_form, given)
    first = sheet.first
    compared, differing = compare(first, {"values": found.values, "states": found.states})
    counts = {"compared": compared, "differing": len(differing)}
    marks = {"second_by_id": actor.user_id, "second_by_name": actor.name}
    remark = given.remark.strip()
    if remark and not sheet.remark:
        marks |= {"remark": remark, "remark_by": actor.name}
    try:
        with transaction.atomic():
            PaperSheet.objects.filter(pk=sheet.pk).update(**marks)
            if not differing:
                submit(sheet, actor, first["values"], first["states"], counts)
            else:
                PaperSheet.objects.filter(pk=sheet.pk).update(
                    second={"values": found.values, "states": found.states},
                    differences=[{"item": code} for code in differing],
                )
                perform(sheet, "differ", actor=actor, data=counts)
    except QuotaFullError as full:
        return sheet_beyond_quota(sheet, actor, full)
    sheet.refresh_from_db()
    return sheet


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[int, list[str]]:
    """How many items both had to key, and which of them differ; what neither saw was not keyed."""
    codes = [*first["values"], *first["states"]]
    unseen = [
        code for code in codes if first["states"].get(code) == "not_shown" and second["states"].get(code) == "not_shown"
    ]
    differing = [
        code
        for code in codes
        if (first["values"].get(code), first["states"].get(code))
        != (second["values"].get(code), second["states"].get(code))
    ]
    return len(codes) - len(unseen), differing


@transaction.atomic
def sheet_settle(*, sheet: PaperSheet, actor: Actor, answers: Mapping[str, Any], reason: str) -> PaperSheet:
    """Say what stands on the sheet where the two keyings differ, and why; then it is an answer.

    ``answers`` holds the items that differ, as the walk takes them; the others are as both keyed them.
    """
    require_keying(sheet.batch, actor)
    if sheet.state != "differs":
        raise ActionNotAllowedError()
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    differing = {one["item"] for one in sheet.differences}
    agreed = {code: value for code, value in sheet.first["values"].items() if code not in differing}
    states = {
        code: state
        for code, state in sheet.first["states"].items()
        if code not in differing and state in {"na", "refused"}
    }
    chosen = {code: value for code, value in answers.items() if code in differing and value not in ("", [], {})}
    found = walk(sheet.version_of_form.definition, {**agreed, **chosen}, states)
    if found.problems:
        raise AnswersNotValidError(found)
    told = [{**one, "reason": reason.strip()[:300]} for one in sheet.differences]
    PaperSheet.objects.filter(pk=sheet.pk).update(differences=told, settled_by_name=actor.name)
    submit(sheet, actor, found.values, found.states, {"reason": reason})
    sheet.refresh_from_db()
    return sheet


def submit(
    sheet: PaperSheet, actor: Actor, values: Mapping[str, Any], states: Mapping[str, str], data: Mapping[str, Any]
) -> None:
    """Hand the sheet in through the paper door and forget what was keyed."""
    campaign, batch = sheet.campaign, sheet.batch
    receipt = answer_submit(
        door=batch.door,
        given=Submission(
            answers=values,
            states=states,
            client_uuid=uuid.uuid4(),
            language=sheet.language,
            unit=batch.unit,
            # An anonymous answer says of which batch it is, and not of which sheet.
            sheet=str(batch.number) if campaign.is_anonymous else sheet.number,
            answered_on=sheet.answered_on,
            entered_by=actor.user_id,
            version=sheet.version_of_form,
            is_saved=False,
        ),
        actor=actor,
    )
    perform(sheet, "submit", actor=actor, data={**data, "submitted_on": timezone.localdate()})
    kept: dict[str, Any] = {"first": {}, "second": {}, "response": None if campaign.is_anonymous else receipt.response}
    PaperSheet.objects.filter(pk=sheet.pk).update(**kept)
    for name, value in kept.items():
        setattr(sheet, name, value)


def sheet_beyond_quota(sheet: PaperSheet, actor: Actor, full: QuotaFullError) -> PaperSheet:
    """A sheet of a group that is full is not counted among the answers; it is told, and so is the one turned away."""
    quota_exit_record(campaign=sheet.campaign, cell_id=full.cell, client_uuid=uuid.uuid4())
    return sheet_set_aside(
        batch=sheet.batch, actor=actor, number=sheet.number, reason=_t("enough answers of this group already")
    )


@transaction.atomic
def sheet_set_aside(*, batch: PaperBatch, actor: Actor, number: str, reason: str) -> PaperSheet:
    """A sheet that came back and is no answer: blank, torn, filled in by the staff."""
    require_keying(batch, actor)
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    number, why = sheet_number_of(number), reason.strip()[:200]
    known = sheet_by_number(batch, number)
    if known is not None:
        if known.state not in {"keyed", "differs"} or known.batch_id != batch.pk:
            raise SheetKnownError(known)
        perform(known, "void", actor=actor, data={"reason": why, "void_reason": why})
        PaperSheet.objects.filter(pk=known.pk).update(first={}, second={})
        return known
    version, language = sheet_origin(batch.campaign, number)
    sheet = PaperSheet.objects.create(
        campaign=batch.campaign,
        org_path=batch.org_path,
        batch=batch,
        state="void",
        version_of_form=version,
        number=number,
        language=language,
        first_by_id=actor.user_id,
        first_by_name=actor.name,
        keyed_on=timezone.localdate(),
        void_reason=why,
    )
    activity(sheet, "void", actor=actor, after={"number": number}, reason=why)
    return sheet


@transaction.atomic
def sheet_remark(*, sheet: PaperSheet, actor: Actor, remark: str) -> PaperSheet:
    """What the handler notes on a sheet (批语); it stands with the sheet and never with the answer."""
    actor.require(FIELD, sheet.org_path)
    text = remark.strip()[:2000]
    save_fields(sheet, {"remark": text, "remark_by": actor.name if text else ""}, actor=actor)
    return sheet


@dataclass(frozen=True)
class Agreement:
    """Of sheets keyed twice: how many, and the share of items keyed alike (None without any)."""

    sheets: int
    compared: int
    differing: int

    @property
    def rate(self) -> float | None:
        return (self.compared - self.differing) / self.compared if self.compared else None


def agreement_of(campaign: Campaign) -> Agreement:
    rows = PaperSheet.objects.filter(campaign=campaign, compared__gt=0)
    sums = rows.aggregate(compared=Sum("compared"), differing=Sum("differing"))
    return Agreement(rows.count(), sums["compared"] or 0, sums["differing"] or 0)
