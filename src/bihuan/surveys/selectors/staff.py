"""Who sees which voice of staff."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bihuan.foundation.actor import Actor
from bihuan.foundation.models import within
from bihuan.surveys.models import StaffVoice
from bihuan.surveys.permissions import STAFF_SPEAK, STAFF_VIEW


def voices_for(actor: Actor) -> QuerySet[StaffVoice]:
    """Everything where the reader may see it; else what the reader handed in, and what stands without a name there."""
    seen = within("org_path", actor.paths(STAFF_VIEW))
    seen |= Q(is_unnamed=True) & within("org_path", actor.paths(STAFF_SPEAK))
    if actor.user_id is not None:
        seen |= Q(speaker_id=actor.user_id)
    return StaffVoice.objects.filter(seen).select_related("unit")
