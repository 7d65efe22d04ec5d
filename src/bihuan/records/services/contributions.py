"""Files and comments on any record."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.models import ScopedModel
from bihuan.records import storage
from bihuan.records.models import Attachment, Comment, Contribution
from bihuan.records.permissions import WITHDRAW
from bihuan.records.services.activities import record_activity
from bihuan.records.subjects import path_of, subject_for

C = TypeVar("C", bound=Contribution)
COMMENT_LIMIT = 5000


def attachment_add(*, subject: ScopedModel, actor: Actor, name: str, content: storage.Content) -> Attachment:
    """Keep a file with a record. The caller has asked for the right.

    The bytes are on disk before the row is: a rollback leaves a file nobody points at, never a row without one.
    Raises BadInputError for a kind that is not accepted, an empty file and one above the limit.
    """
    content.seek(0, 2)
    if content.tell() > storage.LIMIT_BYTES:
        raise storage.too_large(storage.LIMIT_BYTES)
    kind = storage.file_kind(content)
    digest, size = storage.store(content)
    with transaction.atomic():
        file = Attachment(
            subject_type=subject.reference.label,
            subject_id=subject.reference.id,
            org_path=path_of(subject),
            author_id=actor.user_id,
            author_name=actor.name,
            at=timezone.now(),
            name=storage.safe_name(name, kind),
            media_type=kind.media_type,
            size=size,
            digest=digest,
        )
        file.save(force_insert=True)
        record_activity(
            subject=subject, actor=actor, action="attach", after={"name": file.name, "size": size, "digest": digest}
        )
    return file


@transaction.atomic
def comment_add(*, subject: ScopedModel, actor: Actor, text: str) -> Comment:
    """Add a remark among colleagues. The caller has asked for the right."""
    said = text.replace("\x00", "").strip()
    if not said:
        raise BadInputError(_("Write something first."), place="text")
    if len(said) > COMMENT_LIMIT:
        raise BadInputError(_("At most %(limit)s characters.") % {"limit": COMMENT_LIMIT}, place="text")
    comment = Comment(
        subject_type=subject.reference.label,
        subject_id=subject.reference.id,
        org_path=path_of(subject),
        author_id=actor.user_id,
        author_name=actor.name,
        at=timezone.now(),
        text=said,
    )
    comment.save(force_insert=True)
    record_activity(subject=subject, actor=actor, action="comment", after={"comment": comment.pk})
    return comment


def _withdraw(row: C, actor: Actor, reason: str, action: str) -> C:
    subject = subject_for(actor, row.subject)
    if row.author_id is None or row.author_id != actor.user_id:
        actor.require(WITHDRAW, path_of(subject))
    if not reason.strip():
        raise BadInputError(_("Say why."), place="reason")
    now = timezone.now()
    swapped = type(row).objects.filter(pk=row.pk, withdrawn_at__isnull=True)
    if not swapped.update(withdrawn_at=now, withdrawn_by=actor.name, withdraw_reason=reason):
        raise ActionNotAllowedError(_("It is withdrawn already."))
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = now, actor.name, reason
    record_activity(subject=subject, actor=actor, action=action, before={"id": row.pk}, reason=reason)
    return row


@transaction.atomic
def comment_withdraw(*, comment: Comment, actor: Actor, reason: str) -> Comment:
    """Take a comment back; author or holder of the right, with a reason. The text stays stored, not shown."""
    return _withdraw(comment, actor, reason, "comment_withdraw")


@transaction.atomic
def attachment_withdraw(*, attachment: Attachment, actor: Actor, reason: str) -> Attachment:
    """Take a file back; author or holder of the right, with a reason. The bytes stay stored, not served."""
    return _withdraw(attachment, actor, reason, "attachment_withdraw")


def attachment_for(actor: Actor, attachment: Attachment) -> Attachment:
    """Return a file that may be served to ``actor``: the record's right decides, a withdrawn file is gone."""
    subject_for(actor, attachment.subject)
    if attachment.is_withdrawn:
        raise NotPermittedError(_("This file was withdrawn."))
    return attachment
