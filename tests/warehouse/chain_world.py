"""A tiny ministry with everybody of the review chain, for tests: one school in each of three counties, and who reviews them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.conftest import Database
from tests.factories import NOW, batch, students
from tests.sums import three_schools
from warehouse import chain
from warehouse.chain import Key, Who
from warehouse.discovery import form
from warehouse.rights import Role
from warehouse.store import Warehouse

YEAR = 2025
NO_PASSWORD = "nobody signs in here"  # noqa: S105 - no hash at all
HUNAN, GUANGDONG, CHANGSHA_CITY, FURONG, GUANGZHOU_YUEXIU = 430000, 440000, 430100, 430102, 440103
ENROLMENT = form("enrolment")


@dataclass(frozen=True)
class World:
    """The warehouse as worker and as web see it, its schools, and its people by a short name."""

    worker: Warehouse
    web: Warehouse
    schools: Sequence[int]
    people: dict[str, Who]

    @property
    def key(self) -> Key:
        return self.of(0)

    def of(self, school: int, form_name: str = "enrolment") -> Key:
        return Key(form_name, YEAR, self.schools[school])

    def fill(self, school: int = 0, **cells: int) -> None:
        """A school's numbers, as its own statistician submits them over the web."""
        made = batch(ENROLMENT, YEAR, {self.schools[school]: students(**(cells or {"g1": 100}))})
        self.does(f"statistician{school}", chain.fill, made)

    def does(self, person: str, deed: Callable[..., Any], *said: Any) -> Any:
        """One deed of one person, in a transaction of his own as the web gives it."""
        who = self.people[person]
        scope = self.web.scope(who.login, who.place_id)
        with self.web.acting(scope) as writer:
            return deed(writer, who, *said)

    def do(self, person: str, deed: Callable[..., Any], *notes: str, school: int = 0) -> Any:
        return self.does(person, deed, [self.of(school)], NOW, *notes)

    def hand_in(self, school: int = 0) -> None:
        for person, deed in (
            ("statistician", chain.sign),
            ("checker", chain.check),
            ("head", chain.confirm),
        ):
            self.do(f"{person}{school}", deed, school=school)

    def approve(self, school: int = 0) -> None:
        """Through county and province."""
        county, province = ("yuexiu", "guangdong") if school == 2 else ("furong", "hunan")
        if school == 1:
            county = "shuangqing"
        for person in (county, province):
            self.do(person, chain.approve, school=school)

    def close(self) -> None:
        self.worker.close()
        self.web.close()

    def state(self, school: int = 0) -> str:
        with self.worker.writing() as writer:
            return chain.standing(writer, self.of(school)).state.value


def met(worker_url: str, web_url: str, schools: Sequence[int]) -> World:
    """A world that was made before, seen from another process."""
    worker, web = Warehouse(worker_url, "zhijian_worker"), Warehouse(web_url)
    return World(worker, web, schools, people_of(schools))


def people_of(schools: Sequence[int]) -> dict[str, Who]:
    """The three signers of each school, and the offices above."""
    people: dict[str, Who] = {}
    for number, school in enumerate(schools):
        for name, role in (
            ("statistician", Role.STATISTICIAN),
            ("checker", Role.SCHOOL_REVIEWER),
            ("head", Role.HEAD),
        ):
            people[f"{name}{number}"] = Who(login=f"{name}{number}", role=role, place_id=school)
    offices = {
        "furong": 430102, "shuangqing": 430502, "yuexiu": 440103, "changsha": 430100, "hunan": HUNAN, "guangdong": GUANGDONG, "nation": 1,
    }  # fmt: skip
    for name, place in offices.items():
        people[name] = Who(login=name, role=Role.REVIEWER, place_id=place)
    people["supervisor"] = Who(login="supervisor", role=Role.SUPERVISOR, place_id=HUNAN)
    return people


def world(database: Database) -> World:
    worker, web = Warehouse(database.worker_url, "zhijian_worker"), Warehouse(database.web_url)
    schools = three_schools(worker)
    web.refresh()
    people = people_of(schools)
    for who in people.values():
        worker.keep_account(
            login=who.login,
            role=who.role.value,
            place_id=who.place_id,
            depth="records",
            name_zh=who.login,
            name_en=who.login,
            password_hash=NO_PASSWORD,
        )
    return World(worker, web, schools, people)
