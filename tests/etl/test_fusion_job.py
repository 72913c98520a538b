"""A pull as a job: asked for by who may, read by a real worker from a real server, refused where the ministry has not allowed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler

import psycopg
import pytest
import sqlalchemy as sa

from etl.fusion import interface
from etl.task import Shop
from etl.tasks import fusion as task
from tests.conftest import Cluster, Database, copied
from tests.etl.province import FORM, Province, recorded
from tests.etl.theirs import TOKEN, Theirs, send, status, whole
from tests.factories import NOW
from warehouse import fusion, fusion_hosts, fusion_pulls, roles, rollout
from warehouse.chain_read import Who
from warehouse.conformity import BARS, Check, checks
from warehouse.errors import FusionRefused
from warehouse.fusion_hosts import Site
from warehouse.pull_tables import fusion_token
from warehouse.queue import job
from warehouse.rollout import Filed
from warehouse.store import Warehouse, Writer
from warehouse.tables import audit


@pytest.fixture
def database(cluster: Cluster, fusing: str) -> Iterator[Database]:
    with copied(cluster, fusing) as made:
        yield made


@pytest.fixture
def worker(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    monkeypatch.setattr(task, "WAIT_S", 0.01)
    with closing(Warehouse(database.worker_url, roles.WORKER)) as made:
        yield made


@pytest.fixture
def province(database: Database, shop: Shop, theirs: Theirs) -> Province:
    made = Province(database, shop, theirs)
    made.applies()
    return made


@pytest.fixture
def ready(province: Province) -> Province:
    province.allows()
    province.keeps()
    return province


@pytest.mark.parametrize("login", ["own", "ministry"])
def test_what_is_asked_for_is_read_and_taken_in_like_any_package(ready: Province, worker: Warehouse, login: str) -> None:  # fmt: skip
    done = ready.pulled(login)

    assert (done.state, done.asked_by, done.forms) == ("done", login, [FORM])
    assert "Rows read and taken in: 4 (accepted 4, refused 0)." in done.said_en
    assert ready.far()[2:5] == (2, 4, 4)
    assert recorded(worker) == [(("employees", "farmers")[n % 2], 40 + n) for n in range(4)]
    found = ready.far()
    assert (found.receipts, found.accepted, found.refused, found.nobodys) == (2, 4, 0, 0)
    assert found.first
    assert set(ready.theirs.tokens) == {f"Bearer {TOKEN}"}
    assert ready.pages() == 0  # what is in need not be kept twice


def test_asked_again_nothing_is_in_twice_and_its_receipts_are_found(ready: Province, worker: Warehouse) -> None:  # fmt: skip
    first = ready.pulled()
    again = ready.pulled()

    assert again.pull_id > first.pull_id
    assert again.state == "done"
    assert ready.far().accepted == 4
    assert len(recorded(worker)) == 4


def test_a_host_that_nobody_allowed_is_never_asked(province: Province) -> None:
    with pytest.raises(FusionRefused, match="ask its reviewer to allow it"):
        province.asks()
    assert province.acts("own", lambda writer, _: fusion_pulls.pulls(writer, province.place)) == []
    assert province.theirs.asked == []


@pytest.mark.parametrize("loss", ["withdrawn", "over", "other port"])
def test_what_is_not_allowed_any_more_when_the_worker_comes_is_not_asked(province: Province, loss: str) -> None:  # fmt: skip
    line = province.allows(until=NOW.date())
    province.asks()
    if loss == "over":
        province.shop.worker.set("today", (NOW.date() + timedelta(days=1)).isoformat())
    else:
        province.acts("ministry", lambda writer, who: fusion_hosts.disallow(writer, who, province.place, line, NOW))  # fmt: skip
    if loss == "other port":
        province.allows(site=Site(host=province.site.host, port=1))
    province.works()

    done = province.newest()
    assert (done.state, province.theirs.asked) == ("failed", [])
    assert "not among the hosts" in done.said_en
    assert "许可" in done.said_zh
    with province.shop.worker.reading(province.shop.worker.everything()) as reader:
        lines = reader.rows(sa.select(audit).where(audit.c.event == "job"))
    assert [(one.login, one.succeeded) for one in lines] == [("own", False)]


def test_a_host_that_is_withdrawn_while_it_is_read_is_not_asked_for_the_next_page(ready: Province) -> None:  # fmt: skip
    def withdrawn(handler: BaseHTTPRequestHandler) -> None:
        with ready.shop.worker.writing() as writer:
            lines = fusion_hosts.hosts(writer, ready.place)
        ready.acts("ministry", lambda writer, who: fusion_hosts.disallow(writer, who, ready.place, lines[0].host_id, NOW))  # fmt: skip
        send(handler, 200, {"data": {"list": ready.theirs.rows[:3], "total": 4, "next": "2"}})

    ready.theirs.wrong = {1: withdrawn}
    assert ready.pulled().state == "failed"
    assert len(ready.theirs.asked) == 1


def test_inside_is_not_asked_unless_the_ministry_says_so(province: Province) -> None:
    province.allows(is_internal=False)

    done = province.pulled()

    assert (done.state, province.theirs.asked) == ("failed", [])
    assert "127.0.0.1, which is no public address" in done.said_en


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (status(401), "token was refused (HTTP 401)"), (status(403), "token was refused (HTTP 403)"), (status(404), "HTTP 404"),
        (status(302, Location="http://127.0.0.1:1/"), "redirect, which is not followed"),
        (lambda handler: send(handler, 200, {"data": {}}), "the answer has no 'list'"),
        (lambda handler: whole(handler, b"<html>"), "not as declared"),
    ],
)  # fmt: skip
def test_each_failure_is_one_error_that_says_what_it_was(
    ready: Province, fault: Callable[[BaseHTTPRequestHandler], None], says: str
) -> None:
    ready.theirs.wrong = {2: fault}

    done = ready.pulled()

    assert done.state == "failed"
    assert says in done.said_en
    assert done.said_zh
    assert done.ended_at
    assert ready.far()[2:5] == (1, 3, 4)
    assert TOKEN not in done.said_en + done.said_zh
    ready.theirs.wrong = {}
    assert ready.pulled().state == "done"
    pages = [asked["pageNo"] for asked in ready.theirs.asked]
    assert pages == [
        "1",
        "2",
        "2",
        "1",
    ]  # the first page was kept, and asked for once more at the end


def test_a_host_that_does_not_answer_is_told(ready: Province, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(interface, "TRIES", 2)
    ready.theirs.wrong = dict.fromkeys(range(1, 9), lambda handler: handler.connection.close())

    done = ready.pulled()

    assert done.state == "failed"
    assert "cannot be reached (no answer)" in done.said_en


def test_a_column_that_is_not_there_is_told_and_read_anew_once_it_is(ready: Province) -> None:
    wrong = ready.theirs.rows[3].pop("sr")
    done = ready.pulled()
    assert (done.state, ready.pages()) == ("failed", 0)
    assert "row 4 has no field sr" in done.said_en
    ready.theirs.rows[3]["sr"] = wrong
    assert ready.pulled().state == "done"


def test_a_source_that_never_stands_still_is_told(ready: Province) -> None:
    def unsteady(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"data": {"list": ready.theirs.rows[:3], "total": 1_000 + len(ready.theirs.asked), "next": "2"}})  # fmt: skip

    ready.theirs.wrong = dict.fromkeys(range(1, 20), unsteady)
    done = ready.pulled()

    assert (done.state, ready.pages()) == ("failed", 0)
    assert "kept changing" in done.said_en


def test_pages_of_the_day_before_are_not_gone_on_with(ready: Province) -> None:
    ready.theirs.wrong = {2: status(404)}
    assert ready.pulled().state == "failed"
    assert ready.pages() == 1
    with roles.connect(ready.database.owner_url) as owner:
        owner.execute("UPDATE fusion_page SET read_at = read_at - interval '25 hours'")

    assert ready.pulled().state == "done"
    assert [asked["pageNo"] for asked in ready.theirs.asked] == ["1", "2", "1", "2", "1"]


def test_a_source_that_repeats_itself_without_end_is_stopped(ready: Province, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(task, "MOST_KEPT_BYTES", 100)

    done = ready.pulled()

    assert (done.state, len(ready.theirs.asked)) == ("failed", 1)
    assert "see whether the interface repeats itself" in done.said_en


def test_nothing_there_is_an_end_too(ready: Province, worker: Warehouse) -> None:
    ready.theirs.rows = []

    done = ready.pulled()

    assert (done.state, done.said_en, recorded(worker)) == ("done", "There is nothing for that year.", [])  # fmt: skip


def test_one_pull_at_a_time_and_its_end_follows_the_job(ready: Province) -> None:
    number = ready.asks()
    with roles.connect(ready.database.owner_url) as owner:
        # a queue of its own: no school's file waits behind it
        assert owner.execute("SELECT queue_name FROM queue.procrastinate_jobs WHERE task_name = 'job'").fetchall() == [("pull",)]  # fmt: skip
    with pytest.raises(FusionRefused, match="waits or is under way"):
        ready.asks("ministry")
    with ready.shop.worker.writing() as writer:
        writer.run(sa.update(job).where(job.c.job_id == number).values(is_cancel_wanted=True))
    ready.works()

    assert (ready.newest().state, ready.theirs.asked) == ("cancelled", [])


def test_who_lost_the_right_asks_for_nothing(ready: Province) -> None:
    ready.asks()
    with ready.shop.worker.writing() as writer:
        writer.run("UPDATE account SET role = 'decision_maker' WHERE login = 'own'")
    ready.works()

    with ready.shop.worker.writing() as writer:
        assert fusion_pulls.pulls(writer, ready.place)[0].state == "failed"
    assert ready.theirs.asked == []


@pytest.mark.parametrize("after", ["withdrawn", "replaced"])
def test_a_record_that_does_not_stand_is_not_read(ready: Province, after: str) -> None:
    ready.asks()
    web = ready.shop.web
    ready.acts("own", lambda writer, who: fusion.withdraw(writer, who, web.ladder, "test", NOW))
    if after == "replaced":
        ready.applies(**{"rows_a_page = 3": "rows_a_page = 2"})
    ready.works()

    assert (ready.newest().state, ready.theirs.asked) == ("failed", [])
    assert ("applies first" if after == "withdrawn" else "was replaced") in ready.newest().said_en


def test_what_was_pulled_in_time_is_approved_against_the_real_bars(ready: Province) -> None:
    """From the interface to the approval, with nothing laid lower: a quarter that was pulled before its due day, and protection that was filed."""
    place, ladder = ready.place, ready.shop.web.ladder
    ready.shop.worker.set("today", "2025-12-05")  # the quarter ended in November
    assert ready.pulled().state == "done"

    def examined(writer: Writer, who: Who) -> list[Check]:
        return checks(fusion.examine(writer, who, ladder, place, NOW))

    assert [one.name for one in ready.acts("ministry", examined) if not one.is_met] == ["protection"]  # fmt: skip
    with pytest.raises(FusionRefused, match="A check is not met"):
        ready.acts("ministry", lambda writer, who: fusion.approve(writer, who, ladder, place, NOW))
    filed = Filed(item="protection_assessed", day=date(2022, 1, 10), words="synthetic")
    ready.acts("own", lambda writer, who: rollout.file(writer, who, ladder, filed, NOW))
    found = ready.acts("ministry", examined)
    assert {one.name: one.bar for one in found} == BARS
    assert all(one.is_met for one in found)
    ready.acts("ministry", lambda writer, who: fusion.approve(writer, who, ladder, place, NOW))

    last = ready.acts("own", lambda writer, _: fusion.steps(writer, place))[-1]
    assert (last.state, last.done_by) == ("approved", "ministry")
    assert checks(last.measured or {}) == found


@pytest.mark.parametrize("late", [True, False])
def test_a_row_refused_or_a_day_too_late_keeps_it_from_approval(ready: Province, *, late: bool) -> None:  # fmt: skip
    if not late:
        ready.shop.worker.set("today", "2025-12-05")
        ready.theirs.rows[0]["pxdx"] = "99"  # a code that the adapter does not translate
    assert ready.pulled().state == "done"
    found = ready.acts("ministry", lambda writer, who: fusion.examine(writer, who, ready.shop.web.ladder, ready.place, NOW))  # fmt: skip

    missed = {one.name for one in checks(found) if not one.is_met}
    assert missed == {"protection", *(("in_time",) if late else ("codes", "accepted"))}


# -- the token


@pytest.mark.mlps("M23")
def test_the_token_stands_nowhere_but_sealed(ready: Province) -> None:
    ready.pulled()
    with roles.connect(ready.database.owner_url) as owner:
        names = owner.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'queue'::regnamespace)").fetchall()  # fmt: skip
        for (name,) in names:
            schema = "queue" if name.startswith("procrastinate") else "public"
            found = owner.execute(f"SELECT count(*) FROM {schema}.{name} t WHERE t::text LIKE '%%{TOKEN}%%'".encode()).fetchone()  # fmt: skip
            assert found == (0,), name
    with ready.shop.worker.writing() as writer:
        assert fusion_hosts.token_of(writer, ready.shop.suite, ready.place, ready.site) == TOKEN


@pytest.mark.mlps("M23")
def test_a_token_opens_for_its_host_alone(ready: Province) -> None:
    other = Site(host=ready.site.host, port=ready.site.port + 1)
    with ready.shop.worker.writing() as writer:
        assert fusion_hosts.token_of(writer, ready.shop.suite, ready.place, other) == ""
        writer.connection.rollback()
    with roles.connect(ready.database.owner_url) as owner:
        owner.execute("ALTER TABLE fusion_token DISABLE TRIGGER own_duty")
        owner.execute("UPDATE fusion_token SET port = port + 1")
    with ready.shop.worker.writing() as writer, pytest.raises(FusionRefused, match="cannot be opened"):  # fmt: skip
        fusion_hosts.token_of(writer, ready.shop.suite, ready.place, other)


def test_a_token_is_replaced_and_let_go(ready: Province) -> None:
    ready.keeps("another")
    with ready.shop.worker.writing() as writer:
        assert fusion_hosts.token_of(writer, ready.shop.suite, ready.place, ready.site) == "another"
    assert ready.acts("own", fusion_hosts.drop_token)
    assert not ready.acts("own", fusion_hosts.drop_token)
    assert ready.pulled().state == "done"
    assert set(ready.theirs.tokens) == {""}


@pytest.mark.parametrize("token", ["", "two\nlines", "令牌", "x" * 4_001])
def test_what_is_no_token_is_not_kept(province: Province, token: str) -> None:
    with pytest.raises(FusionRefused, match="A token is one line"):
        province.keeps(token)


# -- what the database itself refuses


@pytest.mark.parametrize(
    ("login", "statement"),
    [
        ("own", "SELECT sealed FROM fusion_token"), ("own", "SELECT * FROM fusion_token"), ("ministry", "SELECT sealed FROM fusion_token"),
        ("own", "SELECT * FROM fusion_page"), ("own", "UPDATE fusion_pull SET state = 'done'"), ("own", "DELETE FROM fusion_pull"),
        ("own", "INSERT INTO fusion_pull_form (pull_id, form, path) VALUES (1, 'x', '{{}}')"),
        ("ministry", "UPDATE fusion_host SET host = 'x'"), ("ministry", "DELETE FROM fusion_host"),
        ("own", "INSERT INTO fusion_host (place_id, host, port, is_internal, allowed_by, allowed_at, path) VALUES ({place}, 'x', 1, true, 'own', now(), '{{{place}}}')"),
        ("sister", "INSERT INTO fusion_host (place_id, host, port, is_internal, allowed_by, allowed_at, path) VALUES ({sister}, 'x', 1, true, 'sister', now(), '{{{sister}}}')"),
        ("sister", "INSERT INTO fusion_token (place_id, host, port, sealed, set_by, set_at, path) VALUES ({place}, 'x', 1, '', 'sister', now(), '{{{place}}}')"),
        ("ministry", "INSERT INTO fusion_token (place_id, host, port, sealed, set_by, set_at, path) VALUES ({sister}, 'x', 1, '', 'ministry', now(), '{{{sister}}}')"),
        ("own", "INSERT INTO fusion_pull (pull_id, place_id, step_id, host, port, year, forms, asked_by, asked_role, asked_at, path) SELECT 1, {place}, step_id, 'x', 1, 2025, '{{}}', 'own', '', now(), '{{{place}}}' FROM fusion_step"),
        ("sister", "INSERT INTO fusion_pull (pull_id, place_id, step_id, host, port, year, forms, asked_by, asked_role, asked_at, path) SELECT 1, {place}, 1, 'x', 1, 2025, '{{}}', 'sister', '', now(), '{{{place}}}'"),
    ],
)  # fmt: skip
def test_the_database_itself_refuses(ready: Province, login: str, statement: str) -> None:
    said = statement.format(place=ready.place, sister=ready.who("sister").place_id)
    with pytest.raises(sa.exc.ProgrammingError) as refused:
        ready.acts(login, lambda writer, _: writer.run(said))
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


def test_a_province_sees_and_ends_only_its_own(ready: Province) -> None:
    ready.asks()
    place = ready.place

    def looks(writer: Writer, _: Who) -> tuple[int, int, object]:
        return len(fusion_pulls.pulls(writer, place)), len(fusion_hosts.hosts(writer, place)), fusion_hosts.token_kept(writer, place)  # fmt: skip

    assert ready.acts("sister", looks) == (0, 0, None)
    assert ready.acts("ministry", looks)[:2] == (1, 1)
    for other in ("sister", "ministry"):
        assert not ready.acts(other, lambda writer, _: writer.run(sa.delete(fusion_token)))
    with pytest.raises(FusionRefused):
        ready.asks("sister")


def test_a_host_allowed_anew_ends_the_line_before(ready: Province) -> None:
    first = ready.allows()
    second = ready.allows(is_internal=False)
    lines = ready.acts("own", lambda writer, _: fusion_hosts.hosts(writer, ready.place))

    assert [one.host_id for one in lines if one.ended_at is None] == [second]
    assert lines[1].host_id == first
    assert lines[1].ended_by == "ministry"
    with pytest.raises(FusionRefused, match="withdrawn already"):
        ready.acts("ministry", lambda writer, who: fusion_hosts.disallow(writer, who, ready.place, first, NOW))  # fmt: skip
    with pytest.raises(FusionRefused, match="before today"):
        ready.allows(until=NOW.date() - timedelta(days=1))
    with pytest.raises(FusionRefused, match="reviewer of the ministry"):
        ready.acts("own", lambda writer, who: fusion_hosts.allow(writer, who, ready.place, ready.site, NOW, until=None, is_internal=True))  # fmt: skip
