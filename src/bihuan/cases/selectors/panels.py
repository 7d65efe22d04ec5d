"""Who may sit on a panel: whoever may see the case and had no part in it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import User
from bihuan.accounts.selectors import users_with
from bihuan.cases.models import Case
from bihuan.cases.permissions import VIEW
from bihuan.organisation.models import Person


def recusal(case: Case, person: Person) -> str:
    """Why this person may not sit on the panel, or "": whoever had a part in the case is recused."""
    users = set(User.objects.filter(person=person).values_list("pk", flat=True))
    had_part = {case.received_by_id, case.classified_by_id, case.dispatched_by_id, case.answered_by_id, case.told_by_id}
    if users & had_part or person.pk == case.handler_id:
        return str(_("had a part in the case"))
    if case.parties.filter(person=person).exists():
        return str(_("the case is about this person"))
    if case.parties.filter(judged_by_id__in=users).exists() or case.entries.filter(by_id__in=users).exists():
        return str(_("had a part in the case"))
    if case.unit_id is not None and person.unit_id == case.unit_id:
        return str(_("belongs to the unit concerned"))
    return ""


def may_see(case: Case, person: Person) -> bool:
    return User.objects.filter(person=person, pk__in=users_with(VIEW, case.org_path)).exists()


def eligible_for(case: Case) -> QuerySet[Person]:
    people = Person.objects.filter(is_active=True, user__in=users_with(VIEW, case.org_path))
    fit = [person.pk for person in people if not recusal(case, person)]
    return Person.objects.filter(pk__in=fit).select_related("unit").order_by("unit__org_path", "name")
