"""Propose kind, class, theme and urgency from the text by the written criteria. A person decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bihuan.cases.enums import Grade, Kind

# Words by which people say what they want of us; the first kind with a hit wins, a complaint is the rest.
KIND_WORDS: dict[Kind, tuple[str, ...]] = {
    Kind.COMMENDATION: ("表扬", "感谢", "点赞", "好人好事", "拾金不昧", "锦旗", "thank"),
    Kind.SUGGESTION: ("建议", "希望能增加", "能否增设", "提议", "suggest"),
    Kind.ENQUIRY: ("咨询", "请问", "怎么乘", "怎么坐", "几点", "末班车是", "首班车是", "how do i", "what time"),
    Kind.DISPUTE: ("合同", "货款", "违约金", "商务纠纷", "赔付协议"),
    Kind.REPORT: ("举报", "私收票款", "私吞", "吃拿卡要"),
}
COMPLAINT_WORDS = ("投诉", "态度", "拒载", "甩客", "骂", "不满", "差评", "complain")
MAJOR_WORDS = (
    "死亡",
    "重伤",
    "骨折",
    "送医",
    "救护车",
    "起火",
    "着火",
    "爆炸",
    "持刀",
    "群体",
    "媒体",
    "记者",
    "电视台",
    "热搜",
    "打人",
    "殴打",
    "性骚扰",
)


@dataclass(frozen=True)
class CriterionWords:
    id: int
    grade: str
    code: str
    text: str
    words: Sequence[str]


@dataclass(frozen=True)
class ThemeWords:
    id: int
    name: str
    words: Sequence[str]


@dataclass(frozen=True)
class Reading:
    """A proposal and the words it rests on; ``criterion`` and ``theme`` are None where nothing speaks for one."""

    kind: Kind
    kind_words: tuple[str, ...]
    grade: Grade | None
    criterion: CriterionWords | None
    criterion_words: tuple[str, ...]
    theme: ThemeWords | None
    theme_words: tuple[str, ...]
    major_words: tuple[str, ...]


def found_in(text: str, words: Iterable[str]) -> tuple[str, ...]:
    folded = text.casefold()
    return tuple(word for word in words if word and word.casefold() in folded)


def kind_of(text: str, kinds: Mapping[Kind, tuple[str, ...]] = KIND_WORDS) -> tuple[Kind, tuple[str, ...]]:
    """Whoever complains says so: words of a complaint beat polite words around it."""
    complains = found_in(text, COMPLAINT_WORDS)
    if complains:
        return Kind.COMPLAINT, complains
    for kind, words in kinds.items():
        hits = found_in(text, words)
        if hits:
            return kind, hits
    return Kind.COMPLAINT, ()


def read_text(text: str, criteria: Sequence[CriterionWords], themes: Sequence[ThemeWords]) -> Reading:
    """Read a text. A serious criterion with any hit beats all general ones; among equals the most hits decide."""
    kind, kind_words = kind_of(text)
    hits = [(criterion, found_in(text, criterion.words)) for criterion in criteria]
    speaking = [(criterion, words) for criterion, words in hits if words]
    best = max(speaking, key=lambda pair: (pair[0].grade == Grade.SERIOUS, len(pair[1])), default=None)
    about = max(((theme, found_in(text, theme.words)) for theme in themes), key=lambda p: len(p[1]), default=None)
    is_judged = kind == Kind.COMPLAINT
    return Reading(
        kind=kind,
        kind_words=kind_words,
        grade=(Grade(best[0].grade) if best else Grade.GENERAL) if is_judged else None,
        criterion=best[0] if best and is_judged else None,
        criterion_words=best[1] if best and is_judged else (),
        theme=about[0] if about and about[1] else None,
        theme_words=about[1] if about else (),
        major_words=found_in(text, MAJOR_WORDS),
    )
