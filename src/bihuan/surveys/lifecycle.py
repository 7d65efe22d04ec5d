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
        Transition("refuse", ("reading",), "refused", IMPORT, sets=("problem",)),
        Transition(
            "confirm",
            ("proposed",),
            "importing",
            IMPORT,
            sets=("mapping_hash", "imported_by_id", "imported_by_name", "problem", "progress"),
        ),
        Transition("finish", ("importing",), "imported", IMPORT, sets=("imported_at", "headline", "progress")),
        Transition("send_back", ("importing",), "proposed", IMPORT, sets=("problem", "progress")),
        Transition("take_back", ("importing",), "proposed", IMPORT, sets=("progress",)),
        Transition("discard", ("reading", "proposed"), "discarded", IMPORT),
        Transition(
            "withdraw",
            ("imported",),
            "withdrawn",
            WITHDRAW,
            sets=("withdrawn_at", "withdraw_reason"),
            requires=("reason",),
        ),
    ),
)
