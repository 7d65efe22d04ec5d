"""What the reader may do next with a record: the first step is the page's one primary action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from bihuan.foundation.actor import Actor
from bihuan.foundation.lifecycle import available_actions, refusal
from bihuan.foundation.models import StatefulModel


@dataclass(frozen=True)
class NextStep:
    """``press`` steps need no form: one button posts them. ``refused`` says why this reader cannot."""

    label: str
    url: str
    icon: str
    press: bool = False
    refused: str = ""
    shows_refusal: bool = False


# Whoever may not do these because it is their own work is told so; other refusals just hide the step.
ASKS_FOR_ANOTHER = {"confirm", "verify_effective"}


@dataclass(frozen=True)
class Way:
    """How a step is offered; ``press`` needs no form."""

    label: str | Promise
    url_name: str
    icon: str
    press: bool = False


# The order is the order of preference.
FINDING = {
    "confirm": Way(pgettext_lazy("step", "Confirm correction"), "rectification:finding-confirm", "circle-check"),
    "correct_on_spot": Way(
        pgettext_lazy("step", "Log correction on the spot"), "rectification:finding-correct", "tool"
    ),
    "restore": Way(pgettext_lazy("step", "Restore"), "rectification:finding-restore", "arrow-back-up"),
    "reopen": Way(pgettext_lazy("step", "Reopen"), "rectification:finding-reopen", "refresh"),
    "not_corrected": Way(pgettext_lazy("step", "Not corrected"), "rectification:finding-not-corrected", "circle-x"),
    "close": Way(pgettext_lazy("step", "Close with a reason"), "rectification:finding-close", "check"),
    "regrade": Way(pgettext_lazy("step", "Change severity"), "rectification:finding-regrade", "alert-triangle"),
    "reassign": Way(pgettext_lazy("step", "Change responsible unit"), "rectification:finding-reassign", "transfer"),
    "dismiss": Way(pgettext_lazy("step", "Dismiss"), "rectification:finding-dismiss", "trash"),
}
NOTICE = {
    "issue": Way(pgettext_lazy("step", "Issue"), "rectification:notice-issue", "send", press=True),
    "reply": Way(pgettext_lazy("step", "Answer"), "rectification:notice-reply", "writing"),
    "verify_effective": Way(pgettext_lazy("step", "Verify"), "rectification:notice-verify", "checkup-list"),
    "acknowledge": Way(
        pgettext_lazy("step", "Confirm receipt"), "rectification:notice-acknowledge", "check", press=True
    ),
    "edit": Way(pgettext_lazy("step", "Edit draft"), "rectification:notice-edit", "edit"),
    "return": Way(pgettext_lazy("step", "Return answer"), "rectification:notice-return", "arrow-back-up"),
    "retract": Way(pgettext_lazy("step", "Take answer back"), "rectification:notice-retract", "arrow-back-up"),
    "reopen": Way(pgettext_lazy("step", "Reopen"), "rectification:notice-reopen", "refresh"),
    "withdraw": Way(pgettext_lazy("step", "Withdraw"), "rectification:notice-withdraw", "trash"),
}
ACTION = {
    "report_done": Way(pgettext_lazy("step", "Report done"), "rectification:action-done", "check"),
    "verify": Way(pgettext_lazy("step", "Verify"), "rectification:action-verify", "circle-check", press=True),
    "send_back": Way(pgettext_lazy("step", "Send back"), "rectification:action-send-back", "arrow-back-up"),
    "reschedule": Way(
        pgettext_lazy("step", "Change owner or date"), "rectification:action-reschedule", "calendar-time"
    ),
    "cancel": Way(pgettext_lazy("step", "Cancel action"), "rectification:action-cancel", "trash"),
    "revive": Way(pgettext_lazy("step", "Take up again"), "rectification:action-revive", "refresh"),
}


def next_steps(record: StatefulModel, actor: Actor, table: Mapping[str, Way]) -> list[NextStep]:
    """Steps of ``table`` that are open to the actor now, in its order, refused ones last."""
    possible = {step.action: step for step in available_actions(record, actor)}
    found = [
        NextStep(
            str(way.label),
            reverse(way.url_name, kwargs={"pk": record.pk}),
            way.icon,
            way.press,
            refusal(record, possible[action], actor, {}) or "",
            action in ASKS_FOR_ANOTHER,
        )
        for action, way in table.items()
        if action in possible
    ]
    return sorted(found, key=lambda step: bool(step.refused))
