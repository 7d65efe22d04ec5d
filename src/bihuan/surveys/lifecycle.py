"""The way of a survey file: read, mapped, imported, perhaps withdrawn."""

from __future__ import annotations

from bihuan.surveys.permissions import IMPORT, WITHDRAW
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
