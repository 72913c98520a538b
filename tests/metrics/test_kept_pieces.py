"""Of a release, what tables by kinds of schools and by several breakdowns withhold is decided once: no process and no later program decides it again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from typing import NamedTuple

import psycopg
import pytest
import sqlalchemy as sa

from metrics.measure import measure_all
from metrics.question import State
from metrics.tables.ask import Ask, Pick, parted
from metrics.tables.build import build
from metrics.tables.counting import Counting
from metrics.tables.crossed import Crossed
from metrics.tables.kept import Kept
from metrics.tables.pieces import Piece, Step, name
from metrics.tables.spots import Spot
from metrics.tables.stored import Stored, digest, from_bytes, to_bytes
from tests.conftest import Database
from tests.metrics.conftest import send
from tests.metrics.test_states import HUNAN, YEAR, World
from warehouse import roles
from warehouse.places import NATION
from warehouse.release_pieces import held
from warehouse.release_tables import release_piece
from warehouse.releases import Release

PAIR, TRIPLE = "sponsor.setting", "grade.sponsor.setting"
Shown = dict[tuple[int, frozenset[tuple[str, str]]], tuple[State, float | None]]


class Signed(NamedTuple):
    """Two releases, between which every school has a few students more, and what was shown of the year before there was any."""

    world: World
    first: Release
    second: Release
    live: Shown
    live_otherwise: Shown
    kept_while_live: int


@pytest.fixture(scope="module")
def signed(module_database: Database) -> Iterator[Signed]:
    world = World(module_database)
    kinds = product(("education", "private"), ("city", "town"), ("general", "adult"))
    named = ("sponsor", "setting", "school_type")
    alike = {"ownership": "public", "school_class": "secondary", "founded": 1980, "head": "-", "phone": "-"}  # fmt: skip
    said = [{**alike, **dict(zip(named, each, strict=True))} for each in kinds]
    ids = [world.ministry.schools[name] for name in world.has]
    send(world.ministry.worker, "register", YEAR, {one: [said[n * 5 % 8]] for n, one in enumerate(ids)})  # fmt: skip
    live = shown(world, None, Kept(), PAIR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Crossed, "_taken", closed)
        otherwise = shown(world, None, Kept(), PAIR)
    many, first = kept(world), world.releases()
    world.reports(*world.has, more=20)
    yield Signed(world, first, world.releases(), live, otherwise, many)
    world.ministry.web.close()
    world.ministry.worker.close()


def closed(crossed: Crossed, group: list[int], step: Step) -> Piece:
    """Another program: it shows nothing of a finer table."""
    cells = [spot for spot, _ in crossed._cells(group, step.tables) if len(spot.codes) == step.many]
    for spot in cells:
        crossed.known.setdefault(spot, False)
    return Piece(frozenset(spot for spot in cells if not crossed.known[spot]))


def shown(world: World, at: Release | None, process: Kept, cut: str, *, boundary: str = "now", metric: str = "students") -> Shown:  # fmt: skip
    """What an analyst of the nation is shown by a process that keeps so much: by place and member, whatever order its breakdowns stand in."""
    audience = world.ministry.audience(NATION, "published")
    picks = (Pick(NATION), Pick(NATION, "provinces"), Pick(HUNAN, "prefectures"))
    ask = Ask(picks=picks, years=(YEAR,), metrics=(metric,), cut=cut, boundary=boundary)  # type: ignore[arg-type]  # one of two words  # fmt: skip
    with world.ministry.web.reading(audience.scope) as reader:
        loads = reader.loads([NATION])[NATION]
        counting = Counting(reader, audience, loads, process, until=at.signed_at if at else None)
        cells = build(partial(measure_all, reader, audience), audience.ladder, ask, counting).cells
    cuts, found = cut.split("."), Shown()
    for key, cell in cells.items():
        members = zip(cuts, parted(key.member, len(cuts)), strict=True)
        found[key.place, frozenset((by, one) for by, one in members if one)] = cell.state, cell.value  # fmt: skip
    return found


def kept(world: World) -> int:
    with world.ministry.worker.reading(world.ministry.worker.everything()) as reader:
        return int(reader.rows(sa.select(sa.func.count()).select_from(release_piece))[0][0])


def test_of_what_is_live_nothing_is_kept(signed: Signed) -> None:
    """Another program decides it otherwise, and is what is shown."""
    assert signed.kept_while_live == 0
    assert signed.live != signed.live_otherwise


def test_another_process_goes_on_from_what_one_decided(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Pairs of kinds decided in one process, with grades in the next: the same as all in one. Where no place has moved, the boundaries of then are decided by themselves and alike."""
    world, second, at_once = signed.world, signed.second, Kept()
    for cut in (PAIR, TRIPLE):
        whole = shown(world, second, at_once, cut, boundary="then")
    pair = shown(world, second, Kept(), PAIR)
    tables, taken = list[tuple[str, ...]](), Crossed._taken

    def noted(crossed: Crossed, group: list[int], step: Step) -> Piece:
        tables.extend(step.tables)
        return taken(crossed, group, step)

    monkeypatch.setattr(Crossed, "_taken", noted)
    assert shown(world, second, Kept(), TRIPLE) == whole
    assert len(set(tables)) == 4
    assert all("grade" in each for each in tables)
    tables.clear()
    assert (shown(world, second, Kept(), TRIPLE), tables) == (whole, [])
    assert {one: cell for one, cell in whole.items() if one in pair} == pair
    assert {State.WITHHELD, State.VALUE} <= {state for one, (state, _) in whole.items() if len(one[1]) == 3}  # fmt: skip


