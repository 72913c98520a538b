"""No workbook is cut in silence: the builder's is its table's own, and a sheet of a list that goes on says so."""

from __future__ import annotations

import io
from types import ModuleType
from typing import NamedTuple

import openpyxl
import pytest

from dashboards import element as e
from dashboards.exports.seen import tables
from dashboards.i18n import Phrases
from dashboards.parts.cell import CellView
from dashboards.parts.table import ColumnView, Part, RowView, TableView, part, table
from dashboards.parts.ticks import TickRow, TickView, tick_table
from dashboards.views import accounts, audit, build, dictionary_search, quality, shortlists
from tests.readers import YEAR, Ministry, asked_by_dash, text_of
from warehouse.places import NATION

WORDS = f"year={YEAR}&places=1-counties&years={YEAR}&metrics=students"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_builders_menu_gives_the_whole_table(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(build, "SHOWN_ROWS", 2)
    client = ministry.client("ministry")
    shown = client.get(f"/{lang}/build/{NATION}?{WORDS}&theme=dark").text
    assert f'href="/build/{lang}/{NATION}.xlsx?{WORDS.replace("&", "&amp;")}"' in shown.partition("<main")[0]  # fmt: skip
    assert "/export/" not in shown

    exported = client.get(f"/export/{lang}/build/{NATION}.xlsx?{WORDS}", follow_redirects=True)
    direct = client.get(f"/build/{lang}/{NATION}.xlsx?{WORDS}")
    sheets = [openpyxl.load_workbook(io.BytesIO(one.data)).worksheets[0] for one in (exported, direct)]  # fmt: skip
    counties = client.get(f"/build/{lang}/{NATION}.csv?{WORDS}").text.strip().splitlines()
    assert [row.value for row in sheets[0]["A"]] == [row.value for row in sheets[1]["A"]]
    assert (
        sheets[0].max_row == len(counties) - 1 + 5
    )  # above them title, count, a blank and two lines of heads
    assert len(counties) > 10


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_table_for_a_job_has_no_workbook_and_says_why(ministry: Ministry, lang: str) -> None:
    path, query = f"/build/{NATION}", f"{WORDS}&cut=major"
    client = ministry.client("ministry")
    shown = client.get(f"/{lang}{path}?{query}").text
    assert "order_table" in shown
    assert ".xlsx?" not in shown
    refused = client.get(f"/export/{lang}{path}.xlsx?{query}", follow_redirects=True)
    assert refused.status_code == 400
    assert ("不超过" if lang == "zh" else "at most") in refused.text


class Cut(NamedTuple):
    """A list of a page, what bounds it, whom it is shown to, and where the rest is."""

    module: ModuleType
    most: str
    role: str
    path: str
    query: str = ""
    rest: str = ""


CUT = {
    "shortlist": Cut(shortlists, "SHOWN", "ministry-supervisor", f"shortlists/{NATION}", "&weights=retention-0", "&all=1"),
    "quality": Cut(quality, "MOST", "ministry", f"quality/{NATION}"),
    "accounts": Cut(accounts, "AT_ONCE", "system", f"accounts/{NATION}"),
    "audit": Cut(audit, "AT_ONCE", "audit", "audit"),
    "dictionary": Cut(dictionary_search, "MOST", "ministry", "catalogue", "&object=students"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CUT)
def test_a_sheet_says_how_much_of_its_list_it_holds_and_where_the_rest_is(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, name: str, lang: str
) -> None:
    one = CUT[name]
    query = f"year={YEAR}{one.query}&theme=dark"

    def notes(most: int) -> list[str]:
        """The second line of every sheet that has one."""
        monkeypatch.setattr(one.module, one.most, most)
        answer = ministry.client(one.role).get(f"/export/{lang}/{one.path}.xlsx?{query}")
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        return [str(sheet["A2"].value) for sheet in book.worksheets[1:] if sheet["A2"].value]

    begins = "本表只有" if lang == "zh" else "This sheet holds"
    cut = notes(2)
    assert all(note.startswith(begins) for note in cut)
    assert any(" 2 " in note and one.rest in note and f"http://localhost/{lang}/{one.path}" in note for note in cut)  # fmt: skip
    assert [note for note in notes(10_000) if note in cut and " 2 " in note] == []
    page = asked_by_dash(ministry.client(one.role), f"/{lang}/{one.path}", f"?{query}")
    assert begins not in text_of(page)


def test_a_table_tells_its_part_of_a_list() -> None:
    heads, rows = (
        [ColumnView("school", kind="text"), ColumnView("n")],
        [RowView(name, [CellView("1")]) for name in "AB"],
    )

    def seen(cut: Part | None) -> Part | None:
        (one,) = tables(e.div(table(TableView("Schools", heads, rows, part=cut), Phrases("en"))))
        return one.part

    assert seen(part(2, 5, "/en/place/1?all=1")) == Part(2, 5, "/en/place/1?all=1")
    assert seen(Part(2)) == Part(2, None, "")
    assert seen(part(2, 2)) is None
    ticks = TickView("Forms", ["school"], [TickRow("x", "A", "/en/place/1", "", ())], part=Part(1))
    assert [one.part for one in tables(tick_table(ticks, Phrases("en")))] == [Part(1)]
