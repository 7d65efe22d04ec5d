"""What somebody told us and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.cases import lifecycle
from bihuan.cases.enums import (
    FOUND,
    JUDGED,
    Branch,
    Channel,
    EntryKind,
    Grade,
    Holder,
    Kind,
    Outcome,
    PauseReason,
    Satisfaction,
)
from bihuan.cases.models.criterion import CaseTheme, Criterion
from bihuan.cases.models.incident import Incident
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import StatefulModel, holder_by_state
from bihuan.organisation.models import Asset, OrgUnit, Person
from bihuan.standards.models import AnsweringEdition

MAX_RETURNS = 2
FAILED_CONTACTS = 3
HOLDERS: dict[str, Holder] = {
    **dict.fromkeys(lifecycle.WITH_DESK, Holder.DESK),
    **dict.fromkeys(lifecycle.WITH_UNIT, Holder.UNIT),
    "suspended": Holder.OUTSIDE,
    "answered": Holder.DESK,
    "fed_back": Holder.DESK,
    "under_review": Holder.PANEL,
    **dict.fromkeys(("closed", *lifecycle.ENDED_ASIDE), Holder.NOBODY),
}


class Case(StatefulModel):
    """One matter of one customer. ``due_at`` is the most pressing of its open clocks, kept for lists.

    Who complained is in `Complainant`, apart, behind a right of its own. ``org_path`` is the desk's until the case is
    dispatched and then the responsible unit's.
    """

    lifecycle = lifecycle.CASE
    state_labels = {
        "received": pgettext_lazy("case", "received"),
        "classified": pgettext_lazy("case", "classified, to be dispatched"),
        "dispatched": pgettext_lazy("case", "dispatched"),
        "investigating": pgettext_lazy("case", "under investigation"),
        "answered": pgettext_lazy("case", "answered, to be fed back"),
        "fed_back": pgettext_lazy("case", "fed back, to be closed"),
        "closed": pgettext_lazy("case", "closed"),
        "suspended": pgettext_lazy("case", "suspended"),
        "returned": pgettext_lazy("case", "returned by the unit"),
        "under_review": pgettext_lazy("case", "under review"),
        "reopened": pgettext_lazy("case", "reopened"),
        "transferred": pgettext_lazy("case", "transferred out"),
        "duplicate": pgettext_lazy("case", "duplicate"),
        "withdrawn": pgettext_lazy("case", "withdrawn by the customer"),
        "invalid": pgettext_lazy("case", "invalid"),
    }
    action_labels = {
        "classify": pgettext_lazy("log", "classified it"),
        "reclassify": pgettext_lazy("log", "changed the class"),
        "answer_at_intake": pgettext_lazy("log", "answered it at once"),
        "dispatch": pgettext_lazy("log", "dispatched it"),
        "reassign": pgettext_lazy("log", "handed it to another unit"),
        "return": pgettext_lazy("log", "returned it to the desk"),
        "accept": pgettext_lazy("log", "took it up"),
        "suspend": pgettext_lazy("log", "suspended it"),
        "resume": pgettext_lazy("log", "went on with it"),
        "answer": pgettext_lazy("log", "answered it"),
        "send_back": pgettext_lazy("log", "sent the answer back"),
        "feed_back": pgettext_lazy("log", "told the customer the result"),
        "close": pgettext_lazy("log", "closed it"),
        "dispute": pgettext_lazy("log", "put it before a review panel"),
        "conclude_review": pgettext_lazy("log", "concluded the review"),
        "reopen": pgettext_lazy("log", "reopened it"),
        "transfer": pgettext_lazy("log", "transferred it out"),
        "merge": pgettext_lazy("log", "marked it a duplicate"),
        "withdraw": pgettext_lazy("log", "noted that the customer withdrew it"),
        "invalidate": pgettext_lazy("log", "marked it invalid"),
        "restore": pgettext_lazy("log", "restored it"),
    }

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.COMPLAINT)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices)
    grade = models.CharField(_("class"), max_length=10, choices=Grade.choices, blank=True)
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("criterion")
    )
    theme = models.ForeignKey(
        CaseTheme, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("theme")
    )
    class_reason = models.TextField(_("reason for the class"), blank=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what happened"))
    is_major = models.BooleanField(_("major event"), default=False)
    from_above = models.CharField(_("requirement from above"), max_length=200, blank=True)

    happened_at = models.DateTimeField(_("when it happened"), null=True, blank=True)
    happened_on = models.DateField(_("day it happened"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    line = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("line")
    )
    asset = models.ForeignKey(
        Asset,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("vehicle, counter or site"),
    )
    staff_said = models.CharField(_("staff number or description"), max_length=120, blank=True)
    answers = models.JSONField(_("further particulars"), default=dict, blank=True)

    desk = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="cases_taken_in", verbose_name=_("taken in by")
    )
    unit = models.ForeignKey(
        OrgUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("responsible unit"),
    )
    handler = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("handler")
    )
    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("case", "received by")
    )
    received_by_name = models.CharField(max_length=150, editable=False)
    classified_at = models.DateTimeField(_("classified at"), null=True, blank=True, editable=False)
    classified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("classified by")
    )
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, blank=True, editable=False)
    dispatched_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("dispatched by")
    )
    accepted_at = models.DateTimeField(_("taken up at"), null=True, blank=True, editable=False)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True, editable=False)
    returns = models.PositiveSmallIntegerField(_("times returned"), default=0, editable=False)
    pause_reason = models.CharField(_("waits because"), max_length=30, choices=PauseReason.choices, blank=True)
    transferred_to = models.CharField(_("transferred to"), max_length=200, blank=True)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name=_("same as")
    )
    repeat_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repeats",
        verbose_name=_("repeats an earlier case"),
    )
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("incident")
    )

    outcome = models.CharField(pgettext_lazy("case", "outcome"), max_length=20, choices=Outcome.choices, blank=True)
    branch = models.CharField(_("way of handling"), max_length=20, choices=Branch.choices, blank=True)
    measures = models.JSONField(_("measures"), default=list, blank=True)
    facts = models.TextField(_("facts established"), blank=True)
    clause = models.CharField(_("clause it rests on"), max_length=200, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_from = models.ForeignKey(
        AnsweringEdition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answering standard"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("case", "answered by")
    )
    counts_against_staff = models.BooleanField(_("counts against staff"), null=True, editable=False)

    result_told = models.TextField(_("what the customer was told"), blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True, editable=False)
    told_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("case", "told by")
    )
    satisfaction = models.CharField(_("satisfaction"), max_length=1, choices=Satisfaction.choices, blank=True)
    satisfaction_at = models.DateTimeField(_("satisfaction given at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(pgettext_lazy("case", "closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("case", "closed by")
    )
    close_note = models.TextField(_("closing note"), blank=True)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1, editable=False)

    due_at = models.DateTimeField(_("due"), null=True, blank=True, editable=False)
    due_policy = models.CharField(max_length=50, blank=True, editable=False)
    due_provisional = models.BooleanField(default=False, editable=False)
    overdue_since = models.DateTimeField(_("overdue since"), null=True, blank=True, editable=False)
    escalation_level = models.CharField(max_length=10, blank=True, editable=False)

    origin = models.CharField(_("origin"), max_length=60, blank=True)
    origin_id = models.CharField(_("number at the origin"), max_length=120, blank=True)
    origin_due_at = models.DateTimeField(_("due at the origin"), null=True, blank=True)
    service_code = models.CharField(_("service code"), max_length=60, blank=True)
    is_public = models.BooleanField(_("may be published without names"), default=False)
    code_hash = models.CharField(max_length=64, editable=False, default="")
    pin_hash = models.CharField(max_length=64, editable=False, default="")

    waits_for = models.GeneratedField(
        expression=holder_by_state(HOLDERS), output_field=models.CharField(max_length=10), db_persist=True
    )

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("case")
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "origin_id"], condition=~Q(origin_id=""), name="case_once_per_origin"
            ),
            models.UniqueConstraint(fields=["code_hash"], condition=~Q(code_hash=""), name="case_code_once"),
        ]
        indexes = [
            models.Index(fields=["waits_for", "due_at"], name="case_ball_due"),
            models.Index(fields=["state", "received_at"], name="case_state_received"),
            models.Index(fields=["-received_at", "-id"], name="case_received"),
            models.Index(fields=["unit", "waits_for", "due_at"], name="case_unit_ball"),
            models.Index(fields=["kind", "received_at"], name="case_kind_received"),
            models.Index(fields=["asset", "received_at"], name="case_asset_received"),
            models.Index(fields=["line", "received_at"], name="case_line_received"),
            models.Index(fields=["theme", "received_at"], name="case_theme_received"),
            models.Index(fields=["closed_at", "received_at"], name="case_closed"),
            models.Index(fields=["answered_at"], name="case_answered"),
            models.Index(fields=["overdue_since"], name="case_overdue", condition=Q(overdue_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_from_elsewhere(self) -> bool:
        """It has a number in another system; what our own pages and mailbox brought only has a mark against doubles."""
        return bool(self.origin_id) and self.origin not in {"desk", "form", "email"}

    def get_absolute_url(self) -> str:
        return reverse("cases:case", kwargs={"pk": self.pk})

    @property
    def holder(self) -> Holder:
        return HOLDERS[self.state]

    @property
    def is_judged(self) -> bool:
        """Its facts are looked into; a suggestion, an enquiry or praise is not judged."""
        return self.kind in JUDGED

    @property
    def is_reachable(self) -> bool:
        """Whether the customer left a way to be reached."""
        person = getattr(self, "complainant", None)
        return person is not None and person.is_reachable

    @property
    def is_found(self) -> bool:
        return self.outcome in FOUND

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now() and not self.is_final

    @property
    def responsible_name(self) -> str:
        return self.unit.name if self.unit is not None else self.desk.name


def _enquiry(case: Case, _actor: Actor, data: Mapping[str, Any]) -> str | Promise | None:
    if data.get("kind", case.kind) == Kind.ENQUIRY:
        return None
    return _("Only an enquiry can be answered and closed at once.")


def _returns_left(case: Case, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if case.returns < MAX_RETURNS:
        return None
    return _("It was returned twice already. Ask the desk to decide who is responsible.")


def _judged(case: Case, _actor: Actor, data: Mapping[str, Any]) -> str | Promise | None:
    """A decision names outcome and facts; where something was found also the clause and the way of handling."""
    if not case.is_judged or not data:
        return None
    if data.get("outcome") not in Outcome.values:
        return _("Say what the investigation established.")
    if not str(data.get("facts", "")).strip():
        return _("Name the facts the decision rests on.")
    is_found = data["outcome"] in FOUND and case.kind != Kind.DISPUTE
    return _handled(case, data) if is_found else None


def _handled(case: Case, data: Mapping[str, Any]) -> str | Promise | None:
    if not str(data.get("clause", "")).strip():
        return _("Name the clause the decision rests on.")
    if data.get("branch") not in Branch.values:
        return _("Choose the way of handling: education or violation.")
    if case.parties.filter(confirmed_at__isnull=False, attributable__isnull=True).exists():
        return _("Say for every member of staff named whether it is attributable to them.")
    return None


def _contact_tried(case: Case, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    """A customer who left no way to be reached reads the reply when following the case."""
    if not case.is_reachable:
        return None
    since = case.answered_at or case.received_at
    if case.entries.filter(kind=EntryKind.CONTACT, at__gte=since).exists():
        return None
    return _("Note at least one attempt to reach the customer first.")


def _satisfaction_known(case: Case, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if case.satisfaction or not case.is_reachable or case.kind == Kind.COMMENDATION:
        return None
    since = case.told_at or case.received_at
    contacts = case.entries.filter(kind=EntryKind.CONTACT)
    if contacts.filter(is_reached=False).count() >= FAILED_CONTACTS:
        return None
    if case.asks.filter(cycle=case.cycle, expires_at__lte=timezone.now(), asked_at__gte=since).exists():
        return None
    return _("Ask whether the customer is satisfied, or note three attempts that failed.")


def _not_itself(case: Case, _actor: Actor, data: Mapping[str, Any]) -> str | Promise | None:
    other = data.get("duplicate_of_id")
    seen = set()
    while other is not None and other not in seen:
        if other == case.pk:
            return _("A case cannot be a duplicate of itself.")
        seen.add(other)
        other = Case.objects.filter(pk=other).values_list("duplicate_of_id", flat=True).first()
    return None


Case.guards = {
    "enquiry": _enquiry,
    "returns_left": _returns_left,
    "judged": _judged,
    "contact_tried": _contact_tried,
    "satisfaction_known": _satisfaction_known,
    "not_itself": _not_itself,
}
