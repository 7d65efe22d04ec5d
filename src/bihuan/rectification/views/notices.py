"""Pages of rectification notices."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from bihuan.documents.services import docx_build, html_build, pdf_build
from bihuan.duties.selectors import clocks_of
from bihuan.foundation.views import ActionView, ListPage, RecordPage
from bihuan.rectification import forms, paper, selectors, services, tables
from bihuan.rectification import permissions as may
from bihuan.rectification.models import ExtensionRequest, Finding, Notice
from bihuan.rectification.views import steps
from bihuan.rectification.views.saved import saved_views

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class NoticeList(ListPage[Notice]):
    template_name = "rectification/list.html"
    required_permission = may.NOTICES_VIEW
    model = Notice
    table_class = tables.NoticeTable
    filterset_class = tables.NoticeFilter
    title = _("Rectification notices")
    empty_hint = _("Notices are drafted from a finding: open the finding and press Draft a notice.")

    def rows(self) -> QuerySet[Notice]:
        return super().rows().select_related("unit")

    def context(self) -> dict[str, Any]:
        return {"saved_views": saved_views(self.request, Notice)}


def notices_for_page() -> QuerySet[Notice]:
    return Notice.objects.select_related(
        "finding__unit", "unit", "issuing_unit", "owner", "issued_by__person", "replied_by__person"
    )


class NoticePage(RecordPage[Notice]):
    """The paper, and the same as a living record next to it."""

    required_permission = may.NOTICES_VIEW
    model = Notice
    template_name = "rectification/notice.html"

    def queryset(self) -> QuerySet[Notice]:
        return notices_for_page()

    def context(self) -> dict[str, Any]:
        notice, actor = self.record, self.actor
        return {
            "title": str(notice),
            "state_look": tables.STATE_LOOK[notice.state],
            "paper": html_build(paper.paper_of(notice)),
            "clocks": clocks_of(notice),
            "replies": notice.replies.all(),
            "verifications": notice.verifications.all(),
            "extensions": [
                {
                    "row": row,
                    "look": tables.STATE_LOOK[row.state],
                    "may_decide": row.state == "asked" and actor.can(may.NOTICES_EXTEND, row.org_path),
                    "may_take_back": row.state == "asked" and actor.can(may.NOTICES_REPLY, row.org_path),
                }
                for row in notice.extensions.all()
            ],
            "may_ask_time": notice.awaits_unit and actor.can(may.NOTICES_REPLY, notice.org_path),
            "steps": steps.next_steps(notice, actor, steps.NOTICE),
            "more_links": [
                {
                    "label": _("Print"),
                    "url": reverse("rectification:notice-print", args=[notice.pk]),
                    "icon": "printer",
                },
                {
                    "label": "PDF",
                    "url": reverse("rectification:notice-pdf", args=[notice.pk]),
                    "icon": "file-type-pdf",
                },
                {
                    "label": _("Word file (DOCX)"),
                    "url": reverse("rectification:notice-docx", args=[notice.pk]),
                    "icon": "file-type-docx",
                },
            ],
            "trail": selectors.trail_of(notice.finding, self.actor, current="notice"),
        }


class NoticePrint(RecordPage[Notice]):
    required_permission = may.NOTICES_VIEW
    model = Notice
    template_name = "rectification/notice_print.html"

    def queryset(self) -> QuerySet[Notice]:
        return notices_for_page()

    def context(self) -> dict[str, Any]:
        return {
            "title": str(self.record),
            "paper": html_build(paper.paper_of(self.record)),
            "back_url": self.record.get_absolute_url(),
        }


class NoticeDocx(RecordPage[Notice]):
    required_permission = may.NOTICES_VIEW
    model = Notice

    def queryset(self) -> QuerySet[Notice]:
        return notices_for_page()

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        content = docx_build(paper.paper_of(self.record))
        response = HttpResponse(content, content_type=DOCX)
        name = f"{self.record.number or pgettext('notice', 'draft')}.docx"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        return response


class NoticePdf(RecordPage[Notice]):
    required_permission = may.NOTICES_VIEW
    model = Notice

    def queryset(self) -> QuerySet[Notice]:
        return notices_for_page()

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        response = HttpResponse(pdf_build(paper.paper_of(self.record)), content_type="application/pdf")
        name = f"{self.record.number or pgettext('notice', 'draft')}.pdf"
        response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
        return response


class NoticeDraft(ActionView[Finding]):
    required_permission = may.NOTICES_ISSUE
    model = Finding
    form_class = forms.NoticeForm
    title, submit_label = _("Draft a notice"), _("Save draft and look at it")

    def initial(self) -> dict[str, Any]:
        return {"title": self.record.title}

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "policies": selectors.reply_policies(self.record.org_path)}

    def act(self, record: Finding, form: Any) -> Notice:
        return services.notice_draft(actor=self.actor, finding=record, **form.cleaned_data)


class NoticeAct(ActionView[Notice]):
    model = Notice
    form_class: type[Form] = forms.WhyForm


class NoticeEdit(NoticeAct):
    required_permission = may.NOTICES_ISSUE
    form_class = forms.NoticeForm
    title, submit_label = _("Edit draft"), _("Save")

    def initial(self) -> dict[str, Any]:
        names = ("title", "requirement", "reply_policy", "owner_id", "issuing_unit_id")
        return {name.removesuffix("_id"): getattr(self.record, name) for name in names}

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "policies": selectors.reply_policies(self.record.org_path)}

    def act(self, record: Notice, form: Any) -> None:
        services.notice_edit(actor=self.actor, notice=record, **form.cleaned_data)


class NoticeIssue(NoticeAct):
    required_permission = may.NOTICES_ISSUE
    form_class = forms.PressForm
    title, submit_label = _("Issue notice"), pgettext_lazy("step", "Issue")
    success_message = _("Issued. The unit was told and the clock is running.")

    def act(self, record: Notice, form: Any) -> None:
        services.notice_issue(actor=self.actor, notice=record)


class NoticeAcknowledge(NoticeAct):
    required_permission = may.NOTICES_REPLY
    form_class = forms.PressForm
    title, submit_label = _("Confirm receipt"), _("Confirm receipt")

    def act(self, record: Notice, form: Any) -> None:
        services.notice_acknowledge(actor=self.actor, notice=record)


class NoticeReply(NoticeAct):
    required_permission = may.NOTICES_REPLY
    form_class = forms.ReplyForm
    title, submit_label = _("Answer the notice"), _("Send answer")
    success_message = _("Sent. Somebody else will verify it.")

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "required_parts": selectors.plan_required(self.record.severity)}

    def initial(self) -> dict[str, Any]:
        """An answer that came back is taken as the start of the next one."""
        last = self.record.latest_reply
        if last is None:
            return {"owner": self.record.owner_id}
        plan = {f"plan_{part}": text for part, text in last.plan.items()}
        same = {name: getattr(last, name) for name in ("cause", "category", "correction", "prevention")}
        return {**same, **plan, "whys": "\n".join(last.whys), "owner": last.owner_id}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "intro": self.record.requirement, "autosave": f"reply-{self.record.pk}"}

    def act(self, record: Notice, form: Any) -> None:
        services.notice_reply(actor=self.actor, notice=record, **form.answer())


class NoticeRetract(NoticeAct):
    required_permission = may.NOTICES_REPLY
    title, submit_label = _("Take answer back"), pgettext_lazy("step", "Take back")

    def act(self, record: Notice, form: Any) -> None:
        services.notice_retract(actor=self.actor, notice=record, **form.cleaned_data)


class NoticeReturn(NoticeAct):
    required_permission = may.NOTICES_VERIFY
    title, submit_label = _("Return answer"), pgettext_lazy("step", "Return")

    def act(self, record: Notice, form: Any) -> None:
        services.notice_return(actor=self.actor, notice=record, **form.cleaned_data)


class NoticeVerify(NoticeAct):
    required_permission = may.NOTICES_VERIFY
    form_class = forms.VerifyForm
    title, submit_label = _("Verify the answer"), _("Record verdict")

    def act(self, record: Notice, form: Any) -> None:
        services.notice_verify(actor=self.actor, notice=record, **form.cleaned_data)


class NoticeReopen(NoticeAct):
    required_permission = may.NOTICES_VERIFY
    title, submit_label = _("Reopen notice"), pgettext_lazy("step", "Reopen")

    def act(self, record: Notice, form: Any) -> None:
        services.notice_reopen(actor=self.actor, notice=record, **form.cleaned_data)


class NoticeWithdraw(NoticeAct):
    required_permission = may.NOTICES_ISSUE
    title, submit_label = _("Withdraw notice"), pgettext_lazy("step", "Withdraw")

    def act(self, record: Notice, form: Any) -> None:
        services.notice_withdraw(actor=self.actor, notice=record, **form.cleaned_data)


class ExtensionAsk(NoticeAct):
    required_permission = may.NOTICES_REPLY
    form_class = forms.ExtensionForm
    title, submit_label = _("Ask for more time"), pgettext_lazy("step", "Ask")

    def act(self, record: Notice, form: Any) -> None:
        services.extension_ask(actor=self.actor, notice=record, **form.cleaned_data)


class ExtensionDecide(ActionView[ExtensionRequest]):
    required_permission = may.NOTICES_EXTEND
    model = ExtensionRequest
    form_class = forms.DecisionForm
    title, submit_label = _("Decide on more time"), pgettext_lazy("step", "Decide")

    def context(self) -> dict[str, Any]:
        asked = self.record
        words = _("%(who)s asks for %(days)s working days more: %(reason)s")
        return {
            **super().context(),
            "intro": words % {"who": asked.asked_by_name, "days": asked.days, "reason": asked.reason},
        }

    def act(self, record: ExtensionRequest, form: Any) -> None:
        reason = form.cleaned_data["reason"]
        if form.cleaned_data["decision"] == "approve":
            services.extension_approve(actor=self.actor, request=record, note=reason)
        else:
            services.extension_refuse(actor=self.actor, request=record, reason=reason)


class ExtensionTakeBack(ActionView[ExtensionRequest]):
    required_permission = may.NOTICES_REPLY
    model = ExtensionRequest
    form_class = forms.WhyForm
    title, submit_label = _("Take the request back"), pgettext_lazy("step", "Take back")

    def act(self, record: ExtensionRequest, form: Any) -> None:
        services.extension_take_back(actor=self.actor, request=record, **form.cleaned_data)
