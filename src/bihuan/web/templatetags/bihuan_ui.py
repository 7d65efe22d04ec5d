"""Tags and filters every page may use without loading them: icons, figures, dates, links, charts."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext

from servicequality.results import plain

register = template.Library()

NO_DATA = "—"
SOON = timedelta(hours=24)
STATES: dict[str, str] = {
    "late": "alert-circle-filled",
    "soon": "clock-exclamation",
    "met": "circle-check",
    "none": "circle-dashed",
    "info": "point-filled",
}


@register.simple_tag
def asset(name: str) -> str:
    """Address of a built file; its plain name where no manifest of hashed names exists (tests, first start)."""
    try:
        return static(f"bihuan/{name}")
    except ValueError:
        from django.conf import settings

        return f"{settings.STATIC_URL}bihuan/{name}"


@cache
def _icons() -> dict[str, str]:
    found: dict[str, str] = json.loads((Path(__file__).parent.parent / "icons" / "icons.json").read_text("utf-8"))
    return found


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """One inline picture. Hidden from screen readers unless ``label`` gives it words; ``size`` is "sm" or "lg"."""
    inner = _icons().get(name)
    if inner is None:
        near = ", ".join(difflib.get_close_matches(name, _icons(), 5, 0.4))
        raise template.TemplateSyntaxError(f"no icon {name!r}; near: {near} (all: web/icons/icons.json)")
    words = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    paint = (
        'fill="currentColor"'
        if name.endswith("-filled")
        else ('fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"')
    )
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="20" height="20" {} {}>{}</svg>',
        f" icon-{size}" if size else "",
        mark_safe(paint),  # noqa: S308  two constants
        words,
        mark_safe(inner),  # noqa: S308  our own file
    )


def number(value: Any) -> float | None:
    """The number in ``value`` (a number, or a result with ``.value``); None where there is none."""
    value = getattr(value, "value", value)
    if value is None or isinstance(value, bool) or value == "":
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def sensible_decimals(size: float) -> int:
    """Three or so significant figures: what a reader can still use."""
    size = abs(size)
    return 0 if size >= 100 else 1 if size >= 10 else 2


def format_figure(value: Any, decimals: int | str | None = None) -> str:
    found = number(value)
    if found is None:
        return NO_DATA
    if decimals in {None, ""}:
        whole = isinstance(getattr(value, "value", value), int)
        decimals = 0 if whole else sensible_decimals(found)
    text = number_format(round(Decimal(repr(found)), int(decimals or 0)), int(decimals or 0), force_grouping=True)
    return text.replace("-", "\u2212", 1)


@register.filter
def figure(value: Any, decimals: int | str | None = None) -> str:
    """A number or Estimate with sensible decimals; a dash where there is no data."""
    return format_figure(value, decimals)


@register.filter
def percent(value: Any, decimals: int | str | None = 1) -> str:
    """A share between 0 and 1 as per cent."""
    found = number(value)
    return NO_DATA if found is None else f"{format_figure(found * 100, decimals)}%"


@register.filter
def signed(value: Any, decimals: int | str | None = None) -> str:
    """A difference with its sign."""
    found = number(value)
    text = format_figure(value, decimals)
    return f"+{text}" if found is not None and found > 0 else text


@register.filter
def interval(value: Any, decimals: int | str | None = None) -> str:
    """The interval of an Estimate, or of a pair (low, high); empty where none can be given."""
    low, high = (
        value if isinstance(value, list | tuple) else (getattr(value, "low", None), getattr(value, "high", None))
    )
    low, high = number(low), number(high)
    if low is None or high is None:
        return ""
    if decimals in {None, ""}:
        decimals = sensible_decimals(max(abs(low), abs(high)))
    return gettext("%(low)s to %(high)s") % {
        "low": format_figure(low, decimals),
        "high": format_figure(high, decimals),
    }


@register.filter
def base(value: Any) -> str:
    """The number of answers behind a figure: "n = 312"."""
    count = getattr(value, "n", value)
    return "" if count is None else f"n = {format_figure(int(count), 0)}"


@register.filter
def estimate(value: Any, decimals: int | str | None = None) -> SafeString:
    """Figure, interval and n in one line for tables."""
    found = number(value)
    if found is None:
        return format_html('<span class="no-data">{} {}</span>', NO_DATA, gettext("no data"))
    spread = interval(value, decimals)
    return format_html(
        '<span class="estimate"><b>{}</b>{} <small>{}</small></span>',
        format_figure(value, decimals),
        format_html(" <small>({})</small>", spread) if spread else "",
        base(value) if hasattr(value, "n") else "",
    )


WEEKDAYS_ZH = "一二三四五六日"
MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WEEKDAYS_EN = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def format_day(day: date, mark: str = "") -> str:
    if _chinese():
        year = "" if day.year == timezone.localdate().year else f"{day.year}年"
        inside = f"周{WEEKDAYS_ZH[day.weekday()]}" + (f",{mark}" if mark else "")
        return f"{year}{day.month}月{day.day}日({inside})"
    year = "" if day.year == timezone.localdate().year else f" {day.year}"
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}{year}" + (f" ({mark})" if mark else "")


@register.filter(expects_localtime=True)
def weekday_date(value: date | datetime | None, mark: str = "") -> str:
    """A day with its weekday, in the order of the language; ``mark`` names a holiday or make-up workday."""
    if value is None or value == "":
        return NO_DATA
    return format_day(value.date() if isinstance(value, datetime) else value, mark)


@register.filter(expects_localtime=True)
def weekday_time(value: datetime | None, mark: str = "") -> str:
    """A day with its weekday and the time of day."""
    if value is None or value == "":
        return NO_DATA
    return f"{format_day(value.date(), mark)} {value:%H:%M}"


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Length of time by its two largest units: 2 days 3 hours. A plain number counts seconds."""
    if value is None:
        return NO_DATA
    seconds = abs(value.total_seconds() if isinstance(value, timedelta) else float(value))
    minutes = int(seconds // 60)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [
        ngettext("%(count)s day", "%(count)s days", days) % {"count": days} if days else "",
        ngettext("%(count)s h", "%(count)s h", hours) % {"count": hours} if hours else "",
        gettext("%(count)s min") % {"count": minutes} if (minutes and not days) or not (days or hours) else "",
    ]
    return " ".join(part for part in parts if part)


