"""The progress of one survey while it is in the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.foundation.tables import csv_lines, xlsx_bytes
from bihuan.surveys.models import Campaign, Door
from bihuan.surveys.selectors import progress as reads
from bihuan.surveys.selectors.quality import check_of
from bihuan.surveys.views.frame import address, frame_of
from bihuan.surveys.views.parts import PartView
from servicequality.fieldwork import Forecast, forecast_total, response_rate

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_DOORS = 30


def last_day(campaign: Campaign) -> date | None:
    return timezone.localdate(campaign.closes_at) if campaign.closes_at else None


def outlook(campaign: Campaign, found: reads.Answered, target: int) -> Forecast | None:
    """Where the count will stand at the end; None without an end or once it is over."""
    last, today = last_day(campaign), timezone.localdate()
    if campaign.state != "open" or last is None or last < today:
        return None
    return forecast_total(sorted(found.by_day.items()), today=today, last=last, target=target)


def outlook_words(forecast: Forecast | None, last: date | None, target: int) -> str:
    if forecast is None or forecast.expected is None or last is None:
        return ""
    facts = {"n": round(forecast.expected), "day": last.isoformat(), "short": forecast.short, "target": target}
    if forecast.short:
        return _("At this pace %(n)s by %(day)s: %(short)s short.") % facts
    return _("At this pace %(n)s by %(day)s: enough.") % facts


def daily_chart(campaign: Campaign, found: reads.Answered, target: int) -> dict[str, Any] | None:
    """Answers added up day by day beside the pace that would just reach the target."""
    if not found.by_day:
        return None
    opened = timezone.localdate(campaign.opened_at) if campaign.opened_at else min(found.by_day)
    first, last = min(opened, *found.by_day), max(found.by_day)
    end = max(last_day(campaign) or last, last)
    days = [first + timedelta(days=place) for place in range(min((end - first).days, 400) + 1)]
    total, reached, planned = 0, [], []
    today = timezone.localdate()
    for place, day in enumerate(days):
        total += found.by_day.get(day, 0)
        reached.append(total if day <= max(today, last) else None)
        planned.append(round(target * (place + 1) / len(days), 1))
    return {
        "id": "daily",
        "title": _("%(n)s of %(target)s answers") % {"n": found.total, "target": target},
        "subtitle": _("answers added up by day, and the pace that reaches the number wanted"),
        "spec": {
            "kind": "line",
            "x": [day.isoformat() for day in days],
            "series": [
                {"name": _("answers"), "values": reached},
                {"name": _("pace needed"), "values": planned, "dashed": True},
            ],
            "min": 0,
        },
        "columns": [_("day"), _("answers that day"), _("answers so far"), _("pace needed")],
        "rows": [
            [day.isoformat(), found.by_day.get(day, 0), done, plan]
            for day, done, plan in zip(days, reached, planned, strict=True)
            if done is not None
        ],
        "size": "md",
    }


def channel_rows(campaign: Campaign, found: reads.Answered) -> list[dict[str, Any]]:
    """Every channel with its answers; a response rate only where people were invited."""
    labels = dict(Door.Kind.choices)
    asked = {one.channel: one for one in reads.asked_of(campaign)}
    papers = reads.papers_of(campaign)
    rows = []
    for kind in dict.fromkeys([*(kind for kind in labels if found.by_channel.get(kind)), *asked]):
        one = asked.get(kind)
        rate = None
        if one is not None and one.reached + one.unreached:
            rate = response_rate(min(one.answered, one.reached + one.unreached), one.reached, one.unreached)
        elif kind == Door.Kind.PAPER and papers["issued"]:
            rate = response_rate(min(papers["valid"], papers["issued"]), papers["issued"])
        rows.append(
            {
                "label": labels.get(kind, kind),
                "answers": found.by_channel.get(kind, 0),
                "asked": (one.reached + one.unreached) if one else None,
                "unreached": one.unreached if one else None,
                "rate": rate,
            }
        )
    return rows


class CampaignProgress(PartView):
    """Enough or short, where, and what can still be done about it; of a part, its own units alone."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        campaign, part = self.record, self.part
        found, target = reads.answered(campaign, part), reads.target_of(campaign, part)
        wanted = request.GET.get("export")
        if wanted in {"csv", "xlsx"}:
            return self.as_file(wanted, found, target)
        forecast = outlook(campaign, found, target)
        silent = reads.silent_doors(campaign, found, part)
        context = {
            **frame_of(campaign, self.actor, "campaign-progress", _("Progress")),
            "found": found,
            "target": target,
            "whole": reads.Need(campaign.title, found.total, target),
            "forecast": forecast,
            "outlook": outlook_words(forecast, last_day(campaign), target),
            "units": reads.unit_needs(campaign, found, part),
            "chart": daily_chart(campaign, found, target),
            "silent": silent[:SHOWN_DOORS],
            "silent_more": max(0, len(silent) - SHOWN_DOORS),
            "is_live": campaign.state == "open",
            **(self.of_the_whole(found, target) if part is None else self.of_a_part(found)),
        }
        return render(request, "surveys/progress/page.html", context)

    def of_a_part(self, found: reads.Answered) -> dict[str, Any]:
        """Who was asked, what was begun and what a check found are kept for the survey, not apart by unit."""
        labels = dict(Door.Kind.choices)
        channels = [{"label": labels.get(kind, kind), "answers": n} for kind, n in sorted(found.by_channel.items())]
        return {"channels": channels, "is_part": True}

    def of_the_whole(self, found: reads.Answered, target: int) -> dict[str, Any]:
        campaign = self.record
        begun = reads.begun_by_section(campaign)
        left_open = sum(n for _name, n in begun)
        return {
            "segments": reads.segment_needs(campaign, found, target),
            "channels": channel_rows(campaign, found),
            "papers": reads.papers_of(campaign),
            "begun": begun if left_open else [],
            "left_open": left_open,
            "completion": found.total / (found.total + left_open) if found.total else None,
            "check": check_of(campaign),
            "quality_url": address("campaign-quality", campaign),
            "turned_away": reads.turned_away(campaign),
            "may_remind": reads.may_remind(campaign),
            "invitations_url": address("campaign-invitations", campaign),
        }

    def as_file(self, kind: str, found: reads.Answered, target: int) -> HttpResponseBase:
        """All tables of the page in one list."""
        campaign, part = self.record, self.part
        shown = self.of_the_whole(found, target) if part is None else self.of_a_part(found)
        rows: list[Sequence[Any]] = [[_("table"), _("name"), _("answers"), _("wanted"), _("short")]]
        name = _("whole survey") if part is None else _("own units")
        rows.append([name, campaign.title, found.total, target, max(0, target - found.total)])
        for name, needs in (
            (_("unit"), reads.unit_needs(campaign, found, part)),
            (_("segment"), shown.get("segments", [])),
        ):
            rows += [[name, one.name, one.answers, one.target, one.short if one.target else None] for one in needs]
        rows += [[_("channel"), str(one["label"]), one["answers"], None, None] for one in shown["channels"]]
        rows += [[_("day"), day.isoformat(), n, None, None] for day, n in sorted(found.by_day.items())]
        response: HttpResponseBase
        if kind == "csv":
            response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
        else:
            response = HttpResponse(xlsx_bytes(rows, _("Progress")), content_type=SHEET)
        file = f"{campaign.title}-{_('Progress')}-{timezone.localdate():%Y%m%d}.{kind}"
        header = content_disposition_header(as_attachment=True, filename=file)
        response["Content-Disposition"] = header or "attachment"
        return response
