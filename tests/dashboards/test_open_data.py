"""Released figures as anybody may have them, on the page of the builder and in its files."""

from __future__ import annotations

import html
import io
import json
import re

import openpyxl
import pytest

from tests.dashboards.releasing import FIRST, corrects, page, released
from tests.readers import YEAR, Ministry, asked_by_dash, do, text_of
from warehouse.places import NATION


@pytest.fixture(scope="module")
def signed(ministry: Ministry) -> Ministry:
    """One final release."""
    corrects(ministry, 4001)
    released(ministry, "final")
    return ministry


def test_released_figures_are_made_ready_for_anybody(signed: Ministry) -> None:
    """Of whoever is in charge of the nation, on the builder's page and in its files; nobody else is offered it, and a file is refused them."""
    words = {"release": FIRST, "year": str(YEAR), "places": str(NATION), "metrics": "students", "years": str(YEAR)}  # fmt: skip
    seen = [text_of(page(signed, role, "build", NATION, "en", **words)) for role in ("ministry", "analyst")]  # fmt: skip
    assert ["opened=rounded" in text for text in seen] == [True, False]
    assert "fewer than 3 units" in seen[0]

    for way in ("withheld", "rounded"):
        text = text_of(page(signed, name="build", at=NATION, lang="en", **words, opened=way))
        assert "As published" in text
        answer = signed.client("ministry").get(f"/build/en/{NATION}.xlsx", query_string={**words, "opened": way})  # fmt: skip
        assert answer.status_code == 200, answer.text
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        assert json.loads(next(str(row[1]) for row in book.worksheets[-1].iter_rows(values_only=True) if row[0] == "JSON"))["table"]["opened"] == way  # fmt: skip
        number = next(cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if isinstance(cell, int | float))  # fmt: skip
        assert (number % 5 == 0) == (way == "rounded")
        assert signed.client("analyst").get(f"/build/en/{NATION}.csv", query_string={**words, "opened": way}).status_code == 403  # fmt: skip

    live = {name: word for name, word in words.items() if name != "release"}
    assert "first choose a release" in text_of(page(signed, name="build", at=NATION, lang="en", **live, opened="rounded"))  # fmt: skip
    kinds = text_of(page(signed, name="build", at=NATION, **words, cut="sponsor", opened="rounded"))
    assert "不能对外发布" in kinds


def test_a_release_leads_to_tables_for_anybody(signed: Ministry) -> None:
    seen = [text_of(asked_by_dash(signed.client(role), "/en/releases", f"?item={FIRST}")) for role in ("ministry", "analyst")]  # fmt: skip

    assert ["Make a table for anybody" in text for text in seen] == [True, False]
    (way,) = re.findall(r'/en/build/1\?[^"]*opened=withheld', seen[0])
    path, _, query = way.partition("?")
    assert "As published" in text_of(asked_by_dash(signed.client("ministry"), path, f"?{html.unescape(query)}"))  # fmt: skip


def test_what_is_published_is_kept_as_published_and_not_sent_again_and_again(signed: Ministry) -> None:  # fmt: skip
    words = {"release": FIRST, "year": str(YEAR), "places": str(NATION), "metrics": "students", "years": str(YEAR)}  # fmt: skip
    said = {name: word for name, word in words.items() if name != "year"} | {"opened": "rounded"}
    client = signed.client("ministry")
    assert do(client, "save_table", {**said, "name": "open", "at": str(NATION)}).status_code == 200
    own = text_of(page(signed, name="build", at=NATION, lang="en", **words))
    (kept,) = re.findall(r'"href": "([^"]*opened=rounded[^"]*)", [^}]*open"|"children": "open", "href": "([^"]*)"', own)  # fmt: skip
    assert "opened=rounded" in "".join(kept)

    opened = text_of(page(signed, name="build", at=NATION, lang="en", **words, opened="rounded"))
    assert ["Be sent this table regularly" in text for text in (own, opened)] == [True, False]
    with_places = {**words, "places": f"{NATION}-counties", "metrics": "students", "cut": "major", "opened": "rounded"}  # fmt: skip
    assert "at most 50,000 at a time" in text_of(page(signed, name="build", at=NATION, lang="en", **with_places))  # fmt: skip
