"""One file of hand-written cases, decided by Python and by the browser's script."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from bihuan.instruments.conditions import Condition, evaluate
from bihuan.instruments.logic import compact
from tests.property.browser_rules import in_browser

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "conditions.json").read_text("utf-8"))
READ: TypeAdapter[Condition] = TypeAdapter(Condition)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_condition_is_decided_as_written(vector: dict[str, Any]) -> None:
    assert evaluate(READ.validate_python(vector["condition"]), vector["answers"]) is vector["expect"]


def test_the_browser_decides_every_condition_as_written(tmp_path: Path) -> None:
    cases = [
        {"condition": compact(READ.validate_python(vector["condition"])), "answers": vector["answers"]}
        for vector in VECTORS
    ]

    found = in_browser(cases, tmp_path)

    decided = {vector["name"]: result for vector, result in zip(VECTORS, found, strict=True)}
    assert decided == {vector["name"]: vector["expect"] for vector in VECTORS}


def test_every_operator_has_cases_with_each_outcome_it_can_have() -> None:
    outcomes: dict[str, set[Any]] = {}
    for vector in VECTORS:
        sign = vector["condition"].get("op") or next(iter(vector["condition"]))
        outcomes.setdefault(sign, set()).add(vector["expect"])

    assert outcomes.pop("answered") == {True, False}
    assert len(outcomes) == 15
    assert all(found == {True, False, None} for found in outcomes.values()), outcomes
