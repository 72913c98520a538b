"""Sample pages of made-up views, for looking at the parts and for the tests of the browser's side."""

from __future__ import annotations

import random
from urllib.parse import parse_qs

from dashboards.charts.swarm import MarkView, SwarmView, swarm
from dashboards.charts.trend import BreakView, LineView, TrendView, trend
from dashboards.i18n import Lang, Phrases
from dashboards.numbers import academic_year, points, rank, show, signed
from dashboards.parts.attention import AttentionView, attention_list
from dashboards.parts.cell import CellView
from dashboards.parts.context import ContextView, CoverageView
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.footer import FooterView
from dashboards.parts.frame import FrameView, frame
from dashboards.parts.header import HeaderView
from dashboards.parts.kpis import KpiView, PeersView, kpi_strip
from dashboards.parts.lineage import ExcerptRow, ExcerptView, LineageView, PartView, lineage
from dashboards.parts.marks import AxisView, RankView, SparkView, SplitView
from dashboards.parts.matrix import LimitHead, MatrixRow, MatrixView, matrix, verdict_key
from dashboards.parts.notices import STATUS, notice
from dashboards.parts.school import (
    FactView,
    IdentityView,
    JudgementView,
    RemarkView,
    identity,
    judgements,
)
from dashboards.parts.section import (
    ChartView,
    ChoiceView,
    SectionView,
    SwitchView,
    chart,
    column,
    grid,
    section,
)
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.parts.tiles import POSITIONS, TileMapView, TileView, tile_map
from dashboards.shell import Rendered
from dashboards.theme import Theme

PAGES = ("nation", "province", "school", "source", "missing")

NAMES = {
    230000: ("黑龙江", "Heilongjiang"), 660000: ("兵团", "XPCC"), 150000: ("内蒙古", "Inner Mongolia"),
    220000: ("吉林", "Jilin"), 650000: ("新疆", "Xinjiang"), 640000: ("宁夏", "Ningxia"),
    140000: ("山西", "Shanxi"), 110000: ("北京", "Beijing"), 120000: ("天津", "Tianjin"),
    210000: ("辽宁", "Liaoning"), 630000: ("青海", "Qinghai"), 620000: ("甘肃", "Gansu"),
    610000: ("陕西", "Shaanxi"), 410000: ("河南", "Henan"), 130000: ("河北", "Hebei"),
    370000: ("山东", "Shandong"), 540000: ("西藏", "Tibet"), 510000: ("四川", "Sichuan"),
    500000: ("重庆", "Chongqing"), 420000: ("湖北", "Hubei"), 340000: ("安徽", "Anhui"),
    320000: ("江苏", "Jiangsu"), 310000: ("上海", "Shanghai"), 530000: ("云南", "Yunnan"),
    520000: ("贵州", "Guizhou"), 430000: ("湖南", "Hunan"), 360000: ("江西", "Jiangxi"),
    330000: ("浙江", "Zhejiang"), 450000: ("广西", "Guangxi"), 440000: ("广东", "Guangdong"),
    350000: ("福建", "Fujian"), 460000: ("海南", "Hainan"),
}  # fmt: skip
SHARES = {
    230000: 81.2, 660000: 83.3, 150000: 83.0, 220000: 84.0, 650000: 79.7, 640000: 88.9, 140000: 79.4, 110000: 97.5,
    120000: 95.1, 210000: 87.7, 630000: 81.8, 620000: 77.0, 610000: 84.9, 410000: 82.9, 130000: 84.5, 370000: 93.8,
    510000: 87.8, 500000: 91.3, 420000: 90.4, 340000: 90.7, 320000: 96.8, 310000: 98.6, 530000: 78.7, 520000: 82.2,
    430000: 83.3, 360000: 85.8, 330000: 97.9, 450000: 80.2, 440000: 89.4, 350000: 91.8, 460000: 86.6,
}  # fmt: skip
CITIES = (
    ("长沙市", "Changsha", 62, 98.4, 11.92, -0.6, 16.1, 93.4), ("株洲市", "Zhuzhou", 36, 100.0, 5.21, -1.8, 17.2, 88.6),
    ("湘潭市", "Xiangtan", 25, 100.0, 3.38, -2.9, 17.0, 88.0), ("衡阳市", "Hengyang", 47, 100.0, 7.02, -1.4, 18.9, 84.8),
    ("邵阳市", "Shaoyang", 49, 95.9, 6.34, -3.2, 21.4, 73.9), ("岳阳市", "Yueyang", 38, 100.0, 4.61, -2.7, 18.0, 86.5),
    ("常德市", "Changde", 36, 100.0, 4.55, -2.2, 17.7, 88.9), ("张家界市", "Zhangjiajie", 12, 100.0, 1.36, -4.1, 18.6, 83.3),
    ("益阳市", "Yiyang", 29, 100.0, 3.42, -3.6, 18.8, 82.1), ("郴州市", "Chenzhou", 36, 97.2, 4.63, -1.1, 18.7, 85.3),
    ("永州市", "Yongzhou", 37, 100.0, 4.72, -2.0, 20.6, 77.8), ("怀化市", "Huaihua", 30, 96.7, 3.30, -3.8, 19.9, 79.3),
    ("娄底市", "Loudi", 23, 91.3, 2.83, -2.6, 20.8, 76.2), ("湘西州", "Xiangxi", 8, 100.0, 1.01, 1.2, 19.4, None),
)  # fmt: skip
NINE = (
    ("校园占地", "Site", "≥ 4 万 m²", "≥ 40,000 m²", 95.4, 318, 146), ("生均用地", "Site per student", "≥ 33 m²", "≥ 33 m²", 97.0, 204, 171),
    ("校舍面积", "Buildings", "≥ 2.4 万 m²", "≥ 24,000 m²", 95.8, 287, 160), ("生均校舍", "Buildings per student", "≥ 20 m²", "≥ 20 m²", 94.1, 402, 338),
    ("专任教师", "Teachers", "≥ 60 人", "≥ 60", 94.7, 361, 129), ("生师比", "Students per teacher", "≤ 20 : 1", "≤ 20 : 1", 94.3, 389, 262),
    ("设备总值", "Equipment", "≥ 300 万元", "≥ CNY 3 m", 99.4, 41, 22), ("生均设备", "Equipment per student", "≥ 2,500 元", "≥ CNY 2,500", 99.2, 58, 31),
    ("生均图书", "Books per student", "≥ 30 册", "≥ 30", 96.0, 276, 188),
)  # fmt: skip


