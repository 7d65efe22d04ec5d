"""What is wrong, wherever it was heard or seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import StatefulModel, holder_by_state
from bihuan.foundation.references import Reference
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.rectification import lifecycle
from bihuan.rectification.enums import Holder, Severity

HOLDERS: dict[str, Holder] = {
    "open": Holder.OFFICE,
    "corrected": Holder.CHECKER,
    "in_rectification": Holder.UNIT,
    "answered": Holder.CHECKER,
    "reopened": Holder.UNIT,
    "closed": Holder.NOBODY,
    "dismissed": Holder.NOBODY,
}


class Finding(StatefulModel):
    """One thing that is wrong, with the evidence as it was seen that day."""

    lifecycle = lifecycle.FINDING
    state_labels = {
        "open": pgettext_lazy("finding", "open"),
        "corrected": pgettext_lazy("finding", "corrected on the spot, to be confirmed"),
        "in_rectification": pgettext_lazy("finding", "in rectification"),
        "answered": pgettext_lazy("finding", "answered, to be verified"),
        "reopened": pgettext_lazy("finding", "not effective, in rectification again"),
        "closed": pgettext_lazy("finding", "closed"),
        "dismissed": pgettext_lazy("finding", "dismissed"),
    }
    action_labels = {
        "correct_on_spot": pgettext_lazy("log", "logged a correction on the spot"),
        "confirm": pgettext_lazy("log", "confirmed the correction"),
        "close": pgettext_lazy("log", "closed it with a reason"),
        "not_corrected": pgettext_lazy("log", "found it not corrected"),
        "reopen": pgettext_lazy("log", "reopened it"),
        "dismiss": pgettext_lazy("log", "dismissed it"),
        "restore": pgettext_lazy("log", "restored it"),
        "regrade": pgettext_lazy("log", "changed the severity"),
        "reassign": pgettext_lazy("log", "changed the responsible unit"),
        "send_notice": pgettext_lazy("log", "issued a notice for it"),
        "answer": pgettext_lazy("log", "answered the notice"),
        "return_answer": pgettext_lazy("log", "returned the answer"),
        "retract_answer": pgettext_lazy("log", "took the answer back"),
        "accept": pgettext_lazy("log", "found the rectification effective"),
        "fail": pgettext_lazy("log", "found the rectification not effective"),
        "withdraw_notice": pgettext_lazy("log", "withdrew the notice"),
    }

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    fact = models.TextField(_("fact"))
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="findings", verbose_name=_("responsible unit")
    )
    asset = models.ForeignKey(
        Asset,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("line, vehicle or place"),
    )
    severity = models.CharField(_("severity"), max_length=20, choices=Severity.choices, db_index=True)
    clause = models.CharField(_("clause"), max_length=200, blank=True)
    dimension = models.CharField(_("dimension or theme"), max_length=100, blank=True)

    source_type = models.CharField(max_length=80, blank=True, editable=False)
    source_id = models.BigIntegerField(null=True, blank=True, editable=False)
    source_label = models.CharField(_("source"), max_length=200, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)

    raised_at = models.DateTimeField(_("raised at"))
    raised_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("raised by")
    )
    raised_by_name = models.CharField(max_length=150, editable=False)
    stage_since = models.DateTimeField(_("in this stage since"), editable=False)

    recurrence_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recurrences",
        verbose_name=_("happened before"),
    )
    recurrence_count = models.PositiveIntegerField(_("times before"), default=0, editable=False)

    correction = models.TextField(_("what was done"), blank=True)
    corrected_at = models.DateTimeField(_("corrected at"), null=True, blank=True, editable=False)
    corrected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("corrected by")
    )
    close_note = models.TextField(_("how it was checked"), blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )

    waits_for = models.GeneratedField(
        expression=holder_by_state(HOLDERS), output_field=models.CharField(max_length=10), db_persist=True
    )

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = _("finding")
        indexes = [
            models.Index(fields=["state", "stage_since"], name="finding_stage"),
            models.Index(fields=["waits_for", "raised_at"], name="finding_ball"),
            models.Index(fields=["unit", "waits_for", "raised_at"], name="finding_unit_ball"),
            models.Index(fields=["raised_at", "state", "unit"], name="finding_period"),
            models.Index(fields=["unit", "state", "stage_since"], name="finding_unit_stage"),
            models.Index(fields=["unit", "dimension", "raised_at"], name="finding_unit_dimension"),
            models.Index(fields=["unit", "clause", "raised_at"], name="finding_unit_clause"),
            models.Index(fields=["source_type", "source_id"], name="finding_source"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("rectification:finding", kwargs={"pk": self.pk})

    @property
    def holder(self) -> Holder:
        return HOLDERS[self.state]

    @property
    def is_ordinary(self) -> bool:
        return self.severity == Severity.ORDINARY

    @property
    def is_recurrence(self) -> bool:
        return self.recurrence_count > 0

    @property
    def source(self) -> Reference | None:
        if not self.source_type or self.source_id is None:
            return None
        return Reference(self.source_type, self.source_id)


def _ordinary(finding: Finding, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if finding.is_ordinary:
        return None
    return _("A major problem or hidden risk needs a written notice.")


def _no_notice(finding: Finding, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if finding.notices.exclude(state="withdrawn").exists():
        return _("A notice exists for this finding: work on the notice, or withdraw it first.")
    return None


def _other_than_corrector(finding: Finding, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is None:
        return _("A person has to look at it.")
    if actor.is_user(finding.corrected_by_id):
        return _("Somebody else than the one who corrected it has to look at it.")
    return None


Finding.guards = {
    "ordinary": _ordinary,
    "no_notice": _no_notice,
    "other_than_corrector": _other_than_corrector,
}
