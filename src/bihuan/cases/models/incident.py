"""A service-quality incident: many customers, one cause. Each case keeps its clocks, answer and satisfaction."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.cases import lifecycle
from bihuan.cases.enums import IncidentGrade
from bihuan.foundation.models import StatefulModel
from bihuan.organisation.models import OrgUnit, Person


class Incident(StatefulModel):
    lifecycle = lifecycle.INCIDENT
    state_labels = {
        "reported": pgettext_lazy("incident", "reported"),
        "investigating": pgettext_lazy("incident", "under investigation"),
        "handled": pgettext_lazy("incident", "handled"),
        "closed": pgettext_lazy("incident", "closed"),
        "dismissed": pgettext_lazy("incident", "no incident"),
    }
    action_labels = {
        "investigate": pgettext_lazy("log", "began the investigation"),
        "handle": pgettext_lazy("log", "recorded cause, responsibility and handling"),
        "close": pgettext_lazy("log", "closed it with the lessons"),
        "regrade": pgettext_lazy("log", "changed the grade"),
        "dismiss": pgettext_lazy("log", "decided that it is no incident"),
        "reopen": pgettext_lazy("log", "reopened it"),
    }

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    fact = models.TextField(_("what happened"))
    grade = models.CharField(_("grade"), max_length=10, choices=IncidentGrade.choices)
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="incidents", verbose_name=_("responsible unit")
    )
    happened_at = models.DateTimeField(_("when it happened"))
    reported_at = models.DateTimeField(_("reported at"))
    reported_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("person", "reported by")
    )
    reported_by_name = models.CharField(max_length=150, editable=False)
    leader = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("leader taking part"),
    )
    cause = models.TextField(_("cause"), blank=True)
    responsibility = models.TextField(_("responsibility"), blank=True)
    handling = models.TextField(_("handling"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("case", "closed at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-reported_at", "-pk"]
        verbose_name = _("service-quality incident")
        indexes = [models.Index(fields=["state", "reported_at"], name="incident_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("cases:incident", kwargs={"pk": self.pk})
