"""A sample school's page, with the panel that says where a number comes from."""
# The samples are read as tables:
# fmt: off

from __future__ import annotations

import random

from dashboards.i18n import Phrases
from dashboards.parts.cell import CellView
from dashboards.parts.frame import frame
from dashboards.parts.kpis import KpiView, PeersView, kpi_strip
from dashboards.parts.lineage import (
    ExcerptRow,
    ExcerptView,
    LineageView,
    PartView,
    SheetView,
    lineage,
)
from dashboards.parts.marks import SparkView
from dashboards.parts.school import (
    FactView,
    IdentityView,
    JudgementView,
    RemarkView,
    identity,
    judgements,
)
from dashboards.parts.section import (
    SectionView,
    chart,
    section,
)
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.shell import Rendered
from dashboards.theme import Theme
from tests.dashboards.samples import (
    address,
    bar,
    kpis,
    surroundings,
    trend_chart,
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
    source = CellView(phrases.pick("来源", "source"), href=f"/{phrases.lang}/place/school?source=ratio")
    rows = [
        RowView(phrases.pick("综合信息", "General"), kind="group"),
        RowView(phrases.pick("在校生", "Enrolment"), (CellView("1,545"), CellView("1,614"), CellView("−4.3%"), CellView("≥ 1,200"), "met", line, source), unit=phrases.pick("人", "students")),
        RowView(phrases.pick("专任教师", "Teachers"), (CellView("71"), CellView("77"), CellView("−7.8%"), CellView("≥ 60"), "near", line, source), unit=phrases.pick("人", "")),
        RowView(phrases.pick("生师比", "Students per teacher"), (CellView("21.8"), CellView("21.0"), CellView("+0.8"), CellView("≤ 20"), "miss", line, source), unit=": 1", kind="own"),
        RowView(phrases.pick("就业创业", "Destinations"), kind="group"),
        RowView(phrases.pick("对口就业率", "Matched employment"), (CellView(symbol="withheld"), CellView("72.6"), CellView(symbol="not_applicable"), CellView(symbol="not_applicable"), "silent", line, source), unit="%"),
        RowView(phrases.pick("党员教师占比", "Party members"), (CellView(symbol="not_submitted"), CellView("14"), CellView(symbol="not_applicable"), CellView(symbol="rounds_to_zero"), "none", SparkView((None, None, 1, None, None), ""), source), unit="%"),
    ]
    return TableView(phrases.pick("指标", "Indicators"), columns, rows)


def school(phrases: Phrases, theme: Theme, page: str) -> Rendered:
    facts = (
        FactView(phrases.pick("标识码", "Code"), "3643000217"),
        FactView(phrases.pick("办学类型", "Type"), phrases.pick("职业高中学校", "vocational high school")),
        FactView(phrases.pick("举办者", "Sponsor"), phrases.pick("地方教育部门（公办）", "local education department (public)")),
        FactView(phrases.pick("办学条件", "Conditions"), phrases.pick("9 项中 2 项未达", "2 of 9 missed"), "miss"),
    )
    breach = RemarkView(phrases.pick("一年级 26 名学生参加岗位实习。", "26 first-year students on placement."), phrases.pick("实习管理规定 第十六条（一）", "Internship rules, art. 16 (1)"), follow=phrases.pick("2026-11-05 发现", "found 5 Nov 2026"))
    doubt = RemarkView(phrases.pick("责任险参保 312 人，多于实习学生 298 人。", "312 insured, more than the 298 interns."))
    views = (
        JudgementView("breach", phrases.pick("违规 1", "Breaches 1"), phrases.pick("依据条款，规则判定", "by the law"), (breach,)),
        JudgementView("doubt", phrases.pick("疑点 1", "Doubts 1"), phrases.pick("数字可能有误", "may be wrong"), (doubt,)),
    )
    cards = kpis(phrases, inside=True)
    chance = random.Random(3)
    peers = PeersView([chance.random() for _ in range(30)], 0.5, 0.8, phrases.pick("很高，高于 29 所，相似校中位 18.2", "very high: above 29; their median 18.2"), phrases.pick("本校在 30 所相似学校中的位置", "position among 30 similar schools"))
    cards = [
        KpiView(card.name, card.cell, card.unit, change=card.change, word=card.word, peers=peers, verdict="miss" if at == 3 else None, selected=at == 3 and page == "source")
        for at, card in enumerate(cards)
    ]
    name = phrases.pick("青岚职业中专学校", "Qinglan Vocational School")
    body = (
        identity(IdentityView(name, facts, phrases.pick("在校生减少 4.3%，生师比升至 21.8，超过限值。", "Enrolment fell 4.3%; the ratio rose to 21.8, over the limit.")), phrases),
        judgements(views, phrases),
        kpi_strip(cards, phrases, columns=3),
        section(SectionView("indicators", phrases.pick("指标", "Indicators"), phrases.pick("2026–2027 · 初步", "2026–27 · preliminary")), table(_indicators(phrases), phrases)),
        section(SectionView("trend", phrases.pick("走势", "Trend"), "%"), chart(trend_chart(phrases, theme), phrases)),
    )
    context = bar(phrases, name, *(phrases.pick(*pair) for pair in (("全国", "Nation"), ("湖南", "Hunan"), ("邵阳市", "Shaoyang"), ("洞口县", "Dongkou"))))
    panel = lineage(_lineage(phrases, name), phrases) if page == "source" else None
    return Rendered(frame(surroundings(phrases, theme, page, name, context), body, phrases, panel))


def _lineage(phrases: Phrases, name: str) -> LineageView:
    sheet = ExcerptView(
        phrases.pick("《在校学生》第 16–18 行", "sheet “students”, rows 16–18"),
        (("B", phrases.pick("年级", "grade")), ("C", phrases.pick("班数", "classes")), ("D", phrases.pick("在校生", "students"))),
        (ExcerptRow(16, (phrases.pick("二年级", "second"), "12", "531")), ExcerptRow(17, (phrases.pick("三年级", "third"), "11", "507")), ExcerptRow(18, (phrases.pick("合计", "total"), "34", "1,545"))),
        18,
        2,
    )
    where = (
        (phrases.pick("表与位置", "Cell"), phrases.pick("《在校学生》第 18 行 D 列", "sheet “students”, row 18, column D")),
        (phrases.pick("报送", "Submission"), phrases.pick("第 2 次，2026-11-09 16:42", "2nd, 9 Nov 2026 16:42")),
    )
    revisions = TableView(
        phrases.pick("修订", "Revisions"),
        (ColumnView(phrases.pick("版本", "Version"), kind="text"), ColumnView(phrases.pick("在校生", "Students")), ColumnView(phrases.pick("原因", "Reason"), kind="text")),
        (RowView("11-09 r", (CellView("1,545"), CellView(phrases.pick("补录转入 22 人", "22 transfers added")))), RowView("10-12 p", (CellView("1,523"), CellView(phrases.pick("首次报送", "first"))))),
    )
    return LineageView(
        metric=phrases.pick("生师比", "Students per teacher"),
        place=name,
        date="2026-09-01",
        back_href=address(phrases, "school", ""),
        result=CellView("21.8"),
        unit=": 1",
        parts=(
            PartView(phrases.pick("在校生", "students"), CellView("1,545"), phrases.pick("人", ""), "=", (), (SheetView("", where, sheet),)),
            PartView(phrases.pick("专任教师", "teachers"), CellView("71"), phrases.pick("人", ""), "÷", (), (SheetView("", where[1:]),)),
        ),
        definition=(phrases.pick("全日制在校生与专任教师之比。外聘教师折算办法未定，暂不计入。", "Full-time students per full-time teacher; outside teachers are not counted yet."),),
        limit=phrases.pick("限值 ≤ 20，依据职业学校办学条件达标工程实施方案（2022 年版）", "limit ≤ 20, by the 2022 plan on school conditions"),
        tables=((phrases.pick("修订", "Revisions"), revisions, phrases.pick("先加总，再相除；从不对各校的比值取平均。", "Summed first, divided last; ratios are never averaged.")),),
        facts=((phrases.pick("文件指纹", "File"), "sha256 7c1e0d64b2a89f31cc09a40"),),
        state="revised",
    )
