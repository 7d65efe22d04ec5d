"""What passengers write under "意见建议": most write nothing, the rest about what bothers or pleases them."""

from __future__ import annotations

import numpy as np

WRITES = 0.3
PRAISE = (
    "驾驶员提醒老人扶稳再开车，很暖心",
    "车厢很干净，坐着舒服",
    "师傅态度好，问路讲得清楚",
    "比以前准时多了，继续保持",
    "给抱孩子的乘客找座位，点赞",
    "换乘方便，票价也公道",
)
GENERAL = (
    "早高峰太挤，希望加车",
    "末班车再晚半小时就好了",
    "报站声音有点小，听不清",
    "站牌上的时刻表模糊了，请更换",
    "雨天站台积水，没地方等车",
    "手机查的到站时间不准",
    "起步刹车有点急，老人站不稳",
    "学生放学时段等车时间长",
)
BY_LINE = {
    "3路": (
        "打热线问了两次都没人回复",
        "问驾驶员到不到高铁站，半天不理人",
        "等了二十多分钟才来一趟，来了又连着两辆",
        "反映丢东西的事，一个星期没有回音",
        "老人还没坐稳就开车，喊也不等",
    ),
    "7路": (
        "问路时驾驶员说话很冲",
        "因为零钱的事和乘客吵起来，态度不好",
        "驾驶员边开车边打电话，不放心",
        "提醒空位让座，被驾驶员顶了一句",
    ),
}
DIRTY = ("车厢地上都是果皮，座椅有油渍", "座椅缝里很脏，有异味", "车窗玻璃看不清外面，该擦了", "扶手黏手，像很久没消毒")
CLEANER = ("5路最近干净多了", "座椅套换了新的，车里没异味了")
COLD = ("车里没开暖风，冻得脚麻", "早班车太冷，车窗还结冰", "暖气时有时无，希望检修", "门关不严，冷风往里灌")


def remark(chance: np.random.Generator, line: str, wave: int, mood: float, *, is_winter: bool) -> str:
    """One remark or none; draws the same number of times whatever comes out."""
    writes, kind, pick = chance.random(3)
    if writes > WRITES:
        return ""
    pool: tuple[str, ...] = PRAISE if mood > 0.25 and kind < 0.7 else GENERAL
    if line in BY_LINE and kind < 0.55:
        pool = BY_LINE[line]
    if line == "5路" and kind < 0.5:
        pool = DIRTY if wave < 2 else CLEANER
    if is_winter and kind > 0.6:
        pool = COLD
    return pool[int(pick * len(pool))]
