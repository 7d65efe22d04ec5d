"""Who complained: shown for a reason that is kept, erased on request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.models import Case, Complainant, IdentityReveal
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError

SHOWN = ("name", "organisation", "phone", "email", "address")


@dataclass(frozen=True)
class Identity:
    name: str
    organisation: str
    phone: str
    email: str
    address: str


@transaction.atomic
def identity_reveal(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Identity:
    """Show who complained, once, for this reason. Whoever the case is about never sees it."""
    actor.require(may.IDENTITY, case.org_path)
    if actor.person_id is not None and case.parties.filter(person_id=actor.person_id).exists():
        raise ActionNotAllowedError(_("The case is about you: who complained is not shown to you."))
    if len(reason.strip()) < 2:
        raise BadInputError(_("Say what you need it for."), place="reason")
    at = at or timezone.now()
    IdentityReveal.objects.create(
        case=case,
        org_path=case.org_path,
        reason=reason.strip()[:300],
        at=at,
        user_id_kept=actor.user_id,
        user_name=actor.name,
    )
    activity(case, "identity_reveal", actor=actor, reason=reason, at=at)
    person = case.complainant
    return Identity(**{name: getattr(person, name) for name in SHOWN})


@transaction.atomic
def identity_erase(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Complainant:
    """Take out who complained; the case, its figures and the log (which never held it) stay."""
    actor.require(may.CRITERIA, case.org_path)
    if not case.is_final:
        raise ActionNotAllowedError(_("The customer still has to be answered."))
    if not reason.strip():
        raise BadInputError(_("Say why."), place="reason")
    person = case.complainant
    blank = {**dict.fromkeys((*SHOWN, "wish", "phone_hash", "email_hash"), ""), "is_erased": True}
    Complainant.objects.filter(pk=person.pk).update(**blank)
    person.refresh_from_db()
    activity(case, "identity_erase", actor=actor, reason=reason, at=at)
    return person
