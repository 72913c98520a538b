"""What was released is read with the names that were on record then."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import openpyxl
import polars as pl

from dashboards.i18n import LANGS
from tests.dashboards.programs import reads
from tests.dashboards.releasing import FIRST, corrects, page, released
from tests.factories import event
from tests.readers import YEAR, Ministry, text_of
from warehouse.places import NATION
from warehouse.units import record_unit_events


def test_whoever_was_renamed_since_bears_the_name_of_then_in_what_was_released(
    ministry: Ministry,
) -> None:
    corrects(ministry, 4001)
    released(ministry, "final")
    school = ministry.at("school")
    was = ministry.web.ladder.place(school)
    renamed = event(was.code, "renamed", YEAR, name="更名职业学校")
    with ministry.worker.writing() as writer:
        record_unit_events(writer, pl.DataFrame([renamed], schema=dict.fromkeys(renamed, pl.String)), (YEAR, YEAR + 1))  # fmt: skip
    ministry.worker.refresh()
    new = ministry.worker.ladder.place(school)
    query = {"places": str(school), "metrics": "students", "years": str(YEAR)}

    def named(text: str, lang: str = "zh") -> str:
        (found,) = [one.name(lang) for one in (was, new) if one.name(lang) in text]
        return found

    def names(**state: str) -> list[str]:
        """In a page of either language, in a file and to a program."""
        book = openpyxl.load_workbook(io.BytesIO(ministry.client("ministry").get(f"/build/zh/{NATION}.xlsx", query_string=query | state).data))  # fmt: skip
        cells = str([list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets])
        pages = [named(text_of(page(ministry, at=school, lang=lang, year=str(YEAR), **state)), lang) for lang in LANGS]  # fmt: skip
        told = reads(ministry, "ministry").told(f"/data?{urlencode(query | state)}")["items"][0]
        return [*pages, named(cells), named(told["place_name"])]

    assert names(release=FIRST) == [was.short_zh, was.name_en, was.short_zh, was.short_zh]
    assert names(basis="approved") == [new.short_zh, new.name_en, new.short_zh, new.short_zh]
    assert was.name_en != new.name_en
