"""One grammar of addresses: what is written reads back as it was, and junk is nothing but a bad address."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.address import Address, BadAddress, parse

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,60}", fullmatch=True) | st.just("")
SORTS = st.from_regex(r"-?[a-z][a-z0-9_]{0,50}", fullmatch=True) | st.just("")
MOMENTS = st.datetimes(timezones=st.just(UTC) | st.none()).map(datetime.isoformat) | st.just("")
ADDRESSES = st.builds(
    Address,
    lang=st.sampled_from(["zh", "en"]),
    page=st.from_regex(r"[a-z]{1,20}", fullmatch=True),
    place=st.none() | st.integers(0, 999_999_999),
    year=st.none() | st.integers(1000, 2999),
    bounds=st.sampled_from(["now", "then"]),
    basis=st.sampled_from(["submitted", "approved"]),
    asof=MOMENTS,
    metric=NAMES,
    sort=SORTS,
    source=NAMES,
    law=st.sampled_from(["", "later"]),
    all=st.sampled_from(["", "1"]),
    day=st.dates().map(date.isoformat) | st.just(""),
    object=st.text(st.characters(exclude_categories=["C", "Z"]), max_size=100),
    unfolded=st.lists(st.from_regex(r"[a-z][a-z0-9_-]{0,60}", fullmatch=True), max_size=5).map(
        ".".join
    ),
    theme=st.sampled_from(["light", "dark"]),
)
# The first draw builds a table of all characters, which a busy machine takes seconds for.
SLOW_START = settings(suppress_health_check=[HealthCheck.too_slow])
OPTIONS = st.sampled_from(
    ["year", "bounds", "basis", "asof", "metric", "sort", "source", "law", "theme", "all", "day", "object", "unfolded", "place", "lang", "load"]
)  # fmt: skip


def read(address: str) -> Address:
    parts = urlsplit(address)
    return parse(parts.path, f"?{parts.query}" if parts.query else "")


@SLOW_START
@given(ADDRESSES)
def test_an_address_reads_back_as_it_was_written(address: Address) -> None:
    assert read(str(address)) == address


@SLOW_START
@given(ADDRESSES)
def test_an_address_is_written_in_one_way(address: Address) -> None:
    assert str(read(str(address))) == str(address)
    assert str(address).isascii()


@given(st.text(), st.text())
def test_junk_is_a_bad_address_or_an_address(path: str, query: str) -> None:
    try:
        found = parse(path, query)
    except BadAddress:
        return
    assert read(str(found)) == found


@given(st.lists(st.tuples(OPTIONS, st.text() | st.integers().map(str)), max_size=30))
def test_junk_in_an_option_is_a_bad_address_or_an_address(options: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={value}" for name, value in options)
    try:
        found = parse("/zh/place/1", f"?{query}")
    except BadAddress:
        return
    assert found.place == 1
    assert read(str(found)) == found


@pytest.mark.parametrize(
    "address",
    ["/", "/zh", "/fr/place/1", "/zh/place/1/2", "/zh/Place/1", "/zh/place/-1", "/zh/place/١", "/zh/place/1\n",
     "/zh/place/1?year=２０２５", "/zh/place/1?year=25", "/zh/place/1?asof=noon", "/zh/place/1?unfolded=trend..tiles", "/zh/place/1?unfolded=1", "/zh/place/1?metric=Students",
     "/zh/place/1?metric=students%0A", "/zh/place/1?unknown=1", "/zh/place/1?lang=en", "/zh/place/1?place=2",
     "/zh/place/1?theme=", "/zh/place/1?bounds=both", "/zh/place/1?" + "&".join(f"o{n}" for n in range(99))],
)  # fmt: skip
def test_what_is_outside_the_grammar_is_refused(address: str) -> None:
    path, _, query = address.partition("?")

    with pytest.raises(BadAddress):
        parse(path, query)


def test_an_option_is_written_only_when_it_differs_from_its_default() -> None:
    address = Address(place=430000, year=2025)

    assert str(address) == "/zh/place/430000?year=2025"
    assert address.to(theme="dark", bounds="then") == (
        "/zh/place/430000?year=2025&bounds=then&theme=dark"
    )


def test_going_to_another_place_leaves_behind_what_belongs_to_one_page() -> None:
    address = Address(place=1, year=2025, source="students", sort="-students", all="1", law="later")

    assert address.at(430000) == "/zh/place/430000?year=2025&law=later"


@pytest.mark.parametrize(
    "said", ["release=FB-2025-1&year=2024", "release=FB-1", "release=FB-2025-0"]
)
def test_an_address_that_contradicts_its_release_is_none(said: str) -> None:
    with pytest.raises(BadAddress):
        parse("/zh/place/1", said)
