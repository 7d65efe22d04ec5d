"""Write one line of the activity log for what `perform` does not cover: creation, edits, deletions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from bihuan.foundation.actor import Actor
from bihuan.foundation.lifecycle import as_plain
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.ports import ActivityEntry, ports


def activity(
    subject: ScopedModel,
    action: str,
    *,
    actor: Actor,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> None:
    ports.write_activity(
        ActivityEntry(
            subject=subject.reference,
            org_path=str(getattr(subject, subject.scope_field)),
            actor=actor,
            action=action,
            at=at or timezone.now(),
            before={name: as_plain(value) for name, value in (before or {}).items()},
            after={name: as_plain(value) for name, value in (after or {}).items()},
            reason=reason,
        )
    )


def save_fields(record: ScopedModel, values: Mapping[str, Any], *, actor: Actor, reason: str = "") -> bool:
    """Save the named fields that differ and log them before and after; False when nothing differs."""
    before = {name: getattr(record, name) for name, value in values.items() if getattr(record, name) != value}
    if not before:
        return False
    after = {name: values[name] for name in before}
    for name, value in after.items():
        setattr(record, name, value)
    record.save(update_fields=list(after))
    activity(record, "edit", actor=actor, before=before, after=after, reason=reason)
    return True
