"""A picture is a line of the trail: which chart of which page, as what, of which state; nobody records what is not open to them. In a browser: test_pages_browser.py."""

from __future__ import annotations

from typing import Any

import pytest

from tests.readers import YEAR, Ministry, do
from warehouse import roles
from warehouse.places import NATION


def lines(ministry: Ministry) -> list[tuple[str, str, bool, dict[str, Any]]]:
    with roles.connect(ministry.owner_url) as connection:
        return connection.execute(
            "SELECT event, object, succeeded, detail FROM audit WHERE object LIKE 'place-%' OR event = 'save_picture' ORDER BY audit_id"
        ).fetchall()


def test_a_picture_is_an_export_with_its_chart_and_its_state(ministry: Ministry) -> None:
    of = f"/zh/place/{NATION}?year={YEAR}"
    answer = do(ministry.client("analyst"), "save_picture", {"kind": "png", "chart": "map", "of": of})  # fmt: skip
    event, what, succeeded, detail = lines(ministry)[-1]

    assert answer.status_code == 200
    assert (event, what, succeeded) == ("export", f"place-{NATION}.png", True)
    assert (detail["kind"], detail["chart"], detail["address"]) == ("picture", "map", of)
    assert detail["load"] > 0


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "exe"}, {"chart": "<b>"}, {"of": "//elsewhere.example"}, {"of": "/zh/place/1?nothing=1"}, {"of": "/zh/audit"}, {"of": "sister"},
    ],
)  # fmt: skip
def test_what_is_no_chart_of_an_open_page_is_refused_and_written_down(
    ministry: Ministry, said: dict[str, str]
) -> None:
    foreign = ministry.web.ladder.children(ministry.at("sister"))[0]
    asked = {"kind": "svg", "chart": "map", "of": f"/zh/place/{NATION}?year={YEAR}", **said}
    asked["of"] = f"/zh/place/{foreign}?year={YEAR}" if asked["of"] == "sister" else asked["of"]
    answer = do(ministry.client("province"), "save_picture", asked)

    assert answer.status_code in (409, 422)
    assert lines(ministry)[-1][:3] == ("save_picture", "save_picture", False)
