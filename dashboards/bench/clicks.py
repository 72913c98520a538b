"""A whole drill-down click in one process: every panel of the page, from request to compressed answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median, quantiles
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from dashboards import serving
from dashboards.auth import SIGN_IN
from dashboards.bench.ground import MIX, TODAY, Ground, kinds, kinds_at, mix, spent, spread
from dashboards.bench.outcome import Measured
from dashboards.bench.panels import timed
from dashboards.shell import LOCATION_ID, PAGE_ID, PAGE_PROPERTY
from dashboards.site import create_site
from warehouse.accounts import Password
from warehouse.crypto import suite
from warehouse.places import Rung

BAR_MS = 25.0
TEN_TIMES = 1.2
FIFTH = 5
DISPATCH = "/_dash-update-component"


@dataclass(frozen=True)
class Click:
    """What a browser posts to be shown an address."""

    address: str

    def body(self) -> dict[str, Any]:
        path, query = urlsplit(self.address).path, urlsplit(self.address).query
        given = {"pathname": path, "search": f"?{query}" if query else ""}
        return {
            "output": f"{PAGE_ID}.{PAGE_PROPERTY}",
            "outputs": {"id": PAGE_ID, "property": PAGE_PROPERTY},
            "inputs": [{"id": LOCATION_ID, "property": p, "value": v} for p, v in given.items()],
            "changedPropIds": [f"{LOCATION_ID}.pathname", f"{LOCATION_ID}.search"],
        }


def site(ground: Ground, *, cache: bool) -> Flask:
    """The site as a web process of an installation has it."""
    made = create_site(
        ground.web, secret="bench", today=TODAY,  # noqa: S106 - signs nothing that lasts
        settings={"synthetic": True, "cache": cache, "suite": suite("international", ground.folder / "keys")},
    )  # fmt: skip
    serving.settle()
    return made


def signed_in(server: Flask, account: Password) -> FlaskClient:
    """A browser that has gone through the sign-in page."""
    client = server.test_client()
    client.get(SIGN_IN)
    with client.session_transaction() as session:
        csrf = session["csrf"]
    words = {"account": account.login, "password": account.password, "csrf": csrf}
    if client.post(SIGN_IN, data=words).status_code != 302:
        raise RuntimeError("sign-in was refused")
    return client


class Taken(NamedTuple):
    """Milliseconds of server time for each address, and the processor time of all processes for one of them."""

    each: list[float]
    work: float


def click_times(ground: Ground, addresses: Sequence[str], rounds: int) -> Taken:
    """Of every address, cold, the median over the rounds; one round goes before them and is left out."""
    client = signed_in(site(ground, cache=False), ground.ministry)

    def click(address: str) -> None:
        answer = client.post(
            DISPATCH, json=Click(address).body(), headers={"Accept-Encoding": "br"}
        )
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")

    for address in addresses:
        click(address)
    start = spent(ground)
    taken = [[timed(lambda a=a: click(a)) * 1000 for a in addresses] for _ in range(rounds)]  # type: ignore[misc]
    work = (spent(ground) - start) * 1000 / (rounds * len(addresses))
    return Taken([median(column) for column in zip(*taken, strict=True)], work)


def measure_clicks(ground: Ground, rounds: int) -> Measured:
    """The mean over the mix, for that is what a machine must bear; the median and the ninth decile beside."""
    took, work = click_times(ground, mix(ground), rounds)
    middle, ninth = median(took), quantiles(took, n=10)[-1]
    return Measured(
        "a whole drill-down click, cold, one reader, over the mix (server time, compression included)",
        f"{mean(took):.1f} ms", f"<= {BAR_MS:.0f} ms", mean(took) <= BAR_MS,
        f"median {middle:.1f}, ninth decile {ninth:.1f} ms; nation {took[0]:.1f} ms; processor time of all processes {work:.1f} ms", tuple(took),
    )  # fmt: skip


def measure_kinds(ground: Ground, rounds: int) -> Iterator[Measured]:
    """Each kind of page, cold: over the mix of places, and then once at the nation and once at a large province, the slowest ones named."""
    yield _over_the_mix(ground, rounds)
    for rung, addresses in kinds(ground).items():
        took, work = click_times(ground, addresses, rounds)
        slowest = sorted(zip(took, addresses, strict=True), reverse=True)[:4]
        named = ", ".join(
            f"{urlsplit(address).path.split('/')[2]} {ms:.0f}" for ms, address in slowest
        )
        yield Measured(
            f"the {len(took)} kinds of page at a {rung.name.lower()}, cold, one reader (server time, compression included)",
            f"{mean(took):.1f} ms", f"<= {BAR_MS:.0f} ms", mean(took) <= BAR_MS,
            f"median {median(took):.1f} ms; slowest {named} ms; processor time of all processes {work:.1f} ms", tuple(took),
        )  # fmt: skip


def _over_the_mix(ground: Ground, rounds: int) -> Measured:
    """Every kind of page there is at a fifth of the mix's places; each rung weighs what it does in the mix."""
    some = {rung: max(1, many // FIFTH) for rung, many in MIX.items()}
    taken = {
        rung: click_times(ground, kinds_at(ground, rung, places), rounds)
        for rung, places in spread(ground, some).items()
    }
    took = weighed({rung: mean(one.each) for rung, one in taken.items()})
    work = weighed({rung: one.work for rung, one in taken.items()})
    named = ", ".join(f"{rung.name.lower()} {mean(one.each):.1f}" for rung, one in taken.items())
    return Measured(
        f"every kind of page ({sum(len(one.each) for one in taken.values())} pages), cold, one reader, over the mix (server time, compression included)",
        f"{took:.1f} ms", f"<= {BAR_MS:.0f} ms", took <= BAR_MS,
        f"{named} ms; processor time of all processes {work:.1f} ms", tuple(each for one in taken.values() for each in one.each),
    )  # fmt: skip


def weighed(by_rung: Mapping[Rung, float]) -> float:
    """The mean over the mix of what was found for each rung."""
    return sum(MIX[rung] * each for rung, each in by_rung.items()) / sum(MIX.values())


def measure_ten_times(ground: Ground, rounds: int) -> Measured:
    """The same clicks with ten times the facts, and again without."""
    addresses = mix(ground)[::4]
    before = click_times(ground, addresses, rounds).each
    rows = ground.yard.times_ten([ground.year])
    try:
        more = click_times(ground, addresses, rounds).each
    finally:
        ground.yard.times_one([ground.year])
    after = click_times(ground, addresses, rounds).each
    ratio = median(m / ((b + a) / 2) for m, b, a in zip(more, before, after, strict=True))
    return Measured(
        "a click with ten times the facts in the year shown", f"{ratio:.2f}x", f"<= {TEN_TIMES}x", ratio <= TEN_TIMES,
        f"median {median(more):.1f} ms with {rows:,} rows of students in all; {median(before):.1f} before, {median(after):.1f} after",
    )  # fmt: skip
