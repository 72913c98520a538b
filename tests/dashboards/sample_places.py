"""Made-up places, and the views of a nation's and a province's page."""
# The samples are read as tables:
# fmt: off

from __future__ import annotations

from typing import Literal

from dashboards.i18n import Phrases
from dashboards.numbers import signed
from dashboards.parts.attention import AttentionView
from dashboards.parts.cell import CellView, Seal
from dashboards.parts.marks import AxisView, RankView, SplitView
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.parts.tiles import POSITIONS, TileMapView, TileView
from tests.dashboards.samples import NAMES, address

SHARES = {
    230000: 81.2, 660000: 83.3, 150000: 83.0, 220000: 84.0, 650000: 79.7, 640000: 88.9, 140000: 79.4, 110000: 97.5,
    120000: 95.1, 210000: 87.7, 630000: 81.8, 620000: 77.0, 610000: 84.9, 410000: 82.9, 130000: 84.5, 370000: 93.8,
    510000: 87.8, 500000: 91.3, 420000: 90.4, 340000: 90.7, 320000: 96.8, 310000: 98.6, 530000: 78.7, 520000: 82.2,
    430000: 83.3, 360000: 85.8, 330000: 97.9, 450000: 80.2, 440000: 89.4, 350000: 91.8, 460000: 86.6,
}
CITIES = (
    ("长沙市", "Changsha", 62, 98.4, 11.92, -0.6, 16.1, 93.4), ("株洲市", "Zhuzhou", 36, 100.0, 5.21, -1.8, 17.2, 88.6),
    ("湘潭市", "Xiangtan", 25, 100.0, 3.38, -2.9, 17.0, 88.0), ("衡阳市", "Hengyang", 47, 100.0, 7.02, -1.4, 18.9, 84.8),
    ("邵阳市", "Shaoyang", 49, 95.9, 6.34, -3.2, 21.4, 73.9), ("岳阳市", "Yueyang", 38, 100.0, 4.61, -2.7, 18.0, 86.5),
    ("常德市", "Changde", 36, 100.0, 4.55, -2.2, 17.7, 88.9), ("张家界市", "Zhangjiajie", 12, 100.0, 1.36, -4.1, 18.6, 83.3),
    ("益阳市", "Yiyang", 29, 100.0, 3.42, -3.6, 18.8, 82.1), ("郴州市", "Chenzhou", 36, 97.2, 4.63, -1.1, 18.7, 85.3),
    ("永州市", "Yongzhou", 37, 100.0, 4.72, -2.0, 20.6, 77.8), ("怀化市", "Huaihua", 30, 96.7, 3.30, -3.8, 19.9, 79.3),
    ("娄底市", "Loudi", 23, 91.3, 2.83, -2.6, 20.8, 76.2), ("湘西州", "Xiangxi", 8, 100.0, 1.01, 1.2, 19.4, None),
)
NINE = (
    ("校园占地", "Site", "≥ 4 万 m²", "≥ 40,000 m²", 95.4, 318, 146), ("生均用地", "Site per student", "≥ 33 m²", "≥ 33 m²", 97.0, 204, 171),
    ("校舍面积", "Buildings", "≥ 2.4 万 m²", "≥ 24,000 m²", 95.8, 287, 160), ("生均校舍", "Buildings per student", "≥ 20 m²", "≥ 20 m²", 94.1, 402, 338),
    ("专任教师", "Teachers", "≥ 60 人", "≥ 60", 94.7, 361, 129), ("生师比", "Students per teacher", "≤ 20 : 1", "≤ 20 : 1", 94.3, 389, 262),
    ("设备总值", "Equipment", "≥ 300 万元", "≥ CNY 3 m", 99.4, 41, 22), ("生均设备", "Equipment per student", "≥ 2,500 元", "≥ CNY 2,500", 99.2, 58, 31),
    ("生均图书", "Books per student", "≥ 30 册", "≥ 30", 96.0, 276, 188),
)


