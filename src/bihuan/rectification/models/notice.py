"""The rectification notice (整改通知单), its answers, checks and extension requests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel, StatefulModel, holder_by_state
from bihuan.organisation.models import OrgUnit, Person
from bihuan.rectification import lifecycle
from bihuan.rectification.enums import CauseCategory, Holder, PlanPart, Severity, Verdict
from bihuan.rectification.models.finding import Finding

REPLY_POLICY = "notice_reply"
HOLDERS: dict[str, Holder] = {
    "draft": Holder.OFFICE,
    "issued": Holder.UNIT,
    "acknowledged": Holder.UNIT,
    "replied": Holder.CHECKER,
    "returned": Holder.UNIT,
    "reopened": Holder.UNIT,
    "closed": Holder.NOBODY,
    "withdrawn": Holder.NOBODY,
}


class Notice(StatefulModel):
    """``due_at`` is when whoever holds the ball must have acted; the clock in duties is the authority."""

    lifecycle = lifecycle.NOTICE
    state_labels = {
        "draft": pgettext_lazy("notice", "draft"),
        "issued": pgettext_lazy("notice", "issued"),
        "acknowledged": pgettext_lazy("notice", "received by the unit"),
        "replied": pgettext_lazy("notice", "answered, to be verified"),
        "returned": pgettext_lazy("notice", "answer returned"),
        "reopened": pgettext_lazy("notice", "not effective, answer again"),
        "closed": pgettext_lazy("notice", "closed"),
        "withdrawn": pgettext_lazy("notice", "withdrawn"),
    }
    action_labels = {
        "edit": pgettext_lazy("log", "edited the draft"),
        "issue": pgettext_lazy("log", "issued it"),
        "acknowledge": pgettext_lazy("log", "confirmed receipt"),
        "reply": pgettext_lazy("log", "answered it"),
        "retract": pgettext_lazy("log", "took the answer back"),
        "return": pgettext_lazy("log", "returned the answer"),
        "verify_effective": pgettext_lazy("log", "verified it: effective"),
        "verify_not_effective": pgettext_lazy("log", "verified it: not effective"),
        "verify_too_early": pgettext_lazy("log", "verified it: too early to tell"),
        "reopen": pgettext_lazy("log", "reopened it"),
        "withdraw": pgettext_lazy("log", "withdrew it"),
    }

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="notices", verbose_name=_("finding"))
    number = models.CharField(_("number"), max_length=30, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    fact = models.TextField(_("fact"), blank=True)
    clause = models.CharField(_("clause"), max_length=200, blank=True)
    severity = models.CharField(_("severity"), max_length=20, choices=Severity.choices)
    requirement = models.TextField(_("requirement"))
    reply_policy = models.CharField(_("deadline"), max_length=50, default=REPLY_POLICY)
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="notices", verbose_name=_("responsible unit")
    )
    issuing_unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="issued_notices", verbose_name=_("issuing unit")
    )
    owner = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_notices",
        verbose_name=_("owner"),
    )

    drafted_at = models.DateTimeField(_("drafted at"), editable=False)
    drafted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    acknowledged_at = models.DateTimeField(
        pgettext_lazy("notice", "received at"), null=True, blank=True, editable=False
    )
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("received by")
    )
    replied_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    replied_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1, editable=False)

    due_at = models.DateTimeField(_("due"), null=True, blank=True, editable=False)
    reply_due_at = models.DateTimeField(_("answer due"), null=True, blank=True, editable=False)
    due_provisional = models.BooleanField(default=False, editable=False)
    warned_at = models.DateTimeField(null=True, blank=True, editable=False)
    overdue_since = models.DateTimeField(_("overdue since"), null=True, blank=True, editable=False)
    escalation_level = models.CharField(max_length=10, blank=True, editable=False)
    recheck_on = models.DateField(_("look again on"), null=True, blank=True)
    recheck_asked_at = models.DateTimeField(_("asked to look again"), null=True, blank=True, editable=False)

    waits_for = models.GeneratedField(
        expression=holder_by_state(HOLDERS), output_field=models.CharField(max_length=10), db_persist=True
    )

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        verbose_name = _("rectification notice")
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="notice_number_once"),
            models.UniqueConstraint(
                fields=["finding"], condition=~Q(state="withdrawn"), name="notice_one_alive_per_finding"
            ),
        ]
        indexes = [
            models.Index(fields=["waits_for", "due_at"], name="notice_ball_due"),
            models.Index(fields=["unit", "waits_for", "due_at"], name="notice_unit_ball"),
            models.Index(fields=["overdue_since"], name="notice_overdue"),
        ]

    def __str__(self) -> str:
        return f"{self.number or pgettext('notice', 'draft')} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("rectification:notice", kwargs={"pk": self.pk})

    @property
    def holder(self) -> Holder:
        return HOLDERS[self.state]

    @property
    def reply_due_day(self) -> date | None:
        """The last day to answer: midnight belongs to the day that ends, as people read it."""
        if self.reply_due_at is None:
            return None
        local = timezone.localtime(self.reply_due_at)
        return local.date() - timedelta(days=1) if local.time() == time() else local.date()

    @property
    def reply_due_time(self) -> str:
        if self.reply_due_at is None:
            return ""
        local = timezone.localtime(self.reply_due_at)
        return "24:00" if local.time() == time() else f"{local:%H:%M}"

    @property
    def awaits_unit(self) -> bool:
        return self.state in lifecycle.AWAITS_UNIT

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now() and self.holder in {Holder.UNIT, Holder.CHECKER}

    @property
    def latest_reply(self) -> Reply | None:
        return self.replies.order_by("-replied_at", "-pk").first()


class Reply(ScopedModel):
    """One answer of the unit; a returned answer stays, the next one is a new row."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="replies")
    cycle = models.PositiveSmallIntegerField()
    cause = models.TextField(_("cause"))
    category = models.CharField(_("cause category"), max_length=20, choices=CauseCategory.choices)
    whys = models.JSONField(_("five whys"), default=list)
    correction = models.TextField(_("correction"))
    prevention = models.TextField(_("prevention"))
    plan = models.JSONField(_("five-fixed plan"), default=dict)
    plan_required = models.JSONField(default=list, editable=False)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, verbose_name=_("owner"))
    replied_at = models.DateTimeField()
    replied_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    replied_by_name = models.CharField(max_length=150)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by_name = models.CharField(max_length=150, blank=True)
    return_reason = models.TextField(blank=True)
    retracted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["replied_at", "pk"]
        verbose_name = _("answer")

    def __str__(self) -> str:
        return f"{self.notice_id} / {self.replied_at:%Y-%m-%d}"

    @property
    def plan_lines(self) -> list[tuple[str, str]]:
        return [(str(part.label), self.plan[part.value]) for part in PlanPart if self.plan.get(part.value)]