def test_another_program_changes_nothing_of_a_release(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    before = shown(signed.world, signed.second, Kept(), PAIR)
    monkeypatch.setattr(Crossed, "_taken", closed)
    assert shown(signed.world, signed.second, Kept(), PAIR) == before
    with monkeypatch.context() as patch:  # one that has decided before it could know
        patch.setattr(Stored, "bring", lambda *_: None)
        assert shown(signed.world, signed.second, Kept(), PAIR) == before
        patch.setattr(Stored, "keep", lambda *_: True)
        assert shown(signed.world, signed.second, Kept(), PAIR) != before


def test_two_processes_that_decide_at_once_come_to_one(signed: Signed, caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    def asked(_: int) -> Shown:
        return shown(signed.world, signed.second, Kept(), "sex.school_type")

    many = kept(signed.world)
    with ThreadPoolExecutor(2) as pool, caplog.at_level(logging.ERROR, logger="zhijian.pieces"):
        first, other = pool.map(asked, range(2))
    assert first == other
    assert (caplog.text, kept(signed.world) > many) == ("", True)


def test_a_later_release_is_decided_beside_what_was_kept_of_the_earlier(signed: Signed) -> None:
    """A program that shows nothing has answered for the first: of the second what hardly moved stays withheld, by whatever program."""
    world, cut = signed.world, "sex.sponsor"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Crossed, "_taken", closed)
        first = shown(world, signed.first, Kept(), cut)
    second = shown(world, signed.second, Kept(), cut)
    crossed = [one for one in first if len(one[1]) == 2 and second[one][0] is not State.NOT_APPLICABLE]  # fmt: skip
    assert {second[one][0] for one in crossed} == {State.WITHHELD}
    assert State.VALUE in {second[one][0] for one in first if len(one[1]) < 2}


def test_pieces_are_never_changed_and_written_as_the_worker_only(signed: Signed, module_database: Database) -> None:  # fmt: skip
    web = signed.world.ministry.web
    shown(signed.world, signed.second, Kept(), PAIR)
    many = kept(signed.world)
    assert many > 0
    with roles.connect(module_database.owner_url) as owner:
        for statement in ("UPDATE release_piece SET rules = ''", "DELETE FROM release_piece", "TRUNCATE release_piece"):  # fmt: skip
            with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
                owner.execute(statement)
    asked = sa.text("INSERT INTO release_piece SELECT number, place_id, depth, boundary, made_of, 'x', cells, rules, decided_at FROM release_piece LIMIT 1")  # fmt: skip
    for scope in (web.scope("signs", NATION), web.everything()):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), web.acting(scope) as writer:  # fmt: skip
            writer.run(asked)
    with web.engine.connect() as nobody:
        assert nobody.execute(sa.select(sa.func.count()).select_from(release_piece)).scalar() == 0
    with web.reading(web.scope("signs", NATION)) as reader:
        every = [held(reader, one.number) for one in (signed.first, signed.second)]
    assert sum(one.many for one in every) == many
    assert all(one.size > 0 for one in every)


def test_what_cannot_be_written_is_shown_all_the_same_and_written_the_next_time(
    signed: Signed, module_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    process, many = Kept(), kept(signed.world)
    with roles.connect(module_database.owner_url) as owner:
        owner.execute("REVOKE INSERT ON release_piece FROM zhijian_worker")
        with caplog.at_level(logging.ERROR, logger="zhijian.pieces"):
            first = shown(signed.world, signed.first, process, "sex.setting")
        owner.execute("GRANT INSERT ON release_piece TO zhijian_worker")
    assert "not kept" in caplog.text
    assert kept(signed.world) == many
    assert State.VALUE in {state for state, _ in first.values()}
    assert shown(signed.world, signed.first, process, "sex.setting") == first
    assert kept(signed.world) > many


def test_a_piece_is_named_and_written_alike_everywhere() -> None:
    step = Step((("school_type", "sponsor"), ("size", "sponsor")))
    hides = {"": {(3, ""), (1, "")}, "sex": {(1, "1")}}
    one = name(((1, 3, 2), (1,)), step, hides)
    assert digest(one) == digest(name(((1, 2, 3), (1,)), step, hides))
    assert digest(one) == "b2eab0b0a5fa9ab0b75477dab298582a"
    others = [name(((3, 1, 2), (1,)), step, hides), name(((1, 3, 2), (1,)), step._replace(at_once=True), hides), name(((1, 3, 2), (1,)), step, {"": {(3, "")}}), name(((1, 3, 2), (1,)), step, hides, [9])]  # fmt: skip
    assert len({digest(one), *map(digest, others)}) == 5
    spots = [Spot(place, (("size", band), ("sponsor", "民办"))) for place in (1, 110000) for band in "012"]  # fmt: skip
    for piece in (Piece(frozenset(spots), frozenset(spots[:2])), Piece(frozenset(), frozenset(spots[3:])), Piece(frozenset())):  # fmt: skip
        assert from_bytes(to_bytes(piece)) == piece
