from typing import Any

import pytest
from django.utils import translation
from pydantic import TypeAdapter

from bihuan.instruments.conditions import Condition
from bihuan.instruments.definition import read_definition
from bihuan.instruments.wording import condition_words

FORM = read_definition(
    {
        "languages": ["en", "zh-hans"],
        "translations": {
            "zh-hans": {
                "item.line.label": "线路",
                "item.tidy.label": "整洁",
                "choice.line.3": "三号线",
                "scale.five.5": "很好",
                "item.day.label": "乘车日期",
                "item.ok.label": "同意联系",
                "item.why.label": "原因",
                "choice.why.late": "晚点",
            }
        },
        "scales": [{"code": "five", "low": 1, "high": 5, "labels": {"5": "very good"}}],
        "sections": [
            {
                "code": "s",
                "items": [
                    {"code": "line", "label": "Line", "type": "choice", "choices": [{"code": "3", "label": "Line 3"}]},
                    {"code": "tidy", "label": "Tidy", "scale_code": "five"},
                    {"code": "day", "label": "Day", "type": "date"},
                    {"code": "ok", "label": "May we call", "type": "consent"},
                    {
                        "code": "why",
                        "label": "Why",
                        "type": "multiple",
                        "choices": [{"code": "late", "label": "late"}, {"code": "full"}],
                    },
                ],
            }
        ],
    }
)


def one(item: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"item": item, "op": op, "value": value}


@pytest.mark.parametrize(
    ("condition", "english", "chinese"),
    [
        (one("line", "=", "3"), "“Line” is “Line 3”", "“线路”为“三号线”"),
        ({"no": one("line", "=", "3")}, "“Line” is not “Line 3”", "“线路”不是“三号线”"),
        (one("tidy", ">=", 5), "“Tidy” is at least 5 (very good)", "“整洁”不低于5（很好）"),
        ({"no": one("tidy", ">=", 4)}, "“Tidy” is less than 4", "“整洁”小于4"),
        (one("day", "<", "2026-10-09"), "“Day” is before 2026-10-09", "“乘车日期”早于2026-10-09"),
        (one("ok", "=", True), "“May we call” is agreed to", "同意“同意联系”"),
        (one("ok", "!=", True), "“May we call” is not agreed to", "不同意“同意联系”"),
        (
            one("why", "has_any", ["late", "full"]),
            "“Why” includes one of “late”, “full”",
            "“原因”选了“晚点”、“full”中的任意一项",
        ),
        ({"no": one("why", "answered")}, "“Why” is not answered", "“原因”未作答"),
        (one("why", "count>=", 2), "“Why” has at least 2 choices", "“原因”至少选了 2 项"),
        ({"no": one("why", "count<=", 1)}, "not (“Why” has at most 1 choice)", "并非（“原因”最多选了 1 项）"),
        ({"no": {"no": one("why", "has", "late")}}, "“Why” includes “late”", "“原因”选了“晚点”"),
        (
            {"every": [one("line", "=", "3"), {"some": [one("tidy", "<", 3), {"no": one("tidy", "answered")}]}]},
            "“Line” is “Line 3” and (“Tidy” is less than 3 or “Tidy” is not answered)",
            "“线路”为“三号线”，且（“整洁”小于3，或“整洁”未作答）",
        ),
        (one("gone", "=", "x"), "“gone” is “x”", "“gone”为“x”"),
    ],
)
def test_a_condition_is_said_in_words(condition: dict[str, Any], english: str, chinese: str) -> None:
    read: TypeAdapter[Condition] = TypeAdapter(Condition)
    tree = read.validate_python(condition)

    with translation.override("en"):
        assert condition_words(tree, FORM) == english
    with translation.override("zh-hans"):
        assert condition_words(tree, FORM) == chinese


def test_a_reader_of_another_language_finds_the_words_of_the_form() -> None:
    condition = TypeAdapter(Condition).validate_python(one("line", "=", "3"))

    with translation.override("en"):
        assert condition_words(condition, FORM, "zh-hans") == "“线路” is “三号线”"
