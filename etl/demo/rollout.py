"""The roll-out of a demo ministry: accounts of every place and school, what provinces filed, and their signed monthly reports.

All of it is synthetic and says so; which province was late follows from the seed. The accounts have neither password nor role: nobody
signs in with one. Reports are counted and hashed by the very functions that count a real one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from etl.demo import fusion
from etl.demo.dice import dice
from warehouse.ladder import Ladder
from warehouse.moments import begins
from warehouse.monthly import Asked, Signed, Words, content_hash, counted
from warehouse.programme import ITEMS, due_on, months_due
from warehouse.rights import Role
from warehouse.rollout import provinces
from warehouse.rollout_tables import rollout_filing, rollout_report
from warehouse.store import Warehouse, Writer
from warehouse.terms import Month

BY = "synthetic"
MONTHS = 6  # of reports
LATE, SILENT = 0.22, 0.08  # shares of provinces that were late, and that still owe something
# item -> days after 1 July 2021 on which a punctual province was done, the number it filed, its choice
PLAN: dict[str, tuple[int, int | None, str]] = {
    "work_group": (45, 11, ""), "local_plan": (60, None, ""), "budget": (90, 420, ""), "servers": (110, None, ""),
    "tech_support": (115, None, ""), "protection_filed": (140, None, ""), "deployed": (150, None, "province"),
    "protection_assessed": (200, None, ""),
}  # fmt: skip
WORDS = Words(
    "（合成）部分县区审核偏慢。/ (synthetic) Some counties review slowly.",
    "（合成）完成县级审核并复查退回报表。/ (synthetic) Finish county reviews and look again at returned forms.",
    "职业教育处（合成）/ Vocational education office (synthetic)",
    "合成数据，无联系方式 / synthetic, no contact",
)

# A place's account is activated in the autumn of 2021, or of the year it was founded in; in late provinces some weeks later, and
# where one is still owed, a few schools never. {dice} is a number between 0 and 1 for each place.
_DICE = "('x' || substr(md5(CAST(:seed AS text) || '.account.' || p.place_id::text), 1, 7))::bit(28)::int / 268435456.0"
_ACCOUNTS = """
INSERT INTO account (login, name_zh, name_en, role, wanted_role, place_id, depth, created_by, created_at, activated_at, ended_at)
SELECT 'synthetic-' || p.place_id, p.short_zh || '（合成账号）', p.name_en || ' (synthetic)', '',
  CASE WHEN p.rung = 4 THEN 'statistician' ELSE 'system_admin' END, p.place_id, 'records', :by, begun, begun + interval '1 day' * days,
  CASE WHEN p.last_year < 9000 THEN make_timestamptz(p.last_year + 1, 8, 31, 0, 0, 0, 'Asia/Shanghai') END
FROM place p CROSS JOIN LATERAL (SELECT make_timestamptz(greatest(2021, p.first_year), 9, 6, 10, 0, 0, 'Asia/Shanghai') AS begun,
  5 + {dice} * CASE WHEN p.path[1] = ANY (:late) THEN 150 ELSE 105 END AS days) d
WHERE p.rung BETWEEN 1 AND 4 AND p.path[1] = ANY (:places) AND p.last_year >= 2021
  AND NOT (p.rung = 4 AND p.path[1] = ANY (:silent) AND {dice} > 0.93)
ON CONFLICT DO NOTHING
"""


def roll_out(worker: Warehouse, seed: int, today: date, progress: Callable[[int, int], None]) -> None:  # fmt: skip
    """Accounts, filings and reports, each province in one transaction; done twice it changes nothing."""
    worker.refresh()
    places = [row.place_id for row in provinces(worker.ladder)]
    with worker.writing() as writer:
        late = [one for one in places if _luck(seed, one) < LATE]
        silent = [one for one in places if _luck(seed, one) < SILENT]
        writer.run(
            _ACCOUNTS.format(dice=_DICE),
            seed=str(seed),
            by=BY,
            places=places,
            late=late,
            silent=silent,
        )
    for done, place in enumerate(places, start=1):
        with worker.writing() as writer:
            _of_province(writer, worker.ladder, place, seed, today)
        progress(done, len(places))
    fusion.keep_records(worker, today)


def _luck(seed: int, place: int) -> float:
    return float(dice(seed, "rollout", place).random())


def _of_province(writer: Writer, ladder: Ladder, place: int, seed: int, today: date) -> None:
    if writer.scalar("SELECT EXISTS (SELECT FROM rollout_filing WHERE place_id = :place)", place=place):  # fmt: skip
        return
    scope = (
        "SELECT set_config('app.reader', 'system', true), set_config('app.nation', 'records', true)"
    )
    writer.run(scope)  # the functions that count ask who is reading
    for line in _filings(place, seed):
        writer.run(sa.insert(rollout_filing).values(**line))
    for month in months_due(today, MONTHS):
        signed = _report(writer, ladder, place, month, seed)
        if signed and begins(today) > signed.signed_at:
            writer.run(sa.insert(rollout_report).values(**signed._asdict(), path=[place]))


def _filings(place: int, seed: int) -> Iterator[dict[str, object]]:
    """What a province filed, in the order of its days."""
    throw, luck = dice(seed, "filings", place), _luck(seed, place)
    delay = int(throw.integers(20, 90)) if luck < LATE else 0
    for name, (after, number, choice) in PLAN.items():
        if not (luck < SILENT and name in {"tech_support", "protection_assessed"}):
            day = date(2021, 7, 1) + timedelta(days=after + delay + int(throw.integers(0, 12)))
            size = None if number is None else int(number * throw.uniform(0.6, 1.6))
            yield _line(place, name, day, size, choice)
    for at, audience in enumerate(ITEMS["training"].choices):
        day = date(2021, 10, 8) + timedelta(days=30 * at + int(throw.integers(0, 20)))
        yield _line(place, "training", day, int(throw.integers(60, 900)), audience)


def _line(place: int, item: str, day: date, number: int | None, choice: str) -> dict[str, object]:
    return {
        "place_id": place, "path": [place], "item": item, "day": day, "number": number, "choice": choice,
        "words": "（合成）/ (synthetic)", "replaces": None, "filed_by": BY, "filed_at": begins(day) + timedelta(hours=15),
    }  # fmt: skip


def _report(writer: Writer, ladder: Ladder, place: int, month: Month, seed: int) -> Signed | None:
    """The report of a month as its province signed it; None for one that nobody signed."""
    throw, luck = dice(seed, "report", place, month), _luck(seed, place)
    is_late = throw.random() < (0.4 if luck < LATE else 0.02)
    if luck < SILENT and throw.random() < 0.5:
        return None
    day = due_on(month) + timedelta(days=int(throw.integers(1, 9)) if is_late else -int(throw.integers(1, 4)))  # fmt: skip
    at: datetime = begins(day) + timedelta(hours=int(throw.integers(9, 17)))
    figures = counted(writer, ladder, Asked(place_id=place, month=month, now=at))
    return Signed(
        place_id=place, month=month.period.first, revision=1, figures=figures, **WORDS._asdict(),
        content_hash=content_hash(place, month, figures, WORDS), signed_by=BY, signed_role=Role.SUPERVISOR.value, signed_at=at,
    )  # fmt: skip
