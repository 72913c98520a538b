"""What a release withholds is kept with it: later thresholds, another program and a job that died change nothing of what readers elsewhere are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest
import sqlalchemy as sa

from dashboards.frozen import freeze
from etl.task import Errand, Shop
from metrics import freezing, frozen, outside
from metrics.disclosure.audiences import Thresholds
from metrics.plan import plan
from metrics.question import Key, Question, State
from metrics.states import State as Signed
from metrics.tables import covered
from metrics.tables.kept import Kept
from tests.conftest import Database
from tests.factories import GUANGZHOU, opened, register
from tests.metrics.test_states import GUANGDONG, HUNAN, TODAY, YEAR, Cells, World
from tests.readers import keys
from warehouse.places import NATION
from warehouse.release_patterns import Table, keep, proofs, proved
from warehouse.release_tables import release_pattern
from warehouse.releases import RELEASE, Release
from warehouse.seals import Notebook

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
TABLE = Table(NATION, "published", "now", "", "students")
TOLD = {"rules": "-", "cells": 0, "withheld": 0, "programmes": 0, "repaired": 0, "seconds": 0.0}
READERS = [(NATION, "published"), (GUANGDONG, "records")]


@pytest.fixture(scope="module")
def world(module_database: Database) -> Iterator[World]:
    made = World(module_database)
    yield made
    made.ministry.web.close()
    made.ministry.worker.close()


@pytest.fixture(scope="module")
def kept(world: World, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The second release of a year, before which one school corrected itself, with its patterns, decided and kept as the worker does."""
    world.releases()
    world.reports("S0", more=7)
    one = world.releases()
    web, worker = world.ministry.web, world.ministry.worker
    signed = release_load(world)
    shop = Shop(worker=worker, web=web, suite=keys(), notebook=Notebook(tmp_path_factory.mktemp("seals")), today=TODAY)  # fmt: skip
    ended = freeze(Errand(shop=shop, job_id=0, owner="signs", place_id=NATION, args={"release": one.number}))  # fmt: skip
    assert ended.where == f"/releases?item={one.number}"
    assert release_load(world) == signed + 1  # what was answered without the patterns is asked anew
    return one


def release_load(world: World) -> int:
    """By which number answers and the stamps of programs know how releases stand."""
    with world.ministry.web.reading(world.ministry.worker.everything()) as reader:
        return reader.loads([NATION])[NATION][RELEASE]


def declared(patch: pytest.MonkeyPatch, limits: Thresholds) -> None:
    """Other thresholds for officials of elsewhere, wherever they are looked up."""
    for module in (outside, covered):
        patch.setattr(module, "OFFICIAL", limits)


def states(cells: Cells) -> dict[Key, tuple[State, float | None]]:
    return {key: (cell.state, cell.value) for key, cell in cells.items()}


def test_what_is_kept_is_what_was_shown_before(world: World, kept: Release, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    one = kept
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
    world: World, kept: Release, monkeypatch: pytest.MonkeyPatch, own: int, depth: str, cut: str
) -> None:  # fmt: skip
    one = kept
    before = states(world.sees(own, depth, one, cut=cut))
    declared(monkeypatch, STRICT)
    assert states(world.sees(own, depth, one, cut=cut)) == before
    with monkeypatch.context() as patch:
        patch.setattr(outside, "frozen", lambda *_: {})
        assert states(world.sees(own, depth, one, cut=cut)) != before  # what today's would be
    monkeypatch.setattr(
        outside.View,
        "hidden",
        lambda *_: dict.fromkeys([(NATION, ""), (HUNAN, "")], State.WITHHELD),
    )
    assert states(world.sees(own, depth, one, cut=cut)) == before


