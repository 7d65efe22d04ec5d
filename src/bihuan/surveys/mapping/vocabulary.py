"""Words by which headings, answers and codebooks tell what they are; Chinese, English, and Korean for Kano."""

from __future__ import annotations

import re

NOT_APPLICABLE = {
    *("na", "n/a", "#n/a", "n.a.", "not applicable", "does not apply", "don't know", "dont know", "do not know"),
    *("no opinion", "not used", "never used", "refused", "prefer not to say", "nan", "null", "none", "-", "—", "."),
    *(
        "不适用",
        "不知道",
        "不清楚",
        "不了解",
        "未使用",
        "没有使用过",
        "未体验",
        "拒答",
        "拒绝回答",
        "无法评价",
        "说不清",
        "无此项",
    ),
    *("(空)", "（空）", "(跳过)", "（跳过）", "空", "未作答", "无"),
}

# Text answers, worst first; one entry a scale. Several wordings of one level stand together.
Anchors = tuple[tuple[str, ...], ...]
RATING_WORDS: tuple[Anchors, ...] = (
    (
        ("非常不满意", "很不满意", "very dissatisfied", "very unsatisfied"),
        ("不满意", "不太满意", "比较不满意", "较不满意", "dissatisfied", "unsatisfied"),
        ("一般", "基本满意", "neutral", "neither", "neither satisfied nor dissatisfied"),
        ("满意", "比较满意", "较满意", "satisfied"),
        ("非常满意", "很满意", "十分满意", "very satisfied"),
    ),
    (
        ("非常不同意", "很不同意", "完全不同意", "strongly disagree"),
        ("不同意", "不太同意", "比较不同意", "disagree"),
        ("一般", "中立", "不确定", "neutral", "neither agree nor disagree"),
        ("同意", "比较同意", "agree"),
        ("非常同意", "很同意", "完全同意", "strongly agree"),
    ),
    (
        ("很差", "非常差", "very poor"),
        ("差", "较差", "比较差", "poor"),
        ("一般", "fair", "average"),
        ("好", "较好", "比较好", "good"),
        ("很好", "非常好", "excellent", "very good"),
    ),
    (
        ("非常不重要", "完全不重要", "very unimportant", "not at all important"),
        ("不重要", "不太重要", "unimportant", "not very important"),
        ("一般", "neutral", "moderately important"),
        ("重要", "比较重要", "important"),
        ("非常重要", "很重要", "very important", "extremely important"),
    ),
    (("不满意", "dissatisfied", "not satisfied", "unsatisfied", "neutral or dissatisfied"), ("满意", "satisfied")),
)
# Kano: 1 like, 2 must be, 3 neutral, 4 can live with it, 5 dislike.
KANO_WORDS: Anchors = (
    ("喜欢", "我喜欢", "很喜欢", "满意", "like", "i like it", "i like it that way", "마음에 든다"),
    ("理所当然", "理应如此", "应该如此", "必须这样", "must be", "i expect it", "it must be that way", "당연하다"),
    ("无所谓", "neutral", "i am neutral", "아무런 느낌이 없다"),
    ("可以忍受", "勉强接受", "能忍受", "live with", "i can live with it", "i can tolerate it", "하는 수 없다"),
    ("不喜欢", "我不喜欢", "很不喜欢", "不满意", "dislike", "i dislike it", "마음에 안 든다"),
)
ANCHOR_HINT = re.compile(
    r"满意|同意|重要|很好|很差|较好|较差|非常|可能|经常|从不|satisf|agree|important|excellent|poor|likely|never|always",
    re.I,
)

