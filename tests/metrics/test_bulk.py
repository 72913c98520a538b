"""Values of very many units, added up by the server, are those of the units one by one."""

from __future__ import annotations

import pytest

from metrics import distribution
from metrics.discovery import metrics
from metrics.distribution import distribute
from metrics.metric import Percentile
from metrics.plan import plan
from metrics.question import Question, State
from metrics.units import Bulk
from tests.factories import students
from tests.metrics.conftest import Ministry, send
from warehouse.places import NATION
from warehouse.store import Reader

HUNAN = 430000
NAMES = tuple(name for name, one in metrics().items() if not isinstance(one, Percentile))


def asked(names: tuple[str, ...], place: int, year: int = 2025, **said: object) -> Question:
    return Question(metrics=names, places=(place,), years=(year,), later_law=True, **said)  # type: ignore[arg-type]  # its fields


@pytest.mark.parametrize("place", [NATION, HUNAN])
def test_values_added_up_are_those_of_each_unit(
    ministry: Ministry, reader: Reader, place: int
) -> None:
    audience, question = ministry.audience(), asked(NAMES, place)
    named = distribute(reader, audience, question)
    below = audience.ladder.units(place, 2025)
    compared = 0
    for name in NAMES:
        one = plan(name, 2025)
        found = Bulk(one, 2025).values(reader, question, below, is_whole=place == NATION)
        assert tuple(sorted(found)) == named[name].values, name
        compared += bool(found)

    assert compared > 20


def test_a_column_that_nobody_filled_makes_no_value(ministry: Ministry) -> None:
    """Nor does a form that is not in; a load of before gives the values of before."""
    school = ministry.schools["A"]
    before = send(ministry.worker, "enrolment", 2026, {school: students(g1=11)})
    send(ministry.worker, "enrolment", 2026, {school: students(g1=12)})
    assert before is not None
    one, rate = plan("students", 2026), plan("retention", 2026)
    with ministry.web.reading(ministry.audience().scope) as now:
        values = [
            Bulk(each, 2026).values(now, asked(("students",), NATION, 2026, load=load), [school], is_whole=is_whole)
            for each, load in ((one, {}), (one, {"enrolment": before}), (rate, {}))
            for is_whole in (True, False)
        ]  # fmt: skip

    assert values == [[12], [12], [11], [11], [], []]


def test_many_units_that_are_not_told_apart_are_added_up(
    ministry: Ministry, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience, question = ministry.audience(), asked(("female_students", "students"), HUNAN)
    named = distribute(reader, audience, question)
    monkeypatch.setattr(distribution, "MANY", 1)
    monkeypatch.setattr(distribution, "nameless_values", lambda *_: None)

    found = distribute(reader, audience, question, is_named=False)

    assert {name: (one.values, one.state) for name, one in found.items()} == {
        name: (one.values, one.state) for name, one in named.items()
    }
    assert found["students"].state is State.VALUE
    assert all(not one.units for one in found.values())
