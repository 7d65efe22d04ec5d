"""What is found out and how: statements, interviews, evidence and its custody, the members of staff concerned."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.cases import permissions as may
from bihuan.cases.enums import EntryKind, PartyBasis, Side
from bihuan.cases.models import Case, CaseEntry, Custody, StaffParty
from bihuan.cases.selectors.disputes import DISPUTABLE
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.organisation.models import Person, PostHolding
from bihuan.records.models import Attachment
from bihuan.records.services import tell

# Contacts and replies have acts of their own.
BY_HAND = (EntryKind.NOTE, EntryKind.STATEMENT, EntryKind.INTERVIEW, EntryKind.MEDIATION, EntryKind.SETTLEMENT)


def still_open(case: Case) -> None:
    if case.is_final:
        raise ActionNotAllowedError(_("The case is closed; reopen it first."))


@transaction.atomic
def entry_add(
    *,
    actor: Actor,
    case: Case,
    kind: str,
    text: str,
    side: str = Side.OFFICE,
    people_present: str = "",
    at: datetime | None = None,
) -> CaseEntry:
    """Add what was said or done. Mediation and a meeting of both sides name who was present."""
    actor.require(may.INVESTIGATE, case.org_path)
    still_open(case)
    if kind not in BY_HAND:
        raise BadInputError(_("There is no such entry."), place="kind")
    if side not in Side.values:
        raise BadInputError(_("There is no such side."), place="side")
    if not text.strip():
        raise BadInputError(_("This is needed for the step."), place="text")
    if kind in {EntryKind.INTERVIEW, EntryKind.MEDIATION} and not people_present.strip():
        raise BadInputError(_("Name who was present."), place="people_present")
    at = at or timezone.now()
    entry = CaseEntry.objects.create(
        case=case,
        org_path=case.org_path,
        kind=kind,
        side=side,
        text=text.strip(),
        people_present=people_present.strip(),
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
    )
    activity(case, "entry", actor=actor, after={"kind": kind, "side": side}, at=at)
    return entry


@transaction.atomic
def party_name(
    *,
    actor: Actor,
    case: Case,
    person: Person,
    basis: str,
    role: str = "",
    note: str = "",
    at: datetime | None = None,
) -> StaffParty:
    """Name a member of staff the case may be about. It is a proposal until somebody confirms it."""
    if not (actor.can(may.INTAKE, case.org_path) or actor.can(may.INTAKE, case.desk.org_path)):
        actor.require(may.INVESTIGATE, case.org_path)
    still_open(case)
    if basis not in PartyBasis.values:
        raise BadInputError(_("There is no such choice."), place="basis")
    try:
        with transaction.atomic():
            party = StaffParty.objects.create(
                case=case, org_path=case.org_path, person=person, basis=basis, role=role[:60], note=note[:200]
            )
    except IntegrityError as error:
        raise BadInputError(_("This person is named already."), place="person") from error
    activity(case, "party_name", actor=actor, after={"person": person.name, "basis": basis}, at=at)
    return party


@transaction.atomic
def party_confirm(*, actor: Actor, party: StaffParty, at: datetime | None = None) -> StaffParty:
    """A person says that it was this member of staff; no machine does."""
    actor.require(may.INVESTIGATE, party.org_path)
    still_open(party.case)
    if actor.user_id is None:
        raise ActionNotAllowedError(_("A person has to confirm it."))
    at = at or timezone.now()
    StaffParty.objects.filter(pk=party.pk, confirmed_at__isnull=True).update(
        confirmed_at=at, confirmed_by_name=actor.name
    )
    party.refresh_from_db()
    activity(party.case, "party_confirm", actor=actor, after={"person": party.person.name}, at=at)
    return party


@transaction.atomic
def party_drop(*, actor: Actor, party: StaffParty, reason: str, at: datetime | None = None) -> None:
    """It was somebody else; the log keeps who was named and why not."""
    actor.require(may.INVESTIGATE, party.org_path)
    still_open(party.case)
    if not reason.strip():
        raise BadInputError(_("Say why."), place="reason")
    if party.reviews.exists():
        raise ActionNotAllowedError(_("A review hangs on it."))
    activity(party.case, "party_drop", actor=actor, before={"person": party.person.name}, reason=reason, at=at)
    party.delete()


@transaction.atomic
def party_judge(
    *, actor: Actor, party: StaffParty, attributable: bool, note: str, at: datetime | None = None
) -> StaffParty:
    """Attributable or not, with the reason; somebody the case is about does not judge it."""
    actor.require(may.INVESTIGATE, party.org_path)
    still_open(party.case)
    if actor.user_id is None:
        raise ActionNotAllowedError(_("A person has to judge it."))
    if actor.person_id == party.person_id:
        raise ActionNotAllowedError(_("Nobody judges their own case."))
    if party.confirmed_at is None:
        raise ActionNotAllowedError(_("Confirm first that it was this member of staff."))
    if not note.strip():
        raise BadInputError(_("Say why."), place="note")
    at = at or timezone.now()
    values = {
        "attributable": attributable,
        "attribution_note": note.strip(),
        "judged_at": at,
        "judged_by_id": actor.user_id,
    }
    StaffParty.objects.filter(pk=party.pk).update(**values)
    for name, value in values.items():
        setattr(party, name, value)
    after = {"person": party.person.name, "attributable": attributable}
    activity(party.case, "party_judge", actor=actor, after=after, reason=note, at=at)
    counts_follow(party.case)
    if attributable and party.case.state in DISPUTABLE:
        staff_told(party, JUDGED_AGAINST, actor=actor)
    return party


JUDGED_AGAINST = gettext_noop("Complaint %(number)s was judged against you: see what was found, you may object")


def staff_told(party: StaffParty, message: str, *, actor: Actor) -> None:
    """Tell the member of staff about their own row; its page opens for nobody else and needs no right."""
    users = User.objects.filter(person=party.person_id, is_active=True).values_list("pk", flat=True)
    tell(subject=party, message=message, params={"number": party.case.number}, people=list(users), without=actor)


def judged_told(case: Case, *, actor: Actor) -> None:
    """The facts are decided: everybody they are held against hears of it."""
    for party in case.parties.filter(attributable=True):
        staff_told(party, JUDGED_AGAINST, actor=actor)


def counts_follow(case: Case) -> None:
    """A case counts against staff where it is attributable to at least one of them."""
    judged = list(case.parties.filter(attributable__isnull=False).values_list("attributable", flat=True))
    counts = any(judged) if judged else None
    Case.objects.filter(pk=case.pk).update(counts_against_staff=counts)
    case.counts_against_staff = counts


def posted_on(case: Case) -> list[PostHolding]:
    """Who held a post of the responsible unit on the day: responsibility goes by the date of posting."""
    unit = case.unit or case.desk
    day = case.happened_on or timezone.localdate(case.happened_at or case.received_at)
    rows = PostHolding.objects.filter(post__unit=unit, since__lte=day).exclude(until__lt=day)
    return list(rows.select_related("post", "person").order_by("-post__is_head", "post__name"))


@transaction.atomic
def custody_note(
    *,
    actor: Actor,
    case: Case,
    item: str,
    obtained_from: str,
    holder: str,
    attachment: Attachment | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Custody:
    """Who holds a piece of evidence from now on; a handover is another line, never a change of the last one."""
    actor.require(may.INVESTIGATE, case.org_path)
    still_open(case)
    for name, value in (("item", item), ("obtained_from", obtained_from), ("holder", holder)):
        if not value.strip():
            raise BadInputError(_("This is needed for the step."), place=name)
    if attachment is not None and attachment.subject != case.reference:
        raise BadInputError(_("This file does not belong to the case."), place="attachment")
    at = at or timezone.now()
    custody = Custody.objects.create(
        case=case,
        org_path=case.org_path,
        attachment_id=attachment.pk if attachment else None,
        digest=attachment.digest if attachment else "",
        item=item.strip(),
        obtained_from=obtained_from.strip(),
        holder=holder.strip(),
        note=note.strip(),
        at=at,
        by_name=actor.name,
    )
    activity(case, "custody", actor=actor, after={"item": item, "holder": holder}, at=at)
    return custody
