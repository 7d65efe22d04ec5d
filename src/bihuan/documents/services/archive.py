"""Issue a paper: freeze what it says."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bihuan.documents.content import Document, document_freeze
from bihuan.documents.models import IssuedDocument
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel
from bihuan.records.services import record_activity


def content_digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def document_issue(*, subject: ScopedModel, actor: Actor, document: Document, kind: str = "paper") -> IssuedDocument:
    """Keep a document as issued with ``subject``. The same words again are the same paper, other words a new version.

    The caller has asked for the right. Two that issue at one moment: the second fails on the version and rolls back.
    """
    reference = subject.reference
    content = document_freeze(document)
    digest = content_digest(content)
    earlier = IssuedDocument._base_manager.filter(subject_type=reference.label, subject_id=reference.id, kind=kind)
    same = earlier.order_by("-version").first()
    if same is not None and same.digest == digest:
        return same
    last = earlier.aggregate(last=Max("version"))["last"] or 0
    issued = IssuedDocument(
        subject_type=reference.label,
        subject_id=reference.id,
        org_path=str(getattr(subject, subject.scope_field)),
        kind=kind,
        version=last + 1,
        number=document.number[:100],
        title=document.title[:300],
        content=content,
        digest=digest,
        issued_at=timezone.now(),
        issued_by_id=actor.user_id,
        issued_by_name=actor.name,
    )
    issued.save(force_insert=True)
    record_activity(
        subject=subject,
        actor=actor,
        action="issue_document",
        after={"kind": kind, "version": issued.version, "number": issued.number, "digest": digest},
    )
    return issued