def render(path: str, query: str) -> Rendered:
    """Answer /{lang}/place/{page} in the theme asked for."""
    steps = path.strip("/").split("/")
    if steps == [""]:
        return Rendered({}, redirect="/zh/place/nation")
    lang: Lang = "en" if steps[0] == "en" else "zh"
    asked = {name: values[0] for name, values in parse_qs(query.lstrip("?")).items()}
    theme: Theme = "dark" if asked.get("theme") == "dark" else "light"
    name = "source" if asked.get("source") else steps[-1]
    make = MAKERS.get(name, _missing)
    return make(Phrases(lang), theme, name)


def _p(phrases: Phrases, name: str, place: str) -> str:
    return (
        f"/{phrases.lang}/place/{name}?year=2026&metric={place}"
        if place
        else f"/{phrases.lang}/place/{name}"
    )


def _frame(
    phrases: Phrases, theme: Theme, page: str, title: str, context: ContextView | None
) -> FrameView:
    other = "en" if phrases.lang == "zh" else "zh"
    tail = "?theme=dark" if theme == "dark" else ""
    flipped = "" if theme == "dark" else "?theme=dark"
    return FrameView(
        title=title,
        theme=theme,
        header=HeaderView(
            overview_href=_p(phrases, "nation", ""),
            catalogue_href=f"/{phrases.lang}/catalogue",
            user=phrases.pick("规划处 · 演示用户", "Planning · demo user"),
            sign_out_href="/sign-out",
            language_href=f"/{other}/place/{page}{tail}",
            theme_href=f"/{phrases.lang}/place/{page}{flipped}",
            dark=theme == "dark",
        ),
        context=context,
        footer=FooterView(
            (
                phrases.pick(
                    "不含技工学校；附设中职班不计校数",
                    "Technician schools excluded; attached classes are not counted as schools",
                ),
                phrases.pick("存量指标时点 2026-09-01", "Stocks as of 1 Sep 2026"),
            )
        ),
    )


def _context(phrases: Phrases, place: str, *ancestors: str) -> ContextView:
    years = tuple(
        ChoiceView(
            academic_year(year, phrases.lang),
            f"/{phrases.lang}/place/nation?year={year}",
            year == 2026,
        )
        for year in range(2026, 2019, -1)
    )
    near = ChoiceView(phrases.pick("湖北", "Hubei"), _p(phrases, "province", "x"))
    after = ChoiceView(phrases.pick("广东", "Guangdong"), _p(phrases, "province", "y"))
    places = tuple(
        ChoiceView(phrases.pick(*pair), _p(phrases, "province", str(at)))
        for at, pair in NAMES.items()
    )
    bounds = SwitchView(
        phrases.pick("区划", "Boundaries"),
        (
            ChoiceView(phrases.pick("现区划", "of today"), "/zh/place/nation", current=True),
            ChoiceView(phrases.pick("当年区划", "of then"), "/zh/place/nation?bounds=then"),
        ),
    )
    basis = SwitchView(
        phrases.pick("依据", "Basis"),
        (
            ChoiceView(phrases.pick("已报送", "submitted"), "/zh/place/nation", current=True),
            ChoiceView(phrases.pick("已审核", "approved"), "/zh/place/nation?basis=approved"),
        ),
    )
    return ContextView(
        place=place,
        ancestors=tuple(ChoiceView(one, _p(phrases, "nation", "")) for one in ancestors),
        children=() if ancestors else places,
        children_name=phrases.pick("选择地区", "Choose a place"),
        siblings=places if len(ancestors) == 1 else (),
        previous=near if len(ancestors) == 1 else None,
        next=after if len(ancestors) == 1 else None,
        year=academic_year(2026, phrases.lang),
        years=years,
        version=phrases.pick("2026-11-20 · 第 412 次入库", "20 Nov 2026 · load 412"),
        coverage=CoverageView("7,028", "7,186", "97.8%", 0.978),
        options=(bounds, basis),
    )


