"""The ways of what is heard outside questionnaires: the comment book, on-site studies, the voice of staff."""

from __future__ import annotations

from bihuan.surveys.permissions import (
    BOOKS_ANSWER,
    BOOKS_REGISTER,
    STAFF_ANSWER,
    STAFF_SPEAK,
    STUDIES_CARRY_OUT,
    STUDIES_CLOSE,
    STUDIES_PLAN,
)
from servicequality.lifecycle import Lifecycle
from servicequality.lifecycle import Transition as Step

BOOK_PHOTO = Lifecycle(
    name="book photo",
    states=("waiting", "transcribed", "set_aside"),
    initial="waiting",
    final=("transcribed", "set_aside"),
    transitions=(
        Step("turn", ("waiting",), "waiting", BOOKS_REGISTER, sets=("rotation",)),
        Step("finish", ("waiting",), "transcribed", BOOKS_REGISTER, sets=("finished_at",), guards=("has_entries",)),
        Step(
            "set_aside",
            ("waiting",),
            "set_aside",
            BOOKS_REGISTER,
            sets=("finished_at", "why_aside"),
            requires=("why_aside",),
            guards=("has_no_entries",),
        ),
        Step(
            "reopen",
            ("transcribed", "set_aside"),
            "waiting",
            BOOKS_REGISTER,
            sets=("finished_at", "why_aside"),
            reopens=True,
        ),
    ),
)

BOOK_ENTRY = Lifecycle(
    name="comment book entry",
    states=("registered", "answered", "delivered", "set_aside"),
    initial="registered",
    final=("delivered", "set_aside"),
    transitions=(
        Step(
            "correct",
            ("registered",),
            "registered",
            BOOKS_REGISTER,
            sets=("kind", "text", "about", "written_on", "unit_id", "org_path"),
        ),
        Step("remark", ("registered",), "registered", BOOKS_ANSWER, sets=("remarks",)),
        Step("remark", ("answered",), "answered", BOOKS_ANSWER, sets=("remarks",)),
        Step(
            "answer",
            ("registered",),
            "answered",
            BOOKS_ANSWER,
            sets=("reply", "reply_by", "answered_at", "answered_by_id", "answered_by_name", "was_in_time"),
            requires=("reply", "reply_by"),
        ),
        Step(
            "deliver",
            ("answered",),
            "delivered",
            BOOKS_ANSWER,
            sets=("delivered_at", "delivery"),
            requires=("delivery",),
        ),
        Step("set_aside", ("registered",), "set_aside", BOOKS_ANSWER, requires=("reason",)),
        Step("restore", ("set_aside",), "registered", BOOKS_ANSWER, requires=("reason",), reopens=True),
        Step("reopen", ("answered", "delivered"), "registered", BOOKS_ANSWER, requires=("reason",), reopens=True),
    ),
)

STUDY_VISIT = Lifecycle(
    name="study visit",
    states=("planned", "under_way", "reported", "closed", "cancelled"),
    initial="planned",
    final=("closed", "cancelled"),
    transitions=(
        Step(
            "arrange",
            ("planned",),
            "planned",
            STUDIES_CARRY_OUT,
            sets=("planned_on", "lead_id", "team", "purpose", "guide_id"),
        ),
        Step("begin", ("planned",), "under_way", STUDIES_CARRY_OUT, sets=("begun_at",)),
        Step(
            "report",
            ("under_way",),
            "reported",
            STUDIES_CARRY_OUT,
            sets=("conclusion", "proposals", "reported_at", "reported_by_id", "reported_by_name"),
            requires=("conclusion",),
            guards=("heard_customers",),
        ),
        Step("send_back", ("reported",), "under_way", STUDIES_CLOSE, requires=("reason",)),
        Step(
            "close",
            ("reported",),
            "closed",
            STUDIES_CLOSE,
            sets=("closed_at", "close_note"),
            requires=("close_note",),
            guards=("other_than_reporter",),
        ),
        Step("cancel", ("planned", "under_way"), "cancelled", STUDIES_PLAN, requires=("reason",)),
        Step("restore", ("cancelled",), "planned", STUDIES_PLAN, requires=("reason",), reopens=True),
        Step(
            "reopen", ("closed",), "under_way", STUDIES_CLOSE, sets=("closed_at",), requires=("reason",), reopens=True
        ),
    ),
)

STAFF_VOICE = Lifecycle(
    name="voice of staff",
    states=("handed_in", "answered", "taken_back"),
    initial="handed_in",
    final=("answered", "taken_back"),
    transitions=(
        Step(
            "answer",
            ("handed_in",),
            "answered",
            STAFF_ANSWER,
            sets=("answer", "verdict", "answered_at", "answered_by_name"),
            requires=("answer", "verdict"),
            guards=("other_than_speaker",),
        ),
        Step("take_back", ("handed_in",), "taken_back", STAFF_SPEAK, requires=("reason",), guards=("own",)),
        Step("reopen", ("answered",), "handed_in", STAFF_ANSWER, requires=("reason",), reopens=True),
    ),
)
