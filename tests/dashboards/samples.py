"""Made-up surroundings, headline numbers and charts that the sample pages share."""
# The samples are read as tables:
# fmt: off

from __future__ import annotations

import random

from dashboards.charts.swarm import MarkView, SwarmView, swarm
from dashboards.charts.trend import BreakView, LineView, TrendView, trend
from dashboards.i18n import Phrases
from dashboards.numbers import academic_year, points, rank, show, signed
from dashboards.parts.cell import CellView
from dashboards.parts.context import ContextView, CoverageView
from dashboards.parts.footer import FooterView
from dashboards.parts.frame import FrameView
from dashboards.parts.header import HeaderView
from dashboards.parts.kpis import KpiView
from dashboards.parts.marks import RankView, SparkView
from dashboards.parts.section import (
    ChartView,
    ChoiceView,
    SwitchView,
)
from dashboards.parts.table import ColumnView, RowView, TableView
from dashboards.theme import Theme

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
}


def address(phrases: Phrases, name: str, place: str) -> str:
    return f"/{phrases.lang}/place/{name}?year=2026&metric={place}" if place else f"/{phrases.lang}/place/{name}"


def surroundings(phrases: Phrases, theme: Theme, page: str, title: str, context: ContextView | None) -> FrameView:
    other = "en" if phrases.lang == "zh" else "zh"
    tail = "?theme=dark" if theme == "dark" else ""
    flipped = "" if theme == "dark" else "?theme=dark"
    return FrameView(
        title=title,
        theme=theme,
        header=HeaderView(
            overview_href=address(phrases, "nation", ""),
            entries=(ChoiceView(phrases("nav.place"), f"/{phrases.lang}/place/1", current=True), ChoiceView(phrases("nav.catalogue"), f"/{phrases.lang}/catalogue")),
            user=phrases.pick("规划处 · 演示用户", "Planning · demo user"),
            own_href=f"/{phrases.lang}/me",
            sign_out_href="/sign-out",
            language_href=f"/{other}/place/{page}{tail}",
            theme_href=f"/{phrases.lang}/place/{page}{flipped}",
            dark=theme == "dark",
        ),
        context=context,
        footer=FooterView(
            (
                phrases.pick("不含技工学校；附设中职班不计校数", "Technician schools excluded; attached classes are not counted as schools"),
                phrases.pick("存量指标时点 2026-09-01", "Stocks as of 1 Sep 2026"),
            )
        ),
    )


def bar(phrases: Phrases, place: str, *ancestors: str) -> ContextView:
    years = tuple(
        ChoiceView(academic_year(year, phrases.lang), f"/{phrases.lang}/place/nation?year={year}", year == 2026)
        for year in range(2026, 2019, -1)
    )
    near = ChoiceView(phrases.pick("湖北", "Hubei"), address(phrases, "province", "x"))
    after = ChoiceView(phrases.pick("广东", "Guangdong"), address(phrases, "province", "y"))
    places = tuple(ChoiceView(phrases.pick(*pair), address(phrases, "province", str(at))) for at, pair in NAMES.items())
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
        ancestors=tuple(ChoiceView(one, address(phrases, "nation", "")) for one in ancestors),
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


def kpis(phrases: Phrases, *, inside: bool) -> list[KpiView]:
    lang = phrases.lang
    made = (
        ("在校生", "Enrolment", 643_020 if inside else 11_784_000, "persons", (7.2, 7.0, 6.8, 6.57, 6.43), signed(-3.1, 1) + "%", "减少", "down"),
        ("招生", "Entrants", 221_000 if inside else 4_026_000, "persons", (5.1, 4.8, 4.5, 4.2, 4.0), signed(-2.4, 1) + "%", "减少", "down"),
        ("专任教师", "Teachers", 34_300 if inside else 729_100, "persons", (6.9, 7.0, 7.1, 7.2, 7.3), signed(0.4, 1) + "%", "增加", "up"),
        ("生师比", "Students per teacher", 18.8 if inside else 16.2, "ratio", (18.4, 17.8, 17.3, None, 16.2), signed(-0.6, 1), "改善", "better"),
        ("双师型占专业课教师", "Dual-qualified teachers", 57.2 if inside else 58.4, "percent", (51, 53, 55, 57, 58.4), points(0.011, lang), "改善", "better"),
        ("办学条件全部达标", "Meeting all nine limits", 83.3 if inside else 86.3, "percent", (70, 75, 79, 82, 86.3), points(0.042, lang), "改善", "better"),
    )
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
                spark=SparkView(values, phrases.pick("近 5 年走势", "last five years"), preliminary=True),
                change=phrases("change", change=change),
                word=phrases.pick(word_zh, word_en),
                lines=lines,
                rank=band if inside else None,
            )
        )
    return cards


