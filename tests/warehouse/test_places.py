from collections import Counter

import pytest

from warehouse.divisions import FIRST_YEAR, REGISTER_YEAR, read_changes
from warehouse.errors import UnknownPlace
from warehouse.places import (
    CORPS,
    NATION,
    XINJIANG,
    Register,
    Rung,
    read_register,
)

YEARS = range(FIRST_YEAR, REGISTER_YEAR + 1)


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register()


def test_the_nation_is_the_sum_of_32_units(register: Register) -> None:
    units = register.children(NATION, 2026)
    assert len(units) == 32
    assert {register.rung(unit) for unit in units} == {Rung.PROVINCE}
    assert units.index(CORPS) == units.index(XINJIANG) + 1


def test_taiwan_hong_kong_and_macao_are_places_outside_the_statistics(register: Register) -> None:
    outside = register.places.filter(~register.places["in_statistics"])
    assert outside["short_zh"].to_list() == ["台湾", "香港", "澳门"]
    assert register.path(710000, 2026) == (NATION, 710000)
    assert 710000 not in register.ladder(2026)["place_id"]


def test_the_corps_reports_beside_xinjiang_and_has_no_code_of_the_standard(
    register: Register,
) -> None:
    cities = register.children(CORPS, 2026)
    assert len(cities) == 13
    assert register.path(659001, 2026) == (NATION, CORPS, 659001)
    assert not set(cities) & set(register.children(XINJIANG, 2026))
    assert register.row(CORPS)["gb_code"] == "650000"
    assert register.by_code("66", 2026) == CORPS


@pytest.mark.parametrize(
    ("place_id", "path"),
    [
        (110101, (1, 110000, 110101)),
        (500110, (1, 500000, 500110)),
        (429004, (1, 420000, 429004)),
        (469030, (1, 460000, 469030)),
        (419001, (1, 410000, 419001)),
        (430124, (1, 430000, 430100, 430124)),
        (441900, (1, 440000, 441900)),
        (1, (1,)),
    ],
)
def test_the_ladder_is_ragged(register: Register, place_id: int, path: tuple[int, ...]) -> None:
    assert register.path(place_id, 2026) == path
    assert register.path(place_id, 2026, "then") == path


@pytest.mark.parametrize("place_id", [441900, 442000, 460400, 620200])
def test_prefectures_without_counties_are_leaves(register: Register, place_id: int) -> None:
    assert register.children(place_id, 2026) == ()
    assert place_id in register.leaves(2026)


def test_leaves_are_what_nothing_hangs_below(register: Register) -> None:
    for year in (2009, 2020, 2026):
        leaves = set(register.leaves(year))
        ladder = register.ladder(year)
        assert leaves == set(ladder["place_id"]) - set(ladder["parent_then"])
    assert len(register.leaves(2026)) == 2847 + 4


@pytest.mark.parametrize("year", YEARS)
def test_each_year_is_one_tree_with_32_units(register: Register, year: int) -> None:
    ladder = register.ladder(year)
    places, paths = ladder["place_id"].to_list(), ladder["path_then"].to_list()
    above = dict(zip(places, ladder["parent_then"], strict=True))
    assert len(set(places)) == len(places)
    assert [place for place in places if above[place] is None] == [NATION]
    assert sum(parent == NATION for parent in above.values()) == 32
    for place, path in zip(places, paths, strict=True):
        assert path[0] == NATION
        assert path[-1] == place
        assert [above[step] for step in path[1:]] == path[:-1]
        rungs = [register.rung(step) for step in path]
        assert rungs == sorted(set(rungs))


@pytest.mark.parametrize("year", YEARS)
def test_todays_boundaries_lead_to_places_of_today(register: Register, year: int) -> None:
    today = set(register.ladder(REGISTER_YEAR)["place_id"])
    ladder = register.ladder(year)
    assert set(ladder["now_id"]) <= today
    for now, parent, path in zip(
        ladder["now_id"], ladder["parent_now"], ladder["path_now"], strict=True
    ):
        assert [None, *path][-2:] == [parent, now]
        assert set(path) <= today
    assert set(register.children(NATION, year, "then")) == set(
        register.children(NATION, year, "now")
    )


