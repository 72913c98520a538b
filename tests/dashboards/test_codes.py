"""The catalogue of specialties at the site: a list is uploaded, previewed and applied, and a school's form knows it at once."""

from __future__ import annotations

import io

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from etl import specialty_book
from tests.readers import YEAR, Ministry, do, reopen
from warehouse.catalogues import Version, catalogue, crossed
from warehouse.codes import majors
from warehouse.rights import Role

CLASSES = catalogue(Version.OF_2010).majors

LIST = "专业代码,专业名称,英文名称\n610199,园艺技术新,New horticulture\n"


def uploaded(
    client: FlaskClient, text: str = LIST, source: str = "教职成〔2021〕2号"
) -> TestResponse:
    file = (io.BytesIO(text.encode()), "目录.csv")
    return do(client, "upload_specialties", {"file": file, "source": source, "back": "/en/codes"})


def number(client: FlaskClient) -> str:
    page = client.get("/en/codes").text
    return page.split('name="list"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def test_a_list_is_seen_applied_and_known_to_a_school(ministry: Ministry) -> None:
    system, school = ministry.client("system"), ministry.client("school")
    home = ministry.at("school")
    reopen(ministry.worker, home)
    form = f"/zh/fill/{home}?year={YEAR}&form=enrolment"
    assert "园艺技术新" not in school.get(form).text

    assert uploaded(system).status_code == 200
    assert "610199" in system.get("/zh/codes").text
    answer = do(system, "apply_specialties", {"list": number(system)})

    assert answer.status_code == 200, answer.text
    page = system.get("/en/codes").text
    assert "New horticulture" in page
    assert "Nothing was added" not in page
    assert "园艺技术新" in school.get(form).text


def test_the_blank_list_is_read_back_once_it_is_filled(ministry: Ministry) -> None:
    answer = do(ministry.client("system"), "specialty_template", {"back": "/en/codes"})
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows, classes = book.worksheets
    for at, text in enumerate(("610198", "园艺测试", "Test horticulture", "2022"), start=1):
        rows.cell(2, at, text)
    filled = io.BytesIO()
    book.save(filled)

    (line,) = specialty_book.read("filled.xlsx", filled.getvalue())

    assert (line.code, line.name_zh, line.name_en, line.from_year) == (
        "610198", "园艺测试", "Test horticulture", "2022",
    )  # fmt: skip
    assert {row[0].value for row in classes} == set(majors().labels)


def test_the_classes_of_2010_stand_with_what_became_of_them(ministry: Ministry) -> None:
    page = ministry.client("system").get("/zh/codes").text
    table = page.split('id="crosswalk"', 1)[1]

    assert table.count("整类对应") == sum(crossed(code).major is not None for code in CLASSES)
    assert table.count("拆入多类，") == sum(len(crossed(code).majors) > 1 for code in CLASSES)


@pytest.mark.parametrize(
    ("text", "source", "said"),
    [
        ("名称\n园艺\n", "教职成〔2021〕2号", "No specialty was found"),
        ("", "教职成〔2021〕2号", "Choose a file"),
        (LIST, "", "Name the document"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(ministry: Ministry, text: str, source: str, said: str) -> None:  # fmt: skip
    answer = uploaded(ministry.client("system"), text, source)

    assert answer.status_code in {409, 422}
    assert said in answer.text


def test_a_wrong_row_is_shown_and_cannot_be_applied(ministry: Ministry) -> None:
    system = ministry.client("system")
    uploaded(system, "专业代码,专业名称\n6101,<b>坏</b>\n")
    page = system.get("/en/codes").text

    assert "should have 6 digits" in page
    assert "<b>坏</b>" not in page
    assert "Correct the wrong rows" in page
    answer = do(system, "apply_specialties", {"list": number(system), "back": "/en/codes"})
    assert answer.status_code == 422
    assert "nothing was applied" in answer.text
    assert do(system, "drop_specialties", {"list": number(system)}).status_code == 200


def test_a_county_is_told_who_files(ministry: Ministry) -> None:
    county = ministry.appointed(Role.SYSTEM_ADMIN, ministry.at("county"))

    assert "upload_specialties" not in county.get("/en/codes").text
    assert "Ask the province" in county.get("/en/codes").text
    assert uploaded(county).status_code == 409


def test_a_school_s_form_and_workbook_offer_its_own_province_s_specialties_only(ministry: Ministry) -> None:  # fmt: skip
    """Both forms of asking: the list beside the field, and the list that the workbook's cells read."""
    home = ministry.at("school")
    reopen(ministry.worker, home)
    for role, code, name in (("province", "750999", "本省备案专业"), ("sister", "750998", "外省备案专业")):  # fmt: skip
        system = ministry.appointed(Role.SYSTEM_ADMIN, ministry.at(role))
        assert uploaded(system, f"专业代码,专业名称\n{code},{name}\n").status_code == 200
        assert do(system, "apply_specialties", {"list": number(system)}).status_code == 200
    page = ministry.client("school").get(f"/zh/fill/{home}?year={YEAR}&form=enrolment").text
    sent = do(ministry.client("school"), "template_workbook", {"form": "enrolment", "year": YEAR, "school": home})  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(sent.data))
    listed = {cell.value for row in book["代码 Codes"].iter_rows() for cell in row}

    assert "本省备案专业" in page
    assert "外省备案专业" not in page
    assert "750999" in listed
    assert "750998" not in listed
