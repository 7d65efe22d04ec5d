"""REST: the log, files, comments, notifications, search."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, listing
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.references import Reference
from bihuan.records import schemas, selectors, services
from bihuan.records.models import Activity, Attachment, Comment
from bihuan.records.permissions import ACTIVITY_VIEW
from bihuan.records.tables import ActivityFilter
from bihuan.records.views import file_response

router = Router(tags=["records"])
OF = "/of/{label}/{int:pk}"


def subject_of(request: HttpRequest, label: str, pk: int, *, comment: bool = False) -> ScopedModel:
    return selectors.subject_for(actor_of(request), Reference(label, pk), comment=comment)


def row_of(model: type[Comment] | type[Attachment], pk: int) -> Any:
    row = model.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@router.get("/activity", auth=Requires(ACTIVITY_VIEW), response=answers(Listing[schemas.ActivityOut]))
def list_activity(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.ActivityQuery]) -> Any:
    rows = Activity.objects.for_permission(actor_of(request), ACTIVITY_VIEW).order_by("-id")
    given = {name: str(value) for name, value in wanted.dict(exclude_none=True).items() if name != "action"}
    rows = ActivityFilter(given, queryset=rows, request=request).qs
    return listing(rows.filter(action=wanted.action) if wanted.action else rows, paging)


@router.get(f"{OF}/activity", auth=Requires(SIGNED_IN), response=answers(Listing[schemas.ActivityOut]))
def list_activity_of(request: HttpRequest, label: str, pk: int, paging: Query[Paging]) -> Any:
    return listing(selectors.activity_of(subject_of(request, label, pk)), paging)


@router.get(f"{OF}/comments", auth=Requires(SIGNED_IN), response=answers(list[schemas.CommentOut]))
def list_comments(request: HttpRequest, label: str, pk: int) -> Any:
    return selectors.comments_of(subject_of(request, label, pk))


@router.post(f"{OF}/comments", auth=Requires(SIGNED_IN), response=answers(schemas.CommentOut, 201))
def add_comment(request: HttpRequest, label: str, pk: int, given: schemas.CommentIn) -> Any:
    subject = subject_of(request, label, pk, comment=True)
    return Status(201, services.comment_add(subject=subject, actor=actor_of(request), text=given.text))


@router.post("/comments/{int:pk}/withdraw", auth=Requires(SIGNED_IN), response=answers(schemas.CommentOut))
def withdraw_comment(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return services.comment_withdraw(comment=row_of(Comment, pk), actor=actor_of(request), reason=given.reason)


@router.get(f"{OF}/files", auth=Requires(SIGNED_IN), response=answers(list[schemas.AttachmentOut]))
def list_files(request: HttpRequest, label: str, pk: int) -> Any:
    return selectors.attachments_of(subject_of(request, label, pk))


@router.post(f"{OF}/files", auth=Requires(SIGNED_IN), response=answers(schemas.AttachmentOut, 201))
def add_file(request: HttpRequest, label: str, pk: int, file: Annotated[UploadedFile, File()]) -> Any:
    subject = subject_of(request, label, pk, comment=True)
    return Status(
        201, services.attachment_add(subject=subject, actor=actor_of(request), name=file.name or "", content=file)
    )


@router.get("/files/{int:pk}", auth=Requires(SIGNED_IN), response=answers(None))
def get_file(request: HttpRequest, pk: int) -> Any:
    return file_response(services.attachment_for(actor_of(request), row_of(Attachment, pk)))


@router.post("/files/{int:pk}/withdraw", auth=Requires(SIGNED_IN), response=answers(schemas.AttachmentOut))
def withdraw_file(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return services.attachment_withdraw(attachment=row_of(Attachment, pk), actor=actor_of(request), reason=given.reason)


@router.get("/notifications", auth=Requires(SIGNED_IN), response=answers(Listing[schemas.NotificationOut]))
def list_notifications(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(selectors.notifications_for(actor_of(request).user_id or 0), paging)


@router.get("/notifications/unread", auth=Requires(SIGNED_IN), response=answers(schemas.UnreadOut))
def count_unread(request: HttpRequest) -> Any:
    return {"count": selectors.unread_count(actor_of(request).user_id or 0)}


@router.post("/notifications/read", auth=Requires(SIGNED_IN), response=answers(schemas.UnreadOut))
def read_notifications(request: HttpRequest, given: schemas.ReadIn) -> Any:
    user_id = actor_of(request).user_id or 0
    services.notification_read(user_id=user_id, ids=given.ids)
    return {"count": selectors.unread_count(user_id)}


@router.get("/search", auth=Requires(SIGNED_IN), response=answers(list[schemas.HitOut]))
def search(request: HttpRequest, q: str, limit: int = selectors.SEARCH_LIMIT) -> Any:
    return selectors.search_find(actor_of(request), q, max(1, min(limit, 200)))
