"""Whatever is submitted and corrected, in whatever order: sums hold at every rung, the past stays readable,
and a narrower scope shows no more.

The ministry has units in ragged and changing places: a county below a municipality, a prefecture without
counties, a county directly below a province, a city of the corps, counties that became others, and units
that moved, were renamed and recoded, merged and closed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, SHAOYANG, batch, event, opened, register
from warehouse.discovery import forms, submitted_forms
from warehouse.form import Form, Kind
from warehouse.frames import quoted
from warehouse.store import Warehouse
from warehouse.tables import FOR_EVER

YEARS = (2023, 2024, 2025)
COUNTIES = [
    CHANGSHA, SHAOYANG, GUANGZHOU, "430103", "441900", "500105", "500112", "110101", "659001", "429004",
]  # fmt: skip
LIFE = [
    event("3643000001", "moved", 2025, county=SHAOYANG),
    event("3643000002", "renamed", 2024, name="改名职业学校"),
    event("3643000003", "merged", 2025, successor_code="3643000004"),
    event("3643000005", "closed", 2024),
    event("3643000006", "recoded", 2024, new_code="3643000099"),
]
FORMS = [form for name, form in submitted_forms().items() if name != "roster"]
JUDGED = {"register", "enrolment", "staff", "estate"}  # what school conditions are computed from
ALL = [form for name, form in forms().items() if name != "roster"]


@dataclass
class Ministry:
    """The warehouse as worker, web and owner have it."""

    worker: Warehouse
    web: Warehouse
    owner: sa.Engine

    def empty(self) -> None:
        """Forget every figure; places and units stay."""
        tables = [f"{kind}_{form.name}" for form in ALL for kind in ("fact", "rollup")]
        with self.owner.begin() as connection:
            connection.execute(
                sa.text(f"TRUNCATE {', '.join(tables)}, submission, rejection, finding, load_log")
            )
            connection.execute(sa.text("DELETE FROM load WHERE form <> ALL (ARRAY['roster', 'ladder'])"))  # fmt: skip


@pytest.fixture(scope="module")
def ministry(module_database: Database) -> Iterator[Ministry]:
    worker = Warehouse(module_database.worker_url, "zhijian_worker")
    web = Warehouse(module_database.web_url, "zhijian_web")
    events = [
        opened(f"3643{n:06}", COUNTIES[n % len(COUNTIES)], kind="school") for n in range(1, 16)
    ]
    attached = opened("3143000001", CHANGSHA, kind="attached", name="某中学附设中职班")
    register(worker, [*events, attached, *LIFE], range(2022, 2027))
    yield Ministry(worker, web, sa.create_engine(module_database.owner_url, poolclass=sa.NullPool))
    worker.close()
    web.close()


# -- what is submitted


@dataclass(frozen=True)
class Step:
    """One batch: schools of one form and year, with numbers drawn from `seed`."""

    form: type[Form]
    year: int
    seed: int
    schools: int
    afresh: bool


steps = st.lists(
    st.builds(
        Step,
        form=st.sampled_from(FORMS),
        year=st.sampled_from(YEARS),
        seed=st.integers(0, 10**6),
        schools=st.sampled_from([1, 1, 1, 2, 5]),
        afresh=st.booleans(),
    ),
    min_size=2,
    max_size=9,
)


PLAIN = {Kind.INTEGER: 1990, Kind.TEXT: "某", Kind.DATE: date(2025, 9, 1)}


def lines(form: type[Form], chance: random.Random) -> list[dict[str, Any]]:
    """Rows with distinct keys; small numbers, so that ties and zeros are common."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for _ in range(chance.randint(1, 5) if form.grain() else 1):
        key = {k.name: chance.choice(sorted(k.codes.labels)[:6] if k.codes else "ABCDEF") for k in form.grain()}  # fmt: skip
        numbers = {m.name: chance.choice([0, 1, 7, 7, chance.randint(0, 2000)]) for m in form.measures()}  # fmt: skip
        words = {
            a.name: PLAIN[a.kind] if not a.codes else next(iter(a.codes.labels))
            for a in form.attributes()
        }  # fmt: skip
        found[tuple(key.values())] = {**key, **numbers, **words}
    return list(found.values())


