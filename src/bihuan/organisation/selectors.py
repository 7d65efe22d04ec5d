"""Reads of the organisation."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet

from bihuan.foundation.actor import Actor
from bihuan.organisation.models import OrgUnit, Person, PostHolding


def units_for(actor: Actor, permission: str) -> QuerySet[OrgUnit]:
    """Units the actor holds ``permission`` on, in tree order, with the number of active people."""
    return (
        OrgUnit.objects.for_permission(actor, permission)
        .select_related("parent")
        .annotate(people_count=Count("people", filter=Q(people__is_active=True)))
    )


def unit_of_path(org_path: str) -> OrgUnit | None:
    """The unit a path ends in, whoever asks: a name on a record the reader may see anyway."""
    number = org_path.rstrip("/").rpartition("/")[2]
    return OrgUnit._base_manager.filter(pk=int(number)).first() if number.isdigit() else None


def holdings_on(day: date, person: Person) -> QuerySet[PostHolding]:
    """Posts a person held on ``day``."""
    return (
        PostHolding.objects.filter(person=person, since__lte=day)
        .filter(Q(until__isnull=True) | Q(until__gte=day))
        .select_related("post__unit")
    )
