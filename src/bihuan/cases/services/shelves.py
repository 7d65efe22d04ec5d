"""Criteria, themes: what ships, and changing it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.enums import Grade
from bihuan.cases.models import CaseTheme, Criterion
from bihuan.cases.shelf import CRITERIA, THEMES
from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.organisation.models import OrgUnit


@transaction.atomic
def case_shelf_ship(*, actor: Actor, unit: OrgUnit) -> int:
    """Fill the shelf: every shipped criterion and theme the unit does not have yet; returns how many."""
    actor.require(may.CRITERIA, unit.org_path)
    codes = set(Criterion.objects.filter(org_path=unit.org_path).values_list("code", flat=True))
    names = set(CaseTheme.objects.filter(org_path=unit.org_path).values_list("name", flat=True))
    count = 0
    for position, (grade, code, text, words) in enumerate(CRITERIA):
        if code not in codes:
            criterion_write(actor=actor, unit=unit, grade=grade, code=code, text=text, words=words, position=position)
            count += 1
    for position, (name, words) in enumerate(THEMES):
        if name not in names:
            theme_write(actor=actor, unit=unit, name=name, words=words, position=position)
            count += 1
    return count


@transaction.atomic
def criterion_write(
    *, actor: Actor, unit: OrgUnit, grade: str, code: str, text: str, words: Sequence[str], position: int = 0
) -> Criterion:
    actor.require(may.CRITERIA, unit.org_path)
    if grade not in Grade.values:
        raise BadInputError(_("There is no such class."), place="grade")
    try:
        with transaction.atomic():
            criterion = Criterion.objects.create(
                org_path=unit.org_path, grade=grade, code=code, text=text, words=list(words), position=position
            )
    except IntegrityError as error:
        raise BadInputError(_("This code is taken."), place="code") from error
    activity(criterion, "create", actor=actor, after={"code": code, "grade": grade})
    return criterion


def criterion_edit(
    *, actor: Actor, criterion: Criterion, text: str, words: Sequence[str], is_active: bool, reason: str = ""
) -> Criterion:
    """Cases keep the criterion they were classed by; taken out of use it is offered no more."""
    actor.require(may.CRITERIA, criterion.org_path)
    with transaction.atomic():
        save_fields(criterion, {"text": text, "words": list(words), "is_active": is_active}, actor=actor, reason=reason)
    return criterion


@transaction.atomic
def theme_write(*, actor: Actor, unit: OrgUnit, name: str, words: Sequence[str], position: int = 0) -> CaseTheme:
    actor.require(may.CRITERIA, unit.org_path)
    try:
        with transaction.atomic():
            theme = CaseTheme.objects.create(org_path=unit.org_path, name=name, words=list(words), position=position)
    except IntegrityError as error:
        raise BadInputError(_("This theme is there already."), place="name") from error
    activity(theme, "create", actor=actor, after={"name": name})
    return theme


def theme_edit(
    *, actor: Actor, theme: CaseTheme, name: str, words: Sequence[str], is_active: bool, reason: str = ""
) -> CaseTheme:
    actor.require(may.CRITERIA, theme.org_path)
    with transaction.atomic():
        save_fields(theme, {"name": name, "words": list(words), "is_active": is_active}, actor=actor, reason=reason)
    return theme
