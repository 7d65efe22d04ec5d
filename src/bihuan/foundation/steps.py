"""What the reader may do next with a record: the first step is the page's one primary action."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

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
    leads: bool = True


@dataclass(frozen=True)
class Way:
    """How a step is offered; ``press`` needs no form; one that ``turns`` the record is never the main action.

    The page of one that ``settles`` does itself what the guards still ask for, so they refuse nothing here.
    """

    label: str | Promise
    url_name: str
    icon: str
    press: bool = False
    turns: bool = False
    settles: bool = False


def next_steps(
    record: StatefulModel, actor: Actor, table: Mapping[str, Way], *, tells_refusal: Collection[str] = ()
) -> list[NextStep]:
    """Steps of ``table`` that are open to the actor now, in its order, refused ones last.

    Whoever may not do one of ``tells_refusal`` is told why; other refusals just hide the step.
    """
    possible = {step.action: step for step in available_actions(record, actor)}
    found = [
        NextStep(
            str(way.label),
            reverse(way.url_name, kwargs={"pk": record.pk}),
            way.icon,
            way.press,
            "" if way.settles else refusal(record, possible[action], actor, {}) or "",
            action in tells_refusal,
            not way.turns,
        )
        for action, way in table.items()
        if action in possible
    ]
    return sorted(found, key=lambda step: bool(step.refused))
