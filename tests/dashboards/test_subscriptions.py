"""Subscriptions from the page to the file: made by the real worker with the rights of their reader, told by notice and by a letter without data."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import openpyxl
import polars as pl
import pytest
import sqlalchemy as sa

from dashboards.auth import TRUST_S
from dashboards.delivering import Delivery
from dashboards.documents import DOCUMENTS, moved, read_address
from dashboards.i18n import catalogue
from dashboards.views import build
from etl.post import Post
from etl.task import Errand, Shop
from etl.tasks import letters, subscriptions
from tests.at_work import work_off
from tests.etl.test_letters import catching
from tests.factories import students
from tests.readers import YEAR, Ministry, asked_by_dash, do, hand_in, keys, section, text_of
from warehouse.kept_files import kept_file
from warehouse.letters import set_mailbox
from warehouse.notices import notice
from warehouse.queue import job
from warehouse.seals import Notebook
from warehouse.subscriptions import subscription
from warehouse.tables import audit

NOW = date(2026, 11, 20)
SITE = "https://zhijian.example"


@pytest.fixture(scope="module")
def shop(ministry: Ministry, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """What the worker works with, on the keys of the site."""
    return Shop(
        worker=ministry.worker, web=ministry.web, suite=keys(), notebook=Notebook(tmp_path_factory.mktemp("seals")), today=NOW,
        others=Delivery(root=SITE).tasks(),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _clean(ministry: Ministry) -> Iterator[None]:
    yield
    with ministry.worker.writing() as writer:
        for table in (subscription, kept_file, notice, job):
            writer.run(sa.delete(table))


def table_of(ministry: Ministry, role: str, **said: str) -> str:
    words = {"year": str(YEAR), "places": str(ministry.at(role)), "years": str(YEAR), "metrics": "students.dual_qualified", "cut": "major", **said}  # fmt: skip
    return f"/build/{ministry.at(role)}?" + "&".join(f"{name}={word}" for name, word in words.items())  # fmt: skip


def subscribed(ministry: Ministry, role: str, of: str, **said: str) -> int:
    """A subscription from the form of the page; its number."""
    fields = {"of": of, "name": "每周的表", "document": "table.csv", "lang": "zh", "rhythm": "weekly", "weekday": "1", "monthday": "1", "rolls": "1"}  # fmt: skip
    answer = do(ministry.client(role), "subscribe", {**fields, **said})
    assert answer.status_code == 200, answer.text
    return int(rows(ministry, subscription)[-1].subscription_id)


def rows(ministry: Ministry, table: sa.Table) -> list[Any]:
    with ministry.worker.writing() as writer:
        return list(writer.rows(sa.select(table).order_by(*table.primary_key)))


def fall_due(ministry: Ministry, days: int = 3) -> None:
    with ministry.worker.writing() as writer:
        writer.run(sa.update(subscription).where(subscription.c.next_at.is_not(None)).values(next_at=datetime(2026, 11, 20, tzinfo=UTC) - timedelta(days=days)))  # fmt: skip


def morning(ministry: Ministry, shop: Shop) -> None:
    """What the worker does once something is due."""
    subscriptions.run(shop, datetime.now(UTC))
    work_off(ministry.worker_url, shop)


def page(ministry: Ministry, role: str, query: str = "", lang: str = "zh") -> dict[str, Any]:
    return asked_by_dash(ministry.client(role), f"/{lang}/subscriptions", query)


def files(ministry: Ministry, role: str) -> list[bytes]:
    """What the reader's page offers to download, the newest first."""
    found = re.findall(r'"/kept/(\d+)"', section(page(ministry, role), "files"))
    return [ministry.client(role).get(f"/kept/{number}").data for number in found]


def test_what_is_sent_is_what_the_reader_sees(ministry: Ministry, shop: Shop) -> None:
    of = table_of(ministry, "county")
    shown = asked_by_dash(ministry.client("county"), f"/zh{of.partition('?')[0]}", f"?{of.partition('?')[2]}")  # fmt: skip
    assert "定期收到这张表" in text_of(shown)
    subscribed(ministry, "county", of)
    listed = section(page(ministry, "county"), "mine")
    assert "每周一 07:00" in listed
    assert "下次 2026-11-23 07:00" in listed

    fall_due(ministry)
    morning(ministry, shop)

    (content,) = files(ministry, "county")
    direct = ministry.client("county").get(f"/build/zh{of.removeprefix('/build').replace('?', '.csv?', 1)}")  # fmt: skip
    assert pl.read_csv(content).equals(pl.read_csv(direct.data))
    (told,) = rows(ministry, notice)
    assert (told.said_zh, told.object) == ("订阅“每周的表”有新文件", "/subscriptions")
    lines = [(line.object, line.succeeded) for line in rows(ministry, audit) if line.address == "worker"][-1:]  # fmt: skip
    assert lines == [(f"subscription/{rows(ministry, subscription)[0].subscription_id}", True)]
    done = section(page(ministry, "county"), "mine")
    assert "已发送" in done
    assert "data-again" not in done


