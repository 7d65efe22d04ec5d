"""Pages of forms: which there are, what a version asks."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.views import ListPage, RecordPage
from bihuan.instruments import selectors, tables
from bihuan.instruments.models import Instrument
from bihuan.instruments.permissions import VIEW


class InstrumentList(ListPage[Instrument]):
    required_permission = VIEW
    model = Instrument
    table_class = tables.InstrumentTable
    filterset_class = tables.InstrumentFilter
    title = _("Forms")
    empty_hint = _("A form appears here when a survey file is imported or a form is published by the API.")

    def rows(self) -> QuerySet[Instrument]:
        return selectors.instruments_for(self.actor)


class InstrumentPage(RecordPage[Instrument]):
    required_permission = VIEW
    model = Instrument
    template_name = "instruments/instrument.html"

    def context(self) -> dict[str, Any]:
        versions = list(self.record.versions.all())
        wanted = self.request.GET.get("version", "")
        shown = next((each for each in versions if str(each.number) == wanted), versions[0] if versions else None)
        return {"title": self.record.title, "versions": versions, "shown": shown}
