"""Specialties beside the declared ones: brought by the ministry or filed by a province for its own schools, seen before they hold."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest
import sqlalchemy as sa

from etl.cells import code_of, parse
from etl.sift import sift
from tests.conftest import Database
from tests.factories import CHANGSHA, GUANGZHOU, frame, opened, register
from warehouse import administered
from warehouse.administered import Fate, Line, applied, compare, keep, learn, lines_of, waiting
from warehouse.codes import specialties
from warehouse.discovery import form
from warehouse.errors import ListRefused
from warehouse.places import NATION
from warehouse.store import Warehouse
from warehouse.totals import context, province_of

YEAR = 2025
HUNAN, GUANGDONG = 430000, 440000
ENROLMENT = form("enrolment")
SOURCE = "教职成〔2021〕2号"


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    made = Warehouse(database.worker_url, "zhijian_worker")
    register(made, [opened("3643000001", CHANGSHA), opened("3644000001", GUANGZHOU)])
    yield made
    made.close()


@pytest.fixture
def web(database: Database, worker: Warehouse) -> Iterator[Warehouse]:
    worker.refresh()
    made = Warehouse(database.web_url)
    yield made
    made.close()


def line(code: str, name: str, row: int = 2, **said: str) -> Line:
    blank = dict.fromkeys(("name_en", "from_year", "to_year", "major"), "")
    return Line(row=row, code=code, name_zh=name, **{**blank, **said})


def brought(web: Warehouse, place: int, *lines: Line, login: str = "system", as_place: int | None = None) -> tuple[int, int]:  # fmt: skip
    """Uploaded by the system administrator of a place, and applied."""
    with web.acting(web.scope(login, place, "records", "system_admin")) as writer:
        number = keep(writer, login, as_place or place, "list.xlsx", SOURCE, lines)
    with web.acting(web.scope(login, place, "records", "system_admin")) as writer:
        return administered.apply(writer, login, number)


def fates(web: Warehouse, place: int, *lines: Line) -> list[Fate]:
    with web.reading(web.everything()) as reader:
        return [each.fate for each in compare(reader, place, lines)]


def sifted(worker: Warehouse, code: str, year: int = YEAR) -> tuple[set[str], dict[str, list[str]]]:
    """Which schools' rows with this specialty are accepted, and of what rules the others are told."""
    ids = {p.code: i for i, p in worker.ladder.places.items() if p.rung == 4}
    row = {"specialty": code, "grade": "1", "sex": "1", "students": 9, "entrants": 9}
    rows = frame(ENROLMENT, {school: [row] for school in ids.values()}).with_row_index("place")
    with worker.writing() as reader:
        learn(reader)
        known = context(reader, ENROLMENT, year, list(ids.values()))
    done = sift(ENROLMENT, year, rows, known)
    names = {i: code for code, i in ids.items()}
    school = dict(rows.select("place", "school_id").iter_rows())
    told: dict[str, list[str]] = {}
    for place, rule in done.refused.select("place", "rule").iter_rows():
        told.setdefault(names[school[place]], []).append(rule)
    return {names[s] for s in done.accepted["school_id"]}, told


def test_what_the_ministry_adds_is_a_code_for_every_school(web: Warehouse, worker: Warehouse) -> None:  # fmt: skip
    assert code_of("710103 电子技术应用", specialties()) == "710103"
    assert code_of("园艺技术新", specialties()) is None

    assert brought(web, NATION, line("610199", "园艺技术新", name_en="New horticulture")) == (1, 0)

    accepted, told = sifted(worker, "610199")
    assert accepted == {"3643000001", "3644000001"}
    assert told == {}
    assert code_of("园艺技术新", specialties()) == "610199"
    assert specialties().labels["610199"].en == "New horticulture"
    cells = parse(pl.Series(["610199", "园艺技术新", "999999"]), ENROLMENT.columns["specialty"])
    assert cells["value"].to_list() == ["610199", "610199", None]


def test_what_a_province_files_is_refused_elsewhere_with_the_way_to_file(web: Warehouse, worker: Warehouse) -> None:  # fmt: skip
    brought(web, HUNAN, line("750999", "湘绣设计与工艺"), login="system-43")

    accepted, told = sifted(worker, "750999")

    assert accepted == {"3643000001"}
    assert told == {"3644000001": ["not_filed"]}


def test_a_code_that_two_provinces_filed_is_one_of_both(web: Warehouse, worker: Warehouse) -> None:
    brought(web, HUNAN, line("750999", "刺绣设计与工艺"), login="system-43")
    assert fates(web, GUANGDONG, line("750999", "粤绣")) == [Fate.WRONG]
    brought(web, GUANGDONG, line("750999", "刺绣设计与工艺"), login="system-44")

    assert sifted(worker, "750999")[0] == {"3643000001", "3644000001"}


def test_a_code_holds_in_its_years(web: Warehouse, worker: Warehouse) -> None:
    brought(web, NATION, line("610199", "园艺技术新", from_year="2026", to_year="2027"))

    assert sifted(worker, "610199", 2025)[1] == {"3643000001": ["not_in_force"], "3644000001": ["not_in_force"]}  # fmt: skip
    assert len(sifted(worker, "610199", 2026)[0]) == 2
    assert len(sifted(worker, "610199", 2028)[0]) == 0


