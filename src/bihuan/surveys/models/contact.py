"""People who may be asked, and what they were asked. Participation is kept apart from answers."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.instruments.models import Response
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models.campaign import Campaign, Segment
from bihuan.surveys.models.door import Door
from bihuan.surveys.models.sampling import SampleDraw


class Contact(ScopedModel):
    """A customer who may be invited; ``asked_on`` holds for all surveys together, so that nobody is asked too often."""

    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="contacts", verbose_name=_("responsible unit")
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    organisation = models.CharField(_("organisation"), max_length=150, blank=True)
    segment = models.CharField(_("segment"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    number = models.CharField(_("customer number"), max_length=60, blank=True)
    asked_on = models.DateField(_("last asked"), null=True, blank=True, editable=False)
    is_opted_out = models.BooleanField(_("does not want to be asked"), default=False)
    # The telephone number in digits: the same person is found again however the number was written.
    phone_digits = models.CharField(max_length=40, blank=True, editable=False)
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("contact")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "email"], condition=~models.Q(email=""), name="contact_email_once_per_unit"
            )
        ]
        indexes = [
            models.Index(fields=["email"], name="contact_email"),
            models.Index(fields=["phone_digits"], name="contact_phone"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or gettext("erased contact %(number)d") % {"number": self.pk or 0}

    def get_absolute_url(self) -> str:
        return reverse("surveys:contact", kwargs={"pk": self.pk})


class Invitation(ScopedModel):
    """One person asked to one survey. The token itself is never stored; no instant of answering is kept."""

    class Fate(models.TextChoices):
        WAITING = "waiting", _("to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")
        QUARANTINED = "quarantined", _("asked too recently")
        OPTED_OUT = "opted_out", _("does not want to be asked")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="invitations")
    door = models.ForeignKey(Door, on_delete=models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    segment = models.ForeignKey(Segment, on_delete=models.SET_NULL, null=True, related_name="+")
    draw = models.ForeignKey(SampleDraw, on_delete=models.SET_NULL, null=True, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    fate = models.CharField(_("sending"), max_length=12, choices=Fate.choices, default=Fate.WAITING)
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0, editable=False)
    used = models.PositiveSmallIntegerField(_("answers"), default=0, editable=False)
    allowed = models.PositiveSmallIntegerField(_("answers allowed"), default=1)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("invitation")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "contact"], name="invited_once"),
            models.CheckConstraint(condition=models.Q(allowed__gte=models.F("used")), name="invitation_not_overused"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.contact_id}"


class IdentifiedAnswer(ScopedModel):
    """Which invitation an answer came by: written only in identified surveys."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="answers")
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="identified")

    class Meta:
        verbose_name = _("identified answer")

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.response_id}"
