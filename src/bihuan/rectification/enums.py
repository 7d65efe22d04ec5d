"""Words of rectification: tiers, sources of the ball, causes, verdicts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Severity(models.TextChoices):
    """Two tiers (E1): ordinary is put right on verbal order, the other two get a written notice."""

    ORDINARY = "ordinary", _("ordinary")
    MAJOR = "major", _("major")
    HIDDEN_RISK = "hidden_risk", _("hidden risk")


class Holder(models.TextChoices):
    """Who holds the ball."""

    OFFICE = "office", _("issuing office")
    UNIT = "unit", _("responsible unit")
    CHECKER = "checker", _("verifier")
    NOBODY = "", pgettext_lazy("holder", "done")


class CauseCategory(models.TextChoices):
    """Branches of the fishbone."""

    PEOPLE = "people", pgettext_lazy("cause", "people")
    METHOD = "method", pgettext_lazy("cause", "method")
    EQUIPMENT = "equipment", pgettext_lazy("cause", "equipment")
    ENVIRONMENT = "environment", pgettext_lazy("cause", "environment")
    MATERIAL = "material", pgettext_lazy("cause", "material")
    MANAGEMENT = "management", pgettext_lazy("cause", "management")


class PlanPart(models.TextChoices):
    """The five things a rectification plan fixes."""

    RESPONSIBILITY = "responsibility", pgettext_lazy("plan", "responsibility")
    MEASURES = "measures", pgettext_lazy("plan", "measures")
    FUNDS = "funds", pgettext_lazy("plan", "funds")
    TIME_LIMIT = "time_limit", pgettext_lazy("plan", "time limit")
    CONTINGENCY = "contingency", pgettext_lazy("plan", "contingency or equipment")


class Verdict(models.TextChoices):
    EFFECTIVE = "effective", pgettext_lazy("verdict", "effective")
    NOT_EFFECTIVE = "not_effective", pgettext_lazy("verdict", "not effective")
    TOO_EARLY = "too_early", pgettext_lazy("verdict", "too early to tell")


class ActionKind(models.TextChoices):
    CORRECTION = "correction", _("correction")
    CORRECTIVE = "corrective", _("corrective action")
    PREVENTIVE = "preventive", _("preventive action")
