"""Fill the warehouse of the bench; what stands already is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from warehouse.bench import data
from warehouse.discovery import forms, submitted_forms
from warehouse.parts import is_gathered
from warehouse.store import Warehouse
from warehouse.units import record_unit_events

Say = Callable[[str], None]


def fill(worker: Warehouse, schools: int, years: Iterable[int], say: Say) -> None:
    """Units for all years, then every form of every year as a fresh partition."""
    wanted = list(years)
    if not worker.ladder.years:
        with worker.writing() as writer:
            record_unit_events(
                writer, data.unit_events(schools, wanted[0]), [*wanted, wanted[-1] + 1]
            )
        worker.refresh()
    for year in wanted:
        due = worker.directory(year)["school_id"].to_list()
        for name in dict.fromkeys((*data.DRAWN, *submitted_forms())):
            if worker.is_fresh(name, year):
                worker.record(replace(data.batch(name, year, due), is_gathered=False), fresh=True)
        for declared in filter(is_gathered, forms().values()):
            worker.gather(declared, year)
        say(f"  {year}: {len(due):,} schools")
