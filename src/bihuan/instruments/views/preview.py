"""What those who answer will see: drafts, versions and forms of the shelf, drawn by the real rendering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin

from bihuan.foundation.views import GatedView, RecordView
from bihuan.instruments import editing, selectors
from bihuan.instruments.definition import Definition, read_definition
from bihuan.instruments.models import Instrument
from bihuan.instruments.permissions import EDIT, VIEW
from bihuan.instruments.rendering import form_html, html_language


def framing(directive: str) -> Callable[..., Any]:
    """Our own pages may hold (``frame-src``) or be held by (``frame-ancestors``) a frame of this house."""
    decorator: Callable[..., Any] = csp_replace({directive: ["'self'"]})
    return decorator


def draw(request: HttpRequest, definition: Definition) -> HttpResponseBase:
    wish = request.GET.get("language") or get_language() or ""
    language = wish if wish in definition.languages else definition.languages[0]
    context = {
        "definition": definition,
        "title": definition.text("title", definition.title, language),
        "intro": definition.text("intro", definition.intro, language),
        "thanks": definition.text("thanks", definition.thanks, language),
        "form_html": form_html(definition, language, theme="preview") if definition.items[0].code != "-" else "",
        "language": language,
        "html_language": html_language(language),
    }
    return render(request, "instruments/preview.html", context)


@method_decorator([framing("frame-ancestors"), xframe_options_sameorigin], name="dispatch")
class Preview(RecordView[Instrument]):
    """The open draft, or the version asked for."""

    required_permission = VIEW
    model = Instrument

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("version", "")
        draft = selectors.draft_of(self.record)
        if draft is not None and not wanted and self.actor.can(EDIT, self.record.org_path):
            return draw(request, editing.lenient(draft.body))
        versions = selectors.versions_of(self.record)
        found = next((one for one in versions if not wanted or str(one.number) == wanted), None)
        if found is None:
            return HttpResponseRedirect(self.record.get_absolute_url())
        return draw(request, selectors.frozen_definition(found))


@method_decorator([framing("frame-ancestors"), xframe_options_sameorigin], name="dispatch")
class TemplatePreview(GatedView):
    required_permission = EDIT

    def get(self, request: HttpRequest, key: str, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        found = next((one for one in selectors.templates() if one.key == key), None)
        if found is None:
            raise Http404
        return draw(request, read_definition(found.body))
