"""What a release withholds is kept with it: later thresholds, another program and a job that died change nothing of what readers elsewhere are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from metrics import freezing, frozen, outside
from metrics.disclosure.audiences import Thresholds
from metrics.plan import plan
from metrics.question import Key, State
from metrics.states import State as Signed
from metrics.tables import guard
from tests.conftest import Database
from tests.metrics.test_states import GUANGDONG, HUNAN, YEAR, Cells, World
from warehouse.places import NATION
from warehouse.release_patterns import keep, proofs, proved
from warehouse.release_tables import release_pattern
from warehouse.releases import Release

STRICT = Thresholds(
    persons=10_000,
    units=20,
    dominance=1.0,
    guess=99.0,
    high=60.0,
    low=40.0,
    small_group=100_000,
    width=90.0,
)
READERS = [(NATION, "published"), (GUANGDONG, "records")]


@pytest.fixture(scope="module")
def world(module_database: Database) -> Iterator[World]:
    made = World(module_database)
    yield made
    made.ministry.web.close()
    made.ministry.worker.close()


@pytest.fixture(scope="module")
def kept(world: World) -> tuple[Release, freezing.Decided]:
    """The second release of a year, before which one school corrected itself, with its patterns, decided and kept as the worker does."""
    world.releases()
    world.reports("S0", more=7)
    one, steps = world.releases(), list[tuple[int, int]]()
    made = freezing.decided(
        world.ministry.web, one, lambda done, total: steps.append((done, total))
    )
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]
    with world.ministry.worker.writing() as writer:
        keep(writer, one.number, made.patterns, made.told())
    return one, made


def declared(patch: pytest.MonkeyPatch, limits: Thresholds) -> None:
    """Other thresholds for officials of elsewhere, wherever they are looked up."""
    for module in (outside, guard):
        patch.setattr(module, "OFFICIAL", limits)


def states(cells: Cells) -> dict[Key, tuple[State, float | None]]:
    return {key: (cell.state, cell.value) for key, cell in cells.items()}


def test_what_is_kept_is_what_was_shown_before(world: World, kept: tuple[Release, freezing.Decided], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    one, _ = kept
    for cut in ("", "grade"):
        for own, depth in READERS:
            now = states(world.sees(own, depth, one, cut=cut))
            with monkeypatch.context() as patch:
                patch.setattr(outside, "frozen", lambda *_: {})
                assert now == states(world.sees(own, depth, one, cut=cut))
            assert {State.WITHHELD, State.VALUE} <= {state for state, _ in now.values()}


@pytest.mark.parametrize(("own", "depth"), READERS)
@pytest.mark.parametrize("cut", ["", "grade"])
def test_other_thresholds_and_another_program_change_nothing(
    world: World, kept: tuple[Release, freezing.Decided], monkeypatch: pytest.MonkeyPatch, own: int, depth: str, cut: str
) -> None:  # fmt: skip
    one, _ = kept
    before = states(world.sees(own, depth, one, cut=cut))
    declared(monkeypatch, STRICT)
    assert states(world.sees(own, depth, one, cut=cut)) == before
    with monkeypatch.context() as patch:
        patch.setattr(outside, "frozen", lambda *_: {})
        assert states(world.sees(own, depth, one, cut=cut)) != before  # what today's would be
    monkeypatch.setattr(
        outside.View, "hidden", lambda *_: {(place, "") for place in (NATION, HUNAN)}
    )
    assert states(world.sees(own, depth, one, cut=cut)) == before


def test_tables_of_the_builder_keep_the_totals_of_the_release(world: World, kept: tuple[Release, freezing.Decided], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    one, _ = kept
    before = {key: said for key, said in states(world.table(one, "sponsor")).items() if not key.member}  # fmt: skip
    declared(monkeypatch, STRICT)
    world.kept.patterns.clear()
    after = {key: said for key, said in states(world.table(one, "sponsor")).items() if not key.member}  # fmt: skip
    world.kept.patterns.clear()
    assert before == after
    assert any(value is not None for _, value in before.values())


def test_a_metric_of_other_columns_is_decided_anew(world: World, kept: tuple[Release, freezing.Decided]) -> None:  # fmt: skip
    """The pattern speaks of the numbers it was decided for."""
    one = plan("students", YEAR)
    other = one._replace(sums=(one.sums[0][:1], one.sums[0]))
    assert frozen.made_of(one) != frozen.made_of(other)
    release, _ = kept
    audience = world.ministry.audience(NATION, "published")
    asked = _asked(release)
    chain = {YEAR: [_state(release)]}
    with world.ministry.web.reading(audience.scope) as reader:
        assert frozen.frozen(reader, audience, asked, [(one, YEAR)], chain).keys() == {
            ("students", YEAR)
        }
        assert frozen.frozen(reader, audience, asked, [(other, YEAR)], chain) == {}


def _asked(release: Release) -> Question:
    return Question(metrics=("students",), places=(NATION,), years=(YEAR,), load=dict(release.loads))  # fmt: skip


def _state(one: Release) -> Signed:
    return Signed(one.number, one.year, one.place_in_year, one.basis, one.loads, one.signed_at)  # fmt: skip


def test_patterns_are_written_once_and_never_changed(world: World, kept: tuple[Release, freezing.Decided]) -> None:  # fmt: skip
    one, made = kept
    worker = world.ministry.worker
    with worker.reading(worker.everything()) as reader:
        first = proved(reader, one.number)
    assert first is not None
    assert (first.cells, first.withheld) == (made.cells, made.withheld)
    assert first.size == sum(map(len, made.patterns.values()))
    with worker.writing() as writer:
        keep(writer, one.number, made.patterns, {**made.told(), "cells": 0})
    with worker.reading(worker.everything()) as reader:
        assert proofs(reader) == {one.number: first}
    with pytest.raises(sa.exc.DBAPIError), worker.writing() as writer:
        writer.run(sa.update(release_pattern).values(pattern=b""))


def test_a_job_that_dies_midway_leaves_nothing(world: World, kept: tuple[Release, freezing.Decided]) -> None:  # fmt: skip
    """Whether while deciding or while writing: the next try finds the release as it was."""
    _, made = kept
    second, worker = world.releases(), world.ministry.worker

    def dies(done: int, _total: int) -> None:
        if done > 20:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        freezing.decided(world.ministry.web, second, dies)
    with pytest.raises(sa.exc.DBAPIError), worker.writing() as writer:
        keep(writer, second.number, made.patterns, {**made.told(), "cells": None})
    with worker.reading(worker.everything()) as reader:
        assert proved(reader, second.number) is None
        count = sa.select(sa.func.count()).select_from(release_pattern)
        assert reader.rows(count.where(release_pattern.c.number == second.number))[0][0] == 0


def test_a_pattern_comes_back_as_it_was_written() -> None:
    one, places, members = plan("students_per_teacher", YEAR), range(1, 40), ["", "1", "2"]
    said = {(3, ""): State.WITHHELD, (5, "2"): State.OVER, (39, "1"): State.UNDER}
    made = frozen.Pattern.of(one, places, members, said, [{(3, "")}, {(5, "2"), (3, "")}])
    again = frozen.Pattern.from_bytes(made.to_bytes(), made.places)
    assert {(p, m): state for p in places for m in members if (state := again.state(p, m))} == said
    assert again.sides == [{(3, "")}, {(5, "2"), (3, "")}]
    assert again.state(99, "") is State.WITHHELD
    assert replace(again, made_of="") != again
