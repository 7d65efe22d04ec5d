"""Transition table of an answering standard."""

from __future__ import annotations

from bihuan.standards import permissions as may
from servicequality.lifecycle import Lifecycle
from servicequality.lifecycle import Transition as Step

WRITTEN = (
    "kind",
    "topic",
    "question",
    "answer",
    "keywords",
    "basis",
    "owner_id",
    "review_on",
    "is_changed",
)
PUBLISHED = ("edition", "effective_from", "is_changed")

ANSWER = Lifecycle(
    name="answering_standard",
    states=("draft", "in_force", "abolished"),
    initial="draft",
    final=("abolished",),
    transitions=(
        Step("edit", ("draft",), "draft", may.EDIT, sets=WRITTEN, requires=("question", "answer")),
        Step("edit", ("in_force",), "in_force", may.EDIT, sets=WRITTEN, requires=("question", "answer")),
        Step("publish", ("draft",), "in_force", may.PUBLISH, sets=PUBLISHED, requires=("effective_from",)),
        Step(
            "publish",
            ("in_force",),
            "in_force",
            may.PUBLISH,
            sets=PUBLISHED,
            requires=("effective_from", "reason"),
            guards=("changed",),
        ),
        Step("confirm", ("in_force",), "in_force", may.PUBLISH, sets=("review_on",), requires=("review_on", "reason")),
        Step("abolish", ("draft", "in_force"), "abolished", may.PUBLISH, requires=("reason",)),
        Step("restore", ("abolished",), "draft", may.PUBLISH, sets=("is_changed",), requires=("reason",), reopens=True),
    ),
)
