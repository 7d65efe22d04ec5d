"""The way of a survey file (read, mapped, imported, perhaps withdrawn), of a survey in the field, and of files."""

from __future__ import annotations

from bihuan.surveys.permissions import EXPORT as EXPORTING
from bihuan.surveys.permissions import FIELD, IMPORT, MANAGE, WITHDRAW
from servicequality.lifecycle import Lifecycle, Transition

SURVEY = Lifecycle(
    name="survey",
    states=("reading", "refused", "proposed", "importing", "imported", "withdrawn", "discarded"),
    initial="reading",
    final=("refused", "withdrawn", "discarded"),
    transitions=(
        Transition("read", ("reading",), "proposed", IMPORT),
        Transition("refuse", ("reading",), "refused", IMPORT),
        Transition("confirm", ("proposed",), "importing", IMPORT),
        Transition("finish", ("importing",), "imported", IMPORT, sets=("imported_at",)),
        Transition("send_back", ("importing",), "proposed", IMPORT),
        Transition("take_back", ("importing",), "proposed", IMPORT),
        Transition("discard", ("reading", "proposed"), "discarded", IMPORT),
        Transition(
            "withdraw",
            ("imported",),
            "withdrawn",
            WITHDRAW,
            sets=("withdrawn_at",),
            requires=("reason",),
        ),
    ),
)

CAMPAIGN = Lifecycle(
    name="campaign",
    states=("draft", "open", "paused", "closed", "discarded"),
    initial="draft",
    final=("discarded",),
    transitions=(
        Transition(
            "open",
            ("draft",),
            "open",
            MANAGE,
            sets=("opened_at", "opens_at"),
            guards=("has_door", "has_time", "is_nameless"),
        ),
        Transition("pause", ("open",), "paused", MANAGE, requires=("reason",)),
        Transition("resume", ("paused",), "open", MANAGE, guards=("has_time",)),
        Transition("close", ("open", "paused"), "closed", MANAGE, sets=("closed_at",)),
        Transition(
            "reopen",
            ("closed",),
            "open",
            MANAGE,
            sets=("closed_at", "closes_at", "results_read_at"),
            requires=("reason",),
            guards=("has_time",),
        ),
        Transition("discard", ("draft",), "discarded", MANAGE),
    ),
)

EXPORT = Lifecycle(
    name="survey_export",
    states=("waiting", "ready", "sent", "broken", "failed", "expired"),
    initial="waiting",
    final=("sent", "broken", "failed", "expired"),
    transitions=(
        Transition("finish", ("waiting",), "ready", EXPORTING, sets=("finished_at", "expires_at")),
        Transition("send", ("waiting",), "sent", EXPORTING, sets=("finished_at",)),
        Transition("break_off", ("waiting",), "broken", EXPORTING, sets=("finished_at",)),
        Transition("fail", ("waiting",), "failed", EXPORTING, sets=("finished_at",)),
        Transition("expire", ("ready",), "expired", EXPORTING),
        Transition("remove", ("ready",), "expired", EXPORTING),
    ),
)

# A returned sheet: keyed once, perhaps a second time by somebody else, and then an answer like any other.
PAPER_SHEET = Lifecycle(
    name="paper sheet",
    states=("keyed", "differs", "submitted", "void"),
    initial="keyed",
    entry=("void",),
    final=("submitted", "void"),
    transitions=(
        Transition("differ", ("keyed",), "differs", FIELD, sets=("compared", "differing")),
        Transition("submit", ("keyed", "differs"), "submitted", FIELD, sets=("compared", "differing", "submitted_on")),
        Transition("void", ("keyed", "differs"), "void", FIELD, sets=("void_reason",), requires=("reason",)),
    ),
)
