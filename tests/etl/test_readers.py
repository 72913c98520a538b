"""Every kind of file reads alike, with the sheet's own row numbers; every bad one has its one error."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from etl.errors import (
    Absent,
    BadFile,
    Encrypted,
    Folder,
    NoData,
    NotASpreadsheet,
    TooLarge,
    TwoHeaders,
    ZipBomb,
)
from etl.guard import OLE
from etl.readers import read
from etl.recognise import recognise
from etl.sheet import ROW, SUBMISSION, Limits, letter
from etl.workbook import plain_number
from tests.etl import files
from tests.etl.files import EMPTY, FIRST, HEADERS, NAMES, SECOND, delimited, parquet, records, xlsx
from warehouse.discovery import form

pytestmark = pytest.mark.mlps("M19")

ENROLMENT = form("enrolment")
XLS = Path(__file__).parent / "data" / "enrolment.xls"
TINY = Limits(file_bytes=50_000_000, rows=100, cells=10_000, expanded_bytes=2_000_000, ratio=50)


def students(path: Path) -> list[tuple[int, str]]:
    """Row number and number of students of every filled row."""
    table = recognise(read(path), ENROLMENT)
    shown = table.cells.select(ROW, pl.col(table.columns["students"]).cast(pl.String))
    return list(shown.iter_rows())


LINES = [HEADERS, FIRST, EMPTY, SECOND]


@pytest.mark.parametrize(
    ("write", "rows"),
    [
        (lambda p: xlsx(p / "a.xlsx", LINES), [(2, "45"), (4, "40")]),
        (lambda _: XLS, [(2, "45"), (4, "40")]),
        (lambda p: delimited(p / "a.csv", LINES), [(2, "45"), (4, "40")]),
        (lambda p: delimited(p / "a.csv", LINES, encoding="utf-8-sig"), [(2, "45"), (4, "40")]),
        (lambda p: delimited(p / "a.csv", LINES, encoding="gb18030"), [(2, "45"), (4, "40")]),
        (lambda p: delimited(p / "a.txt", LINES, encoding="utf-16", separator="\t"), [(2, "45"), (4, "40")]),
        (lambda p: delimited(p / "a.csv", LINES, separator=";"), [(2, "45"), (4, "40")]),
        (lambda p: records(p / "a.json", [FIRST, EMPTY, SECOND]), [(1, "45"), (3, "40")]),
        (lambda p: parquet(p / "a.parquet", [FIRST, EMPTY, SECOND]), [(1, "45"), (3, "40")]),
    ],
)  # fmt: skip
def test_every_kind_of_file_counts_empty_rows(
    tmp_path: Path, write: Callable[[Path], Path], rows: list[tuple[int, str]]
) -> None:
    assert students(write(tmp_path)) == rows


def test_blank_lines_and_lines_above_the_header_count_in_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = ["2025 年统计", "", ",".join(HEADERS), "", ",".join(map(str, FIRST)), "  ,,,,,,,"]
    path.write_text("\n".join(lines), encoding="utf-8")

    assert students(path) == [(5, "45")]


def test_a_table_may_begin_anywhere_in_a_sheet(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        [["", "某校报表"], [], ["", *HEADERS], ["", *FIRST], [], ["", *SECOND]],
    )

    assert students(path) == [(4, "45"), (6, "40")]


def test_formulas_are_read_by_their_values(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADERS)
        page.write_row(1, 0, FIRST[:5])
        page.write_formula(1, 5, "=0.1+0.2+44.7", None, 0.1 + 0.2 + 44.7)
        page.write_row(1, 6, [45, 0])

    assert students(path) == [(2, "45")]


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, line in (("填报", FIRST), ("旧", SECOND)):
            page = book.add_worksheet(name)
            page.write_row(0, 0, HEADERS)
            page.write_row(1, 0, line)
        page.hide()

    assert students(path) == [(2, "45")]


def test_json_may_name_school_and_year_once(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        '{"school": "3643000001", "year": 2025, "rows": [{"specialty": "720201", "grade": 1, "sex": 2,'
        ' "students": 45.0, "entrants": 45, "graduates": 0}]}'
    )

    assert students(path) == [(1, "45.0")]


def test_json_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = '{"专业":"护理","年级":"1","性别":"女","在校生数":45,"招生数":45,"毕业生数":0}'
    path.write_text(f"{line}\n\n{line}\n", encoding="utf-8")

    assert students(path) == [(1, "45"), (3, "45")]


@pytest.mark.parametrize(
    ("value", "text"),
    [(12.0, "12"), (0.1 + 0.2, "0.3"), (3643000001.0, "3643000001"), (1e20, "1" + "0" * 20), (-0.5, "-0.5")],
)  # fmt: skip
def test_numbers_are_the_text_a_spreadsheet_shows(value: float, text: str) -> None:
    assert plain_number(value) == text


@pytest.mark.parametrize(("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_the_letters_of_a_spreadsheet(position: int, name: str) -> None:
    assert letter(position) == name


def archive(**entries: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return packed.getvalue()


WORKBOOK = {"xl/workbook.xml": b"<workbook/>"}
HAN = re.compile("[一-鿿]")
BIFF = b"\x09\x08\x10\x00" + b"\x00\x06\x05\x00" + b"\x00" * 12
BAD: dict[str, tuple[bytes, type[BadFile]]] = {
    "empty.csv": (b"", NoData),
    "blank.csv": (b"\n\n  \n", NoData),
    "picture.xlsx": (b"\x89PNG\r\n\x1a\n\x00\x00", NotASpreadsheet),
    "photograph.csv": (b"\xff\xd8\xff\xe0 without a zero", NotASpreadsheet),
    "paper.xlsx": (b"%PDF-1.7 ...", NotASpreadsheet),
    "page.xls": (b"<html><table></table></html>", NotASpreadsheet),
    "torn.xlsx": (b"PK\x03\x04 torn", NotASpreadsheet),
    "letter.xlsx": (archive(**{"word/document.xml": b"<w/>"}), NotASpreadsheet),
    "hollow.xlsx": (archive(**WORKBOOK), NotASpreadsheet),
    "entities.xlsx": (
        archive(**WORKBOOK, **{"xl/worksheets/sheet1.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]>"}),
        NotASpreadsheet,
    ),
    "torn.xls": (OLE + b"\x00" * 600, NotASpreadsheet),
    "torn.parquet": (b"PAR1 torn", NotASpreadsheet),
    "torn.json": (b'[{"a": 1', NotASpreadsheet),
    "deep.json": (b"[" * 100_000, NotASpreadsheet),
    "numbers.json": (b"[1, 2]", NotASpreadsheet),
    "none.json": (b"[]", NoData),
    "twice.json": (b'[{"a": 1, "a": 2}]', TwoHeaders),
    "neither.csv": (b"a,b\n\xff\xff\xff\xff,1\n", NotASpreadsheet),
    "locked.xlsx": (
        OLE + b"\x00" * 500 + "EncryptedPackage".encode("utf-16-le"),
        Encrypted,
    ),
    "locked.xls": (OLE + b"\x00" * 500 + BIFF + b"\x2f\x00\x36\x00" + b"\x00" * 64, Encrypted),
    "bomb.xlsx": (
        archive(**WORKBOOK, **{"xl/worksheets/sheet1.xml": b" " * 30_000_000}),
        ZipBomb,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_clear_error(tmp_path: Path, name: str) -> None:
    content, error = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(error) as caught:
        recognise(read(path), ENROLMENT)

    assert caught.value.zh.startswith(f"{name}：")
    assert caught.value.zh.endswith("。")
    assert caught.value.en.startswith(f"{name}: ")
    assert caught.value.en.endswith(".")
    assert not HAN.search(caught.value.en)


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(Absent) as nothing:
        read(tmp_path / "nothing.xlsx")
    with pytest.raises(Folder) as folder:
        read(tmp_path)

    assert nothing.value.en == "nothing.xlsx: There is no such file or folder. Check the path."
    assert "zhijian load" in folder.value.zh


def test_a_sheet_that_claims_a_billion_cells_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write(0, 0, "a")
        page.write(1_048_575, 16_383, "b")

    with pytest.raises(TooLarge):
        read(path)


@pytest.mark.parametrize(
    "write",
    [
        lambda p: xlsx(p / "a.xlsx", [HEADERS, *[SECOND] * 200]),
        lambda p: delimited(p / "a.csv", [HEADERS, *[SECOND] * 200]),
        lambda p: records(p / "a.json", [SECOND] * 200),
        lambda p: parquet(p / "a.parquet", [SECOND] * 200),
    ],
)
def test_too_many_rows_are_refused(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    with pytest.raises(TooLarge):
        read(write(tmp_path), TINY)


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    path = delimited(tmp_path / "a.csv", [HEADERS, FIRST])

    with pytest.raises(TooLarge):
        read(path, Limits(file_bytes=10, rows=1, cells=1, expanded_bytes=1))


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    honest = archive(**WORKBOOK, **{"xl/worksheets/sheet1.xml": b"<c/>" * 1000})
    path = tmp_path / "a.xlsx"
    path.write_bytes(honest.replace((4000).to_bytes(4, "little"), (40).to_bytes(4, "little")))

    with pytest.raises(NotASpreadsheet):
        read(path, SUBMISSION)


def test_integers_of_parquet_stay_exact(tmp_path: Path) -> None:
    lines = [files.row(2**53 + 1)]

    assert students(parquet(tmp_path / "a.parquet", lines, NAMES)) == [(1, str(2**53 + 1))]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("wide.csv", b",".join(b"%d" % i for i in range(5_000)) + b"\n"),
        ("wide.json", b"[{" + b",".join(b'"%d":1' % i for i in range(5_000)) + b"}]"),
        ("book.csv", b"a,b\n1," + b"x" * 200_000 + b"\n"),
        ("book.json", b'[{"a":"' + b"x" * 200_000 + b'"}]'),
    ],
)
def test_absurd_widths_and_cells_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(TooLarge):
        read(path)


def test_styles_far_to_the_right_are_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page, bold = book.add_worksheet(), book.add_format({"bold": True})
        page.write_row(0, 0, HEADERS)
        page.write_row(1, 0, FIRST)
        page.write_blank(0, 9_000, None, bold)

    assert students(path) == [(2, "45")]


WHOLE: dict[str, Callable[[Path], Path]] = {
    "xlsx": lambda p: xlsx(p, LINES),
    "xls": lambda _: XLS,
    "csv": lambda p: delimited(p, LINES),
    "json": lambda p: records(p, [FIRST, SECOND]),
    "parquet": lambda p: parquet(p, [FIRST, SECOND]),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_whatever_becomes_of_a_file_on_its_way_it_is_read_or_refused(
    tmp_path: Path, kind: str
) -> None:
    whole, dice = WHOLE[kind](tmp_path / f"whole.{kind}").read_bytes(), random.Random(kind)
    torn = tmp_path / f"torn.{kind}"

    for _ in range(15):
        content = bytearray(whole)
        for _ in range(dice.choice((1, 3, 20))):
            content[dice.randrange(len(content))] = dice.randrange(256)
        torn.write_bytes(content[: dice.choice((len(content), dice.randrange(1, len(content))))])
        with suppress(BadFile):
            read(torn)
