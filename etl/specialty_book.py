"""Lists of specialties as administrators bring them: a workbook or text table with a code and a name in each row; and the blank one to fill."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from etl.account_book import SAFE
from etl.cells import half_width
from etl.errors import BadFile, TooLarge
from etl.looks import Looks
from etl.readers import read as read_sheets
from etl.sheet import ROW, Limits, Sheet, cell
from warehouse.administered import DIGITS, MOST, Line
from warehouse.catalogues import Version, catalogue
from warehouse.text import Text

LIMITS = Limits(file_bytes=2_000_000, rows=MOST + 50, cells=50_000, expanded_bytes=40_000_000)
HEAD_WITHIN = 10  # rows in which the header is looked for
HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("专业代码", "代码", "code"),
    "name_zh": ("专业名称", "名称", "name_zh", "name", "name in chinese"),
    "name_en": ("英文名称", "专业英文名称", "name_en", "name in english"),
    "from_year": ("起始学年", "from_year", "from"),
    "to_year": ("终止学年", "to_year", "to"),
    "major": ("专业大类", "大类", "major", "class"),
}


SHEET = "专业 Specialties"
WIDTHS = {"code": 14, "name_zh": 30, "name_en": 40, "from_year": 12, "to_year": 12, "major": 24}
ABOUT = {
    "code": Text("必填，6 位数字，前两位是专业大类", "Required, six digits; the first two are the class"),
    "name_zh": Text("必填", "Required: the name in Chinese"),
    "name_en": Text("可不填", "The name in English, may be left empty"),
    "from_year": Text("可不填，如 2021", "The first academic year, such as 2021; may be left empty"),
    "to_year": Text("可不填，仍在用则留空", "The last academic year; empty while in use"),
    "major": Text("可不填，用于核对代码", "The class, to check the code by; may be left empty"),
}  # fmt: skip


class NoSpecialties(BadFile):
    says = Text("没有读到专业。", "No specialty was found in it.")
    todo = Text(
        "第一行写“专业代码、专业名称”，可加“英文名称、起始学年、终止学年、专业大类”。",
        "Head the columns 'code' and 'name_zh'; 'name_en', 'from', 'to' and 'class' may follow.",
    )


def template() -> bytes:
    """The blank workbook: a column for each of `HEADERS`, kept as text so that a code stays a code, and the classes to look up."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, SAFE) as book:
        looks = Looks(book)
        sheet = book.add_worksheet(SHEET)
        for at, (name, words) in enumerate(HEADERS.items()):
            sheet.set_column(at, at, WIDTHS[name], looks["text"])
            sheet.write_string(0, at, words[0], looks["header"])
            sheet.write_comment(0, at, f"{ABOUT[name].zh}\n{ABOUT[name].en}")
        sheet.freeze_panes(1, 0)
        classes = book.add_worksheet("专业大类 Classes")
        classes.set_column(1, 2, 36)
        for at, (code, label) in enumerate(catalogue(Version.OF_2021).majors.items()):
            for column, text in enumerate((code, label.zh, label.en)):
                classes.write_string(at, column, text, looks["text"])
    return held.getvalue()


def read(name: str, content: bytes) -> list[Line]:
    """The rows of the first table that has both columns; a BadFile for a file without one, or with too many rows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name[-80:] or "list.xlsx")
        path.write_bytes(content)
        lines = next(filter(None, (list(_lines(one)) for one in read_sheets(path, LIMITS))), [])
    if not lines:
        raise NoSpecialties(name)
    if len(lines) > MOST:
        raise TooLarge(name, what_zh="专业数", what_en="specialties", found=len(lines), limit=MOST)
    return lines


def _lines(sheet: Sheet) -> Iterator[Line]:
    """The filled rows below the header."""
    columns: dict[str, int] = {}
    for at, row in enumerate(sheet.cells.iter_rows(named=True)):
        texts = [half_width(str(row.get(cell(i)) or "")) for i in range(sheet.width)]
        if not columns:
            found = _columns(texts) if at < HEAD_WITHIN else {}
            columns = found if {"code", "name_zh"} <= set(found) else {}
        elif any(texts):
            said = {name: texts[i] if (i := columns.get(name)) is not None else "" for name in HEADERS}  # fmt: skip
            yield Line(row=row[ROW], **{**said, "code": _code(said["code"])})


def _columns(texts: list[str]) -> dict[str, int]:
    """Which column holds what, where a row is the header."""
    plain = [text.lower().rstrip("*") for text in texts]
    return {
        name: next(plain.index(word) for word in words if word in plain)
        for name, words in HEADERS.items()
        if any(word in plain for word in words)
    }


def _code(text: str) -> str:
    """A code as written; what a spreadsheet took for a number comes back whole."""
    plain = text.removesuffix(".0").replace(" ", "")
    return plain.zfill(DIGITS) if plain.isdigit() and len(plain) == DIGITS - 1 else plain
