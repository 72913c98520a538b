"""A province's own system, read from a real server that fails, stalls and changes; what is read is taken in like any package."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.errors import Absent, BadAdapter, SourceFailed
from etl.fusion.adapter import read_adapter
from etl.fusion.interface import Interface
from etl.fusion.pull import PAGES, Wanted, pull
from etl.fusion_commands import read_token
from etl.sources import load_package
from tests.conftest import Database
from tests.etl.theirs import ADAPTER, CODES, TOKEN, YEAR, Theirs, send, status, told, whole
from tests.factories import CHANGSHA, NOW, SHAOYANG, opened, register
from warehouse import roles
from warehouse.errors import UnknownName
from warehouse.store import Warehouse
from warehouse.tables import metadata


def interface(theirs: Theirs, tmp_path: Path, path: str = "training/list", paging: str = "", token: str = "") -> Interface:  # fmt: skip
    file = tmp_path / "adapter.toml"
    file.write_text(ADAPTER.format(address=theirs.address, path=path, paging=paging))
    return Interface(adapter=read_adapter(file), token=token, wait=0.01)


WANTED = Wanted(form="training_q1", year=YEAR)


def test_what_was_pulled_is_recorded_like_any_package(theirs: Theirs, tmp_path: Path, database: Database) -> None:  # fmt: skip
    folder = tmp_path / "package"
    folder.mkdir()
    done = pull(interface(theirs, tmp_path, token=TOKEN), WANTED, folder)
    with closing(Warehouse(database.worker_url, roles.WORKER)) as worker:
        register(worker, [opened(CODES[0], CHANGSHA), opened(CODES[1], SHAOYANG)], [YEAR])
        report = load_package(worker, folder, now=NOW, by="fusion")
        table = metadata.tables["fact_training_q1"]
        with worker.writing() as reader:
            found = reader.rows(sa.select(table.c.audience, table.c.persons, table.c.income).order_by(table.c.persons))  # fmt: skip

    assert (done.rows, done.asked, done.restarts) == (4, 2, 0)
    assert report.total("rows_refused") == 0
    assert [tuple(row) for row in found] == [
        (("employees", "farmers")[n % 2], 40 + n, 120_000 + n * 10_000) for n in range(4)
    ]
    assert [asked["pageNo"] for asked in theirs.asked] == ["1", "2", "1"]  # the first once more
    assert {asked["xn"] for asked in theirs.asked} == {str(YEAR)}
    assert set(theirs.tokens) == {f"Bearer {TOKEN}"}
    assert not list((folder / PAGES).iterdir())


def test_failures_on_the_way_are_tried_again(theirs: Theirs, tmp_path: Path) -> None:
    theirs.wrong = {1: status(503), 2: status(429, Retry_After="0"), 4: lambda handler: handler.connection.close()}  # fmt: skip

    done = pull(interface(theirs, tmp_path), WANTED, tmp_path)

    assert (done.rows, len(theirs.asked)) == (4, 6)


def test_an_answer_that_breaks_off_is_asked_for_again(theirs: Theirs, tmp_path: Path) -> None:
    def broken(handler: BaseHTTPRequestHandler) -> None:
        whole(handler, b'{"data":', 1_000)
        handler.close_connection = True

    theirs.wrong = {1: broken, 3: broken}

    assert pull(interface(theirs, tmp_path), WANTED, tmp_path).rows == 4


def test_a_row_that_went_while_another_came_is_noticed(theirs: Theirs, tmp_path: Path) -> None:
    def swapped(handler: BaseHTTPRequestHandler) -> None:
        theirs.rows = [*theirs.rows[1:], told(0) | {"pxdx": "03", "rc": 99}]
        send(handler, 200, {"data": {"list": theirs.rows[3:], "total": 4, "next": None}})

    theirs.wrong = {2: swapped}

    done = pull(interface(theirs, tmp_path), WANTED, tmp_path)

    assert (done.restarts, done.rows) == (1, 4)
    assert "41" in done.file.read_text()
    assert ",99," in done.file.read_text()


def test_pages_kept_of_another_state_are_not_gone_on_with(theirs: Theirs, tmp_path: Path) -> None:
    theirs.wrong = {2: status(404)}
    with pytest.raises(SourceFailed):
        pull(interface(theirs, tmp_path), WANTED, tmp_path)
    theirs.rows[0]["rc"] = 77

    done = pull(interface(theirs, tmp_path), WANTED, tmp_path)

    assert done.restarts == 1
    assert ",77," in done.file.read_text()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"xxbsm": "3644000001"}, "row 3 is of 3644000001, no school of this province"),
        ({"xxbsm": None}, "no school of this province"),
        ({"sr": ...}, "row 3 has no field sr"),
    ],
)
def test_rows_that_are_not_as_declared_are_told_and_nothing_is_written(
    theirs: Theirs, tmp_path: Path, change: dict[str, object], says: str
) -> None:
    theirs.rows[2] |= change
    theirs.rows[2] = {name: value for name, value in theirs.rows[2].items() if value is not ...}

    with pytest.raises(SourceFailed, match=says):
        pull(interface(theirs, tmp_path), WANTED, tmp_path)
    assert not list(tmp_path.glob("*.csv"))


def test_a_cursor_that_stands_still_is_given_up(theirs: Theirs, tmp_path: Path) -> None:
    def standing(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"data": {"list": theirs.rows[:1], "total": 4, "next": "2"}})

    theirs.wrong = dict.fromkeys(range(1, 30), standing)

    with pytest.raises(SourceFailed, match="kept changing"):
        pull(interface(theirs, tmp_path, paging='kind = "cursor"\nnext = "data.next"'), WANTED, tmp_path)  # fmt: skip


@pytest.mark.parametrize("number", ["1e9999999", "1e999999", "NaN", "many"])
def test_a_number_that_cannot_be_counted_stays_as_it_came(theirs: Theirs, tmp_path: Path, number: str) -> None:  # fmt: skip
    theirs.rows[0]["sr"] = number

    assert number in pull(interface(theirs, tmp_path), WANTED, tmp_path).file.read_text()


def test_a_token_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(Absent):
        read_token(tmp_path / "token")


def test_a_pull_that_was_interrupted_goes_on_where_it_stood(theirs: Theirs, tmp_path: Path) -> None:
    theirs.wrong = {2: status(404)}
    reader = interface(theirs, tmp_path)
    with pytest.raises(SourceFailed, match="page 2 of 'Training without degree"):
        pull(reader, WANTED, tmp_path)

    done = pull(reader, WANTED, tmp_path)

    assert (done.kept, done.asked, done.rows) == (1, 1, 4)
    assert [asked["pageNo"] for asked in theirs.asked] == ["1", "2", "2", "1"]


def test_a_source_that_changes_is_read_from_its_beginning(theirs: Theirs, tmp_path: Path) -> None:
    more = told(0) | {"rc": 99}

    def grown(handler: BaseHTTPRequestHandler) -> None:
        theirs.rows.append(more)
        send(handler, 200, {"data": {"list": theirs.rows[3:], "total": len(theirs.rows), "next": None}})  # fmt: skip

    theirs.wrong = {2: grown}

    done = pull(interface(theirs, tmp_path), WANTED, tmp_path)

    assert (done.restarts, done.rows) == (1, 5)
    assert done.file.read_text().count("\n") == 6


def test_a_source_that_never_stands_still_is_given_up(theirs: Theirs, tmp_path: Path) -> None:
    def unsteady(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"data": {"list": theirs.rows[:3], "total": 1_000 + len(theirs.asked)}})

    theirs.wrong = dict.fromkeys(range(1, 20), unsteady)

    with pytest.raises(SourceFailed, match="kept changing"):
        pull(interface(theirs, tmp_path), WANTED, tmp_path)
    assert not list(tmp_path.glob("*.csv"))


def test_pages_are_followed_by_cursor_too(theirs: Theirs, tmp_path: Path) -> None:
    reader = interface(theirs, tmp_path, paging='kind = "cursor"\nnext = "data.next"')

    assert pull(reader, WANTED, tmp_path).rows == 4
    assert [asked.get("pageNo", "") for asked in theirs.asked] == ["", "2", ""]


def linked(theirs: Theirs, address: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """The first page, which gives a link for the next one."""
    page = {"list": theirs.rows[:3], "total": len(theirs.rows), "next": address}
    return lambda handler: send(handler, 200, {"data": page})


@pytest.mark.parametrize("whole_link", [True, False])
def test_pages_are_followed_by_link_too(theirs: Theirs, tmp_path: Path, *, whole_link: bool) -> None:  # fmt: skip
    reader = interface(theirs, tmp_path, paging='kind = "link"\nnext = "data.next"')
    path = f"training/list?pageNo=2&pageSize=3&nd={YEAR}&more=1"
    first = linked(theirs, f"{theirs.address}/{path}" if whole_link else path.partition("/")[2])
    theirs.wrong = {1: first, 3: first}  # and once more, to see whether it still stands

    assert pull(reader, WANTED, tmp_path).rows == 4
    assert [asked.get("more") for asked in theirs.asked] == [None, "1", None]


def test_a_link_to_another_host_is_not_followed(theirs: Theirs, tmp_path: Path) -> None:
    reader = interface(theirs, tmp_path, paging='kind = "link"\nnext = "data.next"', token=TOKEN)
    theirs.wrong = {1: linked(theirs, "http://localhost:1/training/list?pageNo=2")}

    with pytest.raises(SourceFailed, match="leads to another host"):
        pull(reader, WANTED, tmp_path)
    assert len(theirs.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        status(302, Location="http://127.0.0.1:1/elsewhere"), status(401),
        lambda handler: send(handler, 200, {"data": {"list": 5, "total": 1}}), lambda handler: send(handler, 200, ["?"]),
        lambda handler: whole(handler, b"[" * 200_000),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_as_declared_ends_the_pull_with_one_error(
    theirs: Theirs, tmp_path: Path, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    theirs.wrong = {1: answer}

    with pytest.raises(SourceFailed, match="page 1 of 'Training without degree"):
        pull(interface(theirs, tmp_path, token=TOKEN), WANTED, tmp_path)
    assert len(theirs.asked) == 1
    assert not list(tmp_path.glob("*.csv"))


def test_the_token_is_shown_nowhere(theirs: Theirs, tmp_path: Path) -> None:
    assert TOKEN not in repr(interface(theirs, tmp_path, token=TOKEN))


def test_a_form_that_the_province_does_not_give_is_told(theirs: Theirs, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="training_q1"):
        pull(interface(theirs, tmp_path), Wanted(form="trainin", year=YEAR), tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("{address}/api", "http://data.example.cn/api", "https"),
        ("{address}/api", "https://login:word@data.example.cn/api", "token is a file"),
        ("{address}/api", "https://[bad", "no whole address"),
        ("{address}/api", "https://", "no whole address"),
        ("{address}/api", "https://data.example.cn:99999", "no whole address"),
        ("{address}", "{address}/", ""),
        ("forms.training_q1", "forms.training_q", "near it: training_q"),
        ('persons = "rc"', 'person = "rc"', "near it: persons"),
        ('sessions = "bc"\n', "", "lacks the required sessions"),
        ('"01" = "employees"', '"01" = "employes"', "near it: employees"),
        ('income = "0.0001"', 'audience = "2"', "is no number"),
        ("rows_a_page = 3", "rows_a_page = 0", "paging.rows_a_page"),
        ("rows_a_page = 3", "rowsapage = 3", "paging.rowsapage"),
        ("rows_a_page = 3", 'kind = "cursor"', "paging.next"),
        ('province = "430000"', 'province = "Hunan"', "province"),
        ("training/list", "https://data.example.cn/list", "another host"),
        ("[paging]", "[paging", "TOML"),
    ],
)
def test_a_fault_of_the_declaration_is_one_error_that_names_the_key(tmp_path: Path, before: str, after: str, says: str) -> None:  # fmt: skip
    text = ADAPTER.format(address="{address}", path="training/list", paging="")
    assert before in text
    file = tmp_path / "adapter.toml"
    file.write_text(text.replace(before, after).replace("{address}", "https://data.example.edu.cn"))

    if not says:
        assert read_adapter(file).address_of("training_q1").endswith("/api/training/list")
        return
    with pytest.raises(BadAdapter, match=says):
        read_adapter(file)


def test_the_example_of_the_manual_can_be_used(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    file = tmp_path / "example.toml"
    file.write_text(manual.split("```toml\n")[1].split("```")[0], encoding="utf-8")

    assert list(read_adapter(file).forms) == ["contest"]
