"""Many at once: no deadlock, nothing lost, nothing approved that was not looked at; and a process that dies half-way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.factories import NOW, batch, students
from tests.sums import check_rollups
from tests.warehouse.chain_world import ENROLMENT, HUNAN, YEAR, World
from warehouse import chain
from warehouse.errors import ChainRefused, FormLocked

WRITERS, DEEDS = 16, 8
PROJECT = Path(__file__).parents[2]


def test_sixteen_writers_wait_for_each_other_and_never_in_a_circle(them: World) -> None:
    """School, county and province at once, on the same forms; a refusal is an answer, a deadlock is not."""
    for school in range(3):
        them.fill(school, g1=school + 1)

    def one(seed: int) -> None:
        dice = Random(seed)
        for _ in range(DEEDS):
            school, number = dice.randrange(3), dice.randint(1, 9)
            county, province = (
                ("furong", "hunan"),
                ("shuangqing", "hunan"),
                ("yuexiu", "guangdong"),
            )[school]
            deeds: list[Callable[[], Any]] = [
                partial(them.fill, school, g1=number),
                partial(them.hand_in, school),
                partial(them.do, county, chain.approve, school=school),
                partial(them.do, province, chain.approve, school=school),
                partial(them.do, county, chain.return_, "(synthetic)", school=school),
                partial(them.does, "hunan", chain.approve, [them.of(1), them.of(0)], NOW),
                partial(them.do, province, chain.reopen, "(synthetic)", school=school),
            ]
            try:
                dice.choice(deeds)()
            except (ChainRefused, FormLocked):
                continue

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(one, range(WRITERS)))

    assert check_rollups(them.worker, ENROLMENT, YEAR)
    with them.worker.writing() as writer:
        for school in range(3):
            steps = chain.history(writer, them.of(school))
            assert all(a.after is b.before for a, b in pairwise(steps))
            assert steps[-1].after.value == them.state(school)


def test_what_took_the_place_of_what_was_looked_at_is_not_approved_unseen(them: World) -> None:
    them.fill(g1=1)
    them.hand_in()
    with them.worker.writing() as writer:
        seen = {them.key: chain.standing(writer, them.key).submission_id or 0}
    them.do("head0", chain.withdraw)
    them.fill(g1=99)
    them.hand_in()

    with pytest.raises(ChainRefused, match="replaced"):
        them.does("furong", chain.approve, [them.key], NOW, "", seen)


def test_a_process_that_dies_in_the_middle_of_a_bulk_approval_leaves_all_or_nothing(
    them: World,
) -> None:
    """It is killed after the steps and half of the figures are written, before it commits."""
    for school in (0, 1):
        them.fill(school, g1=10)
        them.hand_in(school)
        them.do(("furong", "shuangqing")[school], chain.approve, school=school)
    doomed = [
        str(Path(__file__).with_name("chain_doomed.py")),
        str(them.web.engine.url.render_as_string(hide_password=False)),
    ]
    died = subprocess.run(
        [sys.executable, *doomed, str(HUNAN), "hunan", *map(str, them.schools[:2])],
        cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(PROJECT)}, timeout=120,
    )  # fmt: skip

    assert died.returncode == -signal.SIGKILL
    assert [them.state(school) for school in (0, 1)] == ["reviewed", "reviewed"]
    assert check_rollups(them.worker, ENROLMENT, YEAR)
    them.does("hunan", chain.approve, [them.of(0), them.of(1)], NOW)
    assert [them.state(school) for school in (0, 1)] == ["approved", "approved"]
    assert check_rollups(them.worker, ENROLMENT, YEAR)


def test_two_submissions_of_one_school_at_once_are_two_revisions(them: World) -> None:
    def send(number: int) -> None:
        them.worker.record(batch(ENROLMENT, YEAR, {them.schools[0]: students(g1=number)}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, (1, 2, 3, 4)))

    with them.worker.writing() as writer:
        steps = chain.history(writer, them.key)
    assert [one.deed.value for one in steps] == ["fill"] * 4
