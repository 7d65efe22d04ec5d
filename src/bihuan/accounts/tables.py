"""Columns and filters of the accounts lists."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Role, User
from bihuan.foundation.tables import BaseTable


class UserFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name"), method="by_words")
    role = django_filters.ModelChoiceFilter(
        label=_("role"), queryset=Role.objects.all(), field_name="grants__role", distinct=True
    )
    is_active = django_filters.TypedChoiceFilter(
        label=_("state"),
        choices=[("true", _("may sign in")), ("false", _("locked"))],
        coerce=lambda value: value == "true",
    )

    def by_words(self, rows: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        return rows.filter(
            Q(username__icontains=value) | Q(person__name__icontains=value) | Q(person__staff_number__icontains=value)
        )


class UserTable(BaseTable):
    username = tables.Column(verbose_name=_("user name"), linkify=True)
    person = tables.Column(verbose_name=_("person"), accessor="person__name", order_by="person__name")
    unit = tables.Column(verbose_name=_("unit"), accessor="person__unit__name", order_by="person__org_path")
    last_login = tables.DateTimeColumn(verbose_name=_("last sign-in"), short=True)
    is_active = tables.BooleanColumn(verbose_name=_("may sign in"))

    class Meta(BaseTable.Meta):
        pass


class RoleTable(BaseTable):
    name = tables.Column(verbose_name=_("name"), linkify=True)
    description = tables.Column(verbose_name=_("description"))
    right_count = tables.Column(verbose_name=_("rights"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})
    holder_count = tables.Column(verbose_name=_("grants"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})

    class Meta(BaseTable.Meta):
        pass
