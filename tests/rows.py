"""Make a row of any model from its fields alone, so that generated tests need no list of factories."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from bihuan.duties.models import CalendarVersion, PolicyVersion
from bihuan.duties.services import shipped_calendar_body
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.organisation.models import OrgUnit

_count = itertools.count(1)

FORM = {"sections": [{"code": "s", "items": [{"code": "a", "type": "text"}]}]}
# Fields whose content must make sense to the code that reads it.
CONTENT: dict[tuple[str, str], Callable[[], Any]] = {
    (CalendarVersion._meta.label_lower, "body"): shipped_calendar_body,
    (PolicyVersion._meta.label_lower, "rule"): lambda: {"clock": "elapsed", "hours": 24},
    ("surveys.door", "code"): lambda: uuid.uuid4().hex[:11],
    ("instruments.instrumentversion", "body"): lambda: FORM,
    ("instruments.formdraft", "body"): lambda: FORM,
    ("instruments.draftstep", "body"): lambda: FORM,
    ("instruments.scaleentry", "high"): lambda: 5,
    ("instruments.scaleentry", "low"): lambda: 1,
}
# Optional relations without which the database refuses the row.
FILLED = {("surveys.surveyexport", "campaign")}
# Optional relations that a page cannot be drawn without.
NEEDED = {("duties.workcalendar", "current"), ("duties.deadlinepolicy", "current")}


def value_for(field: models.Field[Any, Any], number: int) -> Any:  # noqa: PLR0911, PLR0912
    if field.choices:
        return next(iter(field.choices))[0]
    match field:
        case models.UUIDField():
            return uuid.uuid4()
        case models.SlugField():
            return f"row-{number}"
        case models.CharField():
            return f"row {number}"[: field.max_length]
        case models.TextField():
            return f"row {number}"
        case models.BooleanField():
            return False
        case models.DecimalField():
            return Decimal(1)
        case models.IntegerField() | models.FloatField():
            return number
        case models.DateTimeField():
            return timezone.now()
        case models.DateField():
            return date(2026, 11, 2)
        case models.TimeField():
            return time(9, 0)
        case models.JSONField():
            return {}
        case models.BinaryField():
            return b""
    raise NotImplementedError(f"no value known for {field}")


def is_left_out(field: models.Field[Any, Any]) -> bool:
    """Fields that the database or the model fills by itself."""
    automatic = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return bool(automatic or field.has_default() or field.null or (field.blank and field.empty_strings_allowed))


def make_row(model: type[models.Model], unit: OrgUnit, **given: Any) -> Any:
    """A saved row in ``unit``: required fields filled, relations made likewise, the state the initial one."""
    if model is OrgUnit:
        return unit
    number = next(_count)
    label = model._meta.label_lower
    values: dict[str, Any] = {}
    later: list[models.ForeignKey[Any, Any]] = []
    for field in model._meta.concrete_fields:
        if field.name in given or field.primary_key:
            continue
        if field.name == "org_path":
            values["org_path"] = unit.org_path
        elif isinstance(field, models.ForeignKey):
            if (label, field.name) in NEEDED:
                later.append(field)
            elif not field.null or (label, field.name) in FILLED:
                values[field.name] = make_row(field.related_model, unit)
        elif field.name == "subject_type":
            values[field.name] = OrgUnit._meta.label_lower
        elif (label, field.name) in CONTENT:
            values[field.name] = CONTENT[label, field.name]()
        elif not is_left_out(field):
            values[field.name] = value_for(field, number)
    if issubclass(model, StatefulModel):
        values["state"] = model.lifecycle.initial
    row = model(**{**values, **given})
    row.save(force_insert=True)
    for field in later:
        back = next(each.name for each in field.related_model._meta.concrete_fields if each.related_model is model)
        setattr(row, field.name, make_row(field.related_model, unit, **{back: row}))
        row.save(update_fields=[field.name])
    return row


def is_scoped(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, ScopedModel)
