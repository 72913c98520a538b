"""measure(): states, breakdowns, loads, boundaries of scope; disclosure stands on every way out."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from metrics import distribution, units
from metrics.audience import Audience
from metrics.disclosure import rules
from metrics.discovery import metrics
from metrics.distribution import Distribution, distribute, percentile
from metrics.errors import CannotBreakDown, OutOfScope
from metrics.lineage import trace
from metrics.measure import Question, State, measure, measure_all, measure_parts
from metrics.metric import Percentile
from metrics.plan import plan
from tests.conftest import Database
from tests.factories import opened, register, students
from tests.metrics.conftest import Ministry, send
from warehouse.places import NATION
from warehouse.store import Reader, Warehouse

PROJECT = Path(__file__).parents[2]
HUNAN, GUANGDONG, SHUANGQING, FURONG = 430000, 440000, 430502, 430102


def ask(
    *names: str,
    places: tuple[int, ...] = (NATION,),
    years: tuple[int, ...] = (2025,),
    **options: object,
) -> Question:
    return Question(metrics=names, places=places, years=years, **options)  # type: ignore[arg-type]  # options are its fields


def test_every_rung_is_measured_in_one_question(ministry: Ministry, reader: Reader) -> None:
    school = ministry.schools["A"]
    question = ask("students", places=(NATION, HUNAN, FURONG, school), years=(2024, 2025))

    answers = measure(reader, ministry.audience(), question)

    assert [cell.value for _, cell in answers.column("students", 2025)] == [18375, 17850, 525, 175]
    assert [cell.value for _, cell in answers.series("students", school)] == [175, 175]
    assert answers.cell("students", HUNAN, 2025).coverage == 1.0


def test_a_sum_over_years_says_nothing_of_those_before_its_first(
    ministry: Ministry, reader: Reader
) -> None:
    asked = ask("graduates_since_2020", "red_lines_since_2021", years=(2016, 2019, 2020))

    answers = measure(reader, ministry.audience(), asked)

    for name, year in (
        ("graduates_since_2020", 2016),
        ("graduates_since_2020", 2019),
        ("red_lines_since_2021", 2020),
    ):
        assert answers.cell(name, NATION, year).state is State.NOT_APPLICABLE
    broken = measure(reader, ministry.audience(), ask("graduates_since_2020", years=(2016, 2025), cut="major"))  # fmt: skip
    assert broken.members("graduates_since_2020", NATION, 2016) == []
    assert broken.members("graduates_since_2020", NATION, 2025)


def test_a_breakdown_adds_up_to_its_total(ministry: Ministry, reader: Reader) -> None:
    answers = measure(reader, ministry.audience(), ask("students", cut="grade"))

    members = dict(answers.members("students", NATION, 2025))
    assert list(members) == ["1", "2", "3"]
    assert (
        sum(cell.value or 0 for cell in members.values())
        == answers.cell("students", NATION, 2025).value
    )


def test_a_ratio_is_broken_down_through_the_combined_cut(
    ministry: Ministry, reader: Reader
) -> None:
    answers = measure(reader, ministry.audience(), ask("specialty_teachers", cut="job_title"))

    members = dict(answers.members("specialty_teachers", NATION, 2025))
    assert members["senior"].value == 100.0
    assert members["none"].value == 0.0


def test_a_breakdown_nobody_sums_by_is_refused(ministry: Ministry, reader: Reader) -> None:
    for name in ("students_per_teacher", "median_size"):
        with pytest.raises(CannotBreakDown, match="major"):
            measure(reader, ministry.audience(), ask(name, cut="major"))


def test_an_earlier_load_gives_the_earlier_figure(ministry: Ministry) -> None:
    school = ministry.schools["B"]
    before = send(ministry.worker, "enrolment", 2026, {school: students(g1=11)})
    after = send(ministry.worker, "enrolment", 2026, {school: students(g1=12)})
    assert before is not None and after is not None  # noqa: PT018 - one thought

    with ministry.web.reading(ministry.audience().scope) as now:
        found = [
            measure(now, ministry.audience(), ask("students", places=(school,), years=(2026,), load=load))
            .cell("students", school, 2026).value
            for load in ({"enrolment": before}, {"enrolment": after}, {})
        ]  # fmt: skip

    assert found == [11, 12, 12]


def test_nobody_due_and_nobody_reported_are_different_answers(
    ministry: Ministry, reader: Reader
) -> None:
    answers = measure(reader, ministry.audience(), ask("students", "drop_out", years=(2019, 2025)))

    assert answers.cell("students", NATION, 2019).state is State.NOT_APPLICABLE
    assert answers.cell("drop_out", NATION, 2025).state is State.NOT_SUBMITTED
    assert answers.cell("drop_out", NATION, 2025).due == 14


def test_the_coverage_stands_behind_itself(ministry: Ministry, reader: Reader) -> None:
    cell = measure(reader, ministry.audience(), ask("coverage")).cell("coverage", NATION, 2025)

    assert (cell.value, cell.units, cell.due) == (0.0, 0, 14)


def test_forms_reported_by_different_units_make_no_ratio(ministry: Ministry) -> None:
    few = {ministry.schools["G"]: [{"start": 1000, "dropped_out": 10}]}
    send(ministry.worker, "flow", 2024, few)

    with ministry.web.reading(ministry.audience().scope) as now:
        answers = measure(now, ministry.audience(), ask("drop_out", "interns", years=(2024,)))

    assert answers.cell("drop_out", NATION, 2024).value == 1.0
    assert answers.cell("drop_out", NATION, 2024).coverage == pytest.approx(1 / 14)


def test_a_place_outside_the_scope_is_an_error_and_not_a_gap(ministry: Ministry) -> None:
    audience = ministry.audience(HUNAN)
    with ministry.web.reading(audience.scope) as reader, pytest.raises(OutOfScope, match="440103"):
        measure(reader, audience, ask("students", places=(HUNAN, 440103)))


def test_published_aggregates_pass_and_internal_columns_do_not(ministry: Ministry) -> None:
    audience = ministry.audience(HUNAN)
    question = ask("students", "red_lines", places=(HUNAN, GUANGDONG, NATION))

    with ministry.web.reading(audience.scope) as reader:
        answers = measure(reader, audience, question)

    states = [cell.state for _, cell in answers.column("students", 2025)]
    assert states == [
        State.VALUE,
        State.WITHHELD,
        State.WITHHELD,
    ]  # one school is no province: test_outside.py
    states = [cell.state for _, cell in answers.column("red_lines", 2025)]
    assert states == [State.VALUE, State.WITHHELD, State.WITHHELD]
    assert answers.cell("red_lines", NATION, 2025).numerator is None


def spread_of(
    reader: Reader, audience: Audience, question: Question, *, is_named: bool = True
) -> Distribution:
    """The distribution of the question's one metric."""
    (found,) = distribute(reader, audience, question, is_named=is_named).values()
    return found


