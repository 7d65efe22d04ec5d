"""People who may be asked: kept, left in peace, forgotten.

They are found by the filters of their own list only: what is personal does not go into the search of the house, and
the log says which fields changed and never what stood in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import CallAttempt, Contact, IdentifiedAnswer, Invitation
from bihuan.surveys.permissions import CONTACTS

PERSONAL = ("name", "email", "phone", "phone_digits", "organisation", "number")
TEXTS = ("name", "email", "phone", "organisation", "segment", "language", "number")
# What people write for the two languages of the house; others are taken as they are.
LANGUAGES = {
    **dict.fromkeys(("zh", "zh-cn", "zh_cn", "cn", "chinese", "中文", "汉语", "简体中文"), "zh-hans"),
    **dict.fromkeys(("english", "en-us", "en-gb", "英文", "英语"), "en"),
}
DIGITS = re.compile(r"\D+")


def digits_of(phone: str) -> str:
    """The number without what people write between: the country code of China and a leading 00 do not count."""
    found = DIGITS.sub("", phone)
    found = found.removeprefix("00")
    return found[2:] if len(found) == 13 and found.startswith("861") else found


def cleaned(values: Mapping[str, Any]) -> dict[str, str]:
    """Texts as they are stored; raises BadInputError that names the field."""
    found = {name: " ".join(str(values.get(name) or "").split()) for name in TEXTS if name in values}
    if found.get("email"):
        found["email"] = found["email"].lower()
        try:
            validate_email(found["email"])
        except ValidationError:
            message = _("“%(value)s” is no e-mail address.")
            raise BadInputError(message % {"value": found["email"]}, place="email") from None
    for name, text in found.items():
        longest = getattr(Contact._meta.get_field(name), "max_length", None)
        if longest is not None and len(text) > longest:
            raise BadInputError(_("Longer than %(count)s characters.") % {"count": longest}, place=name)
    if found.get("language"):
        found["language"] = LANGUAGES.get(found["language"].lower(), found["language"].lower())
    if "phone" in found:
        found["phone_digits"] = digits_of(found["phone"])
        if found["phone"] and not 5 <= len(found["phone_digits"]) <= 20:
            message = _("“%(value)s” is no telephone number.")
            raise BadInputError(message % {"value": found["phone"]}, place="phone")
    return found


def check_reachable(values: Mapping[str, Any]) -> None:
    if not values.get("email") and not values.get("phone"):
        raise BadInputError(_("An e-mail address or a telephone number is needed."), place="email")


def check_new(unit: OrgUnit, values: Mapping[str, str], but: Contact | None = None) -> None:
    """Tell who has the address or number already; within one unit a person stands once."""
    others = Contact.objects.filter(unit=unit)
    if but is not None:
        others = others.exclude(pk=but.pk)
    for name, key in (("email", "email"), ("phone", "phone_digits"), ("number", "number")):
        if values.get(key):
            same = others.filter(**{key: values[key]}).first()
            if same is not None:
                message = _("This is %(contact)s, who is in the list already.")
                raise BadInputError(message % {"contact": same}, place=name)


@transaction.atomic
def contact_add(*, actor: Actor, unit: OrgUnit, **values: Any) -> Contact:
    actor.require(CONTACTS, unit.org_path)
    found = cleaned(values)
    check_reachable(found)
    check_new(unit, found)
    contact = Contact.objects.create(unit=unit, org_path=unit.org_path, **found)
    activity(contact, "create", actor=actor)
    return contact


@transaction.atomic
def contact_edit(*, contact: Contact, actor: Actor, **values: Any) -> Contact:
    """Change what is known of a person."""
    actor.require(CONTACTS, contact.org_path)
    if contact.erased_at is not None:
        raise ActionNotAllowedError(_("This person was forgotten on request."))
    found = cleaned(values)
    check_reachable({name: found.get(name, getattr(contact, name)) for name in ("email", "phone")})
    changed = {name: value for name, value in found.items() if getattr(contact, name) != value}
    check_new(contact.unit, changed, contact)
    if changed:
        for name, value in changed.items():
            setattr(contact, name, value)
        contact.save(update_fields=list(changed))
        labels = [
            str(getattr(Contact._meta.get_field(name), "verbose_name", name))
            for name in changed
            if name != "phone_digits"
        ]
        activity(contact, "edit", actor=actor, after={"fields": labels})
    return contact


def same_people(contact: Contact) -> Any:
    """This person's rows in all units, whoever may see them: by e-mail address or telephone number."""
    rows = Contact._base_manager.filter(pk=contact.pk)
    if contact.email:
        rows |= Contact._base_manager.filter(email=contact.email)
    if contact.phone_digits:
        rows |= Contact._base_manager.filter(phone_digits=contact.phone_digits)
    return rows


@transaction.atomic
def contact_opt_out(*, contact: Contact, actor: Actor, wants: bool = True, reason: str = "") -> Contact:
    """Ask this person no more (or again, on request), in no unit and no survey."""
    if not actor.is_system:
        actor.require(CONTACTS, contact.org_path)
    if contact.erased_at is not None:
        raise ActionNotAllowedError(_("This person was forgotten on request."))
    rows = list(same_people(contact).filter(erased_at=None).exclude(is_opted_out=wants))
    Contact._base_manager.filter(pk__in=[row.pk for row in rows]).update(is_opted_out=wants)
    for row in rows:
        activity(row, "opt_out" if wants else "opt_in", actor=actor, reason=reason)
    contact.is_opted_out = wants
    return contact


@transaction.atomic
def contact_erase(*, contact: Contact, actor: Actor, reason: str) -> Contact:
    """Forget a person: what is personal goes, that somebody of this unit and segment was asked and answered stays.

    Answers given under their name lose the name. What somebody wrote into an answer is not searched.
    """
    actor.require(CONTACTS, contact.org_path)
    if contact.erased_at is not None:
        return contact
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    Contact.objects.filter(pk=contact.pk).update(
        **dict.fromkeys(PERSONAL, ""), language="", is_opted_out=True, erased_at=timezone.now()
    )
    IdentifiedAnswer._base_manager.filter(invitation__contact=contact).delete()
    Invitation._base_manager.filter(contact=contact).update(problem="")
    CallAttempt._base_manager.filter(task__invitation__contact=contact).update(note="")
    activity(contact, "erase", actor=actor, reason=reason)
    contact.refresh_from_db()
    return contact
