"""Pages of work: a file is acknowledged at once and its receipt follows; jobs and notices are one's own."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from etl.task import Shop
from tests.at_work import work_off
from tests.etl.files import HEADERS, row, xlsx
from tests.readers import Ministry
from warehouse.crypto import suite
from warehouse.notices import tell
from warehouse.queue import Order, defer
from warehouse.seals import Notebook
from warehouse.text import Text


def post(ministry: Ministry, role: str, name: str, back: str = "/en/jobs", **said: object) -> TestResponse:  # fmt: skip
    client = ministry.client(role)
    with client.session_transaction() as session:
        form = {"csrf": session["csrf"], "back": back, **said}
    return client.post(f"/do/{name}", data=form, content_type="multipart/form-data")


@pytest.fixture
def shop(ministry: Ministry, tmp_path: Path) -> Shop:
    ministry.worker.set("today", "2026-11-20")
    return Shop(
        worker=ministry.worker, web=ministry.web, suite=suite("international", tmp_path / "keys"),
        notebook=Notebook(tmp_path / "seals"),
    )  # fmt: skip


def book(ministry: Ministry, folder: Path) -> bytes:
    code = ministry.web.ladder.place(ministry.at("school")).code
    file = xlsx(folder / "in.xlsx", [HEADERS, row(31, school=code, year="2026")])
    return file.read_bytes()


def send(ministry: Ministry, content: bytes, name: str = "<b>在校生.xlsx") -> str:
    answer = post(ministry, "school", "send_in", "/en/intake", file=(io.BytesIO(content), name))
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_file_is_acknowledged_at_once_and_its_receipt_follows(
    ministry: Ministry, shop: Shop, tmp_path: Path
) -> None:
    where = send(ministry, book(ministry, tmp_path))

    waiting = ministry.client("school").get(where).text
    number = re.search(r"SJ-2026-\d{8}", waiting)
    assert number
    assert f"{number[0]} is received and waits its turn" in waiting
    assert 'data-again="2"' in waiting
    assert "<b>在校生" not in waiting
    assert "1 job is waiting" in ministry.client("school").get("/en/jobs").text

    work_off(ministry.worker_url, shop, beat=0.5)

    done = ministry.client("school").get(where).text
    assert f"{number[0]} is taken in" in done
    assert "1 rows accepted, 0 refused" in done
    assert "data-again" not in done
    assert "1 unread notice" in ministry.client("school").get("/en/notices").text
    jobs = ministry.client("school").get("/zh/jobs").text
    assert "没有正在排队或进行的任务" in jobs
    assert f'href="/zh{where.removeprefix("/en")}"' in jobs


def test_a_file_whose_rows_are_refused_is_not_told_as_done(
    ministry: Ministry, shop: Shop, tmp_path: Path
) -> None:
    code = ministry.web.ladder.place(ministry.at("school")).code
    wrong = row(31, school=code, year="2026")
    wrong[HEADERS.index("在校生数")] = "许多"
    where = send(ministry, xlsx(tmp_path / "in.xlsx", [HEADERS, wrong]).read_bytes())

    work_off(ministry.worker_url, shop, beat=0.5)

    page = ministry.client("school").get(where).text
    assert "is in: 0 rows accepted, 1 refused and to be put right" in page
    assert "is taken in" not in page


def test_a_file_that_cannot_be_read_says_why_on_its_page(ministry: Ministry, shop: Shop) -> None:
    where = send(ministry, b"%PDF-1.7")

    work_off(ministry.worker_url, shop, beat=0.5)

    page = ministry.client("school").get(where.replace("/en/", "/zh/")).text
    assert "未能入库" in page
    assert "PDF" in page
    assert "原件已保存" in page


def test_nothing_and_too_much_are_refused(ministry: Ministry) -> None:
    assert post(ministry, "school", "send_in").status_code == 303
    assert "No file has come" in ministry.client("school").get("/en/jobs").text


def test_only_a_statistician_sends_files_in(ministry: Ministry) -> None:
    for role in ("ministry", "county", "analyst"):
        assert post(ministry, role, "send_in", file=(io.BytesIO(b"x"), "a.csv")).status_code == 403


def test_the_file_of_another_school_is_not_shown(ministry: Ministry, tmp_path: Path) -> None:
    where = send(ministry, book(ministry, tmp_path))

    assert "There is no such file" in ministry.client("sister").get(where).text
    assert "is received" in ministry.client("county").get(where).text
    for item in ("0", "x", "9" * 30):
        assert "There is no such file" in ministry.client("school").get(f"/en/intake?item={item}").text  # fmt: skip


def test_a_job_is_cancelled_by_its_owner_alone(ministry: Ministry) -> None:
    reader = ministry.readers["county"]
    with ministry.web.acting(ministry.web.scope(reader.login, reader.place_id)) as writer:
        job = defer(writer, Order(kind="count", place_id=reader.place_id, title=Text("数", "Count"), args={}))  # fmt: skip

    refused = post(ministry, "province", "cancel_job", job=str(job))
    assert refused.status_code == 303
    assert "it is not yours" in ministry.client("province").get("/en/jobs").text
    post(ministry, "county", "cancel_job", job=str(job))

    page = ministry.client("county").get("/en/jobs").text
    assert "being cancelled" in page
    assert "Count" not in ministry.client("province").get("/en/jobs").text


def test_notices_are_counted_in_the_top_line_and_marked_as_read(ministry: Ministry) -> None:
    client, place = ministry.client("sister"), ministry.at("sister")
    before = client.get(f"/en/place/{place}").text
    with ministry.worker.writing() as writer:
        for n in range(2):
            said = Text(f"第 {n} 份被退回", f"Form {n} was returned <i>")
            tell(writer, said, kind="returned", object="/jobs", login=ministry.readers["sister"].login)  # fmt: skip

    after = client.get(f"/en/place/{place}").text
    assert "2 unread" not in before
    assert ", 2 unread" in after
    page = client.get("/en/notices").text
    assert "Form 1 was returned &lt;i&gt;" in page
    one = re.search(r'name="notice" value="(\d+)"', page)
    assert one
    post(ministry, "county", "read_notices", notice=one[1])
    assert "2 unread notices" in client.get("/en/notices").text
    post(ministry, "sister", "read_notices", "/en/notices", notice=one[1])
    assert "1 unread notice" in client.get("/en/notices").text
    assert "Form 0" in client.get("/en/notices?view=unread").text
    assert "Form 1" not in client.get("/en/notices?view=unread").text
    post(ministry, "sister", "read_notices", "/en/notices")
    assert "No unread notice" in client.get("/zh/notices".replace("zh", "en")).text
    assert "There is no such notice" in client.get("/en/notices?view=job").text
