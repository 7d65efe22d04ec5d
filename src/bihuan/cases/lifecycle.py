"""Transition tables of cases and what hangs on them."""

from __future__ import annotations

from bihuan.cases import permissions as may
from servicequality.lifecycle import Lifecycle
from servicequality.lifecycle import Transition as Step

WITH_DESK = ("received", "classified", "returned", "reopened")
WITH_UNIT = ("dispatched", "investigating")
OPEN = (*WITH_DESK, *WITH_UNIT, "suspended", "answered", "fed_back", "under_review")
ENDED_ASIDE = ("transferred", "duplicate", "withdrawn", "invalid")
CLASSIFICATION = ("kind", "grade", "criterion_id", "theme_id", "class_reason", "classified_at", "classified_by_id")
PLACE = ("unit_id", "org_path", "handler_id", "dispatched_at", "dispatched_by_id", "returned_at")
FINDINGS = ("outcome", "branch", "measures", "facts", "clause", "answer", "answered_at", "answered_by_id")
CLOSING = ("closed_at", "closed_by_id", "close_note")

CASE = Lifecycle(
    name="case",
    states=(*OPEN, "closed", *ENDED_ASIDE),
    initial="received",
    final=("closed", *ENDED_ASIDE),
    entry=("closed",),
    transitions=(
        Step("classify", ("received",), "classified", may.CLASSIFY, sets=CLASSIFICATION, requires=("kind",)),
        *(
            Step("reclassify", (state,), state, may.CLASSIFY, sets=CLASSIFICATION, requires=("kind", "reason"))
            for state in ("classified", "returned", "reopened", *WITH_UNIT, "suspended")
        ),
        Step(
            "answer_at_intake",
            ("received", "classified"),
            "closed",
            may.INTAKE,
            sets=("kind", "answer", "answered_from_id", "answered_at", "answered_by_id", *CLOSING),
            requires=("answer",),
            guards=("enquiry",),
        ),
        Step(
            "dispatch",
            ("classified", "returned", "reopened"),
            "dispatched",
            may.DISPATCH,
            sets=PLACE,
            requires=("unit_id",),
        ),
        Step("reassign", WITH_UNIT, "dispatched", may.DISPATCH, sets=PLACE, requires=("unit_id", "reason")),
        Step(
            "return",
            ("dispatched",),
            "returned",
            may.INVESTIGATE,
            sets=("returns", "returned_at"),
            requires=("reason",),
            guards=("returns_left",),
        ),
        Step("accept", ("dispatched",), "investigating", may.INVESTIGATE, sets=("handler_id", "accepted_at")),
        Step(
            "suspend",
            ("investigating",),
            "suspended",
            may.INVESTIGATE,
            sets=("pause_reason",),
            requires=("pause_reason", "reason"),
        ),
        Step("resume", ("suspended",), "investigating", may.INVESTIGATE, sets=("pause_reason",)),
        Step(
            "answer",
            WITH_UNIT,
            "answered",
            may.INVESTIGATE,
            sets=FINDINGS,
            requires=("answer",),
            guards=("judged",),
        ),
        Step("send_back", ("answered",), "investigating", may.FEEDBACK, sets=("answered_at",), requires=("reason",)),
        Step(
            "feed_back",
            ("answered",),
            "fed_back",
            may.FEEDBACK,
            sets=("result_told", "told_at", "told_by_id"),
            requires=("result_told",),
            guards=("contact_tried",),
        ),
        Step(
            "close",
            ("fed_back",),
            "closed",
            may.CLOSE,
            sets=CLOSING,
            guards=("satisfaction_known",),
        ),
        Step(
            "dispute",
            ("answered", "fed_back"),
            "under_review",
            may.REVIEW,
            requires=("reason",),
        ),
        Step("conclude_review", ("under_review",), "answered", may.REVIEW, requires=("reason",)),
        Step(
            "reopen",
            ("closed",),
            "reopened",
            may.REOPEN,
            sets=(*CLOSING, "cycle", "told_at", "answered_at", "satisfaction", "satisfaction_at"),
            requires=("reason",),
            reopens=True,
        ),
        Step(
            "transfer",
            (*WITH_DESK, *WITH_UNIT),
            "transferred",
            may.DISPATCH,
            sets=("transferred_to", *CLOSING),
            requires=("transferred_to", "reason"),
        ),
        Step(
            "merge",
            (*WITH_DESK, *WITH_UNIT),
            "duplicate",
            may.CLASSIFY,
            sets=("duplicate_of_id", *CLOSING),
            requires=("duplicate_of_id", "reason"),
            guards=("not_itself",),
        ),
        Step("withdraw", OPEN, "withdrawn", may.CLASSIFY, sets=CLOSING, requires=("reason",)),
        Step("invalidate", (*WITH_DESK, *WITH_UNIT), "invalid", may.CLASSIFY, sets=CLOSING, requires=("reason",)),
        Step(
            "restore",
            ENDED_ASIDE,
            "reopened",
            may.REOPEN,
            sets=(*CLOSING, "cycle", "duplicate_of_id", "transferred_to"),
            requires=("reason",),
            reopens=True,
        ),
    ),
)

