"""The duty roster of the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms import hotline as forms
from bihuan.cases.models import DeskShift
from bihuan.cases.selectors import shifts as reads
from bihuan.cases.tables.hotline import ShiftFilter, ShiftTable
from bihuan.foundation.views import ActionView, FormView, ListPage, Page, RecordPage


class RosterWeek(Page):
    """A week of one desk: who, gaps and overlaps in words, who can be reached now."""

    required_permission = may.VIEW
    template_name = "cases/hotline/roster.html"

    @cached_property
    def monday(self) -> date:
        try:
            given = parse_date(self.request.GET.get("week", ""))
        except ValueError:
            given = None
        return reads.monday_of(given or timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor, now = self.actor, timezone.now()
        desks = reads.desks_seen(actor)
        wanted = self.request.GET.get("desk", "")
        desk = next((unit for unit in desks if str(unit.pk) == wanted), desks[0] if desks else None)
        rows = reads.shifts_seen(actor).filter(unit=desk)
        return {
            **super().get_context_data(**kwargs),
            "title": _("Duty roster of the desk"),
            "desks": desks,
            "desk": desk,
            "week": reads.week_of(rows, self.monday, now),
            "now": now,
            "on_duty": reads.on_duty(actor, now),
            "next_shift": reads.next_on_duty(actor, now),
            "may_keep": actor.can_somewhere(may.ROSTER),
        }


class RosterPrint(RosterWeek):
    template_name = "cases/hotline/roster_print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "back_url": reverse("cases:desk-roster")}


class ShiftList(ListPage[DeskShift]):
    required_permission = may.VIEW
    template_name = "cases/work/list.html"
    model = DeskShift
    table_class, filterset_class = ShiftTable, ShiftFilter
    title = _("Shifts of the desk")
    empty_hint = _("Enter a shift, or a pattern of three shifts a day.")
    create_url_name, create_label, create_permission = "cases:shift-add", _("Add a shift"), may.ROSTER

    def rows(self) -> QuerySet[DeskShift]:
        return super().rows().select_related("unit", "person", "handed_to")


class ShiftAdd(FormView):
    required_permission = may.ROSTER
    form_class = forms.ShiftForm
    title, submit_label = _("Add a shift"), _("Save")

    def submit(self, form: Any) -> str:
        shift = services.shift_write(actor=self.actor, **form.cleaned_data)
        return f"{reverse('cases:desk-roster')}?desk={shift.unit_id}&week={timezone.localdate(shift.starts_at)}"


class PatternAdd(FormView):
    required_permission = may.ROSTER
    form_class = forms.PatternForm
    title, submit_label = _("Three shifts a day"), _("Enter the shifts")

    def submit(self, form: Any) -> str:
        given = form.pattern()
        services.shifts_write(actor=self.actor, **given)
        return f"{reverse('cases:desk-roster')}?desk={given['unit'].pk}&week={given['first_day']}"


class ShiftPage(RecordPage[DeskShift]):
    required_permission = may.VIEW
    model = DeskShift
    template_name = "cases/hotline/shift.html"

    def queryset(self) -> QuerySet[DeskShift]:
        return super().queryset().select_related("unit", "person", "handed_to")

    def context(self) -> dict[str, Any]:
        shift, actor = self.record, self.actor
        may_keep = actor.can(may.ROSTER, shift.org_path)
        has_begun = shift.starts_at <= timezone.now()
        return {
            "title": f"{shift.unit.name} · {shift.person.name}",
            "may_hand_over": may_keep and has_begun and shift.handed_over_at is None,
            "may_drop": may_keep and shift.handed_over_at is None,
            "may_take_over": shift.taken_over_at is None
            and shift.handed_to_id is not None
            and actor.person_id == shift.handed_to_id,
        }


class HandOver(ActionView[DeskShift]):
    required_permission = may.ROSTER
    model = DeskShift
    form_class = forms.HandOverForm
    template_name = "cases/hotline/hand_over.html"
    title, submit_label = _("Hand the desk over"), _("Hand over")

    def initial(self) -> dict[str, Any]:
        following = reads.shifts_seen(self.actor).filter(unit=self.record.unit, starts_at__gte=self.record.ends_at)
        first = following.order_by("starts_at").first()
        return {"handed_to": first.person_id if first else None}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "open_cases": reads.open_cases(self.record.unit)}

    def act(self, record: DeskShift, form: Any) -> None:
        services.shift_hand_over(actor=self.actor, shift=record, **form.cleaned_data)


class TakeOver(ActionView[DeskShift]):
    required_permission = may.VIEW
    model = DeskShift
    form_class = forms.PressForm
    title = submit_label = _("Take the desk over")

    def act(self, record: DeskShift, form: Any) -> None:
        services.shift_take_over(actor=self.actor, shift=record)


class ShiftDrop(ActionView[DeskShift]):
    required_permission = may.ROSTER
    model = DeskShift
    form_class = forms.WhyForm
    title = submit_label = _("Take the shift off the roster")

    def submit(self, form: Any) -> str:
        services.shift_drop(actor=self.actor, shift=self.record, **form.cleaned_data)
        return reverse("cases:desk-roster")
