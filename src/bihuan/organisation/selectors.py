"""Reads of the organisation."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from bihuan.foundation.actor import Actor
from bihuan.organisation.models import OrgUnit


def units_for(actor: Actor, permission: str) -> QuerySet[OrgUnit]:
    """Units the actor holds ``permission`` on, in tree order, with the number of active people."""
    return (
        OrgUnit.objects.for_permission(actor, permission)
        .select_related("parent")
        .annotate(people_count=Count("people", filter=Q(people__is_active=True)))
    )
