"""The on-board questionnaire: 22 expectation/perception pairs on 1–7 in five dimensions, in our own words."""

from __future__ import annotations

import csv
import io

TANGIBLES, RELIABILITY, RESPONSIVENESS, ASSURANCE, EMPATHY = "有形性", "可靠性", "响应性", "保证性", "移情性"
DIMENSIONS = (TANGIBLES, RELIABILITY, RESPONSIVENESS, ASSURANCE, EMPATHY)
ITEMS: dict[str, tuple[str, ...]] = {
    TANGIBLES: ("车厢地面和座椅干净", "车内温度适宜、通风良好", "报站屏、扶手等设施完好", "驾驶员着装整洁"),
    RELIABILITY: ("按公布的时刻发车", "到站时间与预告相符", "不越站、不甩客", "票价与公示一致", "说过要改的事真的改了"),
    RESPONSIVENESS: ("等车时间不长", "有问题时驾驶员马上答复", "上下车时愿意等一等老人和孩子", "来电来信很快有回音"),
    ASSURANCE: ("驾驶平稳让人放心", "驾驶员说话客气", "驾驶员熟悉线路和换乘", "遇到纠纷处理得当"),
    EMPATHY: ("首末班时间照顾到上班上学", "停靠站位置方便", "照顾有困难的乘客", "听得进乘客的意见", "临时改线提前告知"),
}
OVERALL, RECOMMEND, COMMENT = "总体满意度", "推荐意愿", "意见建议"
LINE, STATION, DAY, NUMBER = "线路", "车站", "调查日期", "问卷编号"
SATISFACTION = ("很不满意", "不满意", "一般", "满意", "非常满意")
NOT_APPLICABLE = "不适用"


def codes() -> list[tuple[str, str, str]]:
    """(number, wording, dimension) of the 22 items: "01", "车厢地面和座椅干净", "有形性"."""
    listed = [(text, name) for name, texts in ITEMS.items() for text in texts]
    return [(f"{number:02d}", text, name) for number, (text, name) in enumerate(listed, 1)]


def header() -> list[str]:
    expected = [f"E{number}" for number, _text, _name in codes()]
    perceived = [f"P{number}" for number, _text, _name in codes()]
    return [NUMBER, DAY, LINE, STATION, *expected, *perceived, OVERALL, RECOMMEND, COMMENT]


def codebook() -> bytes:
    """The file that explains the columns, as an office would hand it over with the answers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["代码", "标签", "维度", "类型", "题项"])
    for side, mark in (("期望 (1-7)", "E"), ("感知 (1-7)", "P")):
        writer.writerows([f"{mark}{number}", text, name, side, number] for number, text, name in codes())
    writer.writerow([OVERALL, "总体而言，您对本次乘车", "", "总体 overall (1-5)", ""])
    writer.writerow([RECOMMEND, "您会向亲友推荐乘坐本线路吗（0–10）", "", "总体 overall (0-10)", ""])
    writer.writerows([[LINE, "乘坐线路", "", "背景", ""], [STATION, "所属车站", "", "背景", ""]])
    return buffer.getvalue().encode("utf-8-sig")
