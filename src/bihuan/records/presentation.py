"""What a line of the log says to a reader: who did what, each changed field before and after in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bihuan.foundation.models import StatefulModel
from bihuan.records.models import Activity
from bihuan.records.selectors import record_named
from bihuan.records.subjects import action_label, field_label, value_label

ICONS = {"create": "plus", "edit": "edit", "delete": "trash", "comment": "message-dots", "attach": "paperclip"}


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ActivityLine:
    """In the shape of partials/activity.html."""

    actor: str
    text: str
    at: datetime
    icon: str
    reason: str
    changes: tuple[Change, ...]


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def _field(model: type[models.Model] | None, name: str) -> Any:
    if model is None:
        return None
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _("; ").join(key + _(": ") + str(item) for key, item in value.items())
    if isinstance(value, list):
        return _(", ").join(str(item) for item in value)
    return str(value)


def _of_field(field: Any, value: Any, org_path: str) -> str:
    if field.remote_field is not None and isinstance(value, int):
        found = record_named(field.remote_field.model, value, org_path)
        return str(found) if found is not None else f"#{value}"
    if isinstance(field, models.DateField):
        return _moment(field, value)
    choices = dict(field.flatchoices) if getattr(field, "choices", None) else {}
    known = choices.get(value, "") if isinstance(value, str | int) else ""
    return str(known) or _in_words(field.name, value)


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, list):
        return _plain([value_label(name, item) or item for item in value])
    return value_label(name, value) or _plain(value)


def _value(line: Activity, field: Any, name: str, value: Any) -> str:
    model = _model(line.subject_type)
    if value is None or value == "":
        return ""
    if name == "state" and model is not None and issubclass(model, StatefulModel):
        return str(model.state_labels.get(value, value))
    if field is None:
        return _in_words(name, value)
    return _of_field(field, value, line.org_path)


def _moment(field: models.DateField[Any, Any], value: Any) -> str:
    try:
        moment = field.to_python(value)
    except ValidationError:
        return str(value)
    if isinstance(moment, datetime):
        return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return date_format(moment, "DATE_FORMAT") if isinstance(moment, date) else str(value)


def own_word(field: Any) -> str:
    """What the record's model calls the field, where it was given a word."""
    return str(field.verbose_name) if getattr(field, "_verbose_name", None) else ""


def changes_of(line: Activity) -> tuple[Change, ...]:
    """The fields a line is about, in the order they were given; what stayed the same is left out."""
    model = _model(line.subject_type)
    names = dict.fromkeys([*line.before, *line.after])
    # The path says again, in numbers, what the unit beside it says.
    untold = {"digest", "org_path"} if "unit" in names else {"digest"}
    found = []
    for name in names:
        before, after = line.before.get(name), line.after.get(name)
        if before == after or name in untold:
            continue
        field = _field(model, name)
        is_said = field is None or field.remote_field is None or f"{name.removesuffix('_id')}_name" in names
        if name.endswith("_by_id") and is_said:
            continue  # who it was is the line's own actor, or stands beside it by name
        label = own_word(field) or field_label(name) or name
        found.append(Change(label, _value(line, field, name, before), _value(line, field, name, after)))
    return tuple(found)


def who(line: Activity) -> str:
    name = line.actor_name if line.actor_kind != "system" else _("The system (%(part)s)") % {"part": _(line.actor_name)}
    return _("%(name)s for %(other)s") % {"name": name, "other": line.on_behalf} if line.on_behalf else name


def activity_lines(rows: Iterable[Activity]) -> list[ActivityLine]:
    return [
        ActivityLine(
            actor=who(row),
            text=action_label(row.subject_type, row.action),
            at=row.at,
            icon=ICONS.get(row.action, ""),
            reason=row.reason,
            changes=changes_of(row),
        )
        for row in rows
    ]


def changes_text(line: Activity) -> str:
    return _("; ").join(
        change.label + _(": ") + (f"{change.before} → {change.after}" if change.before else change.after)
        for change in changes_of(line)
    )