EXTENSION = Lifecycle(
    name="case extension",
    states=("asked", "approved", "refused", "taken_back", "lapsed"),
    initial="asked",
    final=("approved", "refused", "taken_back", "lapsed"),
    transitions=(
        Step(
            "approve",
            ("asked",),
            "approved",
            may.EXTEND,
            sets=("decided_at", "decided_by_id", "decision"),
            guards=("other_than_asker",),
        ),
        Step(
            "refuse",
            ("asked",),
            "refused",
            may.EXTEND,
            sets=("decided_at", "decided_by_id", "decision"),
            requires=("reason",),
            guards=("other_than_asker",),
        ),
        Step("take_back", ("asked",), "taken_back", may.INVESTIGATE, requires=("reason",)),
        # The case ended meanwhile: nothing is left to decide.
        Step("lapse", ("asked",), "lapsed", may.EXTEND, requires=("reason",)),
    ),
)

REVIEW = Lifecycle(
    name="dispute review",
    states=("asked", "sitting", "decided", "taken_back"),
    initial="asked",
    final=("decided", "taken_back"),
    transitions=(
        Step("convene", ("asked",), "sitting", may.REVIEW, sets=("convened_at",), guards=("panel_of_three",)),
        Step(
            "decide",
            ("sitting",),
            "decided",
            may.REVIEW,
            sets=("counts", "decision", "decided_at"),
            requires=("decision",),
            guards=("all_voted",),
        ),
        Step("take_back", ("asked", "sitting"), "taken_back", may.REVIEW, requires=("reason",)),
    ),
)

INCIDENT = Lifecycle(
    name="incident",
    states=("reported", "investigating", "handled", "closed", "dismissed"),
    initial="reported",
    final=("closed", "dismissed"),
    transitions=(
        Step("investigate", ("reported",), "investigating", may.DISPATCH, sets=("leader_id",), requires=("leader_id",)),
        Step(
            "handle",
            ("investigating",),
            "handled",
            may.DISPATCH,
            sets=("cause", "responsibility", "handling"),
            requires=("cause", "responsibility", "handling"),
        ),
        Step(
            "close",
            ("handled",),
            "closed",
            may.LEAD,
            sets=("lessons", "closed_at"),
            requires=("lessons",),
        ),
        Step("regrade", ("reported", "investigating"), "investigating", may.LEAD, sets=("grade",), requires=("grade",)),
        Step("dismiss", ("reported",), "dismissed", may.LEAD, sets=("closed_at",), requires=("reason",)),
        Step("reopen", ("closed", "dismissed"), "investigating", may.LEAD, requires=("reason",), reopens=True),
    ),
)

PROPOSAL = Lifecycle(
    name="proposal",
    states=("proposed", "approved", "refused", "taken_back"),
    initial="proposed",
    final=("approved", "refused", "taken_back"),
    transitions=(
        Step(
            "approve",
            ("proposed",),
            "approved",
            may.DECIDE,
            sets=("amount", "decided_at", "decided_by_id", "decision"),
            requires=("amount",),
            guards=("other_than_proposer",),
        ),
        Step(
            "refuse",
            ("proposed",),
            "refused",
            may.DECIDE,
            sets=("decided_at", "decided_by_id", "decision"),
            requires=("reason",),
            guards=("other_than_proposer",),
        ),
        Step("take_back", ("proposed",), "taken_back", may.PROPOSE, requires=("reason",)),
    ),
)

EXEMPTION = Lifecycle(
    name="exemption",
    states=("asked", "granted", "refused", "taken_back"),
    initial="asked",
    final=("granted", "refused", "taken_back"),
    transitions=(
        Step(
            "grant",
            ("asked",),
            "granted",
            may.LEAD,
            sets=("decided_at", "decided_by_id", "decision"),
            requires=("decision",),
            guards=("other_than_asker",),
        ),
        Step(
            "refuse",
            ("asked",),
            "refused",
            may.LEAD,
            sets=("decided_at", "decided_by_id", "decision"),
            requires=("reason",),
            guards=("other_than_asker",),
        ),
        Step("take_back", ("asked",), "taken_back", may.INVESTIGATE, requires=("reason",)),
    ),
)

REPORT = Lifecycle(
    name="case report",
    states=("draft", "published", "withdrawn"),
    initial="draft",
    final=("published", "withdrawn"),
    transitions=(
        Step("refresh", ("draft",), "draft", may.REPORT, sets=("figures", "cut_off_at")),
        Step("comment", ("draft",), "draft", may.REPORT, sets=("comment",)),
        Step(
            "publish",
            ("draft",),
            "published",
            may.REPORT,
            sets=("number", "published_at", "published_by_name"),
            requires=("number", "published_at"),
        ),
        Step("withdraw", ("draft",), "withdrawn", may.REPORT, requires=("reason",)),
    ),
)

IMPORT = Lifecycle(
    name="case import",
    states=("uploaded", "running", "done", "discarded"),
    initial="uploaded",
    final=("done", "discarded"),
    transitions=(
        Step("start", ("uploaded",), "running", may.INTAKE, sets=("started_at", "started_by_id"), guards=("sound",)),
        Step("stop", ("running",), "uploaded", may.INTAKE, requires=("reason",)),
        Step("finish", ("running",), "done", may.INTAKE, sets=("finished_at",)),
        Step("discard", ("uploaded",), "discarded", may.INTAKE, sets=("finished_at",)),
    ),
)
