"""Things somebody else than the asker decides: more time, a disputed complaint, money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from bihuan.accounts.models import User
from bihuan.cases import lifecycle
from bihuan.cases.enums import ProposalKind
from bihuan.cases.models.case import Case
from bihuan.cases.models.entry import StaffParty
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.organisation.models import Person

PANEL = 3


class CaseExtension(StatefulModel):
    """The unit asks for more time on one clock before it is due; a named person decides."""

    lifecycle = lifecycle.EXTENSION
    state_labels = {
        "asked": pgettext_lazy("extension", "asked for"),
        "approved": pgettext_lazy("extension", "approved"),
        "refused": pgettext_lazy("extension", "refused"),
        "taken_back": pgettext_lazy("extension", "taken back"),
        "lapsed": pgettext_lazy("extension", "lapsed"),
    }
    action_labels = {
        "approve": pgettext_lazy("log", "granted more time"),
        "refuse": pgettext_lazy("log", "refused more time"),
        "take_back": pgettext_lazy("log", "took the request back"),
        "lapse": pgettext_lazy("log", "lapsed"),
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="extensions")
    policy_key = models.CharField(_("clock"), max_length=50)
    days = models.PositiveSmallIntegerField(_("days more"), null=True, blank=True)
    hours = models.PositiveSmallIntegerField(_("hours more"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("person", "asked by")
    )
    asked_by_name = models.CharField(max_length=150)
    was_in_time = models.BooleanField(_("asked in time"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("person", "decided by")
    )
    decision = models.TextField(pgettext_lazy("case", "decision"), blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request for more time")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "policy_key"], condition=Q(state="asked"), name="case_extension_one_open_per_clock"
            )
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="case_extension_open")]

    def __str__(self) -> str:
        return f"{self.case} +{self.days or self.hours}"

    def get_absolute_url(self) -> str:
        return reverse("cases:case", kwargs={"pk": self.case_id})

    @property
    def amount_label(self) -> str:
        if self.days is not None:
            return ngettext("%(n)s day", "%(n)s days", self.days) % {"n": self.days}
        hours = self.hours or 0
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


class DisputeReview(StatefulModel):
    """Does the complaint count against the member of staff? A panel that had no part in the case decides (C8)."""

    lifecycle = lifecycle.REVIEW
    state_labels = {
        "asked": pgettext_lazy("review", "asked for"),
        "sitting": pgettext_lazy("review", "panel sitting"),
        "decided": pgettext_lazy("review", "decided"),
        "taken_back": pgettext_lazy("review", "taken back"),
    }
    action_labels = {
        "convene": pgettext_lazy("log", "convened the panel"),
        "decide": pgettext_lazy("log", "decided the dispute"),
        "take_back": pgettext_lazy("log", "took the request back"),
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reviews")
    party = models.ForeignKey(StaffParty, on_delete=models.PROTECT, related_name="reviews")
    staff_view = models.TextField(_("what the member of staff says"))
    office_view = models.TextField(_("what the investigation says"), blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("person", "asked by")
    )
    asked_by_name = models.CharField(max_length=150)
    was_attributable = models.BooleanField(null=True)
    convened_at = models.DateTimeField(_("convened at"), null=True, blank=True)
    counts = models.BooleanField(_("counts against the member of staff"), null=True)
    decision = models.TextField(_("decision with reasons"), blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("review of a disputed complaint")
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(state__in=("asked", "sitting")), name="review_one_open_per_party"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.party.person}"

    def get_absolute_url(self) -> str:
        return reverse("cases:review", kwargs={"pk": self.pk})

    @property
    def votes(self) -> tuple[int, int]:
        """How many said it counts, and how many that it does not."""
        given = list(self.panel.filter(counts__isnull=False).values_list("counts", flat=True))
        return given.count(True), given.count(False)


class PanelMember(ScopedModel):
    review = models.ForeignKey(DisputeReview, on_delete=models.CASCADE, related_name="panel")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("panel member"))
    counts = models.BooleanField(_("counts against the member of staff"), null=True)
    reason = models.TextField(_("reasons"), blank=True)
    voted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("panel member")
        constraints = [models.UniqueConstraint(fields=["review", "person"], name="panel_member_once")]

    def __str__(self) -> str:
        return f"{self.review_id} {self.person}"

    def get_absolute_url(self) -> str:
        """The member's own page; it opens for nobody else."""
        return reverse("cases:seat", kwargs={"pk": self.pk})


class CaseProposal(StatefulModel):
    """Money somebody proposes and somebody else decides on; paying comes later, from the fund."""

    lifecycle = lifecycle.PROPOSAL
    state_labels = {
        "proposed": pgettext_lazy("proposal", "proposed"),
        "approved": pgettext_lazy("proposal", "approved"),
        "refused": pgettext_lazy("proposal", "refused"),
        "taken_back": pgettext_lazy("proposal", "taken back"),
    }
    action_labels = {
        "approve": pgettext_lazy("log", "approved the proposal"),
        "refuse": pgettext_lazy("log", "refused the proposal"),
        "take_back": pgettext_lazy("log", "took the proposal back"),
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(_("kind"), max_length=15, choices=ProposalKind.choices)
    amount = models.DecimalField(_("amount in CNY"), max_digits=10, decimal_places=2)
    clause = models.CharField(_("commitment or clause"), max_length=200, blank=True)
    claim = models.TextField(_("what is claimed or was adopted"))
    check_note = models.TextField(_("checked against the clause"), blank=True)
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("person", "proposed by")
    )
    proposed_by_name = models.CharField(max_length=150)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("person", "decided by")
    )
    decision = models.TextField(pgettext_lazy("case", "decision"), blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        verbose_name = _("proposal of payment")
        indexes = [models.Index(fields=["state", "proposed_at"], name="case_proposal_open")]

    def __str__(self) -> str:
        return f"{self.case} {self.amount}"

    def get_absolute_url(self) -> str:
        return reverse("cases:case", kwargs={"pk": self.case_id})


def _other_than_asker(request: CaseExtension, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is None:
        return _("A named person has to decide.")
    if actor.is_user(request.asked_by_id):
        return _("Somebody else than the one who asked has to decide.")
    return None


def _other_than_proposer(proposal: CaseProposal, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is None:
        return _("A named person has to decide.")
    if actor.is_user(proposal.proposed_by_id):
        return _("Somebody else than the one who proposed it has to decide.")
    return None


def _panel_of_three(review: DisputeReview, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if review.panel.count() >= PANEL:
        return None
    return _("The panel needs at least three members.")


def _all_voted(review: DisputeReview, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if review.panel.filter(counts__isnull=True).exists():
        return _("Every member of the panel has to vote first.")
    return None


CaseExtension.guards = {"other_than_asker": _other_than_asker}
CaseProposal.guards = {"other_than_proposer": _other_than_proposer}
DisputeReview.guards = {"panel_of_three": _panel_of_three, "all_voted": _all_voted}
