"""The accounts of a demo ministry: one reader of every kind, passwords drawn at random for this installation.

The warehouse keeps argon2 hashes. The clear text stands in one file under var/, mode 0600, so that `make run` can
show it again; there is none outside a demo warehouse.
"""

import json
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa

from warehouse.entrance import DEMO
from warehouse.ladder import Ladder
from warehouse.passwords import hash_password
from warehouse.places import NATION, Rung
from warehouse.private import write_private
from warehouse.rights import DEPTHS, Role
from warehouse.store import Warehouse
from warehouse.tables import account

FILE = "demo_accounts.json"
ADMINISTRATORS = {
    Role.SYSTEM_ADMIN: "system",
    Role.SECURITY_ADMIN: "security",
    Role.AUDIT_ADMIN: "audit",
}
OF_THE_MINISTRY = {
    Role.SUPERVISOR: "ministry-supervisor",
    Role.REVIEWER: "ministry-reviewer",
}
"""Who works for the nation as a whole: what takes two people of the ministry finds them."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads: role, the place they stand at, and how deep they see below it."""

    login: str
    role: Role
    place_id: int
    depth: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Password:
    login: str
    password: str
    name_zh: str
    name_en: str


def ensure_demo_accounts(worker: Warehouse, var: Path) -> list[Password]:
    """The demo accounts with their passwords; they are made where one is missing here or in the warehouse."""
    file = var / FILE
    known = [Password(**each) for each in read(file)]
    if known and all(worker.account(each.login) for each in known):
        return known
    shown = [create(worker, reader) for reader in demo_readers(worker.ladder)]
    write_private(file, json.dumps([asdict(each) for each in shown], ensure_ascii=False, indent=1))
    return shown


def forget_demo_accounts(worker: Warehouse, var: Path) -> None:
    """Remove the demo accounts: they may not stand where others than this machine can knock. Accounts that people made stay."""
    with worker.writing() as writer:
        writer.run(sa.delete(account).where(account.c.created_by == DEMO))
    (var / FILE).unlink(missing_ok=True)


def read(file: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(file.read_text()) if file.exists() else []
    return found


def create(worker: Warehouse, reader: Reader) -> Password:
    """Draw a password and keep its hash."""
    password = secrets.token_urlsafe(9)
    worker.keep_account(password_hash=hash_password(password), created_by=DEMO, **asdict(reader))
    return Password(reader.login, password, reader.name_zh, reader.name_en)


def demo_readers(ladder: Ladder) -> Iterator[Reader]:
    """One reader of every role at the places with the most schools: the first six by place, the others by role."""
    schools = [row for row in ladder.places.values() if row.unit_kind == "school"]
    first, second = most(Counter(row.path[0] for row in schools), 2)
    inside = [row for row in schools if row.path[0] == first and len(row.path) > 2]
    counties = Counter(row.path[-2] for row in inside if ladder.rung(row.path[-2]) == Rung.COUNTY)
    (county,) = most(counties, 1)
    school = min(row.place_id for row in inside if row.path[-2] == county)
    yield of_the_ministry("ministry", Role.DECISION_MAKER, "教育部（演示）", "Ministry (demo)")
    for place_id in (first, second):
        login = f"province-{ladder.place(place_id).code[:2]}"
        yield reader_at(ladder, place_id, Role.SUPERVISOR, login)
    yield reader_at(ladder, county, Role.REVIEWER, "county")
    yield reader_at(ladder, school, Role.STATISTICIAN, "school")
    yield of_the_ministry("analyst", Role.ANALYST, "分析员（演示）", "Analyst (demo)")
    yield from colleagues(ladder, county, school)


def colleagues(ladder: Ladder, county: int, school: int) -> Iterator[Reader]:
    """Those who stand beside the first six: the other signatures of the school, the steps of review, two of the ministry, the administrators."""
    for role, login in ((Role.SCHOOL_REVIEWER, "school-reviewer"), (Role.HEAD, "head")):
        yield named_by_role(ladder, school, role, login)
    above = {ladder.rung(each): each for each in ladder.ancestors(county)}
    for rung in (Rung.PREFECTURE, Rung.PROVINCE):
        place_id = above.get(
            rung, county
        )  # the ladder is ragged: not every county has a prefecture
        yield named_by_role(ladder, place_id, Role.REVIEWER, f"{rung.name.lower()}-reviewer")
    for role, login in {**OF_THE_MINISTRY, **ADMINISTRATORS}.items():
        said = role.label
        yield of_the_ministry(login, role, f"{said.zh}（演示）", f"{said.en} (demo)")


def most(counted: Counter[int], wanted: int) -> list[int]:
    """The places counted most often, the smaller id first among equals."""
    return sorted(counted, key=lambda place_id: (-counted[place_id], place_id))[:wanted]


def reader_at(ladder: Ladder, place_id: int, role: Role, login: str) -> Reader:
    """A reader of the records below one place."""
    place = ladder.place(place_id)
    return Reader(login=login, role=role, place_id=place_id, depth="records",
                  name_zh=place.name_zh, name_en=place.name_en)  # fmt: skip


def named_by_role(ladder: Ladder, place_id: int, role: Role, login: str) -> Reader:
    """A reader who shares a place with others: the name tells the role too."""
    place, said = ladder.place(place_id), role.label
    return Reader(login=login, role=role, place_id=place_id, depth="records",
                  name_zh=f"{place.short_zh}{said.zh}", name_en=f"{said.en}, {place.name_en}")  # fmt: skip


def of_the_ministry(login: str, role: Role, name_zh: str, name_en: str) -> Reader:
    return Reader(login=login, role=role, place_id=NATION, depth=DEPTHS.get(role, "records"),
                  name_zh=name_zh, name_en=name_en)  # fmt: skip
