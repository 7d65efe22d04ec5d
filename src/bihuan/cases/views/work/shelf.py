"""The written criteria and the themes."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.enums import Grade
from bihuan.cases.forms import work as forms
from bihuan.cases.models import CaseTheme, Criterion
from bihuan.cases.selectors import criteria_seen, themes_seen
from bihuan.foundation.views import ActionView, FormView, Page
from bihuan.organisation.models import OrgUnit


def words_of(text: str) -> list[str]:
    return text.replace("、", " ").replace("，", " ").replace(",", " ").split()


class Criteria(Page):
    required_permission = may.CRITERIA
    template_name = "cases/work/criteria.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        criteria = [self.kept(row) for row in criteria_seen(self.actor)]
        return {
            **super().get_context_data(**kwargs),
            "title": _("Complaint criteria and themes"),
            "general": [kept for kept in criteria if kept[0].grade == Grade.GENERAL],
            "serious": [kept for kept in criteria if kept[0].grade == Grade.SERIOUS],
            "themes": [self.kept(row) for row in themes_seen(self.actor)],
        }

    def kept(self, row: Any) -> tuple[Any, bool]:
        """With whether the reader keeps it: one kept above binds the unit and is changed there."""
        return row, self.actor.can(may.CRITERIA, row.org_path)


class ShelfAdd(FormView):
    required_permission = may.CRITERIA

    @property
    def unit(self) -> OrgUnit:
        unit = OrgUnit.objects.filter(org_path=min(self.actor.paths(may.CRITERIA), key=len, default="")).first()
        if unit is None:
            raise Http404
        return unit


class CriterionAdd(ShelfAdd):
    form_class = forms.CriterionForm
    title, submit_label = _("Add a criterion"), _("Add")

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        words = words_of(given.pop("words"))
        services.criterion_write(actor=self.actor, unit=self.unit, words=words, position=99, **given)
        return reverse("cases:criteria")


class ThemeAdd(ShelfAdd):
    form_class = forms.ThemeForm
    title, submit_label = _("Add a theme"), _("Add")

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        services.theme_write(
            actor=self.actor, unit=self.unit, name=given["name"], words=words_of(given["words"]), position=99
        )
        return reverse("cases:criteria")


class CriterionEdit(ActionView[Criterion]):
    model = Criterion
    required_permission = may.CRITERIA
    form_class = forms.CriterionEditForm
    title, submit_label = _("Change a criterion"), _("Save")

    def initial(self) -> dict[str, Any]:
        row = self.record
        return {"text": row.text, "words": " ".join(row.words), "is_active": row.is_active}

    def act(self, record: Criterion, form: Any) -> None:
        given = form.cleaned_data
        services.criterion_edit(actor=self.actor, criterion=record, **(given | {"words": words_of(given["words"])}))


class ThemeEdit(ActionView[CaseTheme]):
    model = CaseTheme
    required_permission = may.CRITERIA
    form_class = forms.ThemeEditForm
    title, submit_label = _("Change a theme"), _("Save")

    def initial(self) -> dict[str, Any]:
        row = self.record
        return {"name": row.name, "words": " ".join(row.words), "is_active": row.is_active}

    def act(self, record: CaseTheme, form: Any) -> None:
        given = form.cleaned_data
        services.theme_edit(actor=self.actor, theme=record, **(given | {"words": words_of(given["words"])}))
