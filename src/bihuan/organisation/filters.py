"""Filters that lists of any app offer."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bihuan.organisation.models import OrgUnit


def units_in_scope(_request: HttpRequest | None) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.all()


class UnitBelowFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """The unit and all below it."""

    def __init__(self) -> None:
        super().__init__(label=_("unit"), queryset=units_in_scope)

    def filter(self, rows: QuerySet[Any], value: OrgUnit | None) -> QuerySet[Any]:
        return rows.filter(org_path__within=value.org_path) if value else rows
