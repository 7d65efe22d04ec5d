"""The roster that lets a case name driver and shift."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.forms.roster import RosterFileForm, ShiftForm
from bihuan.cases.forms.work import WhyForm
from bihuan.cases.models import RosterShift
from bihuan.cases.services.rosters import roster_import, roster_shift_add, roster_shift_remove
from bihuan.cases.tables.roster import RosterFilter, RosterTable
from bihuan.foundation.views import ActionView, FormView, ListPage


class RosterList(ListPage[RosterShift]):
    template_name = "cases/work/roster.html"
    required_permission = may.CRITERIA
    model = RosterShift
    table_class = RosterTable
    filterset_class = RosterFilter
    title = _("Roster of drivers and counters")
    empty_hint = _("Upload the roster: then a case names who was on duty from time, line and vehicle.")
    create_url_name, create_label, create_permission = "cases:roster-upload", _("Upload a roster"), may.CRITERIA

    def rows(self) -> QuerySet[RosterShift]:
        return super().rows().select_related("person", "asset", "line")


class RosterUpload(FormView):
    required_permission = may.CRITERIA
    form_class = RosterFileForm
    title, submit_label = _("Upload a roster"), _("Upload")

    def submit(self, form: Any) -> str:
        made, there = roster_import(actor=self.actor, rows=form.cleaned_data["file"])
        words = gettext("%(made)s shifts added, %(there)s were there already.") % {"made": made, "there": there}
        messages.success(self.request, words)
        return reverse("cases:roster")


class RosterAdd(FormView):
    required_permission = may.CRITERIA
    form_class = ShiftForm
    title, submit_label = _("Add a shift"), _("Add")

    def submit(self, form: Any) -> str:
        roster_shift_add(actor=self.actor, row=form.row())
        return reverse("cases:roster")


class RosterRemove(ActionView[RosterShift]):
    required_permission = may.CRITERIA
    model = RosterShift
    form_class = WhyForm
    title, submit_label = _("Remove a shift"), _("Remove")

    def context(self) -> dict[str, Any]:
        return {"cancel_url": reverse("cases:roster"), "intro": str(self.record)}

    def submit(self, form: Any) -> str:
        roster_shift_remove(actor=self.actor, shift=self.record, reason=form.cleaned_data["reason"])
        return reverse("cases:roster")
