"""A form written as XLSForm and read back is the same form, whatever it holds."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from bihuan.instruments.definition import Definition
from bihuan.instruments.xlsform import xlsform_read, xlsform_write
from tests.property.any_forms import forms


def differences(before: Any, after: Any, place: str = "") -> list[str]:
    """Where two forms differ, for whoever has to mend it."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = sorted(before.keys() | after.keys())
        return [line for name in names for line in differences(before.get(name), after.get(name), f"{place}/{name}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            line
            for number, (one, other) in enumerate(zip(before, after, strict=True))
            for line in differences(one, other, f"{place}/{number}")
        ]
    return [] if before == after and type(before) is type(after) else [f"{place}: {before!r} became {after!r}"]


def plain(form: Definition) -> Any:
    return json.loads(form.canonical())


@given(forms())
@settings(max_examples=60, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
def test_a_round_trip_changes_nothing(form: Definition) -> None:
    back = xlsform_read(xlsform_write(form))

    assert differences(plain(form), plain(back.definition)) == []
    assert back.definition.content_hash() == form.content_hash()
    assert back.notes == ()


def test_a_limit_of_minus_zero_is_a_limit_of_zero() -> None:
    def limited(lowest: float) -> Definition:
        item = {"code": "wait", "label": "Minutes waited", "type": "number", "lowest": lowest}
        return Definition.model_validate({"title": "t", "sections": [{"code": "s", "items": [item]}]})

    assert limited(-0.0).content_hash() == limited(0.0).content_hash()
    assert xlsform_read(xlsform_write(limited(-0.0))).definition.content_hash() == limited(0.0).content_hash()