def test_an_e_mail_says_that_there_is_something_and_nothing_of_it(
    ministry: Ministry, shop: Shop
) -> None:
    login = ministry.readers["county"].login
    with ministry.web.acting(ministry.web.scope(login, ministry.at("county"))) as writer:
        set_mailbox(writer, shop.suite, login, "county@office.example", datetime.now(UTC) - timedelta(hours=1))  # fmt: skip
    subscribed(ministry, "county", table_of(ministry, "county"))
    fall_due(ministry)
    morning(ministry, shop)
    with catching() as (catcher, port):
        way = Post(host="127.0.0.1", port=port, tls="none", sender="zhijian@ministry.example", site=SITE)  # fmt: skip
        letters.run(replace(shop, post=way), datetime.now(UTC))
    (caught,) = catcher.caught
    said = message_from_bytes(caught.original_content or b"", policy=policy.default)
    assert not said.is_multipart()
    assert f"{SITE}/zh/notices" in said.get_content()
    assert "每周的表" not in said.get_content()


def test_unchanged_figures_are_said_to_be_and_sent_again_only_when_asked_for(
    ministry: Ministry, shop: Shop
) -> None:
    number = subscribed(ministry, "school", table_of(ministry, "school"))
    for days in (3, 2):
        fall_due(ministry, days)
        morning(ministry, shop)
    assert len(files(ministry, "school")) == 1
    assert "自 2026-11-20 以来无变化" in rows(ministry, notice)[-1].said_zh
    assert "无变化，未重复发送" in section(page(ministry, "school"), "mine")

    asked = {"subscription": number, "to": "send"}
    assert do(ministry.client("school"), "change_subscription", asked).status_code == 200
    again = do(ministry.client("school"), "change_subscription", asked)
    assert "正在制作" in again.text  # one at a time
    work_off(ministry.worker_url, shop)
    assert len(files(ministry, "school")) == 2

    hand_in(ministry, "enrolment", students(g1=7))
    fall_due(ministry, 1)
    morning(ministry, shop)
    newest, before, _ = files(ministry, "school")
    assert newest != before


def test_a_moment_is_delivered_once_though_its_job_is_done_twice(
    ministry: Ministry, shop: Shop
) -> None:
    """A worker killed after the file was kept and before the job was over: the next one tells, and sends nothing more."""
    subscribed(ministry, "county", table_of(ministry, "county"))
    fall_due(ministry)
    subscriptions.run(shop, datetime.now(UTC))

    class Killed(BaseException):
        pass

    class Doomed(Errand):
        def step(self, done: int, total: int) -> None:
            if done == total:
                raise Killed

    (waiting,) = rows(ministry, job)
    errand = Doomed(shop=shop, job_id=waiting.job_id, owner=waiting.owner, place_id=waiting.place_id, args=waiting.args)  # fmt: skip
    with pytest.raises(Killed):
        Delivery(root=SITE).deliver(errand)
    assert (len(rows(ministry, kept_file)), rows(ministry, notice)) == (1, [])

    work_off(ministry.worker_url, shop)
    assert (len(rows(ministry, kept_file)), len(rows(ministry, notice))) == (1, 1)
    assert [row.state for row in rows(ministry, job)] == ["done"]


@pytest.fixture
def moving(ministry: Ministry) -> Iterator[Callable[..., None]]:
    """Changes the county's account, and puts it back; no session goes on as the account was meanwhile."""
    login = ministry.readers["county"].login

    def move(**values: object) -> None:
        said = ", ".join(f"{name} = :{name}" for name in values)
        with ministry.worker.writing() as writer:
            writer.run(f"UPDATE account SET {said} WHERE login = :login", login=login, **values)

    before = ministry.worker.account(login)
    assert before
    yield move
    move(**{name: before[name] for name in ("place_id", "depth", "role", "is_suspended")})
    time.sleep(TRUST_S)