def test_then_is_now_in_the_newest_year(register: Register) -> None:
    ladder = register.ladder(REGISTER_YEAR)
    assert ladder["path_then"].to_list() == ladder["path_now"].to_list()
    assert ladder["place_id"].to_list() == ladder["now_id"].to_list()
    for place_id in ladder["place_id"]:
        then = register.children(place_id, REGISTER_YEAR, "then")
        assert then == register.children(place_id, REGISTER_YEAR, "now")


def test_a_year_to_come_is_as_the_newest(register: Register) -> None:
    assert register.ladder(2027).equals(register.ladder(2026))


def test_chongwen_went_into_dongcheng_in_2010(register: Register) -> None:
    assert register.path(110103, 2009, "then") == (1, 110000, 110103)
    assert register.path(110103, 2009, "now") == (1, 110000, 110101)
    assert register.row(110103)["last_year"] == 2009
    with pytest.raises(
        UnknownPlace, match=r"2010 学年没有崇文区.*Chongwen District .* does not exist in 2010"
    ):
        register.path(110103, 2010, "then")


def test_chongchuan_keeps_its_id_when_its_code_changes(register: Register) -> None:
    assert register.version(320602, 2019).code == "320602"
    assert register.version(320602, 2020).code == "320613"
    assert register.by_code("320613", 2026) == 320602
    assert register.by_code("320602", 2026) is None
    assert register.path(320611, 2019, "now")[-1] == 320602


@pytest.mark.parametrize("place_id", [500105, 500112])
def test_two_districts_became_liangjiang_in_2025(register: Register, place_id: int) -> None:
    assert register.path(place_id, 2024, "then")[-1] == place_id
    assert register.path(place_id, 2024, "now") == (1, 500000, 500157)
    assert 500157 not in register.children(500000, 2024, "then")
    assert 500157 in register.children(500000, 2024, "now")


def test_a_county_that_became_a_city_is_the_same_place(register: Register) -> None:
    kinds = [register.version(430124, year).name_zh for year in (2016, 2017)]
    assert kinds == ["宁乡县", "宁乡市"]


def test_a_county_that_moved_has_another_parent_then_than_now(register: Register) -> None:
    assert register.path(512081, 2015, "then") == (1, 510000, 512000, 512081)
    assert register.path(512081, 2015, "now") == (1, 510000, 510100, 512081)
    assert 512081 not in register.children(510100, 2015, "then")


def test_a_prefecture_keeps_its_id_when_its_kind_changes(register: Register) -> None:
    assert register.version(522200, 2010).name_zh == "铜仁地区"
    assert register.version(522200, 2011).code == "520600"
    assert register.path(522222, 2010, "then") == register.path(522222, 2026, "now")


def test_successors_are_followed_to_the_end(register: Register) -> None:
    """蓬莱 and 长岛 were joined in 2020; 莱芜 prefecture and its district went into one district in 2018."""
    assert register.path(370634, 2019, "now")[-1] == register.by_code("370614", 2026)
    assert register.path(371202, 2017, "then") == (1, 370000, 371200, 371202)
    assert register.path(371202, 2017, "now") == (1, 370000, 370100, 370116)
    assert register.path(371200, 2017, "now") == (1, 370000, 370100, 370116)


def test_a_place_closed_without_a_usable_successor_stands_for_its_parent(
    register: Register,
) -> None:
    """The source says that a district of 石家庄 went into its namesake in 邢台; that is not believed."""
    assert register.row(130103)["successor_id"] is None
    assert register.path(130103, 2013, "now") == (1, 130000, 130100)


