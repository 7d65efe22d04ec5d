"""How each step of a case is offered, in the order of preference."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from bihuan.cases.models import Case
from bihuan.foundation.actor import Actor
from bihuan.foundation.steps import NextStep, Way, next_steps

# Whoever may not close yet is told what is lacking; other refusals just hide the step.
TELLS = {"close", "answer", "return"}
CASE = {
    "classify": Way(pgettext_lazy("case step", "Classify"), "cases:classify", "category"),
    "dispatch": Way(pgettext_lazy("case step", "Dispatch"), "cases:dispatch", "send"),
    "accept": Way(pgettext_lazy("case step", "Take it up"), "cases:accept", "player-play", press=True),
    "answer": Way(pgettext_lazy("case step", "Answer"), "cases:answer", "writing"),
    "resume": Way(pgettext_lazy("case step", "Go on"), "cases:resume", "player-play", press=True),
    "feed_back": Way(pgettext_lazy("case step", "Tell the customer"), "cases:feed-back", "message-dots", settles=True),
    "close": Way(pgettext_lazy("case step", "Close"), "cases:close", "circle-check"),
    "answer_at_intake": Way(pgettext_lazy("case step", "Answer at once"), "cases:answer-now", "circle-check"),
    "send_back": Way(
        pgettext_lazy("case step", "Send the answer back"), "cases:send-back", "arrow-back-up", turns=True
    ),
    "suspend": Way(pgettext_lazy("case step", "Suspend"), "cases:suspend", "clock-pause", turns=True),
    "return": Way(pgettext_lazy("case step", "Return to the desk"), "cases:return", "arrow-back-up", turns=True),
    "reassign": Way(pgettext_lazy("case step", "Hand to another unit"), "cases:reassign", "transfer", turns=True),
    "reclassify": Way(pgettext_lazy("case step", "Change the class"), "cases:classify", "category", turns=True),
    "reopen": Way(pgettext_lazy("case step", "Reopen"), "cases:reopen", "refresh", turns=True),
    "restore": Way(pgettext_lazy("case step", "Restore"), "cases:reopen", "refresh", turns=True),
    "transfer": Way(pgettext_lazy("case step", "Transfer out"), "cases:transfer", "transfer", turns=True),
    "merge": Way(pgettext_lazy("case step", "Mark as duplicate"), "cases:merge", "copy", turns=True),
    "withdraw": Way(pgettext_lazy("case step", "Customer withdrew"), "cases:withdraw", "ban", turns=True),
    "invalidate": Way(pgettext_lazy("case step", "Mark invalid"), "cases:invalidate", "circle-x", turns=True),
}


def case_steps(case: Case, actor: Actor) -> list[NextStep]:
    return next_steps(case, actor, CASE, tells_refusal=TELLS)
