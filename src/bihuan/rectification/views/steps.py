"""What the reader may do next with a record: the first step is the page's one primary action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

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

# action → (url name, icon, is it one press); the order is the order of preference
FINDING = {
    "confirm": ("rectification:finding-confirm", "circle-check", False),
    "correct_on_spot": ("rectification:finding-correct", "tool", False),
    "restore": ("rectification:finding-restore", "arrow-back-up", False),
    "reopen": ("rectification:finding-reopen", "refresh", False),
    "not_corrected": ("rectification:finding-not-corrected", "circle-x", False),
    "close": ("rectification:finding-close", "check", False),
    "regrade": ("rectification:finding-regrade", "alert-triangle", False),
    "reassign": ("rectification:finding-reassign", "transfer", False),
    "dismiss": ("rectification:finding-dismiss", "trash", False),
}
NOTICE = {
    "issue": ("rectification:notice-issue", "send", True),
    "reply": ("rectification:notice-reply", "writing", False),
    "verify_effective": ("rectification:notice-verify", "checkup-list", False),
    "acknowledge": ("rectification:notice-acknowledge", "check", True),
    "edit": ("rectification:notice-edit", "edit", False),
    "return": ("rectification:notice-return", "arrow-back-up", False),
    "retract": ("rectification:notice-retract", "arrow-back-up", False),
    "reopen": ("rectification:notice-reopen", "refresh", False),
    "withdraw": ("rectification:notice-withdraw", "trash", False),
}
ACTION = {
    "report_done": ("rectification:action-done", "check", False),
    "verify": ("rectification:action-verify", "circle-check", True),
    "send_back": ("rectification:action-send-back", "arrow-back-up", False),
    "reschedule": ("rectification:action-reschedule", "calendar-time", False),
    "cancel": ("rectification:action-cancel", "trash", False),
    "revive": ("rectification:action-revive", "refresh", False),
}


def next_steps(
    record: StatefulModel, actor: Actor, table: Mapping[str, tuple[str, str, bool]], labels: Mapping[str, str]
) -> list[NextStep]:
    """Steps of ``table`` that are open to the actor now, in its order, refused ones last."""
    possible = {step.action: step for step in available_actions(record, actor)}
    found = [
        NextStep(
            str(labels.get(action) or record.action_labels[action]),
            reverse(url_name, kwargs={"pk": record.pk}),
            icon,
            press,
            refusal(record, possible[action], actor, {}) or "",
            action in ASKS_FOR_ANOTHER,
        )
        for action, (url_name, icon, press) in table.items()
        if action in possible
    ]
    return sorted(found, key=lambda step: bool(step.refused))
