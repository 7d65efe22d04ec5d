"""Pages of calendars, policies and the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.duties import forms, selectors, services, tables
from bihuan.duties.models import Clock, DeadlinePolicy, WorkCalendar
from bihuan.duties.permissions import CALENDARS_MANAGE, CALENDARS_VIEW, CLOCKS_VIEW
from bihuan.duties.wording import day_kind_words, ledger_rows, reason_words, rule_words
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordPage
from servicequality.calendars import Calendar, DayKind
from servicequality.calendars.versions import WEEKDAYS


class CalendarList(ListPage[WorkCalendar]):
    required_permission = CALENDARS_VIEW
    model = WorkCalendar
    table_class = tables.CalendarTable
    title = _("Working calendars")
    empty_hint = _("Without a calendar no deadline can be counted. Add one for the whole company first.")
    create_url_name, create_label, create_permission = (
        "duties:calendar-create",
        _("Add a calendar"),
        CALENDARS_MANAGE,
    )

    def rows(self) -> QuerySet[WorkCalendar]:
        return super().rows().select_related("unit", "current")


def month_grid(calendar: Calendar, year: int) -> list[dict[str, Any]]:
    """Twelve months of days with their kind, Monday first."""
    months = []
    for month in range(1, 13):
        first = date(year, month, 1)
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        cells: list[dict[str, Any] | None] = [None] * first.weekday()
        for number in range(1, last.day + 1):
            day = date(year, month, number)
            kind = calendar.kind_of(day)
            cells.append(
                {
                    "day": number,
                    "kind": kind.value,
                    "label": day_kind_words(kind),
                    "provisional": calendar.is_provisional(day),
                    "special": kind in {DayKind.HOLIDAY, DayKind.MAKEUP},
                }
            )
        cells += [None] * (-len(cells) % 7)
        months.append({"month": first, "weeks": [cells[start : start + 7] for start in range(0, len(cells), 7)]})
    return months


class CalendarPage(RecordPage[WorkCalendar]):
    required_permission = CALENDARS_VIEW
    model = WorkCalendar
    template_name = "duties/calendar.html"

    def context(self) -> dict[str, Any]:
        calendar = self.record
        wanted = self.request.GET.get("year", "")
        year = int(wanted) if wanted.isdigit() and 1990 <= int(wanted) <= 2100 else timezone.localdate().year
        assert calendar.current is not None
        table = calendar.current.table
        spans = [
            {"label": forms.WEEKDAY_LABELS[name], "hours": table.to_dict()["weekly"].get(name, [])} for name in WEEKDAYS
        ]
        return {
            "title": calendar.name,
            "current": calendar.current,
            "versions": calendar.versions.all(),
            "spans": spans,
            "months": month_grid(table, year),
            "year": year,
            "may_manage": self.actor.can(CALENDARS_MANAGE, calendar.org_path),
        }


def days_text(days: list[Any]) -> str:
    """Days one a line, stretches of neighbours drawn together."""
    ordinals = sorted(date.fromisoformat(day).toordinal() for day in days)
    runs: list[list[int]] = []
    for ordinal in ordinals:
        if runs and ordinal == runs[-1][1] + 1:
            runs[-1][1] = ordinal
        else:
            runs.append([ordinal, ordinal])
    lines = []
    for begin, end in runs:
        first, last = date.fromordinal(begin).isoformat(), date.fromordinal(end).isoformat()
        lines.append(first if first == last else f"{first}..{last}")
    return "\n".join(lines)


def hours_text(spans: list[list[str]]) -> str:
    return ", ".join("-".join(span) for span in spans)


def calendar_initial(body: dict[str, Any]) -> dict[str, Any]:
    day_data = body["day_data"]
    return {
        "tz": body["tz"],
        **{name: hours_text(body["weekly"].get(name, [])) for name in WEEKDAYS},
        "makeup_hours": hours_text(body["makeup_hours"]),
        "holidays": days_text(day_data["holidays"]),
        "makeup_workdays": days_text(day_data["makeup_workdays"]),
        "published_through": day_data["published_through"],
    }


class CalendarCreate(FormView):
    required_permission = CALENDARS_MANAGE
    form_class = forms.CalendarForm
    title, submit_label = _("Add a calendar"), _("Publish")

    def initial(self) -> dict[str, Any]:
        return {**calendar_initial(services.shipped_calendar_body()), **super().initial()}

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        calendar = services.calendar_create(
            actor=self.actor, unit=given["unit"], name=given["name"], body=form.body(), note=given["note"]
        )
        return calendar.get_absolute_url()


class CalendarPublish(ActionView[WorkCalendar]):
    required_permission = CALENDARS_MANAGE
    model = WorkCalendar
    form_class = forms.CalendarVersionForm
    title, submit_label = _("Publish a new version"), _("Publish")

    def initial(self) -> dict[str, Any]:
        assert self.record.current is not None
        return calendar_initial(self.record.current.body)

    def act(self, record: WorkCalendar, form: Any) -> None:
        assert record.current is not None
        body = {**form.body(), "overrides": record.current.body.get("overrides", {})}
        services.calendar_publish(calendar=record, actor=self.actor, body=body, note=form.cleaned_data["note"])


class PolicyList(ListPage[DeadlinePolicy]):
    required_permission = CALENDARS_VIEW
    model = DeadlinePolicy
    table_class = tables.PolicyTable
    title = _("Deadline policies")
    empty_hint = _("A policy is a promise of time that records are held to.")
    create_url_name, create_label, create_permission = "duties:policy-create", _("Add a policy"), CALENDARS_MANAGE

    def rows(self) -> QuerySet[DeadlinePolicy]:
        return super().rows().select_related("unit", "current")


class PolicyPage(RecordPage[DeadlinePolicy]):
    required_permission = CALENDARS_VIEW
    model = DeadlinePolicy
    template_name = "duties/policy.html"

    def context(self) -> dict[str, Any]:
        policy = self.record
        versions = [{"version": version, "words": rule_words(version.engine_rule)} for version in policy.versions.all()]
        current = policy.current
        reasons = current.engine_rule.pause_reasons if current else ()
        return {
            "title": policy.name,
            "current": current,
            "words": rule_words(current.engine_rule) if current else "",
            "warn_percent": current.engine_rule.warn_percent if current else None,
            "pause_reasons": [reason_words(reason) for reason in reasons or ()],
            "versions": versions,
            "may_manage": self.actor.can(CALENDARS_MANAGE, policy.org_path),
        }


class PolicyCreate(FormView):
    required_permission = CALENDARS_MANAGE
    form_class = forms.PolicyForm
    title, submit_label = _("Add a policy"), _("Publish")

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        policy = services.policy_create(
            actor=self.actor,
            unit=given["unit"],
            key=given["key"],
            name=given["name"],
            rule=form.rule(),
            clause=given["clause"],
            note=given["note"],
        )
        return policy.get_absolute_url()


class PolicyPublish(ActionView[DeadlinePolicy]):
    required_permission = CALENDARS_MANAGE
    model = DeadlinePolicy
    form_class = forms.PolicyVersionForm
    title, submit_label = _("Publish a new version"), _("Publish")

    def initial(self) -> dict[str, Any]:
        current = self.record.current
        assert current is not None
        return {
            **current.rule,
            "clause": current.clause,
            "quiet_from": current.quiet_from,
            "quiet_until": current.quiet_until,
            "is_urgent": current.is_urgent,
        }

    def act(self, record: DeadlinePolicy, form: Any) -> None:
        given = form.cleaned_data
        assert record.current is not None
        rule = form.rule()
        reasons = record.current.rule.get("pause_reasons")
        if reasons is not None:
            rule["pause_reasons"] = reasons
        services.policy_publish(
            policy=record,
            actor=self.actor,
            rule=rule,
            note=given["note"],
            clause=given["clause"],
            quiet_from=given["quiet_from"],
            quiet_until=given["quiet_until"],
            is_urgent=given["is_urgent"],
        )


class LedgerPage(RecordPage[Clock]):
    """Why a deadline is what it is, day by day; prints on A4."""

    required_permission = CLOCKS_VIEW
    model = Clock
    template_name = "duties/ledger.html"

    def queryset(self) -> QuerySet[Clock]:
        return super().queryset().select_related("policy__policy", "calendar__calendar")

    def context(self) -> dict[str, Any]:
        clock = self.record
        state = selectors.clock_ledger(clock, timezone.now())
        subject: Any = clock.subject.load()
        return {
            "title": clock.subject_label,
            "state": state,
            "words": rule_words(clock.policy.engine_rule),
            "rows": ledger_rows(state.ledger),
            "cycles": clock.cycles.all(),
            "alerts": clock.alerts.all(),
            "subject_url": subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else "",
        }
