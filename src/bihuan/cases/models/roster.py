"""Who worked where and when: what lets a case name the driver and shift it may be about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.organisation.models import Asset, Person


class RosterShift(ScopedModel):
    """One person on one vehicle (or counter) of one line for one shift."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("person"))
    asset = models.ForeignKey(
        Asset,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shifts",
        verbose_name=_("vehicle or counter"),
    )
    line = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="line_shifts", verbose_name=_("line")
    )
    role = models.CharField(_("role"), max_length=40, blank=True)
    shift = models.CharField(_("shift"), max_length=40, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("roster shift")
        indexes = [
            models.Index(fields=["asset", "starts_at"], name="roster_asset"),
            models.Index(fields=["line", "starts_at"], name="roster_line"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "starts_at"], name="roster_person_once_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="roster_shift_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d %H:%M}"
