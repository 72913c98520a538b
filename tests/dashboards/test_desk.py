"""A school's desk: what its accounts begin with, a form filled, checked and handed in, and who sees and does none of it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from etl.submission import submit
from tests.readers import CSRF, NOW, YEAR, Ministry, do, reopen
from warehouse import roles
from warehouse.discovery import submitted_forms
from warehouse.rights import Role

FORM = "enrolment"
NAMES = ("specialty", "grade", "sex", "students", "entrants", "graduates", "explanation")
HOSTILE = '<img src=x onerror="alert(1)">'
ROW = {
    "specialty": "720201",
    "grade": "1",
    "sex": "2",
    "students": "45",
    "entrants": "45",
    "graduates": "0",
}
SCRIPT = {"Accept": "application/json"}


@dataclass(frozen=True)
class Desk:
    """The desk of a school's statistician, of which every form has just been returned."""

    ministry: Ministry
    client: FlaskClient
    school: int

    def page(self, lang: str = "zh", form: str = FORM) -> str:
        return self.client.get(f"/{lang}/fill/{self.school}?year={YEAR}&form={form}").text

    @property
    def version(self) -> str:
        found = re.search(r'name="version" value="(\d+)"', self.page())
        assert found
        return found[1]

    def post(
        self,
        action: str,
        rows: Sequence[Mapping[str, str]] = (),
        *,
        script: Any = False,
        **said: Any,
    ) -> TestResponse:
        token = CSRF.search(self.page())
        assert token
        data = {
            "csrf": token[1], "back": f"/zh/fill/{self.school}?year={YEAR}&form={FORM}", "form": FORM, "year": str(YEAR),
            "version": self.version, **{f"c.{name}": [row.get(name, "") for row in rows] for name in NAMES},
            **({"script": "1"} if script else {}), **said,
        }  # fmt: skip
        return self.client.post(f"/do/{action}", data=data, headers=SCRIPT if script else {})

    def save(self, *rows: Mapping[str, str], **said: Any) -> dict[str, Any]:
        """As the page's script saves: status and answer."""
        answer = self.post("save_draft", rows, script=True, **said)
        return {"status": answer.status_code, **json.loads(answer.text)}


@pytest.fixture(scope="module")
def desk(ministry: Ministry) -> Desk:
    school = ministry.at("school")
    reopen(ministry.worker, school)
    return Desk(ministry, ministry.client("school"), school)


def value(page: str, key: str) -> str | None:
    """What a field of the page holds."""
    found = re.search(rf'<input[^>]*id="{key}"[^>]*>', page)
    held = re.search(r' value="([^"]*)"', found[0]) if found else None
    return held[1] if held else None


def test_a_schools_accounts_begin_at_its_desk(desk: Desk) -> None:
    assert f"/zh/workspace/{desk.school}" in desk.client.get("/").headers["Location"]
    page = desk.client.get(f"/zh/workspace/{desk.school}?year={YEAR}").text
    number = len(submitted_forms())
    assert f"{number} 张表已上报 0 张，{number} 张退回待改" in page


def test_the_desk_says_who_returned_it_and_why(desk: Desk) -> None:
    page = desk.client.get(f"/en/workspace/{desk.school}?year={YEAR}").text

    assert "“test”" in page
    assert (
        "next: the school&#x27;s statistician" in page or "next: the school's statistician" in page
    )


def test_a_form_begins_with_what_was_handed_in(desk: Desk) -> None:
    page = desk.page(form="register")

    assert value(page, "r1-school_type")
    assert value(page, "r1-founded")


def test_what_is_typed_is_there_again_in_either_language(desk: Desk) -> None:
    saved = desk.save({**ROW, "specialty": "护理", "grade": "一年级"})

    assert saved["status"] == 200
    assert re.fullmatch(r"已保存，\d\d:\d\d", saved["said"])
    assert value(desk.page(), "r1-specialty") == "护理"
    assert value(desk.page("en"), "r1-specialty") == "Nursing"


def test_an_error_comes_back_at_its_cell(desk: Desk) -> None:
    saved = desk.save(ROW, {**ROW, "grade": "2", "students": "四十"})

    assert saved["marks"] == {"r2-students": ["refused", "m-2-students-not_a_number"]}
    page = desk.page()
    field = re.search(r'<input[^>]*id="r2-students"[^>]*>', page)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="m-2-students-not_a_number"' in field[0]
    assert 'id="m-2-students-not_a_number"' in page


