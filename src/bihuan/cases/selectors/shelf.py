"""Criteria and themes in force for a unit: its own and those of the units above it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bihuan.cases.models import CaseTheme, Criterion
from bihuan.cases.reading import CriterionWords, Reading, ThemeWords, read_text
from bihuan.foundation.actor import Actor, paths_above
from bihuan.foundation.models import within


def criteria_for(org_path: str) -> QuerySet[Criterion]:
    # What binds a unit may belong to one above it, outside the reader's scope.
    return Criterion._base_manager.filter(org_path__in=paths_above(org_path), is_active=True).order_by(
        "-grade", "position", "pk"
    )


def themes_for(org_path: str) -> QuerySet[CaseTheme]:
    return CaseTheme._base_manager.filter(org_path__in=paths_above(org_path), is_active=True).order_by("position", "pk")


def themes_seen(actor: Actor) -> QuerySet[CaseTheme]:
    """Themes the cases an actor sees may carry: those of their units, of units below and above."""
    above = {path for own in actor.all_paths() for path in paths_above(own)}
    rows = CaseTheme._base_manager.filter(within("org_path", actor.all_paths()) | Q(org_path__in=above))
    return rows.order_by("position", "pk")


def criteria_seen(actor: Actor) -> QuerySet[Criterion]:
    """Criteria of the units an actor sees and of those above, in use or not; above a unit they bind it too."""
    above = {path for own in actor.all_paths() for path in paths_above(own)}
    rows = Criterion._base_manager.filter(within("org_path", actor.all_paths()) | Q(org_path__in=above))
    return rows.order_by("-grade", "position", "pk")


def reading_of(text: str, org_path: str) -> Reading:
    """What the written criteria say about a text."""
    criteria = [CriterionWords(c.pk, c.grade, c.code, c.text, c.words) for c in criteria_for(org_path)]
    themes = [ThemeWords(theme.pk, theme.name, theme.words) for theme in themes_for(org_path)]
    return read_text(text, criteria, themes)
