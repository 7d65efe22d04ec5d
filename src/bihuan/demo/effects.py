"""The four stories that come out of the surveys; docs/demo.md says what each should show."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from bihuan.demo import questionnaire as q
from bihuan.demo import wording as w
from bihuan.demo.bringing import bring
from bihuan.demo.figures import Brought, change, figure, said, value_of
from bihuan.demo.people import HEADS
from bihuan.demo.stories import Case, drafted, fresh, planned, reply, settle, verify
from bihuan.demo.telling import Stage, Story, chance_of
from bihuan.demo.waves import DIRTY_LINE, LATE_STATION, RUDE_LINE, SLOW_LINE, Wave, waves
from bihuan.demo.wording import Problem
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.records.services import comment_add
from bihuan.rectification import services as act
from bihuan.rectification.models import Action, Finding, Notice
from bihuan.surveys.mapping import Side
from servicequality.results import Estimate


@dataclass
class Surveys:
    """The waves of the year and what has been brought in so far."""

    stage: Stage
    waves: list[Wave]
    brought: list[Brought] = field(default_factory=list)

    def day(self, number: int, later: int) -> date:
        """``later`` working days after the wave was imported."""
        return self.stage.workday(self.waves[number].imported_on, later)


@dataclass
class Told:
    """One survey story: the finding, its notice, and the words of the unit's answers."""

    surveys: Surveys
    case: Case
    finding: Finding
    notice: Notice
    actions: list[Action]

    @property
    def stage(self) -> Stage:
        return self.surveys.stage


def imports(surveys: Surveys) -> Story:
    """The office brings each wave's file in after the fieldwork."""
    stage = surveys.stage
    for wave in surveys.waves:
        yield stage.office_time(wave.imported_on, chance_of(5, wave.number))
        with stage.acting("office") as actor:
            surveys.brought.append(bring(actor=actor, unit=stage.units.company, wave=wave))


def begin(
    surveys: Surveys,
    number: int,
    problem: Problem,
    *,
    unit: OrgUnit,
    asset: Asset | None,
    figures: list[tuple[str, Estimate]],
    row: tuple[str, str, str],
    title: str,
) -> Generator[datetime, None, Told]:
    """Raise the finding from wave ``number`` and issue the notice; ends with what goes on."""
    stage, brought = surveys.stage, surveys.brought[number]
    chance = chance_of(6, sum(problem.theme.encode()))
    line = asset.code if asset else ""
    case = Case(problem, "major", unit, asset, line, brought.wave.title, "office", stage.moment.now, chance)
    with stage.acting("office") as actor:
        finding = act.finding_raise(
            actor=actor,
            unit=unit,
            title=title,
            fact=problem.fact + "；".join(f"{name}{said(one)}" for name, one in figures) + "。",
            severity="major",
            source=brought.record,
            source_label=brought.wave.title,
            evidence={
                "figures": [figure(name, one) for name, one in figures],
                "note": "七分制感知得分，区间为 95% 置信区间。",
                # The row of the results it stands in, so that the results page shows that something is being done.
                "row": ["group", row[0], "dimension", row[1], Side.PERCEPTION.value, row[2]],
            },
            clause=problem.clause,
            dimension=problem.theme,
            asset=asset,
        )
    yield stage.moment.now + timedelta(minutes=40)
    notice = drafted(stage, finding)
    yield stage.moment.now + timedelta(minutes=30)
    with stage.acting("office") as actor:
        act.notice_issue(actor=actor, notice=fresh(notice))
    yield stage.moment.now + timedelta(hours=2)
    with stage.acting(HEADS[unit.code]) as actor:
        act.notice_acknowledge(actor=actor, notice=fresh(notice))
    return Told(surveys, case, finding, notice, planned(stage, case, finding))


def answer(told: Told, days: int, extra: str = "", file: tuple[str, str] | None = None) -> Iterator[datetime]:
    stage = told.stage
    yield stage.office_time(stage.moment.now.date(), told.case.chance, days)
    settle(stage, told.case, told.actions)
    files = (ContentFile(file[1].encode(), name=file[0]),) if file else ()
    reply(stage, told.case, told.notice, extra, files)


def remarked(told: Told, username: str, text: str) -> None:
    with told.stage.acting(username) as actor:
        comment_add(subject=fresh(told.notice), actor=actor, text=text)


def judge(told: Told, verdict: str, words: str, **more: Any) -> None:
    verify(told.stage, told.case, told.notice, verdict, words, **more)


def compared(told: Told, dimension: str, line: str, first: int, second: int) -> tuple[str, dict[str, Any]]:
    """A line before and after: the sentence and the figures to keep."""
    before, after = told.surveys.brought[first], told.surveys.brought[second]
    one, two = before.line(line, dimension), after.line(line, dimension)
    moved = change(one, two)
    words = f"{line}{dimension}感知得分：{before.month} {said(one)}，{after.month} {said(two)}；变化 {said(moved)}。"
    names = (f"{line}{dimension} {before.month}", f"{line}{dimension} {after.month}", "变化")
    figures = [figure(name, value) for name, value in zip(names, (one, two, moved), strict=True)]
    return words, {"figures": figures}


def line_figures(brought: Brought, line: str, dimension: str) -> list[tuple[str, Estimate]]:
    return [
        (f"{line}{dimension}", brought.line(line, dimension)),
        (f"全公司{dimension}", brought.company(dimension)),
    ]


