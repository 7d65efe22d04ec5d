"""Words of cases."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

# The promise of the unit a case went to (C6); accountability counts by it.
DEPARTMENT_PROMISE = "department_answer_24h"


class Kind(models.TextChoices):
    COMPLAINT = "complaint", pgettext_lazy("case kind", "complaint")
    REPORT = "report", pgettext_lazy("case kind", "report of a breach")
    ENQUIRY = "enquiry", pgettext_lazy("case kind", "enquiry")
    SUGGESTION = "suggestion", pgettext_lazy("case kind", "suggestion")
    COMMENDATION = "commendation", pgettext_lazy("case kind", "commendation")
    DISPUTE = "dispute", pgettext_lazy("case kind", "commercial dispute")


# Kinds whose facts are looked into and judged.
JUDGED = (Kind.COMPLAINT, Kind.REPORT, Kind.DISPUTE)


class Channel(models.TextChoices):
    """How somebody reached us (A9)."""

    HOTLINE = "hotline", pgettext_lazy("channel", "city hotline 12345")
    PHONE = "phone", pgettext_lazy("channel", "own telephone line")
    WEB = "web", pgettext_lazy("channel", "web form")
    QR = "qr", pgettext_lazy("channel", "QR code")
    EMAIL = "email", pgettext_lazy("channel", "e-mail")
    WALK_IN = "walk_in", pgettext_lazy("channel", "in person")
    LETTER = "letter", pgettext_lazy("channel", "letter")
    COMMENT_BOOK = "comment_book", pgettext_lazy("channel", "comment book")
    SOCIAL = "social", pgettext_lazy("channel", "social media")
    BOARD = "board", pgettext_lazy("channel", "message board of the website")
    FAX = "fax", pgettext_lazy("channel", "fax")
    AUTHORITY = "authority", pgettext_lazy("channel", "regulator")
    API = "api", pgettext_lazy("channel", "another system")


class Grade(models.TextChoices):
    """Class of a complaint by the written criteria (C2)."""

    GENERAL = "general", pgettext_lazy("grade", "general")
    SERIOUS = "serious", pgettext_lazy("grade", "serious")


# The promises of time a case runs under, by the keys of the shipped policies.
GENERAL, SERIOUS = "complaint_general_48h", "complaint_serious_72h"
REPLY, DEPARTMENT = "formal_reply_7wd", "department_answer_24h"


class Outcome(models.TextChoices):
    SUBSTANTIATED = "substantiated", pgettext_lazy("outcome", "substantiated")
    PARTLY = "partly", pgettext_lazy("outcome", "partly substantiated")
    NOT = "not", pgettext_lazy("outcome", "not substantiated")
    UNDETERMINED = "undetermined", pgettext_lazy("outcome", "cannot be established")


FOUND = (Outcome.SUBSTANTIATED, Outcome.PARTLY)


class Branch(models.TextChoices):
    """The two ways of handling what was found (C4)."""

    EDUCATION = "education", pgettext_lazy("branch", "education")
    VIOLATION = "violation", pgettext_lazy("branch", "violation")


class Measure(models.TextChoices):
    """What either branch asks for; the office ticks what was done."""

    APOLOGY = "apology", pgettext_lazy("measure", "apology, face to face where staff were at fault")
    RULES_EXPLAINED = "rules_explained", pgettext_lazy("measure", "riding rules explained to the passenger")
    SHORT_ACCOUNT = "short_account", pgettext_lazy("measure", "short written account by the member of staff")
    OFF_POST = "off_post", pgettext_lazy("measure", "taken off post for study")
    RULES_STUDIED = "rules_studied", pgettext_lazy("measure", "rules studied")
    SELF_CRITICISM = "self_criticism", pgettext_lazy("measure", "written self-criticism")
    PENALTY_TOLD = "penalty_told", pgettext_lazy("measure", "penalty told, by rule and attitude")


BRANCH_MEASURES: dict[str, tuple[Measure, ...]] = {
    Branch.EDUCATION: (Measure.APOLOGY, Measure.RULES_EXPLAINED, Measure.SHORT_ACCOUNT),
    Branch.VIOLATION: (
        Measure.APOLOGY,
        Measure.OFF_POST,
        Measure.RULES_STUDIED,
        Measure.SELF_CRITICISM,
        Measure.PENALTY_TOLD,
    ),
}


class Holder(models.TextChoices):
    """Who holds the ball."""

    DESK = "desk", pgettext_lazy("case holder", "hotline desk")
    UNIT = "unit", pgettext_lazy("case holder", "responsible unit")
    OUTSIDE = "outside", pgettext_lazy("case holder", "waiting for somebody outside")
    PANEL = "panel", pgettext_lazy("case holder", "review panel")
    NOBODY = "", pgettext_lazy("holder", "done")


# Open means that somebody holds it; asked so, an index answers.
OPEN_HOLDERS = tuple(holder.value for holder in Holder if holder.value)


class Satisfaction(models.TextChoices):
    """Satisfaction with the handling, best first; the five levels of the service quality questionnaire."""

    VERY_SATISFIED = "5", pgettext_lazy("satisfaction", "very satisfied")
    SATISFIED = "4", pgettext_lazy("satisfaction", "satisfied")
    NEUTRAL = "3", pgettext_lazy("satisfaction", "neutral")
    DISSATISFIED = "2", pgettext_lazy("satisfaction", "not satisfied")
    VERY_DISSATISFIED = "1", pgettext_lazy("satisfaction", "very dissatisfied")


class EntryKind(models.TextChoices):
    NOTE = "note", pgettext_lazy("entry", "internal note")
    STATEMENT = "statement", pgettext_lazy("entry", "statement")
    INTERVIEW = "interview", pgettext_lazy("entry", "interview record")
    MEDIATION = "mediation", pgettext_lazy("entry", "mediation")
    CONTACT = "contact", pgettext_lazy("entry", "contact with the customer")
    REPLY = "reply", pgettext_lazy("entry", "reply to the customer")
    MESSAGE = "message", pgettext_lazy("entry", "message of the customer")
    SETTLEMENT = "settlement", pgettext_lazy("entry", "settlement")


# What the customer may read when following the case: our own replies, and nothing else.
PUBLIC_ENTRIES = (EntryKind.REPLY,)


class Side(models.TextChoices):
    CUSTOMER = "customer", pgettext_lazy("side", "customer")
    STAFF = "staff", pgettext_lazy("side", "member of staff")
    WITNESS = "witness", pgettext_lazy("side", "witness")
    OFFICE = "office", pgettext_lazy("side", "office")


class PauseReason(models.TextChoices):
    """Why a case waits; the first three are those that the shipped deadline policies accept."""

    CUSTOMER = "waiting_for_customer", pgettext_lazy("pause", "waiting for the customer")
    EVIDENCE = "waiting_for_evidence", pgettext_lazy("pause", "waiting for evidence")
    AUTHORITY = "waiting_for_authority", pgettext_lazy("pause", "waiting for an authority")
    STATION = "suspended_by_station", pgettext_lazy("pause", "suspended by the station for investigation")


class PartyBasis(models.TextChoices):
    """How we came to name a member of staff."""

    NAMED = "named", pgettext_lazy("basis", "named by the customer")
    ROSTER = "roster", pgettext_lazy("basis", "roster of that time")
    POST = "post", pgettext_lazy("basis", "held the post on that day")
    FOUND = "found", pgettext_lazy("basis", "found by the investigation")


class ProposalKind(models.TextChoices):
    COMPENSATION = "compensation", pgettext_lazy("proposal", "compensation for a broken commitment")
    REWARD = "reward", pgettext_lazy("proposal", "reward for an adopted suggestion")


class IncidentGrade(models.TextChoices):
    ORDINARY = "ordinary", pgettext_lazy("incident grade", "ordinary")
    LARGE = "large", pgettext_lazy("incident grade", "large")
    GRAVE = "grave", pgettext_lazy("incident grade", "grave")


class AskChannel(models.TextChoices):
    LINK = "link", pgettext_lazy("ask", "one-time link")
    CALL_BACK = "call_back", pgettext_lazy("ask", "call-back")


# Choices that the log keeps where the record has no field of that name.
LOGGED: tuple[tuple[str, type[models.TextChoices]], ...] = (
    ("side", Side),
    ("basis", PartyBasis),
    ("kind", EntryKind),
    ("kind", ProposalKind),
    ("channel", AskChannel),
    ("measures", Measure),
)
