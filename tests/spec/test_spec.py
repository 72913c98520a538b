"""Each metric computes what its case says, through record() and measure() on a real PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from metrics.audience import Audience
from metrics.discovery import metric, metrics
from metrics.judge import Verdict, limit_of, verdict
from metrics.measure import Cell, Question, State, measure
from metrics.metric import Metric, Ratio
from metrics.school import addressees
from tests.factories import batch, opened, register
from tests.spec.table import DEFAULTS, Answer, cases
from warehouse import law
from warehouse.discovery import form
from warehouse.form import Kind
from warehouse.law import Addressee
from warehouse.places import NATION, read_register
from warehouse.store import Warehouse

CASES = cases(Path(__file__).parent)
YEARS = range(2018, 2027)
SYMBOLS = {State.NOT_APPLICABLE: "—", State.NOT_SUBMITTED: "…", State.ROUNDS_TO_ZERO: "~0"}
VERDICTS = {Verdict.MET: "●", Verdict.NEAR: "▲", Verdict.MISSED: "■"}


class Setting(NamedTuple):
    """A warehouse holding every case: each in a county of its own, its units by (case, name)."""

    warehouse: Warehouse
    counties: list[int]
    units: dict[tuple[int, str], int]


@pytest.fixture(scope="module")
def setting(module_database: Any) -> Iterator[Setting]:
    worker = Warehouse(module_database.worker_url, "zhijian_worker")
    counties = _counties(len(CASES))
    units = _register(worker, counties)
    _record(worker, units)
    web = Warehouse(module_database.web_url)
    yield Setting(web, counties, units)
    web.close()
    worker.close()


def _counties(number: int) -> list[int]:
    """Counties of 湖南 and 河南 that stood unchanged over all years."""
    places = read_register()
    standing = [place for place in places.leaves(2026) if place // 10_000 in (41, 43)]
    same = [
        p for p in standing if all(places.path(p, y, "then") == places.path(p, y) for y in YEARS)
    ]
    return same[:number]


def _register(worker: Warehouse, counties: list[int]) -> dict[tuple[int, str], int]:
    codes = {
        (number, unit): f"{36 if unit.isupper() else 31}{counties[number] // 10_000}{index:06}"
        for index, (number, unit) in enumerate(
            ((n, unit) for n, case in enumerate(CASES) for unit in case.units), start=1
        )
    }
    events = [
        opened(code, str(counties[n]), kind="school" if unit.isupper() else "attached")
        for (n, unit), code in codes.items()
    ]
    ids = register(worker, events, list(YEARS))
    return {key: ids[code] for key, code in codes.items()}


def _record(worker: Warehouse, units: dict[tuple[int, str], int]) -> None:
    gathered: dict[tuple[str, int], dict[int, list[dict[str, Any]]]] = defaultdict(dict)
    for number, case in enumerate(CASES):
        for table in case.tables:
            rows = gathered[table.form, table.year]
            for row in table.rows:
                unit = units[number, row["unit"]]
                rows.setdefault(unit, []).append(_typed(table.form, row))
    for name, year in sorted(gathered):
        worker.record(batch(form(name), year, gathered[name, year]), fresh=True)


def _typed(name: str, row: dict[str, str]) -> dict[str, Any]:
    columns = form(name).columns
    given = {n: v for n, v in (DEFAULTS | row).items() if n in columns}
    return {n: int(v) if columns[n].kind is Kind.INTEGER else v for n, v in given.items()}


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: CASES[n].title)
def test_the_case_is_answered_as_written(number: int, setting: Setting) -> None:
    case = CASES[number]
    places = {name: setting.units[number, name] for name in case.units}
    places["county"] = setting.counties[number]

    expected = [(answer.metric, answer.year, answer.values) for answer in case.answers]

    answered = [(a.metric, a.year, _answered(setting, a, places)) for a in case.answers]

    assert answered == expected


def _answered(setting: Setting, answer: Answer, places: dict[str, int]) -> dict[str, str]:
    warehouse = setting.warehouse
    scope = warehouse.scope("test", NATION)
    audience = Audience(scope=scope, ladder=warehouse.ladder, role="ministry")
    question = Question(
        metrics=(answer.metric,),
        places=tuple(places[name] for name in answer.values),
        years=(answer.year,),
        later_law=answer.is_later,
    )
    with warehouse.reading(scope) as reader:
        answers = measure(reader, audience, question)
        units = [place for name, place in places.items() if name != "county"]
        asked = addressees(reader, warehouse.ladder, units, answer.year)
    return {
        name: printed(metric(answer.metric), answers.cell(answer.metric, place, answer.year), answer, asked.get(place))
        for name, place in places.items() if name in answer.values
    }  # fmt: skip


def printed(one: Metric, cell: Cell, answer: Answer, of: Addressee | None) -> str:
    """A cell as the cases write it, with the verdict of the limit that is asked of the unit or the county (None)."""
    if cell.value is None or cell.state is not State.VALUE:
        return SYMBOLS[cell.state]
    judged = verdict(limit_of(one, answer.year, of=of, later_law=answer.is_later), cell)
    return f"{cell.value:.{one.decimals}f}{VERDICTS[judged] if judged else ''}"


def answered() -> dict[str, str]:
    """Everything the cases expect of each metric, as one text."""
    found: dict[str, str] = defaultdict(str)
    for answer in (answer for case in CASES for answer in case.answers):
        found[answer.metric] += " ".join(answer.values.values())
    return found


def test_every_metric_has_a_case() -> None:
    assert set(answered()) == set(metrics())


def test_every_metric_has_a_case_in_which_nothing_was_reported() -> None:
    """Except the coverage, which counts just that."""
    assert {name for name, text in answered().items() if "…" not in text} == {"coverage"}


def test_every_ratio_has_a_case_with_nothing_to_divide_by() -> None:
    ratios = {one.name for one in metrics().values() if isinstance(one, Ratio)}

    assert {name for name in ratios if "—" not in answered()[name]} == set()


def test_every_binding_limit_has_a_case_at_its_edge_and_one_beside_it() -> None:
    binding = {one.name: code for one in metrics().values() for code in one.limits if _binds(code)}
    told = answered()

    assert {name for name, code in binding.items() if _edge(code) not in told[name]} == set()
    assert {name for name in binding if "■" not in told[name]} == set()


def _edge(code: str) -> str:
    """What stands on a limit has little to spare; where only all is enough there is nothing to spare."""
    return "100.0●" if law.entry(code).value == 100 else "▲"


def _binds(code: str) -> bool:
    return law.entry(code).force is law.Force.MUST and law.entry(code).kind == "limit"
