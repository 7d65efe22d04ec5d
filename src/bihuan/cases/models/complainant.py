"""Who complained: apart from the case, shown only for a reason that is kept."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases.models.case import Case
from bihuan.foundation.models import ScopedModel


class Complainant(ScopedModel):
    """Masked wherever it is shown. The hashes are keyed: they find the same person again and tell nobody who it is."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="complainant")
    name = models.CharField(_("name"), max_length=80, blank=True)
    organisation = models.CharField(_("company"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), max_length=120, blank=True)
    address = models.CharField(pgettext_lazy("case", "address"), max_length=200, blank=True)
    wish = models.CharField(_("what the customer asks for"), max_length=300, blank=True)
    insists_on_meeting = models.BooleanField(_("insists on meeting the other side"), default=False)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    email_hash = models.CharField(max_length=64, blank=True, db_index=True)
    is_erased = models.BooleanField(pgettext_lazy("case", "erased"), default=False)

    class Meta:
        verbose_name = _("complainant")

    def __str__(self) -> str:
        return self.masked_name

    def get_absolute_url(self) -> str:
        return reverse("cases:case", kwargs={"pk": self.case_id})

    @property
    def is_reachable(self) -> bool:
        return bool(self.phone or self.email or self.address)

    @property
    def masked_name(self) -> str:
        if not self.name:
            return str(_("not given"))
        return self.name[0] + "*" * min(2, max(1, len(self.name) - 1))

    @property
    def masked_phone(self) -> str:
        digits = self.phone
        if len(digits) < 7:
            return "*" * len(digits)
        return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"

    @property
    def masked_email(self) -> str:
        name, _at, host = self.email.partition("@")
        return f"{name[:1]}***@{host}" if host else ""


class IdentityReveal(ScopedModel):
    """Somebody looked at who complained, and why."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reveals")
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField()
    user_id_kept = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("look at the identity")

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_name}"
