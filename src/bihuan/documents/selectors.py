"""Reads of issued papers."""

from __future__ import annotations

from django.db import models
from django.db.models import QuerySet

from bihuan.documents.content import Document, document_thaw
from bihuan.documents.models import IssuedDocument
from bihuan.foundation.references import Reference


def issued_of(subject: models.Model, kind: str | None = None) -> QuerySet[IssuedDocument]:
    """Papers issued with a record, newest version first."""
    reference = Reference.of(subject)
    rows = IssuedDocument._base_manager.filter(subject_type=reference.label, subject_id=reference.id)
    return (rows.filter(kind=kind) if kind is not None else rows).order_by("kind", "-version")


def document_of(issued: IssuedDocument) -> Document:
    """The document as it was issued."""
    return document_thaw(issued.content)