def take(ministry: Ministry, step: Step) -> int | None:
    """Record one step; the load it became."""
    chance = random.Random(step.seed)
    due = ministry.worker.directory(step.year)["school_id"].to_list()
    rows = {s: lines(step.form, chance) for s in chance.sample(due, min(step.schools, len(due)))}
    fresh = step.afresh and ministry.worker.is_fresh(step.form.name, step.year)
    return ministry.worker.record(batch(step.form, step.year, rows), fresh=fresh).load


# -- what is read


def rollup(ministry: Ministry, form: type[Form], load: int = FOR_EVER - 1) -> pl.DataFrame:
    """Every rollup row as of a load: place, year, boundary, cell, units, measures; as of now if no load is given."""
    names = ["year", "place_id", "unit_kind", "boundary", "cut", "member", "units"]
    columns = quoted([*names, *(m.name for m in form.measures())])
    with ministry.worker.writing() as writer:
        found = writer.frame(
            sa.text(f"SELECT {columns} FROM rollup_{form.name} WHERE first_load <= :load AND last_load > :load"),
            load=load,
        )  # fmt: skip
    texts = {"unit_kind", "boundary", "cut", "member"}
    kinds = {n: pl.String if n in texts else pl.Int64 for n in found.columns}
    return found.cast(pl.Schema(kinds)).sort("year", "place_id", "unit_kind", "boundary", "cut", "member")  # fmt: skip


def ladder(ministry: Ministry) -> pl.DataFrame:
    """year, place_id, then, now: everybody's parent under both boundaries."""
    with ministry.worker.writing() as writer:
        found = writer.frame(
            sa.text('SELECT year, place_id, parent_then AS "then", parent_now AS "now" FROM ladder')
        )
    return found.cast(pl.Int64)


def check_sums(ministry: Ministry, form: type[Form]) -> None:
    """Under either boundary a place has the sum of its children, in every cell and measure that climbs."""
    rows = rollup(ministry, form).filter(~pl.col("cut").is_in(form.school_cuts))
    parents = ladder(ministry)
    sums = ["units", *(m.name for m in form.measures())]
    cell = ["year", "place_id", "unit_kind", "cut", "member"]
    for boundary in ("then", "now"):
        read = rows.filter(pl.col("boundary").is_in([boundary, "both"]))
        whole = read.group_by(cell).agg(pl.col(sums).sum())
        children = whole.join(parents, on=["year", "place_id"]).filter(pl.col(boundary).is_not_null())  # fmt: skip
        added = (
            children.drop("place_id")
            .rename({boundary: "place_id"})
            .group_by(cell)
            .agg(pl.col(sums).sum())
        )
        above = whole.filter(pl.col("place_id") < 10_000_001)
        assert above.sort(cell).equals(added.select(above.columns).sort(cell)), (form.name, boundary)  # fmt: skip


def check_tops(ministry: Ministry, form: type[Form]) -> None:
    """The two largest contributions are those of the units that make up the sum."""
    first = form.measures()[0].name
    with ministry.worker.writing() as writer:
        wrong = writer.rows(sa.text(
            f"SELECT r.place_id FROM rollup_{form.name} r WHERE r.rung < 4 AND r.last_load = {FOR_EVER} AND "
            f'ARRAY[r."{first}__first", r."{first}__second"] IS DISTINCT FROM (SELECT ARRAY[coalesce(max(v) FILTER (WHERE n = 1), 0), '
            f'coalesce(max(v) FILTER (WHERE n = 2), 0)] FROM (SELECT s."{first}" AS v, row_number() OVER (ORDER BY s."{first}" DESC) AS n '
            f"FROM rollup_{form.name} s JOIN ladder l ON l.year = s.year AND l.place_id = s.place_id WHERE s.rung = 4 AND s.year = r.year "
            f"AND s.last_load = {FOR_EVER} AND s.cut = r.cut AND s.member = r.member AND s.unit_kind = r.unit_kind AND "
            "CASE r.boundary WHEN 'both' THEN r.place_id = ANY (l.path_then) AND r.place_id = ANY (l.path_now) "
            "WHEN 'then' THEN r.place_id = ANY (l.path_then) AND r.place_id <> ALL (l.path_now) "
            "ELSE r.place_id = ANY (l.path_now) AND r.place_id <> ALL (l.path_then) END) t)"))  # fmt: skip
    assert wrong == []


