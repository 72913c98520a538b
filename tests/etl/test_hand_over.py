"""A package in which something is amiss: a list, the archive, a school under review. What is sound is taken all the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from etl.errors import NotASpreadsheet
from etl.submission import submit
from tests.etl.files import HEADERS, delimited, row, xlsx
from tests.etl.test_sources import NOW, ONE, THREE, TWO, enrolled, folder, loaded
from warehouse.errors import FormLocked
from warehouse.store import Warehouse

pytestmark = pytest.mark.mlps("M19")


def test_a_school_under_review_is_told_and_holds_nobody_up(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    root = folder(tmp_path)
    loaded(warehouse, root)
    review(warehouse, ONE)
    again = tmp_path / "again"
    again.mkdir()
    delimited(again / "enrolment-2025-43.csv", [HEADERS, row(1, school=ONE), row(2, school=TWO)])
    delimited(again / "enrolment-2025-44.csv", [HEADERS, row(3, school=THREE)])

    report = loaded(warehouse, again)

    (problem,) = report.problems
    assert isinstance(problem, FormLocked)
    assert ONE in problem.zh
    assert TWO not in problem.zh
    assert (enrolled(warehouse), report.total("submissions")) == (45 + 2 + 3, 2)

    # still under review: told again, and nothing else; once it is open, the same package brings the rest
    assert (loaded(warehouse, again).total("submissions"), enrolled(warehouse)) == (0, 50)
    give_back(warehouse, ONE)
    report = loaded(warehouse, again)
    assert (report.problems, report.total("submissions")) == ([], 1)
    assert enrolled(warehouse) == 1 + 2 + 3
    assert loaded(warehouse, again).batches == []


def test_what_a_school_has_corrected_since_is_not_undone_by_the_package_again(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    root = folder(tmp_path)
    loaded(warehouse, root)
    submit(
        warehouse, xlsx(tmp_path / "own.xlsx", [HEADERS, row(99, school=ONE)]), now=NOW, by="school"
    )

    again = loaded(warehouse, root)

    assert (again.batches, enrolled(warehouse)) == ([], 99 + 50 + 60)


def review(warehouse: Warehouse, code: str) -> None:
    move(warehouse, code, "filled", "sign", "signed")
    move(warehouse, code, "signed", "check", "checked")
    move(warehouse, code, "checked", "confirm", "handed_in")


def give_back(warehouse: Warehouse, code: str) -> None:
    move(warehouse, code, "handed_in", "return", "returned")


def move(warehouse: Warehouse, code: str, before: str, deed: str, after: str) -> None:
    """One step of a school's form, as whoever may take it would."""
    with warehouse.writing() as writer:
        writer.run(
            "INSERT INTO step (form, year, school_id, submission_id, deed, before, after, place_id, login, role, at, note, content_hash, "
            "waits_at, actor, path) SELECT form, year, school_id, submission_id, :deed, :before, :after, school_id, 'test', 'head', now(), "
            "'test', content_hash, school_id, 'fill', path FROM standing WHERE school_id = :school", deed=deed, before=before, after=after,
            school=warehouse.ladder.named(code),
        )  # fmt: skip


LISTS = {
    "manifest.csv": b"name,form\nx,y\n", "units.csv": b"\xff\xfe\x00", "units-1.csv": b"", "units_2.csv": "标识码,事件\n1,2\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_cannot_be_read_is_one_clear_error(
    warehouse: Warehouse, tmp_path: Path, name: str
) -> None:
    root = folder(tmp_path)
    (root / name).write_bytes(LISTS[name])

    if name == "manifest.csv":
        with pytest.raises(NotASpreadsheet, match=r"it lacks the columns file, year"):
            loaded(warehouse, root)
        return
    (problem,) = loaded(warehouse, root).problems
    assert isinstance(problem, NotASpreadsheet)
    assert name in problem.en
    assert enrolled(warehouse) == 155


def test_a_manifest_may_be_written_in_gb_18030(warehouse: Warehouse, tmp_path: Path) -> None:
    root = tmp_path / "package"
    root.mkdir()
    delimited(root / "在校生.csv", [HEADERS, row(45, school=ONE)])
    (root / "manifest.csv").write_bytes(
        "file,form,year\n在校生.csv,enrolment,2025\n".encode("gb18030")
    )

    loaded(warehouse, root)

    assert enrolled(warehouse) == 45


def test_a_damaged_archive_is_one_clear_error(warehouse: Warehouse, tmp_path: Path) -> None:
    packed = tmp_path / "package.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("enrolment-2025-43.csv", "x" * 1000)
    content = packed.read_bytes()
    central = content.index(b"PK\x01\x02")
    packed.write_bytes(content[:central] + b"\x00" * 20 + content[central + 20 :])

    with pytest.raises(NotASpreadsheet, match="damaged"):
        loaded(warehouse, packed)
