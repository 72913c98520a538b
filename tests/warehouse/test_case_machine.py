"""The case as a machine: whatever people do in whatever order, where cases stand stays as a model says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.conftest import Database
from tests.warehouse.case_world import Cases
from tests.warehouse.chain_world import HUNAN, world
from warehouse import roles
from warehouse.case_rules import Code
from warehouse.errors import CaseRefused

COUNTY, PROVINCE, SCHOOL = 430102, HUNAN, 0
# What each deed of the right person does in each state; whatever is not here is refused. Written by hand, beside the rules it checks.
DOES: dict[str, dict[str, tuple[str, str]]] = {
    "explain": {"dispatched": ("explained", "county"), "sent_back": ("explained", "county")},
    "verify_below": {"explained": ("verified", "province")},
    "close": {"verified": ("closed", "")},
    "return_below": {"explained": ("sent_back", "school")},
    "return_above": {"verified": ("sent_back", "school")},
    "reopen": {"closed": ("dispatched", "school")},
    "withdraw": dict.fromkeys(("dispatched", "explained", "verified", "sent_back"), ("withdrawn", "")),
}  # fmt: skip
MENDED = {"put_right"}
EMPTY = """
ALTER TABLE case_step DISABLE TRIGGER USER; ALTER TABLE case_evidence DISABLE TRIGGER USER;
TRUNCATE case_file, case_step, case_evidence;
ALTER TABLE case_step ENABLE TRIGGER USER; ALTER TABLE case_evidence ENABLE TRIGGER USER;
"""


@pytest.fixture(scope="module")
def them(module_database: Database) -> Iterator[tuple[Cases, Database]]:
    made = world(module_database)
    yield Cases(made), module_database
    made.worker.close()
    made.web.close()


class Machine(RuleBasedStateMachine):
    them: ClassVar[Cases]
    owner_url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        with roles.connect(self.owner_url) as connection:
            connection.execute(EMPTY)
        self.number, self.state, self.turn, self.code, self.times, self.taken = 0, "none", "", "", 0, 0  # fmt: skip

    def does(self, name: str, deed: Callable[..., Any], *said: Any) -> bool:
        """One deed by who may: done if the model says so, refused otherwise."""
        if self.state == "none":
            return False
        after = DOES[name].get(self.state)
        if after is None:
            with pytest.raises(CaseRefused):
                deed(self.number, *said)
            return False
        deed(self.number, *said)
        self.state, self.turn = after
        self.taken += 1
        return True

    @rule(person=st.sampled_from(["supervisor", "hunan", "nation"]))
    def flag(self, person: str) -> None:
        self.them.dispatch(person, self.them.flag())
        self.taken, self.times = self.taken + 1, self.times + 1
        if self.state in ("none", "withdrawn") or (self.state == "closed" and self.code in MENDED):
            self.number = self.them.number()
            self.state, self.turn, self.code = "dispatched", "school", ""

    @rule()
    def explain(self) -> None:
        self.does("explain", self.them.explain)

    @rule(code=st.sampled_from([one for one in Code if one is not Code.WRONG_NUMBER]))
    def verify_below(self, code: Code) -> None:
        self.does("verify_below", self.them.verify, "furong", code)

    @rule(code=st.sampled_from([one for one in Code if one is not Code.WRONG_NUMBER]))
    def close(self, code: Code) -> None:
        if self.does("close", self.them.verify, "hunan", code):
            self.code = code.value

    @rule()
    def return_below(self) -> None:
        self.does("return_below", self.them.send_back, "furong")

    @rule()
    def return_above(self) -> None:
        self.does("return_above", self.them.send_back, "hunan")

    @rule()
    def reopen(self) -> None:
        if self.does("reopen", self.them.reopen, "hunan"):
            self.code = ""

    @rule()
    def withdraw(self) -> None:
        self.does("withdraw", self.them.withdraw, "nation")

    @rule(person=st.sampled_from(["shuangqing", "changsha", "guangdong", "statistician1", "head0"]))
    def strangers(self, person: str) -> None:
        for deed in (self.them.explain, self.them.verify, self.them.send_back, self.them.reopen, self.them.withdraw):  # fmt: skip
            with pytest.raises(CaseRefused):
                deed(self.number, person)

    @invariant()
    def stands_as_the_model_says(self) -> None:
        if self.state == "none":
            return
        one = self.them.case(self.number)
        places = {"school": self.them.world.schools[SCHOOL], "county": COUNTY, "province": PROVINCE, "": None}  # fmt: skip
        assert (one.state.value, one.waits_at) == (self.state, places[self.turn])
        assert (one.code.value if one.code else "") == self.code
        assert (one.due is None) is (self.turn == "")
        assert one.times == self.times
        assert len(self.them.steps(self.number)) == self.taken


@pytest.mark.slow
def test_whatever_people_do_a_case_stays_where_the_model_says(them: tuple[Cases, Database]) -> None:
    Machine.them, Machine.owner_url = them[0], them[1].owner_url

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
