"""Lines for people inside the house. What leaves it goes by jobs, not from here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils import timezone

from bihuan.accounts.selectors import users_of_unit_with
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.references import Reference
from bihuan.records.models import Notification


def notification_send(
    *, recipients: Iterable[int], subject: models.Model, message: str, params: dict[str, str]
) -> None:
    """Tell users, each once, about ``subject``; ``message`` is an English message id with %(name)s places.

    Raises KeyError at once when ``params`` lack a place of the message: the reader could not help it later.
    """
    message % params
    reference = Reference.of(subject)
    now = timezone.now()
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user,
                subject_type=reference.label,
                subject_id=reference.id,
                message=message,
                params={name: str(value) for name, value in params.items()},
                at=now,
            )
            for user in sorted(set(recipients))
        ],
        batch_size=500,
    )


def notification_read(*, user_id: int, ids: Iterable[int] | None = None, at: datetime | None = None) -> int:
    """Mark a user's own notifications as read (all without ``ids``) and return how many were unread."""
    rows = Notification.objects.filter(user_id=user_id, read_at__isnull=True)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=at or timezone.now())


def tell(
    *,
    subject: ScopedModel,
    message: str,
    holders_of: str = "",
    people: Iterable[int | None] = (),
    without: Actor | None = None,
    params: dict[str, str] | None = None,
) -> None:
    """Notify everyone who holds a right in the subject's unit, and named users; never the actor."""
    told = {user for user in people if user is not None}
    if holders_of:
        told |= set(users_of_unit_with(holders_of, str(getattr(subject, subject.scope_field))))
    if without is not None and without.user_id is not None:
        told.discard(without.user_id)
    if told:
        notification_send(recipients=sorted(told), subject=subject, message=message, params=params or {})
