"""How one finding goes on: put right on the spot, or by a written notice with answer and check."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from bihuan.demo import wording as w
from bihuan.demo.people import HEADS
from bihuan.demo.telling import Chance, Stage, Story
from bihuan.demo.wording import Problem
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.rectification import services as act
from bihuan.rectification.models import Action, ExtensionRequest, Finding, Notice


@dataclass
class Case:
    """One problem seen at one place; ``ends`` stops its story early so that today has work to do."""

    problem: Problem
    severity: str
    unit: OrgUnit
    asset: Asset | None
    line: str
    source: str
    reporter: str
    at: datetime
    chance: Chance
    ends: str = ""

    def text(self, words: str) -> str:
        vehicle = self.asset.code if self.asset and self.asset.kind == "vehicle" else "该车"
        hour = f"{timezone.localtime(self.at):%-H时%M分}"
        return words.format(line=self.line, vehicle=vehicle, hour=hour)

    def pick(self, texts: tuple[str, ...]) -> str:
        return texts[int(self.chance.integers(len(texts)))]

    def happens(self, share: float) -> bool:
        return bool(self.chance.random() < share)


def fresh(record: Any) -> Any:
    """The record as it stands now: the scanner or another story may have touched it."""
    return type(record).objects.get(pk=record.pk)


def raised(stage: Stage, case: Case) -> Finding:
    problem = case.problem
    with stage.acting(case.reporter) as actor:
        return act.finding_raise(
            actor=actor,
            unit=case.unit,
            title=case.text(problem.title),
            fact=case.text(problem.fact),
            severity=case.severity,
            source_label=case.source,
            clause=problem.clause,
            dimension=problem.theme,
            asset=case.asset,
        )


def checker(case: Case) -> str:
    return "inspector" if case.reporter != "inspector" or case.happens(0.5) else "inspector2"


def ordinary(stage: Stage, case: Case) -> Story:
    """Verbal order, corrected on the spot, looked at by somebody else."""
    yield case.at
    finding = raised(stage, case)
    if not case.ends and case.happens(0.05):
        yield stage.office_time(case.at.date(), case.chance, 1)
        with stage.acting("office") as actor:
            act.finding_dismiss(actor=actor, finding=fresh(finding), reason=case.pick(w.DISMISSALS))
        return
    yield case.at + timedelta(minutes=int(case.chance.integers(15, 240)))
    yield from corrected(stage, case, finding)
    if case.happens(0.08):
        with stage.acting(checker(case)) as actor:
            act.finding_not_corrected(actor=actor, finding=fresh(finding), reason=w.NOT_CORRECTED)
        yield stage.office_time(stage.moment.now.date() + timedelta(days=1), case.chance)
        yield from corrected(stage, case, finding)
    with stage.acting(checker(case)) as actor:
        act.finding_confirm(actor=actor, finding=fresh(finding), evidence=case.text(case.problem.seen))


def corrected(stage: Stage, case: Case, finding: Finding) -> Iterator[datetime]:
    with stage.acting(HEADS[case.unit.code]) as actor:
        act.finding_correct_on_spot(actor=actor, finding=fresh(finding), correction=case.text(case.problem.correction))
    if case.ends == "corrected":
        yield stage.now + timedelta(days=1)
    later = int(case.chance.integers(0, 3))
    yield stage.office_time(stage.moment.now.date() + timedelta(days=1), case.chance, later)


def written(stage: Stage, case: Case) -> Story:
    """A numbered notice: received, answered, checked, and again if it did not help."""
    yield case.at
    finding = raised(stage, case)
    if case.ends == "raised":
        return
    yield stage.office_time(case.at.date() + timedelta(days=1), case.chance)
    notice = drafted(stage, finding)
    if case.ends == "drafted":
        return
    yield stage.moment.now + timedelta(minutes=35)
    with stage.acting("office") as actor:
        act.notice_issue(actor=actor, notice=fresh(notice))
    yield stage.moment.now + timedelta(hours=1, minutes=int(case.chance.integers(0, 60)))
    if case.ends != "ignored":
        with stage.acting(HEADS[case.unit.code]) as actor:
            act.notice_acknowledge(actor=actor, notice=fresh(notice))
    issued = stage.moment.now.date()
    if case.ends in {"ignored", "waiting"}:
        return
    actions = planned(stage, case, finding)
    late = 0
    if case.ends == "asking" or case.happens(0.2):
        yield stage.office_time(issued, case.chance, 4)
        late = yield from extension(stage, case, notice)
    days = int(case.chance.integers(3, 8)) + late
    if case.happens(0.1):
        days += 4
    yield stage.office_time(issued, case.chance, days)
    yield from answered(stage, case, notice, actions)


def drafted(stage: Stage, finding: Finding) -> Notice:
    with stage.acting("office") as actor:
        head = stage.cast.staff_of(finding.unit)[0]
        return act.notice_draft(actor=actor, finding=fresh(finding), requirement=w.REQUIREMENT, owner=head)


def planned(stage: Stage, case: Case, finding: Finding) -> list[Action]:
    staff = stage.cast.staff_of(case.unit)
    today = stage.moment.now.date()
    found = []
    with stage.acting(HEADS[case.unit.code]) as actor:
        for kind, text, days in (
            ("corrective", case.problem.correction, 4),
            ("preventive", case.problem.prevention, 9),
        ):
            owner = staff[int(case.chance.integers(1, len(staff)))]
            title = case.text(text).split("；")[0].rstrip("。")
            found.append(
                act.action_plan(
                    actor=actor,
                    finding=fresh(finding),
                    kind=kind,
                    title=title,
                    owner=owner,
                    due_on=stage.workday(today, days),
                )
            )
    return found


def extension(stage: Stage, case: Case, notice: Notice) -> Generator[datetime, None, int]:
    """Ask for more time; returns the working days granted."""
    days = int(case.chance.integers(3, 6))
    with stage.acting(HEADS[case.unit.code]) as actor:
        reason = case.pick(w.EXTENSION_REASONS)
        request = act.extension_ask(actor=actor, notice=fresh(notice), days=days, reason=reason)
    if case.ends == "asking":
        yield stage.now + timedelta(days=1)
    yield stage.office_time(stage.moment.now.date() + timedelta(days=1), case.chance)
    with stage.acting("deputy") as actor:
        request = ExtensionRequest.objects.get(pk=request.pk)
        if case.happens(0.65):
            act.extension_approve(actor=actor, request=request, note=case.pick(w.GRANTS))
            return days
        act.extension_refuse(actor=actor, request=request, reason=case.pick(w.REFUSALS))
    return 0


def reply(
    stage: Stage, case: Case, notice: Notice, extra: str = "", files: tuple[ContentFile[bytes], ...] = ()
) -> None:
    problem, staff = case.problem, stage.cast.staff_of(case.unit)
    owner = staff[min(1, len(staff) - 1)]
    plan = {
        "responsibility": f"责任人：{owner.name}；站长每周检查一次。",
        "measures": case.text(problem.correction) + case.text(problem.prevention),
        "time_limit": f"{stage.workday(stage.moment.now.date(), 5):%-m月%-d日}前完成",
        "funds": "从日常维修费列支，预计 800 元以内。",
        "contingency": "备用车一台待命，发现同类情况立即替换。",
    }
    whys = (f"为什么发生：{case.text(problem.cause)}。", "为什么没有及早发现：班组自查没有这一项，站里也没有抽查。")
    with stage.acting(HEADS[case.unit.code]) as actor:
        act.notice_reply(
            actor=actor,
            notice=fresh(notice),
            cause=f"{case.text(problem.cause)}；站里日常检查未覆盖这一环节。{extra}",
            category=problem.category,
            correction=case.text(problem.correction),
            prevention=case.text(problem.prevention),
            whys=whys,
            plan=plan,
            files=files,
        )


def settle(stage: Stage, case: Case, actions: list[Action]) -> None:
    """Actions are reported done before the answer goes out."""
    with stage.acting(HEADS[case.unit.code]) as actor:
        for action in actions:
            one = fresh(action)
            if one.state == "planned":
                act.action_report_done(actor=actor, action=one, result=w.DONE)


def verify(stage: Stage, case: Case, notice: Notice, verdict: str, evidence: str, **more: Any) -> None:
    with stage.acting(checker(case)) as actor:
        if verdict == "effective":
            for action in Action.objects.filter(finding=notice.finding_id, state="done"):
                act.action_verify(actor=actor, action=action)
        act.notice_verify(actor=actor, notice=fresh(notice), verdict=verdict, evidence=evidence, **more)


def answered(stage: Stage, case: Case, notice: Notice, actions: list[Action]) -> Story:
    settle(stage, case, actions[:1])
    reply(stage, case, notice)
    if case.ends == "unchecked":
        return
    if case.ends == "returned" or case.happens(0.14):
        yield stage.office_time(stage.moment.now.date() + timedelta(days=1), case.chance, 1)
        with stage.acting(checker(case)) as actor:
            act.notice_return(actor=actor, notice=fresh(notice), reason=case.pick(w.RETURNS))
        if case.ends == "returned":
            return
        yield stage.office_time(stage.moment.now.date() + timedelta(days=1), case.chance, 1)
        reply(stage, case, notice, extra="已按复核意见补充责任人、完成时间和同线路排查结果。")
    settle(stage, case, actions)
    yield stage.office_time(stage.moment.now.date() + timedelta(days=1), case.chance, int(case.chance.integers(0, 5)))
    outcome = case.chance.random()
    if outcome < 0.14:
        verify(stage, case, notice, "not_effective", w.NOT_YET)
        yield stage.office_time(
            stage.moment.now.date() + timedelta(days=1), case.chance, int(case.chance.integers(2, 6))
        )
        reply(stage, case, notice, extra="本次由站长直接负责，逐班落实。")
        yield stage.office_time(stage.moment.now.date() + timedelta(days=7), case.chance)
    elif outcome < 0.28:
        again = stage.workday(stage.moment.now.date() + timedelta(days=28))
        verify(stage, case, notice, "too_early", w.TOO_EARLY, recheck_on=again)
        yield stage.office_time(again, case.chance, 1)
    verify(stage, case, notice, "effective", case.text(case.problem.seen))
