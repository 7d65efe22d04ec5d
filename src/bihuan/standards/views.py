"""Pages of answering standards: look one up, keep them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.saved_views import Query, marked_views
from bihuan.foundation.steps import Way, next_steps
from bihuan.foundation.views import ActionView, FormView, ListPage, Page, RecordPage
from bihuan.standards import forms, selectors, services
from bihuan.standards import permissions as may
from bihuan.standards.models import AnsweringEdition, AnsweringStandard
from bihuan.standards.tables import LOOK, AnswerFilter, AnswerTable

SHOWN = 50
SAVED: list[tuple[str | Promise, Query]] = [
    (_("All"), []),
    (_("In force"), [("state", "in_force")]),
    (_("Drafts"), [("state", "draft")]),
    (_("Changed, not published"), [("changed", "true")]),
    (_("Due for review"), [("review", "true")]),
]
WAYS = {
    "publish": Way(_("Publish"), "standards:answer-publish", "circle-check"),
    "edit": Way(_("Edit"), "standards:answer-edit", "edit"),
    "confirm": Way(_("Reviewed, keep"), "standards:answer-confirm", "checkbox"),
    "abolish": Way(_("Abolish"), "standards:answer-abolish", "ban", turns=True),
    "restore": Way(_("Take up again"), "standards:answer-restore", "refresh", turns=True),
}


class AnswerLookUp(Page):
    """What is in force today, for whoever has to answer."""

    required_permission = may.VIEW
    template_name = "standards/look_up.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words, topic = self.request.GET.get("q", "").strip(), self.request.GET.get("topic", "")
        rows = selectors.answers_seen(self.actor, timezone.localdate())
        found = selectors.found_by(rows, words)
        if topic:
            found = found.filter(topic=topic)
        return {
            **super().get_context_data(**kwargs),
            "title": _("Answering standards"),
            "words": words,
            "topic": topic,
            "topics": selectors.topics(rows),
            "answers": found[:SHOWN],
            "total": found.count(),
            "in_all": rows.count(),
            "may_edit": self.actor.can_somewhere(may.EDIT),
        }


class AnswerList(ListPage[AnsweringStandard]):
    template_name = "standards/list.html"
    required_permission = may.EDIT
    model = AnsweringStandard
    table_class = AnswerTable
    filterset_class = AnswerFilter
    title = _("Keep answering standards")
    empty_hint = _("Write the answers to what customers ask most, or upload them from a file.")
    create_url_name, create_label, create_permission = "standards:answer-write", _("Write an answer"), may.EDIT

    def rows(self) -> QuerySet[AnsweringStandard]:
        return super().rows().select_related("unit", "owner")

    def context(self) -> dict[str, Any]:
        return {"saved_views": marked_views(self.request, SAVED)}


class AnswerPage(RecordPage[AnsweringStandard]):
    required_permission = may.VIEW
    model = AnsweringStandard
    template_name = "standards/answer.html"

    def queryset(self) -> QuerySet[AnsweringStandard]:
        return super().queryset().select_related("unit", "owner")

    def context(self) -> dict[str, Any]:
        record, today = self.record, timezone.localdate()
        editions = list(AnsweringEdition.objects.filter(standard=record))
        return {
            "title": str(record),
            "state_look": LOOK[record.state],
            "steps": next_steps(record, self.actor, WAYS),
            "editions": editions,
            "current": selectors.in_force(AnsweringEdition.objects.filter(standard=record), today).first(),
            "review_due": record.is_due_for_review(today),
            "today": today,
        }


class AnswerWrite(FormView):
    required_permission = may.EDIT
    form_class = forms.AnswerForm
    title, submit_label = _("Write an answer"), _("Save draft")

    def submit(self, form: Any) -> str:
        return services.answer_write(actor=self.actor, **form.cleaned_data).get_absolute_url()


class AnswerUpload(FormView):
    required_permission = may.EDIT
    form_class = forms.AnswerFileForm
    title, submit_label = _("Upload answers"), _("Upload")

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        made, there = services.answers_import(
            actor=self.actor,
            unit=given["unit"],
            rows=given["file"],
            publish_from=timezone.localdate() if given.get("publish") else None,
        )
        words = gettext("%(made)s answers added, %(there)s were there already.") % {"made": made, "there": there}
        messages.success(self.request, words)
        return reverse("standards:answers")


class AnswerAct(ActionView[AnsweringStandard]):
    model = AnsweringStandard
    required_permission = may.PUBLISH
    form_class: Any = forms.WhyForm


class AnswerEdit(AnswerAct):
    required_permission = may.EDIT
    form_class = forms.AnswerEditForm
    title, submit_label = _("Edit the answer"), _("Save")

    def initial(self) -> dict[str, Any]:
        row = self.record
        kept = ("kind", "question", "answer", "topic", "basis", "review_on")
        texts = {name: getattr(row, name) for name in kept}
        return {**texts, "owner": row.owner_id, "keywords": "、".join(row.keywords)}

    def context(self) -> dict[str, Any]:
        words = _("What is in force stays so until you publish the change.") if self.record.edition else ""
        return {**super().context(), "intro": words}

    def act(self, record: AnsweringStandard, form: Any) -> None:
        services.answer_edit(actor=self.actor, standard=record, **form.cleaned_data)


class AnswerPublish(AnswerAct):
    form_class = forms.PublishForm
    title, submit_label = _("Publish the answer"), _("Publish")

    def form_arguments(self) -> dict[str, Any]:
        return {"is_first": self.record.state == "draft"}

    def act(self, record: AnsweringStandard, form: Any) -> None:
        services.answer_publish(actor=self.actor, standard=record, **form.cleaned_data)


class AnswerConfirm(AnswerAct):
    form_class = forms.ConfirmForm
    title, submit_label = _("Reviewed, keep as it is"), _("Keep")

    def act(self, record: AnsweringStandard, form: Any) -> None:
        services.answer_confirm(actor=self.actor, standard=record, **form.cleaned_data)


class AnswerAbolish(AnswerAct):
    title, submit_label = _("Abolish the answer"), _("Abolish")

    def act(self, record: AnsweringStandard, form: Any) -> None:
        services.answer_abolish(actor=self.actor, standard=record, **form.cleaned_data)


class AnswerRestore(AnswerAct):
    title, submit_label = _("Take the answer up again"), _("Take up again")

    def act(self, record: AnsweringStandard, form: Any) -> None:
        services.answer_restore(actor=self.actor, standard=record, **form.cleaned_data)