def _kpis(phrases: Phrases, *, inside: bool) -> list[KpiView]:
    lang = phrases.lang
    last = phrases.pick("较上年", "on last year:")
    made = (
        ("在校生", "Enrolment", 643_020 if inside else 11_784_000, "persons", (7.2, 7.0, 6.8, 6.57, 6.43), signed(-3.1, 1) + "%", "减少", "down"),
        ("招生", "Entrants", 221_000 if inside else 4_026_000, "persons", (5.1, 4.8, 4.5, 4.2, 4.0), signed(-2.4, 1) + "%", "减少", "down"),
        ("专任教师", "Teachers", 34_300 if inside else 729_100, "persons", (6.9, 7.0, 7.1, 7.2, 7.3), signed(0.4, 1) + "%", "增加", "up"),
        ("生师比", "Students per teacher", 18.8 if inside else 16.2, "ratio", (18.4, 17.8, 17.3, None, 16.2), signed(-0.6, 1), "改善", "better"),
        ("双师型占专业课教师", "Dual-qualified teachers", 57.2 if inside else 58.4, "percent", (51, 53, 55, 57, 58.4), points(0.011, lang), "改善", "better"),
        ("办学条件全部达标", "Meeting all nine limits", 83.3 if inside else 86.3, "percent", (70, 75, 79, 82, 86.3), points(0.042, lang), "改善", "better"),
    )  # fmt: skip
    cards = []
    for at, (zh, en, value, unit, values, change, word_zh, word_en) in enumerate(made):
        shown = show(value, unit, lang)
        lines = [phrases.pick("2026-09-01 · 覆盖 97.8%", "1 Sep 2026 · coverage 97.8%")]
        if inside:
            lines = [phrases.pick("全国 16.2，高 2.6", "nation 16.2, 2.6 above")]
        band = RankView(rank(6 + at, 8 + 2 * at, lang), 6 + at, 8 + 2 * at, 32, own=True)
        cards.append(
            KpiView(
                name=phrases.pick(zh, en),
                cell=CellView(shown.text, href=f"/{lang}/place/school?source=ratio"),
                unit=shown.unit,
                state="preliminary",
                spark=SparkView(
                    values, phrases.pick("近 5 年走势", "last five years"), preliminary=True
                ),
                change=f"{last} {change}",
                word=phrases.pick(word_zh, word_en),
                lines=lines,
                rank=band if inside else None,
            )
        )
    return cards


def _tiles(phrases: Phrases) -> TileMapView:
    tiles = []
    for place in POSITIONS:
        share = SHARES.get(place)
        href = _p(phrases, "province", str(place))
        name, brief = phrases.pick(*NAMES[place]), ""
        if phrases.lang == "en":
            brief = NAMES[place][1][:4] if " " not in NAMES[place][1] else "I.Mon"
        if share is None:
            tiles.append(
                TileView(
                    place, name, href, "", None, phrases.pick("覆盖不足 75%", "coverage 75%"), brief
                )
            )
            continue
        step = 1 + sum(share >= bound for bound in (80, 85, 90, 95))
        short = max(0, round((90 - share) * 2))
        note = phrases.pick(f"差 {short} 校", f"{short} short") if short else ""
        tiles.append(
            TileView(place, name, href, f"{share:.1f}", step, note, brief, own=place == 430000)
        )
    return TileMapView(
        tiles,
        ("< 80", "80–85", "85–90", "90–95", "≥ 95"),
        phrases.pick("全部 9 项达标学校占比，%", "Schools meeting all nine limits, %"),
        phrases.pick("差 N 校：距 90% 目标的学校数", "N short: schools short of the 90% target"),
    )


