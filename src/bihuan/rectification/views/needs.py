"""Pages of the needs register."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.references import Reference
from bihuan.foundation.saved_views import Query, marked_views
from bihuan.foundation.views import ActionView, FormView, ListPage, Page, RecordPage
from bihuan.rectification import permissions as may
from bihuan.rectification import selectors, services
from bihuan.rectification.enums import KanoClass
from bihuan.rectification.forms import PressForm, WhyForm
from bihuan.rectification.forms import needs as forms
from bihuan.rectification.models import Need, NeedFinding
from bihuan.rectification.selectors import needs as reads
from bihuan.rectification.tables import STATE_LOOK
from bihuan.rectification.tables.needs import NEED_LOOK, NONE, OPEN_QUERY, NeedFilter, NeedTable
from bihuan.rectification.views import steps
from bihuan.rectification.yardsticks import SHELVES

SAVED: list[tuple[str | Promise, Query]] = [
    (_("All"), []),
    (_("Open, by rank"), OPEN_QUERY),
    (_("Not rated yet"), [*OPEN_QUERY, ("priority", NONE)]),
    (_("To be decided"), [("state", "studied")]),
    (_("In work"), [("state", "accepted"), ("state", "in_work")]),
    (_("To be reviewed"), [("state", "met")]),
    (_("Overdue"), [("overdue", "true")]),
]


class NeedList(ListPage[Need]):
    template_name = "rectification/needs.html"
    required_permission = may.NEEDS_VIEW
    model = Need
    table_class = NeedTable
    filterset_class = NeedFilter
    title = _("Needs register")
    empty_hint = _("Register a need here, or from a survey's results, a comment book or an on-site study.")
    create_url_name, create_label, create_permission = (
        "rectification:need-register",
        _("Register a need"),
        may.NEEDS_REGISTER,
    )

    def rows(self) -> QuerySet[Need]:
        return super().rows().select_related("unit", "owner")

    def context(self) -> dict[str, Any]:
        return {"saved_views": marked_views(self.request, SAVED), "tie_rule": reads.tie_rule()}


class NeedMatrix(Page):
    """Priority against Kano class: what to do first, at a glance."""

    required_permission = may.NEEDS_VIEW
    template_name = "rectification/need_matrix.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = reads.open_needs(Need.objects.for_permission(self.actor, may.NEEDS_VIEW).select_related("unit"))
        filterset = NeedFilter(self.request.GET, queryset=rows, request=self.request)
        shown = filterset.qs
        return {
            **super().get_context_data(**kwargs),
            "title": _("Needs: priority against Kano class"),
            "filter": filterset,
            "kano": [*reads.measures("kano").values()],
            "lines": reads.matrix(shown, reverse("rectification:needs"), urlencode(OPEN_QUERY)),
            "total": shown.count(),
            "tie_rule": reads.tie_rule(),
        }


class NeedPage(RecordPage[Need]):
    required_permission = may.NEEDS_VIEW
    model = Need
    template_name = "rectification/need.html"

    def queryset(self) -> QuerySet[Need]:
        return super().queryset().select_related("unit", "owner")

    def context(self) -> dict[str, Any]:
        need, actor = self.record, self.actor
        findings = list(reads.findings_of(need)) if actor.can_somewhere(may.FINDINGS_VIEW) else []
        actions = list(reads.actions_for(findings))
        links = {link.finding_id: link for link in need.links.all()}
        may_manage = actor.can(may.NEEDS_MANAGE, need.org_path)
        return {
            "title": str(need),
            "state_look": NEED_LOOK[need.state],
            "late": need.is_late(timezone.localdate()),
            "steps": steps.need_steps(need, actor),
            "rank": reads.rank_of(need, actor),
            "tie_rule": reads.tie_rule(),
            "marks": [
                {"measure": factor, **need.rating.get("factors", {}).get(key, {})}
                for key, factor in reads.measures("factor").items()
            ],
            "kano": reads.measures("kano").get(need.kano_class),
            "computed": str(KanoClass(need.kano_result["category"]).label) if need.kano_result else "",
            "shares": reads.class_shares(
                {letter: need.kano_counts.get(letter, 0) for letter in KanoClass.values} if need.kano_counts else {}
            )
            if need.kano_result
            else [],
            "method": reads.measures("method").get(need.method),
            "source": need.source.load() if need.source else None,
            "findings": [
                {
                    "row": finding,
                    "look": STATE_LOOK[finding.state],
                    "actions": [
                        {"row": row, "look": STATE_LOOK[row.state], "late": row.is_late(timezone.localdate())}
                        for row in actions
                        if row.finding_id == finding.pk
                    ],
                    "link": links.get(finding.pk) if may_manage else None,
                }
                for finding in findings
            ],
            "raise_url": self.raise_url() if actor.can_somewhere(may.FINDINGS_RAISE) else "",
            "may_manage": may_manage,
            "may_classify": may_manage and not need.is_final and need.state != "met",
        }

    def raise_url(self) -> str:
        need = self.record
        return selectors.raise_url(
            title=need.title,
            fact=need.description,
            unit=need.unit,
            clause=need.clause,
            dimension=need.dimension,
            evidence=need.evidence,
            source=need.reference,
            source_label=str(need)[:200],
        )


class NeedRegister(FormView):
    """Other pages hand over title, unit, source and signed figures in the address."""

    required_permission = may.NEEDS_REGISTER
    form_class = forms.NeedForm
    template_name = "rectification/raise.html"
    title, submit_label = _("Register a need"), _("Register need")

    def handed_over(self) -> tuple[dict[str, Any], Reference | None, str]:
        token = self.request.POST.get("evidence") or self.request.GET.get("evidence", "")
        return selectors.evidence_from_token(token) if token else ({}, None, "")

    def initial(self) -> dict[str, Any]:
        return {"source_label": self.handed_over()[2], **super().initial()}

    def context(self) -> dict[str, Any]:
        evidence, _source, label = self.handed_over()
        return {
            "intro": _("What customers need, whether or not something is wrong today."),
            "evidence": {name: value for name, value in evidence.items() if name != "kano"},
            "source_label": label,
        }

    def submit(self, form: Any) -> str:
        given = dict(form.cleaned_data)
        given.pop("evidence")
        evidence, source, label = self.handed_over()
        answers = evidence.pop("kano", None)
        given["source_label"] = given["source_label"] or label
        need = services.need_register(actor=self.actor, source=source, evidence=evidence, kano_counts=answers, **given)
        return need.get_absolute_url()


class NeedAct(ActionView[Need]):
    model = Need
    form_class: type[Form] = WhyForm


class NeedEdit(NeedAct):
    required_permission = may.NEEDS_MANAGE
    form_class = forms.NeedEditForm
    title, submit_label = _("Edit the need"), _("Save")

    def initial(self) -> dict[str, Any]:
        names = ("title", "description", "customers", "source_kind", "source_label", "method", "dimension", "clause")
        return {"unit": self.record.unit_id, **{name: getattr(self.record, name) for name in names}}

    def act(self, record: Need, form: Any) -> None:
        services.need_edit(actor=self.actor, need=record, **form.cleaned_data)


class NeedRate(NeedAct):
    required_permission = may.NEEDS_MANAGE
    form_class = forms.RateForm
    title, submit_label = _("Rate the priority"), _("Save")

    def form_arguments(self) -> dict[str, Any]:
        return {"factors": reads.measures("factor")}

    def initial(self) -> dict[str, Any]:
        said = self.record.rating.get("factors", {})
        marks = {name: row["mark"] for name, row in said.items()}
        return marks | {f"{name}_note": row["note"] for name, row in said.items()}

    def context(self) -> dict[str, Any]:
        words = _(
            "Priority = urgency × effect on satisfaction × capability, 1 to 125 points. Read the anchors, then mark."
        )
        return {**super().context(), "intro": words}

    def act(self, record: Need, form: Any) -> None:
        services.need_rate(actor=self.actor, need=record, **form.values())


class NeedKano(NeedAct):
    required_permission = may.NEEDS_MANAGE
    form_class = forms.KanoForm
    template_name = "rectification/need_kano.html"
    title, submit_label = _("Compute the Kano class"), _("Compute")

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        self.words = [str(word) for word in reads.KANO_ANSWERS]
        self.table = [
            {
                "word": word,
                "cells": [{"word": column, "field": cell} for column, cell in zip(self.words, row, strict=True)],
            }
            for word, row in zip(self.words, form.pairs(), strict=True)
        ]
        return super().show(form, status)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "words": self.words, "rows": self.table}

    def act(self, record: Need, form: Any) -> None:
        services.need_classify(actor=self.actor, need=record, answers=form.cleaned_data["answers"])


class NeedKanoByHand(NeedAct):
    required_permission = may.NEEDS_MANAGE
    form_class = forms.KanoByHandForm
    title, submit_label = _("Set the Kano class by hand"), _("Save")

    def act(self, record: Need, form: Any) -> None:
        services.need_classify_by_hand(actor=self.actor, need=record, **form.cleaned_data)


class NeedAssign(NeedAct):
    required_permission = may.NEEDS_MANAGE
    form_class = forms.AssignForm
    title, submit_label = _("Owner and dates"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"owner": self.record.owner_id, "due_on": self.record.due_on, "review_on": self.record.review_on}

    def act(self, record: Need, form: Any) -> None:
        services.need_assign(actor=self.actor, need=record, **form.cleaned_data)


class NeedStudy(NeedAct):
    required_permission = may.NEEDS_MANAGE
    form_class = forms.StudyForm
    title, submit_label = _("Record the study"), _("Save")

    def act(self, record: Need, form: Any) -> None:
        services.need_study(actor=self.actor, need=record, **form.cleaned_data)


class NeedAccept(NeedAct):
    required_permission = may.NEEDS_DECIDE
    form_class = forms.AcceptForm
    title, submit_label = _("Accept the need"), pgettext_lazy("need step", "Accept")

    def initial(self) -> dict[str, Any]:
        return {"owner": self.record.owner_id, "due_on": self.record.due_on}

    def act(self, record: Need, form: Any) -> None:
        services.need_accept(actor=self.actor, need=record, **form.cleaned_data)


class NeedDecline(NeedAct):
    required_permission = may.NEEDS_DECIDE
    title, submit_label = _("Decline the need"), pgettext_lazy("need step", "Decline")

    def act(self, record: Need, form: Any) -> None:
        services.need_decline(actor=self.actor, need=record, **form.cleaned_data)


class NeedStart(NeedAct):
    required_permission = may.NEEDS_MANAGE
    form_class = PressForm
    title, submit_label = _("Begin the work"), _("Begin the work")

    def act(self, record: Need, form: Any) -> None:
        services.need_start(actor=self.actor, need=record)


class NeedMeet(NeedAct):
    required_permission = may.NEEDS_MANAGE
    form_class = forms.MeetForm
    title, submit_label = _("Report the need met"), _("Report met")

    def initial(self) -> dict[str, Any]:
        return {"review_on": self.record.review_on}

    def act(self, record: Need, form: Any) -> None:
        services.need_meet(actor=self.actor, need=record, **form.cleaned_data)


class NeedReview(NeedAct):
    required_permission = may.NEEDS_DECIDE
    form_class = forms.ReviewForm
    title, submit_label = _("Review the need"), _("Record the review")

    def act(self, record: Need, form: Any) -> None:
        services.need_review(actor=self.actor, need=record, **form.cleaned_data)


class NeedReopen(NeedAct):
    required_permission = may.NEEDS_DECIDE
    title, submit_label = _("Reopen the need"), pgettext_lazy("step", "Reopen")

    def act(self, record: Need, form: Any) -> None:
        services.need_reopen(actor=self.actor, need=record, **form.cleaned_data)


class NeedLink(NeedAct):
    required_permission = may.NEEDS_MANAGE
    form_class = forms.LinkForm
    title, submit_label = _("Link a finding"), _("Link")

    def act(self, record: Need, form: Any) -> None:
        services.need_link(actor=self.actor, need=record, **form.cleaned_data)


class NeedUnlink(ActionView[NeedFinding]):
    required_permission = may.NEEDS_MANAGE
    model = NeedFinding
    form_class = WhyForm
    title, submit_label = _("Take the link off"), _("Take the link off")

    def act(self, record: NeedFinding, form: Any) -> Need:
        return services.need_unlink(actor=self.actor, link=record, **form.cleaned_data)


class Yardsticks(Page):
    """What needs are measured by, readable by everyone who sees needs."""

    required_permission = may.NEEDS_VIEW
    template_name = "rectification/yardsticks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        headings = {"factor": _("Priority factors"), "kano": _("Kano classes"), "method": _("Research methods")}
        return {
            **super().get_context_data(**kwargs),
            "title": _("How needs are measured"),
            "shelves": [
                {"kind": kind, "heading": heading, "measures": list(reads.measures(kind).values())}
                for kind, heading in headings.items()
            ],
            "tie_rule": reads.tie_rule(),
            "may_edit": self.actor.can_somewhere(may.PLAN_RULES),
        }


class YardstickEdit(FormView):
    required_permission = may.PLAN_RULES
    form_class = forms.TermForm
    submit_label = _("Save")
    success_message = _("Saved. Needs rated before keep the words they were rated by.")

    def measure(self) -> reads.Measure:
        kind, key = self.kwargs["kind"], self.kwargs["key"]
        if key not in SHELVES.get(kind, {}):
            raise Http404
        return reads.measures(kind)[key]

    def form_arguments(self) -> dict[str, Any]:
        return {"anchors": len(self.measure().anchors)}

    def initial(self) -> dict[str, Any]:
        measure = self.measure()
        anchors = {f"anchor_{level}": text for level, text in enumerate(measure.anchors, 1)}
        return {"text": measure.text, **anchors}

    def context(self) -> dict[str, Any]:
        return {"title": self.measure().label, "cancel_url": reverse("rectification:yardsticks")}

    def submit(self, form: Any) -> str:
        measure = self.measure()
        services.need_term_set(
            actor=self.actor,
            kind=measure.kind,
            key=measure.key,
            text=form.cleaned_data["text"],
            anchors=form.anchors(),
        )
        return reverse("rectification:yardsticks")
