"""Ways into a survey, and answers begun but not yet sent."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.instruments.models import InstrumentVersion
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.models.campaign import Campaign


class Door(ScopedModel):
    """One address ``/s/<code>``. What is answered through it belongs to its asset and unit with nothing typed."""

    class Kind(models.TextChoices):
        LINK = "link", _("link")
        QR = "qr", _("QR code")
        EMAIL = "email", _("e-mail")
        KIOSK = "kiosk", _("kiosk")
        FRAME = "frame", _("embedded in a site")
        PAPER = "paper", _("paper")
        PHONE = "phone", _("telephone interview")
        API = "api", _("API")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="doors")
    kind = models.CharField(_("channel"), max_length=8, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=24, unique=True, editable=False)
    label = models.CharField(_("name"), max_length=100, blank=True)
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    asset = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="doors", verbose_name=_("asset")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["campaign", "kind", "pk"]
        verbose_name = _("way into a survey")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "asset"], condition=models.Q(asset__isnull=False), name="door_asset_once"
            )
        ]

    def __str__(self) -> str:
        return self.label or self.code

    def get_absolute_url(self) -> str:
        return reverse("answering:form", kwargs={"code": self.code})

    @property
    def office_url(self) -> str:
        """Its page in the office; the address above is for those who answer."""
        return reverse("surveys:door", kwargs={"pk": self.pk})

    @property
    def title(self) -> str:
        """What it is called in lists: its name, its asset, or its channel."""
        return self.label or (str(self.asset) if self.asset else str(self.get_kind_display()))


class SavedAnswers(ScopedModel):
    """What somebody has answered so far; found again by a secret of which only the hash is kept.

    Never joined to an invitation, so that an anonymous answer has no past either.
    """

    door = models.ForeignKey(Door, on_delete=models.CASCADE, related_name="saved")
    version_of_form = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    client_uuid = models.UUIDField(unique=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    revision = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=10)
    section = models.CharField(max_length=60, blank=True)
    answers = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("answers begun")

    def __str__(self) -> str:
        return str(self.client_uuid)
