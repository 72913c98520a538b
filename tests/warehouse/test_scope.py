"""Who reads what: a matrix of readers and places, asked of the database itself as the web role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.factories import GUANGZHOU, SHAOYANG, batch, opened, register, students
from warehouse.discovery import form
from warehouse.errors import UnknownPlace
from warehouse.scope import Depth
from warehouse.store import Warehouse

pytestmark = pytest.mark.mlps("M11", "M12")

FURONG, TIANXIN = "430102", "430103"  # two districts of 长沙
UNITS = {
    "own": FURONG,
    "neighbour": FURONG,
    "next county": TIANXIN,
    "next prefecture": SHAOYANG,
    "next province": GUANGZHOU,
}
PLACES = {
    "nation": 1, "own province": 430000, "next province": 440000, "own prefecture": 430100, "next prefecture": 430500,
    "its county": 430502, "own county": 430102, "next county": 430103, "far prefecture": 440100,
}  # fmt: skip
HASH = "not a password"
NOTHING: set[str] = set()
ALL = set(UNITS)
# reader: place, depth, schools whose records are read, places whose aggregates are read
MATRIX: dict[str, tuple[int | str, Depth, set[str], set[str]]] = {
    "ministry": (1, "records", ALL, set(PLACES)),
    "analyst of the nation": (1, "published", NOTHING, set(PLACES)),
    "province": (430000, "records", ALL - {"next province"}, set(PLACES) - {"far prefecture"}),
    "analyst of a province": (430000, "published", NOTHING, set(PLACES) - {"far prefecture"}),
    "prefecture": (430100, "records", {"own", "neighbour", "next county"},
                   {"nation", "own province", "own prefecture", "next prefecture", "own county", "next county"}),
    "county": (430102, "records", {"own", "neighbour"}, {"nation", "own province", "own prefecture", "own county", "next county"}),
    "school": ("own", "records", {"own"}, {"nation", "own province", "own prefecture", "own county"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def schools(module_database: Database) -> dict[str, int]:
    worker = Warehouse(module_database.worker_url, "zhijian_worker")
    codes = {name: f"36{county[:2]}00000{n}" for n, (name, county) in enumerate(UNITS.items())}
    ids = register(
        worker, [opened(codes[name], county) for name, county in UNITS.items()], years=[2025]
    )
    found = {name: ids[code] for name, code in codes.items()}
    worker.record(batch(form("enrolment"), 2025, {one: students(g1=20) for one in found.values()}))
    worker.close()
    return found


@pytest.fixture(scope="module")
def web(module_database: Database, schools: dict[str, int]) -> Iterator[Warehouse]:
    assert schools
    warehouse = Warehouse(module_database.web_url, "zhijian_web")
    yield warehouse
    warehouse.close()


def ids(warehouse: Warehouse, place: int, depth: Depth, statement: str) -> set[int]:
    with warehouse.reading(warehouse.scope("reader", place, depth)) as reader:
        return {row[0] for row in reader.rows(sa.text(statement))}


@pytest.mark.parametrize("table", ["fact_enrolment", "submission"])
@pytest.mark.parametrize("reader", MATRIX)
def test_records_are_read_in_ones_own_subtree_only(
    web: Warehouse, schools: dict[str, int], reader: str, table: str
) -> None:
    place, depth, expected, _ = MATRIX[reader]

    seen = ids(
        web, schools.get(str(place), 0) or int(place), depth, f"SELECT school_id FROM {table}"
    )

    assert {name for name, one in schools.items() if one in seen} == expected


@pytest.mark.parametrize("reader", MATRIX)
def test_aggregates_are_read_beside_and_above(
    web: Warehouse, schools: dict[str, int], reader: str
) -> None:
    place, depth, records, expected = MATRIX[reader]

    seen = ids(
        web,
        schools.get(str(place), 0) or int(place),
        depth,
        "SELECT place_id FROM rollup_enrolment",
    )

    assert {name for name, one in PLACES.items() if one in seen} == expected
    assert {name for name, one in schools.items() if one in seen} == records


@pytest.mark.parametrize("reader", MATRIX)
def test_the_scope_in_memory_agrees_with_the_database(
    web: Warehouse, schools: dict[str, int], reader: str
) -> None:
    place, depth, records, aggregates = MATRIX[reader]
    own = schools.get(str(place), 0) or int(place)
    scope = web.scope("reader", own, depth)

    answers = {name: scope.depth_of(web.ladder, one) for name, one in PLACES.items()}
    assert {name for name, found in answers.items() if found} == aggregates
    assert {
        name for name, one in schools.items() if scope.depth_of(web.ladder, one) == "records"
    } == records


def test_nameless_values_need_ten_schools_and_a_place_one_may_see(
    web: Warehouse, schools: dict[str, int]
) -> None:
    call = (
        "SELECT published_values('enrolment', '', '', 'students', '', '', '', '', 2025, {place}, 'now', "
        "ARRAY['school'], 1, 9, 9)"
    )
    with web.reading(web.scope("reader", schools["own"], "records")) as reader:
        assert reader.rows(sa.text(call.format(place=430000)))[0][0] is None  # fewer than ten
        assert reader.rows(sa.text(call.format(place=440000)))[0][0] is None  # not to be seen


def test_an_account_is_found_by_its_own_login_only(
    web: Warehouse, module_database: Database
) -> None:
    worker = Warehouse(module_database.worker_url, "zhijian_worker")
    worker.keep_account(
        login="a",
        password_hash=HASH,
        name_zh="甲",
        name_en="A",
        role="analyst",
        place_id=1,
        depth="published",
    )
    worker.keep_account(
        login="b",
        password_hash=HASH,
        name_zh="乙",
        name_en="B",
        role="analyst",
        place_id=1,
        depth="published",
    )
    worker.close()

    found = web.account("a")

    assert found is not None
    assert found["login"] == "a"
    with web.reading(web.scope("a", 1, "records")) as reader:
        assert reader.rows(sa.text("SELECT login FROM account")) == []


@pytest.mark.parametrize("office", ["system_admin", "security_admin", "audit_admin"])
def test_an_administrator_reads_no_record_of_the_own_subtree(
    web: Warehouse, schools: dict[str, int], office: str
) -> None:
    for place in (1, 430000, schools["own"]):
        scope = web.scope("administrator", place, "records", office)
        for table in ("fact_enrolment", "submission"):
            with web.reading(scope) as reader:
                assert reader.rows(sa.text(f"SELECT school_id FROM {table}")) == []


def test_beside_a_county_stand_all_children_of_those_above_it_at_its_rung(web: Warehouse) -> None:
    """济源 hangs on the province itself; a district of 郑州 reads it as it reads its own neighbours."""
    zhengzhou, district, jiyuan = 410100, 410102, 419001

    scope = web.scope("reader", district, "records")

    assert {zhengzhou, 410000, 1, 410103, jiyuan} <= set(scope.published)
    assert (
        410200 not in scope.published
    )  # another prefecture is beside its own, not beside a district
    assert 410202 not in scope.published


@pytest.mark.parametrize(
    ("code", "place"), [("43", 430000), ("4301", 430100), ("430102", 430102), ("66", 660000), ("65", 650000)]
)  # fmt: skip
def test_a_place_is_named_by_its_code_or_the_beginning_of_it(
    web: Warehouse, code: str, place: int
) -> None:
    assert web.ladder.named(code) == place


@pytest.mark.parametrize("code", ["", "4", "430", "99", "430999", "x"])
def test_what_no_place_bears_is_told(web: Warehouse, code: str) -> None:
    with pytest.raises(UnknownPlace, match="No place or school has the code"):
        web.ladder.named(code)
