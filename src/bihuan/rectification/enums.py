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


class NeedSource(models.TextChoices):
    """Where a need was heard."""

    SURVEY = "survey", pgettext_lazy("need source", "survey")
    FOCUS_GROUP = "focus_group", pgettext_lazy("need source", "focus group")
    INTERVIEW = "interview", pgettext_lazy("need source", "interview")
    DATA = "data", pgettext_lazy("need source", "data of operations and cases")
    STUDY = "study", pgettext_lazy("need source", "on-site study")
    COMMENT_BOOK = "comment_book", pgettext_lazy("need source", "comment book")
    STAFF = "staff", pgettext_lazy("need source", "voice of staff")
    OTHER = "other", pgettext_lazy("need source", "other")


class ResearchMethod(models.TextChoices):
    """The four ways of finding out what customers need."""

    QUESTIONNAIRE = "questionnaire", pgettext_lazy("research method", "questionnaire survey")
    FOCUS_GROUP = "focus_group", pgettext_lazy("research method", "focus group")
    INTERVIEW = "interview", pgettext_lazy("research method", "one-to-one interview")
    RECORDS = "records", pgettext_lazy("research method", "analysis of records")


class KanoClass(models.TextChoices):
    """By their usual letters, those that cost most when neglected first."""

    MUST_BE = "M", pgettext_lazy("kano", "must-be")
    ONE_DIMENSIONAL = "O", pgettext_lazy("kano", "one-dimensional")
    ATTRACTIVE = "A", pgettext_lazy("kano", "attractive")
    INDIFFERENT = "I", pgettext_lazy("kano", "indifferent")
    REVERSE = "R", pgettext_lazy("kano", "reverse")
    QUESTIONABLE = "Q", pgettext_lazy("kano", "questionable")


class KanoBasis(models.TextChoices):
    COMPUTED = "computed", pgettext_lazy("kano", "computed from answers")
    BY_HAND = "by_hand", pgettext_lazy("kano", "set by hand")


class Factor(models.TextChoices):
    """Priority is the product of the three, each from 1 to 5."""

    URGENCY = "urgency", pgettext_lazy("need", "urgency")
    EFFECT = "effect", pgettext_lazy("need", "effect on satisfaction")
    CAPABILITY = "capability", pgettext_lazy("need", "capability")
