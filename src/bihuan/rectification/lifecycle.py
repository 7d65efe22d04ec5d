"""Transition tables of findings, notices, extension requests and actions."""

from __future__ import annotations

from bihuan.rectification import permissions as may
from servicequality.lifecycle import Lifecycle
from servicequality.lifecycle import Transition as Step

# Steps that a notice takes its finding through; only the notice services start them.
DRIVEN_BY_NOTICE = ("send_notice", "answer", "return_answer", "retract_answer", "accept", "fail", "withdraw_notice")

FINDING = Lifecycle(
    name="finding",
    states=("open", "corrected", "in_rectification", "answered", "reopened", "closed", "dismissed"),
    initial="open",
    final=("closed", "dismissed"),
    transitions=(
        Step(
            "correct_on_spot",
            ("open",),
            "corrected",
            may.FINDINGS_CORRECT,
            sets=("correction", "corrected_by_id", "corrected_at"),
            requires=("correction",),
            guards=("ordinary", "no_notice"),
        ),
        Step(
            "confirm",
            ("corrected",),
            "closed",
            may.FINDINGS_CLOSE,
            sets=("close_note", "closed_at", "closed_by_id"),
            requires=("close_note",),
            guards=("other_than_corrector",),
        ),
        Step(
            "close",
            ("corrected",),
            "closed",
            may.FINDINGS_CLOSE,
            sets=("close_note", "closed_at", "closed_by_id"),
            requires=("reason",),
        ),
        Step("not_corrected", ("corrected",), "open", may.FINDINGS_CLOSE, requires=("reason",)),
        Step(
            "reopen",
            ("closed",),
            "open",
            may.FINDINGS_CLOSE,
            sets=("closed_at", "closed_by_id", "close_note"),
            requires=("reason",),
            guards=("no_notice",),
            reopens=True,
        ),
        Step("dismiss", ("open",), "dismissed", may.FINDINGS_DISMISS, requires=("reason",), guards=("no_notice",)),
        Step("restore", ("dismissed",), "open", may.FINDINGS_DISMISS, requires=("reason",), reopens=True),
        Step(
            "regrade",
            ("open",),
            "open",
            may.FINDINGS_DISMISS,
            sets=("severity",),
            requires=("severity", "reason"),
            guards=("no_notice",),
        ),
        Step(
            "reassign",
            ("open",),
            "open",
            may.FINDINGS_DISMISS,
            sets=("unit_id", "org_path"),
            requires=("unit_id", "reason"),
            guards=("no_notice",),
        ),
        Step("send_notice", ("open",), "in_rectification", may.NOTICES_ISSUE),
        Step("answer", ("in_rectification", "reopened"), "answered", may.NOTICES_REPLY),
        Step("return_answer", ("answered",), "in_rectification", may.NOTICES_VERIFY),
        Step("retract_answer", ("answered",), "in_rectification", may.NOTICES_REPLY),
        Step(
            "accept",
            ("answered",),
            "closed",
            may.NOTICES_VERIFY,
            sets=("close_note", "closed_at", "closed_by_id"),
        ),
        Step("fail", ("answered",), "reopened", may.NOTICES_VERIFY),
        Step(
            "fail",
            ("closed",),
            "reopened",
            may.NOTICES_VERIFY,
            sets=("closed_at", "closed_by_id", "close_note"),
            reopens=True,
        ),
        Step("withdraw_notice", ("in_rectification", "answered", "reopened"), "open", may.NOTICES_ISSUE),
    ),
)

AWAITS_UNIT = ("issued", "acknowledged", "returned", "reopened")
REPLY_FIELDS = ("replied_at", "replied_by_id", "owner_id")

NOTICE = Lifecycle(
    name="notice",
    states=("draft", "issued", "acknowledged", "replied", "returned", "reopened", "closed", "withdrawn"),
    initial="draft",
    final=("closed", "withdrawn"),
    transitions=(
        Step(
            "edit",
            ("draft",),
            "draft",
            may.NOTICES_ISSUE,
            sets=("title", "requirement", "reply_policy", "issuing_unit_id", "owner_id"),
        ),
        Step(
            "issue",
            ("draft",),
            "issued",
            may.NOTICES_ISSUE,
            sets=("number", "issued_at", "issued_by_id", "title", "fact", "clause", "severity"),
            requires=("number", "issued_at"),
            guards=("finding_open",),
        ),
        Step(
            "acknowledge",
            ("issued",),
            "acknowledged",
            may.NOTICES_REPLY,
            sets=("acknowledged_at", "acknowledged_by_id"),
        ),
        Step("reply", AWAITS_UNIT, "replied", may.NOTICES_REPLY, sets=REPLY_FIELDS, requires=("replied_at",)),
        Step("retract", ("replied",), "acknowledged", may.NOTICES_REPLY, requires=("reason",)),
        Step(
            "return",
            ("replied",),
            "returned",
            may.NOTICES_VERIFY,
            requires=("reason",),
            guards=("other_than_replier",),
        ),
        Step(
            "verify_effective",
            ("replied",),
            "closed",
            may.NOTICES_VERIFY,
            sets=("closed_at", "recheck_on"),
            requires=("evidence", "closed_at"),
            guards=("other_than_replier",),
        ),
        Step(
            "verify_not_effective",
            ("replied",),
            "reopened",
            may.NOTICES_VERIFY,
            sets=("cycle", "recheck_on"),
            requires=("evidence",),
            guards=("other_than_replier",),
        ),
        Step(
            "verify_too_early",
            ("replied",),
            "replied",
            may.NOTICES_VERIFY,
            sets=("recheck_on", "recheck_asked_at"),
            requires=("evidence", "recheck_on"),
            guards=("other_than_replier",),
        ),
        Step(
            "reopen",
            ("closed",),
            "reopened",
            may.NOTICES_VERIFY,
            sets=("cycle", "closed_at"),
            requires=("reason",),
            reopens=True,
        ),
        Step(
            "withdraw",
            ("draft", *AWAITS_UNIT, "replied"),
            "withdrawn",
            may.NOTICES_ISSUE,
            sets=("withdrawn_at",),
            requires=("reason",),
        ),
    ),
)

