"""Issued papers: print page, Word file and PDF. The right to see the record is the right to see its papers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.documents.content import Document
from bihuan.documents.models import IssuedDocument
from bihuan.documents.selectors import document_of
from bihuan.documents.services import docx_build, html_build, pdf_build
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.views import GatedView
from bihuan.records.selectors import subject_for, url_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def print_response(request: HttpRequest, document: Document, *, back_url: str = "", file_url: str = "") -> HttpResponse:
    """Show a document as an A4 page; for issued papers and for drafts alike."""
    context = {"title": document.title, "paper": html_build(document), "back_url": back_url, "file_url": file_url}
    return render(request, "documents/print.html", context)


def docx_response(document: Document) -> HttpResponse:
    """Hand out a document as a Word file named by its number and title."""
    response = HttpResponse(docx_build(document), content_type=DOCX)
    name = f"{document.number} {document.title}".strip() or _("document")
    response["Content-Disposition"] = content_disposition_header(True, f"{name.replace('/', '-')}.docx") or "attachment"
    return response


def pdf_response(document: Document) -> HttpResponse:
    """Hand out a document as PDF, shown in the browser and named like the Word file."""
    response = HttpResponse(pdf_build(document), content_type="application/pdf")
    name = f"{document.number} {document.title}".strip() or _("document")
    response["Content-Disposition"] = content_disposition_header(False, f"{name.replace('/', '-')}.pdf") or "inline"
    return response


class IssuedView(GatedView):
    required_permission = SIGNED_IN

    def issued(self) -> IssuedDocument:
        found = IssuedDocument.objects.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        subject = subject_for(self.actor, found.subject)
        self.back_url = url_of(subject)
        return found


class PaperPage(IssuedView):
    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        issued = self.issued()
        return print_response(request, document_of(issued), back_url=self.back_url, file_url=request.path)


class PaperWord(IssuedView):
    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        return docx_response(document_of(self.issued()))


class PaperPdf(IssuedView):
    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        return pdf_response(document_of(self.issued()))
