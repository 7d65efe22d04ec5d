"""A survey in the field: its form, its dates, whom it asks and how many answers it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.instruments.models import InstrumentVersion
from bihuan.organisation.models import OrgUnit
from bihuan.surveys import lifecycle


def has_door(campaign: Campaign, _actor: Actor, _data: Mapping[str, Any]) -> Promise | None:
    """Nobody can answer a survey without a way in."""
    if campaign.doors.filter(is_active=True).exists():
        return None
    return _("There is no way in yet: make a link, a QR code or another channel first.")


def has_time(campaign: Campaign, _actor: Actor, data: Mapping[str, Any]) -> Promise | None:
    """A survey whose end has passed would close again at once."""
    end = data.get("closes_at", campaign.closes_at)
    if end is None or end > timezone.now():
        return None
    return _("The closing time has passed. Set a later one first.")


def broken_promise(campaign: Campaign, version: InstrumentVersion) -> str | None:
    """A form that asks who you are breaks the promise of anonymity, whatever the tables look like."""
    asked = [item.label or item.code for item in version.definition.items if item.is_personal]
    if not asked or not campaign.is_anonymous:
        return None
    text = gettext("The form asks for personal data (%(items)s), but the survey promises to be anonymous.")
    return text % {"items": gettext(", ").join(asked)}


def is_nameless(campaign: Campaign, _actor: Actor, _data: Mapping[str, Any]) -> str | None:
    return broken_promise(campaign, campaign.version_of_form)


class Campaign(StatefulModel):
    """One wave. Answers are the responses of ``collection``; each keeps the form version it was given to."""

    class Anonymity(models.TextChoices):
        ANONYMOUS = "anonymous", _("anonymous: no way back from an answer to a person")
        IDENTIFIED = "identified", _("identified: handlers may see who answered")

    class Entry(models.TextChoices):
        OPEN = "open", _("anybody, any number of times")
        DISCOURAGE = "discourage", _("one answer a device, as far as its browser remembers")
        ENFORCED = "enforced", _("one answer an invitation")

    class TargetBasis(models.TextChoices):
        SURVEY = "survey", _("for the whole survey")
        UNIT = "unit", _("for each unit")

    lifecycle = lifecycle.CAMPAIGN
    state_labels = {
        "draft": pgettext_lazy("campaign", "in preparation"),
        "open": pgettext_lazy("campaign", "in the field"),
        "paused": pgettext_lazy("campaign", "paused"),
        "closed": pgettext_lazy("campaign", "closed"),
        "discarded": pgettext_lazy("campaign", "discarded"),
    }
    action_labels = {
        "open": pgettext_lazy("log", "opened the survey"),
        "pause": pgettext_lazy("log", "paused the survey"),
        "resume": pgettext_lazy("log", "resumed the survey"),
        "close": pgettext_lazy("log", "closed the survey"),
        "reopen": pgettext_lazy("log", "reopened the survey"),
        "discard": pgettext_lazy("log", "discarded the survey"),
    }
    guards = {"has_door": has_door, "has_time": has_time, "is_nameless": is_nameless}

    title = models.CharField(_("title"), max_length=150)
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("responsible unit")
    )
    version_of_form = models.ForeignKey(
        InstrumentVersion, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("form")
    )
    previous = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="later", verbose_name=_("last wave")
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    opens_itself = models.BooleanField(_("opens by itself at that time"), default=False)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True, db_index=True)

    anonymity = models.CharField(_("anonymity"), max_length=12, choices=Anonymity.choices, default=Anonymity.ANONYMOUS)
    entry = models.CharField(_("who may answer"), max_length=12, choices=Entry.choices, default=Entry.DISCOURAGE)
    target = models.PositiveIntegerField(_("responses needed"), default=50)
    target_basis = models.CharField(_("needed"), max_length=8, choices=TargetBasis.choices, default=TargetBasis.SURVEY)
    small_cell = models.PositiveSmallIntegerField(_("fewest answers shown of a group"), default=5)
    quarantine_days = models.PositiveSmallIntegerField(_("days between two invitations of a person"), default=90)
    resume_days = models.PositiveSmallIntegerField(_("days in which a begun answer can be resumed"), default=14)
    kiosk_seconds = models.PositiveSmallIntegerField(_("seconds until a kiosk starts anew"), default=60)
    frame_ancestors = models.JSONField(_("sites that may embed it"), default=list, blank=True)
    double_entry_percent = models.PositiveSmallIntegerField(_("paper sheets keyed twice (%)"), default=10)
    reminders_allowed = models.PositiveSmallIntegerField(_("reminders at most"), default=2)
    # {language: {"subject", "body", "reminder_subject", "reminder_body"}}; what is missing is taken as shipped.
    mail_texts = models.JSONField(_("texts of the e-mails"), default=dict, blank=True)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    opened_at = models.DateTimeField(_("opened on"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed on"), null=True, editable=False)
    results_read_at = models.DateTimeField(_("results read on"), null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("survey campaign")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("surveys:campaign", kwargs={"pk": self.pk})

    @property
    def collection(self) -> str:
        """The name under which the answers are stored."""
        return f"campaign:{self.pk}"

    @property
    def short_anonymity(self) -> str:
        return str(_("anonymous") if self.is_anonymous else _("identified"))

    @property
    def is_anonymous(self) -> bool:
        return self.anonymity == self.Anonymity.ANONYMOUS


class Segment(ScopedModel):
    """A group of customers with its share of the business (weight) and of the sample.

    With ``item`` the answer to it decides who belongs (one of ``answers``); without it the invitation does.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="segments")
    code = models.SlugField(_("code"), max_length=40, allow_unicode=True)
    name = models.CharField(_("name"), max_length=100)
    weight = models.DecimalField(_("weight"), max_digits=9, decimal_places=4, default=1)
    sample_share = models.DecimalField(_("share of the sample"), max_digits=6, decimal_places=4, null=True, blank=True)
    item = models.CharField(_("item that decides"), max_length=120, blank=True)
    answers = models.JSONField(_("answers that belong here"), default=list, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("segment")
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="segment_code_once")]

    def __str__(self) -> str:
        return self.name


class CampaignUnit(ScopedModel):
    """A unit whose customers are asked, with the answers wanted and the questionnaires issued there."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    target = models.PositiveIntegerField(_("responses needed"), null=True, blank=True)

    class Meta:
        ordering = ["unit__org_path"]
        verbose_name = _("unit of a survey")
        constraints = [models.UniqueConstraint(fields=["campaign", "unit"], name="campaign_unit_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.unit_id}"
