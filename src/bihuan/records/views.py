"""Pages of records: the log, search, notifications; and the acts behind the files and comments of any record."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.references import Reference
from bihuan.foundation.views import FormView, GatedView, ListPage, Page
from bihuan.records import forms, selectors, services, storage, tables
from bihuan.records.models import Activity, Attachment, Comment
from bihuan.records.permissions import ACTIVITY_VIEW
from bihuan.records.subjects import own_page_of

RESULTS = 50


class ActivityList(ListPage[Activity]):
    required_permission = ACTIVITY_VIEW
    model = Activity
    table_class = tables.ActivityTable
    filterset_class = tables.ActivityFilter
    title = _("Activity log")
    empty_hint = _("Every act in your units leaves a line here.")

    def rows(self) -> QuerySet[Activity]:
        return super().rows().order_by("-id")


class SearchView(Page):
    required_permission = SIGNED_IN
    template_name = "records/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET.get("q", "").strip()
        hits = selectors.search_find(self.actor, query, RESULTS + 1) if query else []
        return super().get_context_data(
            title=_("Search"),
            query=query,
            search_query=query,
            hits=hits[:RESULTS],
            is_cut=len(hits) > RESULTS,
            limit=RESULTS,
            **kwargs,
        )


class NotificationList(Page):
    required_permission = SIGNED_IN
    template_name = "records/notifications.html"
    page_size = 30

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user_id = self.actor.user_id or 0
        page = Paginator(selectors.notifications_for(user_id), self.page_size).get_page(self.request.GET.get("page"))
        records = selectors.load_all({row.subject for row in page})
        rows = [
            (row, selectors.message_of(row), row.subject in records or bool(own_page_of(row.subject))) for row in page
        ]
        return super().get_context_data(
            title=_("Notifications"), rows=rows, page_obj=page, unread=selectors.unread_count(user_id), **kwargs
        )


class NotificationsRead(GatedView):
    required_permission = SIGNED_IN

    def post(self, request: HttpRequest) -> HttpResponseBase:
        services.notification_read(user_id=self.actor.user_id or 0)
        return HttpResponseRedirect(reverse("records:notifications"))


class NotificationOpen(GatedView):
    """Mark one as read and go to its record."""

    required_permission = SIGNED_IN

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row = selectors.notifications_for(self.actor.user_id or 0).filter(pk=pk).first()
        if row is None:
            raise Http404
        services.notification_read(user_id=row.user_id, ids=[pk])
        record = row.subject.load()
        address = own_page_of(row.subject) or (selectors.url_of(record) if record is not None else "")
        return HttpResponseRedirect(address or reverse("records:notifications"))


class SubjectForm(FormView):
    """A form that adds to a record named in the address."""

    required_permission = SIGNED_IN
    part: str

    def subject(self) -> ScopedModel:
        reference = Reference(self.kwargs["label"], self.kwargs["pk"])
        return selectors.subject_for(self.actor, reference, comment=True)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.subject()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.subject()  # the right comes before the form
        return super().post(request, *args, **kwargs)

    def address_of(self, subject: ScopedModel) -> str:
        return f"{selectors.url_of(subject) or '/'}#{self.part}"


class CommentCreate(SubjectForm):
    form_class = forms.CommentForm
    title, submit_label, part = _("Add comment"), _("Add comment"), "comments"

    def submit(self, form: Any) -> str:
        subject = self.subject()
        services.comment_add(subject=subject, actor=self.actor, text=form.cleaned_data["text"])
        return self.address_of(subject)


class AttachmentCreate(SubjectForm):
    form_class = forms.AttachForm
    title, submit_label, part = _("Attach files"), _("Attach"), "attachments"

    def submit(self, form: Any) -> str:
        subject = self.subject()
        with transaction.atomic():  # all of them or none
            for file in form.uploads():
                services.attachment_add(subject=subject, actor=self.actor, name=file.name or "", content=file)
        return self.address_of(subject)


class Withdraw(FormView):
    required_permission = SIGNED_IN
    form_class = forms.WithdrawForm
    submit_label = _("Withdraw")
    model: type[Comment] | type[Attachment]

    def row(self) -> Any:
        found = self.model.objects.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found, selectors.subject_for(self.actor, found.subject)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.row()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.row()
        return super().post(request, *args, **kwargs)


class CommentWithdraw(Withdraw):
    model, title = Comment, _("Withdraw the comment")

    def submit(self, form: Any) -> str:
        comment, subject = self.row()
        services.comment_withdraw(comment=comment, actor=self.actor, reason=form.cleaned_data["reason"])
        return f"{selectors.url_of(subject) or '/'}#comments"


class AttachmentWithdraw(Withdraw):
    model, title = Attachment, _("Withdraw the file")

    def submit(self, form: Any) -> str:
        file, subject = self.row()
        services.attachment_withdraw(attachment=file, actor=self.actor, reason=form.cleaned_data["reason"])
        return f"{selectors.url_of(subject) or '/'}#attachments"


def file_response(file: Attachment) -> FileResponse:
    """Hand out bytes as a download and nothing else: no guess of its type, no page of its own."""
    response = FileResponse(
        storage.open_stored(file.digest), as_attachment=True, filename=file.name, content_type=file.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


class AttachmentDownload(GatedView):
    required_permission = SIGNED_IN

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        file = Attachment.objects.filter(pk=pk).first()
        if file is None:
            raise Http404
        return file_response(services.attachment_for(self.actor, file))