def tile_view(phrases: Phrases) -> TileMapView:
    tiles = []
    for place in POSITIONS:
        share = SHARES.get(place)
        href = address(phrases, "province", str(place))
        name, brief = phrases.pick(*NAMES[place]), ""
        if phrases.lang == "en":
            brief = NAMES[place][1][:4] if " " not in NAMES[place][1] else "I.Mon"
        if share is None:
            tiles.append(TileView(place, name, href, "", None, phrases.pick("覆盖不足 75%", "coverage 75%"), brief))
            continue
        step = 1 + sum(share >= bound for bound in (80, 85, 90, 95))
        short = max(0, round((90 - share) * 2))
        note = phrases.pick(f"差 {short} 校", f"{short} short") if short else ""
        tiles.append(TileView(place, name, href, f"{share:.1f}", step, note, brief, own=place == 430000))
    return TileMapView(
        tiles,
        ("< 80", "80–85", "85–90", "90–95", "≥ 95"),
        phrases.pick("全部 9 项达标学校占比，%", "Schools meeting all nine limits, %"),
        phrases.pick("差 N 校：距 90% 目标的学校数", "N short: schools short of the 90% target"),
    )


def attention(phrases: Phrases) -> list[AttentionView]:
    made: tuple[tuple[Seal, str, str, str, str, str, str, str, str], ...] = (
        ("missing", "西藏", "Tibet", "报送率", "Reporting", "12 所学校报送 9 所（75%），低于 90%，暂不着色、不排名", "9 of 12 schools have reported (75%), below 90%: not coloured, not ranked", "催报", "Remind"),
        ("limit", "广西 · 云南 · 贵州", "Guangxi, Yunnan, Guizhou", "生师比", "Students per teacher", "20.6、20.3、20.1 : 1，超过 20 的限值；广西连续 3 年上升", "20.6, 20.3 and 20.1 : 1, over the limit of 20; Guangxi up for three years", "查看", "Look"),
        ("doubt", "山西", "Shanxi", "实习责任险覆盖率", "Interns insured", "71.4% → 99.6%，37 校数值完全相同；他省中位变化 +2.9 个百分点", "71.4% to 99.6%, 37 schools with the same value; elsewhere +2.9 pp", "18 起疑点", "18 doubts"),
        ("risk", "黑龙江", "Heilongjiang", "招生", "Entrants", "三年累计 −31%，42 校在校生不足 400 人；主因是初中毕业生减少", "−31% in three years; 42 schools have fewer than 400 students", "查看", "Look"),
        ("breach", "河南", "Henan", "岗位实习", "Placements", "3 校安排一年级学生岗位实习（规定第十六条），已派发 6 天", "3 schools placed first-year students (art. 16)", "3 件", "3 cases"),
    )
    return [
        AttentionView(seal, phrases.pick(a, b), phrases.pick(c, d), phrases.pick(f, g), phrases.pick(h, i), address(phrases, "province", seal))
        for seal, a, b, c, d, f, g, h, i in made
    ]


def ranking(phrases: Phrases) -> TableView:
    columns = (
        ColumnView(phrases.pick("填报单位", "Unit"), kind="text", sort_href="?sort=name"),
        ColumnView(phrases.pick("名次区间", "Rank"), phrases.pick("共 31", "of 31"), kind="text", narrow=False),
        ColumnView(phrases.pick("全部达标 %", "All nine met, %"), kind="dot", axis=AxisView(70, 100, 90, phrases.pick("90 目标", "target 90")), sort_href="?sort=met", sorted="descending"),
        ColumnView(phrases.pick("生师比", "Ratio"), ": 1"),
        ColumnView(phrases.pick("在校生", "Enrolment"), phrases.pick("万人", "10,000s")),
        ColumnView(phrases.pick("覆盖", "Coverage"), "%"),
    )
    total = RowView(
        phrases.pick("全国", "Nation"),
        (CellView(""), CellView("86.3", value=86.3), CellView("16.2"), CellView("1,178.4"), CellView("97.8")),
        kind="total",
    )
    rows = [total]
    ordered = sorted(SHARES.items(), key=lambda pair: -pair[1])
    for at, (place, share) in enumerate(ordered, start=1):
        last = min(at + 4, 31)
        cells = (
            RankView(f"{at}–{last}", at, last, 31, own=place == 430000),
            CellView(f"{share:.1f}", value=share),
            CellView(f"{30 - share / 6:.1f}"),
            CellView(f"{share / 2:.1f}"),
            CellView("97.8"),
        )
        kind: Literal["own", ""] = "own" if place == 430000 else ""
        rows.append(RowView(phrases.pick(*NAMES[place]), cells, address(phrases, "province", str(place)), kind=kind))
    gone = CellView(symbol="not_submitted")
    cells = (RankView(phrases.pick("不排名", "not ranked")), gone, gone, gone, CellView("75.0", verdict="miss"))
    rows.append(RowView(phrases.pick("西藏", "Tibet"), cells, address(phrases, "province", "540000")))
    return TableView(phrases.pick("填报单位排名", "Ranking of the units"), columns, rows, "dense")