def signs(content: bytes) -> tuple[int, int]:
    """How many cells have a value, and how many are withheld."""
    told = pl.read_csv(content)
    return told["value"].count(), int((told["symbol"] == "*").sum())


def test_a_recipient_whose_scope_shrank_gets_the_smaller_table(
    ministry: Ministry, shop: Shop, moving: Callable[..., None]
) -> None:
    subscribed(ministry, "county", table_of(ministry, "county"))
    fall_due(ministry, 3)
    morning(ministry, shop)
    (county,) = [row for row in (ministry.web.ladder.children(ministry.web.ladder.ancestors(ministry.at("county"))[-1])) if row != ministry.at("county")][:1]  # fmt: skip
    moving(place_id=county)  # beside: the place is read as a published aggregate now
    fall_due(ministry, 2)
    morning(ministry, shop)

    smaller, whole = files(ministry, "county")
    assert signs(whole)[1] == 0
    assert signs(smaller)[1] > 0
    assert signs(smaller)[0] < signs(whole)[0]


def test_the_transactions_are_the_recipients(ministry: Ministry, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """What row security reads in the very transaction in which a table's cells are read."""
    seen: list[tuple[str, ...]] = []
    real = build.built  # type: ignore[attr-defined]

    def spied(asks: Any, *said: Any) -> Any:
        asked = sa.text(
            "SELECT current_user, current_setting('app.reader'), current_setting('app.scope')"
        )
        seen.append(tuple(asks.__self__.reader.rows(asked)[0]))
        return real(asks, *said)

    monkeypatch.setattr(build, "built", spied)
    subscribed(ministry, "county", table_of(ministry, "county"))
    fall_due(ministry)
    morning(ministry, shop)
    assert seen == [("zhijian_web", ministry.readers["county"].login, f"{{{ministry.at('county')}}}")]  # fmt: skip


@pytest.mark.parametrize("change", [{"role": "system_admin"}, {"place_id": "elsewhere"}])
def test_who_may_not_read_it_any_more_is_sent_nothing_and_told_why(
    ministry: Ministry, shop: Shop, moving: Callable[..., None], change: dict[str, object]
) -> None:
    school = next(iter(ministry.web.ladder.units(ministry.at("county"), YEAR)))
    subscribed(ministry, "county", table_of(ministry, "county", places=str(school)))
    moving(**{name: ministry.at("sister") if word == "elsewhere" else word for name, word in change.items()})  # fmt: skip
    fall_due(ministry)
    morning(ministry, shop)

    assert rows(ministry, kept_file) == []
    (one,) = rows(ministry, subscription)
    assert one.paused_at is not None
    assert "无权查看" in one.why_zh
    assert "outside your scope" in one.why_en
    (told,) = rows(ministry, notice)
    assert told.object == "/subscriptions"
    assert [row.state for row in rows(ministry, job)] == ["failed"]


def test_the_tables_of_a_page_are_sent_as_on_the_page(ministry: Ministry, shop: Shop) -> None:
    place = ministry.at("county")
    shown = asked_by_dash(ministry.client("county"), f"/en/place/{place}", f"?year={YEAR}")
    assert f"of=%2Fplace%2F{place}" in text_of(shown)
    subscribed(ministry, "county", f"/place/{place}?year={YEAR}", document="page.xlsx", lang="en", rhythm="daily")  # fmt: skip
    fall_due(ministry)
    morning(ministry, shop)
    (content,) = files(ministry, "county")
    sent = openpyxl.load_workbook(io.BytesIO(content))
    direct = openpyxl.load_workbook(io.BytesIO(ministry.client("county").get(f"/export/en/place/{place}.xlsx?year={YEAR}").data))  # fmt: skip
    assert sent.sheetnames == direct.sheetnames
    for a, b in zip(sent.worksheets[1:], direct.worksheets[1:], strict=True):
        assert list(a.values) == list(b.values)
    assert any(str(row[1]).startswith(f"{SITE}/en/place/{place}?year={YEAR}&asof=") for row in sent.worksheets[0].values)  # fmt: skip


def test_a_file_is_its_owners_alone_and_each_download_is_written_down(
    ministry: Ministry, shop: Shop
) -> None:
    subscribed(ministry, "county", table_of(ministry, "county"))
    fall_due(ministry)
    morning(ministry, shop)
    (file,) = rows(ministry, kept_file)
    for role, status in (("county", 200), ("ministry", 404), ("system", 404)):
        assert ministry.client(role).get(f"/kept/{file.file_id}").status_code == status
        line = rows(ministry, audit)[-1]
        assert (line.event, line.login, line.object, line.succeeded) == (
            "export", ministry.readers[role].login, f"kept/{file.file_id}", status == 200
        )  # fmt: skip
    assert do(ministry.client("ministry"), "remove_file", {"file": file.file_id}).status_code == 409
    assert do(ministry.client("county"), "remove_file", {"file": file.file_id}).status_code == 200
    assert ministry.client("county").get(f"/kept/{file.file_id}").status_code == 404


def test_it_is_changed_paused_resumed_ended_and_brought_back(ministry: Ministry) -> None:
    client, number = ministry.client("county"), subscribed(ministry, "county", table_of(ministry, "county"))  # fmt: skip

    def to(word: str, role: str = "county") -> int:
        return do(ministry.client(role), "change_subscription", {"subscription": number, "to": word}).status_code  # fmt: skip

    assert (to("pause", "ministry"), to("pause")) == (409, 200)
    assert "已暂停" in section(page(ministry, "county"), "mine")
    assert to("resume") == 200
    form = section(page(ministry, "county", f"?item={number}"), "new")
    assert "保存修改" in form
    fields = {"subscription": number, "name": "Monthly", "document": "table.xlsx", "lang": "en", "rhythm": "monthly", "monthday": "31", "weekday": "1"}  # fmt: skip
    assert do(client, "edit_subscription", fields).status_code == 200
    listed = section(page(ministry, "county", lang="en"), "mine")
    assert "Day 31 of every month, 07:00" in listed
    assert "Next 2026-11-30 07:00" in listed
    assert (to("end"), to("send")) == (200, 409)
    assert "Monthly" not in section(page(ministry, "county"), "mine")
    assert "Monthly" in section(page(ministry, "county", "?view=ended"), "mine")
    assert to("restore") == 200
    assert "Monthly" in section(page(ministry, "county"), "mine")


@pytest.mark.parametrize(
    "wrong",
    [{"of": "/contacts/1"}, {"of": "/jobs"}, {"of": "//evil.example"}, {"of": "/build/1"}, {"document": "table.exe"}, {"rhythm": "hourly"},
     {"weekday": "9"}, {"name": " "}, {"lang": "fr"}, {"document": "page.xlsx"}],
)  # fmt: skip
def test_what_cannot_be_subscribed_to_is_refused(ministry: Ministry, wrong: dict[str, str]) -> None:
    fields = {"of": table_of(ministry, "county"), "name": "x", "document": "table.csv", "lang": "zh", "rhythm": "weekly", "weekday": "1", "monthday": "1"}  # fmt: skip
    answer = do(ministry.client("county"), "subscribe", {**fields, **wrong})
    assert answer.status_code in (409, 422)
    assert rows(ministry, subscription) == []


def test_a_page_outside_the_scope_is_not_subscribed_to(ministry: Ministry) -> None:
    fields = {"of": f"/place/{ministry.at('school')}?year={YEAR}", "name": "x", "document": "page.xlsx", "lang": "zh", "rhythm": "daily"}  # fmt: skip
    assert do(ministry.client("sister"), "subscribe", fields).status_code == 422


def test_years_move_along_where_that_was_wished(ministry: Ministry) -> None:

    table = read_address("/build/1?years=2023.2024&year=2024", "zh")
    assert moved(table, 2024, [2022, 2023, 2024, 2025]).years == "2024.2025"
    assert moved(table, 0, [2023, 2024, 2025]) == table
    assert moved(read_address("/place/1?year=2024", "zh"), 2024, [2024, 2025]).year == 2025
    newest = ministry.web.ladder.years[-1]
    for year in (newest, ministry.web.ladder.years[0]):
        subscribed(ministry, "county", table_of(ministry, "county", years=str(year)))
    assert [row.newest_year for row in rows(ministry, subscription)] == [newest, 0]


def test_every_kind_and_format_has_words() -> None:
    wanted = {f"subscriptions.kind.{kind}.{name}" for kind, one in DOCUMENTS.items() for name in one.formats}  # fmt: skip
    wanted |= {f"subscriptions.format.{name}" for one in DOCUMENTS.values() for name in one.formats}
    assert wanted <= set(catalogue())