def below(brought: Brought, line: str, dimension: str) -> float:
    return value_of(brought.company(dimension)) - value_of(brought.line(line, dimension))


def spring(
    surveys: Surveys, line: str, dimension: str, problem: Problem, later: int
) -> Generator[datetime, None, Told]:
    """From the second wave: one line stands out below the company."""
    stage = surveys.stage
    yield stage.office_time(surveys.day(1, later), chance_of(7, later))
    brought = surveys.brought[1]
    asset = stage.units.lines[line]
    gap = below(brought, line, dimension)
    return (
        yield from begin(
            surveys,
            1,
            problem,
            unit=asset.unit,
            asset=asset,
            figures=line_figures(brought, line, dimension),
            row=(q.LINE, dimension, line),
            title=f"{line}{dimension}低于全公司 {gap:.1f} 分",
        )
    )


def clean_line(surveys: Surveys) -> Story:
    """Worked: the next wave shows it, and the verdict rests on both waves."""
    told: Told = yield from spring(surveys, DIRTY_LINE, q.TANGIBLES, w.DIRTY, 2)
    yield from answer(told, 5, file=w.CLEANING_LIST)
    yield told.stage.office_time(told.stage.moment.now.date(), told.case.chance, 2)
    judge(told, "too_early", w.WAIT_FOR_WAVE, recheck_on=surveys.day(2, 2))
    yield told.stage.office_time(surveys.day(2, 3), told.case.chance)
    words, figures = compared(told, q.TANGIBLES, DIRTY_LINE, 1, 2)
    judge(told, "effective", words + "区间不含零，改善明显，现场复查 5 台车内饰已更新。", figures=figures)


def rude_line(surveys: Surveys) -> Story:
    """Did not work: the training was held, the figure stayed; the notice is open again."""
    told: Told = yield from spring(surveys, RUDE_LINE, q.ASSURANCE, w.RUDE, 3)
    yield from answer(told, 6, file=w.TRAINING_LIST)
    yield told.stage.office_time(told.stage.moment.now.date(), told.case.chance, 2)
    recheck = told.stage.workday_before(4)
    day = max(surveys.day(4, 1), recheck)
    judge(told, "too_early", w.TRAINING_FIRST, recheck_on=day - timedelta(days=1))
    yield told.stage.office_time(day, told.case.chance)
    words, figures = compared(told, q.ASSURANCE, RUDE_LINE, 1, 4)
    judge(told, "not_effective", words + "区间包含零，看不出变化；一次性培训没有改变日常言行。", figures=figures)
    yield told.stage.moment.now + timedelta(hours=3)
    remarked(told, "director", w.WHY_NOT)


def slow_line(surveys: Surveys) -> Story:
    """Below in every wave: one measure failed, the second is still being watched."""
    told: Told = yield from spring(surveys, SLOW_LINE, q.RESPONSIVENESS, w.SLOW, 4)
    yield from answer(told, 4)
    yield told.stage.office_time(told.stage.moment.now.date(), told.case.chance, 3)
    judge(told, "too_early", w.WAIT_FOR_WAVE, recheck_on=surveys.day(2, 3))
    yield told.stage.office_time(surveys.day(2, 4), told.case.chance)
    words, figures = compared(told, q.RESPONSIVENESS, SLOW_LINE, 1, 2)
    judge(told, "not_effective", words + "区间包含零，没有改善。", figures=figures)
    told.case = replace(told.case, problem=w.SLOW_AGAIN)
    yield from answer(told, 5, "上次只提醒驾驶员，没有触及运力和答复流程。")
    yield told.stage.office_time(told.stage.moment.now.date(), told.case.chance, 3)
    judge(told, "too_early", w.WAIT_FOR_WAVE, recheck_on=surveys.day(4, 2))
    yield told.stage.office_time(surveys.day(4, 3), told.case.chance)
    words, figures = compared(told, q.RESPONSIVENESS, SLOW_LINE, 2, 4)
    again = told.stage.workday(told.stage.today, 9)
    judge(told, "too_early", words + "区间车上月下旬才开行，再看一个波次。", recheck_on=again, figures=figures)


def late_station(surveys: Surveys) -> Story:
    """A station below the two others, which cannot be told apart."""
    stage = surveys.stage
    yield stage.office_time(surveys.day(4, 2), chance_of(8))
    brought = surveys.brought[4]
    figures = [
        (f"{name}{q.RELIABILITY}", brought.station(name, q.RELIABILITY)) for name in (LATE_STATION, "城北站", "城南站")
    ]
    unit = stage.units.by_code["QY-XH"]
    title, row = f"{LATE_STATION}{q.RELIABILITY}低于另外两站", (q.STATION, q.RELIABILITY, LATE_STATION)
    told: Told = yield from begin(surveys, 4, w.LATE, unit=unit, asset=None, figures=figures, row=row, title=title)
    yield from answer(told, 6)
    yield stage.office_time(stage.moment.now.date(), told.case.chance, 2)
    judge(told, "too_early", w.WAIT_FOR_WAVE, recheck_on=stage.workday(stage.today, 20))


def survey_stories(stage: Stage) -> Iterator[Story]:
    surveys = Surveys(stage, waves(stage.today))
    yield imports(surveys)
    for story in (clean_line, rude_line, slow_line, late_station):
        yield story(surveys)