@pytest.mark.parametrize(
    ("place", "said", "fate"),
    [
        (NATION, line("610199", "园艺技术新"), Fate.NEW),
        (NATION, line("610101", "种子生产技术"), Fate.SAME),
        (NATION, line("710102", "物联网技术"), Fate.CHANGED),
        (NATION, line("6101", "园艺技术新"), Fate.WRONG),
        (NATION, line("810101", "园艺技术新"), Fate.WRONG),
        (NATION, line("610199", ""), Fate.WRONG),
        (NATION, line("610199", "种子生产技术"), Fate.WRONG),
        (NATION, line("610199", "园艺技术新", major="交通运输大类"), Fate.WRONG),
        (NATION, line("610199", "园艺技术新", major="农林牧渔大类"), Fate.NEW),
        (NATION, line("610199", "园艺技术新", from_year="2026", to_year="2025"), Fate.WRONG),
        (NATION, line("610199", "园艺技术新", from_year="明年"), Fate.WRONG),
        (HUNAN, line("610101", "种子生产技术"), Fate.WRONG),
        (HUNAN, line("610199", "园艺技术新"), Fate.NEW),
    ],
)
def test_a_row_is_compared_with_what_is_known(web: Warehouse, place: int, said: Line, fate: Fate) -> None:  # fmt: skip
    assert fates(web, place, said) == [fate]


def test_the_same_code_twice_is_said_of_the_second(web: Warehouse) -> None:
    assert fates(web, NATION, line("610199", "甲"), line("610199", "乙", 3)) == [Fate.NEW, Fate.WRONG]  # fmt: skip


def test_one_wrong_row_keeps_the_whole_list_out(web: Warehouse, worker: Warehouse) -> None:
    with pytest.raises(ListRefused, match="1 rows are wrong"):
        brought(web, NATION, line("610199", "园艺技术新"), line("6101", "坏", 3))

    with worker.writing() as reader:
        assert applied(reader) == []


def test_nothing_holds_before_it_is_applied(web: Warehouse) -> None:
    scope = web.scope("system", NATION, "records", "system_admin")
    with web.acting(scope) as writer:
        keep(writer, "system", NATION, "list.xlsx", SOURCE, [line("610199", "园艺技术新")])
    with web.reading(scope) as reader:
        assert lines_of(waiting(reader, "system")) == [line("610199", "园艺技术新")]
        assert applied(reader) == []
    with web.reading(web.scope("system-43", HUNAN, "records", "system_admin")) as reader:
        assert waiting(reader, "system") is None
    assert "610199" not in specialties()


@pytest.mark.parametrize("as_place", [NATION, GUANGDONG, 430100])
def test_a_province_files_for_itself_alone(web: Warehouse, as_place: int) -> None:
    with pytest.raises(ListRefused, match="for that province alone"):
        brought(web, HUNAN, line("750999", "湘绣"), login="system-43", as_place=as_place)


@pytest.mark.parametrize("office", ["security_admin", "audit_admin", "statistician", ""])
def test_nobody_else_brings_a_list(web: Warehouse, office: str) -> None:
    with web.acting(web.scope("who", HUNAN, "records", office)) as writer, pytest.raises(ListRefused):  # fmt: skip
        keep(writer, "who", HUNAN, "list.xlsx", SOURCE, [line("750999", "湘绣")])


def test_a_city_files_nothing_and_the_table_takes_no_row_past_the_list(web: Warehouse) -> None:
    city = web.scope("who", 430100, "records", "system_admin")
    said = {"code": "750999", "name_zh": "x", "name_en": "x", "source": "x", "uploaded_by": "who", "from_year": 2021}  # fmt: skip
    for place in (430100, HUNAN, NATION):
        with web.acting(city) as writer, pytest.raises(sa.exc.ProgrammingError):
            writer.run(sa.insert(administered.specialty).values(place_id=place, **said))


def test_a_page_that_was_kept_is_named_anew_when_the_list_changes(web: Warehouse) -> None:
    def number() -> int:
        with web.reading(web.everything()) as reader:
            return reader.loads([NATION])[NATION].get("specialty", 0)

    before = number()
    brought(web, NATION, line("610199", "园艺技术新"))

    assert number() > before


def test_a_school_is_offered_the_nation_s_codes_and_those_its_own_province_filed(web: Warehouse, worker: Warehouse) -> None:  # fmt: skip
    brought(web, NATION, line("610199", "园艺技术新", from_year="2026"))
    brought(web, HUNAN, line("750999", "湘绣设计与工艺"), login="system-43")
    brought(
        web,
        GUANGDONG,
        line("750998", "粤绣设计与工艺"),
        line("750997", "醒狮表演", 3, to_year="2024"),
        login="system-44",
    )
    with worker.writing() as reader:
        learn(reader)
        schools = {p.code: i for i, p in worker.ladder.places.items() if p.rung == 4}
        provinces = {code: province_of(reader, school) for code, school in schools.items()}
    added = {"610199", "750999", "750998", "750997"}

    def offered(province: int | None, year: int | None) -> set[str]:
        return added & set(specialties().offered(province, year))

    assert provinces == {"3643000001": HUNAN, "3644000001": GUANGDONG}
    assert offered(HUNAN, 2025) == {"750999"}
    assert offered(GUANGDONG, 2025) == {"750998"}
    assert offered(GUANGDONG, 2024) == {"750998", "750997"}
    assert offered(HUNAN, 2026) == {"610199", "750999"}
    assert offered(None, None) == {"610199"}
    assert len(specialties().offered(HUNAN, 2025)) == len(specialties().labels) - 3


def test_a_code_that_another_province_filed_too_is_still_offered(web: Warehouse, worker: Warehouse) -> None:  # fmt: skip
    for place, login in ((HUNAN, "system-43"), (GUANGDONG, "system-44")):
        brought(web, place, line("750999", "刺绣设计与工艺"), login=login)
    with worker.writing() as reader:
        learn(reader)

    assert "750999" in specialties().offered(HUNAN, YEAR)
    assert "750999" not in specialties().offered(370000, YEAR)