def test_a_distribution_names_the_schools_of_ones_own(ministry: Ministry, reader: Reader) -> None:
    found = spread_of(reader, ministry.audience(), ask("students_per_teacher", places=(FURONG,)))

    assert found.state is State.VALUE
    assert {each.unit for each in found.units} == {ministry.schools["A"], ministry.schools["B"]}
    assert found.values == (175 / 15, 350 / 25)


def test_questions_read_together_get_the_answers_they_get_alone(
    ministry: Ministry, reader: Reader
) -> None:
    """The same cell asked by two questions is counted once in each."""
    asked = [
        ask("students", "students_per_teacher", places=(HUNAN, FURONG)),
        ask("students", places=(FURONG,), cut="grade"),
        ask("students_growth", "limits_missed", places=(NATION, FURONG), boundary="then"),
        ask("coverage", places=(NATION,)),
    ]

    together = measure_all(reader, ministry.audience(), asked)

    assert together == [measure(reader, ministry.audience(), one) for one in asked]
    assert together[0].cell("students", FURONG, 2025).value


def test_a_published_distribution_has_no_names_and_at_least_ten_values(ministry: Ministry) -> None:
    audience = ministry.audience(ministry.schools["A"])
    with ministry.web.reading(audience.scope) as reader:
        wide = spread_of(reader, audience, ask("students_per_teacher", places=(HUNAN,)))
        narrow = spread_of(reader, audience, ask("students_per_teacher", places=(FURONG,)))

    assert len(wide.values) == 13
    assert wide.units == ()
    assert narrow.state is State.WITHHELD


