"""Similar schools out of the warehouse: whose numbers a reader is given, and values that are the same with names and without."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
import sqlalchemy as sa

from dashboards.views import indicators
from metrics.audience import Audience
from metrics.distribution import Distribution, among, distribute
from metrics.nearest import everyone
from metrics.peers import Schools, similar
from metrics.plan import plan
from metrics.question import Question, State
from metrics.signals.panel import read
from metrics.similar import numbered
from tests.readers import YEAR, Ministry
from warehouse.places import NATION
from warehouse.similar import Frames, frames, marked
from warehouse.store import Reader

BASIS = [1, 3]
SUBMITTED = Question(metrics=("students",), places=(NATION,), years=(YEAR,))
ROLES = ("ministry", "province", "county", "school")


def loaded(reader: Reader) -> Frames:
    return frames(reader, YEAR, BASIS, reader.loads([NATION])[NATION])


def asked(*metrics: str) -> Question:
    return Question(metrics=metrics, places=(NATION,), years=(YEAR,))


@pytest.mark.parametrize("role", ROLES)
def test_every_reader_is_given_the_same_traits_of_all_schools_under_marks(
    ministry: Ministry, role: str
) -> None:
    ladder = ministry.web.ladder
    with ministry.web.reading(ministry.web.scope(role, ministry.at(role))) as reader:
        found = loaded(reader)
    with ministry.web.reading(ministry.web.scope("ministry", NATION)) as reader:
        every = loaded(reader)

    assert found.traits.sort("unit").equals(every.traits.sort("unit"))
    assert found.traits.height == len(ladder.units(NATION, YEAR))
    assert not set(found.traits["unit"]) & set(ladder.places)
    assert found.traits.columns == ["unit", "province", "school_type", "sponsor", "setting", "band", "students"]  # fmt: skip


def test_the_traits_are_what_schools_reported(ministry: Ministry) -> None:
    """Against the register and the students by specialty of one school, read as it reads them."""
    school = ministry.at("school")
    with ministry.web.reading(ministry.web.scope("school", school)) as reader:
        (mark,) = marked(reader, units=[school])
        found = loaded(reader)
        said = reader.rows(sa.text("SELECT school_type, sponsor, setting FROM fact_register WHERE last_load > 1000000000 AND year = :y"), y=YEAR)  # fmt: skip
        by_class = reader.rows(sa.text(
            "SELECT left(specialty, 2), sum(students) FROM fact_enrolment WHERE last_load > 1000000000 AND year = :y GROUP BY 1 HAVING sum(students) > 0"
        ), y=YEAR)  # fmt: skip

    (row,) = found.traits.filter(unit=mark).to_dicts()
    assert [(row["school_type"], row["sponsor"], row["setting"])] == [tuple(each) for each in said]
    assert dict(found.mix.filter(unit=mark).select("major", "students").iter_rows()) == {code: int(n) for code, n in by_class}  # fmt: skip
    assert row["students"] == sum(int(n) for _, n in by_class)
    assert row["province"] == ministry.web.ladder.place(school).path[0]


@pytest.mark.parametrize("role", ROLES)
def test_a_mark_leads_back_to_a_number_only_where_the_records_are_seen(
    ministry: Ministry, role: str
) -> None:
    place = ministry.at(role)
    with ministry.web.reading(ministry.web.scope("ministry", NATION)) as reader:
        every = marked(reader, units=ministry.web.ladder.units(NATION, YEAR))
    with ministry.web.reading(ministry.web.scope(role, place)) as reader:
        by_mark = marked(reader, marks=list(every))
        by_unit = marked(reader, units=list(every.values()))

    below = set(ministry.web.ladder.units(place, YEAR))
    assert set(by_mark.values()) == set(by_unit.values()) == below
    assert len(every) == len(ministry.web.ladder.units(NATION, YEAR))


def test_an_analyst_and_an_administrator_are_given_no_number(ministry: Ministry) -> None:
    units = ministry.web.ladder.units(NATION, YEAR)
    for depth, office in (("published", ""), ("records", "system_admin")):
        with ministry.web.reading(ministry.web.scope("x", NATION, depth, office)) as reader:
            assert marked(reader, units=units) == {}


def test_nobody_who_has_not_signed_in_is_told_anything(ministry: Ministry) -> None:
    with ministry.web.engine.connect() as connection:
        for call in ("peer_traits(2025, '{1,3}', 99, 99)", "marked_units('{10000001}', '{}')", "similar_values('{}', 1, '[]', '[{}]')"):  # fmt: skip
            assert connection.execute(sa.text(f"SELECT * FROM {call}")).fetchall() == []


@pytest.mark.parametrize("inner", ["school_mark(1)", "cell_of_unit('{}', 1, 1)", "side_of_cells('[]')", "cells_reported('[]')"])  # fmt: skip
def test_what_the_functions_are_made_of_cannot_be_called(ministry: Ministry, inner: str) -> None:
    scope = ministry.web.scope("ministry", NATION)
    denied = pytest.raises(sa.exc.ProgrammingError, match="permission denied")
    with denied, ministry.web.reading(scope) as reader:
        reader.rows(sa.text(f"SELECT {inner}"))


def test_values_without_names_are_those_with_names_for_every_indicator_of_a_school(
    ministry: Ministry,
) -> None:
    """All schools, marked, against the values that the ministry's reader sees by name."""
    place, audience = NATION, audience_of(ministry, "ministry")
    names = indicators.names()
    with ministry.web.reading(audience.scope) as reader:
        marks = list(marked(reader, units=ministry.web.ladder.units(place, YEAR)))
        loads = reader.loads([NATION])[NATION]
        nameless = among(reader, with_loads(asked(*names), loads), marks, "records")
        named = distribute(reader, audience, with_loads(Question(metrics=names, places=(place,), years=(YEAR,)), loads))  # fmt: skip

    compared = 0
    for name in names:
        if len(named[name].values) < 10:
            assert nameless[name].values == (), name
        else:
            assert nameless[name].values == pytest.approx(named[name].values), name
            compared += 1
    assert compared > len(names) / 2


