"""Ways in: public doors, services another system may ask for, letters that arrived by e-mail."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases.enums import Kind
from bihuan.cases.models.case import Case
from bihuan.cases.models.criterion import CaseTheme
from bihuan.foundation.models import ScopedModel
from bihuan.organisation.models import Asset, OrgUnit


class IntakeDoor(ScopedModel):
    """A public form: one for the website, one a vehicle or counter with its QR code."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=100)
    desk = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="intake_doors", verbose_name=_("taken in by")
    )
    asset = models.ForeignKey(
        Asset,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="intake_doors",
        verbose_name=_("line, vehicle or place"),
    )
    is_active = models.BooleanField(pgettext_lazy("case", "open"), default=True)

    class Meta:
        ordering = ["title"]
        verbose_name = _("public intake form")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("cases:doors")


class CaseService(ScopedModel):
    """A service in the sense of Open311: what another system may ask for, with the particulars it must give."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    keywords = models.CharField(_("keywords"), max_length=200, blank=True)
    group = models.CharField(_("group"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.COMPLAINT)
    theme = models.ForeignKey(CaseTheme, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("theme"))
    desk = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken in by"))
    attributes = models.JSONField(_("particulars"), default=list, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)
    is_batch = models.BooleanField(
        _("answers with a token first"),
        default=False,
        help_text=_("For systems that collect and ask for numbers later."),
    )
    publishes = models.BooleanField(
        _("requests are published"),
        default=False,
        help_text=_("Anybody may read them by Open311, without names and with a coarse position."),
    )

    class Meta:
        ordering = ["group", "name"]
        verbose_name = _("service")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cases:service", kwargs={"pk": self.pk})


class InboundMail(ScopedModel):
    """A letter that arrived by e-mail, once. Machine mail is kept and never answered."""

    class Fate(models.TextChoices):
        CASE = "case", pgettext_lazy("mail", "became a case")
        ENTRY = "entry", pgettext_lazy("mail", "added to a case")
        MACHINE = "machine", pgettext_lazy("mail", "sent by a machine, kept only")
        REFUSED = "refused", pgettext_lazy("mail", "not taken")

    message_id = models.CharField(max_length=250, unique=True)
    sender_hash = models.CharField(max_length=64, db_index=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received at"))
    fate = models.CharField(_("what became of it"), max_length=10, choices=Fate.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("e-mail")
        indexes = [
            models.Index(
                fields=["sender_hash", "answered_at"], name="mail_answers", condition=Q(answered_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.subject
