"""Script that a school hands in: in its name, its texts, its file, its sheet and its cells, wherever they are shown again."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from etl.account_book import SAFE
from etl.comments import annotate
from etl.receipt import Receipt
from etl.submission import submit
from etl.templates import write as write_template
from tests.factories import event
from tests.readers import NOW, YEAR, Ministry, asked_by_dash, reopen, searched
from tests.stories.conftest import Installation, installation
from warehouse.discovery import form, submitted_forms
from warehouse.form import Kind
from warehouse.units import record_unit_events

__all__ = ["installation"]

pytestmark = pytest.mark.mlps("M19")
EVIL = '</script><img src=x onerror="window.ran=1"><b onmouseover=alert(1)>校{7*7}'
FORMULA = '=HYPERLINK("http://evil.example","校")'
PROJECT = Path(__file__).parents[2]


class Active(HTMLParser):
    """Collects what could run: handlers, foreign images, scripts that are not files of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if any(name.startswith("on") for name in given) or given.get("src") == "x":
            self.found.append(f"{tag} {given}")
        if (given.get("href") or "").lower().startswith(("javascript:", "data:text")):
            self.found.append(f"{tag} {given}")


def active(html: str) -> list[str]:
    reader = Active()
    reader.feed(html)
    return reader.found


@pytest.fixture(scope="module", autouse=True)
def poisoned(ministry: Ministry, tmp_path_factory: pytest.TempPathFactory) -> Receipt:
    """The school with script wherever it may write: it is renamed, and hands in files whose every text is script."""
    school = ministry.at("school")
    code = ministry.web.ladder.place(school).code
    renamed = event(code, "renamed", YEAR, name=EVIL)
    with ministry.worker.writing() as writer:
        columns = dict.fromkeys(renamed, pl.String)
        record_unit_events(writer, pl.DataFrame([renamed], schema=columns), (YEAR, YEAR + 1))
    ministry.worker.refresh()
    reopen(ministry.worker, school)
    folder = tmp_path_factory.mktemp("evil")
    last = None
    for name in submitted_forms():
        last = submit(ministry.worker, filled(folder, name, code), now=NOW, by=EVIL, form=name)
    assert last is not None
    return last


def filled(folder: Path, name: str, code: str) -> Path:
    """A workbook of a form: numbers where numbers belong in one row, script in every cell of another."""
    columns = form(name).columns
    path = folder / f"{name} <img src=x onerror=alert(1)>.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("<b onclick=a>表")
        sheet.write_row(0, 0, ["school_code", "year", *columns])
        sheet.write_row(1, 0, [code, str(YEAR), *(plausible(one) for one in columns.values())])
        sheet.write_row(2, 0, [code, str(YEAR), *(EVIL for _ in columns)])
        sheet.write_row(3, 0, [code, str(YEAR), *(FORMULA for _ in columns)])
    return path


def plausible(column: Any) -> Any:
    if column.codes is not None:
        return next(iter(column.codes.labels))
    return EVIL if column.kind is Kind.TEXT else "2001-09-01" if column.kind is Kind.DATE else 7


def pages(ministry: Ministry) -> list[str]:
    """Addresses that show the school: its own page with each source opened, and every place above it."""
    school = ministry.at("school")
    own = [f"/zh/place/{school}?year={YEAR}{more}" for more in ("", "&source=students", "&source=full_time_teachers")]  # fmt: skip
    above = [
        f"/zh/place/{one}?year={YEAR}&all=1" for one in ministry.web.ladder.place(school).path[:-1]
    ]
    return [*own, *above, "/zh/place/1?year=2025&all=1", own[0].replace("/zh/", "/en/")]


def test_no_page_turns_a_school_s_text_into_markup(ministry: Ministry) -> None:
    client = ministry.client("ministry")

    shown = {address: client.get(address) for address in pages(ministry)}

    assert {answer.status_code for answer in shown.values()} == {200}
    assert {address: active(answer.text) for address, answer in shown.items()} == {address: [] for address in shown}  # fmt: skip
    assert any("onerror=" in answer.text for answer in shown.values()), "the text itself is shown"