def _attention(phrases: Phrases) -> list[AttentionView]:
    made = (
        ("missing", "西藏", "Tibet", "报送率", "Reporting", "12 所学校报送 9 所（75%），低于 90%，暂不着色、不排名", "9 of 12 schools have reported (75%), below 90%: not coloured, not ranked", "催报", "Remind"),
        ("limit", "广西 · 云南 · 贵州", "Guangxi, Yunnan, Guizhou", "生师比", "Students per teacher", "20.6、20.3、20.1 : 1，超过 20 的限值；广西连续 3 年上升", "20.6, 20.3 and 20.1 : 1, over the limit of 20; Guangxi up for three years", "查看", "Look"),
        ("doubt", "山西", "Shanxi", "实习责任险覆盖率", "Interns insured", "71.4% → 99.6%，37 校数值完全相同；他省中位变化 +2.9 个百分点", "71.4% to 99.6%, 37 schools with the same value; elsewhere +2.9 pp", "18 起疑点", "18 doubts"),
        ("risk", "黑龙江", "Heilongjiang", "招生", "Entrants", "三年累计 −31%，42 校在校生不足 400 人；主因是初中毕业生减少", "−31% in three years; 42 schools have fewer than 400 students", "查看", "Look"),
        ("breach", "河南", "Henan", "岗位实习", "Placements", "3 校安排一年级学生岗位实习（规定第十六条），已派发 6 天", "3 schools placed first-year students (art. 16)", "3 件", "3 cases"),
    )  # fmt: skip
    return [
        AttentionView(
            seal,
            phrases.pick(a, b),
            phrases.pick(c, d),
            phrases.pick(f, g),
            phrases.pick(h, i),
            _p(phrases, "province", seal),
        )  # type: ignore[arg-type]
        for seal, a, b, c, d, f, g, h, i in made
    ]


def _ranking(phrases: Phrases) -> TableView:
    columns = (
        ColumnView(phrases.pick("填报单位", "Unit"), kind="text", sort_href="?sort=name"),
        ColumnView(phrases.pick("名次区间", "Rank"), phrases.pick("共 31", "of 31"), kind="text", narrow=False),
        ColumnView(phrases.pick("全部达标 %", "All nine met, %"), kind="dot", axis=AxisView(70, 100, 90, phrases.pick("90 目标", "target 90")), sort_href="?sort=met", sorted="descending"),
        ColumnView(phrases.pick("生师比", "Ratio"), ": 1"),
        ColumnView(phrases.pick("在校生", "Enrolment"), phrases.pick("万人", "10,000s")),
        ColumnView(phrases.pick("覆盖", "Coverage"), "%"),
    )  # fmt: skip
    total = RowView(
        phrases.pick("全国", "Nation"),
        (
            CellView(""),
            CellView("86.3", value=86.3),
            CellView("16.2"),
            CellView("1,178.4"),
            CellView("97.8"),
        ),
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
        kind = "own" if place == 430000 else ""
        rows.append(
            RowView(
                phrases.pick(*NAMES[place]), cells, _p(phrases, "province", str(place)), kind=kind
            )
        )
    gone = CellView(symbol="not_submitted")
    cells = (
        RankView(phrases.pick("不排名", "not ranked")),
        gone,
        gone,
        gone,
        CellView("75.0", verdict="miss"),
    )
    rows.append(RowView(phrases.pick("西藏", "Tibet"), cells, _p(phrases, "province", "540000")))
    return TableView(phrases.pick("填报单位排名", "Ranking of the units"), columns, rows, "dense")


def _nine(phrases: Phrases) -> TableView:
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
            (
                CellView(f"{met}"),
                SplitView(miss, near, 1000, f"{miss} / {near}"),
                CellView(str(miss)),
                CellView(str(near)),
            ),
            sub=phrases.pick(limit_zh, limit_en),
        )
        for zh, en, limit_zh, limit_en, met, miss, near in sorted(NINE, key=lambda one: -one[5])
    ]
    return TableView(phrases.pick("分项达标", "Indicator by indicator"), columns, rows)


def _children(phrases: Phrases) -> TableView:
    columns = (
        ColumnView(phrases.pick("市州", "Prefecture"), kind="text", sort_href="?sort=code", sorted="ascending"),
        ColumnView(phrases.pick("应报", "Due"), phrases.pick("校", "schools"), narrow=False),
        ColumnView(phrases.pick("覆盖", "Coverage"), "%"),
        ColumnView(phrases.pick("在校生", "Enrolment"), phrases.pick("万人", "10,000s"), kind="bar", sort_href="?sort=enrolment"),
        ColumnView(phrases.pick("同比", "Change"), "%", sort_href="?sort=change"),
        ColumnView(phrases.pick("生师比 : 1", "Ratio : 1"), kind="dot", axis=AxisView(14, 24, 20, phrases.pick("限值 20", "limit 20")), sort_href="?sort=ratio"),
        ColumnView(phrases.pick("全部达标 %", "All met, %"), kind="dot", axis=AxisView(70, 100, 90, phrases.pick("目标 90", "target 90")), own=True, sort_href="?sort=met"),
    )  # fmt: skip
    rows = [
        RowView(
            phrases.pick("湖南省", "Hunan"),
            (
                CellView("468"),
                CellView("98.5"),
                CellView("64.30"),
                CellView("−2.1"),
                CellView("18.8", value=18.8),
                CellView("83.3", value=83.3),
            ),
            kind="total",
        )
    ]
    for zh, en, due, cover, size, change, ratio, met in CITIES:
        last = (
            CellView(f"{met}", value=met)
            if met
            else CellView(phrases.pick("不足 10 校，6 / 8", "6 of 8"))
        )
        cells = (
            CellView(str(due)),
            CellView(f"{cover:.1f}", verdict="miss" if cover < 96 else None),
            CellView(f"{size:.2f}", value=size),
            CellView(signed(change, 1)),
            CellView(f"{ratio:.1f}", value=ratio, verdict="miss" if ratio > 20 else None),
            last,
        )
        rows.append(RowView(phrases.pick(zh, en), cells, _p(phrases, "province", en)))
    return TableView(phrases.pick("14 个市州", "14 prefectures"), columns, rows)