def test_fewer_than_ten_are_withheld_and_internal_columns_stay_with_those_who_see_all(
    ministry: Ministry,
) -> None:
    internal = next(name for name in indicators.names() if plan(name, YEAR).is_internal)
    with ministry.web.reading(ministry.web.scope("ministry", NATION)) as reader:
        marks = list(marked(reader, units=ministry.web.ladder.units(NATION, YEAR)))
        assert among(reader, SUBMITTED, marks[:9], "records") == {"students": Distribution((), State.WITHHELD)}  # fmt: skip
        assert len(among(reader, SUBMITTED, marks[:10], "published")["students"].values) == 10
        assert among(reader, asked(internal), marks, "published")[internal].values == ()
        assert among(reader, asked(internal), marks, "records")[internal].values != ()


def test_the_similar_schools_of_one_are_the_same_for_everybody_who_may_see_it(
    ministry: Ministry,
) -> None:
    school = ministry.at("school")
    found = []
    for role in ("ministry", "province", "county", "school"):
        with ministry.web.reading(ministry.web.scope(role, ministry.at(role))) as reader:
            (mark,) = marked(reader, units=[school])
            peers = similar(Schools.of(*loaded(reader)), mark)
            seen = marked(reader, marks=[one.unit for one in peers])
        found.append([(one.unit, one.distance) for one in peers])
        assert set(seen.values()) <= set(ministry.web.ladder.units(ministry.at(role), YEAR))

    assert found == [found[0]] * 4
    assert found[0]


def test_the_worker_is_given_everybodys_peers_by_number(ministry: Ministry) -> None:
    """As the nightly review needs them: without a reader; a province's reader is given the rows inside the province alone."""
    ladder = ministry.web.ladder
    with ministry.worker.writing() as reader:
        loads = reader.loads([NATION])[NATION]
        every = everyone(Schools.of(*frames(reader, YEAR, BASIS, loads)))
        found = numbered(reader, every)
    with ministry.web.reading(ministry.web.scope("x", ministry.at("province"))) as reader:
        inside = numbered(reader, every)
        (mark,) = marked(reader, units=[ministry.at("school")])

    assert found.height == every.height
    assert set(found["unit"]) <= set(ladder.units(NATION, YEAR))
    rows = every.filter(unit=mark).sort("rank")["distance"]
    assert found.filter(unit=ministry.at("school")).sort("rank")["distance"].equals(rows)
    below = set(ladder.units(ministry.at("province"), YEAR))
    assert set(inside["unit"]) | set(inside["peer"]) <= below
    assert inside.height == found.filter(pl.col("unit").is_in(list(below)), pl.col("peer").is_in(list(below))).height  # fmt: skip


def test_doubts_compare_a_school_with_those_that_its_page_names(ministry: Ministry) -> None:
    """The signals read their panel, the page its traits under marks: the same schools, in the same order."""
    with ministry.worker.writing() as reader:
        sight = read(reader, NATION, [YEAR]).at(YEAR)
        every = everyone(Schools.of(*frames(reader, YEAR, BASIS, reader.loads([NATION])[NATION])))
        page = numbered(reader, every).sort("unit", "rank")
    schools = sight.frame["school_id"].to_list()
    rows = zip(schools, sight.alike.rows.tolist(), strict=True)
    found = {school: [schools[at] for at in row if at >= 0] for school, row in rows}

    named = dict(page.group_by("unit", maintain_order=True).agg("peer").iter_rows())
    assert {school: others for school, others in found.items() if others} == named
    assert max(map(len, named.values())) > 10


def test_as_it_stood_before_anything_was_loaded_nobody_has_traits(ministry: Ministry) -> None:
    with ministry.web.reading(ministry.web.scope("ministry", NATION)) as reader:
        found = frames(reader, YEAR, BASIS, {"register": 0, "enrolment": 0})

    assert found.mix.is_empty()
    assert found.traits["school_type"].null_count() == found.traits.height


def audience_of(ministry: Ministry, role: str) -> Audience:
    scope = ministry.web.scope(role, ministry.at(role))
    return Audience(scope=scope, ladder=ministry.web.ladder, role="test")


def with_loads(question: Question, loads: dict[str, int]) -> Question:
    return replace(question, load=loads)
