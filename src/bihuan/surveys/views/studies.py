"""Pages of on-site studies."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.documents.services import docx_build, html_build
from bihuan.foundation.steps import Way, next_steps
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordPage
from bihuan.rectification.permissions import FINDINGS_RAISE, NEEDS_REGISTER
from bihuan.rectification.selectors import need_url, raise_url
from bihuan.surveys import permissions as may
from bihuan.surveys.forms import studies as forms
from bihuan.surveys.forms.campaigns import PressForm, WhyForm
from bihuan.surveys.models import StudyNote, StudyPlan, StudyVisit
from bihuan.surveys.selectors import studies as reads
from bihuan.surveys.services import studies as services
from bihuan.surveys.study_report import report_of
from bihuan.surveys.tables.studies import STUDY_LOOK, PlanTable, VisitFilter, VisitTable

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STEPS = {
    "begin": Way(pgettext_lazy("study step", "Begin"), "surveys:study-begin", "player-play", press=True),
    "close": Way(pgettext_lazy("study step", "Close"), "surveys:study-close", "circle-check"),
    "report": Way(pgettext_lazy("study step", "Report"), "surveys:study-report", "report"),
    "arrange": Way(pgettext_lazy("study step", "Date and people"), "surveys:study-arrange", "calendar"),
    "restore": Way(pgettext_lazy("study step", "Plan again"), "surveys:study-restore", "arrow-back-up", turns=True),
    "reopen": Way(pgettext_lazy("study step", "Reopen"), "surveys:study-reopen", "refresh", turns=True),
    "send_back": Way(pgettext_lazy("study step", "Send back"), "surveys:study-send-back", "arrow-back-up", turns=True),
    "cancel": Way(pgettext_lazy("study step", "Cancel the study"), "surveys:study-cancel", "ban", turns=True),
}


class VisitList(ListPage[StudyVisit]):
    template_name = "surveys/studies/list.html"
    required_permission = may.STUDIES_VIEW
    model = StudyVisit
    table_class = VisitTable
    filterset_class = VisitFilter
    title = _("On-site studies")
    empty_hint = _("Plan the year first: at least three units are drawn and studied on site.")
    create_url_name, create_label, create_permission = "surveys:study-plan-new", _("Plan a year"), may.STUDIES_PLAN

    def rows(self) -> QuerySet[StudyVisit]:
        return (
            super()
            .rows()
            .select_related("unit", "plan", "lead")
            .annotate(
                interview_count=Count("talks", filter=Q(talks__kind="interview"), distinct=True),
                forum_count=Count("talks", filter=Q(talks__kind="forum"), distinct=True),
                note_count=Count("notes", filter=Q(notes__withdrawn_at__isnull=True), distinct=True),
            )
        )

    def context(self) -> dict[str, Any]:
        query = self.request.GET.urlencode()
        views = [
            (_("All"), ""),
            (_("Planned"), "state=planned"),
            (_("Under way"), "state=under_way"),
            (_("To be closed"), "state=reported"),
        ]
        return {
            "saved_views": [
                {"label": label, "url": f"{self.request.path}?{one}", "active": query == one} for label, one in views
            ]
        }


class PlanList(ListPage[StudyPlan]):
    template_name = "surveys/studies/list.html"
    required_permission = may.STUDIES_VIEW
    model = StudyPlan
    table_class = PlanTable
    title = _("Study plans")
    empty_hint = _("Plan the year first: at least three units are drawn and studied on site.")
    create_url_name, create_label, create_permission = "surveys:study-plan-new", _("Plan a year"), may.STUDIES_PLAN

    def rows(self) -> QuerySet[StudyPlan]:
        return super().rows().select_related("unit")


class PlanPage(RecordPage[StudyPlan]):
    """Wanted, drawn, done: what the year still lacks, and whether the draw can be repeated."""

    required_permission = may.STUDIES_VIEW
    model = StudyPlan
    template_name = "surveys/studies/plan.html"

    def queryset(self) -> QuerySet[StudyPlan]:
        return StudyPlan.objects.select_related("unit")

    def context(self) -> dict[str, Any]:
        plan, actor = self.record, self.actor
        visits = list(plan.visits.select_related("unit", "lead"))
        units = list(reads.units_of(plan))
        last = reads.last_studied(units)
        names = plan.frame
        return {
            "title": _("Study plan %(year)s · %(unit)s") % {"year": plan.year, "unit": plan.unit.name},
            "cover": reads.coverage(plan),
            "visits": [{"row": visit, "look": STUDY_LOOK[visit.state]} for visit in visits],
            "units": [{"row": unit, "last": last.get(unit.pk)} for unit in units[:200]],
            "holds": reads.draw_holds(plan),
            "drawn_names": [names.get(key, key) for key in plan.drawn],
            "may_plan": actor.can(may.STUDIES_PLAN, plan.org_path),
        }


class PlanNew(FormView):
    required_permission = may.STUDIES_PLAN
    form_class = forms.PlanForm
    title, submit_label = _("Plan a year's studies"), _("Save plan")

    def initial(self) -> dict[str, Any]:
        return {"year": timezone.localdate().year, "wanted": 3, **super().initial()}

    def submit(self, form: Any) -> str:
        return services.study_plan_create(actor=self.actor, **form.cleaned_data).get_absolute_url()


class PlanAct(ActionView[StudyPlan]):
    required_permission = may.STUDIES_PLAN
    model = StudyPlan
    form_class: type[Form] = PressForm

    def queryset(self) -> QuerySet[StudyPlan]:
        return StudyPlan.objects.select_related("unit")


class PlanEdit(PlanAct):
    form_class = forms.PlanEditForm
    title, submit_label = _("Edit the plan"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"wanted": self.record.wanted, "purpose": self.record.purpose}

    def act(self, record: StudyPlan, form: Any) -> None:
        services.study_plan_edit(actor=self.actor, plan=record, **form.cleaned_data)


class PlanDraw(PlanAct):
    form_class = forms.DrawForm
    title, submit_label = _("Draw the units"), _("Draw")

    def initial(self) -> dict[str, Any]:
        missing = reads.coverage(self.record).missing or self.record.wanted
        return {"kinds": ["station"], "count": missing, "leave_out_last_year": True}

    def context(self) -> dict[str, Any]:
        words = _("Chance decides once a plan. Seed and units are kept, so that anybody can repeat the draw.")
        return {**super().context(), "intro": words}

    def act(self, record: StudyPlan, form: Any) -> None:
        services.study_plan_draw(actor=self.actor, plan=record, **form.cleaned_data)


class PlanAddUnit(PlanAct):
    form_class = forms.AddUnitForm
    title, submit_label = _("Add a unit"), _("Add")

    def act(self, record: StudyPlan, form: Any) -> StudyVisit:
        return services.study_plan_add_unit(actor=self.actor, plan=record, **form.cleaned_data)


def visits_for_page() -> QuerySet[StudyVisit]:
    return StudyVisit.objects.select_related("unit", "plan__unit", "lead", "guide__instrument")


def notes_of(visit: StudyVisit) -> list[StudyNote]:
    return list(visit.notes.filter(withdrawn_at__isnull=True).select_related("talk"))


class VisitPage(RecordPage[StudyVisit]):
    required_permission = may.STUDIES_VIEW
    model = StudyVisit
    template_name = "surveys/studies/visit.html"

    def queryset(self) -> QuerySet[StudyVisit]:
        return visits_for_page()

    def context(self) -> dict[str, Any]:
        visit, actor = self.record, self.actor
        notes = notes_of(visit)
        what = reads.became(notes)
        writes = visit.takes_notes and actor.can(may.STUDIES_CARRY_OUT, visit.org_path)
        raises, registers = actor.can_somewhere(FINDINGS_RAISE), actor.can_somewhere(NEEDS_REGISTER)
        return {
            "title": str(visit),
            "look": STUDY_LOOK[visit.state],
            "late": visit.is_late(timezone.localdate()),
            "steps": next_steps(visit, actor, STEPS, tells_refusal={"report", "close"}),
            "more_links": [
                {"label": _("Print report"), "url": reverse("surveys:study-print", args=[visit.pk]), "icon": "printer"},
                {
                    "label": _("Word file (DOCX)"),
                    "url": reverse("surveys:study-docx", args=[visit.pk]),
                    "icon": "file-type-docx",
                },
            ],
            "talks": visit.talks.all(),
            "notes": [
                {
                    "row": note,
                    "became": what[note.pk],
                    "finding_url": self.finding_url(note) if raises and note.kind != StudyNote.Kind.PRAISE else "",
                    "need_url": self.need_url(note) if registers else "",
                }
                for note in notes
            ],
            "writes": writes,
            "note_form": self.note_form() if writes else None,
        }

    def note_form(self) -> forms.NoteForm:
        """The talk of the last note is offered again."""
        return forms.NoteForm(visit=self.record, initial={"talk": self.request.GET.get("talk")})

    def label(self, note: StudyNote) -> str:
        where = f" · {note.talk}" if note.talk else ""
        return f"{self.record.number} {self.record.unit.name}{where}"[:200]

    def finding_url(self, note: StudyNote) -> str:
        return raise_url(
            title=note.text[:80],
            fact=note.text,
            unit=self.record.unit,
            dimension=note.theme,
            evidence={"note": gettext("Said in the on-site study %(study)s") % {"study": self.label(note)}},
            source=note.reference,
            source_label=self.label(note),
        )

    def need_url(self, note: StudyNote) -> str:
        method = {"interview": "interview", "forum": "focus_group"}.get(note.talk.kind, "") if note.talk else ""
        return need_url(
            title=note.text[:80],
            description=note.text,
            unit=self.record.unit,
            source_kind="study",
            method=method,
            customers=note.talk.who if note.talk else "",
            dimension=note.theme,
            source=note.reference,
            source_label=self.label(note),
        )


class VisitPrint(RecordPage[StudyVisit]):
    required_permission = may.STUDIES_VIEW
    model = StudyVisit
    template_name = "surveys/studies/print.html"

    def queryset(self) -> QuerySet[StudyVisit]:
        return visits_for_page()

    def context(self) -> dict[str, Any]:
        notes = notes_of(self.record)
        paper = report_of(self.record, notes, reads.became(notes))
        return {
            "title": str(self.record),
            "paper": html_build(paper),
            "back_url": self.record.get_absolute_url(),
        }


class VisitDocx(RecordPage[StudyVisit]):
    required_permission = may.STUDIES_VIEW
    model = StudyVisit

    def queryset(self) -> QuerySet[StudyVisit]:
        return visits_for_page()

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        notes = notes_of(self.record)
        content = docx_build(report_of(self.record, notes, reads.became(notes)))
        response = HttpResponse(content, content_type=DOCX)
        name = f"{self.record.number}.docx"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        return response


class VisitAct(ActionView[StudyVisit]):
    required_permission = may.STUDIES_CARRY_OUT
    model = StudyVisit
    form_class: type[Form] = WhyForm

    def queryset(self) -> QuerySet[StudyVisit]:
        return visits_for_page()


class VisitArrange(VisitAct):
    form_class = forms.ArrangeForm
    title, submit_label = _("Date and people"), _("Save")

    def initial(self) -> dict[str, Any]:
        visit = self.record
        same = {name: getattr(visit, name) for name in ("planned_on", "team", "purpose")}
        return {**same, "lead": visit.lead_id, "guide": visit.guide_id}

    def act(self, record: StudyVisit, form: Any) -> None:
        services.study_arrange(actor=self.actor, visit=record, **form.cleaned_data)


class VisitBegin(VisitAct):
    form_class = PressForm
    title, submit_label = _("Begin the study"), pgettext_lazy("study step", "Begin")

    def act(self, record: StudyVisit, form: Any) -> None:
        services.study_begin(actor=self.actor, visit=record)


class TalkAdd(VisitAct):
    form_class = forms.TalkForm
    title, submit_label = _("Add an interview or a forum"), _("Add")

    def initial(self) -> dict[str, Any]:
        return {"kind": self.request.GET.get("kind", "interview"), "held_on": timezone.localdate(), "participants": 1}

    def act(self, record: StudyVisit, form: Any) -> None:
        services.study_talk_add(actor=self.actor, visit=record, **form.cleaned_data)


class NoteAdd(VisitAct):
    form_class = forms.NoteForm
    title, submit_label = _("Add a note"), _("Save note")

    def form_arguments(self) -> dict[str, Any]:
        return {"visit": self.record}

    def submit(self, form: Any) -> str:
        note = services.study_note_add(actor=self.actor, visit=self.record, **form.cleaned_data)
        talk = f"?talk={note.talk_id}" if note.talk_id else ""
        return f"{self.record.get_absolute_url()}{talk}#add-note"


class NoteWithdraw(ActionView[StudyNote]):
    required_permission = may.STUDIES_CARRY_OUT
    model = StudyNote
    form_class = WhyForm
    title, submit_label = _("Withdraw the note"), pgettext_lazy("study step", "Withdraw")

    def act(self, record: StudyNote, form: Any) -> StudyVisit:
        return services.study_note_withdraw(actor=self.actor, note=record, **form.cleaned_data)


class VisitReport(VisitAct):
    form_class = forms.ReportForm
    title, submit_label = _("Report the study"), pgettext_lazy("study step", "Report")

    def initial(self) -> dict[str, Any]:
        return {"conclusion": self.record.conclusion, "proposals": self.record.proposals}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "autosave": f"study-report-{self.record.pk}"}

    def act(self, record: StudyVisit, form: Any) -> None:
        services.study_report(actor=self.actor, visit=record, **form.cleaned_data)


class VisitSendBack(VisitAct):
    required_permission = may.STUDIES_CLOSE
    title, submit_label = _("Send the report back"), pgettext_lazy("study step", "Send back")

    def act(self, record: StudyVisit, form: Any) -> None:
        services.study_send_back(actor=self.actor, visit=record, **form.cleaned_data)


class VisitClose(VisitAct):
    required_permission = may.STUDIES_CLOSE
    form_class = forms.CloseForm
    title, submit_label = _("Close the study"), pgettext_lazy("study step", "Close")

    def act(self, record: StudyVisit, form: Any) -> None:
        services.study_close(actor=self.actor, visit=record, **form.cleaned_data)


class VisitCancel(VisitAct):
    required_permission = may.STUDIES_PLAN
    title, submit_label = _("Cancel the study"), _("Cancel the study")

    def act(self, record: StudyVisit, form: Any) -> None:
        services.study_cancel(actor=self.actor, visit=record, **form.cleaned_data)


class VisitRestore(VisitAct):
    required_permission = may.STUDIES_PLAN
    title, submit_label = _("Plan the study again"), pgettext_lazy("study step", "Plan again")

    def act(self, record: StudyVisit, form: Any) -> None:
        services.study_restore(actor=self.actor, visit=record, **form.cleaned_data)


class VisitReopen(VisitAct):
    required_permission = may.STUDIES_CLOSE
    title, submit_label = _("Reopen the study"), pgettext_lazy("study step", "Reopen")

    def act(self, record: StudyVisit, form: Any) -> None:
        services.study_reopen(actor=self.actor, visit=record, **form.cleaned_data)
