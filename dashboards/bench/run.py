"""The whole bench: build, measure one bar after the other, tell the table, keep the JSON."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboards.bench import (
    briefings,
    clicks,
    crowd,
    deadline,
    first_page,
    loading,
    outcome,
    panels,
    releasing,
    review,
    secrecy,
    tables,
    visible,
)
from dashboards.bench.crowd import Served
from dashboards.bench.ground import Ground, machine, open_ground, prepare
from dashboards.bench.outcome import Measured
from warehouse.bench.fill import fill
from warehouse.doctor import find_browser
from warehouse.errors import UnknownName, WarehouseUnavailable

Say = Callable[[str], None]
NEWEST = 2025
SERVERS = ("ZHIJIAN_DATABASE_URL", "ZHIJIAN_OWNER_URL")  # the bench never touches one
ROUNDS, SECONDS = 3, 20.0


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is measured, how often, and with what."""

    rounds: int
    seconds: float
    served: Served
    browser: Path | None


def bench(
    folder: Path, environment: Mapping[str, str], schools: int, years: int,
    parts: Sequence[str] | None, say: Say,
) -> list[Measured]:  # fmt: skip
    """Build what is missing and measure; each bar is said as soon as it is known."""
    ours = {name: value for name, value in environment.items() if name not in SERVERS}
    ours["ZHIJIAN_VAR"] = str(folder)
    browser = ours.get("ZHIJIAN_BROWSER")
    order = Order(
        rounds=ROUNDS, seconds=SECONDS, browser=find_browser(Path(browser) if browser else None),
        served=Served(ours, ours["ZHIJIAN_HOST"], free_port(ours["ZHIJIAN_HOST"])),
    )  # fmt: skip
    ground = build(folder, schools, years, say)
    found = []
    for part in parts or PARTS:
        for measured in measure(part, order, ground):
            say(f"  {measured.what}: {measured.measured} ({measured.bar}); {measured.beside}")
            found.append(measured)
            keep(folder, ground, found)
    say(f"\n{(folder / 'bench.md').read_text(encoding='utf-8')}")
    return found


def free_port(host: str) -> int:
    """A port nobody listens on: with reuse-port another server's would be shared without a word."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def build(folder: Path, schools: int, years: int, say: Say) -> Ground:
    """The warehouse of the bench, filled with what is missing."""
    server, worker = prepare(folder, NEWEST)
    say(f"Building {schools:,} schools and {years} years  生成数据")
    start = time.monotonic()
    fill(worker, schools, range(NEWEST - years + 1, NEWEST + 1), say)
    say(f"  built in {time.monotonic() - start:.0f} s")
    return open_ground(folder, server, worker, NEWEST)


def measure(part: str, order: Order, ground: Ground) -> Iterable[Measured]:
    """The bars of one part."""
    if part not in PARTS:
        raise UnknownName("测量项", part, PARTS)
    return PARTS[part](order, ground)


def _found(browser: Path | None) -> Path:
    if browser is None:
        raise WarehouseUnavailable("没有浏览器：请安装 chromium。", "No browser: install chromium.")
    return browser


PARTS: dict[str, Callable[[Order, Ground], Iterable[Measured]]] = {
    "load": lambda order, ground: loading.measure_loading(ground, order.rounds),
    "panel": lambda order, ground: [panels.measure_panel(ground, 40 * order.rounds)],
    "click": lambda order, ground: [clicks.measure_clicks(ground, order.rounds)],
    "kinds": lambda order, ground: clicks.measure_kinds(ground, order.rounds),
    "visible": lambda order, ground: visible.measure_visible(ground, 5 * order.rounds),
    "crowd": lambda order, ground: crowd.measure_crowd(ground, order.served, order.seconds),
    "deadline": lambda order, ground: deadline.measure_deadline(ground, order.served),
    "browser": lambda order, ground: first_page.measure_first_page(ground, order.served, _found(order.browser), order.rounds),
    "review": lambda order, ground: review.measure_review(ground, order.rounds),
    "tables": lambda order, ground: tables.measure_tables(ground, order.rounds),
    "briefings": lambda order, ground: briefings.measure_briefings(ground, order.rounds),
    "disclosure": lambda _, ground: secrecy.measure_disclosure(ground),
    "release": lambda _, ground: releasing.measure_release(ground),
    "tenfold": lambda order, ground: (measure(ground, order.rounds) for measure in (clicks.measure_ten_times, tables.measure_ten_times)),
}  # fmt: skip


def keep(folder: Path, ground: Ground, found: list[Measured]) -> None:
    """The table and the JSON of what is known so far."""
    told = machine(ground)
    text = outcome.table(found)
    (folder / "bench.md").write_text(f"{told}\n\n{text}\n", encoding="utf-8")
    (folder / "bench.json").write_text(outcome.kept(told, found), encoding="utf-8")
