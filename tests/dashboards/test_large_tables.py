"""Tables too large for a page: offered with their size and time, built by the real worker, kept for whoever asked."""

from __future__ import annotations

import io
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

import openpyxl
import polars as pl
import pytest
import sqlalchemy as sa
from flask import Flask

from dashboards.answers import Memory
from dashboards.auth import Door, Reader
from dashboards.documents import read_address
from dashboards.exports import files as exports
from etl.task import Shop
from metrics.tables import build as building
from metrics.tables import guard, large, waiting
from tests.at_work import work_off
from tests.dashboards.programs import reads
from tests.dashboards.releasing import FIRST, SECOND, corrects, released
from tests.dashboards.test_subscriptions import SITE, _clean, files, rows, shop, table_of  # noqa: F401 - fixtures among them
from tests.readers import YEAR, Ministry, asked_by_dash, do, section
from warehouse import roles
from warehouse.queue import job


@dataclass(frozen=True, kw_only=True)
class HouseOf:
    """Where tables are read, in a test."""

    door: Door
    memory: Memory
    synthetic: bool


LARGE = {"metrics": "students", "cut": "major"}


def large_of(ministry: Ministry) -> str:
    return table_of(ministry, "ministry", **{**LARGE, "places": "1-counties"})  # fmt: skip


def test_a_table_too_large_for_a_page_becomes_a_file_by_a_job(
    ministry: Ministry,
    shop: Shop,  # noqa: F811 - the fixture
) -> None:
    of = large_of(ministry)
    path, _, query = of.partition("?")
    shown = section(asked_by_dash(ministry.client("ministry"), f"/en{path}", f"?{query}"), "preview")  # fmt: skip
    assert "a page shows 50,000" in shown
    assert "order_table" in shown

    answer = do(ministry.client("ministry"), "order_table", {"of": of, "lang": "en", "format": "csv"})  # fmt: skip
    assert answer.status_code == 200, answer.text
    (waiting,) = rows(ministry, job)
    assert (waiting.kind, waiting.state) == ("large_table", "waiting")
    work_off(ministry.worker_url, shop)
    (ended,) = rows(ministry, job)
    assert (ended.state, ended.leads_to) == ("done", "/subscriptions")
    assert ended.total > 50_000

    (content,) = files(ministry, "ministry")
    told = pl.read_csv(content, schema_overrides={"place_code": pl.String, "group_code": pl.String})
    # A county's part holds what a page shows of that county alone; a group that only others have is a zero here, and no row there.
    county = ministry.at("county")
    alone = of.replace("places=1-counties", f"places={county}")
    direct = ministry.client("ministry").get(
        f"/build/en{alone.removeprefix('/build').replace('?', '.csv?', 1)}"
    )
    one = pl.read_csv(
        direct.data, schema_overrides={"place_code": pl.String, "group_code": pl.String}
    )
    same = ["place_code", "group_code", "metric", "year", "value"]
    seen = told.filter(pl.col("place_code") == one["place_code"][0], pl.col("value") > 0)
    assert seen.height > 1
    assert set(seen.select(same).rows()) == set(one.filter(pl.col("value") > 0).select(same).rows())


def test_a_table_that_tells_how_far_it_is_is_the_table(ministry: Ministry) -> None:
    """Told question by question, every cell, load and hash is that of the table read at once."""
    reader = Reader(ministry.worker.account(ministry.readers["analyst"].login) or {})
    site = HouseOf(
        door=ministry.site.extensions["door"],
        memory=Memory(Flask("test"), enabled=False),
        synthetic=True,
    )
    years = ".".join(map(str, ministry.web.ladder.years[-3:]))
    words = f"year={YEAR}&places=1.1-provinces.130000-counties&years={years}&metrics=students.students_per_teacher.employment_rate&cut=major"
    address = read_address(f"/build/1?{words}", "zh")
    whole = exports.table_paper(site, address, reader, SITE)
    said: list[tuple[int, int]] = []
    parts = exports.table_paper(
        site, address, reader, SITE, lambda done, total: said.append((done, total))
    )
    assert len(said) > 1
    assert said[-1][0] == said[-1][1]
    assert parts.receipt["sha256"] == whole.receipt["sha256"]
    assert parts.receipt["loads"] == whole.receipt["loads"]


