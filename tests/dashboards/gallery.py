"""Sample pages of made-up views, for looking at the parts and for the tests of the browser's side."""
# The samples are read as tables:
# fmt: off

from __future__ import annotations

from urllib.parse import parse_qs

from dashboards.i18n import Lang, Phrases
from dashboards.parts.attention import attention_list
from dashboards.parts.cell import CellView, Verdict
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.frame import frame
from dashboards.parts.kpis import kpi_strip
from dashboards.parts.matrix import LimitHead, MatrixRow, MatrixView, matrix, verdict_key
from dashboards.parts.notices import STATUS, notice
from dashboards.parts.section import (
    ChoiceView,
    SectionView,
    SwitchView,
    chart,
    column,
    grid,
    section,
)
from dashboards.parts.table import table
from dashboards.parts.tiles import tile_map
from dashboards.shell import Rendered
from dashboards.theme import Theme
from tests.dashboards.sample_places import NINE, attention, children_table, nine, ranking, tile_view
from tests.dashboards.sample_school import school
from tests.dashboards.samples import (
    address,
    bar,
    kpis,
    published_chart,
    surroundings,
    swarm_chart,
    trend_chart,
)

PAGES = ("nation", "province", "school", "source", "missing")


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


def _nation(phrases: Phrases, theme: Theme, page: str) -> Rendered:
    measures = SwitchView(
        phrases.pick("指标", "Measure"),
        tuple(
            ChoiceView(phrases.pick(zh, en), f"/{phrases.lang}/place/nation?metric={en}", current=at == 0)
            for at, (zh, en) in enumerate((("达标率", "Met"), ("生师比", "Ratio"), ("在校生", "Enrolment"), ("双师型", "Dual"), ("报送率", "Coverage")))
        ),
    )
    body = (
        finding(FindingView(phrases.pick(
            "在校生连续第 4 年减少（−3.1%）；办学条件全部达标的学校升至 86.3%，离目标还差 253 所；3 省区生师比超限。",
            "Enrolment fell for the fourth year (−3.1%); 86.3% of schools now meet all nine limits, 253 short of the target; three units exceed the ratio.",
        )), phrases),
        kpi_strip(kpis(phrases, inside=False), phrases),
        grid(
            section(SectionView("map", phrases.pick("办学条件达标", "Conditions"), phrases.pick("%，2026-09-01，初步", "%, 1 Sep 2026, preliminary"), switch=measures, width=7), tile_map(tile_view(phrases), phrases)),
            section(SectionView("attention", phrases.pick("需要关注", "Needs attention"), phrases.pick("省份 × 指标，按偏离程度与涉及学校数排序", "place × measure, by deviation and schools touched"), width=5), attention_list(attention(phrases), phrases)),
        ),
        grid(
            section(SectionView("ranking", phrases.pick("填报单位排名", "Units ranked"), phrases.pick("名次按区间给出：差异小于一个标准误的单位并列", "ranks are bands"), width=7), table(ranking(phrases), phrases)),
            column(
                5,
                section(SectionView("nine", phrases.pick("分项达标", "Nine limits"), phrases.pick("6,842 校 · 按未达校数排序", "6,842 schools"), say=phrases.pick("生均校舍面积和生师比是最多学校跨不过的两项；487 所学校只差一项。", "Buildings per student and the ratio stop most schools; 487 miss only one.")), verdict_key(phrases), table(nine(phrases), phrases)),
                section(SectionView("spread", phrases.pick("学校之间差多少：生师比", "How schools differ: ratio"), phrases.pick("7,028 校", "7,028 schools")), chart(swarm_chart(phrases, theme, 7028), phrases)),
                section(SectionView("published", phrases.pick("在校生：公布数与本系统", "Enrolment: published and ours"), phrases.pick("万人", "10,000s")), chart(published_chart(phrases, theme), phrases)),
            ),
        ),
    )
    context = bar(phrases, phrases.pick("全国", "Nation"))
    return Rendered(frame(surroundings(phrases, theme, page, phrases.pick("全国", "Nation"), context), body, phrases))


