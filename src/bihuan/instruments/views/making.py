"""New forms: from the shelf, from nothing, from another form, from a file."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.views import ActionView, FormView, Page
from bihuan.instruments import selectors
from bihuan.instruments.checking import minutes_of
from bihuan.instruments.definition import read_definition
from bihuan.instruments.files import body_from_file
from bihuan.instruments.forms.making import CopyForm, FileForm, NewBlankForm, NewForm
from bihuan.instruments.models import FormDraft, Instrument
from bihuan.instruments.permissions import EDIT, VIEW
from bihuan.instruments.services import (
    draft_create,
    draft_from_copy,
    draft_from_nothing,
    draft_from_template,
)
from bihuan.instruments.views.preview import framing


def editor_address(draft: FormDraft) -> str:
    return reverse("instruments:edit", kwargs={"pk": draft.instrument_id})


def template_card(one: selectors.Template) -> dict[str, Any]:
    language = get_language() or ""
    return {
        "key": one.key,
        "name": one.name(language),
        "purpose": one.purpose(language),
        "items": one.item_count,
        "minutes": round(minutes_of(read_definition(one.body))),
    }


class Gallery(Page):
    required_permission = EDIT
    template_name = "instruments/gallery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cards = [template_card(one) for one in selectors.templates()]
        return {**super().get_context_data(**kwargs), "title": _("New form"), "cards": cards}


class Making(FormView):
    """Fill in name and unit, then write."""

    required_permission = EDIT
    submit_label = _("Create and write")

    def made(self, values: dict[str, Any]) -> FormDraft:
        raise NotImplementedError

    def submit(self, form: django_forms.Form) -> str:
        return editor_address(self.made(form.cleaned_data))


class FromNothing(Making):
    form_class = NewBlankForm
    title = _("An empty form")

    def made(self, values: dict[str, Any]) -> FormDraft:
        return draft_from_nothing(actor=self.actor, **values)


@method_decorator(framing("frame-src"), name="dispatch")
class FromTemplate(Making):
    form_class = NewForm
    template_name = "instruments/from_template.html"

    @cached_property
    def found(self) -> selectors.Template:
        found = next((one for one in selectors.templates() if one.key == self.kwargs["key"]), None)
        if found is None:
            raise Http404
        return found

    def initial(self) -> dict[str, Any]:
        language = get_language() or ""
        return {"title": self.found.name(language), "language": language}

    def context(self) -> dict[str, Any]:
        card = template_card(self.found)
        return {"title": card["name"], "card": card}

    def made(self, values: dict[str, Any]) -> FormDraft:
        return draft_from_template(actor=self.actor, key=self.found.key, **values)


class FromFile(Making):
    form_class = FileForm
    title = _("A form from a JSON file")

    def made(self, values: dict[str, Any]) -> FormDraft:
        body = body_from_file(values["file"].read())
        return draft_create(
            actor=self.actor, unit=values["unit"], title=values["title"], kind=values["kind"], body=body
        )


class FromCopy(ActionView[Instrument]):
    """A copy is made by whoever may read the one and write the other."""

    required_permission = VIEW
    model = Instrument
    form_class = CopyForm
    title = _("Copy this form")
    submit_label = _("Copy and write")

    def initial(self) -> dict[str, Any]:
        return {"title": self.record.title}

    def submit(self, form: Any) -> str:
        values = form.cleaned_data
        draft = draft_from_copy(actor=self.actor, unit=values["unit"], source=self.record, title=values["title"])
        return editor_address(draft)
