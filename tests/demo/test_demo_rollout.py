"""The roll-out of the demo: repeatable, marked synthetic, some provinces late, and nobody can sign in with its accounts."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from etl.demo import rollout as demo
from metrics.rollout import behind
from tests.factories import NOW
from tests.warehouse.chain_world import World
from warehouse.monthly import signed
from warehouse.places import NATION
from warehouse.programme import months_due
from warehouse.rollout import filings, provinces, states

TODAY = NOW.date()


def rolled_out(them: World, seed: int = 7) -> None:
    demo.roll_out(them.worker, seed, TODAY, lambda _done, _of: None)


def test_provinces_filed_and_signed_and_some_of_them_late(them: World) -> None:
    rolled_out(them)
    months = months_due(TODAY, demo.MONTHS)
    with them.web.reading(them.web.scope("ministry", NATION)) as reader:
        lines, reports = filings(reader), signed(reader, NATION, months)
        found = states(reader, them.web.ladder, NATION, TODAY)
    listed = behind(found, reports, months, TODAY)

    assert (
        {line.place_id for line in lines}
        == {row.place_id for row in provinces(them.web.ladder)}
        == set(found)
    )
    assert all("synthetic" in line.words and "合成" in line.words for line in lines)
    assert {line.day for line in lines if line.day} <= {
        TODAY - timedelta(days=n) for n in range(3000)
    }
    assert all(
        one.is_whole and "synthetic" in one.problems
        for versions in reports.values()
        for one in versions
    )
    late = {one.place_id for versions in reports.values() for one in versions if one.late}
    assert 0 < len(late) < len(found)
    assert 0 < len(listed) < len(found)


def test_a_second_time_changes_nothing(them: World) -> None:
    rolled_out(them)
    before = _all(them)
    rolled_out(them)

    assert _all(them) == before


def test_nobody_signs_in_with_a_synthetic_account(them: World) -> None:
    rolled_out(them)
    with them.worker.writing() as writer:
        logins = [row.login for row in writer.rows(sa.text("SELECT login FROM account WHERE created_by = 'synthetic'"))]  # fmt: skip

    assert len(logins) > len(them.schools)
    assert [login for login in logins if them.web.account(login)] == []


def _all(them: World) -> list[object]:
    questions = ("SELECT * FROM rollout_filing ORDER BY 1", "SELECT place_id, month, content_hash FROM rollout_report ORDER BY 1, 2",
                 "SELECT login, activated_at FROM account ORDER BY 1")  # fmt: skip
    with them.worker.writing() as writer:
        return [list(map(tuple, writer.rows(sa.text(question)))) for question in questions]
