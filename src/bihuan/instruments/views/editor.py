"""The editor: one page, drawn in parts; every change is a small POST of one act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bihuan.foundation.errors import BadInputError, DomainError
from bihuan.foundation.views import RecordView
from bihuan.instruments import acts, editing, selectors, writing
from bihuan.instruments.acts import Desk, Done, Selection
from bihuan.instruments.checking import Level, minutes_of, remarks_on
from bihuan.instruments.definition import Definition
from bihuan.instruments.models import FormDraft, Instrument, InstrumentVersion, ScaleEntry
from bihuan.instruments.permissions import EDIT, PUBLISH
from bihuan.instruments.services import draft_change, draft_restore
from bihuan.instruments.views.preview import framing

HEADER = "X-Editor"  # sent by the page's own script: it wants parts, not a page


class DraftView(RecordView[Instrument]):
    """A form with its open draft, its versions and the scales it may use."""

    required_permission = EDIT
    model = Instrument

    @cached_property
    def draft(self) -> FormDraft | None:
        return selectors.draft_of(self.record)

    @cached_property
    def versions(self) -> list[InstrumentVersion]:
        return selectors.versions_of(self.record)

    @cached_property
    def library(self) -> list[ScaleEntry]:
        return selectors.library_of(self.record.org_path)

    @cached_property
    def taken(self) -> editing.Taken:
        return selectors.taken_codes(self.versions)

    @cached_property
    def earlier(self) -> list[tuple[int, Definition]]:
        return [(version.number, selectors.frozen_definition(version)) for version in self.versions]

    def parts(self, draft: FormDraft, wish: Selection, *, names: tuple[str, ...]) -> dict[str, str]:
        """Parts of the page by the id of the element they fill."""
        open_one = acts.settled_selection(draft.body, wish)
        context = self.shown(draft, open_one, with_remarks="editor-checks" in names or open_one.show == "checks")
        templates = {
            "editor-outline": "instruments/editor/outline.html",
            "editor-panel": "instruments/editor/panel.html",
            "editor-checks": "instruments/editor/checks_badge.html",
        }
        return {name: render_to_string(templates[name], context, self.request) for name in names}

    def shown(self, draft: FormDraft, open_one: Selection, *, with_remarks: bool) -> dict[str, Any]:
        definition = editing.lenient(draft.body)
        context: dict[str, Any] = {
            "record": self.record,
            "draft": draft,
            "open_one": open_one,
            "outline": writing.outline_of(draft.body, open_one),
            "panel": writing.panel_of(
                draft.body, definition, open_one, taken=self.taken, library=self.library, versions=self.earlier
            ),
            "kind_menu": writing.kind_menu(),
            "block_menu": writing.block_menu(),
            "block_label": writing.block_label(open_one.add),
            "minutes": round(minutes_of(definition)),
        }
        if with_remarks:
            remarks = remarks_on(definition, self.earlier, selectors.library_words(self.library, definition))
            context["remarks"] = remarks
            context["stops"] = sum(remark.level is Level.STOP for remark in remarks)
            context["warnings"] = sum(remark.level is Level.WARN for remark in remarks)
        return context


@method_decorator(framing("frame-src"), name="dispatch")
class Editor(DraftView):
    """The page; asked for by its script it answers with the middle alone."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        draft = self.draft if self.record is not None else None
        if draft is None:
            return HttpResponseRedirect(self.record.get_absolute_url())
        names = ("item", "section", "choice", "add", "show")
        wish = Selection(**{name: request.GET.get(name, "")[:120] for name in names})
        open_one = acts.settled_selection(draft.body, wish)
        if request.headers.get(HEADER):
            wanted = ("editor-checks",) if request.GET.get("part") == "checks" else ("editor-panel", "editor-outline")
            parts = self.parts(draft, open_one, names=wanted)
            return JsonResponse({"revision": draft.revision, "parts": parts, "selection": open_one.query})
        context = {
            **self.shown(draft, open_one, with_remarks=True),
            "title": self.record.title,
            "may_publish": self.actor.can(PUBLISH, self.record.org_path),
            "languages": writing.language_names(draft.body),
        }
        return render(request, "instruments/editor/page.html", context)


class EditorAct(DraftView):
    """One act on the draft. Without the script it answers with the page again."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        """An address somebody kept: the page itself is one step up."""
        self.record  # noqa: B018  asks for the right before anything is said
        return HttpResponseRedirect("../")

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018  asks for the right before anything else
        try:
            done, draft = self.changed()
        except DomainError as refused:
            if refused.status in {403, 404}:
                raise
            return self.refused(refused)
        if not request.headers.get(HEADER):
            return HttpResponseRedirect(f"../{done.selection.query}")
        names = ("editor-outline", "editor-panel") if done.redraws else ("editor-outline",)
        open_one = acts.settled_selection(draft.body, done.selection)
        return JsonResponse(
            {
                "revision": draft.revision,
                "saved": f"{timezone.localtime(draft.edited_at):%H:%M}",
                "parts": self.parts(draft, open_one, names=names),
                "selection": open_one.query,
                "focus": done.focus,
            }
        )

    def changed(self) -> tuple[Done, FormDraft]:
        data = self.request.POST
        draft = self.draft
        if draft is None:
            raise BadInputError(_("This form has no open draft any more; it may have been published."))
        name, revision, mark = data.get("act", ""), acts.number(data, "revision"), data.get("mark", "")
        wish = acts.selection_from(data)
        if name == "restore":
            to = acts.number(data, "to")
            draft_restore(draft=draft, actor=self.actor, revision=revision, to=to, mark=mark)
            return Done(draft.body, wish), draft
        function = acts.ACTS.get(name)
        if function is None:
            raise BadInputError(_("The editor knows no such act."))
        outcome: list[Done] = []

        def change(body: editing.Body) -> editing.Body:
            library = {entry.code: selectors.entry_of(entry) for entry in self.library}
            outcome.append(function(Desk(body, self.taken, library, wish), data))
            return outcome[0].body

        draft_change(draft=draft, actor=self.actor, revision=revision, change=change, mark=mark)
        return outcome[0] if outcome else Done(draft.body, wish), draft

    def refused(self, refused: DomainError) -> HttpResponse:
        if self.request.headers.get(HEADER):
            answer = {"error": str(refused.message), "place": refused.place or "", "code": refused.code}
            return JsonResponse(answer, status=refused.status)
        messages.error(self.request, str(refused.message))
        return HttpResponseRedirect(f"../{acts.selection_from(self.request.POST).query}")
