"""A median that is kept is the one that is asked for, whatever has come in since."""

from __future__ import annotations

import pytest

from metrics import distribution
from metrics.distribution import Distribution, distribute, spread
from metrics.measure import measure, measure_all
from metrics.middles import KeptMiddles, Middles, Over
from metrics.question import Question, State
from tests.factories import students
from tests.metrics.conftest import Ministry, send
from warehouse.places import NATION
from warehouse.scope import Depth
from warehouse.store import Reader

MEDIAN = "median_size"


def asked(reader: Reader, *years: int) -> Question:
    loads = reader.loads([NATION])[NATION]
    return Question(metrics=(MEDIAN,), places=(NATION,), years=years, load={"enrolment": loads["enrolment"]})  # fmt: skip


def kept_and_asked(ministry: Ministry, kept: KeptMiddles) -> list[float | None]:
    """The median of the year before, with what is kept and without."""
    audience = ministry.audience()
    with ministry.web.reading(audience.scope) as reader:
        question = asked(reader, 2025, 2026)
        (with_kept,) = measure_all(reader, audience, [question], Over(reader, kept.under(audience.ladder)))  # fmt: skip
        alone = measure(reader, audience, question)
    return [each.cell(MEDIAN, NATION, 2025).value for each in (with_kept, alone)]


def refuse() -> Middles:
    raise AssertionError("it was asked for")


def holds(ministry: Ministry, kept: KeptMiddles, year: int, depth: Depth) -> bool:
    """Whether what is kept of a year is taken as it is."""
    with ministry.web.reading(ministry.audience().scope) as reader:
        try:
            Over(reader, kept).middles(asked(reader, year), depth, (50,), refuse)
        except AssertionError:
            return False
        return True


def test_a_kept_median_follows_every_load(ministry: Ministry) -> None:
    kept, school = KeptMiddles(), ministry.schools["S4"]
    first = kept_and_asked(ministry, kept)
    assert first[0] == first[1] is not None
    assert holds(ministry, kept, 2025, "records")

    send(ministry.worker, "enrolment", 2026, {school: students(g1=7)})
    assert holds(ministry, kept, 2025, "records")  # another year has moved
    assert not holds(ministry, kept, 2026, "records")  # and this is the one

    send(ministry.worker, "enrolment", 2025, {school: students(g1=90_000)})
    assert not holds(ministry, kept, 2025, "records")
    again = kept_and_asked(ministry, kept)
    assert again[0] == again[1] != first[0]


def test_who_sees_no_records_takes_it_at_the_same_load_only(ministry: Ministry) -> None:
    kept, school = KeptMiddles(), ministry.schools["S5"]
    with ministry.web.reading(ministry.audience().scope) as reader:
        known = Middles(State.VALUE, {50: 1.0})
        Over(reader, kept).middles(asked(reader, 2025), "published", (50,), lambda: known)
    assert holds(ministry, kept, 2025, "published")

    send(ministry.worker, "enrolment", 2026, {school: students(g1=8)})
    assert not holds(ministry, kept, 2025, "published")


def spreads(ministry: Ministry, kept: KeptMiddles) -> list[Distribution]:
    """How units differ in the year, with what is kept and without."""
    audience = ministry.audience()
    with ministry.web.reading(audience.scope) as reader:
        question, over = asked(reader, 2026), Over(reader, kept.under(audience.ladder))
        return [
            spread(reader, audience, question, over)[MEDIAN],
            distribute(reader, audience, question, is_named=False)[MEDIAN],
        ]


def test_a_kept_swarm_follows_every_load(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distribution, "MANY", 0)  # a small ministry is many enough
    kept, school = KeptMiddles(), ministry.schools["S4"]
    first = spreads(ministry, kept)
    again = spreads(ministry, kept)
    assert first[0] == first[1] == again[0]
    assert again[0].values is first[0].values  # nothing was asked
    send(ministry.worker, "enrolment", 2026, {school: students(g1=70_000)})
    then = spreads(ministry, kept)
    assert then[0] == then[1] != first[0]