def test_tables_of_the_builder_stay_as_they_were_in_every_process(world: World, kept: Release, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """By kinds of schools and by several breakdowns too: what another process decides by other thresholds is another table, not one that was asked before."""
    one, cuts = kept, ("sponsor", "grade.region")
    before = {cut: states(world.table(one, cut)) for cut in cuts}
    declared(monkeypatch, STRICT)
    monkeypatch.setattr(world, "kept", Kept())
    assert {cut: states(world.table(one, cut)) for cut in cuts} == before
    other = states(world.table(one, "grade.sponsor"))
    totals = {key.place: said for key, said in before["sponsor"].items() if not key.member}
    assert {key.place: said for key, said in other.items() if not key.member} == totals
    assert {value for key, (_, value) in other.items() if key.member.count("*") and all(key.member.split("*"))} == {None}  # fmt: skip
    assert any(value is not None for key, (_, value) in before["grade.region"].items() if key.member.count("*") and all(key.member.split("*")))  # fmt: skip


def test_a_metric_of_other_columns_is_decided_anew(world: World, kept: Release) -> None:  # fmt: skip
    """The pattern speaks of the numbers it was decided for."""
    one = plan("students", YEAR)
    other = one._replace(sums=(one.sums[0][:1], one.sums[0]))
    assert frozen.made_of(one.sums) != frozen.made_of(other.sums)
    release = kept
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


def test_patterns_are_written_once_and_never_changed(world: World, kept: Release) -> None:  # fmt: skip
    worker = world.ministry.worker
    with worker.reading(worker.everything()) as reader:
        first = proved(reader, kept.number)
        size = reader.rows(sa.select(sa.func.sum(sa.func.length(release_pattern.c.pattern))))[0][0]
    assert first is not None
    assert first.cells > first.withheld > 0
    assert first.size == size
    with worker.writing() as writer:
        keep(writer, kept.number, {TABLE: b"-"}, TOLD)
    with worker.reading(worker.everything()) as reader:
        assert proofs(reader) == {kept.number: first}
    with pytest.raises(sa.exc.DBAPIError), worker.writing() as writer:
        writer.run(sa.update(release_pattern).values(pattern=b""))


def test_processes_decide_what_one_decides(world: World, kept: Release) -> None:
    """Byte for byte, with the same proof; and what ends the job ends them."""
    worker, said = world.ministry.worker, list[tuple[int, int]]()
    apart = freezing.decided(world.ministry.web, kept, lambda *far: said.append(far), many=2)
    table = release_pattern.c
    with worker.reading(worker.everything()) as reader:
        rows = reader.rows(sa.select(*(table[name] for name in Table._fields), table.pattern).where(table.number == kept.number))  # fmt: skip
        first = proved(reader, kept.number)
    assert apart.patterns == {Table(*row[:-1]): bytes(row[-1]) for row in rows}
    assert first is not None
    assert {name: value for name, value in apart.told().items() if name != "seconds"}.items() <= asdict(first).items()  # fmt: skip
    assert said == sorted(said)
    assert said[-1][0] == said[-1][1] > 0


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("many", [1, 2])
def test_a_job_that_dies_midway_leaves_nothing(world: World, many: int) -> None:
    """Whether while deciding or while writing: the next try finds the release as it was."""
    second, worker = world.releases(), world.ministry.worker

    def dies(done: int, _total: int) -> None:
        if done > 0:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        freezing.decided(world.ministry.web, second, dies, many)
    with pytest.raises(sa.exc.DBAPIError), worker.writing() as writer:
        keep(writer, second.number, {TABLE: b"-"}, {**TOLD, "cells": None})
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


def test_a_unit_that_is_entered_late_is_due_live_and_not_in_the_release(world: World, kept: Release) -> None:  # fmt: skip
    """Units due are read at the release's load of the roster, as figures are at those of their forms."""
    readers, at = [(NATION, "records"), *READERS], Key("students", GUANGDONG, YEAR)
    before, live = [_due(world.sees(*each, kept)) for each in readers], world.sees(GUANGDONG, "records")[at].due  # fmt: skip

    register(world.ministry.worker, [opened("3644000099", GUANGZHOU)], (YEAR,))
    world.ministry.web.refresh()

    assert [_due(world.sees(*each, kept)) for each in readers] == before
    assert world.sees(GUANGDONG, "records")[at].due == live + 1


def _due(cells: Cells) -> dict[Key, tuple[int, int]]:
    return {key: (cell.units, cell.due) for key, cell in cells.items()}
