"""A province with a system of its own on record, and what its supervisor and the ministry's reviewer do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import sqlalchemy as sa

from etl.fusion.adapter import Adapter, parse_adapter
from etl.task import Shop
from tests.at_work import work_off
from tests.conftest import Database
from tests.etl.theirs import ADAPTER, TOKEN, YEAR, Theirs
from tests.factories import NOW
from warehouse import fusion, fusion_hosts, fusion_pulls
from warehouse.chain_read import Who
from warehouse.fusion import Applied
from warehouse.fusion_hosts import Site
from warehouse.fusion_pulls import Far, Pull
from warehouse.places import NATION
from warehouse.pull_tables import fusion_page
from warehouse.rights import Role
from warehouse.store import Warehouse, Writer
from warehouse.tables import metadata

FORM = "training_q1"
T = TypeVar("T")
PEOPLE = {"own": (Role.SUPERVISOR, "430000"), "sister": (Role.SUPERVISOR, "440000"), "ministry": (Role.REVIEWER, "")}  # fmt: skip


def admit(worker: Warehouse) -> None:
    """The accounts of those who deal with it."""
    for login, (role, code) in PEOPLE.items():
        worker.keep_account(
            login=login, password_hash="", name_zh=login, name_en=login, role=role.value, depth="records",
            place_id=worker.ladder.named(code) if code else NATION,
        )  # fmt: skip
    worker.set("today", NOW.date().isoformat())


@dataclass
class Province:
    """A province with a system on record, and what is done about it in the readers' own transactions."""

    database: Database
    shop: Shop
    theirs: Theirs
    paging: str = ""

    @property
    def place(self) -> int:
        return self.shop.worker.ladder.named("430000")

    @property
    def site(self) -> Site:
        return self.adapter().site

    def adapter(self) -> Adapter:
        return parse_adapter("own", self.text().encode())

    def text(self) -> str:
        return ADAPTER.format(address=self.theirs.address, path="training/list", paging=self.paging)

    def who(self, login: str) -> Who:
        role, code = PEOPLE[login]
        place = self.shop.worker.ladder.named(code) if code else NATION
        return Who(login=login, role=role, place_id=place)

    def acts(self, login: str, deed: Callable[[Writer, Who], T]) -> T:
        who = self.who(login)
        with self.shop.web.acting(self.shop.web.scope(login, who.place_id)) as writer:
            return deed(writer, who)

    def applies(self, **changes: str) -> int:
        adapter = self.text()
        for old, new in changes.items():
            adapter = adapter.replace(old, new)
        said = Applied(system="synthetic", province="430000", forms=(FORM,), adapter=adapter, since=date(2016, 9, 1), office="synthetic")  # fmt: skip
        return self.acts("own", lambda writer, who: fusion.apply(writer, who, self.shop.web.ladder, said, NOW))  # fmt: skip

    def allows(self, *, is_internal: bool = True, until: date | None = None, site: Site | None = None) -> int:  # fmt: skip
        return self.acts("ministry", lambda writer, who: fusion_hosts.allow(
            writer, who, self.place, site or self.site, NOW, until=until, is_internal=is_internal))  # fmt: skip

    def keeps(self, token: str = TOKEN) -> None:
        suite = self.shop.suite
        self.acts("own", lambda writer, who: fusion_hosts.keep_token(writer, suite, who, self.site, token, NOW))  # fmt: skip

    def asks(self, login: str = "own") -> int:
        def ask(writer: Writer, who: Who) -> int:
            step = fusion_pulls.record_of(writer, self.place)
            asked = fusion_pulls.Asked(place_id=self.place, step=step, site=self.site, year=YEAR, forms=(FORM,))  # fmt: skip
            return fusion_pulls.ask(writer, who, self.shop.web.ladder, asked, NOW)

        return self.acts(login, ask)

    def works(self) -> None:
        work_off(self.database.worker_url, self.shop)

    def pulled(self, login: str = "own") -> Pull:
        self.asks(login)
        self.works()
        return self.newest()

    def newest(self) -> Pull:
        return self.acts("own", lambda writer, _: fusion_pulls.pulls(writer, self.place)[0])

    def far(self) -> Far:
        newest = self.newest().pull_id
        return self.acts("own", lambda writer, _: fusion_pulls.far(writer, [newest]))[newest][FORM]

    def pages(self) -> int:
        with self.shop.worker.writing() as writer:
            return int(writer.scalar(sa.select(sa.func.count()).select_from(fusion_page)))


def recorded(worker: Warehouse) -> list[tuple[str, int]]:
    """What stands in the facts: audience and persons."""
    table = metadata.tables[f"fact_{FORM}"]
    with worker.writing() as writer:
        return [tuple(row) for row in writer.rows(sa.select(table.c.audience, table.c.persons).order_by(table.c.persons))]  # fmt: skip