@pytest.mark.parametrize("boundary", ["now", "then"])
def test_named_and_nameless_values_are_the_same(
    ministry: Ministry, reader: Reader, boundary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distribution, "MANY", 2)
    for place in (NATION, HUNAN, SHUANGQING):
        question = ask("students_per_teacher", places=(place,), boundary=boundary)
        named = spread_of(reader, ministry.audience(), question)
        nameless = spread_of(reader, ministry.audience(), question, is_named=False)

        assert nameless.values == pytest.approx(named.values)
        assert len(named.units) == len(named.values) > 10


@pytest.mark.parametrize("share", [0, 10, 50, 51, 100])
def test_a_percentile_that_the_warehouse_tells_is_that_of_the_values(
    ministry: Ministry, reader: Reader, share: int
) -> None:
    audience = ministry.audience()
    for place in (NATION, HUNAN, SHUANGQING):
        question = ask("students_per_teacher", places=(place,))
        values = spread_of(reader, audience, question).values
        one = plan("students_per_teacher", question.years[0])
        ranks = units.nameless_ranks(reader, question, one, place, question.years[0], [50, share])

        assert ranks is not None
        n, (*_, low, high) = ranks
        assert n == len(values) > 10
        whole = (n - 1) * share // 100
        assert [low, high] == pytest.approx([values[whole], values[min(whole + 1, n - 1)]])