@register.filter
def listed(parts: Iterable[Any], mark: str = ", ") -> str:
    """Parts in a row, with the marks of the reader's language between them."""
    return gettext(mark).join(str(part) for part in parts)


@register.filter
def lasting(since: datetime | None, now: datetime | None = None) -> str:
    """How long something lasts since a moment, in the words of ``duration``."""
    return duration((now or timezone.now()) - since) if since else NO_DATA


def _left(due: datetime | timedelta) -> timedelta:
    return due if isinstance(due, timedelta) else due - timezone.now()


@register.filter
def remaining(due: datetime | timedelta | None) -> str:
    """Time left until ``due`` or time past it, in words: 还剩 5 小时 12 分, 超时 2 天."""
    if due is None or due == "":
        return ""
    left = _left(due)
    words = gettext("%(time)s left") if left > timedelta(0) else gettext("%(time)s late")
    return words % {"time": duration(left)}


@register.filter
def remaining_state(due: datetime | timedelta | None, soon_hours: float | str = 24) -> str:
    """ "late", "soon" (within ``soon_hours``) or "info" for a running deadline; "none" without one."""
    if due is None or due == "":
        return "none"
    left = _left(due)
    if left <= timedelta(0):
        return "late"
    return "soon" if left <= timedelta(hours=float(soon_hours)) else "info"


@register.filter
def state_icon(state: str) -> str:
    return STATES.get(state, STATES["info"])


@register.filter
def state_word(state: str) -> str:
    words = {
        "late": gettext("Overdue"),
        "soon": gettext("Due soon"),
        "met": gettext("Met"),
        "none": gettext("No data"),
    }
    return words.get(state, "")