def _swarm(phrases: Phrases, theme: Theme, units: int) -> ChartView:
    chance = random.Random(7)
    values = [round(chance.gauss(17, 2.6), 1) for _ in range(units)]
    over = sum(value > 20 for value in values)
    view = SwarmView(
        values,
        median=16.9,
        median_text=phrases("chart.median", value="16.9"),
        middle=(15.4, 18.4),
        limit=20,
        limit_text=phrases(
            "chart.limit.over", limit="20", n=over, share=f"{over / units * 100:.1f}%"
        ),
        marks=(MarkView(16.2, phrases.pick("全国 16.2", "nation 16.2")),),
        unit_text=phrases("chart.dot") if units <= 1000 else phrases("chart.column"),
        low=8,
        high=30,
    )
    counts = [(band, sum(band <= value < band + 2 for value in values)) for band in range(8, 30, 2)]
    shown = TableView(
        phrases.pick("学校数按生师比", "Schools by ratio"),
        (
            ColumnView(phrases.pick("区间", "Band"), kind="text"),
            ColumnView(phrases.pick("校", "Schools")),
        ),
        [RowView(f"{band}–{band + 2}", (CellView(str(number)),)) for band, number in counts],
    )
    words = phrases.pick(
        f"{units} 校中 {over} 校超过限值 20。",
        f"{over} of {units} schools are over the limit of 20.",
    )
    return ChartView(swarm(view, theme), words, shown, 230)


def _trend(phrases: Phrases, theme: Theme) -> ChartView:
    labels = [academic_year(year, "en") for year in range(2020, 2027)]
    own, nation = (
        (50.8, 52.6, None, 54.1, 55.3, 56.2, 57.2),
        (55.2, 56.0, None, 56.9, 57.3, 57.9, 58.4),
    )
    view = TrendView(
        labels,
        (
            LineView(phrases.pick("全国 58.4", "Nation 58.4"), nation, "parent"),
            LineView(phrases.pick("湖南 57.2", "Hunan 57.2"), own),
        ),
        unit="%",
        breaks=(BreakView(2, phrases.pick("2022 年起口径改变", "scope changed in 2022")),),
        preliminary=True,
        preliminary_text=phrases("chart.preliminary"),
    )
    shown = TableView(
        phrases.pick("双师型占比", "Dual-qualified share"),
        (
            ColumnView(phrases("year"), kind="text"),
            ColumnView(phrases.pick("湖南", "Hunan"), "%"),
            ColumnView(phrases.pick("全国", "Nation"), "%"),
        ),
        [
            RowView(
                label,
                tuple(
                    CellView(f"{each}") if each else CellView(symbol="not_applicable")
                    for each in (a, b)
                ),
            )
            for label, a, b in zip(labels, own, nation, strict=True)
        ],
    )
    words = phrases.pick(
        "湖南双师型占比六年升 6.4 个百分点，仍低于全国。",
        "Hunan rose 6.4 pp in six years and is still below the nation.",
    )
    return ChartView(trend(view, theme), words, shown, 230)


