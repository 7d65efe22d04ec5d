"""Point at any record by its label and number, without generic foreign keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class Reference:
    """``label`` is "app.model" in lower case, ``id`` the primary key. As text: "rectification.notice:412"."""

    label: str
    id: int

    @classmethod
    def of(cls, record: models.Model) -> Reference:
        return cls(record._meta.label_lower, int(record.pk))

    @classmethod
    def parse(cls, text: str) -> Reference:
        label, _, number = text.partition(":")
        return cls(label, int(number))

    def __str__(self) -> str:
        return f"{self.label}:{self.id}"

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    def load(self) -> Any | None:
        """Return the record as the current scope sees it, or None."""
        return self.model._default_manager.filter(pk=self.id).first()
