"""The short questionnaire behind the QR codes on board, in both languages."""

from __future__ import annotations

from typing import Any

# code, Chinese, English, dimension, technical or functional
RATED = (
    ("on_time", "准点、等车时间", "Punctuality and waiting", "responsiveness", "functional"),
    ("reliable", "按线路按站停靠，不甩客", "Stops where it should", "reliability", "technical"),
    ("clean", "车厢干净、设施完好", "Clean and in good order", "tangibles", "technical"),
    ("driver", "驾驶员态度和用语", "Manners of the driver", "assurance", "functional"),
    ("care", "照顾老幼病残孕", "Care for those who need it", "empathy", "functional"),
)
PURPOSES = (("work", "上下班", "Work"), ("school", "上下学", "School"), ("other", "就医、购物等", "Other errands"))
LEVELS = {
    1: ("很不满意", "Very dissatisfied"),
    2: ("不满意", "Dissatisfied"),
    3: ("一般", "Neutral"),
    4: ("满意", "Satisfied"),
    5: ("非常满意", "Very satisfied"),
}


def item(code: str, label: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": label, **more}


def scan_form() -> dict[str, Any]:
    """Eight questions, a minute on board: overall, five qualities, recommendation, why and a word."""
    rated = [
        item(code, zh, scale_code="satisfied", dimension=dimension, quality=quality, top=2)
        for code, zh, _en, dimension, quality in RATED
    ]
    english = {
        "title": "Tell us about this ride",
        "intro": "About one minute. No name is asked for.",
        "thanks": "Thank you. Your answer goes to the station that runs this line.",
        "scale.satisfied.na": "Cannot say",
        **{f"scale.satisfied.{level}": en for level, (_zh, en) in LEVELS.items()},
        "section.ride.title": "This ride",
        "item.overall.label": "All in all, how satisfied are you with this ride?",
        **{f"item.{code}.label": en for code, _zh, en, _dimension, _quality in RATED},
        "section.you.title": "And you",
        "item.recommend.label": "How likely are you to recommend this line to friends and family?",
        "item.purpose.label": "Purpose of this ride",
        **{f"choice.purpose.{code}": en for code, _zh, en in PURPOSES},
        "item.why.label": "What was wrong?",
        "item.word.label": "Anything else?",
        "item.quote.label": "You may quote my words without my name",
    }
    low = {"item": "overall", "op": "<=", "value": 2}
    said = {"some": [{"item": "why", "op": "answered"}, {"item": "word", "op": "answered"}]}
    return {
        "title": "扫码说说这趟车",
        "intro": "大约一分钟，不问姓名。",
        "thanks": "谢谢！您的意见直接送到管这条线路的车站。",
        "languages": ["zh-hans", "en"],
        "translations": {"en": english},
        "scales": [
            {
                "code": "satisfied",
                "title": "五级满意度",
                "low": 1,
                "high": 5,
                "labels": {level: zh for level, (zh, _en) in LEVELS.items()},
                "na_label": "说不好",
            }
        ],
        "sections": [
            {
                "code": "ride",
                "title": "这趟车",
                "layout": "battery",
                "items": [
                    item(
                        "overall",
                        "总的来说，您对这趟车满意吗？",
                        type="csat",
                        scale_code="satisfied",
                        is_required=True,
                        allows_na=False,
                        top=2,
                    ),
                    *rated,
                ],
            },
            {
                "code": "you",
                "title": "再问两句",
                "items": [
                    item("recommend", "您有多大可能向亲友推荐乘坐本线路？", type="nps", allows_na=False),
                    item(
                        "purpose",
                        "这次乘车是为了",
                        type="choice",
                        allows_na=False,
                        choices=[{"code": code, "label": zh} for code, zh, _en in PURPOSES],
                    ),
                    item("why", "哪里让您不满意？", type="text", visible_if=low, highest=500),
                    item("word", "还想说点什么？", type="text", highest=500),
                    item("quote", "同意不署名引用我的话", type="consent", permits="quote", visible_if=said),
                ],
            },
        ],
    }
