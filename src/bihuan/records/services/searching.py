"""Keep the search index: one entry a record, in the transaction that changes the record."""

from __future__ import annotations

from django.utils import timezone

from bihuan.foundation.models import ScopedModel
from bihuan.foundation.permissions import check_name
from bihuan.records.models import SearchEntry
from bihuan.records.subjects import path_of
from bihuan.records.words import search_text

KEPT = ["org_path", "permission", "number", "title", "excerpt", "words", "updated_at"]


def search_index(*, record: ScopedModel, number: str, title: str, text: str, permission: str) -> None:
    """Make a record findable by its number and words, for whoever holds ``permission`` on its unit."""
    reference = record.reference
    entry = SearchEntry(
        subject_type=reference.label,
        subject_id=reference.id,
        org_path=path_of(record),
        permission=check_name(permission),
        number=number[:100],
        title=title[:300],
        excerpt=" ".join(text.split())[:300],
        words=search_text(number, title, text),
        updated_at=timezone.now(),
    )
    # One statement, so two writers of one record cannot trip over each other; not through the fence, see activities.
    SearchEntry._base_manager.bulk_create(
        [entry], update_conflicts=True, unique_fields=["subject_type", "subject_id"], update_fields=KEPT
    )


def search_drop(record: ScopedModel) -> None:
    """Forget a record; call before it is deleted."""
    reference = record.reference
    SearchEntry._base_manager.filter(subject_type=reference.label, subject_id=reference.id).delete()
