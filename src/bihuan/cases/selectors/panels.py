"""Who may sit on a panel: whoever can sign in, belongs to the same organisation and had no part in the case."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import User
from bihuan.cases.models import Case
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import Person

SCOPE = "cases.panels"
MOST_FOUND = 40


def acted_on(case: Case) -> set[int]:
    """Users who took a step in the case, judged somebody in it or wrote into it."""
    steps = (case.received_by_id, case.classified_by_id, case.dispatched_by_id, case.answered_by_id, case.told_by_id)
    judges = case.parties.values_list("judged_by_id", flat=True)
    writers = case.entries.values_list("by_id", flat=True)
    return {user for user in (*steps, *judges, *writers) if user is not None}


def recusal(case: Case, person: Person) -> str:
    """Why this person may not sit on the panel, or "": whoever had a part in the case is recused."""
    user = User.objects.filter(person=person).values_list("pk", flat=True).first()
    if user in acted_on(case) or person.pk == case.handler_id:
        return str(_("had a part in the case"))
    if case.parties.filter(person=person).exists():
        return str(_("the case is about this person"))
    if case.unit_id is not None and person.unit_id == case.unit_id:
        return str(_("belongs to the unit concerned"))
    return ""


def top_of(org_path: str) -> str:
    return f"/{org_path.strip('/').partition('/')[0]}/"


def may_sit(case: Case, person: Person) -> bool:
    """No right on cases is needed: the panel reads what it needs on a page of its own."""
    can_sign_in = User.objects.filter(person=person, is_active=True).exists()
    return person.is_active and can_sign_in and person.org_path.startswith(top_of(case.org_path))


def colleagues(case: Case) -> QuerySet[Person]:
    """Active people of the whole organisation, wherever the one who asks stands in it."""
    with system_scope(SCOPE):
        rows = Person.objects.filter(is_active=True, org_path__within=top_of(case.org_path))
    return rows.select_related("unit").order_by("unit__org_path", "name")


def eligible_for(case: Case, typed: str = "") -> QuerySet[Person]:
    """Who may sit on the panel, by the first signs of the staff number or a part of the name."""
    with system_scope(SCOPE):
        about = list(case.parties.values_list("person_id", flat=True))
        acted = acted_on(case)
    rows = colleagues(case).filter(user__is_active=True).exclude(user__in=acted)
    rows = rows.exclude(pk__in=[*about, case.handler_id or 0])
    if case.unit_id is not None:
        rows = rows.exclude(unit=case.unit_id)
    return rows.filter(Q(staff_number__istartswith=typed) | Q(name__icontains=typed)) if typed else rows


def found_by(case: Case, typed: str) -> Person:
    """The colleague whose staff number, or name alone, was typed; why that one may not sit is said by the service."""
    number = typed.partition(" ")[0]
    rows = colleagues(case)
    person = rows.filter(staff_number__iexact=number).first()
    if person is not None:
        return person
    named = list(rows.filter(name__iexact=typed)[:2])
    if not named:
        raise BadInputError(_("There is nobody of this number or name."))
    if len(named) > 1:
        raise BadInputError(_("Several people bear this name: give the staff number."))
    return named[0]