@pytest.mark.parametrize("wrong", [{"format": "pdf"}, {"of": "/place/1"}, {"of": "x"}, {"state": "&asof=yesterday"}, {"state": f"&release=FB-{YEAR}-77"}, {"state": f"&release=FB-{YEAR - 1}-1"}, {"lang": "fr", "format": ""}])  # fmt: skip
def test_no_other_table_is_ordered(ministry: Ministry, wrong: dict[str, str]) -> None:
    of = large_of(ministry) + wrong.get("state", "")
    said = {"of": of, "lang": "zh", "format": "csv", **wrong}
    assert do(ministry.client("ministry"), "order_table", said).status_code in (409, 422)
    small = {"of": table_of(ministry, "ministry"), "lang": "zh", "format": "csv"}
    assert do(ministry.client("ministry"), "order_table", small).status_code == 409


def test_what_no_job_builds_is_refused_on_the_page(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "MOST", 52_000)
    path, _, query = large_of(ministry).partition("?")
    shown = section(
        asked_by_dash(ministry.client("ministry"), f"/en{path}", f"?{query}"), "preview"
    )
    assert "a job makes at most 52,000" in shown
    assert "order_table" not in shown


def test_a_job_is_cancelled_while_a_question_is_being_read(
    ministry: Ministry,
    shop: Shop,  # noqa: F811 - the fixture
) -> None:
    """What it reads is held by somebody else, so it would wait for ever; the wish ends it there."""
    said = {"of": large_of(ministry), "lang": "zh", "format": "csv"}
    assert do(ministry.client("ministry"), "order_table", said).status_code == 200
    with ThreadPoolExecutor(1) as pool, roles.connect(ministry.owner_url) as holder:
        holder.execute("BEGIN")
        holder.execute("LOCK TABLE rollup_enrolment, fact_enrolment IN ACCESS EXCLUSIVE MODE")
        working = pool.submit(work_off, ministry.worker_url, shop)
        while not holder.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND relation::regclass::text LIKE '%enrolment%'"
        ).fetchall():
            time.sleep(0.1)
        (going,) = rows(ministry, job)
        assert going.state == "working"
        assert (
            do(ministry.client("ministry"), "cancel_job", {"job": str(going.job_id)}).status_code
            == 200
        )
        working.result(timeout=60)
        (ended,) = rows(ministry, job)
        holder.execute("ROLLBACK")
    assert ended.state == "cancelled"
    assert files(ministry, "ministry") == []


SLOW = {"places": "1.1-provinces", "metrics": "students_per_teacher", "cut": "sponsor.setting"}


def test_what_takes_long_to_decide_is_offered_as_a_file_with_the_estimate_until_it_is_decided(
    ministry: Ministry, shop: Shop, monkeypatch: pytest.MonkeyPatch  # noqa: F811 - the fixture
) -> None:  # fmt: skip
    """The page says so in both languages, its files and the interface alike; the job's file is the table that the page shows to who waits."""
    of = table_of(ministry, "analyst", **SLOW)
    path, _, query = of.partition("?")
    client = ministry.client("analyst")
    monkeypatch.setattr(waiting, "BY_KINDS", 10)
    shown = {lang: section(asked_by_dash(client, f"/{lang}{path}", f"?{query}"), "preview") for lang in ("zh", "en")}  # fmt: skip
    assert "has not been checked yet takes about" in shown["en"]
    assert "还没有核对过的部分预计需要约" in shown["zh"]
    assert all("order_table" in each for each in shown.values())
    direct = f"/build/en{path.removeprefix('/build')}.csv?{query}"
    refused = client.get(direct)
    assert (refused.status_code, "takes about" in refused.text) == (400, True)
    program = reads(ministry, "analyst").ask(
        f"/data?places=1,1-provinces&years={YEAR}&metrics=students_per_teacher&cut=sponsor,setting"
    )
    assert (program.status_code, "takes about" in program.get_json()["detail_en"]) == (422, True)

    assert do(client, "order_table", {"of": of, "lang": "en", "format": "csv"}).status_code == 200
    work_off(ministry.worker_url, shop)
    (ended,) = rows(ministry, job)
    assert (ended.state, ended.done) == ("done", ended.total)
    (made,) = files(ministry, "analyst")

    monkeypatch.undo()
    assert client.get(direct).data == made
    monkeypatch.setattr(waiting, "BY_KINDS", 10)
    for words in (query, query.replace("setting", "region")):  # every two kinds are decided at once
        assert "order_table" not in section(asked_by_dash(client, f"/en{path}", f"?{words}"), "preview")  # fmt: skip


