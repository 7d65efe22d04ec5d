"""What the reader may do next with a record: the first step is the page's one primary action."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import pgettext_lazy

from bihuan.foundation import steps
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import StatefulModel
from bihuan.foundation.steps import NextStep, Way
from bihuan.rectification.models import Need

# Whoever may not do these because it is their own work is told so; other refusals just hide the step.
ASKS_FOR_ANOTHER = {"confirm", "verify_effective", "review", "accept", "start"}
# The order is the order of preference.
FINDING = {
    "confirm": Way(pgettext_lazy("step", "Confirm correction"), "rectification:finding-confirm", "circle-check"),
    "correct_on_spot": Way(
        pgettext_lazy("step", "Log correction on the spot"), "rectification:finding-correct", "tool"
    ),
    "restore": Way(pgettext_lazy("step", "Restore"), "rectification:finding-restore", "arrow-back-up", turns=True),
    "reopen": Way(pgettext_lazy("step", "Reopen"), "rectification:finding-reopen", "refresh", turns=True),
    "not_corrected": Way(
        pgettext_lazy("step", "Not corrected"), "rectification:finding-not-corrected", "circle-x", turns=True
    ),
    "close": Way(pgettext_lazy("step", "Close with a reason"), "rectification:finding-close", "check"),
    "regrade": Way(
        pgettext_lazy("step", "Change severity"), "rectification:finding-regrade", "alert-triangle", turns=True
    ),
    "reassign": Way(
        pgettext_lazy("step", "Change responsible unit"), "rectification:finding-reassign", "transfer", turns=True
    ),
    "dismiss": Way(pgettext_lazy("step", "Dismiss"), "rectification:finding-dismiss", "trash", turns=True),
}
NOTICE = {
    "issue": Way(pgettext_lazy("step", "Issue"), "rectification:notice-issue", "send", press=True),
    "reply": Way(pgettext_lazy("step", "Answer"), "rectification:notice-reply", "writing"),
    "verify_effective": Way(pgettext_lazy("step", "Verify"), "rectification:notice-verify", "checkup-list"),
    "acknowledge": Way(
        pgettext_lazy("step", "Confirm receipt"), "rectification:notice-acknowledge", "check", press=True
    ),
    "edit": Way(pgettext_lazy("step", "Edit draft"), "rectification:notice-edit", "edit"),
    "return": Way(pgettext_lazy("step", "Return answer"), "rectification:notice-return", "arrow-back-up", turns=True),
    "retract": Way(
        pgettext_lazy("step", "Take answer back"), "rectification:notice-retract", "arrow-back-up", turns=True
    ),
    "reopen": Way(pgettext_lazy("step", "Reopen"), "rectification:notice-reopen", "refresh", turns=True),
    "withdraw": Way(pgettext_lazy("step", "Withdraw"), "rectification:notice-withdraw", "trash", turns=True),
}
ACTION = {
    "report_done": Way(pgettext_lazy("step", "Report done"), "rectification:action-done", "check"),
    "verify": Way(pgettext_lazy("step", "Verify"), "rectification:action-verify", "circle-check", press=True),
    "send_back": Way(pgettext_lazy("step", "Send back"), "rectification:action-send-back", "arrow-back-up", turns=True),
    "reschedule": Way(
        pgettext_lazy("step", "Change owner or date"), "rectification:action-reschedule", "calendar-time"
    ),
    "cancel": Way(pgettext_lazy("step", "Cancel action"), "rectification:action-cancel", "trash", turns=True),
    "revive": Way(pgettext_lazy("step", "Take up again"), "rectification:action-revive", "refresh", turns=True),
}

NEED = {
    "review": Way(pgettext_lazy("need step", "Review"), "rectification:need-review", "checkup-list"),
    "accept": Way(pgettext_lazy("need step", "Accept"), "rectification:need-accept", "circle-check"),
    "start": Way(pgettext_lazy("need step", "Begin the work"), "rectification:need-start", "player-play", press=True),
    "study": Way(pgettext_lazy("need step", "Record the study"), "rectification:need-study", "zoom-check"),
    "rate": Way(pgettext_lazy("need step", "Rate the priority"), "rectification:need-rate", "gauge"),
    "classify": Way(pgettext_lazy("need step", "Compute the Kano class"), "rectification:need-kano", "category"),
    "assign": Way(pgettext_lazy("need step", "Owner and dates"), "rectification:need-assign", "user-check"),
    "meet": Way(pgettext_lazy("need step", "Report met"), "rectification:need-meet", "check"),
    "edit": Way(pgettext_lazy("need step", "Edit"), "rectification:need-edit", "edit"),
    "decline": Way(pgettext_lazy("need step", "Decline"), "rectification:need-decline", "ban", turns=True),
    "reopen": Way(pgettext_lazy("need step", "Reopen"), "rectification:need-reopen", "refresh", turns=True),
}
# What comes first in a state; a step that is refused for now gives way to the next.
NEED_FIRST = {
    "studied": ("accept", "rate"),
    "accepted": ("start", "assign"),
    "in_work": ("meet",),
}


def need_steps(need: Need, actor: Actor) -> list[NextStep]:
    first = {action: NEED[action] for action in NEED_FIRST.get(need.state, ())}
    return next_steps(need, actor, first | NEED)


def next_steps(record: StatefulModel, actor: Actor, table: Mapping[str, Way]) -> list[NextStep]:
    return steps.next_steps(record, actor, table, tells_refusal=ASKS_FOR_ANOTHER)