@register.simple_tag(takes_context=True)
def query_string(context: Mapping[str, Any], **changes: Any) -> str:
    """The present address's query with ``changes``; None or "" removes, a list sets all its values."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value is None or value == "":
            continue
        query.setlist(name, [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)])
    text = query.urlencode()
    return f"?{text}" if text else "?"


@register.simple_tag(takes_context=True)
def sort_query(context: Mapping[str, Any], table: Any, column: Any) -> str:
    """The query that sorts ``table`` by ``column`` (again: the other way round), from the first page."""
    return query_string(
        context, **{table.prefixed_order_by_field: column.order_by_alias.next, table.prefixed_page_field: None}
    )


@register.simple_tag(takes_context=True)
def hidden_query(context: Mapping[str, Any], *without: str) -> SafeString:
    """Hidden fields that carry the present query through a GET form, except the names ``without``."""
    request = context.get("request")
    pairs = (
        []
        if request is None
        else [(name, value) for name, values in request.GET.lists() if name not in without for value in values]
    )
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag(takes_context=True)
def filter_chips(context: Mapping[str, Any], filterset: Any) -> list[dict[str, str]]:
    """What the list is narrowed by, each with the address that takes it off."""
    request, form = context.get("request"), getattr(filterset, "form", filterset)
    if request is None or form is None:
        return []
    chips = []
    for name in form.fields:
        field = form[name]
        sent = [key for key in request.GET if key == field.html_name or key.startswith(f"{field.html_name}_")]
        values = [value for key in sent for value in request.GET.getlist(key) if value]
        if not values:
            continue
        choices = {str(key): str(text) for key, text in _flat_choices(getattr(form.fields[name], "choices", ()))}
        yes_no = {"true": gettext("yes"), "on": gettext("yes"), "false": gettext("no")}
        shown = [choices.get(value) or yes_no.get(value, value) for value in values]
        query = request.GET.copy()
        for key in [*sent, "page"]:
            query.pop(key, None)
        chips.append({"label": str(field.label), "value": ", ".join(shown), "url": f"?{query.urlencode()}"})
    return chips


def _flat_choices(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, text in choices:
        if isinstance(text, list | tuple):
            yield from _flat_choices(text)
        else:
            yield key, text


@register.simple_tag
def column_choices(table: Any) -> list[dict[str, Any]]:
    """Every column a reader may show or hide."""
    return [
        {"name": name, "label": str(column.header), "shown": column.visible}
        for name, column in table.columns.columns.items()
        if str(column.header).strip() and name != "selection"
    ]


@register.filter
def sort_state(column: Any) -> str:
    """ "ascending", "descending" or "none" for aria-sort."""
    if not column.is_ordered:
        return "none"
    return "descending" if column.order_by_alias.is_descending else "ascending"


@register.filter
def page_numbers(page: Any) -> Sequence[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


def is_group(field: BoundField) -> bool:
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def field_kind(field: BoundField) -> str:
    """ "check" for one tick, "group" for several, "file", or "line" for everything else."""
    widget = field.field.widget
    if is_group(field):
        return "group"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "line"


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's own control with our class, tied to its help and its errors for screen readers."""
    widget = field.field.widget
    look = "form-control"
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        look = "form-check-input"
    elif isinstance(widget, Select):
        look = "form-select"
    classes = [widget.attrs.get("class", ""), look, "is-invalid" if field.errors else ""]
    attrs: dict[str, Any] = {"class": " ".join(part for part in classes if part)}
    described = [f"{field.auto_id}_help"] if field.help_text else []
    if field.errors:
        attrs["aria-invalid"] = "true"
        described.insert(0, f"{field.auto_id}_errors")
    if described and not is_group(field):
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.filter
def has_file(form: Any) -> bool:
    return bool(form is not None and form.is_multipart())


@register.simple_tag
def json_chart(spec: Any, element_id: str) -> SafeString:
    """A chart's data as a JSON block; NaN becomes null, because no data is never zero."""
    return json_script(plain(spec), element_id)