def test_no_label_or_tooltip_of_a_chart_holds_markup(ministry: Ministry) -> None:
    """The chart library reads a little HTML in every text, so there the same text is written as characters."""
    client = ministry.client("ministry")

    charts = [
        text
        for address in pages(ministry)
        for chart in graphs(asked_by_dash(client, *split(address)))
        for text in texts(chart)
    ]

    assert charts
    assert [text for text in charts if "<img" in text or "<b on" in text or "{7*7}" in text] == []


def test_the_search_box_writes_names_as_text(ministry: Ministry) -> None:
    ministry.web.refresh()
    code = ministry.web.ladder.place(ministry.at("school")).code

    found = searched(ministry.client("ministry"), code)

    assert "onerror" in found
    assert '"type":"Img"' not in found.replace(" ", "")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_workbook_of_ours_holds_no_formula_of_a_school(
    ministry: Ministry, tmp_path: Path, kind: str
) -> None:
    """The copy with comments that goes back, whatever kind of file came in."""
    code = ministry.web.ladder.place(ministry.at("school")).code
    source = tmp_path / f"register.{kind}"
    names = form("register").columns
    lines = [["school_code", "year", *names], [code, str(YEAR), *(FORMULA for _ in names)]]
    if kind == "csv":
        source.write_text("\n".join(",".join(f'"{each.replace(chr(34), chr(34) * 2)}"' for each in line) for line in lines))  # fmt: skip
    else:
        with xlsxwriter.Workbook(source, {"strings_to_formulas": False}) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    reopen(ministry.worker, ministry.at("school"))
    receipt = submit(ministry.worker, source, now=NOW, by="填报人", form="register")

    copy = annotate(receipt, source, tmp_path / "copy.xlsx")

    assert formulas(copy) == []


def test_a_filled_template_holds_no_formula_of_a_school(tmp_path: Path) -> None:
    rows = pl.DataFrame({name: [FORMULA] for name in form("register").columns})

    path = write_template(
        form("register"), tmp_path / "t.xlsx", school="3600000000", year=YEAR, rows=rows
    )

    assert formulas(path) == []


def test_every_writer_of_workbooks_keeps_texts_texts() -> None:
    """A new export cannot forget it."""
    files = [
        file
        for name in ("dashboards", "metrics", "etl", "warehouse")
        for file in (PROJECT / name).rglob("*.py")
    ]
    writing = [file for file in files if "xlsxwriter.Workbook(" in file.read_text()]

    safe = ('"strings_to_formulas": False', "import SAFE")

    assert writing
    assert SAFE["strings_to_formulas"] is False
    assert [str(file) for file in writing if not any(words in file.read_text() for words in safe)] == []  # fmt: skip


@pytest.mark.browser
@pytest.mark.slow
def test_nothing_of_a_school_runs_in_a_real_browser(installation: Installation) -> None:
    with installation.page("ministry") as page:
        for address in pages(installation.ministry):
            page.goto(address)
            page.wait_for_selector("#react-entry-point .page")
            if page.locator(".chart").count():
                page.wait_for_selector(".chart .main-svg")
            assert page.evaluate("window.ran") is None, address
            assert page.locator("img[src=x], [onmouseover], [onerror]").count() == 0, address
        page.locator("#search").first.fill(installation.ministry.web.ladder.place(installation.ministry.at("school")).code)  # fmt: skip
        page.wait_for_selector("#search-results a")
        assert page.locator("#search-results img").count() == 0


def formulas(path: Path) -> list[str]:
    """Cells of a workbook that a spreadsheet would compute or follow."""
    book = openpyxl.load_workbook(path)
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" or cell.hyperlink
    ]


def split(address: str) -> tuple[str, str]:
    path, _, query = address.partition("?")
    return path, f"?{query}"


def graphs(element: Any) -> Iterator[Any]:
    """Every chart inside an element."""
    if isinstance(element, list):
        for each in element:
            yield from graphs(each)
    elif isinstance(element, dict):
        if element.get("type") == "Graph":
            yield element["props"]
        yield from graphs(element.get("props", {}).get("children"))


def texts(value: Any) -> Iterator[str]:
    """Every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
