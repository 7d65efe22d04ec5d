"""Translations side by side: the first language left, another right, each row saved by itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.foundation.errors import BadInputError, DomainError, StaleRecordError
from bihuan.instruments import editing
from bihuan.instruments.definition import Definition
from bihuan.instruments.editing import Body
from bihuan.instruments.rendering import html_language
from bihuan.instruments.services import draft_merge
from bihuan.instruments.views.editor import DraftView
from bihuan.instruments.vocabulary import language_label


def group_of(key: str, definition: Definition) -> str:
    """Under which heading a text stands: its section, its scale, or the form."""
    kind, _stop, rest = key.partition(".")
    if kind == "scale":
        code = rest.rpartition(".")[0]
        return _("Scale: %(name)s") % {"name": definition.scale_by_code[code].title or code}
    if kind in {"title", "intro", "thanks"}:
        return _("The form")
    for section in definition.sections:
        if kind == "section" and rest.rpartition(".")[0] == section.code:
            return section.title or section.code
        for item in section.items:
            if rest.startswith(f"{item.code}."):
                return section.title or section.code
    return ""


def place_of(key: str) -> str:
    """What a text is, beside it in small print."""
    kind, _stop, rest = key.partition(".")
    if kind == "item":
        code, _dot, name = rest.rpartition(".")
        return _("%(code)s: help") % {"code": code} if name == "help" else code
    if kind == "choice":
        return _("%(code)s: choice") % {"code": rest.partition(".")[0]}
    if kind == "scale":
        return rest.rpartition(".")[2].replace("na", _("not applicable"))
    names = {"title": _("title"), "intro": _("introduction"), "thanks": _("thanks")}
    return names.get(key, names.get(rest.rpartition(".")[2], ""))


class Translate(DraftView):
    template_name = "instruments/translate.html"

    def chosen(self, body: Body) -> str:
        """The language on the right: the one asked for, or the first there is."""
        further = editing.languages_of(body)[1:]
        wish = self.request.GET.get("language", "") or self.request.POST.get("language", "")
        return wish if wish in further else (further[0] if further else "")

    def address(self, language: str = "") -> str:
        base = reverse("instruments:translate", kwargs={"pk": self.record.pk})
        missing = "&missing=1" if self.request.POST.get("missing") else ""
        return f"{base}?language={language}{missing}" if language else base

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        draft = self.draft if self.record is not None else None
        if draft is None:
            return HttpResponseRedirect(self.record.get_absolute_url())
        definition = editing.lenient(draft.body)
        language = self.chosen(draft.body)
        only_missing = bool(request.GET.get("missing"))
        rows = [self.row(row, definition) for row in editing.rows_of(definition, language)] if language else []
        context = {
            "record": self.record,
            "draft": draft,
            "title": _("Translations"),
            "first": language_label(definition.languages[0]),
            "language": language,
            "language_name": language_label(language),
            "html_language": html_language(language) if language else "",
            "own_language": html_language(definition.languages[0]),
            "rows": [row for row in rows if row["is_missing"] or not only_missing],
            "total": len(rows),
            "missing": sum(row["is_missing"] for row in rows),
            "only_missing": only_missing,
            "further": [(code, language_label(code)) for code in definition.languages[1:]],
            "addable": [(code, name) for code, name in settings.LANGUAGES if code not in definition.languages],
        }
        return render(request, self.template_name, context)

    def row(self, row: editing.TextRow, definition: Definition) -> dict[str, Any]:
        return {
            "key": row.key,
            "own": row.own,
            "translated": row.translated,
            "is_missing": row.is_missing,
            "group": group_of(row.key, definition),
            "place": place_of(row.key),
        }

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018  asks for the right before anything else
        draft = self.draft
        if draft is None:
            raise BadInputError(_("This form has no open draft any more; it may have been published."))
        act = request.POST.get("act", "text")
        language = request.POST.get("language", "")
        try:
            draft_merge(draft=draft, actor=self.actor, change=lambda body: self.changed(body, act, language))
        except DomainError as refused:
            return self.refused(refused, language)
        if request.htmx and act == "text":  # type: ignore[attr-defined]
            return self.saved_row(editing.lenient(draft.body), language)
        return HttpResponseRedirect(self.address("" if act in {"remove", "first"} else language))

    def changed(self, body: Body, act: str, language: str) -> Body:
        known = dict(settings.LANGUAGES)
        if act == "add":
            if language not in known:
                raise BadInputError(_("The house does not know this language."))
            return editing.language_add(body, language)
        if act == "remove":
            return editing.language_remove(body, language)
        if act == "first":
            return editing.language_first(body, language)
        key, text = self.request.POST.get("key", ""), self.request.POST.get("text", "")
        now = next((row for row in editing.rows_of(editing.lenient(body), language) if row.key == key), None)
        if now is None:
            raise StaleRecordError(_("This text is no longer in the form."))
        if now.own != self.request.POST.get("own", now.own).replace("\r\n", "\n"):
            raise StaleRecordError(_("The text on the left was changed meanwhile: “%(text)s”.") % {"text": now.own})
        if now.translated not in {text.strip(), self.request.POST.get("was", "").replace("\r\n", "\n")}:
            text = _("Somebody else translated this meanwhile: “%(text)s”.") % {"text": now.translated}
            raise StaleRecordError(text)
        return editing.translate(body, language, key, text.replace("\r\n", "\n"))

    def saved_row(self, definition: Definition, language: str) -> HttpResponse:
        key = self.request.POST.get("key", "")
        found = next(row for row in editing.rows_of(definition, language) if row.key == key)
        context = {
            "record": self.record,
            "row": self.row(found, definition),
            "language": language,
            "html_language": html_language(language),
            "own_language": html_language(definition.languages[0]),
            "is_saved": True,
            "missing": editing.missing_count(definition, language),
            "only_missing": bool(self.request.POST.get("missing")),
        }
        return render(self.request, "instruments/translation_row.html", context)

    def refused(self, refused: DomainError, language: str) -> HttpResponse:
        if not self.request.htmx:  # type: ignore[attr-defined]
            messages.error(self.request, str(refused.message))
            return HttpResponseRedirect(self.address(language))
        key = self.request.POST.get("key", "")
        row = {
            "key": key,
            "own": self.request.POST.get("own", ""),
            "translated": self.request.POST.get("text", ""),
            "was": self.request.POST.get("was", ""),
            "place": place_of(key),
        }
        context = {
            "record": self.record,
            "row": row,
            "language": language,
            "html_language": html_language(language),
            "error": str(refused.message),
            "only_missing": bool(self.request.POST.get("missing")),
        }
        return render(self.request, "instruments/translation_row.html", context, status=refused.status)