@register.filter
def cell(value: Any) -> str:
    """A value of a chart's table: numbers formatted, None as a dash."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NO_DATA
    if isinstance(value, str | bool):
        return str(value)
    return format_figure(value)


@register.filter
def is_number(value: Any) -> bool:
    return value is None or isinstance(value, int | float | Decimal)


@register.simple_tag
def sparkline(
    values: Sequence[float | None],
    *,
    target: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    signals: Sequence[int] = (),
    label: str = "",
) -> SafeString:
    """A small line drawn on the server: gaps where there is no data, target dashed, limits as a band."""
    points = [number(value) for value in values]
    known = [value for value in [*points, number(target), number(lower), number(upper)] if value is not None]
    if not any(point is not None for point in points):
        return format_html('<span class="no-data">{}</span>', gettext("no data"))
    bottom, top = min(known), max(known)
    height, width = 28.0, 120.0
    scale = (height - 6) / ((top - bottom) or 1.0)

    def at(value: float) -> float:
        return round(height - 3 - (value - bottom) * scale, 1)

    def along(index: int) -> float:
        return round(3 + index * (width - 6) / max(len(points) - 1, 1), 1)

    parts = []
    low, high = number(lower), number(upper)
    if low is not None and high is not None:
        parts.append(
            f'<rect class="spark-band" x="0" y="{at(high)}" width="{width}" height="{round(at(low) - at(high), 1)}"/>'
        )
    goal = number(target)
    if goal is not None:
        parts.append(f'<line class="spark-target" x1="0" x2="{width}" y1="{at(goal)}" y2="{at(goal)}"/>')
    path, pen_down = [], False
    for index, value in enumerate(points):
        if value is not None:
            path.append(f"{'L' if pen_down else 'M'}{along(index)} {at(value)}")
        pen_down = value is not None
    parts.append(f'<path class="spark-line" d="{" ".join(path)}"/>')
    last = max(index for index, value in enumerate(points) if value is not None)
    for index in sorted({last, *signals}):
        value = points[index] if 0 <= index < len(points) else None
        if value is not None:
            look = "spark-signal" if index in signals else "spark-last"
            parts.append(f'<circle class="{look}" cx="{along(index)}" cy="{at(value)}" r="2.5"/>')
    return format_html(
        '<svg class="sparkline" viewBox="0 0 {} {}" role="img" aria-label="{}" preserveAspectRatio="none">{}</svg>',
        int(width),
        int(height),
        label or gettext("Trend"),
        mark_safe("".join(parts)),  # noqa: S308  numbers only
    )


@register.filter
def language_name(code: str) -> str:
    return {"zh-hans": "中文", "en": "English"}.get(code, code)


@register.filter
def initials(user: Any) -> str:
    """One or two characters that stand for a person."""
    name = str(
        getattr(user, "display_name", "")
        or getattr(user, "name", "")
        or getattr(user, "get_full_name", lambda: "")()
        or user
    ).strip()
    if not name:
        return pgettext("unknown person", "?")
    if name.isascii():
        return "".join(part[0] for part in name.split()[:2]).upper()
    return name[-2:]


@register.filter
def escape_lines(value: str) -> SafeString:
    """Text with its line breaks and nothing else."""
    return format_html_join(mark_safe("<br>"), "{}", ((conditional_escape(line),) for line in str(value).splitlines()))


@register.filter
def option_groups(field: BoundField) -> list[tuple[str, list[Any]]]:
    """The options of a choice drawn as boxes, under the headings their choices come with ("" for none)."""
    boxes = list(field.subwidgets)
    found: list[tuple[str, list[Any]]] = []
    at = 0
    for value, label in field.field.choices:  # type: ignore[attr-defined]
        size = len(label) if isinstance(label, list | tuple) else 1
        name = str(value) if isinstance(label, list | tuple) else ""
        if not name and found and not found[-1][0]:
            found[-1][1].extend(boxes[at : at + size])
        else:
            found.append((name, boxes[at : at + size]))
        at += size
    return found
