"""Cases in the tiny ministry of the review chain: flags, and what its people do about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tests.factories import NOW, batch, students
from tests.warehouse.chain_world import ENROLMENT, YEAR, World
from warehouse import cases
from warehouse.case_read import Answer, Case, Cell, Step, case, steps
from warehouse.case_rules import Code, Identity
from warehouse.cases import Flagged, Found, Term
from warehouse.text import Text

CELLS = (Cell("enrolment", "students"), Cell("enrolment", "entrants"))
ANSWERS = tuple(Answer(*cell, "招生简章扩招一个班（合成）") for cell in CELLS)
_NOTICES = sa.text(
    "SELECT said_zh, object FROM notice WHERE login = :login AND kind = 'case' ORDER BY notice_id"
)
NOTE = "查阅了学籍册（合成）"


@dataclass(frozen=True)
class Cases:
    """The ministry with what is done in cases. A case is known by the number of its school."""

    world: World

    def identity(self, school: int = 0, rule: str = "A9", judgement: str = "doubt") -> Identity:
        return Identity(judgement, self.world.schools[school], YEAR, rule)

    def flag(self, school: int = 0, said: str = "在校生一年增加四成", **identity: Any) -> Flagged:
        words = Text(said, f"en: {len(said)} signs")
        return Flagged(
            identity=self.identity(school, **identity), said=words, cells=CELLS, weight=2.5
        )

    def does(self, person: str, deed: Callable[..., Any], *said: Any) -> Any:
        return self.world.does(person, deed, *said)

    def dispatch(
        self, person: str, *flags: Flagged, at: datetime = NOW, note: str = "", days: int = 10
    ) -> Any:
        return self.does(person, cases.dispatch, flags, at, Term(note=note, days=days))

    def opened(self, school: int = 0, person: str = "supervisor") -> int:
        """A case that was just dispatched."""
        self.dispatch(person, self.flag(school))
        return self.number(school)

    def number(self, school: int = 0) -> int:
        with self.world.worker.writing() as writer:
            return int(
                writer.scalar(
                    "SELECT max(case_id) FROM case_file WHERE school_id = :school",
                    school=self.world.schools[school],
                )
            )

    def explain(self, number: int, person: str = "statistician0") -> Any:
        return self.does(person, cases.explain, number, ANSWERS, NOW)

    def verify(
        self,
        number: int,
        person: str,
        code: Code = Code.TRUE_ANOMALY,
        submission: int | None = None,
    ) -> Any:
        found = Found(code=code, note=NOTE, submission=submission)
        return self.does(person, cases.verify, number, found, NOW)

    def send_back(self, number: int, person: str, note: str = "请补充名册（合成）") -> Any:
        return self.does(person, cases.send_back, number, note, NOW)

    def reopen(self, number: int, person: str, note: str = "新材料（合成）") -> Any:
        return self.does(person, cases.reopen, number, NOW, Term(note=note))

    def withdraw(self, number: int, person: str, note: str = "误派（合成）") -> Any:
        return self.does(person, cases.withdraw, number, note, NOW)

    def close(self, number: int, code: Code = Code.TRUE_ANOMALY) -> None:
        """Through school, county and province."""
        self.explain(number)
        self.verify(number, "furong", code)
        self.verify(number, "hunan", code)

    def submit(self, school: int = 0, **cells: int) -> None:
        """What the school hands in of its enrolment."""
        self.world.worker.record(
            batch(ENROLMENT, YEAR, {self.world.schools[school]: students(**cells)})
        )

    def case(self, number: int) -> Case:
        with self.world.worker.writing() as writer:
            found = case(writer, number)
        assert found is not None
        return found

    def steps(self, number: int) -> list[Step]:
        with self.world.worker.writing() as writer:
            return steps(writer, number)

    def told(self, login: str) -> list[tuple[str, str]]:
        """Words and address of the notices of somebody."""
        with self.world.worker.writing() as writer:
            return [(row.said_zh, row.object) for row in writer.rows(_NOTICES, login=login)]
