"""The review chain as a machine: whatever people do in whatever order, where forms stand and what is official stay as a model says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.conftest import Database
from tests.sums import check_rollups
from tests.warehouse.chain_world import ENROLMENT, YEAR, World, world
from warehouse import chain, data_check, roles
from warehouse.errors import ChainRefused, FormLocked

SCHOOL = st.integers(0, 2)
COUNTY = {0: "furong", 1: "shuangqing", 2: "yuexiu"}
PROVINCE = {0: "hunan", 1: "hunan", 2: "guangdong"}
# What each deed of the right person does in each state; whatever is not here is refused. Written by hand, beside the rules it checks.
DOES: dict[str, dict[str, str]] = {
    "sign": {"filled": "signed"},
    "stand_by": {"filled": "signed", "returned": "signed"},
    "check": {"signed": "checked"},
    "confirm": {"checked": "handed_in"},
    "withdraw": {"handed_in": "filled"},
    "approve_below": {"handed_in": "reviewed"},
    "approve_above": {"reviewed": "approved"},
    "return_below": {"handed_in": "returned"},
    "return_above": {"reviewed": "returned"},
    "reopen": {"approved": "returned"},
}
LOCKED = {"handed_in", "reviewed", "approved"}
EMPTY = """
ALTER TABLE step DISABLE TRIGGER USER;
TRUNCATE step, standing, standing_count, submission, submission_count, rejection, finding, fact_enrolment, rollup_enrolment, fact_conditions,
  rollup_conditions, specialty_count, load, load_log;
ALTER TABLE step ENABLE TRIGGER USER;
"""


@pytest.fixture(scope="module")
def them(module_database: Database) -> Iterator[tuple[World, Database]]:
    made = world(module_database)
    yield made, module_database
    made.worker.close()
    made.web.close()


class Machine(RuleBasedStateMachine):
    them: ClassVar[World]
    owner_url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        with roles.connect(self.owner_url) as connection:
            connection.execute(EMPTY)
        self.states = dict.fromkeys(range(3), "missing")
        self.submitted: dict[int, int] = {}
        self.official: dict[int, int] = {}

    @rule(school=SCHOOL, number=st.integers(1, 99))
    def fill(self, school: int, number: int) -> None:
        if self.submitted.get(school) == number:
            self.them.fill(school, g1=number)
        elif self.states[school] in LOCKED:
            with pytest.raises(FormLocked):
                self.them.fill(school, g1=number)
        else:
            self.them.fill(school, g1=number)
            self.states[school], self.submitted[school] = "filled", number

    def does(
        self, name: str, school: int, person: str, deed: Callable[..., Any], *notes: str
    ) -> None:
        after = DOES[name].get(self.states[school])
        if after is None:
            with pytest.raises(ChainRefused):
                self.them.do(person, deed, *notes, school=school)
            return
        self.them.do(person, deed, *notes, school=school)
        self.states[school] = after
        if after == "approved":
            self.official[school] = self.submitted[school]

    @rule(school=SCHOOL)
    def sign(self, school: int) -> None:
        self.does("sign", school, f"statistician{school}", chain.sign)

    @rule(school=SCHOOL)
    def stand_by(self, school: int) -> None:
        self.does(
            "stand_by", school, f"statistician{school}", chain.sign, "(synthetic) it is right"
        )

    @rule(school=SCHOOL)
    def hand_in(self, school: int) -> None:
        self.does("sign", school, f"statistician{school}", chain.sign)
        self.does("check", school, f"checker{school}", chain.check)
        self.does("confirm", school, f"head{school}", chain.confirm)

    @rule(school=SCHOOL)
    def withdraw(self, school: int) -> None:
        self.does("withdraw", school, f"head{school}", chain.withdraw)

    @rule(school=SCHOOL)
    def approve(self, school: int) -> None:
        self.does("approve_below", school, COUNTY[school], chain.approve)

    @rule(school=SCHOOL)
    def approve_above(self, school: int) -> None:
        self.does("approve_above", school, PROVINCE[school], chain.approve)

    @rule(school=SCHOOL)
    def return_below(self, school: int) -> None:
        self.does("return_below", school, COUNTY[school], chain.return_, "(synthetic)")

    @rule(school=SCHOOL)
    def return_above(self, school: int) -> None:
        self.does("return_above", school, PROVINCE[school], chain.return_, "(synthetic)")

    @rule(school=SCHOOL)
    def reopen(self, school: int) -> None:
        self.does("reopen", school, PROVINCE[school], chain.reopen, "(synthetic)")

    @rule(school=SCHOOL, other=SCHOOL)
    def strangers(self, school: int, other: int) -> None:
        stranger = COUNTY[other] if other != school else "changsha"
        with pytest.raises(ChainRefused):
            self.them.do(stranger, chain.approve, school=school)

    @invariant()
    def stands_as_the_model_says(self) -> None:
        assert {school: self.them.state(school) for school in range(3)} == self.states
        assert figures(self.them) == (sum(self.submitted.values()), sum(self.official.values()))
        with self.them.worker.writing() as reader:
            assert list(data_check._of_counts(reader)) == []

    def teardown(self) -> None:
        if self.submitted:
            assert check_rollups(self.them.worker, ENROLMENT, YEAR)


def figures(them: World) -> tuple[int, int]:
    with them.worker.writing() as writer:
        found = [
            writer.scalar(
                "SELECT coalesce(sum(students), 0)::int FROM rollup_enrolment WHERE place_id = 1 AND cut = '' AND year = :year "
                "AND boundary IN ('now', 'both') AND basis IN (:basis, 3) AND last_load = 9223372036854775807",
                year=YEAR, basis=basis,
            )
            for basis in (1, 2)
        ]  # fmt: skip
    return found[0], found[1]


@pytest.mark.slow
def test_whatever_people_do_the_chain_and_the_figures_stay_right(
    them: tuple[World, Database],
) -> None:
    Machine.them, Machine.owner_url = them[0], them[1].owner_url

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10, stateful_step_count=25, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
