"""Surveys in the field: codes on board that never close, and the December survey being prepared."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bihuan.demo import questionnaire as q
from bihuan.demo.moment import at
from bihuan.demo.organisation import LINES
from bihuan.demo.remarks import remark
from bihuan.demo.scan_form import PURPOSES, RATED, scan_form
from bihuan.demo.telling import Chance, Stage, Story, chance_of
from bihuan.demo.waves import SHARES, WAVES_SO_FAR, planted
from bihuan.foundation.actor import Actor
from bihuan.instruments.services import instrument_with_version
from bihuan.surveys.models import Campaign, Door
from bihuan.surveys.services import Submission, answer_submit
from bihuan.surveys.services.campaigns import campaign_create, campaign_open
from bihuan.surveys.services.doors import door_add, doors_for_assets
from bihuan.surveys.services.fielding import campaign_units_set, quotas_generate, segment_save

OPEN_FOR = 60  # days the codes have been on board
A_DAY = 15.0  # answers on an average day
SEEN = {"responsiveness": 3.7, "reliability": 4.0, "tangibles": 3.9, "assurance": 4.05, "empathy": 3.85}
NAMES = dict(
    zip(
        ("tangibles", "reliability", "responsiveness", "assurance", "empathy"),
        (q.TANGIBLES, q.RELIABILITY, q.RESPONSIVENESS, q.ASSURANCE, q.EMPATHY),
        strict=True,
    )
)
SHARE_OF_TRIPS = {"work": 0.5, "school": 0.2, "other": 0.3}
# Commuters fill the buses; people with time to answer are mostly others.
WEIGHTS = {"work": Decimal("0.62"), "school": Decimal("0.18"), "other": Decimal("0.20")}
FROM_SEVEN = 0.62  # a point on the waves' seven-point scale in points of the five-point one
# Two stickers came off: their buses send nothing.
SILENT = (("2路", 3), ("6路", 1))


def level(value: float, chance: Chance, spread: float = 0.75) -> int:
    return int(min(5, max(1, round(value + chance.normal(0, spread)))))


def scanned(line: str, chance: Chance, day: date) -> dict[str, Any]:
    """What one passenger answers on ``line``."""
    shift = planted(WAVES_SO_FAR, line)
    mood = chance.normal(0, 0.45)
    rated = {
        code: level(SEEN[dimension] + FROM_SEVEN * shift[NAMES[dimension]] + mood, chance)
        for code, _zh, _en, dimension, _quality in RATED
    }
    mean = sum(rated.values()) / len(rated)
    overall = level(mean, chance, 0.4)
    purpose = str(chance.choice([code for code, _zh, _en in PURPOSES], p=list(SHARE_OF_TRIPS.values())))
    said = remark(chance, line, WAVES_SO_FAR, mood, is_winter=day.month in {12, 1, 2})
    answers: dict[str, Any] = {
        **rated,
        "overall": overall,
        "recommend": int(min(10, max(0, round(2.1 * overall - 0.6 + chance.normal(0, 1.2))))),
        "purpose": purpose,
    }
    if said:
        answers["why" if overall <= 2 else "word"] = said
        if chance.random() < 0.6:
            answers["quote"] = True
    return answers


def prepared(stage: Stage, actor: Actor) -> Campaign:
    form = instrument_with_version(
        actor=actor,
        unit=stage.units.company,
        title="扫码说说这趟车",
        kind="questionnaire",
        body=scan_form(),
        note="首版",
    )
    campaign = campaign_create(
        actor=actor,
        unit=stage.units.company,
        title="车上扫码评价",
        version=form.versions.get(),
        target=50,
        target_basis="unit",
    )
    campaign_units_set(campaign=campaign, actor=actor, targets={unit.pk: None for unit in stage.units.stations})
    for code, zh, _en in PURPOSES:
        segment_save(
            campaign=campaign,
            actor=actor,
            name=zh,
            code=code,
            weight=WEIGHTS[code],
            item="purpose",
            answers=[code],
        )
    doors_for_assets(campaign=campaign, actor=actor, kinds=["vehicle"], units=stage.units.stations)
    return campaign


def passengers(stage: Stage, day: date) -> Iterator[tuple[int, str, int, Chance]]:
    """(second of the day, line, vehicle, its chance) of everybody who scans on one day."""
    chance = chance_of(21, day.toordinal())
    weights = [SHARES[name] for name, _course, _code in LINES]
    total = sum(weights)
    for place in range(int(chance.poisson(A_DAY))):
        own = chance_of(22, day.toordinal(), place)
        line = LINES[int(own.choice(len(LINES), p=[weight / total for weight in weights]))][0]
        vehicle = int(own.integers(len(stage.units.vehicles[line])))
        if (line, vehicle) not in SILENT:
            yield int(own.integers(6 * 3600 + 1800, 22 * 3600)), line, vehicle, own


def scans(stage: Stage) -> Story:
    """The codes go on board; passengers answer day by day."""
    first = stage.today - timedelta(days=OPEN_FOR)
    yield at(first, "08:30")
    with stage.acting("office") as actor:
        campaign = prepared(stage, actor)
        campaign_open(campaign=campaign, actor=actor)
        doors = {door.asset_id: door for door in Door.objects.filter(campaign=campaign).select_related("unit")}
    for door in doors.values():
        door.campaign = campaign
    for number in range(OPEN_FOR + 1):
        day = first + timedelta(days=number)
        for second, line, vehicle, chance in sorted(passengers(stage, day), key=lambda one: one[0]):
            yield at(day, "00:00") + timedelta(seconds=second)
            asset = stage.units.vehicles[line][vehicle]
            door = doors[asset.pk]
            door.asset = asset
            given = Submission(
                answers=scanned(line, chance, day),
                client_uuid=uuid.UUID(bytes=chance.bytes(16), version=4),
                language="zh-hans" if chance.random() < 0.97 else "en",
                seconds=int(chance.integers(25, 120)),
            )
            answer_submit(door=door, given=given)


def december(stage: Stage) -> Story:
    """The year's satisfaction survey (requirement A4): prepared in November, opens on the first of December."""
    opens = date(stage.today.year, 12, 1)
    if stage.today >= opens:
        opens = stage.today + timedelta(days=3)
    yield at(stage.workday_before(6), "10:10")
    with stage.acting("office") as actor:
        campaign = campaign_create(
            actor=actor,
            unit=stage.units.company,
            title=f"{opens.year}年度乘客满意度调查",
            template="servqual",
            opens_at=at(opens, "08:00"),
            closes_at=at(opens + timedelta(days=24), "20:00"),
            target=50,
            target_basis="unit",
        )
        campaign_units_set(campaign=campaign, actor=actor, targets={unit.pk: None for unit in stage.units.stations})
        for name, code, weight, share in (
            ("通勤乘客", "commuter", "0.6", "0.5"),
            ("学生", "student", "0.15", "0.2"),
            ("老年乘客", "senior", "0.25", "0.3"),
        ):
            segment_save(
                campaign=campaign,
                actor=actor,
                name=name,
                code=code,
                weight=Decimal(weight),
                sample_share=Decimal(share),
            )
        quotas_generate(campaign=campaign, actor=actor, over_percent=20)
        door_add(campaign=campaign, actor=actor, kind=Door.Kind.LINK, label="官网与公众号")
        door_add(campaign=campaign, actor=actor, kind=Door.Kind.PAPER, label="车上发放纸质问卷")
