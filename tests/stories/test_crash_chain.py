"""Killed at any instant of signing, returning, approving or reopening, a form stands where its last step says, and official figures with it."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.stories.test_crash import ROOT, whole
from tests.warehouse.chain_world import World
from warehouse.store import Writer
from warehouse.tables import FOR_EVER

KILLS = 40

# Each step begins where the one before it ended.
GAPS = """
SELECT school_id, before, coalesce(lag(after) OVER (PARTITION BY form, year, school_id ORDER BY step_id), 'missing') AS at
FROM step
"""
# A form stands where its last step left it, with the submission that the step was about.
ASTRAY = """
SELECT s.school_id FROM standing s JOIN LATERAL (SELECT after, submission_id, waits_at, actor FROM step t
  WHERE (t.form, t.year, t.school_id) = (s.form, s.year, s.school_id) ORDER BY step_id DESC LIMIT 1) last ON true
WHERE (s.state, s.submission_id, s.actor) <> (last.after, last.submission_id, last.actor) OR s.waits_at IS DISTINCT FROM last.waits_at
"""
# What is official is what the last approval was about; what is submitted is the submission in force.
OFFICIAL = f"SELECT DISTINCT school_id, submission_id FROM fact_enrolment WHERE last_load = {FOR_EVER} AND basis IN (2, 3)"
APPROVED = "SELECT DISTINCT ON (school_id) school_id, submission_id FROM step WHERE deed = 'approve' ORDER BY school_id, step_id DESC"
PROVISIONAL = f"SELECT DISTINCT school_id, submission_id FROM fact_enrolment WHERE last_load = {FOR_EVER} AND basis IN (1, 3)"
CURRENT = "SELECT school_id, submission_id FROM submission WHERE is_current AND form = 'enrolment'"


def pairs(writer: Writer, question: str) -> set[tuple[int, int]]:
    return {(row.school_id, row.submission_id) for row in writer.rows(sa.text(question))}


def sound(them: World) -> int:
    """Whether everything fits together; how many steps there are."""
    whole(them.worker)
    with them.worker.writing() as writer:
        steps = writer.rows(sa.text(GAPS))
        assert [row for row in steps if row.before != row.at] == []
        assert writer.rows(sa.text(ASTRAY)) == []
        assert pairs(writer, OFFICIAL) == pairs(writer, APPROVED)
        assert pairs(writer, PROVISIONAL) == pairs(writer, CURRENT)
    return len(steps)


@pytest.mark.slow
def test_a_chain_killed_at_any_instant_is_where_its_last_step_says(
    their_database: Database, them: World
) -> None:
    chance, ends, counted = random.Random(3), [], []
    command = [
        sys.executable,
        "-m",
        "tests.stories.doomed_chain",
        their_database.worker_url,
        their_database.web_url,
    ]
    with subprocess.Popen(
        [*command, *map(str, them.schools)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as lives:  # fmt: skip
        assert lives.stdin
        assert lives.stdout
        assert lives.stdout.readline() == "ready\n"
        for _ in range(KILLS):
            print(chance.uniform(0.2, 0.9), file=lives.stdin, flush=True)
            ends.append(int(lives.stdout.readline()))
            counted.append(sound(them))
        print(0, file=lives.stdin, flush=True)  # and one that lives until all is approved
        assert lives.stdout.readline() == "0\n"
        lives.stdin.close()

    assert ends == [-9] * KILLS
    assert counted == sorted(counted)  # nothing that was committed is ever lost
    assert sound(them) > KILLS
    assert {them.state(one) for one in range(len(them.schools))} == {"approved"}
