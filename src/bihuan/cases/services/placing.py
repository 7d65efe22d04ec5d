"""Where a case stands in the tree: with the desk, then with the unit that answers; all that hangs on it goes along."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Substr

from bihuan.cases.models import (
    Case,
    CaseEntry,
    CaseExtension,
    CaseProposal,
    CityPush,
    Complainant,
    Custody,
    DisputeReview,
    Exemption,
    IdentityReveal,
    PanelMember,
    SatisfactionAsk,
    StaffParty,
)
from bihuan.duties.services import clocks_place

HANGING = (
    Complainant,
    IdentityReveal,
    StaffParty,
    CaseEntry,
    Custody,
    SatisfactionAsk,
    CaseExtension,
    DisputeReview,
    CaseProposal,
    Exemption,
    CityPush,
)


def all_of(case: Case, org_path: str) -> None:
    """What hangs on the case follows it; a reader of the case reads all of it, nobody else any of it."""
    for model in HANGING:
        model._base_manager.filter(case=case).update(org_path=org_path)
    PanelMember._base_manager.filter(review__case=case).update(org_path=org_path)
    clocks_place(subject=case, org_path=org_path)


def _moved(rows: QuerySet[Any], old_path: str, new_path: str) -> None:
    rows.update(org_path=Concat(Value(new_path), Substr("org_path", len(old_path) + 1)))


@transaction.atomic
def cases_follow_unit(*, old_path: str, new_path: str) -> None:
    """Open cases follow a unit to its new place; what is closed keeps the path of its day."""
    numbers = list(Case.objects.filter(org_path__within=old_path).exclude(waits_for="").values_list("pk", flat=True))
    _moved(Case.objects.filter(pk__in=numbers), old_path, new_path)
    for model in HANGING:
        _moved(model._base_manager.filter(case__in=numbers, org_path__within=old_path), old_path, new_path)
    members = PanelMember._base_manager.filter(review__case__in=numbers, org_path__within=old_path)
    _moved(members, old_path, new_path)
