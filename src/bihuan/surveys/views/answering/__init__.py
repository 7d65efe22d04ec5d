"""The public pages of a survey."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from bihuan.foundation.permissions import PUBLIC
from bihuan.foundation.scope import system_scope
from bihuan.foundation.views import GatedView
from bihuan.surveys.answering.pages import message_page
from bihuan.surveys.selectors.answering import door_card
from bihuan.surveys.services.answering import SCOPE
from bihuan.surveys.views.answering import refusals
from bihuan.surveys.views.answering.sending import received
from bihuan.surveys.views.answering.showing import shown
from bihuan.surveys.views.answering.visit import Visit, is_from_here, language_of

MOST_BYTES = 512 * 1024
MOST_BYTES_WITH_FILES = 80 * 1024 * 1024


# The signed form token stands for the CSRF cookie: see FormToken. The origin is asked as well.
@method_decorator(csrf_exempt, name="dispatch")
class AnswerForm(GatedView):
    """One address for everybody who answers."""

    required_permission: ClassVar[str] = PUBLIC

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with system_scope(SCOPE):
            return super().dispatch(request, *args, **kwargs)

    def visit(self, request: HttpRequest, code: str, wanted: str) -> Visit | None:
        card = door_card(code)
        if card is None:
            return None
        definition = card.definition
        return Visit(request, card, definition, language_of(request, definition, wanted))

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        visit = self.visit(request, code, request.GET.get("lang", ""))
        return shown(visit) if visit is not None else unknown(request)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        is_large = too_large(request)
        visit = self.visit(request, code, "" if is_large else request.POST.get("lang", ""))
        if visit is None:
            return unknown(request)
        if is_large:
            return visit.message(refusals.TOO_LARGE, 413)
        if not is_from_here(request, is_frame=visit.card.is_frame):
            return visit.message(refusals.FOREIGN, 403)
        return received(visit)


def too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = MOST_BYTES_WITH_FILES if request.content_type == "multipart/form-data" else MOST_BYTES
    return not length.isdigit() or int(length) > most


def unknown(request: HttpRequest) -> HttpResponse:
    """The same page for every code that is none, so that nothing can be learned by trying."""
    language = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh-hans"
    return HttpResponse(message_page(refusals.UNKNOWN, language), status=404)
