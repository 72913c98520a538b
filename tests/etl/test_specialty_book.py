"""Lists of specialties as people bring them: either spelling of the header, codes that a spreadsheet took for numbers, clear refusals."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from etl.errors import BadFile, NotASpreadsheet, TooLarge
from etl.specialty_book import NoSpecialties, read
from warehouse.administered import MOST


def workbook(*rows: tuple[object, ...]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return held.getvalue()


def test_a_workbook_is_read_below_its_header_whatever_stands_above_it() -> None:
    content = workbook(
        ("中等职业教育专业目录",), ("序号", "专业代码", "专业名称", "专业大类"), (1, 610199, "园艺技术新", "农林牧渔大类"), (), (2, "750999", "湘绣", "")
    )  # fmt: skip

    lines = read("list.xlsx", content)

    assert [(one.row, one.code, one.name_zh, one.major) for one in lines] == [
        (3, "610199", "园艺技术新", "农林牧渔大类"),
        (5, "750999", "湘绣", ""),
    ]


def test_a_csv_with_english_headers_is_read() -> None:
    (line,) = read("list.csv", b"code,name_zh,name_en,from\n610199,\xe5\x9b\xad\xe8\x89\xba,Horticulture,2023\n")  # fmt: skip

    assert (line.row, line.code, line.name_en, line.from_year, line.to_year) == (2, "610199", "Horticulture", "2023", "")  # fmt: skip


def test_a_code_that_lost_its_zero_has_it_again() -> None:
    (line,) = read("list.xlsx", workbook(("专业代码", "专业名称"), (10100, "设施农业生产技术")))

    assert line.code == "010100"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (workbook(("专业", "名称"), ("610199", "园艺")), NoSpecialties),
        (workbook(("专业代码", "专业名称")), NoSpecialties),
        (b"%PDF-1.7", NotASpreadsheet),
        (b"", BadFile),
        (workbook(("专业代码", "专业名称"), *((f"{610000 + n}", "x") for n in range(MOST + 1))), TooLarge),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_its_reason(content: bytes, error: type[BadFile]) -> None:
    with pytest.raises(error) as refused:
        read("list.xlsx", content)

    assert refused.value.zh.startswith("list.xlsx：")
    assert refused.value.en.startswith("list.xlsx: ")
