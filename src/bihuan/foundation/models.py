"""Abstract models every app builds on, and the rows of the scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.lookups import Within  # noqa: F401  registers the lookup
from bihuan.foundation.scope import current_scope
from servicequality.lifecycle import Lifecycle

if TYPE_CHECKING:
    from bihuan.foundation.references import Reference

M = TypeVar("M", bound=models.Model)


def within(field: str, paths: Iterable[str]) -> Q:
    """Rows at or below any of ``paths``; no path means no row."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__within": path})
    return condition


def scope_field_of(model: type[models.Model]) -> str:
    """Name of the column that holds the unit's path."""
    return str(getattr(model, "scope_field", "org_path"))


class ScopedQuerySet(models.QuerySet[M]):
    def below(self, paths: Iterable[str]) -> Self:
        """Narrow to rows at or below ``paths`` (the units a permission was granted on)."""
        return self.filter(within(scope_field_of(self.model), paths))

    def for_permission(self, actor: Actor, permission: str) -> Self:
        return self.all() if actor.is_system else self.below(actor.paths(permission))

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        scope = current_scope()
        scope.check_model(self.model._meta.label_lower)
        for path in {getattr(row, scope_field_of(self.model)) for row in rows}:
            scope.check_path(path)
        return super().bulk_create(rows, *args, **kwargs)


class ScopedManager(models.Manager[M]):
    """Raises outside a scope, filters inside it; writes through it are filtered alike."""

    def below(self, paths: Iterable[str]) -> ScopedQuerySet[M]:
        return self.get_queryset().below(paths)

    def for_permission(self, actor: Actor, permission: str) -> ScopedQuerySet[M]:
        return self.get_queryset().for_permission(actor, permission)

    def get_queryset(self) -> ScopedQuerySet[M]:
        scope = current_scope()
        scope.check_model(self.model._meta.label_lower)
        rows: ScopedQuerySet[M] = ScopedQuerySet(self.model, using=self._db)
        if scope.paths is None:
            return rows
        return rows.filter(within(scope_field_of(self.model), scope.paths))


class ScopedModel(models.Model):
    """A row that belongs to a unit; ``org_path`` is the unit's path on the day it was written."""

    scope_field: ClassVar[str] = "org_path"
    org_path = models.CharField(_("unit path"), max_length=255, db_index=True, editable=False)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        scope = current_scope()
        scope.check_model(self._meta.label_lower)
        scope.check_path(getattr(self, self.scope_field))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        current_scope().check_path(getattr(self, self.scope_field))
        return super().delete(*args, **kwargs)

    @property
    def reference(self) -> Reference:
        from bihuan.foundation.references import Reference

        return Reference.of(self)


Guard = Callable[[Any, Actor, Mapping[str, Any]], "str | Promise | None"]


class StatefulModel(ScopedModel):
    """A row with a lifecycle: only `perform` moves its state, by compare-and-swap on (state, version)."""

    lifecycle: ClassVar[Lifecycle]
    guards: ClassVar[Mapping[str, Guard]] = {}
    state_labels: ClassVar[Mapping[str, str | Promise]] = {}
    action_labels: ClassVar[Mapping[str, str | Promise]] = {}

    state = models.CharField(_("state"), max_length=32, db_index=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def state_label(self) -> str:
        return str(self.state_labels.get(self.state, self.state))

    @property
    def is_final(self) -> bool:
        return self.state in self.lifecycle.final


def holder_by_state(holders: Mapping[str, Any]) -> models.Case:
    """Who holds the ball in a state, as the database knows it: it can be indexed and never drifts from the table."""
    return models.Case(
        *(models.When(state=state, then=models.Value(holder.value)) for state, holder in holders.items()),
        default=models.Value(""),
        output_field=models.CharField(),
    )


class Schedule(models.Model):
    """A recurring job: what to enqueue and when next. Declared in code, kept here to survive restarts."""

    key = models.CharField(max_length=100, unique=True)
    task = models.CharField(max_length=200)
    rrule = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class ScheduleRun(models.Model):
    """One due instant of a schedule; the unique row is what keeps two schedulers from doing it twice."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="runs")
    due_at = models.DateTimeField()
    enqueued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "due_at"], name="schedule_run_once")]
        ordering = ["-due_at"]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.due_at:%Y-%m-%d %H:%M}"
