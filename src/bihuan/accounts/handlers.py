"""Grants follow their unit when it moves."""

from __future__ import annotations

from django.db.models import Value
from django.db.models.functions import Concat, Substr

from bihuan.accounts.models import Grant
from bihuan.foundation.events import subscribe
from bihuan.organisation.events import UnitMoved


@subscribe(UnitMoved)
def move_grants(event: UnitMoved) -> None:
    rest = Substr("org_path", len(event.old_path) + 1)
    Grant._base_manager.filter(org_path__within=event.old_path).update(org_path=Concat(Value(event.new_path), rest))