EXTENSION = Lifecycle(
    name="extension",
    states=("asked", "approved", "refused", "taken_back", "lapsed"),
    initial="asked",
    final=("approved", "refused", "taken_back", "lapsed"),
    transitions=(
        Step(
            "approve",
            ("asked",),
            "approved",
            may.NOTICES_EXTEND,
            sets=("decided_at", "decided_by_id", "decision"),
            guards=("other_than_asker",),
        ),
        Step(
            "refuse",
            ("asked",),
            "refused",
            may.NOTICES_EXTEND,
            sets=("decided_at", "decided_by_id", "decision"),
            requires=("reason",),
            guards=("other_than_asker",),
        ),
        Step("take_back", ("asked",), "taken_back", may.NOTICES_REPLY, requires=("reason",)),
        # The notice was answered, withdrawn or closed meanwhile: nothing is left to decide.
        Step("lapse", ("asked",), "lapsed", may.NOTICES_EXTEND, requires=("reason",)),
    ),
)

ACTION = Lifecycle(
    name="action",
    states=("planned", "done", "verified", "cancelled"),
    initial="planned",
    final=("verified", "cancelled"),
    transitions=(
        Step(
            "report_done",
            ("planned",),
            "done",
            may.ACTIONS_MANAGE,
            sets=("result", "done_at", "done_by_id"),
            requires=("result",),
        ),
        Step(
            "verify",
            ("done",),
            "verified",
            may.NOTICES_VERIFY,
            sets=("verified_at", "verified_by_id"),
            guards=("other_than_owner",),
        ),
        Step(
            "send_back",
            ("done",),
            "planned",
            may.NOTICES_VERIFY,
            requires=("reason",),
            guards=("other_than_owner",),
        ),
        Step("cancel", ("planned",), "cancelled", may.ACTIONS_MANAGE, requires=("reason",)),
        Step("revive", ("cancelled",), "planned", may.ACTIONS_MANAGE, requires=("reason",), reopens=True),
        Step(
            "reschedule",
            ("planned",),
            "planned",
            may.ACTIONS_MANAGE,
            sets=("due_on", "owner_id"),
            requires=("reason",),
        ),
    ),
)

NEED_OPEN = ("registered", "studied", "accepted", "in_work")
KANO_FIELDS = ("kano_class", "kano_basis", "kano_reason", "kano_at")

NEED = Lifecycle(
    name="need",
    states=("registered", "studied", "accepted", "declined", "in_work", "met", "reviewed"),
    initial="registered",
    final=("declined", "reviewed"),
    transitions=(
        *(
            step
            for state in NEED_OPEN
            for step in (
                Step(
                    "edit",
                    (state,),
                    state,
                    may.NEEDS_MANAGE,
                    sets=(
                        "title",
                        "description",
                        "customers",
                        "dimension",
                        "clause",
                        "source_kind",
                        "source_label",
                        "method",
                        "unit_id",
                        "org_path",
                    ),
                ),
                Step("classify", (state,), state, may.NEEDS_MANAGE, sets=KANO_FIELDS, requires=("kano_class",)),
                Step(
                    "rate",
                    (state,),
                    state,
                    may.NEEDS_MANAGE,
                    sets=("urgency", "effect", "capability"),
                    requires=("urgency", "effect", "capability"),
                ),
                Step("assign", (state,), state, may.NEEDS_MANAGE, sets=("owner_id", "due_on", "review_on")),
            )
        ),
        Step("study", ("registered",), "studied", may.NEEDS_MANAGE, sets=("study", "studied_at"), requires=("study",)),
        Step(
            "accept",
            ("studied",),
            "accepted",
            may.NEEDS_DECIDE,
            sets=("decision", "decided_at", "decided_by_name", "owner_id", "due_on"),
            requires=("decision",),
            guards=("rated",),
        ),
        Step(
            "decline",
            ("registered", "studied", "accepted"),
            "declined",
            may.NEEDS_DECIDE,
            sets=("decision", "decided_at", "decided_by_name"),
            requires=("reason",),
        ),
        Step("start", ("accepted",), "in_work", may.NEEDS_MANAGE, guards=("owned",)),
        Step(
            "meet",
            ("accepted", "in_work"),
            "met",
            may.NEEDS_MANAGE,
            sets=("met_note", "met_at", "met_by_id", "review_on"),
            requires=("met_note",),
        ),
        Step(
            "review",
            ("met",),
            "reviewed",
            may.NEEDS_DECIDE,
            sets=("review_note", "reviewed_at"),
            requires=("review_note",),
            guards=("other_than_meeter",),
        ),
        Step("reopen", ("declined",), "studied", may.NEEDS_DECIDE, requires=("reason",), reopens=True),
        Step(
            "reopen",
            ("met", "reviewed"),
            "in_work",
            may.NEEDS_DECIDE,
            sets=("met_at", "met_by_id", "reviewed_at"),
            requires=("reason",),
            reopens=True,
        ),
    ),
)
