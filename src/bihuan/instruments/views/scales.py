"""The scale library: list, make, change the words, retire."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.views import ActionView, FormView, ListPage
from bihuan.instruments import selectors, tables
from bihuan.instruments.forms.making import ConfirmForm, ScaleEndsForm, ScaleForm
from bihuan.instruments.models import ScaleEntry
from bihuan.instruments.permissions import EDIT, VIEW
from bihuan.instruments.services import scale_change, scale_create, scale_retire


class ScaleList(ListPage[ScaleEntry]):
    required_permission = VIEW
    model = ScaleEntry
    table_class = tables.ScaleTable
    filterset_class = tables.ScaleFilter
    title = _("Scale library")
    empty_hint = _("A scale is kept here once and used by many forms: the same words, the same numbers.")
    create_url_name = "instruments:scale-new"
    create_label = _("New scale")
    create_permission = EDIT

    def rows(self) -> QuerySet[ScaleEntry]:
        return selectors.library_for(self.actor)


class ScaleNew(FormView):
    required_permission = EDIT
    form_class = ScaleEndsForm
    title = _("New scale")
    submit_label = _("Go on to the words")

    def submit(self, form: Any) -> str:
        values = form.cleaned_data
        first = settings.LANGUAGES[0][0]
        entry = scale_create(
            actor=self.actor,
            unit=values["unit"],
            code=values["code"],
            low=values["low"],
            high=values["high"],
            words={first: {"title": values["title"]}},
        )
        return reverse("instruments:scale-edit", kwargs={"pk": entry.pk})


class ScaleEdit(ActionView[ScaleEntry]):
    """Only the words: the ends of a scale never change."""

    required_permission = EDIT
    model = ScaleEntry
    form_class = ScaleForm
    template_name = "instruments/scale.html"
    title = _("Words of the scale")
    submit_label = _("Save")
    success_message = _("Saved. Forms keep the words they have until their writer takes the new ones over.")

    def form_arguments(self) -> dict[str, Any]:
        entry = self.record
        return {"levels": list(range(entry.low, entry.high + 1, entry.step))}

    def initial(self) -> dict[str, Any]:
        return ScaleForm.initial_for(self.record.words)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "title": self.record.title, "cancel_url": reverse("instruments:scales")}

    def submit(self, form: Any) -> str:
        scale_change(entry=self.record, actor=self.actor, words=form.words())
        return reverse("instruments:scales")


class ScaleRetire(ActionView[ScaleEntry]):
    required_permission = EDIT
    model = ScaleEntry
    form_class = ConfirmForm
    title = _("Retire this scale")
    submit_label = _("Retire")
    is_retired = True

    def context(self) -> dict[str, Any]:
        intro = _("It is offered to new items no more. Forms that use it keep it; it can be taken back any time.")
        return {**super().context(), "intro": intro if self.is_retired else ""}

    def submit(self, form: Any) -> str:
        scale_retire(entry=self.record, actor=self.actor, is_retired=self.is_retired)
        return reverse("instruments:scales")


class ScaleRevive(ScaleRetire):
    title = _("Take this scale back into use")
    submit_label = _("Take back")
    is_retired = False
