"""What was decided of a released table by kinds of schools answers pages, files and programs of every server."""

from __future__ import annotations

import pytest

from metrics.tables.crossed import Crossed
from metrics.tables.pieces import Piece, Step
from tests.dashboards.programs import Program, reads
from tests.dashboards.releasing import FIRST, released
from tests.readers import YEAR, Ministry, asked_by_dash, section
from warehouse.places import NATION
from warehouse.release_pieces import held


def test_what_one_process_decided_of_a_table_by_kinds_answers_pages_files_and_programs_of_all(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Another server with an empty memory decides nothing of it again, and says on the release's page how much is kept."""
    released(ministry, "final")
    said = f"places=1,1-provinces&years={YEAR}&metrics=students_per_teacher&cut=sponsor,setting&release={FIRST}"  # fmt: skip
    path, words = f"/zh/build/{NATION}", said.replace(",", ".")
    first = asked_by_dash(ministry.client("analyst"), path, f"?{words}")
    with ministry.worker.reading(ministry.worker.everything()) as reader:
        many = held(reader, FIRST).many
    assert f"已有 {many} 份" in section(asked_by_dash(ministry.client("county"), "/zh/releases", f"?item={FIRST}"), "kept")  # fmt: skip
    read = reads(ministry, "analyst").told(f"/data?{said}")
    with ministry.worker.reading(ministry.worker.everything()) as reader:
        assert held(reader, FIRST).many == many > 0

    def again(_crossed: Crossed, _group: object, step: Step) -> Piece:
        raise AssertionError(step)

    monkeypatch.setattr(Crossed, "_taken", again)
    other = ministry.another_site()
    analyst = ministry.entered("analyst", other)
    assert section(asked_by_dash(analyst, path, f"?{words}"), "preview") == section(first, "preview")  # fmt: skip
    assert analyst.get(f"/build/zh/{NATION}.csv?{words}").status_code == 200
    assert Program(other.test_client(), reads(ministry, "analyst").token).told(f"/data?{said}") == read  # fmt: skip
    with pytest.raises(AssertionError):
        asked_by_dash(analyst, path, f"?{words.replace('students_per_teacher', 'graduates')}")  # fmt: skip