def nine(phrases: Phrases) -> TableView:
    columns = (
        ColumnView(phrases.pick("指标 · 限值", "Indicator · limit"), kind="text"),
        ColumnView(phrases.pick("达标", "Met"), "%"),
        ColumnView(phrases.pick("未达与临界", "Missed and borderline"), kind="text"),
        ColumnView(phrases.pick("未达", "Missed"), phrases.pick("校", "schools")),
        ColumnView(phrases.pick("临界", "Borderline"), phrases.pick("校", "schools")),
    )
    rows = [
        RowView(
            phrases.pick(zh, en),
            (CellView(f"{met}"), SplitView(miss, near, 1000, f"{miss} / {near}"), CellView(str(miss)), CellView(str(near))),
            sub=phrases.pick(limit_zh, limit_en),
        )
        for zh, en, limit_zh, limit_en, met, miss, near in sorted(NINE, key=lambda one: -one[5])
    ]
    return TableView(phrases.pick("分项达标", "Indicator by indicator"), columns, rows)


def children_table(phrases: Phrases) -> TableView:
    columns = (
        ColumnView(phrases.pick("市州", "Prefecture"), kind="text", sort_href="?sort=code", sorted="ascending"),
        ColumnView(phrases.pick("应报", "Due"), phrases.pick("校", "schools"), narrow=False),
        ColumnView(phrases.pick("覆盖", "Coverage"), "%"),
        ColumnView(phrases.pick("在校生", "Enrolment"), phrases.pick("万人", "10,000s"), kind="bar", sort_href="?sort=enrolment"),
        ColumnView(phrases.pick("同比", "Change"), "%", sort_href="?sort=change"),
        ColumnView(phrases.pick("生师比 : 1", "Ratio : 1"), kind="dot", axis=AxisView(14, 24, 20, phrases.pick("限值 20", "limit 20")), sort_href="?sort=ratio"),
        ColumnView(phrases.pick("全部达标 %", "All met, %"), kind="dot", axis=AxisView(70, 100, 90, phrases.pick("目标 90", "target 90")), own=True, sort_href="?sort=met"),
    )
    rows = [
        RowView(
            phrases.pick("湖南省", "Hunan"),
            (CellView("468"), CellView("98.5"), CellView("64.30"), CellView("−2.1"), CellView("18.8", value=18.8), CellView("83.3", value=83.3)),
            kind="total",
        )
    ]
    for zh, en, due, cover, size, change, ratio, met in CITIES:
        last = CellView(f"{met}", value=met) if met else CellView(phrases.pick("不足 10 校，6 / 8", "6 of 8"))
        cells = (
            CellView(str(due)),
            CellView(f"{cover:.1f}", verdict="miss" if cover < 96 else None),
            CellView(f"{size:.2f}", value=size),
            CellView(signed(change, 1)),
            CellView(f"{ratio:.1f}", value=ratio, verdict="miss" if ratio > 20 else None),
            last,
        )
        rows.append(RowView(phrases.pick(zh, en), cells, address(phrases, "province", en)))
    return TableView(phrases.pick("14 个市州", "14 prefectures"), columns, rows)
