"""Quotas that cannot overshoot: a counter a cell, places held by leases, people turned away counted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models.campaign import Campaign, Segment


class QuotaCell(ScopedModel):
    """At most ``limit`` answers of a unit and segment (empty: any). ``held`` places are leased, ``taken`` answered."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="quotas")
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    limit = models.PositiveIntegerField(_("limit"))
    held = models.PositiveIntegerField(default=0, editable=False)
    taken = models.PositiveIntegerField(_("answers"), default=0, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("quota")
        constraints = [
            # SQLite takes empty values for different ones, so each combination of "any" has its own rule.
            models.UniqueConstraint(fields=["campaign", "unit", "segment"], name="quota_cell_once"),
            models.UniqueConstraint(
                fields=["campaign", "segment"], condition=Q(unit__isnull=True), name="quota_cell_once_any_unit"
            ),
            models.UniqueConstraint(
                fields=["campaign", "unit"], condition=Q(segment__isnull=True), name="quota_cell_once_any_segment"
            ),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(unit__isnull=True, segment__isnull=True),
                name="quota_cell_once_for_all",
            ),
            models.CheckConstraint(condition=Q(limit__gte=F("taken")), name="quota_never_exceeded"),
        ]

    def __str__(self) -> str:
        return f"{self.taken}/{self.limit}"


class QuotaLease(ScopedModel):
    """A place held for somebody who has begun; it returns when the time is up."""

    cell = models.ForeignKey(QuotaCell, on_delete=models.CASCADE, related_name="leases")
    client_uuid = models.UUIDField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("held place")
        constraints = [models.UniqueConstraint(fields=["cell", "client_uuid"], name="quota_lease_once")]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.client_uuid}"


class QuotaExit(ScopedModel):
    """Somebody was turned away because the cell was full; that is part of what the survey tells."""

    cell = models.ForeignKey(QuotaCell, on_delete=models.CASCADE, related_name="exits")
    client_uuid = models.UUIDField()
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("turned away")
        constraints = [models.UniqueConstraint(fields=["cell", "client_uuid"], name="quota_exit_once")]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.day}"
