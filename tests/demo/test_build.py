"""The files of the synthetic ministry: ordinary, repeatable, and small ones as ragged as the real thing."""

import json
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from etl.demo import build as demo
from etl.demo.faults import KINDS
from etl.demo.names import SUFFIXES
from etl.demo.packages import STYLES, style_of
from etl.demo.targets import provinces
from etl.harmonise import harmonise
from etl.readers import read
from etl.recognise import recognise
from warehouse.discovery import asked_forms, submitted_forms
from warehouse.discovery import form as declared
from warehouse.places import read_register
from warehouse.units import english_name

SMALL = 200


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> demo.Demo:
    folder = tmp_path_factory.mktemp("demo")
    return demo.build(folder, schools=SMALL, years=[2025, 2026])


def digest(folder: Path) -> str:
    parts = [
        f"{path.relative_to(folder)} {sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return sha256("\n".join(parts).encode()).hexdigest()


def test_the_same_seed_makes_the_same_bytes_and_another_does_not(
    tmp_path: Path, small: demo.Demo
) -> None:
    demo.ministry.cache_clear()
    again = demo.build(tmp_path / "again", schools=SMALL, years=[2025, 2026])
    other = demo.build(tmp_path / "other", schools=SMALL, years=[2025], seed=7)

    assert digest(again.folder) == digest(small.folder)
    assert digest(other.folder / "2025") != digest(small.folder / "2025")


def test_a_year_alone_is_the_same_as_in_a_row(tmp_path: Path, small: demo.Demo) -> None:
    demo.ministry.cache_clear()

    demo.build_year(tmp_path, 2025, schools=SMALL)

    for path in small.packages[2025]:
        assert (tmp_path / "2025" / path.name).read_bytes() == path.read_bytes()


def test_there_is_a_package_for_every_unit_form_and_year(small: demo.Demo) -> None:
    names = {path.stem for path in small.packages[2025]}

    assert len(names) == len(submitted_forms()) * 32
    assert {p.suffix for p in small.packages[2025]} == {".csv", ".parquet"}
    assert {style_of(i) for i in range(32)} == set(STYLES)


def test_years_come_newest_first_and_none_after_today(tmp_path: Path) -> None:
    from datetime import date

    made = demo.build(tmp_path, schools=SMALL, years=[2024, 2025, 2026], today=date(2025, 12, 1))

    assert list(made.packages) == [2025, 2024]


def test_a_small_ministry_is_ragged(small: demo.Demo) -> None:
    events = pl.read_csv(small.units, infer_schema=False).filter(pl.col("event") == "opened")
    register = read_register()
    places = [
        register.by_code(code, int(year))
        for code, year in events.select("county", "year").iter_rows()
    ]
    paths = [register.path(p, 2020, "then") for p in places if p and register.exists(p, 2020)]

    assert events["code"].str.slice(2, 2).n_unique() == len(provinces()) == 32
    assert {441900, 460400, 620200, 429004, 469002} <= set(places)
    assert any(len(path) == 3 and path[1] == 110000 for path in paths)
    assert any(path[1] == 660000 for path in paths)
    assert len(set(events.filter(pl.col("unit_kind") == "school")["code"])) == pytest.approx(
        SMALL, rel=0.15
    )
    assert set(events["unit_kind"]) == {"school", "attached"}


def test_units_live_as_the_events_say(small: demo.Demo) -> None:
    events = pl.read_csv(small.units, infer_schema=False)
    kinds = set(events["event"])
    codes = set(events["code"]) | set(events["new_code"].drop_nulls())

    assert {"opened", "closed", "merged"} <= kinds
    assert set(events["successor_code"].drop_nulls()) <= codes


def test_the_truth_tells_every_kind_and_a_third_are_our_own(small: demo.Demo) -> None:
    truth = json.loads(small.truth.read_text(encoding="utf-8"))
    invented = [name for name, kind in truth["kinds"].items() if kind["invented"]]

    assert {case["kind"] for case in truth["cases"]} == set(truth["kinds"])
    assert set(KINDS) < set(truth["kinds"])
    assert len(invented) / len(truth["kinds"]) == pytest.approx(1 / 3, abs=0.05)
    assert not small.truth.is_relative_to(small.folder)


def test_money_is_written_in_ten_thousands_with_four_decimals_at_most(small: demo.Demo) -> None:
    for path in small.packages[2025]:
        if path.name.startswith("estate") and path.suffix == ".csv":
            values = pl.read_csv(path, infer_schema=False)["教学实习仪器设备值"]
            assert values.str.contains(r"^\d+(\.\d{1,4})?$").all()


def test_locked_cells_of_their_workbooks_hold_the_numbers_of_the_owner(small: demo.Demo) -> None:
    paths = {path.stem: path for path in small.workbooks}
    code = next(iter(paths)).rsplit("-", 1)[-1]

    def raw(name: str) -> pl.DataFrame:
        return harmonise([recognise(read(paths[f"{name}-2026-{code}"]), declared(name))]).rows

    owner, flow, gone = raw("enrolment"), raw("flow"), raw("destination")
    said = flow.select("said_entered", "said_graduated", "said_end").row(0)
    assert said == tuple(str(owner[name].sum()) for name in ("entrants", "graduates", "students"))
    left = owner.group_by("specialty").agg(pl.col("graduates").sum().cast(pl.String))
    assert gone.height
    assert set(gone.select("specialty", "said_graduates").rows()) <= set(left.rows())


def test_some_schools_hand_in_workbooks_and_are_in_no_package(small: demo.Demo) -> None:
    codes = {path.stem.rsplit("-", 1)[-1] for path in small.workbooks}
    packaged = {
        code
        for path in small.packages[2026]
        for code in (
            pl.read_parquet(path)
            if path.suffix == ".parquet"
            else pl.read_csv(path, infer_schema=False)
        )
        .to_series(0)
        .to_list()
    }

    assert len(codes) == 7
    assert len(small.workbooks) == len(codes) * len(asked_forms(2026, demo.TODAY))
    assert not codes & packaged


def test_every_file_reads_as_the_form_it_is(small: demo.Demo) -> None:
    for path in [*small.packages[2025], *small.workbooks]:
        table = recognise(read(path), None)
        assert table.form.name == path.name.split("-")[0]
        assert harmonise([table]).refused.is_empty()
        assert table.ignored == ()


@pytest.mark.parametrize("suffix", sorted({one for style in SUFFIXES.values() for one in style}))
def test_what_kind_of_school_a_name_says_is_told_in_english(suffix: str) -> None:
    english, _, _ = english_name(f"霁岚{suffix}")

    assert english.split()[0] == "Jilan"
    assert len(english.split()) > 1