def test_the_trail_knows_of_a_save_and_nothing_of_what_was_typed(desk: Desk) -> None:
    desk.save({**ROW, "explanation": "only the school knows"})

    with roles.connect(desk.ministry.owner_url) as connection:
        lines = connection.execute(
            "SELECT login, object, detail::text FROM audit WHERE event = 'save_draft' ORDER BY audit_id DESC LIMIT 1"
        ).fetchall()
    assert (lines[0][0], lines[0][1]) == ("school", f"{FORM} {YEAR} {desk.school}")
    assert "knows" not in lines[0][2]


def test_a_second_browser_is_told_and_overwrites_nothing(desk: Desk) -> None:
    seen = desk.version
    desk.save({**ROW, "students": "46", "entrants": "46"})

    late = desk.save({**ROW, "students": "47"}, version=seen)

    assert late["status"] == 409
    assert "另一处保存" in late["refused"]
    assert value(desk.page(), "r1-students") == "46"
    mine = desk.save({**ROW, "students": "47", "entrants": "47"}, version=seen, over="1")
    assert mine["status"] == 200
    assert value(desk.page(), "r1-students") == "47"


def test_without_a_script_the_late_text_is_one_undo_away(desk: Desk) -> None:
    seen = desk.version
    desk.save({**ROW, "students": "50", "entrants": "50"})

    desk.post("save_draft", [{**ROW, "students": "51"}], version=seen)

    assert value(desk.page(), "r1-students") == "50"
    desk.post("undo_draft")
    assert value(desk.page(), "r1-students") == "51"


def test_only_what_cannot_be_true_keeps_a_form_back(desk: Desk) -> None:
    answer = desk.post("submit_draft", [{**ROW, "students": "-3"}])
    said = desk.client.get(answer.headers["Location"]).text
    assert "未报送：有 1 处不可能为真" in said

    unusual = {**ROW, "students": "40", "entrants": "90"}
    answer = desk.post("submit_draft", [unusual], **{"why.1": "五十人未报到"})
    said = desk.client.get(answer.headers["Location"]).text
    assert re.search(r"已报送，回执 HZ-\d{4}-\d{8}：接受 1 行", said)
    with roles.connect(desk.ministry.owner_url) as connection:
        found = connection.execute(
            "SELECT f.explanation FROM finding f JOIN submission s USING (submission_id) "
            "WHERE s.school_id = %s AND s.form = %s AND s.is_current", (desk.school, FORM),
        ).fetchall()  # fmt: skip
    assert found == [("五十人未报到",)]

    again = desk.post("submit_draft", [{**unusual, "explanation": "五十人未报到"}])
    assert "没有改变任何数据" in desk.client.get(again.headers["Location"]).text


