"""What was said and done about a case, in order: statements, interviews, contacts, replies, notes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.cases.enums import PUBLIC_ENTRIES, AskChannel, EntryKind, PartyBasis, Satisfaction, Side
from bihuan.cases.models.case import Case
from bihuan.foundation.models import ScopedModel
from bihuan.organisation.models import Person


class StaffParty(ScopedModel):
    """A member of staff the case is about: a proposal until a person confirms it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="case_parties", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=60, blank=True)
    basis = models.CharField(_("how we came to the name"), max_length=10, choices=PartyBasis.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by_name = models.CharField(max_length=150, blank=True)
    attributable = models.BooleanField(_("attributable"), null=True)
    attribution_note = models.TextField(_("why"), blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("person", "judged by")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("member of staff concerned")
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="case_party_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.person}"


class CaseEntry(ScopedModel):
    """Only added, never changed; ``is_reached`` belongs to contacts."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind.choices)
    side = models.CharField(_("whose words"), max_length=10, choices=Side.choices, default=Side.OFFICE)
    text = models.TextField(_("text"))
    people_present = models.CharField(_("who was present"), max_length=200, blank=True)
    is_reached = models.BooleanField(_("reached"), null=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    message_id = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("entry")
        indexes = [models.Index(fields=["case", "kind", "at"], name="case_entry_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"], condition=~Q(message_id=""), name="case_entry_once_per_message"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

    @property
    def is_public(self) -> bool:
        return self.kind in PUBLIC_ENTRIES


class Custody(ScopedModel):
    """Who held a piece of evidence from when on; the file's hash never changes, the holder does."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="custody")
    attachment_id = models.BigIntegerField(_("file"), null=True, blank=True)
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)
    item = models.CharField(_("piece of evidence"), max_length=200)
    obtained_from = models.CharField(_("obtained from"), max_length=120)
    holder = models.CharField(pgettext_lazy("case", "held by"), max_length=120)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("since"))
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["item", "at", "pk"]
        verbose_name = _("custody of evidence")

    def __str__(self) -> str:
        return f"{self.item}: {self.holder}"


class SatisfactionAsk(ScopedModel):
    """One question a cycle: by a one-time link or a call-back. The handler does not see the answer before closing."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="asks")
    cycle = models.PositiveSmallIntegerField()
    channel = models.CharField(pgettext_lazy("ask", "asked by"), max_length=10, choices=AskChannel.choices)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by_name = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    level = models.CharField(max_length=1, choices=Satisfaction.choices, blank=True)
    comment = models.TextField(pgettext_lazy("case", "comment"), blank=True)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("question about satisfaction")
        constraints = [models.UniqueConstraint(fields=["case", "cycle"], name="satisfaction_asked_once_per_cycle")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.channel} {pgettext_lazy('ask', 'asked')}"
