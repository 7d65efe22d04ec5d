"""Form bases: choices that respect the scope and the actor's right, fields that many forms have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.reading import Table, read_table

MOST_PROBLEMS = 20
T = TypeVar("T")


def file_rows(upload: Any, reader: Callable[[Table], tuple[list[T], list[str]]]) -> list[T]:
    """All rows of an uploaded table, or ValidationError with each problem's row and column."""
    try:
        rows, problems = reader(read_table(upload, upload.name))
    except BadInputError as refused:
        raise forms.ValidationError(str(refused.message)) from refused
    if problems:
        more = len(problems) - MOST_PROBLEMS
        shown = [*problems[:MOST_PROBLEMS], *([_("and %(n)s more") % {"n": more}] if more > 0 else [])]
        raise forms.ValidationError([forms.ValidationError(line) for line in shown])
    if not rows:
        raise forms.ValidationError(_("There is no row in this file."))
    return rows


def lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def day_field(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class ScopedModelChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Choose one record the actor may use; the rows are asked for per form, inside the request's scope."""

    def __init__(
        self, model: type[ScopedModel], *, permission: str = "", only: dict[str, Any] | None = None, **options: Any
    ):
        self.model, self.permission, self.only = model, permission, only or {}
        super().__init__(queryset=model._base_manager.none(), **options)

    def rows(self, actor: Actor) -> QuerySet[Any]:
        rows = self.model.objects
        found = rows.for_permission(actor, self.permission) if self.permission else rows.all()
        return found.filter(**self.only)


class ActorForm(forms.Form):
    """A form that knows who fills it in; its ScopedModelChoiceFields offer only what that person may use."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for field in self.fields.values():
            if isinstance(field, ScopedModelChoiceField):
                field.queryset = field.rows(actor)
