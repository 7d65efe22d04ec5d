"""What callers of the demo say, and what was found out: our own words, nobody's real case."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.cases.enums import Kind


@dataclass(frozen=True)
class Matter:
    """``facts`` empty: nothing to judge. ``found`` says whether the facts bear the complaint out."""

    kind: str
    theme: str
    text: str
    answer: str
    grade: str = ""
    criterion: str = ""
    facts: str = ""
    found: str = ""
    clause: str = ""
    branch: str = ""
    is_major: bool = False


COMPLAINTS = (
    Matter(
        Kind.COMPLAINT,
        "停靠与报站",
        "{time}在{stop}等{line}，车没进站就开走了，站台上四五个人都没上去。",
        "经查行车记录仪，该车确未进站停靠。已对驾驶员批评教育，并向您致歉。",
        "general",
        "G1",
        "行车记录仪显示该车 {time} 经过{stop}时未减速进站，站台有候车乘客。",
        "substantiated",
        "《营运服务规范》2.3 进站停靠",
        "education",
    ),
    Matter(
        Kind.COMPLAINT,
        "服务态度",
        "{line}驾驶员态度很差，老人问到不到{stop}，他不耐烦地说自己看。",
        "经核实，驾驶员用语生硬。站长已找其谈话，驾驶员本人向老人当面道歉。",
        "general",
        "G3",
        "车内录音中驾驶员语气生硬，未使用规范用语。",
        "substantiated",
        "《服务用语》1.2 答询",
        "education",
    ),
    Matter(
        Kind.COMPLAINT,
        "驾驶平稳与安全",
        "坐{line}，司机一路急刹，老人差点摔倒，说他还不听。",
        "车载数据显示该趟急减速三次。驾驶员已停班学习一天，扣当月安全奖。",
        "general",
        "G6",
        "车载终端记录 {time} 前后三次急减速，其中一次前方无障碍。",
        "substantiated",
        "《安全行车规定》3.1 平稳驾驶",
        "violation",
    ),
    Matter(
        Kind.COMPLAINT,
        "准点与班次",
        "{line}在{stop}等了 35 分钟才来一辆，站牌写的是 12 分钟一班。",
        "当时{stop}一带道路施工，两班车被堵。已在站牌加贴绕行提示，向您致歉。",
        "general",
        "G1",
        "调度记录显示 {time} 前后该方向间隔 33 分钟，系道路施工拥堵所致。",
        "partly",
        "《服务承诺》第 2 条 发车间隔",
        "education",
    ),
    Matter(
        Kind.COMPLAINT,
        "票款与刷卡",
        "{line}刷卡机把我老年卡扣了两次钱，司机说他管不了。",
        "后台显示当日仅扣一次，另一笔为前一日延迟上传。已向您说明并附明细。",
        "general",
        "G5",
        "一卡通后台明细：当日仅一笔 1.00 元，另一笔为前一日延迟入账。",
        "not",
    ),
    Matter(
        Kind.COMPLAINT,
        "服务态度",
        "{line}司机骂人，因为我带的小车挡了过道，他用脏话骂我，还推了一把。",
        "经调查属实。驾驶员已停班，写出书面检查，并由站长陪同上门道歉。",
        "serious",
        "S2",
        "车内录像显示驾驶员使用侮辱性语言，并有推搡动作。",
        "substantiated",
        "《员工奖惩办法》第 14 条",
        "violation",
    ),
    Matter(
        Kind.COMPLAINT,
        "车厢设施与空调",
        "大热天{line}不开空调，问司机他说坏了三天了还没修。",
        "空调压缩机故障，已当晚修复，并要求故障车不得上线超过一天。",
        "general",
        "G2",
        "报修单显示该车空调三天前报修，配件昨日到货。",
        "substantiated",
        "《车辆技术管理规定》5.2",
        "education",
    ),
)
OTHERS = (
    Matter(
        Kind.SUGGESTION,
        "线路与站点",
        "建议{line}在{stop}加一块盲文站牌，视障的邻居坐车很不方便。",
        "建议很好，已列入下季度站牌更新计划，先在{stop}试装。",
    ),
    Matter(
        Kind.SUGGESTION,
        "拥挤与运力",
        "希望{line}早上 7 点到 8 点加两趟区间车，学生实在挤不上。",
        "客流调查后决定自下月起早高峰加开区间车两趟。",
    ),
    Matter(
        Kind.COMMENDATION,
        "失物与求助",
        "表扬{line}司机，我把药落在车上，他收车后专门送到门卫。",
        "谢谢您，已通报表扬。",
    ),
    Matter(Kind.ENQUIRY, "准点与班次", "请问{line}冬天末班车几点？", "冬季末班车 20:30 从两端同时发出。"),
    Matter(
        Kind.ENQUIRY,
        "票款与刷卡",
        "咨询一下老年卡在哪里年审？",
        "客运中心一楼 2 号窗口，每天 8:00 至 17:30，带身份证。",
    ),
    Matter(
        Kind.ENQUIRY,
        "失物与求助",
        "请问昨天在{line}上丢的伞怎么找？",
        "失物当晚交车队，次日起在客运中心失物招领处认领。",
    ),
)
# Longitude and latitude in the open sea, as the outline of the made-up county.
STOPS: dict[str, tuple[str, str]] = {
    "县人民医院": ("125.141", "30.124"),
    "桃园小区": ("125.118", "30.141"),
    "高铁北站": ("125.156", "30.188"),
    "南门广场": ("125.133", "30.096"),
    "农贸市场": ("125.147", "30.109"),
    "柳林镇": ("125.071", "30.061"),
    "职教园区": ("125.212", "30.087"),
    "双塘工业园": ("125.236", "30.146"),
}
DOOR_FAULT = (
    "3路车门在高铁北站打不开，全车人困了十多分钟。",
    "今天早上3路车门坏了，赶火车差点误点。",
    "3路车门故障，司机让大家从一个门下，老人摔了一下。",
    "3路在高铁北站门打不开，孩子吓哭了。",
)