class Verification(ScopedModel):
    """A second person's verdict on an answer, with what it rests on."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="verifications")
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="verifications")
    cycle = models.PositiveSmallIntegerField()
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict.choices)
    evidence = models.TextField(_("evidence"))
    figures = models.JSONField(default=dict, blank=True)
    recheck_on = models.DateField(null=True, blank=True)
    verified_at = models.DateTimeField()
    verified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("verified by")
    )
    verified_by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["verified_at", "pk"]
        verbose_name = _("verification")

    def __str__(self) -> str:
        return f"{self.notice_id} {self.verdict}"


class ExtensionRequest(StatefulModel):
    """The unit asks for more time before the due instant; a named person decides."""

    lifecycle = lifecycle.EXTENSION
    state_labels = {
        "asked": pgettext_lazy("extension", "asked for"),
        "approved": pgettext_lazy("extension", "approved"),
        "refused": pgettext_lazy("extension", "refused"),
        "taken_back": pgettext_lazy("extension", "taken back"),
        "lapsed": pgettext_lazy("extension", "lapsed"),
    }
    action_labels = {
        "approve": pgettext_lazy("log", "approved it"),
        "refuse": pgettext_lazy("log", "refused it"),
        "take_back": pgettext_lazy("log", "took it back"),
        "lapse": pgettext_lazy("log", "lapsed"),
    }

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="extensions")
    days = models.PositiveSmallIntegerField(_("working days more"))
    reason = models.TextField(_("reason"))
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_by_name = models.CharField(max_length=150)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decision = models.TextField(_("decision"), blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("extension request")
        constraints = [
            models.UniqueConstraint(fields=["notice"], condition=Q(state="asked"), name="extension_one_open_per_notice")
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="extension_open")]

    def __str__(self) -> str:
        return f"{self.notice_id} +{self.days}"

    def get_absolute_url(self) -> str:
        return reverse("rectification:notice", kwargs={"pk": self.notice_id})

    def was_in_time(self, due_at: datetime | None) -> bool:
        return due_at is None or self.asked_at <= due_at


def _finding_open(notice: Notice, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if notice.finding.state == "open":
        return None
    return _("The finding is no longer open.")


def _other_than_replier(notice: Notice, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is None:
        return _("A person has to verify.")
    owns = notice.owner_id is not None and actor.person_id == notice.owner_id
    if owns or actor.is_user(notice.replied_by_id):
        return _("Somebody else than the owner and the one who answered has to verify.")
    return None


def _other_than_asker(request: ExtensionRequest, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is None:
        return _("A named person has to decide.")
    if actor.is_user(request.asked_by_id):
        return _("Somebody else than the one who asked has to decide.")
    return None


Notice.guards = {"finding_open": _finding_open, "other_than_replier": _other_than_replier}
ExtensionRequest.guards = {"other_than_asker": _other_than_asker}
