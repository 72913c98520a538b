"""Headers in every way schools write them, and what is said when they do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.errors import MissingColumns, SeveralForms, TwoHeaders, WrongForm
from etl.headers import Table, matches
from etl.readers import read
from etl.recognise import recognise, recognise_all
from tests.etl.files import FIRST, HEADERS, SECOND, Row, delimited, row, xlsx
from warehouse.discovery import form, submitted_forms
from warehouse.form import Form

ENROLMENT, ESTATE = form("enrolment"), form("estate")


def named(headers: list[str], *lines: Row, tmp_path: Path) -> Table:
    return recognise(read(delimited(tmp_path / "a.csv", [headers, *(lines or (FIRST,))])), None)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("校舍建筑面积（平方米）", "buildings"),
        ("校舍建筑面积(㎡)", "buildings"),
        (" 校 舍 建 筑 面 积 ", "buildings"),
        ("3. 建筑面积", "buildings"),
        ("Building area (m²)", "buildings"),
        ("BUILDING_AREA", "buildings"),
        ("buildings", "buildings"),
        ("校舍建筑面积*\nBuilding area", "buildings"),
        ("教学实习仪器设备值（万元）", "equipment"),
        ("教学用计算机［台］", "computers"),
        ("学校（机构）标识码", "school_code"),
        ("XXBSM", "school_code"),
        ("学年：", "year"),
        ("备注", "explanation"),
        ("校长签字", None),
    ],
)
def test_a_header_is_known_in_every_way_of_writing_it(header: str, column: str | None) -> None:
    assert matches(ESTATE, [header]) == [column]


@pytest.mark.parametrize("declared", submitted_forms().values(), ids=submitted_forms())
def test_every_declared_header_means_its_own_column(declared: type[Form]) -> None:
    for column in declared.columns.values():
        assert set(matches(declared, column.headers)) == {column.name}


def test_codes_of_the_standard_are_headers(tmp_path: Path) -> None:
    table = named(
        ["XXBSM", "XN", "ZYDM", "NJDM", "XBM", "在校学生数", "ZSRS", "graduates"], tmp_path=tmp_path
    )

    assert table.form is ENROLMENT
    assert table.letters["students"] == "F"


def test_columns_nobody_knows_are_named_in_the_receipt_rather_than_lost(tmp_path: Path) -> None:
    table = named([*HEADERS, "班主任"], [*FIRST, "x"], tmp_path=tmp_path)

    assert table.ignored == ("班主任",)


def test_missing_columns_are_named_with_the_nearest_headers(tmp_path: Path) -> None:
    headers = [*HEADERS[:5], "在校学生", "招生总数", "毕业生数"]

    with pytest.raises(MissingColumns) as caught:
        named(headers, tmp_path=tmp_path)

    offered = {label.zh: near[0] for label, near in caught.value.missing.items()}
    assert offered == {"在校生数": "在校学生", "招生数": "招生总数"}
    assert "在校学生" in caught.value.zh
    assert "Students (nearest in the file: 在校学生" in caught.value.en


def test_another_form_than_the_one_named_is_said_to_be_that_other(tmp_path: Path) -> None:
    path = delimited(tmp_path / "a.csv", [HEADERS, FIRST])

    with pytest.raises(WrongForm, match="分专业学生数"):
        recognise(read(path), ESTATE)


def test_headers_of_nothing_we_know_are_the_wrong_form(tmp_path: Path) -> None:
    with pytest.raises(WrongForm) as caught:
        named(["菜名", "价格", "数量"], ["鱼", 1, 2], tmp_path=tmp_path)

    assert not isinstance(caught.value, MissingColumns)


def test_a_second_header_below_the_first_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TwoHeaders, match="第 1 行和第 4 行"):
        named(HEADERS, FIRST, SECOND, HEADERS, row(9), tmp_path=tmp_path)


OTHERS = [name for name in submitted_forms() if name != "enrolment"]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("named_form", [None, ENROLMENT])
def test_another_forms_table_below_is_refused_and_nothing_lost(
    tmp_path: Path, other: str, named_form: type[Form] | None
) -> None:
    heads = ["学校标识码", "学年", *(c.label.zh for c in form(other).columns.values())]
    values = ["3643000001", "2025-2026", *("1" for _ in form(other).columns)]
    file = delimited(tmp_path / "a.csv", [HEADERS, FIRST, SECOND, heads, values])

    with pytest.raises(TwoHeaders, match="第 1 行和第 4 行"):
        recognise(read(file), named_form)


def test_the_templates_own_header_repeated_is_refused(tmp_path: Path) -> None:
    template = [f"{head}（人）*" if "数" in head else f"{head}*" for head in HEADERS]

    with pytest.raises(TwoHeaders):
        named(HEADERS, FIRST, template, SECOND, tmp_path=tmp_path)


def test_words_where_numbers_belong_are_no_header(tmp_path: Path) -> None:
    table = named(HEADERS, FIRST, [*FIRST[:5], "三十", "没有", "不详"], tmp_path=tmp_path)

    assert table.cells.height == 2


def test_a_header_in_two_languages_on_two_rows_is_refused(tmp_path: Path) -> None:
    english = [
        "school_code",
        "year",
        "Specialty",
        "Grade",
        "Sex",
        "Students",
        "Entrants",
        "Graduates",
    ]

    with pytest.raises(TwoHeaders):
        named(HEADERS, english, FIRST, tmp_path=tmp_path)


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TwoHeaders, match="在校学生数"):
        named([*HEADERS, "在校学生数"], [*FIRST, 1], tmp_path=tmp_path)


def test_a_submission_is_one_table(tmp_path: Path) -> None:
    first, second = (xlsx(tmp_path / n, [HEADERS, FIRST]) for n in ("a.xlsx", "b.xlsx"))
    sheets = [*read(first), *read(second)]

    with pytest.raises(SeveralForms):
        recognise(sheets, None)
    assert len(recognise_all(sheets, None)) == 2


def test_a_sheet_that_nearly_is_a_form_is_not_passed_over(tmp_path: Path) -> None:
    whole = xlsx(tmp_path / "a.xlsx", [HEADERS, FIRST])
    torn = xlsx(tmp_path / "b.xlsx", [HEADERS[:-1], FIRST[:-1]])

    with pytest.raises(MissingColumns):
        recognise_all([*read(whole), *read(torn)], None)


# Fields of JY/T 1005, by the table they stand in: what a school's own system exports them under.
JYT = {
    "ZYDM": "ZZJX 专业代码", "NJDM": "ZZJX 年级代码", "XNJ": "ZZXS 现年级", "XBM": "ZZXS 性别码", "ZSRS": "ZZZS 招生人数",
    "JZGLBM": "ZZJG 教职工类别码", "SFSSXJS": "ZZJG 是否双师型教师", "JXNY": "ZZXX 建校年月", "XXJBZM": "ZZXX 学校举办者码",
    "XXXQS": "ZZXX 学校校区数", "LXDH": "ZZXX 联系电话", "ZJZMJ": "ZZFC 总建筑面积",
}  # fmt: skip


@pytest.mark.parametrize("name", submitted_forms())
def test_every_short_code_that_a_form_answers_to_is_a_field_of_the_standard(name: str) -> None:
    short = {
        alias
        for column in submitted_forms()[name].columns.values()
        for alias in column.aliases
        if alias.isascii() and alias.isupper()
    }

    assert short <= set(JYT)


@pytest.mark.parametrize(
    ("form_name", "heads", "columns"),
    [
        ("register", ("学校（机构）办学类型", "学校（机构）举办者", "学校（机构）驻地城乡类型", "校(园)长姓名", "联系方式_办公电话"),
         ("school_type", "sponsor", "setting", "head", "phone")),
        ("enrolment", ("专业代码", "毕业生数", "招生数", "在校生数"), ("specialty", "graduates", "entrants", "students")),
        ("flow", ("上学年初在校生数", "招生数", "复学数", "转入数", "其他增加数", "毕业数", "结业数", "休学数", "退学数", "死亡数", "转出数",
                  "其他减少数", "本学年初在校生数"),
         ("start", "entered", "readmitted", "transferred_in", "other_in", "graduated", "completed", "suspended", "dropped_out", "died",
          "transferred_out", "other_out", "end")),
        ("staff", ("本学年授课专任教师_专业（技能）课程", "本学年授课专任教师_专业（技能）课程_#双师型"), ("specialty_teachers", "dual_qualified")),
    ],
)  # fmt: skip
def test_a_form_answers_to_the_columns_of_its_statutory_table(
    form_name: str, heads: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    assert matches(submitted_forms()[form_name], heads) == list(columns)