def test_what_is_typed_is_shown_and_never_run(desk: Desk) -> None:
    formula = '=HYPERLINK("http://evil.example")'
    saved = desk.save({**ROW, "specialty": HOSTILE, "students": formula, "explanation": HOSTILE})

    page = desk.page()
    assert HOSTILE not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=" in page
    assert saved["marks"]["r1-specialty"][0] == "refused"
    told = json.dumps(saved["parts"], ensure_ascii=False)
    assert "dangerouslySetInnerHTML" not in told
    book = openpyxl.load_workbook(io.BytesIO(desk.post("template_workbook").data))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert formula in [cell.value for cell in cells if cell.data_type == "s"]
    assert not [cell for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("longer", [{"explanation": "因" * 501}, {"students": "9" * 5000}])
def test_a_cell_takes_so_much_and_no_more(desk: Desk, longer: dict[str, str]) -> None:
    assert desk.save({**ROW, **longer})["status"] == 422


def test_a_draft_takes_so_many_rows_and_no_more(desk: Desk) -> None:
    assert desk.save(*[ROW] * 1001)["status"] == 422


def test_the_template_is_filled_with_what_stands_in_the_page(desk: Desk) -> None:
    desk.save({**ROW, "students": "61", "entrants": "61"})

    answer = desk.post("template_workbook")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Disposition"].isascii()  # else the web server refuses to send it
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    held = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert 61 in held
    assert desk.ministry.web.ladder.place(desk.school).code in held


def test_an_upload_is_acknowledged_and_the_page_goes_on_from_it(desk: Desk, tmp_path: Path) -> None:
    desk.save(
        {**ROW, "students": "62", "entrants": "62"}, {**ROW, "grade": "2", "students": "六十"}
    )
    book = desk.post("template_workbook").data
    desk.save({**ROW, "students": "63", "entrants": "63"})
    answer = desk.post("send_in", file=(io.BytesIO(book), "在校生.xlsx"))
    assert "/zh/intake?item=" in answer.headers["Location"]

    # What the worker does with it, and what the school then sees.
    path = tmp_path / "在校生.xlsx"
    path.write_bytes(book)
    later = NOW + timedelta(days=1)
    receipt = submit(desk.ministry.worker, path, form=FORM, year=YEAR, now=later, by="school")
    page = desk.page()
    assert (receipt.rows_accepted, receipt.rows_refused) == (1, 1)
    assert value(page, "r1-students") == "62"
    assert value(page, "r2-students") == "六十"
    assert receipt.number in page
    assert "在校生.xlsx" in page

    copy = openpyxl.load_workbook(
        io.BytesIO(desk.post("commented_copy", submission=str(receipt.submission)).data)
    )
    comments = [c.comment.text for row in copy.worksheets[0].iter_rows() for c in row if c.comment]
    assert any("不是数" in text for text in comments)
    stranger = ministry_post(desk, "sister", "commented_copy", submission=str(receipt.submission))
    assert stranger.status_code == 303
    assert "attachment" not in stranger.headers.get("Content-Disposition", "")


def ministry_post(desk: Desk, role: str, action: str, **said: str) -> TestResponse:
    client = desk.ministry.entered(role, desk.ministry.site)
    return do(client, action, {"back": "/zh/catalogue", **said}, by_script=False)


def test_an_official_of_its_county_reads_and_does_not_write(desk: Desk) -> None:
    county = desk.ministry.client("county")

    for name in ("workspace", "fill"):
        answer = county.get(f"/zh/{name}/{desk.school}?year={YEAR}")
        assert answer.status_code == 200
        assert "save_draft" not in answer.text
    assert ministry_post(desk, "county", "save_draft", form=FORM).status_code == 403


@pytest.mark.parametrize("role", ["sister", "analyst"])
def test_a_stranger_sees_nothing(desk: Desk, role: str) -> None:
    for name in ("workspace", "fill"):
        address = f"/zh/{name}/{desk.school}?year={YEAR}"
        assert desk.ministry.client(role).get(address).status_code == 403


@pytest.mark.parametrize("role", [Role.SCHOOL_REVIEWER, Role.HEAD])
def test_reviewer_and_head_read_what_was_handed_in_and_no_draft(desk: Desk, role: Role) -> None:
    desk.save({**ROW, "students": "77", "entrants": "77"})

    page = desk.ministry.appointed(role, desk.school).get(
        f"/zh/fill/{desk.school}?year={YEAR}&form={FORM}"
    )

    assert page.status_code == 200
    assert ">77<" not in page.text
    assert "save_draft" not in page.text


def test_what_is_locked_is_read_and_not_typed(desk: Desk) -> None:
    with desk.ministry.worker.writing() as writer:
        other = writer.scalar(
            "SELECT min(school_id) FROM standing WHERE form = :form AND state = 'approved' AND school_id <> :own",
            form=FORM, own=desk.school,
        )  # fmt: skip
    client = desk.ministry.appointed(Role.STATISTICIAN, other)
    page = client.get(f"/zh/fill/{other}?year={YEAR}&form={FORM}").text
    with client.session_transaction() as session:
        said = {"csrf": session["csrf"], "form": FORM, "year": str(YEAR), "version": "0"}

    assert "save_draft" not in page
    refused = client.post("/do/save_draft", data=said, headers=SCRIPT)
    assert (refused.status_code, "不能再改" in refused.text) == (409, True)


def test_an_unknown_form_is_no_page(desk: Desk) -> None:
    assert desk.client.get(f"/zh/fill/{desk.school}?year={YEAR}&form=nothing").status_code == 400
