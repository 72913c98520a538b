"""Accounts that may be of one person are listed for whoever keeps them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.readers import NOW, Ministry
from warehouse.account_list import Wanted, doubles, find, many, many_doubles
from warehouse.places import NATION
from warehouse.store import Reader


def kept(ministry: Ministry, login: str, name: str, at: str, **more: Any) -> None:
    ministry.worker.keep_account(
        login=login, name_zh=name, name_en=login, place_id=ministry.at(at), role="analyst", depth="published",
        password_hash="", created_by="somebody", **more,
    )  # fmt: skip


def test_lasting_accounts_of_one_name_at_one_place_are_doubles(ministry: Ministry) -> None:
    kept(ministry, "same-1", "同名", "county")
    kept(ministry, "same-2", "同名", "county")
    kept(ministry, "elsewhere", "同名", "sister")
    kept(ministry, "gone", "已离开", "county", ended_at=datetime.now(UTC))
    kept(ministry, "alone", "已离开", "county")
    scope = ministry.worker.scope("system", NATION, office="system_admin")

    def found(reader: Reader, place: int) -> set[str]:
        return {one.login for one in doubles(reader, ministry.worker.ladder.place(place))}

    with ministry.worker.reading(scope) as reader:
        assert many_doubles(reader, ministry.worker.ladder.place(NATION)) == 2
        places = (NATION, ministry.at("county"), ministry.at("sister"))
        everywhere, county, sister = (found(reader, place) for place in places)

    assert everywhere == county == {"same-1", "same-2"}
    assert sister == set()


def test_accounts_are_counted_as_they_are_listed(ministry: Ministry) -> None:
    place = ministry.worker.ladder.place(ministry.at("county"))
    with ministry.worker.reading(ministry.worker.scope("system", NATION, office="system_admin")) as reader:  # fmt: skip
        for state in ("", "ended", "active"):
            wanted = Wanted(place=place, today=NOW.date(), state=state)
            assert many(reader, wanted) == len(find(reader, wanted, 1_000))
        assert many(reader, Wanted(place=place, today=NOW.date(), words="同名")) == 2
