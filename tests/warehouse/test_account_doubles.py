"""Accounts that may be of one person are listed for whoever keeps them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.readers import Ministry
from warehouse.account_list import doubles
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
        places = (NATION, ministry.at("county"), ministry.at("sister"))
        everywhere, county, sister = (found(reader, place) for place in places)

    assert everywhere == county == {"same-1", "same-2"}
    assert sister == set()
