"""Words of rectification: tiers, sources of the ball, causes, verdicts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    NOBODY = "", _("nobody: done")


class CauseCategory(models.TextChoices):
    """Branches of the fishbone."""

    PEOPLE = "people", _("people")
    METHOD = "method", _("method")
    EQUIPMENT = "equipment", _("equipment")
    ENVIRONMENT = "environment", _("environment")
    MATERIAL = "material", _("material")
    MANAGEMENT = "management", _("management")


class PlanPart(models.TextChoices):
    """The five things a rectification plan fixes."""

    RESPONSIBILITY = "responsibility", _("responsibility")
    MEASURES = "measures", _("measures")
    FUNDS = "funds", _("funds")
    TIME_LIMIT = "time_limit", _("time limit")
    CONTINGENCY = "contingency", _("contingency or equipment")


class Verdict(models.TextChoices):
    EFFECTIVE = "effective", _("effective")
    NOT_EFFECTIVE = "not_effective", _("not effective")
    TOO_EARLY = "too_early", _("too early to tell")


class ActionKind(models.TextChoices):
    CORRECTION = "correction", _("correction")
    CORRECTIVE = "corrective", _("corrective action")
    PREVENTIVE = "preventive", _("preventive action")
