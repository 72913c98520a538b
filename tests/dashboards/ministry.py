"""A real small warehouse for the tests of pages: the synthetic ministry by the ordinary path, read by its readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from dashboards.site import create_site
from etl.demo import build as demo
from etl.sources import load_package
from tests.conftest import Database
from tests.readers import keys, sign_in
from warehouse.accounts import demo_readers
from warehouse.entrance import DEMO
from warehouse.passwords import hash_password
from warehouse.places import Rung
from warehouse.store import Warehouse
from warehouse.tables import Basis

SCHOOLS = 64
YEARS = [2021, 2025, 2026]  # before the law, complete, and the unfinished one
NOW = datetime(2026, 11, 20, tzinfo=UTC)
PASSWORD = "test"  # noqa: S105 - of a database that lives for a test
TODAY = date(2026, 11, 20)


def load(database: Database, folder: Path) -> None:
    """Build the files and load them; every demo account reads with the password 'test'."""
    worker = Warehouse(database.worker_url, "zhijian_worker")
    made = demo.build(folder, schools=SCHOOLS, years=YEARS)
    load_package(worker, made.folder, now=NOW, by="demo", basis=Basis.BOTH)
    worker.refresh()
    known = hash_password(PASSWORD)
    for reader in demo_readers(worker.ladder):
        worker.keep_account(
            login=reader.login, password_hash=known, created_by=DEMO, name_zh=reader.name_zh, name_en=reader.name_en,
            role=reader.role, place_id=reader.place_id, depth=reader.depth,
        )  # fmt: skip
    worker.close()


class Ministry:
    """The site over the loaded warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.server: Flask = create_site(
            warehouse,
            secret="x" * 32,
            today=TODAY,
            settings={"synthetic": True, "suite": keys(), "cache": False},
        )
        self.clients: dict[str, FlaskClient] = {}

    def answer(self, login: str, address: str) -> tuple[int, str]:
        """Status and text of an address, as that account sees it."""
        if login not in self.clients:
            self.clients[login] = self.server.test_client()
            assert sign_in(self.clients[login], login, PASSWORD).status_code == 302
        found = self.clients[login].get(address)
        return found.status_code, found.get_data(as_text=True)

    def places(self) -> dict[Rung, int]:
        """One place of each rung that somebody reports from, the one with most units."""
        ladder = self.warehouse.ladder
        units: dict[int, int] = {}
        for row in ladder.places.values():
            if row.rung == Rung.SCHOOL and row.unit_kind == "school":
                for place in ladder.ancestors(row.place_id):
                    units[place] = units.get(place, 0) + 1
        most = {
            rung: max((p for p in units if ladder.rung(p) is rung), key=lambda p: (units[p], -p))
            for rung in (Rung.NATION, Rung.PROVINCE, Rung.PREFECTURE, Rung.COUNTY)
        }
        return most | {Rung.SCHOOL: self.school()}

    def school(self) -> int:
        """A school that has reported every year."""
        ladder = self.warehouse.ladder
        rows = (row for row in ladder.places.values() if row.unit_kind == "school")
        return min(row.place_id for row in rows if row.first_year <= 2020 and row.last_year > 2026)


@contextmanager
def opened(database: Database, folder: Path) -> Iterator[Ministry]:
    load(database, folder)
    web = Warehouse(database.web_url)
    yield Ministry(web)
    web.close()