def _nation(phrases: Phrases, theme: Theme, page: str) -> Rendered:
    measures = SwitchView(
        phrases.pick("指标", "Measure"),
        tuple(
            ChoiceView(
                phrases.pick(zh, en), f"/{phrases.lang}/place/nation?metric={en}", current=at == 0
            )
            for at, (zh, en) in enumerate(
                (
                    ("达标率", "Met"),
                    ("生师比", "Ratio"),
                    ("在校生", "Enrolment"),
                    ("双师型", "Dual"),
                    ("报送率", "Coverage"),
                )
            )
        ),
    )
    body = (
        finding(FindingView(phrases.pick(
            "在校生连续第 4 年减少（−3.1%）；办学条件全部达标的学校升至 86.3%，离目标还差 253 所；3 省区生师比超限。",
            "Enrolment fell for the fourth year (−3.1%); 86.3% of schools now meet all nine limits, 253 short of the target; three units exceed the ratio.",
        )), phrases),
        kpi_strip(_kpis(phrases, inside=False), phrases),
        grid(
            section(SectionView("map", phrases.pick("办学条件达标", "Conditions"), phrases.pick("%，2026-09-01，初步", "%, 1 Sep 2026, preliminary"), switch=measures, width=7), tile_map(_tiles(phrases), phrases)),
            section(SectionView("attention", phrases.pick("需要关注", "Needs attention"), phrases.pick("省份 × 指标，按偏离程度与涉及学校数排序", "place × measure, by deviation and schools touched"), width=5), attention_list(_attention(phrases), phrases)),
        ),
        grid(
            section(SectionView("ranking", phrases.pick("填报单位排名", "Units ranked"), phrases.pick("名次按区间给出：差异小于一个标准误的单位并列", "ranks are bands"), width=7), table(_ranking(phrases), phrases)),
            column(
                5,
                section(SectionView("nine", phrases.pick("分项达标", "Nine limits"), phrases.pick("6,842 校 · 按未达校数排序", "6,842 schools"), say=phrases.pick("生均校舍面积和生师比是最多学校跨不过的两项；487 所学校只差一项。", "Buildings per student and the ratio stop most schools; 487 miss only one.")), verdict_key(phrases), table(_nine(phrases), phrases)),
                section(SectionView("spread", phrases.pick("学校之间差多少：生师比", "How schools differ: ratio"), phrases.pick("7,028 校", "7,028 schools")), chart(_swarm(phrases, theme, 7028), phrases)),
            ),
        ),
    )  # fmt: skip
    context = _context(phrases, phrases.pick("全国", "Nation"))
    return Rendered(
        frame(_frame(phrases, theme, page, phrases.pick("全国", "Nation"), context), body, phrases)
    )


def _province(phrases: Phrases, theme: Theme, page: str) -> Rendered:
    heads = [LimitHead(phrases.pick(zh, en), phrases.pick(a, b)) for zh, en, a, b, *_ in NINE]
    verdicts = ("met", "met", "near", "miss", "met", "met", "met", "met", "near")
    rows = [
        MatrixRow(
            phrases.pick(f"白芷{at}中等专业学校", f"Baizhi School No. {at}"),
            _p(phrases, "school", str(at)),
            (phrases.pick("怀化", "Huaihua"), phrases.pick("公办", "public")),
            [CellView(f"{30 + each}", verdict=verdicts[(each + at) % 9]) for each in range(8)] + [CellView(symbol="not_submitted", verdict="none")],
            phrases.pick("差 1 项", "1 missed"),
        )
        for at in range(1, 9)
    ]  # fmt: skip
    shown = MatrixView(phrases.pick("达标矩阵", "Compliance"), phrases.pick("学校", "School"), (phrases.pick("市州", "Prefecture"), phrases.pick("性质", "Kind")), heads, phrases.pick("结论", "Result"), rows)  # fmt: skip
    body = (
        finding(FindingView(phrases.pick(
            "湖南 83.3% 的学校办学条件全部达标，比全国低 3.0 个百分点，离目标还差 31 所，集中在邵阳、永州、娄底。",
            "In Hunan 83.3% of schools meet all nine limits, 3.0 pp below the nation and 31 schools short of the target, most in Shaoyang, Yongzhou and Loudi.",
        )), phrases),
        kpi_strip(_kpis(phrases, inside=True), phrases),
        grid(
            section(SectionView("children", phrases.pick("14 个市州", "14 prefectures"), phrases.pick("2026-09-01 · 初步 · 点击表头排序", "1 Sep 2026 · preliminary"), width=8, note=phrases.pick("少于 10 校的单位不算百分比，只列校数。生师比超限用方形标出。", "No rate under 10 schools: counts instead. Over the limit: a square.")), table(_children(phrases), phrases)),
            section(SectionView("attention", phrases.pick("需要关注", "Needs attention"), width=4), attention_list(_attention(phrases), phrases)),
        ),
        grid(
            section(SectionView("spread", phrases.pick("学校之间差多少：生师比", "How schools differ: ratio"), phrases.pick("461 校；灰带为中间一半学校", "461 schools; grey: the middle half"), width=7), chart(_swarm(phrases, theme, 461), phrases)),
            section(SectionView("trend", phrases.pick("走势：双师型占比", "Trend: dual-qualified"), "%", width=5), chart(_trend(phrases, theme), phrases)),
        ),
        section(SectionView("matrix", phrases.pick("达标矩阵", "Compliance matrix"), phrases.pick("学校 × 9 项，差项少的在前", "schools by nine limits")), verdict_key(phrases), matrix(shown, phrases)),
    )  # fmt: skip
    context = _context(phrases, phrases.pick("湖南省", "Hunan"), phrases.pick("全国", "Nation"))
    return Rendered(
        frame(_frame(phrases, theme, page, phrases.pick("湖南省", "Hunan"), context), body, phrases)
    )


