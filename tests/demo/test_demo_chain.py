"""The newest year of the demo stands in the review chain as the seed says, and its official figures follow."""

from __future__ import annotations

from hashlib import md5

import pytest

from etl.demo import chain as demo_chain
from etl.demo.chain import SHARES
from tests.factories import NOW, batch, students
from tests.sums import check_rollups
from tests.warehouse.chain_world import ENROLMENT, YEAR, World
from warehouse import chain
from warehouse.chain_rules import State
from warehouse.discovery import submitted_forms


def expected(seed: int, school: int) -> State:
    """The same dice, reckoned here."""
    dice = int(md5(f"{seed}.{school}enrolment".encode()).hexdigest()[:7], 16) / 2**28  # noqa: S324 - no secret
    reached = [
        (SHARES["approve"], State.APPROVED), (SHARES["return"], State.REVIEWED), (SHARES["pass"], State.RETURNED),
        (SHARES["confirm"], State.HANDED_IN), (SHARES["check"], State.CHECKED), (SHARES["sign"], State.SIGNED),
    ]  # fmt: skip
    return next((state for share, state in reached if dice < share), State.FILLED)


def seed_of(them: World, wanted: State) -> int:
    """A seed under which the first school gets there."""
    return next(seed for seed in range(10_000) if expected(seed, them.schools[0]) is wanted)


@pytest.mark.parametrize("wanted", [State.APPROVED, State.RETURNED, State.CHECKED])
def test_every_form_stands_where_the_seed_says(them: World, wanted: State) -> None:
    them.worker.record(batch(ENROLMENT, YEAR, {school: students(g1=10) for school in them.schools}))
    seed = seed_of(them, wanted)

    demo_chain.stand(them.worker, YEAR, seed, NOW, lambda _done, _of: None)

    assert [them.state(n) for n in range(3)] == [
        expected(seed, school).value for school in them.schools
    ]
    assert check_rollups(them.worker, ENROLMENT, YEAR)
    with them.worker.writing() as writer:
        steps = chain.history(writer, them.key)
    assert steps[-1].after is wanted
    told = {step.note for step in steps if step.after is State.RETURNED}
    assert told <= {demo_chain.REASONS["enrolment"]}
    assert bool(told) is (wanted is State.RETURNED)


def test_a_reason_for_a_return_is_about_the_form_that_is_returned() -> None:
    told = {form: demo_chain.REASONS.get(form, demo_chain.ELSE) for form in submitted_forms()}

    assert "实习" in told["internship"]
    assert [form for form, said in told.items() if "实习" in said] == ["internship"]
