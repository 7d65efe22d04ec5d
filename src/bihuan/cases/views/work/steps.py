"""The steps of a case: each a form or a button, each one service."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.forms import Form
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.enums import JUDGED, AskChannel
from bihuan.cases.forms import work as forms
from bihuan.cases.models import Case
from bihuan.cases.selectors import reading_of
from bihuan.foundation.views import ActionView
from bihuan.standards.selectors import answers_for, answers_offered


class CaseAct(ActionView[Case]):
    model = Case
    form_class: type[Form] = forms.WhyForm


class Classify(CaseAct):
    required_permission = may.CLASSIFY
    form_class = forms.ClassifyForm
    template_name = "cases/work/classify.html"
    title, submit_label = _("Classify"), _("Save class")

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "org_path": self.record.desk.org_path}

    def reading(self) -> Any:
        return reading_of(self.record.text, self.record.desk.org_path)

    def initial(self) -> dict[str, Any]:
        """The proposal of the written criteria, or what stands already; a person decides either way."""
        case = self.record
        if case.classified_at is not None:
            return {"kind": case.kind, "grade": case.grade, "criterion": case.criterion_id, "theme": case.theme_id}
        read = self.reading()
        return {
            "kind": case.kind,
            "grade": (read.grade or "general") if case.kind == "complaint" else "",
            "criterion": read.criterion.id if read.criterion else None,
            "theme": case.theme_id or (read.theme.id if read.theme else None),
        }

    def context(self) -> dict[str, Any]:
        return {**super().context(), "reading": self.reading()}

    def act(self, record: Case, form: Any) -> None:
        services.case_classify(actor=self.actor, case=record, **form.cleaned_data)


class AnswerNow(CaseAct):
    required_permission = may.INTAKE
    form_class = forms.AnswerAtIntakeForm
    template_name = "cases/work/answer_now.html"
    title, submit_label = _("Answer at once"), _("Answer and close")

    def form_arguments(self) -> dict[str, Any]:
        return {"org_path": self.record.org_path}

    def initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("standard", "")
        rows = answers_for(self.record.org_path, timezone.localdate())
        found = rows.filter(pk=wanted).first() if wanted.isdecimal() else None
        return {"standard": found.pk, "answer": found.answer} if found else {}

    def context(self) -> dict[str, Any]:
        record = self.record
        return {**super().context(), "answers": answers_offered(record.text, record.org_path, timezone.localdate())}

    def act(self, record: Case, form: Any) -> None:
        services.case_answer_at_intake(actor=self.actor, case=record, kind=record.kind, **form.cleaned_data)


class Dispatch(CaseAct):
    required_permission = may.DISPATCH
    form_class = forms.DispatchForm
    title, submit_label = _("Dispatch"), _("Dispatch case")

    def initial(self) -> dict[str, Any]:
        case = self.record
        place = case.asset or case.line
        return {"unit": case.unit_id or (place.unit_id if place else None)}

    def act(self, record: Case, form: Any) -> None:
        services.case_dispatch(actor=self.actor, case=record, **form.cleaned_data)


class Reassign(CaseAct):
    required_permission = may.DISPATCH
    form_class = forms.ReassignForm
    title, submit_label = _("Hand to another unit"), _("Hand over")

    def act(self, record: Case, form: Any) -> None:
        services.case_reassign(actor=self.actor, case=record, **form.cleaned_data)


class Return(CaseAct):
    required_permission = may.INVESTIGATE
    title, submit_label = _("Return to the desk"), _("Return case")

    def act(self, record: Case, form: Any) -> None:
        services.case_return(actor=self.actor, case=record, **form.cleaned_data)


class Accept(CaseAct):
    required_permission = may.INVESTIGATE
    form_class = forms.PressForm
    title, submit_label = _("Take it up"), _("Take it up")

    def act(self, record: Case, _form: Any) -> None:
        services.case_accept(actor=self.actor, case=record)


class Suspend(CaseAct):
    required_permission = may.INVESTIGATE
    form_class = forms.SuspendForm
    title, submit_label = _("Suspend"), _("Suspend case")

    def act(self, record: Case, form: Any) -> None:
        services.case_suspend(actor=self.actor, case=record, **form.cleaned_data)


class Resume(CaseAct):
    required_permission = may.INVESTIGATE
    form_class = forms.PressForm
    title, submit_label = _("Go on"), _("Go on")

    def act(self, record: Case, _form: Any) -> None:
        services.case_resume(actor=self.actor, case=record)


class Answer(CaseAct):
    required_permission = may.INVESTIGATE
    form_class = forms.AnswerForm
    template_name = "cases/work/answer.html"
    title, submit_label = pgettext_lazy("case", "Answer"), _("Send answer")

    def form_arguments(self) -> dict[str, Any]:
        return {"case": self.record}

    def initial(self) -> dict[str, Any]:
        case = self.record
        kept = ("outcome", "facts", "clause", "branch", "measures", "answer")
        return {name: getattr(case, name) for name in kept}

    def act(self, record: Case, form: Any) -> None:
        services.case_answer(actor=self.actor, case=record, **form.cleaned_data)


class SendBack(CaseAct):
    required_permission = may.FEEDBACK
    title, submit_label = _("Send the answer back"), _("Send back")

    def act(self, record: Case, form: Any) -> None:
        services.case_send_back(actor=self.actor, case=record, **form.cleaned_data)


class FeedBack(CaseAct):
    """The attempt and, where the customer was reached, the result, in one go."""

    required_permission = may.FEEDBACK
    form_class = forms.FeedBackForm
    template_name = "cases/work/feed_back.html"
    title, submit_label = _("Tell the customer"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"is_reached": "yes", "result_told": self.record.answer}

    def act(self, record: Case, form: Any) -> None:
        given = form.cleaned_data
        is_reached = given["is_reached"] == "yes"
        with transaction.atomic():
            services.contact_note(actor=self.actor, case=record, text=given["contact"], is_reached=is_reached)
            if is_reached or given["result_told"].strip() != record.answer.strip():
                services.case_feed_back(actor=self.actor, case=record, result_told=given["result_told"])


class Contact(CaseAct):
    required_permission = may.FEEDBACK
    form_class = forms.ContactForm
    title, submit_label = _("Note an attempt to reach the customer"), _("Save")

    def act(self, record: Case, form: Any) -> None:
        given = form.cleaned_data
        services.contact_note(
            actor=self.actor, case=record, text=given["text"], is_reached=given["is_reached"] == "yes"
        )


class Ask(CaseAct):
    """A link to hand over once, or the call-back itself: then its answer is keyed in at once."""

    required_permission = may.FEEDBACK
    form_class = forms.AskForm
    title, submit_label = _("Ask for satisfaction"), _("Ask")

    def act(self, record: Case, form: Any) -> models.Model | None:
        asked = services.satisfaction_ask(actor=self.actor, case=record, channel=form.cleaned_data["channel"])
        if asked.ask.channel == AskChannel.LINK:
            path = reverse("publiccases:satisfaction", kwargs={"token": asked.token})
            link = self.request.build_absolute_uri(path)
            messages.success(self.request, gettext("One-time link for the customer: %(link)s") % {"link": link})
        return None


class Satisfied(CaseAct):
    """What the customer said in the call-back."""

    required_permission = may.FEEDBACK
    form_class = forms.SatisfactionForm
    title, submit_label = _("Satisfaction by call-back"), _("Save")

    def act(self, record: Case, form: Any) -> None:
        services.satisfaction_by_call(actor=self.actor, case=record, **form.cleaned_data)


class Close(CaseAct):
    required_permission = may.CLOSE
    form_class = forms.CloseForm
    title, submit_label = _("Close case"), pgettext_lazy("case step", "Close")

    def act(self, record: Case, form: Any) -> None:
        services.case_close(actor=self.actor, case=record, **form.cleaned_data)


class Reopen(CaseAct):
    required_permission = may.REOPEN
    title, submit_label = pgettext_lazy("case step", "Reopen"), pgettext_lazy("case step", "Reopen")

    def act(self, record: Case, form: Any) -> None:
        services.case_reopen(actor=self.actor, case=record, **form.cleaned_data)


class Transfer(CaseAct):
    required_permission = may.DISPATCH
    form_class = forms.TransferForm
    title, submit_label = _("Transfer out"), _("Transfer out")

    def act(self, record: Case, form: Any) -> None:
        services.case_transfer(actor=self.actor, case=record, **form.cleaned_data)


class Merge(CaseAct):
    required_permission = may.CLASSIFY
    form_class = forms.MergeForm
    title, submit_label = _("Mark as duplicate"), _("Mark as duplicate")

    def act(self, record: Case, form: Any) -> None:
        services.case_merge(actor=self.actor, case=record, **form.cleaned_data)


class Withdraw(CaseAct):
    required_permission = may.CLASSIFY
    title, submit_label = _("Customer withdrew"), _("Save")

    def act(self, record: Case, form: Any) -> None:
        services.case_withdraw(actor=self.actor, case=record, **form.cleaned_data)


class Invalidate(CaseAct):
    required_permission = may.CLASSIFY
    title, submit_label = _("Mark invalid"), _("Mark invalid")

    def act(self, record: Case, form: Any) -> None:
        services.case_invalidate(actor=self.actor, case=record, **form.cleaned_data)


class MarkMajor(CaseAct):
    required_permission = may.CLASSIFY
    title, submit_label = _("Major event"), _("Tell the leader")

    def act(self, record: Case, form: Any) -> None:
        services.case_mark_major(actor=self.actor, case=record, **form.cleaned_data)


class Raise(CaseAct):
    required_permission = may.VIEW
    form_class = forms.RaiseForm
    title, submit_label = _("Raise a finding"), _("Raise finding")

    def initial(self) -> dict[str, Any]:
        case = self.record
        is_serious = case.grade == "serious" or case.is_major
        fact = case.facts if case.kind in JUDGED and case.facts else case.text
        return {"title": case.title, "fact": fact, "severity": "major" if is_serious else "ordinary"}

    def act(self, record: Case, form: Any) -> models.Model:
        return services.finding_from_cases(actor=self.actor, cases=[record], **form.cleaned_data)