def _indicators(phrases: Phrases) -> TableView:
    columns = (
        ColumnView(phrases.pick("指标", "Indicator"), kind="text"),
        ColumnView(phrases.pick("本年", "This year")),
        ColumnView(phrases.pick("上年", "Last year"), narrow=False),
        ColumnView(phrases.pick("变化", "Change"), narrow=False),
        ColumnView(phrases.pick("限值", "Limit")),
        ColumnView(phrases.pick("状态", "Status"), kind="text"),
        ColumnView(phrases.pick("近 5 年", "Five years"), kind="text"),
        ColumnView(phrases.pick("来源", "Source"), kind="text"),
    )
    line = SparkView((1, 1.2, 1.1, 1.5, 1.4), phrases.pick("近 5 年走势", "last five years"))
    source = CellView(
        phrases.pick("来源", "source"), href=f"/{phrases.lang}/place/school?source=ratio"
    )
    rows = [
        RowView(phrases.pick("综合信息", "General"), kind="group"),
        RowView(phrases.pick("在校生", "Enrolment"), (CellView("1,545"), CellView("1,614"), CellView("−4.3%"), CellView("≥ 1,200"), "met", line, source), unit=phrases.pick("人", "students")),
        RowView(phrases.pick("专任教师", "Teachers"), (CellView("71"), CellView("77"), CellView("−7.8%"), CellView("≥ 60"), "near", line, source), unit=phrases.pick("人", "")),
        RowView(phrases.pick("生师比", "Students per teacher"), (CellView("21.8"), CellView("21.0"), CellView("+0.8"), CellView("≤ 20"), "miss", line, source), unit=": 1", kind="own"),
        RowView(phrases.pick("就业创业", "Destinations"), kind="group"),
        RowView(phrases.pick("对口就业率", "Matched employment"), (CellView(symbol="withheld"), CellView("72.6"), CellView(symbol="not_applicable"), CellView(symbol="not_applicable"), "silent", line, source), unit="%"),
        RowView(phrases.pick("党员教师占比", "Party members"), (CellView(symbol="not_submitted"), CellView("14"), CellView(symbol="not_applicable"), CellView(symbol="rounds_to_zero"), "none", SparkView((None, None, 1, None, None), ""), source), unit="%"),
    ]  # fmt: skip
    return TableView(phrases.pick("指标", "Indicators"), columns, rows)


def _school(phrases: Phrases, theme: Theme, page: str) -> Rendered:
    facts = (
        FactView(phrases.pick("标识码", "Code"), "3643000217"),
        FactView(phrases.pick("办学类型", "Type"), phrases.pick("职业高中学校", "vocational high school")),
        FactView(phrases.pick("举办者", "Sponsor"), phrases.pick("地方教育部门（公办）", "local education department (public)")),
        FactView(phrases.pick("办学条件", "Conditions"), phrases.pick("9 项中 2 项未达", "2 of 9 missed"), "miss"),
    )  # fmt: skip
    breach = RemarkView(phrases.pick("一年级 26 名学生参加岗位实习。", "26 first-year students on placement."), phrases.pick("实习管理规定 第十六条（一）", "Internship rules, art. 16 (1)"), follow=phrases.pick("2026-11-05 发现", "found 5 Nov 2026"))  # fmt: skip
    doubt = RemarkView(phrases.pick("责任险参保 312 人，多于实习学生 298 人。", "312 insured, more than the 298 interns."))  # fmt: skip
    views = (
        JudgementView(
            "breach",
            phrases.pick("违规 1", "Breaches 1"),
            phrases.pick("依据条款，规则判定", "by the law"),
            (breach,),
        ),
        JudgementView(
            "doubt",
            phrases.pick("疑点 1", "Doubts 1"),
            phrases.pick("数字可能有误", "may be wrong"),
            (doubt,),
        ),
    )
    cards = _kpis(phrases, inside=True)
    chance = random.Random(3)
    peers = PeersView([chance.random() for _ in range(30)], 0.5, 0.8, phrases.pick("很高，高于 29 所，相似校中位 18.2", "very high: above 29; their median 18.2"), phrases.pick("本校在 30 所相似学校中的位置", "position among 30 similar schools"))  # fmt: skip
    cards = [
        KpiView(card.name, card.cell, card.unit, change=card.change, word=card.word, peers=peers, verdict="miss" if at == 3 else None, selected=at == 3 and page == "source")
        for at, card in enumerate(cards)
    ]  # fmt: skip
    name = phrases.pick("青岚职业中专学校", "Qinglan Vocational School")
    body = (
        identity(IdentityView(name, facts, phrases.pick("在校生减少 4.3%，生师比升至 21.8，超过限值。", "Enrolment fell 4.3%; the ratio rose to 21.8, over the limit.")), phrases),
        judgements(views, phrases),
        kpi_strip(cards, phrases, columns=3),
        section(SectionView("indicators", phrases.pick("指标", "Indicators"), phrases.pick("2026–2027 · 初步", "2026–27 · preliminary")), table(_indicators(phrases), phrases)),
        section(SectionView("trend", phrases.pick("走势", "Trend"), "%"), chart(_trend(phrases, theme), phrases)),
    )  # fmt: skip
    context = _context(phrases, name, *(phrases.pick(*pair) for pair in (("全国", "Nation"), ("湖南", "Hunan"), ("邵阳市", "Shaoyang"), ("洞口县", "Dongkou"))))  # fmt: skip
    panel = lineage(_lineage(phrases, name), phrases) if page == "source" else None
    return Rendered(frame(_frame(phrases, theme, page, name, context), body, phrases, panel))