def swarm_chart(phrases: Phrases, theme: Theme, units: int) -> ChartView:
    chance = random.Random(7)
    values = [round(chance.gauss(17, 2.6), 1) for _ in range(units)]
    over = sum(value > 20 for value in values)
    view = SwarmView(
        values,
        median=16.9,
        median_text=phrases("chart.median", value="16.9"),
        middle=(15.4, 18.4),
        limit=20,
        limit_text=phrases("chart.limit.over", limit="20", n=over, share=f"{over / units * 100:.1f}%"),
        marks=(MarkView(16.2, phrases.pick("全国 16.2", "nation 16.2")),),
        dot_text=phrases("chart.dot"),
        column_text=phrases("chart.column"),
        low=8,
        high=30,
    )
    counts = [(band, sum(band <= value < band + 2 for value in values)) for band in range(8, 30, 2)]
    shown = TableView(
        phrases.pick("学校数按生师比", "Schools by ratio"),
        (ColumnView(phrases.pick("区间", "Band"), kind="text"), ColumnView(phrases.pick("校", "Schools"))),
        [RowView(f"{band}–{band + 2}", (CellView(str(number)),)) for band, number in counts],
    )
    words = phrases.pick(f"{units} 校中 {over} 校超过限值 20。", f"{over} of {units} schools are over the limit of 20.")
    return ChartView(swarm(view, theme, 720 if units <= 1000 else 500), words, shown, 230)


def published_chart(phrases: Phrases, theme: Theme) -> ChartView:
    labels = [str(year) for year in range(2015, 2027)]
    known = (1656.7, 1599.0, 1592.5, 1555.3, 1576.5, 1663.4, 1311.8, 1339.3, 1298.5, None, None, None)
    ours = (None, None, None, None, None, None, 1310.2, 1338.0, 1297.1, 1250.4, 1216.1, 1178.4)
    view = TrendView(
        labels,
        (LineView(phrases.pick("公布数", "Published"), known, "other", dashed=True), LineView(phrases.pick("本系统 1,178.4", "Ours 1,178.4"), ours)),
        unit=phrases.pick("万人", "10,000s"),
        breaks=(BreakView(6, phrases("chart.break.2021")),),
        preliminary=True,
        preliminary_text=phrases("chart.preliminary"),
    )
    shown = TableView(
        phrases.pick("在校生", "Enrolment"),
        (ColumnView(phrases("year"), kind="text"), ColumnView(phrases.pick("公布数", "Published")), ColumnView(phrases.pick("本系统", "Ours"))),
        [RowView(label, tuple(CellView(f"{each}") if each else CellView(symbol="not_applicable") for each in (a, b))) for label, a, b in zip(labels, known, ours, strict=True)],
    )
    return ChartView(trend(view, theme), phrases.pick("在校生自 2022 年起下降。", "Enrolment has fallen since 2022."), shown, 230)


def trend_chart(phrases: Phrases, theme: Theme) -> ChartView:
    labels = [academic_year(year, "en") for year in range(2020, 2027)]
    own, nation = (50.8, 52.6, None, 54.1, 55.3, 56.2, 57.2), (55.2, 56.0, None, 56.9, 57.3, 57.9, 58.4)
    view = TrendView(
        labels,
        (LineView(phrases.pick("全国 58.4", "Nation 58.4"), nation, "parent"), LineView(phrases.pick("湖南 57.2", "Hunan 57.2"), own)),
        unit="%",
        breaks=(BreakView(2, phrases.pick("2022 年起口径改变", "scope changed in 2022")),),
        preliminary=True,
        preliminary_text=phrases("chart.preliminary"),
    )
    shown = TableView(
        phrases.pick("双师型占比", "Dual-qualified share"),
        (ColumnView(phrases("year"), kind="text"), ColumnView(phrases.pick("湖南", "Hunan"), "%"), ColumnView(phrases.pick("全国", "Nation"), "%")),
        [RowView(label, tuple(CellView(f"{each}") if each else CellView(symbol="not_applicable") for each in (a, b))) for label, a, b in zip(labels, own, nation, strict=True)],
    )
    words = phrases.pick("湖南双师型占比六年升 6.4 个百分点，仍低于全国。", "Hunan rose 6.4 pp in six years and is still below the nation.")
    return ChartView(trend(view, theme), words, shown, 230)
