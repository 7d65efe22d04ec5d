"""The list of cases and the queue of the desk."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.enums import Holder
from bihuan.cases.models import Case
from bihuan.cases.tables.work import CaseFilter, CaseTable
from bihuan.foundation.saved_views import Query, marked_views
from bihuan.foundation.views import ListPage

SAVED: list[tuple[str | Promise, Query]] = [
    (_("All"), []),
    (_("With the desk"), [("waits_for", Holder.DESK)]),
    (_("With units"), [("waits_for", Holder.UNIT)]),
    (_("To classify"), [("state", "received")]),
    (_("To feed back"), [("state", "answered")]),
    (_("Overdue"), [("overdue", "true")]),
    (_("Major events"), [("is_major", "true")]),
]


class CaseList(ListPage[Case]):
    template_name = "cases/work/list.html"
    required_permission = may.VIEW
    model = Case
    table_class = CaseTable
    filterset_class = CaseFilter
    title = _("Cases")
    empty_hint = _("Take in the first case at the desk, or open a public form.")
    create_url_name, create_label, create_permission = "cases:intake", _("Take in a case"), may.INTAKE

    def rows(self) -> QuerySet[Case]:
        return super().rows().select_related("unit", "desk", "line", "theme")

    def context(self) -> dict[str, Any]:
        from_file = {"file_url": reverse("cases:imports"), "file_label": _("Cases from a file")}
        may_import = self.actor.can_somewhere(may.INTAKE)
        return {"saved_views": marked_views(self.request, SAVED), **(from_file if may_import else {})}
