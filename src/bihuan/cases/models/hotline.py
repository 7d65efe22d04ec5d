"""The hotline: who sits at the desk, the city's centre, and requests to be excused from a missed deadline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.cases import lifecycle
from bihuan.cases.models.case import Case
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.organisation.models import OrgUnit, Person


class DeskShift(ScopedModel):
    """One person at the desk, from when to when; the handover closes it."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="desk_shifts", verbose_name=_("desk"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="desk_shifts", verbose_name=_("on duty"))
    phone = models.CharField(_("reachable at"), max_length=30, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    handed_over_at = models.DateTimeField(pgettext_lazy("case", "handed over at"), null=True, blank=True)
    handed_to = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handed over to")
    )
    handover = models.TextField(_("handover note"), blank=True)
    open_cases = models.PositiveIntegerField(_("open cases handed over"), null=True, blank=True)
    taken_over_at = models.DateTimeField(_("taken over at"), null=True, blank=True)

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("desk shift")
        indexes = [models.Index(fields=["unit", "starts_at"], name="desk_shift_unit")]
        constraints = [
            models.UniqueConstraint(fields=["person", "starts_at"], name="desk_shift_person_once_at_a_time"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="desk_shift_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("cases:shift", kwargs={"pk": self.pk})


class CityCentre(ScopedModel):
    """A centre that pushes us tickets and wants the results back."""

    name = models.CharField(_("name"), max_length=100)
    origin = models.SlugField(_("short name in numbers"), max_length=40, unique=True)
    base_url = models.URLField(_("address of its Open311 service"), max_length=250)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=100, blank=True)
    api_key = models.CharField(_("key it gave us"), max_length=200, blank=True)
    desk = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("desk"))
    account = models.OneToOneField(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account whose key it uses here"),
    )
    pulls = models.BooleanField(_("we fetch its tickets"), default=False)
    pulled_until = models.DateTimeField(_("tickets fetched until"), null=True, blank=True, editable=False)
    pulled_at = models.DateTimeField(_("last fetch"), null=True, blank=True, editable=False)
    pull_error = models.CharField(_("trouble at the last fetch"), max_length=300, blank=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("city centre")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cases:centre", kwargs={"pk": self.pk})

    @property
    def masked_key(self) -> str:
        """The last four signs tell two keys apart; the rest nobody needs to see again."""
        return f"••••{self.api_key[-4:]}" if len(self.api_key) > 8 else "••••" if self.api_key else ""


class CityPush(ScopedModel):
    """A result on its way back to the centre; sent once, tried again until it is taken."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pushes")
    centre = models.ForeignKey(CityCentre, on_delete=models.PROTECT, related_name="pushes")
    key = models.CharField(max_length=80, unique=True)
    body = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True, db_index=True)
    sent_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    receipt = models.CharField(_("receipt"), max_length=120, blank=True)
    error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("result sent back")

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("cases:push", kwargs={"pk": self.pk})

    @property
    def fate(self) -> str:
        """``taken``, ``waiting`` for its next attempt, or ``given_up``: somebody has to look."""
        return "taken" if self.sent_at else "waiting" if self.next_at else "given_up"


class CentreCheck(ScopedModel):
    """Both sides' tickets of a period laid side by side, as they stood when the centre was asked."""

    centre = models.ForeignKey(CityCentre, on_delete=models.PROTECT, related_name="checks", verbose_name=_("centre"))
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    asked_at = models.DateTimeField(_("asked at"))
    asked_by_name = models.CharField(_("asked by"), max_length=150)
    checked_at = models.DateTimeField(_("compared at"), null=True, blank=True)
    theirs = models.JSONField(default=list)
    error = models.CharField(_("why it failed"), max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("reconciliation")

    def __str__(self) -> str:
        return f"{self.centre} {self.since:%Y-%m-%d} – {self.until:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("cases:check", kwargs={"pk": self.pk})

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The period as instants: from the first midnight to the one after the last day."""
        begin = timezone.make_aware(datetime.combine(self.since, time.min))
        return begin, timezone.make_aware(datetime.combine(self.until + timedelta(days=1), time.min))


class Exemption(StatefulModel):
    """A unit asks not to be held to a deadline it missed; the leading group decides."""

    lifecycle = lifecycle.EXEMPTION
    state_labels = {
        "asked": pgettext_lazy("exemption", "asked for"),
        "granted": pgettext_lazy("exemption", "granted"),
        "refused": pgettext_lazy("exemption", "refused"),
        "taken_back": pgettext_lazy("exemption", "taken back"),
    }
    action_labels = {
        "grant": pgettext_lazy("log", "granted the exemption"),
        "refuse": pgettext_lazy("log", "refused the exemption"),
        "take_back": pgettext_lazy("log", "took the request back"),
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="exemptions")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    policy_key = models.CharField(_("clock"), max_length=50)
    reason = models.TextField(_("reason"))
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("person", "asked by")
    )
    asked_by_name = models.CharField(max_length=150)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("person", "decided by")
    )
    decision = models.TextField(pgettext_lazy("case", "decision"), blank=True)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("exemption request")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "policy_key"], condition=~Q(state="taken_back"), name="exemption_once_per_clock"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("cases:accountability")


def _other_than_asker(request: Exemption, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is None:
        return _("A named person has to decide.")
    if actor.is_user(request.asked_by_id):
        return _("Somebody else than the one who asked has to decide.")
    return None


Exemption.guards = {"other_than_asker": _other_than_asker}