def _province(phrases: Phrases, theme: Theme, page: str) -> Rendered:
    heads = [LimitHead(phrases.pick(zh, en), phrases.pick(a, b)) for zh, en, a, b, *_ in NINE]
    verdicts: tuple[Verdict, ...] = ("met", "met", "near", "miss", "met", "met", "met", "met", "near")
    rows = [
        MatrixRow(
            phrases.pick(f"白芷{at}中等专业学校", f"Baizhi School No. {at}"),
            address(phrases, "school", str(at)),
            (phrases.pick("怀化", "Huaihua"), phrases.pick("公办", "public")),
            [CellView(f"{30 + each}", verdict=verdicts[(each + at) % 9]) for each in range(8)] + [CellView(symbol="not_submitted", verdict="none")],
            phrases.pick("差 1 项", "1 missed"),
        )
        for at in range(1, 9)
    ]
    shown = MatrixView(phrases.pick("达标矩阵", "Compliance"), phrases.pick("学校", "School"), (phrases.pick("市州", "Prefecture"), phrases.pick("性质", "Kind")), heads, phrases.pick("结论", "Result"), rows)
    body = (
        finding(FindingView(phrases.pick(
            "湖南 83.3% 的学校办学条件全部达标，比全国低 3.0 个百分点，离目标还差 31 所，集中在邵阳、永州、娄底。",
            "In Hunan 83.3% of schools meet all nine limits, 3.0 pp below the nation and 31 schools short of the target, most in Shaoyang, Yongzhou and Loudi.",
        )), phrases),
        kpi_strip(kpis(phrases, inside=True), phrases),
        grid(
            section(SectionView("children", phrases.pick("14 个市州", "14 prefectures"), phrases.pick("2026-09-01 · 初步 · 点击表头排序", "1 Sep 2026 · preliminary"), width=8, note=phrases.pick("少于 10 校的单位不算百分比，只列校数。生师比超限用方形标出。", "No rate under 10 schools: counts instead. Over the limit: a square.")), table(children_table(phrases), phrases)),
            section(SectionView("attention", phrases.pick("需要关注", "Needs attention"), width=4), attention_list(attention(phrases), phrases)),
        ),
        grid(
            section(SectionView("spread", phrases.pick("学校之间差多少：生师比", "How schools differ: ratio"), phrases.pick("461 校；灰带为中间一半学校", "461 schools; grey: the middle half"), width=7), chart(swarm_chart(phrases, theme, 461), phrases)),
            section(SectionView("trend", phrases.pick("走势：双师型占比", "Trend: dual-qualified"), "%", width=5), chart(trend_chart(phrases, theme), phrases)),
        ),
        section(SectionView("matrix", phrases.pick("达标矩阵", "Compliance matrix"), phrases.pick("学校 × 9 项，差项少的在前", "schools by nine limits")), verdict_key(phrases), matrix(shown, phrases)),
    )
    context = bar(phrases, phrases.pick("湖南省", "Hunan"), phrases.pick("全国", "Nation"))
    return Rendered(frame(surroundings(phrases, theme, page, phrases.pick("湖南省", "Hunan"), context), body, phrases))


def _missing(phrases: Phrases, theme: Theme, page: str) -> Rendered:
    view = surroundings(phrases, theme, page, phrases("notice.forbidden"), None)
    body = (notice("forbidden", address(phrases, "nation", ""), phrases, phrases.pick("湖南省 · 邵阳市", "Hunan · Shaoyang")),)
    return Rendered(frame(view, body, phrases), STATUS["forbidden"])


MAKERS = {"nation": _nation, "province": _province, "school": school, "source": school, "missing": _missing}


if __name__ == "__main__":
    from flask import Flask

    from dashboards.shell import create_dash
    from dashboards.signin import SignInView, sign_in_page

    server = Flask("gallery")
    server.add_url_rule("/sign-in", "sign-in", lambda: sign_in_page(SignInView("/sign-in", "/sign-in?lang=en", error="账号或密码不对，请重新输入。"), Phrases("zh")))
    create_dash(server, render)
    server.run(port=8077)