def test_every_row_of_changes_is_used_or_reported(register: Register) -> None:
    lines = [change.line for change in read_changes()]
    assert register.fates["line"].to_list() == lines == list(range(2, 482))
    assert Counter(register.fates["fate"]) == {"used": 446, "partly": 6, "unusable": 28}
    said = register.fates.filter(register.fates["fate"] != "used")
    assert len(said) == 34
    assert all(said["reason_zh"])
    assert all(said["reason_en"])
    assert not any(register.fates.filter(register.fates["fate"] == "used")["reason_zh"])


def test_used_rows_are_what_the_register_shows(register: Register) -> None:
    """Independent of how the history is derived: each used row can be read back from the versions."""
    used = set(register.fates.filter(register.fates["fate"] == "used")["line"])
    for change in read_changes():
        if change.line not in used:
            continue
        after = register.by_code(change.new_code, change.year)
        assert after is not None
        assert register.version(after, change.year).name_zh == change.new_name
        if not change.old_code:
            assert register.row(after)["first_year"] == change.year
            continue
        before = register.by_code(change.old_code, change.year - 1)
        assert before is not None
        assert register.version(before, change.year - 1).name_zh == change.old_name
        if change.type in ("撤销", "撤区设区"):
            assert register.row(before)["successor_id"] == after
        else:
            assert before == after


def test_unusable_rows_carry_their_line_and_reason(register: Register) -> None:
    rows = {row["line"]: row for row in register.unusable.iter_rows(named=True)}
    assert len(rows) == 28
    assert rows[459]["reason_en"] == "330110 is 余杭区 in the register, not 临平区"
    assert rows[473]["reason_zh"] == "只划转部分辖区"
    assert rows[50]["reason_en"] == "520522 is not in the register of that year"


def test_ids_are_lasting_and_unique(register: Register) -> None:
    places = register.places
    assert places["place_id"].is_unique().all()
    assert all(places["place_id"] < 10_000_001)
    versions = register.versions
    for year in YEARS:
        alive = versions.filter((versions["from_year"] <= year) & (versions["to_year"] >= year))
        assert alive["place_id"].is_unique().all()
        assert alive["code"].is_unique().all()


def test_versions_of_a_place_follow_one_another_without_gap(register: Register) -> None:
    for place in register.places.iter_rows(named=True):
        spells = register.versions.filter(register.versions["place_id"] == place["place_id"])
        starts, ends = spells["from_year"].to_list(), spells["to_year"].to_list()
        assert starts[0] == place["first_year"]
        assert ends[-1] == place["last_year"]
        assert starts[1:] == [end + 1 for end in ends[:-1]]


def test_an_unknown_place_or_year_is_an_error_in_both_languages(register: Register) -> None:
    with pytest.raises(UnknownPlace, match=r"没有编号为 999999 的地方.*no place 999999"):
        register.path(999999, 2026)
    with pytest.raises(UnknownPlace, match=r"始于 2009.*begins with 2009"):
        register.ladder(2008)
    assert 999999 not in register
    assert not register.exists(999999, 2026)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("长沙", 430100),
        ("changsha", 430100),
        ("CHANGSHA", 430100),
        ("css", 430100),
        ("4301", 430100),
        ("hunan", 430000),
        ("shaanxi", 610000),
        ("xi'an", 610100),
        ("luliang", 141100),
        ("lvliang", 141100),
        ("宁乡", 430124),
        ("兵团", CORPS),
        ("崇文", 110103),
        ("inner", 150000),
    ],
)
def test_places_are_found_by_name_pinyin_initials_and_code(
    register: Register, text: str, first: int
) -> None:
    assert register.search(text)[0] == first


def test_search_puts_places_in_force_first_and_keeps_to_its_limit(register: Register) -> None:
    found = register.search("桥东区")
    assert [register.exists(place_id, 2026) for place_id in found] == [True, False]
    assert len(register.search("县", limit=7)) == 7
    assert register.search("  ") == []
    assert register.search("没有这个地方") == []
