"""Form bases: choices that respect the scope and the actor's right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel


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
