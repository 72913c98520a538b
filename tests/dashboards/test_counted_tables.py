"""Tables added up from units: the same cells as the rollups tell, kinds that add up to their totals, and the facts added up by hand."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.audience import Audience
from metrics.discovery import metrics
from metrics.errors import TooFine
from metrics.measure import measure_all
from metrics.metric import Count, Percentile
from metrics.plan import plan
from metrics.question import Cell, Key, State
from metrics.tables import build as building
from metrics.tables import guard
from metrics.tables.ask import Ask, Pick, cuts, parted
from metrics.tables.build import Table, build
from metrics.tables.counting import Counting
from metrics.tables.kept import Kept
from metrics.tables.kinds import KINDS
from metrics.tables.large import MOST
from tests.factories import batch, students
from tests.readers import YEAR, Ministry
from warehouse import roles
from warehouse.discovery import form
from warehouse.places import NATION
from warehouse.tables import FOR_EVER, Basis

NAMES = [name for name, one in metrics().items() if not isinstance(one, Percentile)]
KEPT = Kept()
drawn = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def counted(ministry: Ministry, ask: Ask, place: int = NATION, depth: Any = "records", *, is_counted: bool = True, loads: Mapping[str, int] | None = None
) -> Table:  # fmt: skip
    """The table out of units, or as the rollups tell it."""
    web = ministry.web
    scope = web.scope("counted", place, depth)
    audience = Audience(scope=scope, ladder=web.ladder, role="ministry")
    with web.reading(scope) as reader:
        known = loads or reader.loads([place])[place]
        counting = Counting(reader, audience, known, KEPT) if is_counted else None
        return build(partial(measure_all, reader, audience), web.ladder, ask, counting, most=MOST)


@pytest.fixture(autouse=True)
def _always_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "FEW_CELLS", -1)


@drawn
@given(data=st.data())
def test_units_add_up_to_what_the_rollups_tell(ministry: Ministry, data: st.DataObject) -> None:
    """Cell by cell, with coverage and state: any metrics, places of every rung, years before there was anything, both boundaries."""
    names = tuple(data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)))
    own = [cut for cut in cuts(names) if cut not in KINDS and cut != "specialty"]
    cut = data.draw(st.sampled_from(["", *own]))
    province = data.draw(st.sampled_from(ministry.web.ladder.children(NATION)))
    picks = data.draw(st.sampled_from([
        (Pick(NATION), Pick(NATION, "provinces")), (Pick(NATION, "prefectures"),), (Pick(province), Pick(province, "counties")),
        (Pick(province, "schools"),), (Pick(ministry.at("province"), "schools"), Pick(ministry.at("province"))),
    ]))  # fmt: skip
    years = tuple(data.draw(st.sampled_from([(YEAR,), (YEAR - 2, YEAR - 1, YEAR)])))
    ask = Ask(
        picks=picks, years=years, metrics=names, cut=cut,
        boundary=data.draw(st.sampled_from(["now", "then"])), basis=data.draw(st.sampled_from(["submitted", "approved"])),
    )  # fmt: skip
    mine, theirs = counted(ministry, ask), counted(ministry, ask, is_counted=False)

    assert set(mine.cells) == set(theirs.cells)
    assert {key: (mine.cells[key], cell) for key, cell in theirs.cells.items() if mine.cells[key] != cell} == {}  # fmt: skip
    assert mine.content_hash == theirs.content_hash


def test_members_that_only_attached_classes_report_are_listed_too(ministry: Ministry) -> None:
    """A metric of schools does not apply to them, and says so where somebody teaches them."""
    alone = 0
    for province in ministry.web.ladder.children(NATION):
        ask = Ask(picks=(Pick(province),), years=(YEAR,), metrics=("students_per_school",), cut="major")  # fmt: skip
        mine, theirs = counted(ministry, ask), counted(ministry, ask, is_counted=False)
        assert mine.cells == theirs.cells
        alone += sum(cell.denominator == 0 for key, cell in theirs.cells.items() if key.member)
    assert alone > 0


CURRENT = f"last_load = {FOR_EVER} AND basis IN (1, 3)"
SPONSORED = f"""
SELECT p.code, coalesce(r.sponsor, 'unstated') AS sponsor, f.grade, f.sex, sum(f.students)::bigint AS students, count(DISTINCT f.school_id) AS units
FROM fact_enrolment f JOIN place p ON p.place_id = f.path[1]
LEFT JOIN fact_register r ON r.school_id = f.school_id AND r.year = f.year AND r.{CURRENT.replace(" AND ", " AND r.")}
WHERE f.year = :year AND f.{CURRENT.replace(" AND ", " AND f.")} GROUP BY GROUPING SETS ((1, 2, 3, 4), (1, 2, 4), (1, 2), (1, 3, 4))
"""


def test_three_breakdowns_are_the_facts_added_up_by_hand(ministry: Ministry) -> None:
    ask = Ask(
        picks=(Pick(NATION, "provinces"),), years=(YEAR,), metrics=("students",), cut="sponsor.grade.sex", across=("members3",)
    )  # fmt: skip
    table = counted(ministry, ask)
    with ministry.worker.writing() as writer:
        rows = writer.rows(sa.text(SPONSORED), year=YEAR)
    ladder = ministry.web.ladder

    assert len(rows) > 100
    for row in rows:
        member = "*".join((row.sponsor or "", row.grade or "", row.sex or ""))
        said = member if member.strip("*") else ""
        cell = table.cells[Key("students", ladder.by_code[row.code], YEAR, said)]
        assert (cell.value, cell.numerator) == (row.students, row.students), row
    filled = {
        key for key, cell in table.cells.items() if cell.value and "" not in parted(key.member, 3)
    }
    assert len(filled) == sum(
        1 for row in rows if row.sponsor and row.grade and row.sex and row.students
    )


def test_units_of_a_kind_are_those_due_and_those_that_reported(ministry: Ministry) -> None:
    """The coverage of a group is its own: the schools of that kind, not those of the place."""
    ask = Ask(
        picks=(Pick(NATION),),
        years=(YEAR,),
        metrics=("students", "students_per_teacher"),
        cut="region",
    )
    table = counted(ministry, ask)
    whole = table.cells[Key("students", NATION, YEAR, "")]
    parts = [cell for key, cell in table.cells.items() if key.metric == "students" and key.member]

    assert sum(cell.due for cell in parts) == whole.due
    assert sum(cell.units for cell in parts) == whole.units
    assert sum(int(cell.value or 0) for cell in parts) == whole.value
    for key, cell in table.cells.items():
        if key.metric == "students_per_teacher" and cell.state is State.VALUE:
            assert cell.value == pytest.approx((cell.numerator or 0) / (cell.denominator or 1))


@drawn
@given(data=st.data())
def test_members_of_kinds_add_up_to_their_totals(ministry: Ministry, data: st.DataObject) -> None:
    """Of any count, beside any other breakdowns: sums, units that reported, units due."""
    counts = [name for name in NAMES if isinstance(metrics()[name], Count)]
    name = data.draw(st.sampled_from(counts))
    kind = data.draw(st.sampled_from(list(KINDS)))
    others = [cut for cut in cuts((name,)) if cut not in (kind, "specialty")]
    beside = data.draw(st.lists(st.sampled_from(others), max_size=2, unique=True))
    ask = Ask(
        picks=(Pick(NATION),),
        years=(YEAR - 1, YEAR),
        metrics=(name,),
        cut=".".join((kind, *beside)),
    )
    table = counted(ministry, ask)

    assert len(table.ask.cuts) == 1 + len(beside)
    rest: dict[tuple[int, tuple[str, ...]], list[Cell]] = {}
    for key, cell in table.cells.items():
        first, *left = parted(key.member, len(ask.cuts))
        if first:
            rest.setdefault((key.year, tuple(left)), []).append(cell)
    for (year, more), cells in rest.items():
        total = table.cells[Key(name, NATION, year, "*".join(("", *more)) if any(more) else "")]
        if State.NOT_SUBMITTED in {cell.state for cell in (total, *cells)}:
            continue  # forms of a group that are too far apart to be put together
        assert sum(cell.numerator or 0 for cell in cells) == (total.numerator or 0)
        if (
            not any(more) and len(plan(name, year).reported) == 1
        ):  # of several forms the worst is told
            assert sum(cell.units for cell in cells) == total.units
            assert sum(cell.due for cell in cells) == total.due


def test_rows_that_name_no_group_are_in_none(ministry: Ministry) -> None:
    """A school without partners names neither an industry nor a size."""
    ask = Ask(picks=(Pick(NATION),), years=(YEAR,), metrics=("partner_agreements",), cut="school_type.industry.scale")  # fmt: skip
    cells = counted(ministry, ask).cells
    narrowest = [cell for key, cell in cells.items() if all(parted(key.member, 3))]

    (total,) = (cell for key, cell in cells.items() if not key.member)
    assert sum(cell.numerator or 0 for cell in narrowest) == total.numerator


def test_attached_classes_stand_among_the_kinds_though_they_are_no_schools(
    ministry: Ministry,
) -> None:
    """A count of schools rests on what they hand in too: their coverage is that of all kinds together."""
    table = counted(ministry, Ask(picks=(Pick(NATION),), years=(YEAR,), metrics=("schools",), cut="school_type"))  # fmt: skip
    total, *kinds = table.cells.values()
    attached = table.cells[Key("schools", NATION, YEAR, "attached")]
    assert (attached.value, attached.units > 0) == (0, True)
    assert sum(cell.numerator or 0 for cell in kinds) == total.numerator
    assert (sum(cell.units for cell in kinds), sum(cell.due for cell in kinds)) == (total.units, total.due)  # fmt: skip


OUTSIDE = pytest.mark.parametrize(("place", "depth"), [("nation", "published"), ("province", "records")])  # fmt: skip


@OUTSIDE
@pytest.mark.parametrize("cut", ["sponsor.school_type", "grade.sex"])  # fmt: skip
def test_readers_of_elsewhere_are_shown_what_the_ministry_sees_or_a_sign(ministry: Ministry, place: str, depth: str, cut: str) -> None:  # fmt: skip
    """An analyst reads published aggregates; a province reads the nation so. Coverage stays, as everywhere."""
    names = ("students", "students_per_teacher")
    ask = Ask(picks=(Pick(NATION), Pick(NATION, "provinces")), years=(YEAR,), metrics=names, cut=cut)  # fmt: skip
    own = NATION if place == "nation" else ministry.at(place)
    mine, whole = counted(ministry, ask, own, depth), counted(ministry, ask)

    assert set(mine.cells) == set(whole.cells)
    signs = {key for key, cell in mine.cells.items() if cell.state is State.WITHHELD}
    assert {key: (cell, whole.cells[key]) for key, cell in mine.cells.items() if key not in signs and cell != whole.cells[key]} == {}  # fmt: skip
    assert signs
    for key in signs:
        assert mine.cells[key][:4] == (None, State.WITHHELD, None, None)
        assert mine.cells[key][4:] == whole.cells[key][4:]
    assert not any(key.place == own for key in signs) or depth == "published"


def test_what_is_withheld_of_a_breakdown_is_the_same_beside_another(ministry: Ministry) -> None:
    """By grade alone, by grade and sponsor in either order, with other places: one pattern, so that no two tables can be subtracted."""
    picks = (Pick(NATION), Pick(NATION, "provinces"))
    plain, both, turned, few = (
        counted(ministry, Ask(picks=each, years=(YEAR,), metrics=("students",), cut=cut), NATION, "published")
        for each, cut in ((picks, "grade"), (picks, "grade.sponsor"), (picks, "sponsor.grade"), (picks[:1], "grade.sponsor"))
    )  # fmt: skip
    for key, cell in both.cells.items():
        grade, sponsor = parted(key.member, 2)
        member = "*".join((sponsor, grade)) if grade or sponsor else ""
        assert turned.cells[key._replace(member=member)].state is cell.state
        assert key.place != NATION or few.cells[key].state is cell.state
        if not sponsor:
            assert plain.cells[key._replace(member=grade)] == cell


ASKED = (
    ("sponsor.size", True), ("setting.school_type", False), ("sex.sponsor", True), ("sponsor.setting.size", True), ("region", False), ("sponsor.sex.size", False),
)  # fmt: skip


def test_what_is_withheld_hangs_on_nothing_that_was_asked_beside_it_or_before(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """By other kinds, of other places, of a metric with a sum in common; the first of all and after all others: each cell is shown everywhere or nowhere."""
    below = (Pick(ministry.at("province"), "prefectures"), Pick(NATION))
    asks = [
        Ask(picks=below if is_below else (Pick(NATION, "provinces"),), years=(YEAR,), metrics=(name,), cut=cut)
        for cut, is_below in ASKED for name in ("students", "students_per_teacher") if name == "students" or "sex" not in cut
    ]  # fmt: skip
    in_turn: list[dict[str, Table]] = []
    for order in (asks, asks[::-1]):
        monkeypatch.setitem(globals(), "KEPT", Kept())
        in_turn.append({str(ask.said()): counted(ministry, ask, NATION, "published") for ask in order})  # fmt: skip

    first, last = in_turn
    assert {said: table.content_hash for said, table in first.items()} == {said: table.content_hash for said, table in last.items()}  # fmt: skip
    stated: dict[object, Cell] = {}
    for table in first.values():
        for key, cell in table.cells.items():
            members = zip(table.ask.cuts, parted(key.member, len(table.ask.cuts)), strict=True)
            spot = (key.metric, key.place, frozenset((cut, one) for cut, one in members if one))
            assert stated.setdefault(spot, cell)[:4] == cell[:4], spot
    assert {cell.state for cell in stated.values()} >= {State.WITHHELD, State.VALUE}


def test_too_many_cells_to_be_proved_are_refused_with_the_reason(ministry: Ministry) -> None:
    ask = Ask(picks=(Pick(NATION, "provinces"),), years=(YEAR,), metrics=("students",), cut="sponsor.region")  # fmt: skip
    guard.MOST, most = 10, guard.MOST
    try:
        with pytest.raises(TooFine, match="at a time"):
            counted(ministry, ask, NATION, "published")
    finally:
        guard.MOST = most


def test_a_reader_is_shown_no_more_units_than_the_own(ministry: Ministry) -> None:
    """What is kept for one reach is not what another reads."""
    province = ministry.at("province")
    ask = Ask(picks=(Pick(province),), years=(YEAR,), metrics=("students",), cut="sponsor")
    own, theirs = counted(ministry, ask, province), counted(ministry, ask, NATION)

    assert own.cells == theirs.cells
    nation = Ask(picks=(Pick(NATION),), years=(YEAR,), metrics=("students",), cut="sponsor")
    assert (
        counted(ministry, nation).cells[Key("students", NATION, YEAR, "")]
        != own.cells[Key("students", province, YEAR, "")]
    )


def test_a_copy_moves_with_a_load_and_the_past_stays(ministry: Ministry) -> None:
    """After a school has submitted again its year is read anew; the state of before can still be asked."""
    school = ministry.at("school")
    ask = Ask(
        picks=(Pick(NATION),), years=(YEAR - 1, YEAR), metrics=("students",), cut="sponsor.grade"
    )
    before = counted(ministry, ask)
    with ministry.web.reading(ministry.web.everything()) as reader:
        loads = reader.loads([NATION])[NATION]
    again_submitted = batch(form("enrolment"), YEAR, {school: students(g1=4321, g2=5, g3=6)})
    ministry.worker.record(replace(again_submitted, basis=Basis.BOTH))

    after = counted(ministry, ask)
    again = counted(ministry, ask, loads=loads)
    plain = replace(ask, cut="grade")
    assert after.content_hash != before.content_hash
    assert again.content_hash == before.content_hash
    assert counted(ministry, ask).content_hash == after.content_hash
    assert (
        counted(ministry, plain).content_hash
        == counted(ministry, plain, is_counted=False).content_hash
    )


def test_a_cold_read_of_one_form_makes_nobody_wait_for_another(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One form is held by somebody, so that who reads it waits; a table of another form comes meanwhile, and then the first as ever."""
    monkeypatch.setitem(globals(), "KEPT", Kept())
    asks = [Ask(picks=(Pick(NATION, "provinces"),), years=(YEAR,), metrics=(name,)) for name in ("full_time_teachers", "students")]  # fmt: skip
    with ThreadPoolExecutor(2) as pool, roles.connect(ministry.owner_url) as holder:
        holder.execute("BEGIN")
        holder.execute("LOCK TABLE rollup_staff, fact_staff IN ACCESS EXCLUSIVE MODE")
        held = pool.submit(counted, ministry, asks[0])
        while not holder.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND relation::regclass::text LIKE '%staff%'"
        ).fetchall():
            time.sleep(0.1)
        free = pool.submit(counted, ministry, asks[1]).result(timeout=60)
        is_waiting = not held.done()
        holder.execute("ROLLBACK")
        came = held.result(timeout=60)
    assert is_waiting
    for table, ask in zip((came, free), asks, strict=True):
        assert table.cells == counted(ministry, ask, is_counted=False).cells
