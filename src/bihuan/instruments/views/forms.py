"""Which forms there are, what a version asks, what a version changed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.views import ListPage, RecordPage
from bihuan.instruments import selectors, tables
from bihuan.instruments.checking import minutes_of
from bihuan.instruments.comparison import Changed, Comparison, comparison_of
from bihuan.instruments.models import Instrument, InstrumentVersion
from bihuan.instruments.permissions import EDIT, PUBLISH, VIEW
from bihuan.instruments.presentation import sections_of


class InstrumentList(ListPage[Instrument]):
    required_permission = VIEW
    model = Instrument
    table_class = tables.InstrumentTable
    filterset_class = tables.InstrumentFilter
    template_name = "instruments/list.html"
    title = _("Forms")
    empty_hint = _("Take a form from the shelf and make it your own: questionnaires for every occasion are there.")
    create_url_name = "instruments:new"
    create_label = _("New form")
    create_permission = EDIT

    def rows(self) -> QuerySet[Instrument]:
        return selectors.instruments_for(self.actor)

    def context(self) -> dict[str, Any]:
        return {"may_write": self.actor.can_somewhere(EDIT)}


class VersionsView(RecordPage[Instrument]):
    required_permission = VIEW
    model = Instrument

    @cached_property
    def versions(self) -> list[InstrumentVersion]:
        """Newest first."""
        return selectors.versions_of(self.record)

    def version(self, name: str, usual: InstrumentVersion | None) -> InstrumentVersion | None:
        """The version the address names by its number; the usual one where it names none that there is."""
        wanted = self.request.GET.get(name, "")
        return next((each for each in self.versions if str(each.number) == wanted), usual)


class InstrumentPage(VersionsView):
    template_name = "instruments/instrument.html"

    def context(self) -> dict[str, Any]:
        shown = self.version("version", self.versions[0] if self.versions else None)
        definition = selectors.frozen_definition(shown) if shown else None
        return {
            "title": self.record.title,
            "versions": self.versions,
            "shown": shown,
            "definition": definition,
            "sections": sections_of(definition) if definition else [],
            "first_number": self.versions[-1].number if self.versions else 0,
            "minutes": round(minutes_of(definition)) if definition else 0,
            "used": selectors.uses_of(self.record),
            "beginnings": self.beginnings() if shown else [],
            "draft": selectors.draft_of(self.record),
            "may_edit": self.actor.can(EDIT, self.record.org_path),
            "may_publish": self.actor.can(PUBLISH, self.record.org_path),
        }

    def beginnings(self) -> list[tuple[selectors.Beginning, str]]:
        form = self.record
        if form.is_retired or form.kind != Instrument.Kind.QUESTIONNAIRE:
            return []
        return selectors.beginnings_with(form, self.actor)


class VersionComparison(VersionsView):
    template_name = "instruments/comparison.html"

    def context(self) -> dict[str, Any]:
        new = self.version("new", self.versions[0] if self.versions else None)
        earlier = [each for each in self.versions if new is not None and each.number < new.number]
        old = self.version("old", earlier[0] if earlier else None)
        comparison = None
        if old is not None and new is not None and old.pk != new.pk:
            before, after = selectors.frozen_definition(old), selectors.frozen_definition(new)
            comparison = comparison_of(before, after, old.number)
        return {
            "title": _("Compare versions"),
            "breadcrumbs": [
                {"label": gettext("Forms"), "url": "../../"},
                {"label": self.record.title, "url": self.record.get_absolute_url()},
                {"label": gettext("Compare versions"), "url": ""},
            ],
            "versions": self.versions,
            "old": old,
            "new": new,
            "comparison": comparison,
            "groups": groups_of(comparison) if comparison else [],
        }


def groups_of(comparison: Comparison) -> list[dict[str, Any]]:
    """What was changed, under the heading it stands under."""
    form = [Changed("", "", comparison.form)] if comparison.form else []
    return [
        {"title": gettext("Changed items"), "changes": comparison.items_changed},
        {"title": gettext("Changed sections"), "changes": comparison.sections_changed},
        {"title": gettext("Changed scales"), "changes": comparison.scales_changed},
        {"title": gettext("The form as a whole"), "changes": form},
    ]