def _lineage(phrases: Phrases, name: str) -> LineageView:
    sheet = ExcerptView(
        phrases.pick("《在校学生》第 16–18 行", "sheet “students”, rows 16–18"),
        (("B", phrases.pick("年级", "grade")), ("C", phrases.pick("班数", "classes")), ("D", phrases.pick("在校生", "students"))),
        (ExcerptRow(16, (phrases.pick("二年级", "second"), "12", "531")), ExcerptRow(17, (phrases.pick("三年级", "third"), "11", "507")), ExcerptRow(18, (phrases.pick("合计", "total"), "34", "1,545"))),
        18,
        2,
    )  # fmt: skip
    where = (
        (
            phrases.pick("表与位置", "Cell"),
            phrases.pick("《在校学生》第 18 行 D 列", "sheet “students”, row 18, column D"),
        ),
        (
            phrases.pick("报送", "Submission"),
            phrases.pick("第 2 次，2026-11-09 16:42", "2nd, 9 Nov 2026 16:42"),
        ),
    )
    revisions = TableView(
        phrases.pick("修订", "Revisions"),
        (ColumnView(phrases.pick("版本", "Version"), kind="text"), ColumnView(phrases.pick("在校生", "Students")), ColumnView(phrases.pick("原因", "Reason"), kind="text")),
        (RowView("11-09 r", (CellView("1,545"), CellView(phrases.pick("补录转入 22 人", "22 transfers added")))), RowView("10-12 p", (CellView("1,523"), CellView(phrases.pick("首次报送", "first"))))),
    )  # fmt: skip
    return LineageView(
        metric=phrases.pick("生师比", "Students per teacher"),
        place=name,
        date="2026-09-01",
        back_href=_p(phrases, "school", ""),
        result=CellView("21.8"),
        unit=": 1",
        parts=(
            PartView(phrases.pick("在校生", "students"), CellView("1,545"), phrases.pick("人", ""), "=", where, sheet),
            PartView(phrases.pick("专任教师", "teachers"), CellView("71"), phrases.pick("人", ""), "÷", where[1:]),
        ),
        definition=(phrases.pick("全日制在校生与专任教师之比。外聘教师折算办法未定，暂不计入。", "Full-time students per full-time teacher; outside teachers are not counted yet."),),
        limit=phrases.pick("限值 ≤ 20，依据职业学校办学条件达标工程实施方案（2022 年版）", "limit ≤ 20, by the 2022 plan on school conditions"),
        tables=((phrases.pick("修订", "Revisions"), revisions, phrases.pick("先加总，再相除；从不对各校的比值取平均。", "Summed first, divided last; ratios are never averaged.")),),
        facts=((phrases.pick("文件指纹", "File"), "sha256 7c1e0d64b2a89f31cc09a40"),),
        state="revised",
    )  # fmt: skip


def _missing(phrases: Phrases, theme: Theme, page: str) -> Rendered:
    view = _frame(phrases, theme, page, phrases("notice.forbidden"), None)
    body = (
        notice(
            "forbidden",
            _p(phrases, "nation", ""),
            phrases,
            phrases.pick("湖南省 · 邵阳市", "Hunan · Shaoyang"),
        ),
    )
    return Rendered(frame(view, body, phrases), STATUS["forbidden"])


MAKERS = {
    "nation": _nation,
    "province": _province,
    "school": _school,
    "source": _school,
    "missing": _missing,
}


if __name__ == "__main__":
    from flask import Flask

    from dashboards.i18n import Phrases as P
    from dashboards.shell import create_dash
    from dashboards.signin import SignInView, sign_in_page

    server = Flask("gallery")
    server.add_url_rule(
        "/sign-in",
        "sign-in",
        lambda: sign_in_page(
            SignInView("/sign-in", "/sign-in?lang=en", error="账号或密码不对，请重新输入。"),
            P("zh"),
        ),
    )
    create_dash(server, render)
    server.run(port=8077)
