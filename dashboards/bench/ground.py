"""Where the bench runs: its own server, its own warehouse, a signed-in reader, and the mix of places."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dashboards.address import Address
from dashboards.page import registry
from warehouse import accounts, commands, embedded
from warehouse.accounts import Password
from warehouse.bench.baseline import Yard
from warehouse.discovery import domains
from warehouse.places import NATION, Rung
from warehouse.roles import WEB, with_role
from warehouse.store import Warehouse, open_worker

TODAY = date(2026, 11, 20)
BESIDE = ("specialties", "board", "quality", "rollout", "fusion")
PROVINCE = 430000
MIX = {Rung.NATION: 1, Rung.PROVINCE: 5, Rung.PREFECTURE: 20, Rung.COUNTY: 50, Rung.SCHOOL: 24}


@dataclass(frozen=True)
class Ground:
    """An open bench. `ministry` is the account that reads every page."""

    folder: Path
    yard: Yard
    worker: Warehouse
    web: Warehouse
    web_url: str
    ministry: Password
    year: int


def prepare(folder: Path, year: int) -> tuple[embedded.Server, Warehouse]:
    """The bench's own server and its warehouse as the worker, at the newest schema."""
    server = embedded.start(folder)
    commands.upgrade(server.owner_url, server.app_url, lambda _: None)
    worker = open_worker(server.app_url)
    worker.set("today", TODAY.isoformat())
    worker.set("synthetic", str(year))
    return server, worker


def open_ground(folder: Path, server: embedded.Server, worker: Warehouse, year: int) -> Ground:
    shown = {each.login: each for each in accounts.ensure_demo_accounts(worker, folder)}
    web = Warehouse(server.app_url)
    url = with_role(server.app_url, WEB)
    return Ground(folder, Yard(server), worker, web, url, shown["ministry"], year)


def mix(ground: Ground) -> list[str]:
    """A hundred addresses in the proportions of the design, spread over the country."""
    return [
        Address(place=place, year=ground.year).to()
        for places in spread(ground).values()
        for place in places
    ]


def kinds(ground: Ground) -> dict[Rung, list[str]]:
    """Every kind of page at the nation and at a large province: each domain, and those beside them."""
    places = {Rung.NATION: NATION, Rung.PROVINCE: PROVINCE}
    return {rung: kinds_at(ground, rung, [place]) for rung, place in places.items()}


def kinds_at(ground: Ground, rung: Rung, places: Sequence[int]) -> list[str]:
    """Of some places every kind of page that there is at their rung."""
    names = [name for name in (*domains(), *BESIDE) if (name, rung) in registry()]
    return [
        Address(page=name, place=place, year=ground.year).to() for place in places for name in names
    ]


def spread(ground: Ground, many: Mapping[Rung, int] = MIX) -> dict[Rung, list[int]]:
    """So many places of each rung, spread over the country."""
    due = [row["school_id"] for row in ground.web.directory(ground.year).iter_rows(named=True)]
    places = {rung: _at(ground, rung) for rung in many} | {Rung.NATION: [NATION], Rung.SCHOOL: due}
    return {rung: _spread(places[rung], number) for rung, number in many.items()}


def _at(ground: Ground, rung: Rung) -> list[int]:
    """The places of a rung that have a ladder in the year and stand in the statistics."""
    ladder = ground.web.ladder
    known = ladder.parents[ground.year]
    found = (p for p in known if ladder.rung(p) == rung and known[p][1] is not None)
    return sorted(p for p in found if ladder.place(p).in_statistics)


def _spread(places: Sequence[int], many: int) -> list[int]:
    return [places[n * len(places) // many] for n in range(many)]


def spent(ground: Ground) -> float:
    """Processor seconds of this process and of the server until now."""
    return time.process_time() + ground.yard.processor_seconds()


def machine(ground: Ground) -> dict[str, str]:
    """What the ratios were measured on."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "postgresql": ground.yard.version(),
        "python": platform.python_version(),
        "load_average": " ".join(f"{each:.1f}" for each in os.getloadavg()),
    }


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
