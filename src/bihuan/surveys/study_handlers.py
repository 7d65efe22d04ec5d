"""What on-site studies and the voice of staff put into the house at start-up."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bihuan.foundation import navigation, today
from bihuan.foundation.actor import Actor
from bihuan.foundation.today import Group, TodayItem, TodayShare
from bihuan.records.services import register_actions, register_fields, register_subject, register_values
from bihuan.surveys.models import StaffVoice, StudyTalk, StudyVisit
from bihuan.surveys.permissions import (
    STAFF_ANSWER,
    STAFF_SPEAK,
    STAFF_VIEW,
    STUDIES_CARRY_OUT,
    STUDIES_CLOSE,
    STUDIES_VIEW,
)

SHOWN = 8
AHEAD = timedelta(days=14)


def _visit_item(group: Group, visit: StudyVisit, what: str, at: datetime) -> TodayItem:
    return TodayItem(group, str(visit), what, visit.get_absolute_url(), visit.unit.name, at, "study")


def share(actor: Actor, now: datetime, _last_seen: datetime) -> TodayShare:
    items: list[TodayItem] = []
    if actor.can_somewhere(STUDIES_CARRY_OUT):
        day = timezone.localdate(now)
        rows = StudyVisit.objects.for_permission(actor, STUDIES_CARRY_OUT).filter(state="planned")
        for visit in rows.filter(planned_on__lte=day + AHEAD).select_related("unit").order_by("planned_on")[:SHOWN]:
            planned = visit.planned_on or day
            group: Group = "late" if planned < day else "due"
            end = timezone.make_aware(datetime.combine(planned, time(23, 59)))
            items.append(_visit_item(group, visit, _now("Hold the on-site study"), end))
    if actor.can_somewhere(STUDIES_CLOSE):
        rows = StudyVisit.objects.for_permission(actor, STUDIES_CLOSE).filter(state="reported")
        if actor.user_id:
            rows = rows.exclude(reported_by_id=actor.user_id)
        for visit in rows.select_related("unit").order_by("reported_at")[:SHOWN]:
            items.append(_visit_item("due", visit, _now("Read the report and close"), visit.reported_at or now))
    if actor.can_somewhere(STAFF_ANSWER):
        voices = StaffVoice.objects.for_permission(actor, STAFF_ANSWER).filter(state="handed_in")
        items += [
            TodayItem(
                "due",
                str(voice),
                _now("Answer the voice of staff"),
                voice.get_absolute_url(),
                voice.unit.name,
                voice.handed_in_at,
                "staff_voice",
            )
            for voice in voices.select_related("unit").order_by("handed_in_at")[:SHOWN]
            if voice.speaker_id is None or voice.speaker_id != actor.user_id
        ]
    totals: dict[Group, int] = {
        "due": sum(item.group == "due" for item in items),
        "late": sum(item.group == "late" for item in items),
    }
    return TodayShare(tuple(items), totals)


def connect() -> None:
    register_subject("surveys.studyplan", STUDIES_VIEW, STUDIES_VIEW)
    register_subject("surveys.studyvisit", STUDIES_VIEW, STUDIES_VIEW)
    register_subject("surveys.staffvoice", STAFF_VIEW, STAFF_VIEW)
    register_actions(
        {
            "study_draw": _("drew the units"),
            "study_talk": _("entered an interview or forum"),
            "study_note_withdraw": _("withdrew a note"),
            "hand_in": _("handed it in"),
        }
    )
    register_fields({"units": _("units"), "seed": _("seed"), "who": _("role or segment"), "note": _("note")})
    register_values("kind", dict(StudyTalk.Kind.choices))
    entry = navigation.Entry
    navigation.register(
        entry("voice", _("On-site studies"), "surveys:studies", STUDIES_VIEW, 50),
        entry("voice", _("Voice of staff"), "surveys:staff-voices", STAFF_SPEAK, 55),
    )
    today.register(share)
