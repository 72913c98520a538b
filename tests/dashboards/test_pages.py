"""Every page over a real small warehouse: complete in both languages, no gap unsaid, every link a page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from dashboards.address import parse
from dashboards.i18n import catalogue
from tests.conftest import Database
from tests.dashboards.ministry import Ministry, opened
from warehouse.places import Rung

LANGS = ("zh", "en")
RUNGS = list(Rung)
TEXT = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)
HREF = re.compile(r'href="(/(?:zh|en)/[^"]*)"')
HAN = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def ministry(
    module_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ministry]:
    with opened(module_database, tmp_path_factory.mktemp("ministry")) as found:
        yield found


def body(page: str) -> str:
    """The drawn page, without what the shell puts around it."""
    return page[page.index('<header class="head"') : page.index("</footer>")]


def text(page: str) -> str:
    return html.unescape(TEXT.sub(" ", body(page)))


def address(ministry: Ministry, rung: Rung, lang: str, query: str = "year=2026") -> str:
    return f"/{lang}/place/{ministry.places()[rung]}?{query}"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize(
    "query",
    ["year=2026", "year=2021", "year=2021&law=later&bounds=then", "year=2025&basis=approved"],
)
def test_a_page_says_everything_in_words(
    ministry: Ministry, rung: Rung, lang: str, query: str
) -> None:
    status, page = ministry.answer("ministry", address(ministry, rung, lang, query))

    words = text(page)
    assert status == 200
    assert not re.search(r"\bNone\b|\bnan\b|\binf\b|State\.|\{[a-z_]+\}", words)
    assert not [name for name in catalogue() if "." in name and f" {name} " in words]


@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize("query", ["year=2026", "year=2026&source=students_per_teacher"])
def test_english_pages_are_english(ministry: Ministry, rung: Rung, query: str) -> None:
    _, page = ministry.answer("ministry", address(ministry, rung, "en", query))

    told = re.sub(r'<(a|span) [^>]*lang="zh-CN"[^>]*>.*?</\1>', "", body(page))
    chinese = [word for word in re.split(r"\s{2,}", text_of(told)) if HAN.search(word)]
    assert chinese == []


def text_of(markup: str) -> str:
    return html.unescape(TEXT.sub("  ", markup))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("rung", RUNGS)
def test_every_link_is_an_address(ministry: Ministry, rung: Rung, lang: str) -> None:
    _, page = ministry.answer(
        "ministry", address(ministry, rung, lang, "year=2026&source=students")
    )

    links = {html.unescape(link).partition("#")[0] for link in HREF.findall(page)}
    assert len(links) > 20
    for link in links:
        path, _, query = link.partition("?")
        found = parse(path, query)
        assert str(found) == link
        assert found.place is None or found.place in ministry.warehouse.ladder


@pytest.mark.parametrize("rung", RUNGS)
def test_every_drawing_has_its_table(ministry: Ministry, rung: Rung) -> None:
    _, page = ministry.answer("ministry", address(ministry, rung, "zh"))

    drawn = body(page)
    assert drawn.count('class="dt"') >= drawn.count("<figure") - drawn.count('class="tiles"')
    assert drawn.count("<h1") == 1
    assert "<figure" in drawn


def test_an_anchor_leads_somewhere_on_its_page(ministry: Ministry) -> None:
    for rung in RUNGS:
        _, page = ministry.answer("ministry", address(ministry, rung, "zh"))
        for anchor in set(re.findall(r'href="[^"]*#([a-z-]+)"', page)):
            assert f'id="{anchor}"' in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_catalogue_defines_every_metric_and_column(ministry: Ministry, lang: str) -> None:
    from metrics.discovery import metrics
    from warehouse.discovery import forms

    status, page = ministry.answer(
        "ministry", f"/{lang}/catalogue?metric=compliant_share&year=2026"
    )

    words = " ".join(text(page).split())
    assert status == 200
    for metric in metrics().values():
        assert " ".join(metric.definition.of(lang).split()) in words
    for form in forms().values():
        assert all(column.label.of(lang) in words for column in form.columns.values())


def test_the_nation_is_read_by_everyone_and_its_units_by_those_beside_them(
    ministry: Ministry,
) -> None:
    pages = {
        login: ministry.answer(login, "/zh/place/1?year=2026")[1]
        for login in ("ministry", "analyst", "county", "school")
    }

    assert 'class="tiles"' in pages["ministry"]
    assert 'class="tiles"' in pages["analyst"]
    for login in ("county", "school"):
        assert 'class="tiles"' not in pages[login]
        assert "您可以看到这里的公布数和走势" in pages[login]
        assert 'id="trend"' in pages[login]


def test_records_are_for_those_in_charge(ministry: Ministry) -> None:
    province = ministry.places()[Rung.PROVINCE]
    inside = ministry.answer("ministry", f"/zh/place/{province}?year=2026")[1]
    outside = ministry.answer("analyst", f"/zh/place/{province}?year=2026")[1]

    assert 'id="matrix"' in inside
    assert 'id="matrix"' not in outside
    assert ministry.answer("analyst", f"/zh/place/{ministry.school()}?year=2026")[0] == 403


def test_years_before_the_law_are_not_applicable_unless_asked_by_later_law(
    ministry: Ministry,
) -> None:
    plain = ministry.answer("ministry", "/zh/place/1?year=2021")[1]
    later = ministry.answer("ministry", "/zh/place/1?year=2021&law=later")[1]

    assert "尚无此项法规，不适用" in plain
    assert "尚无此项法规" not in later
    assert "按后来的法规" in later


def test_what_was_no_law_yet_is_not_told_as_missing(ministry: Ministry) -> None:
    _, page = ministry.answer("ministry", "/zh/monitoring/1?year=2021")

    assert "本学年不适用“办学条件全部达标学校占比”" in text(page)
    assert "还没有" not in text(page).split("依据本页指标")[0]


def test_the_published_series_is_drawn_beside_ours_and_broken_in_2021(ministry: Ministry) -> None:
    page = ministry.answer("ministry", "/zh/place/1?year=2026&metric=students")[1]

    trend = page[page.index('id="trend"') :]
    assert "含技工学校" in trend
    assert "1,663.4" in trend  # 16,633,685 with technician schools in 2020
    assert "1,311.8" in trend  # 13,118,146 without them in 2021


def test_coverage_below_nine_tenths_is_hatched_and_never_ranked(ministry: Ministry) -> None:
    page = ministry.answer("ministry", "/zh/place/1?year=2026&metric=coverage")[1]

    hatched = re.findall(r'class="tile hatch[^"]*"><span class="in"><span class="nm">([^<]+)', page)
    ranking = page[page.index('id="ranking"') :]
    for name in hatched:
        row = ranking[ranking.index(f">{name}</a>") :]
        assert "不排名" in row[: row.index("</tr>")]


def test_sorting_turns_round_and_marks_its_head(ministry: Ministry) -> None:
    province = ministry.places()[Rung.PROVINCE]
    down = ministry.answer("ministry", f"/zh/place/{province}?year=2026&sort=-students")[1]
    up = ministry.answer("ministry", f"/zh/place/{province}?year=2026&sort=students")[1]

    assert 'aria-sort="descending"' in down
    assert 'aria-sort="ascending"' in up
    assert names(down) == names(up)[::-1]


def names(page: str) -> list[str]:
    part = page[page.index('id="children"') :]
    rows = part[part.index("<tbody") : part.index("</tbody")]
    return re.findall(r'<th scope="row"><a[^>]*>([^<]+)', rows)


def test_a_number_opens_down_to_the_sheet(ministry: Ministry) -> None:
    page = ministry.answer(
        "ministry", f"/zh/place/{ministry.school()}?year=2026&source=students_per_teacher"
    )[1]

    panel = page[page.index('id="source"') : page.index("</aside>")]
    assert "÷" in panel
    assert 'class="src"' in panel
    assert 'class="hit"' in panel
    assert "sha256" in panel
    assert "限值 ≤ 20" in panel
    assert "向上汇总" in panel


def test_no_tab_leads_to_a_refusal(ministry: Ministry) -> None:
    """A province is shown its sister's aggregates, and no way to the sister's board or quality of data."""
    sister, own = "/zh/party/440000?year=2025", "/zh/party/430000?year=2025"
    tabs = {address: set(re.findall(r'href="/zh/([a-z]+)/4[34]0000\?', ministry.answer("province-43", address)[1])) for address in (sister, own)}  # fmt: skip

    assert {"board", "quality"} <= tabs[own]
    assert {"board", "quality"} & tabs[sister] == set()
    assert {"place", "moral", "training"} <= tabs[sister]
    assert ministry.answer("province-43", sister.replace("party", "quality"))[0] == 403