# -- the properties

SLOW = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # an example takes seconds: shrinking it would take an hour
    suppress_health_check=list(HealthCheck),
)


@SLOW
@given(taken=steps)
def test_every_rung_is_the_sum_of_its_children_under_both_boundaries(
    ministry: Ministry, taken: list[Step]
) -> None:
    ministry.empty()
    everybody = [Step(form, 2025, 1, 99, afresh=True) for form in FORMS if form.name in JUDGED]
    for step in (*everybody, *taken):
        take(ministry, step)

    for form in {step.form for step in taken} | {form for form in ALL if not form.submitted}:
        check_sums(ministry, form)
        check_tops(ministry, form)


def test_every_declared_form_adds_up_with_everybody_in(ministry: Ministry) -> None:
    ministry.empty()
    for seed, form in enumerate(FORMS):
        for year in YEARS:
            take(ministry, Step(form, year, seed, 99, afresh=seed % 2 == 0))

    for form in ALL:
        assert rollup(ministry, form).height > 50, form.name
        check_sums(ministry, form)
        check_tops(ministry, form)


@SLOW
@given(taken=steps)
def test_every_earlier_load_is_read_as_it_was(ministry: Ministry, taken: list[Step]) -> None:
    ministry.empty()
    was: list[tuple[type[Form], int, pl.DataFrame]] = []
    for step in taken:
        load = take(ministry, step)
        if load is not None:
            was.append((step.form, load, rollup(ministry, step.form)))

    for form, load, rows in was:
        assert rollup(ministry, form, load).equals(rows), (form.name, load)


@SLOW
@given(taken=steps)
def test_the_same_once_more_changes_nothing(ministry: Ministry, taken: list[Step]) -> None:
    ministry.empty()
    for step in taken:
        take(ministry, step)
    newest = {(s.form, s.year): s for s in taken}.values()
    before = {form: rollup(ministry, form) for form in {s.form for s in taken}}

    loads = [take(ministry, step) for step in newest]

    assert loads == [None] * len(loads)
    assert all(rollup(ministry, form).equals(rows) for form, rows in before.items())


@settings(SLOW, max_examples=5)
@given(taken=steps, school=st.integers(0, 14))
def test_a_narrower_scope_never_adds_a_row(
    ministry: Ministry, taken: list[Step], school: int
) -> None:
    ministry.empty()
    for step in taken:
        take(ministry, step)
    ministry.web.refresh()
    narrowing = [*ministry.web.ladder.ancestors(10_000_001 + school), 10_000_001 + school]

    for table in {f"{kind}_{step.form.name}" for step in taken for kind in ("fact", "rollup")}:
        for depth in ("records", "published"):
            seen = [_seen(ministry, table, place, depth) for place in narrowing]
            assert all(inner <= outer for outer, inner in pairwise(seen)), table
        open_, closed = (_seen(ministry, table, narrowing[1], d) for d in ("records", "published"))
        assert closed <= open_


def _seen(ministry: Ministry, table: str, place: int, depth: str) -> set[str]:
    with ministry.web.reading(ministry.web.scope("reader", place, depth)) as reader:
        return {row.whole for row in reader.rows(sa.text(f"SELECT t::text AS whole FROM {table} t"))}  # fmt: skip
