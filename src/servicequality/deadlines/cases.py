"""The exchange format for deadlines: a file of calendars and cases, answered one by one.

A case that cannot be answered says so under ``error``; the cases after it are answered all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from servicequality.calendars import Calendar
from servicequality.calendars.days import DayData
from servicequality.deadlines.evaluation import evaluate
from servicequality.deadlines.rules import GIVEN, ClockEvent, Rule, instant_from
from servicequality.deadlines.states import ClockState
from servicequality.errors import DataError, ServiceQualityError
from servicequality.results import plain

ANSWER_KEYS: Final = (
    "id", "due_at", "original_due_at", "provisional", "warn_at", "extension", "status", "remaining_seconds",
    "overdue_seconds", "used_elapsed_seconds", "used_business_seconds", "met", "cycles", "error",
)  # fmt: skip
_CYCLE_KEYS: Final = ("met", "used_seconds", "overdue_seconds")


def answer_file(content: Any) -> list[dict[str, Any]]:
    """Answer every case of an exchange file, in order.

    ``content`` is the parsed JSON: ``day_data``, ``calendars`` and ``cases``. Each answer has ``ANSWER_KEYS``; keys
    that do not apply are None. ``error`` is the code of what kept a case from being answered.

    Raises:
        DataError: the content is no exchange file at all.
    """
    if not isinstance(content, Mapping) or not isinstance(content.get("cases"), list):
        raise DataError("there is no list of cases", place="file", code="bad_file")
    calendars = _Calendars(content)
    return [answer_case(case, calendars) for case in content["cases"]]


def answer_case(case: Any, calendars: _Calendars) -> dict[str, Any]:
    """Answer one case of an exchange file; an error becomes its code under ``error``.

    Raises nothing: what is wrong with a case stands in its answer.
    """
    name = case.get("id") if isinstance(case, Mapping) else None
    answer: dict[str, Any] = dict.fromkeys(ANSWER_KEYS)
    answer["id"] = name
    try:
        if not isinstance(case, Mapping):
            raise DataError("is no case", place="case", code="bad_case")
        state = _evaluated(case, calendars)
    except ServiceQualityError as error:
        answer["error"] = error.code
        return answer
    return {**answer, **_plain_state(state)}


def differences(answer: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Return the keys of ``expected`` that ``answer`` does not meet; instants are compared as instants."""
    return [key for key, value in expected.items() if not _agrees(answer.get(key), value)]


class _Calendars:
    """The calendars of a file, each built when first asked for, so that a bad one spoils only its own cases."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._sources = content.get("calendars") or {}
        self._day_data = content.get("day_data") or {}
        self._built: dict[str, Calendar | ServiceQualityError] = {}

    def find(self, wanted: Any) -> Calendar:
        if isinstance(wanted, Mapping):
            return self._build(wanted)
        if not isinstance(wanted, str) or wanted not in self._sources:
            raise DataError(f"there is no calendar {wanted!r}", place="calendar", code="unknown_calendar")
        if wanted not in self._built:
            try:
                self._built[wanted] = self._build(self._sources[wanted])
            except ServiceQualityError as error:
                self._built[wanted] = error
        found = self._built[wanted]
        if isinstance(found, ServiceQualityError):
            raise found
        return found

    def _build(self, source: Any) -> Calendar:
        if not isinstance(source, Mapping):
            raise DataError(f"{source!r} is no calendar", place="calendar", code="bad_calendar")
        named: dict[str, DayData] = {}
        name = source.get("day_data")
        if isinstance(name, str) and name in self._day_data:
            named[name] = DayData.from_dict(self._day_data[name])
        return Calendar.from_dict(source, day_data=named)


def _evaluated(case: Mapping[str, Any], calendars: _Calendars) -> ClockState:
    calendar = calendars.find(case.get("calendar"))
    defaults = {key: case.get(key) for key in ("warn_percent", "reopen_policy", "pause_reasons")}
    rule = Rule.from_dict(case.get("rule") or {}, **defaults)
    listed = case.get("events") or []
    if not isinstance(listed, list):
        raise DataError(f"{listed!r} is no list", place="events", code="bad_event")
    events = [ClockEvent.from_dict(_stated(event), **defaults) for event in listed]
    start = instant_from(case.get("start"), "start", code="bad_instant")
    as_of: datetime | None = None
    if case.get("as_of") is not None:
        as_of = instant_from(case["as_of"], "as_of", code="bad_instant")
    return evaluate(start, events, rule, calendar, as_of=as_of)


def _stated(event: Any) -> Any:
    """Fill in what counts as given in an exchange file: the reason and the approver."""
    if not isinstance(event, Mapping):
        return event
    stated = {key: value for key, value in event.items() if value is not None}
    if event.get("type") in ("pause", "extend"):
        stated.setdefault("reason", GIVEN)
    if event.get("type") == "extend":
        stated.setdefault("approver", GIVEN)
    return stated


def _plain_state(state: ClockState) -> dict[str, Any]:
    found = {key: plain(getattr(state, key)) for key in ANSWER_KEYS if key not in ("id", "error", "cycles")}
    found["cycles"] = [{key: getattr(cycle, key) for key in _CYCLE_KEYS} for cycle in state.cycles]
    return found


def _agrees(found: Any, expected: Any) -> bool:
    if isinstance(found, str) and isinstance(expected, str):
        return found == expected or _same_instant(found, expected)
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    return bool(found == expected)


def _same_instant(found: str, expected: str) -> bool:
    try:
        return instant_from(found, "found") == instant_from(expected, "expected")
    except DataError:
        return False