def test_what_no_job_would_decide_is_said_before_it_is_ordered(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """A table that is too large for a page tells how long deciding takes as well, and is not offered where that is too much."""
    for module in (building, large):
        monkeypatch.setattr(module, "MOST_CELLS", 10)
    monkeypatch.setattr(waiting, "BY_KINDS", 1)
    path, _, query = table_of(ministry, "analyst", **{**SLOW, "metrics": "graduates"}).partition(
        "?"
    )
    offered = section(asked_by_dash(ministry.client("analyst"), f"/en{path}", f"?{query}"), "preview")  # fmt: skip
    assert "order_table" in offered
    assert "minutes" in offered

    monkeypatch.setattr(guard, "MOST", 20)
    refused = section(asked_by_dash(ministry.client("analyst"), f"/en{path}", f"?{query}"), "preview")  # fmt: skip
    assert "where 20 are the most at a time" in refused
    assert "order_table" not in refused


@pytest.fixture
def two_released(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> str:
    """A final release, a revision of it and what came since, where every table is a large one; a moment between the first two."""
    for module in (building, large):
        monkeypatch.setattr(module, "MOST_CELLS", 1)
    corrects(ministry, 4001)
    released(ministry, "final")
    moment = datetime.now(UTC).isoformat()
    corrects(ministry, 4002)
    released(ministry, "revised")
    corrects(ministry, 4003)
    with ministry.worker.writing() as writer:
        writer.run(sa.delete(job))  # the proofs of what is withheld
    return moment


def ordered(ministry: Ministry, shop: Shop, state: str) -> list[list[str]]:  # noqa: F811 - the fixture
    """The rows of a file of the school and its province that is ordered on the page as it is read in a state."""
    of = table_of(ministry, "school", places=f"{ministry.at('school')}.{ministry.at('province')}", metrics="students", cut="")  # fmt: skip
    path, _, query = of.partition("?")
    client = ministry.client("ministry")
    offered = section(asked_by_dash(client, f"/zh{path}", f"?{query}{state}"), "preview")
    fields = dict(re.findall(r'"name": "(\w+)", "(?:defaultValue|value)": "([^"]*)"', offered))
    answer = do(client, "order_table", {**fields, "format": "xlsx"})
    assert answer.status_code == 200, answer.text
    work_off(ministry.worker_url, shop)
    book = openpyxl.load_workbook(io.BytesIO(files(ministry, "ministry")[0]))
    return [[f"{cell.value}{cell.number_format[-3:]}" for cell in row] for sheet in book for row in sheet.iter_rows()]  # fmt: skip


def test_a_large_table_ordered_while_a_release_is_read_is_of_the_release(ministry: Ministry, shop: Shop, two_released: str) -> None:  # fmt: skip  # noqa: F811 - the fixture
    """Its figures, its name and the marks of what it revised; one of a moment is of the moment, and one that is live is live."""
    states = {4001: f"&release={FIRST}", 4002: f"&release={SECOND}", 4003: "&basis=approved"}
    told = {number: str(ordered(ministry, shop, state)) for number, state in states.items()}
    for number, text in told.items():
        assert [str(each) in text for each in states] == [each == number for each in states]
    assert [f"发布数 {FIRST}" in told[4001], f"发布数 {SECOND}" in told[4002]] == [True, True]
    assert ["实时" in text for text in told.values()] == [False, False, True]
    assert ['4002 r"' in told[4002], ' r"' in told[4001]] == [True, False]
    assert "4001" in str(ordered(ministry, shop, f"&asof={quote(two_released)}"))
