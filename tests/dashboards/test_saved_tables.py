"""Tables under a name: one's own, shared downwards, frozen or live, removed and brought back; never anybody's figures."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.readers import YEAR, Ministry, asked_by_dash, do, section
from warehouse import roles

WORDS = {"places": "1.1-provinces", "metrics": "students", "years": str(YEAR), "at": "1"}


def listed(client: FlaskClient, place: int, query: str = "") -> str:
    return section(asked_by_dash(client, f"/zh/build/{place}", f"?year={YEAR}{query}"), "saved")


def number(ministry: Ministry, name: str) -> str:
    with roles.connect(ministry.owner_url) as connection:
        row = connection.execute(
            "SELECT table_id FROM saved_table WHERE name = %s", [name]
        ).fetchone()
        assert row
        return str(row[0])


def test_a_table_is_kept_listed_and_opened(ministry: Ministry) -> None:
    client = ministry.client("analyst")
    answer = do(client, "save_table", {**WORDS, "cut": "grade", "name": "  各省  在校生 "})

    assert "已保存" in answer.text
    words = listed(client, 1)
    assert "各省 在校生" in words
    (link,) = re.findall(r"/zh/build/1\?[^\"\\]*places=1\.1-provinces[^\"\\]*", words)
    assert "cut=grade" in link
    assert client.get(link).status_code == 200
    assert "各省 在校生" not in listed(ministry.client("ministry"), 1)


def test_a_shared_table_is_seen_where_its_owner_stands_and_below(ministry: Ministry) -> None:
    province = ministry.at("province")
    do(
        ministry.client("province"),
        "save_table",
        {**WORDS, "places": str(province), "at": str(province), "name": "本省", "shared": "1"},
    )

    assert "本省" in listed(ministry.client("county"), ministry.at("county"))
    assert "本省" in listed(ministry.client("school"), ministry.at("school"))
    for role in ("sister", "ministry", "analyst"):
        assert "本省" not in listed(ministry.client(role), ministry.at(role)), role

    do(
        ministry.client("province"),
        "change_table",
        {"table": number(ministry, "本省"), "to": "own"},
    )
    assert "本省" not in listed(ministry.client("county"), ministry.at("county"))


def test_what_is_removed_can_be_brought_back(ministry: Ministry) -> None:
    client = ministry.client("county")
    place = ministry.at("county")
    do(client, "save_table", {**WORDS, "places": str(place), "at": str(place), "name": "去留"})
    do(client, "change_table", {"table": number(ministry, "去留"), "to": "remove"})

    assert "去留" not in listed(client, place)
    assert "去留" in listed(client, place, "&start=removed")
    do(client, "change_table", {"table": number(ministry, "去留"), "to": "restore"})
    assert "去留" in listed(client, place)


def test_nobody_changes_anothers_table(ministry: Ministry) -> None:
    province = ministry.at("province")
    do(
        ministry.client("province"),
        "save_table",
        {**WORDS, "places": str(province), "at": str(province), "name": "别人的", "shared": "1"},
    )
    which = {"table": number(ministry, "别人的"), "to": "remove"}

    assert do(ministry.client("county"), "change_table", which).status_code in (409, 422)
    assert do(ministry.client("sister"), "change_table", which).status_code in (409, 422)
    assert "别人的" in listed(ministry.client("province"), province)


@pytest.mark.parametrize(
    "said",
    [{"name": " "}, {"name": "x" * 61}, {"name": "x", "metrics": "nothing_there"}, {"name": "x", "years": "1901"}, {"name": "x", "at": "999999999"}],
)  # fmt: skip
def test_what_is_no_table_is_not_kept(ministry: Ministry, said: dict[str, str]) -> None:
    answer = do(ministry.client("ministry"), "save_table", {**WORDS, **said})

    assert answer.status_code in (409, 422)
    assert answer.json
    assert answer.json["refused"]


def test_row_security_keeps_a_table_its_owners(ministry: Ministry) -> None:
    """Whatever a page may get wrong."""
    do(ministry.client("ministry"), "save_table", {**WORDS, "name": "只给自己"})
    table = number(ministry, "只给自己")
    county = ministry.web.scope(ministry.readers["county"].login, ministry.at("county"))

    with ministry.web.acting(county) as writer:
        assert (
            writer.scalar("SELECT count(*) FROM saved_table WHERE table_id = :n", n=int(table)) == 0
        )
        assert (
            writer.run("UPDATE saved_table SET is_shared = true WHERE table_id = :n", n=int(table))
            == 0
        )
    with ministry.worker.writing() as writer, pytest.raises(Exception, match="stays what it is"):
        writer.run("UPDATE saved_table SET said = '{}' WHERE table_id = :n", n=int(table))
