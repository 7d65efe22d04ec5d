"""REST: issued papers, as data, as Word files and as PDF."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router

from bihuan.documents import schemas
from bihuan.documents.models import IssuedDocument
from bihuan.documents.selectors import document_of, issued_of
from bihuan.documents.views import docx_response, pdf_response
from bihuan.foundation.api import Requires, answers
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.references import Reference
from bihuan.records.selectors import subject_for

router = Router(tags=["documents"])


def issued(request: HttpRequest, pk: int) -> IssuedDocument:
    found = IssuedDocument.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    subject_for(actor_of(request), found.subject)
    return found


@router.get("/of/{label}/{int:pk}", auth=Requires(SIGNED_IN), response=answers(list[schemas.IssuedOut]))
def list_issued(request: HttpRequest, label: str, pk: int) -> Any:
    return issued_of(subject_for(actor_of(request), Reference(label, pk)))


@router.get("/{int:pk}", auth=Requires(SIGNED_IN), response=answers(schemas.IssuedWhole))
def get_issued(request: HttpRequest, pk: int) -> Any:
    return issued(request, pk)


@router.get("/{int:pk}/docx", auth=Requires(SIGNED_IN), response=answers(None))
def get_issued_docx(request: HttpRequest, pk: int) -> Any:
    return docx_response(document_of(issued(request, pk)))


@router.get("/{int:pk}/pdf", auth=Requires(SIGNED_IN), response=answers(None))
def get_issued_pdf(request: HttpRequest, pk: int) -> Any:
    return pdf_response(document_of(issued(request, pk)))
