"""Open work follows a unit to its new place in the tree; what is closed keeps the path of its day."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Substr

from bihuan.rectification.models import (
    Action,
    ExtensionRequest,
    Finding,
    Need,
    NeedFinding,
    Notice,
    Reply,
    Verification,
)


def _move(rows: QuerySet[Any], old_path: str, new_path: str) -> None:
    rows.update(org_path=Concat(Value(new_path), Substr("org_path", len(old_path) + 1)))


@transaction.atomic
def rectification_follow_unit(*, old_path: str, new_path: str) -> None:
    findings = list(
        Finding.objects.filter(org_path__within=old_path).exclude(waits_for="").values_list("pk", flat=True)
    )
    notices = list(
        Notice.objects.filter(finding__in=findings, org_path__within=old_path)
        .exclude(waits_for="")
        .values_list("pk", flat=True)
    )
    _move(Finding.objects.filter(pk__in=findings), old_path, new_path)
    _move(Notice.objects.filter(pk__in=notices), old_path, new_path)
    _move(Action.objects.filter(finding__in=findings, org_path__within=old_path), old_path, new_path)
    for model in (Reply, Verification, ExtensionRequest):
        _move(model.objects.filter(notice__in=notices, org_path__within=old_path), old_path, new_path)
    needs = list(
        Need.objects.filter(org_path__within=old_path)
        .exclude(state__in=Need.lifecycle.final)
        .values_list("pk", flat=True)
    )
    _move(Need.objects.filter(pk__in=needs), old_path, new_path)
    _move(NeedFinding.objects.filter(need__in=needs, org_path__within=old_path), old_path, new_path)