def test_a_percentile_over_many_schools_is_that_over_the_schools_one_by_one(
    ministry: Ministry, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [name for name, one in metrics().items() if isinstance(one, Percentile)]
    question = Question(metrics=tuple(names), places=(NATION, HUNAN), years=(2025,), later_law=True)
    few = measure(reader, ministry.audience(), question)
    monkeypatch.setattr(distribution, "MANY", 2)
    many = measure(reader, ministry.audience(), question)

    cells = [(name, place) for name in names for place in (NATION, HUNAN)]
    assert any(few.cell(*cell, 2025).value for cell in cells)
    for cell in cells:
        assert many.cell(*cell, 2025).value == pytest.approx(few.cell(*cell, 2025).value)
        assert many.cell(*cell, 2025).state is few.cell(*cell, 2025).state


LAIWU, JINAN, SHANDONG = 371200, 370100, 370000


def test_a_question_is_asked_with_the_boundaries_of_then_or_of_now(database: Database) -> None:
    """莱芜 was a prefecture until 2018 and has since been two districts of 济南."""
    worker, web = Warehouse(database.worker_url, "zhijian_worker"), Warehouse(database.web_url)
    code = "3637000001"
    school = register(worker, [opened(code, "371202")], (2017, 2025))[code]
    for year in (2017, 2025):
        send(worker, "enrolment", year, {school: students(g1=100)})
    audience = Audience(scope=web.scope("x", NATION), ladder=web.ladder, role="test")

    with web.reading(audience.scope) as reader:
        question = ask("students", places=(LAIWU, JINAN, SHANDONG), years=(2017, 2025))
        then = measure(reader, audience, replace(question, boundary="then"))
        now = measure(reader, audience, question)
        spread = spread_of(
            reader, audience, ask("students", places=(LAIWU,), years=(2017,), boundary="then")
        )
    web.close()
    worker.close()

    assert [[cell.value for _, cell in then.column("students", year)] for year in (2017, 2025)] == [
        [100, None, 100],
        [None, 100, 100],
    ]
    assert [[cell.value for _, cell in now.column("students", year)] for year in (2017, 2025)] == [
        [None, 100, 100],
        [None, 100, 100],
    ]
    assert spread.units == ((school, 100.0),)


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    assert percentile([1.0, 2.0, 10.0, 11.0], 50) == 6.0
    assert percentile([5.0], 10) == 5.0


def test_the_median_is_taken_over_units(ministry: Ministry, reader: Reader) -> None:
    question = ask("median_size", places=(NATION, FURONG))

    answers = measure(reader, ministry.audience(), question)

    assert answers.cell("median_size", NATION, 2025).value == 175 * 7.5
    assert answers.cell("median_size", FURONG, 2025).value == 175 * 1.5


def test_every_way_to_a_number_passes_disclosure(
    ministry: Ministry, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that withholds everything leaves nothing anywhere."""
    monkeypatch.setattr(rules, "RULES", [lambda *_: True])
    audience, county = ministry.audience(), (FURONG,)

    everything = measure(reader, audience, ask(*metrics(), places=county, later_law=True))
    broken = measure(reader, audience, ask("students", places=county, cut="grade"))
    parts = measure_parts(reader, audience, ask("students_per_teacher", places=county))
    spread = [
        spread_of(reader, audience, ask("students", places=county), is_named=named)
        for named in (True, False)
    ]
    opened = trace(reader, audience, ask("students", places=(ministry.schools["A"],)))

    cells = [*everything.cells.values(), *broken.cells.values(), *(cell for _, cell in parts),
             opened.cell, *(term.cell for term in opened.terms)]  # fmt: skip
    assert {(cell.value, cell.numerator, cell.denominator) for cell in cells} == {
        (None, None, None)
    }
    assert {cell.state for cell in cells} == {State.WITHHELD}
    assert all(found.values == () and found.state is State.WITHHELD for found in spread)
    assert all(term.sources == () for term in opened.terms)


READS_ROLLUPS = {"metrics/rollups.py", "metrics/units.py"}
PASSES_DISCLOSURE = {"metrics/measure.py", "metrics/distribution.py", "metrics/outside.py"}
KEEPS_UNITS = {"metrics/tables/kept.py"}  # their sums pass metrics/tables/guarded.py
ASKS_WHAT_MOVED = {"metrics/middles.py"}  # of which years anything has moved, never a value
READING_MODULES = {"metrics.rollups", "metrics.units", "metrics.specialty_values", "metrics.gather"}
READING_NAMES = {
    "read",
    "read_units",
    "named_values",
    "nameless_ranks",
    "nameless_values",
    "added",
    "Bulk",
    "by_specialty",
    "Gatherer",
    "table",
    "statement",
}


def imported(text: str) -> set[tuple[str, str]]:
    """(module, name) of everything a file imports."""
    nodes = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom | ast.Import)
    ]
    return {
        (getattr(node, "module", "") or alias.name, alias.name)
        for node in nodes
        for alias in node.names
    }


def test_there_is_no_other_path_to_the_rollups() -> None:
    """Only the read step names a rollup, and only what passes disclosure imports the read step."""
    readers, importers = set(), set()
    files = [
        file for package in ("metrics", "dashboards") for file in (PROJECT / package).rglob("*.py")
    ]
    for file in (*files, PROJECT / "app.py"):
        text, name = file.read_text(), str(file.relative_to(PROJECT))
        found = imported(text)
        if (
            "rollup_" in text
            or "published_values" in text
            or ("warehouse.tables", "rollup") in found
        ):
            readers.add(name)
        if any(module in READING_MODULES and what in READING_NAMES for module, what in found):
            importers.add(name)

    assert readers == READS_ROLLUPS
    assert readers_of_records() == RECORDS
    assert {
        str(f.relative_to(PROJECT)) for f in files if "warehouse.unit_rows" in f.read_text()
    } == KEEPS_UNITS | ASKS_WHAT_MOVED


# Records of one school, shown as it filled them in to whoever may read records: never added up over places, so no measure.
# One specialty at each school is added up from them too: by who reads records only, behind distribution.py.
RECORDS = {
    "metrics/compare.py", "metrics/examples.py", "metrics/school.py", "metrics/sheets.py", "metrics/specialty_values.py", "dashboards/views/filling.py",
}  # fmt: skip


def readers_of_records() -> set[str]:
    """What reads facts, or the totals that the rules of a form compare with."""
    files = [file for each in ("metrics", "dashboards") for file in (PROJECT / each).rglob("*.py")]
    return {
        str(file.relative_to(PROJECT))
        for file in files
        if '"fact_' in (text := file.read_text()) or "warehouse.totals" in text
    }
