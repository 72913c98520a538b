"""A small demo ministry in a real warehouse, its readers signed in, and the site they read."""

from __future__ import annotations

import atexit
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.site import create_site
from etl.demo import build as demo
from etl.sources import load_package
from tests.factories import batch
from warehouse.accounts import Reader, demo_readers
from warehouse.crypto import Suite, suite
from warehouse.discovery import form
from warehouse.entrance import DEMO
from warehouse.ledger import Batch
from warehouse.passwords import hash_password
from warehouse.rights import DEPTHS, Role
from warehouse.store import Warehouse
from warehouse.tables import Basis

if TYPE_CHECKING:
    from tests.conftest import Database

SCHOOLS, YEAR = 64, 2025
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PASSWORD = "a word that every reader of a test knows"  # noqa: S105 - of a database that lives for a test
ROLES = (
    "ministry", "province", "sister", "county", "school", "analyst", "school-reviewer", "head", "prefecture-reviewer",
    "province-reviewer", "ministry-supervisor", "ministry-reviewer", "system", "security", "audit",
)  # fmt: skip
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
DISPATCH = "/_dash-update-component"
FOUNDED = {
    "school_type": "general",
    "sponsor": "education",
    "ownership": "public",
    "setting": "urban",
    "school_class": "general",
}
"""What a register says of a school, without the year it was founded in."""


def load_small_ministry(database: Database, folder: Path) -> None:
    """Fill a migrated database with the smallest demo ministry, its newest complete year, and the demo accounts."""
    made = demo.build(folder, schools=SCHOOLS, years=[YEAR])
    worker = Warehouse(database.worker_url, "zhijian_worker")
    load_package(worker, made.folder, now=NOW, by="demo", basis=Basis.BOTH)
    password = hash_password(PASSWORD)
    for reader in demo_readers(worker.ladder):
        worker.keep_account(password_hash=password, created_by=DEMO, **vars(reader))
    worker.close()


@dataclass(frozen=True, kw_only=True)
class Ministry:
    """The warehouse as web and worker see it, and the site on it. `readers` by role; the second province is "sister"."""

    owner_url: str
    web_url: str
    worker_url: str
    web: Warehouse
    worker: Warehouse
    site: Flask
    readers: Mapping[str, Reader]
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def at(self, role: str) -> int:
        """Where a reader stands."""
        return self.readers[role].place_id

    def client(self, role: str) -> FlaskClient:
        """A reader's browser, signed in once for all tests of a module."""
        if role not in self.clients:
            self.clients[role] = self.entered(role, self.site)
        return self.clients[role]

    def entered(self, role: str, site: Flask) -> FlaskClient:
        """A browser of its own, signed in to a site."""
        client = site.test_client()
        assert sign_in(client, self.readers[role].login).status_code == 302
        return client

    def appointed(self, role: Role, place_id: int) -> FlaskClient:
        """The browser of another account, named by its role and place, signed in."""
        login = f"{role.value}-{place_id}"
        self.worker.keep_account(
            login=login, role=role.value, place_id=place_id, depth=DEPTHS.get(role, "records"), name_zh=role.label.zh, name_en=role.label.en,
            password_hash=hash_password(PASSWORD), created_by=DEMO,
        )  # fmt: skip
        client = self.site.test_client()
        assert sign_in(client, login).status_code == 302
        return client

    def another_site(self) -> Flask:
        """Another server on the same warehouse, with a memory of its own."""
        return opened_site(self.web)


def reopen(worker: Warehouse, school: int) -> None:
    """Let a school correct what stands approved, as whoever approved last would."""
    with worker.writing() as writer:
        writer.run(
            "INSERT INTO step (form, year, school_id, submission_id, deed, before, after, place_id, login, role, at, note, content_hash, "
            "waits_at, actor, path) SELECT form, year, school_id, submission_id, 'reopen', state, 'returned', path[1], 'test', 'reviewer', "
            "now(), 'test', content_hash, school_id, 'fill', path FROM standing WHERE school_id = :school AND state = 'approved'",
            school=school,
        )


@contextmanager
def ministry_of(database: Database) -> Iterator[Ministry]:
    """The small ministry that a database holds, opened as installations open it."""
    web, worker = Warehouse(database.web_url), Warehouse(database.worker_url, "zhijian_worker")
    found = demo_readers(worker.ladder)
    yield Ministry(
        owner_url=database.owner_url, web_url=database.web_url, worker_url=database.worker_url, web=web, worker=worker, site=opened_site(web),
        readers=dict(zip(ROLES, found, strict=True)),
    )  # fmt: skip
    web.close()
    worker.close()