IDENTIFIER = re.compile(
    r"^(id|.*[_ ]id|resp(ondent)?([_ ]?(id|no|nr))?|case|编号|序号|答卷编号|提交序号|用户id|问卷编号)$", re.I
)
WEIGHT = re.compile(r"^(w|wt|wgt|weight|weights|权重|加权|加权系数)$", re.I)
DATE_NAME = re.compile(r"(date|time|日期|时间)", re.I)
DATE_VALUE = re.compile(r"^\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$")
BACKGROUND = re.compile(
    r"^(sex|gender|age|age[_ ]?group|faculty|diploma|education|income|region|city|area|line|route|station|unit|branch"
    r"|department|team|shift|segment|class|channel|group|occupation|frequency)\b"
    r"|性别|年龄|职业|学历|收入|地区|城市|区域|线路|车站|站点|单位|网点|营业厅|部门|班组|班次|渠道|类别|类型|频率|身份|乘车次数",
    re.I,
)
AGE = re.compile(r"^age$|年龄", re.I)
OVERALL = re.compile(r"overall|global|总体|整体|总的|综合|^sat(isfaction)?$|^csat$", re.I)
RECOMMEND = re.compile(r"\bnps\b|recommend|推荐", re.I)
RATING_HINT = re.compile(r"satisf|rating|score|满意|评分|评价|打分|^q\d|^[a-z]{1,4}_?\d{1,3}$|^\d+\s*[、.．]", re.I)
SEVERAL = re.compile(r"[,，、;；|┋]")
NUMBERED = re.compile(r"^\s*(\d{1,3})\s*(?:分|星|级|[-–—:：、.．(（\s].*)$")

EXPECTED, SEEN, IMPORTANT, DONE = (
    r"(?:e|exp|expect|expected|expectation|期望|期望值)",
    r"(?:p|perc|perceived|perception|感知|感知值|实际|实际感受)",
    r"(?:i|imp|importance|重要性|重要度|重要程度)",
    r"(?:s|sat|perf|performance|satisfaction|满意度|满意程度|表现)",
)


def side_patterns(word: str) -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(rf"^{word}[_ .-]*0*(\d+)$", re.I),
        re.compile(rf"^(.+?)[_ .-]{word}$", re.I),
        re.compile(rf"^(.+?)\s*[(（\[【]{word}[)）\]】]$", re.I),
    )


FUNCTIONAL = (
    re.compile(r"^k[_ .-]*0*(\d+)[_ .-]*f$", re.I),
    re.compile(r"^(.+?)\s*[_(（\[【](?:functional|正向|具备)[)）\]】]?$", re.I),
)
DYSFUNCTIONAL = (
    re.compile(r"^k[_ .-]*0*(\d+)[_ .-]*d$", re.I),
    re.compile(r"^(.+?)\s*[_(（\[【](?:dysfunctional|反向|不具备)[)）\]】]?$", re.I),
)

CODEBOOK_COLUMNS = {
    "code": ("code", "column", "name", "variable", "变量", "变量名", "列", "列名", "代码", "题号"),
    "label": ("label", "text", "question", "题目", "标签", "问题", "题干"),
    "dimension": ("dimension", "维度"),
    "block": ("block", "role", "type", "side", "类型", "角色", "板块"),
    "item": ("item", "pair", "题项", "配对", "序号"),
}
CODEBOOK_SIDES = (
    ("dysfunctional", re.compile(r"dysfunctional|反向|不具备", re.I)),
    ("functional", re.compile(r"functional|正向|具备", re.I)),
    ("expectation", re.compile(r"expect|期望", re.I)),
    ("perception", re.compile(r"percept|perceiv|感知", re.I)),
    ("importance", re.compile(r"importance|重要", re.I)),
    ("performance", re.compile(r"performance|表现|满意", re.I)),
)
SCALE_IN_WORDS = re.compile(r"\(?\b(\d{1,3})\s*[-–~～至]\s*(\d{1,3})\b\)?")


def plain_word(text: str) -> str:
    """An answer without the dress: case, outer spaces, a final full stop."""
    return text.strip().rstrip(".。").strip().casefold()


def codes_of_words(texts: list[str], anchors: Anchors) -> dict[str, int] | None:
    """Give every text its level (1 = first) if all of them are words of the scale."""
    level = {word: number for number, words in enumerate(anchors, 1) for word in words}
    codes = {text: level.get(plain_word(text), 0) for text in texts}
    return codes if codes and all(codes.values()) else None
