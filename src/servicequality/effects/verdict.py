"""The four verdicts, and the reasons for them in words a manager reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from servicequality.errors import ParameterError
from servicequality.results import Result

VerdictName = Literal["worked", "no_sign", "made_worse", "too_early"]
Direction = Literal["up", "down"]

_WORDS: dict[str, tuple[str, str]] = {
    "baseline_short": (
        "Only {have} points before the action; at least {need} are needed to know what was usual.",
        "措施前只有 {have} 个数据点，至少需要 {need} 个才能知道原来的水平。",
    ),
    "after_short": (
        "Only {have} points since the action; judge again when there are {need}.",
        "措施后只有 {have} 个数据点，满 {need} 个后再判断。",
    ),
    "signal_limit": (
        "Point {point} lies beyond the frozen limit on the {side} side.",
        "第 {point} 点越过冻结的控制限（{side_zh}方向）。",
    ),
    "signal_run": (
        "{length} points in a row on the {side} side of the old centre, complete at point {point}.",
        "连续 {length} 点位于原中心线的{side_zh}一侧，在第 {point} 点形成。",
    ),
    "signal_ewma": (
        "The smoothed level (EWMA) passes its limit on the {side} side at point {point}.",
        "平滑水平（EWMA）在第 {point} 点越过控制限（{side_zh}方向）。",
    ),
    "both_directions": (
        "There are signals in both directions; the process is unsettled, so no verdict in favour is possible.",
        "好坏两个方向都有信号，过程尚不稳定，不能判定有效。",
    ),
    "faded": (
        "There was a signal, but the mean since the action is not on the better side of the old centre.",
        "曾出现信号，但措施后的平均水平并未优于原中心线。",
    ),
    "no_signal": (
        "No signal in {have} points since the action.",
        "措施后 {have} 个数据点没有出现信号。",
    ),
    "weak_power": (
        "An effect of the expected size needs about {need} points to show; there are {have}.",
        "预期大小的效果约需 {need} 个数据点才能显现，目前有 {have} 个。",
    ),
    "baseline_cannot_show": (
        "With this baseline an effect of the expected size cannot be shown, however long one waits.",
        "以现有基线，无论等待多久都无法证实预期大小的效果。",
    ),
    "interval_better": (
        "The whole {level} % interval of the effect ({low} to {high}) lies on the better side of {null}.",
        "效果的 {level}% 置信区间（{low} 至 {high}）全部位于 {null} 的改善一侧。",
    ),
    "interval_worse": (
        "The whole {level} % interval of the effect ({low} to {high}) lies on the worse side of {null}.",
        "效果的 {level}% 置信区间（{low} 至 {high}）全部位于 {null} 的恶化一侧。",
    ),
    "interval_open": (
        "The {level} % interval of the effect ({low} to {high}) contains {null}.",
        "效果的 {level}% 置信区间（{low} 至 {high}）包含 {null}。",
    ),
    "trigger_left_out": (
        "Point {point} led to the action and was left out of the baseline: the worst of {have} points is about "
        "{gain} standard deviations off by chance alone, and returns by itself.",
        "触发措施的第 {point} 点未计入基线：{have} 个点中最差的一个仅因偶然就会偏离约 {gain} 个标准差，并会自行回落。",
    ),
    "overdispersion": (
        "The counts vary {ratio} times as much as pure chance; the interval takes that into account.",
        "计数的波动是纯随机波动的 {ratio} 倍，置信区间已计入。",
    ),
    "trends_differ": (
        "The groups were already drifting apart before the action (p = {p}); the comparison is not fair.",
        "措施前两组的趋势已不一致（p = {p}），对照不公平。",
    ),
    "false_alarm": (
        "The chance of such a signal without any effect is at most {chance} %.",
        "即使毫无效果，出现此类信号的概率至多为 {chance}%。",
    ),
}


@dataclass(frozen=True)
class Reason(Result):
    """One reason: a stable code, the sentence in English (``en``) and in Chinese (``zh``)."""

    code: str
    en: str
    zh: str


def reason(code: str, **facts: object) -> Reason:
    """Put the facts into the sentence of a code; ParameterError for an unknown code."""
    if code not in _WORDS:
        raise ParameterError("no such reason", place=code)
    english, chinese = _WORDS[code]
    return Reason(code, english.format(**facts), chinese.format(**facts))


@dataclass(frozen=True)
class Verdict(Result):
    """What can be said of the action.

    "worked" evidence of improvement; "no_sign" enough data and no evidence; "made_worse" evidence of the
    contrary; "too_early" not enough data to tell. ``reasons`` say why, the decisive one first.
    """

    verdict: VerdictName
    reasons: tuple[Reason, ...]

    def words(self, language: Literal["en", "zh"] = "en") -> str:
        """All reasons as one paragraph."""
        return ("" if language == "zh" else " ").join(getattr(item, language) for item in self.reasons)


def from_interval(  # noqa: PLR0911 - one return for each way to a verdict
    low: float,
    high: float,
    *,
    null: float,
    direction: Direction,
    level: float,
    before: int,
    after: int,
    min_before: int,
    min_after: int,
    needed: float | None = None,
) -> Verdict:
    """Judge an effect by its interval; too little data decides before the interval is looked at."""
    if before < min_before:
        return Verdict("too_early", (reason("baseline_short", have=before, need=min_before),))
    if after < min_after:
        return Verdict("too_early", (reason("after_short", have=after, need=min_after),))
    facts = {"level": f"{100 * level:g}", "low": f"{low:.4g}", "high": f"{high:.4g}", "null": f"{null:g}"}
    above, below = low > null, high < null
    better, worse = (above, below) if direction == "up" else (below, above)
    if better:
        return Verdict("worked", (reason("interval_better", **facts),))
    if worse:
        return Verdict("made_worse", (reason("interval_worse", **facts),))
    open_interval = reason("interval_open", **facts)
    if needed is not None and needed == float("inf"):
        return Verdict("too_early", (reason("baseline_cannot_show"), open_interval))
    if needed is not None and needed > after:
        return Verdict("too_early", (reason("weak_power", need=int(needed), have=after), open_interval))
    return Verdict("no_sign", (open_interval,))