@cache
def keys() -> Suite:
    """The keys of every site of this run, in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="zj-keys-"))
    atexit.register(shutil.rmtree, folder)
    return suite("international", folder)


def opened_site(web: Warehouse, **settings: Any) -> Flask:
    return create_site(
        web,
        secret=PASSWORD,
        today=NOW.date(),
        settings={"synthetic": True, "suite": keys(), **settings},
    )


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, **said: str) -> TestResponse:
    """Open the form and send it, as a browser does."""
    form = CSRF.search(client.get("/sign-in").text)
    assert form
    return client.post(
        "/sign-in", data={"csrf": form[1], "account": login, "password": password, **said}
    )


def do(
    client: FlaskClient, action: str, said: Mapping[str, object], *, by_script: bool = True
) -> TestResponse:
    """Post an action: as a page's script, which is answered in JSON, or as the form itself."""
    with client.session_transaction() as session:
        csrf = session.get("csrf", "")
    form = {"csrf": csrf, "back": "/zh/place/1", **said}
    headers = {"Accept": "application/json"} if by_script else {}
    return client.post(f"/do/{action}", data=form, headers=headers)


def asked_by_dash(client: FlaskClient, path: str, query: str = "") -> dict[str, Any]:
    """The page that a click asks Dash for, as an element."""
    inputs = [
        {"id": "location", "property": "pathname", "value": path},
        {"id": "location", "property": "search", "value": query},
    ]
    answer = client.post(
        DISPATCH, json={"output": "page.tree", "outputs": {"id": "page", "property": "tree"},
                        "inputs": inputs, "changedPropIds": ["location.pathname"]},
    )  # fmt: skip
    assert answer.status_code == 200
    page: dict[str, Any] = orjson.loads(answer.data)["response"]["page"]["tree"]
    return page


def searched(client: FlaskClient, text: str, path: str = "/", query: str = "") -> str:
    """What the search box is told, as text."""
    answer = client.post(
        DISPATCH, json={"output": "search-results.children", "outputs": {"id": "search-results", "property": "children"},
                        "inputs": [{"id": "search", "property": "value", "value": text}],
                        "state": [{"id": "location", "property": "pathname", "value": path},
                                  {"id": "location", "property": "search", "value": query}],
                        "changedPropIds": ["search.value"]},
    )  # fmt: skip
    return answer.get_data(as_text=True)


def text_of(page: dict[str, Any]) -> str:
    return json.dumps(page, ensure_ascii=False)


def part_of(page: Any, cls: str) -> str:
    """The elements of that class, as text."""
    return "".join(map(text_of, parts_of(page, cls)))


def parts_of(page: Any, cls: str) -> Iterator[dict[str, Any]]:
    """The elements of that class, none within another."""
    if isinstance(page, list):
        for each in page:
            yield from parts_of(each, cls)
    elif isinstance(page, dict):
        props = page.get("props", {})
        within = parts_of(props.get("children"), cls)
        yield from [page] if props.get("className") == cls else within


def read_out(drawn: str) -> str:
    """The words of what is drawn, in their order."""

    def within(part: Any) -> list[str]:
        if isinstance(part, list):
            return [word for each in part for word in within(each)]
        if isinstance(part, dict):
            return within(part["props"].get("children"))
        return [] if part is None else [str(part)]

    parts = json.JSONDecoder()
    return re.sub(r"\s+", " ", " ".join(within(parts.raw_decode(drawn)[0])))


def hand_in(ministry: Ministry, name: str, rows: list[dict[str, Any]], said: str = "") -> None:
    """The school reports a form; what a rule says of it in `said`."""
    made = batch(form(name), YEAR, {ministry.at("school"): rows})
    reopen(ministry.worker, ministry.at("school"))
    ministry.worker.record(made if not said else found_in(made, said))


def found_in(made: Batch, said: str) -> Batch:
    line = dict.fromkeys(made.findings.columns) | {
        "school_id": made.submissions["school_id"][0], "sheet": "1", "sheet_row": 5, "rule": said,
        "answer": "remark", "message_zh": said, "message_en": said,
    }  # fmt: skip
    return replace(made, findings=pl.DataFrame([line], schema=made.findings.schema))


def page_of(ministry: Ministry, query: str = "", lang: str = "zh") -> dict[str, Any]:
    path = f"/{lang}/place/{ministry.at('school')}"
    return asked_by_dash(ministry.client("ministry"), path, f"?year={YEAR}{query}")


def section(page: dict[str, Any], name: str) -> str:
    """The section of that id, as text."""

    def within(part: Any) -> str:
        if isinstance(part, list):
            return "".join(map(within, part))
        if not isinstance(part, dict):
            return ""
        props = part["props"]
        if props.get("id") == name:
            return json.dumps(part, ensure_ascii=False)
        return within(props.get("children"))

    return within(page)
