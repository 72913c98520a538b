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


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of a form."""
    return dict(re.findall(r'"name": "(\w+)", "(?:defaultValue|value)": "?([^",}]*)', page))


def link_of(words: str, name: str) -> str:
    """Where a table of the list is opened."""
    before = words[: words.index(f': {name}"')]  # its first button
    return str(re.findall(r'"href": "([^"]+)"', before)[-1])


def told(chart: str) -> str:
    """What a chart shows and of which kind it is, without where its words lead."""
    return re.sub(r'"href": "[^"]*"', "", chart)


def test_the_chart_that_was_looked_at_is_kept_with_the_table(ministry: Ministry) -> None:
    """Its kind, its metric and its year, whatever the page in view draws when the table is opened."""
    client, (earlier, newest) = ministry.client("ministry"), ministry.web.ladder.years[-2:]
    said = f"places=1.1-provinces&metrics=students.graduates&years={earlier}.{newest}"
    charts = {"条形图": f"?year={newest}&{said}&metric=graduates&chart=bars", "旧年地图": f"?year={earlier}&{said}&chart=map"}  # fmt: skip
    looked_at = {name: asked_by_dash(client, "/zh/build/1", query) for name, query in charts.items()}  # fmt: skip
    assert len({told(section(page, "chart")) for page in looked_at.values()} - {""}) == 2
    for name, page in looked_at.items():
        fields = {**fields_of(section(page, "fixed")), "name": name}
        assert do(client, "save_table", fields).status_code == 200
    do(client, "save_table", {**WORDS, "name": "不选图"})

    words = section(asked_by_dash(client, "/zh/build/1", f"?year={newest}&{said}&metric=graduates&chart=heat"), "saved")  # fmt: skip
    for name, page in looked_at.items():
        path, _, query = link_of(words, name).partition("?")
        opened = asked_by_dash(client, path, f"?{query}")
        assert told(section(opened, "chart")) == told(section(page, "chart"))
    assert "metric=" not in link_of(words, "不选图")
    assert "chart=" not in link_of(words, "不选图")


def test_a_table_saved_under_a_name_one_has_replaces_it(ministry: Ministry) -> None:
    """It is said beforehand and afterwards; nobody else's of the same name is touched, and the earlier one can be brought back."""
    for role in ("sister", "county"):
        do(ministry.client(role), "save_table", {**WORDS, "name": "同名"})
    client = ministry.client("sister")
    beforehand = {lang: section(asked_by_dash(client, f"/{lang}/build/1", f"?year={YEAR}"), "fixed") for lang in ("zh", "en")}  # fmt: skip
    assert ["同名表会被替换" in beforehand["zh"], "is replaced" in beforehand["en"]] == [True, True]
    answer = do(client, "save_table", {**WORDS, "cut": "grade", "name": " 同名"})

    assert "替换了您原来的同名表" in answer.text
    words = listed(client, 1)
    assert [words.count("删除: 同名"), "cut=grade" in link_of(words, "同名")] == [1, True]
    assert "同名" in listed(client, 1, "&start=removed")
    assert "同名" in listed(ministry.client("county"), 1)


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
    [{"name": " "}, {"name": "x" * 61}, {"name": "x", "metrics": "nothing_there"}, {"name": "x", "years": "1901"}, {"name": "x", "at": "999999999"}, {"name": "x", "chart": "pie"}, {"name": "x", "asof": "once"}, {"name": "x", "release": f"FB-{YEAR}-77"}],
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
