"""When the worker reviews: everything once in the night, and every minute the schools that have reported since."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from metrics.judgement.round import EVERYTHING, Clock, Desk, Done, changed, whole
from warehouse import flags
from warehouse.store import Warehouse

FEW = 200  # schools: when more have reported, everything is reviewed, once the loading has come to rest
AT_REST = timedelta(seconds=60)


@dataclass
class Reviewer:
    """A process that reviews: it does one round at a time and keeps what it has read."""

    desk: Desk = field(default_factory=Desk)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def nightly(self, warehouse: Warehouse, now: Clock) -> Done | None:
        """Everything."""
        with self._one_at_a_time:
            return whole(warehouse, self.desk, now)

    def between(self, warehouse: Warehouse, now: Clock) -> Done | None:
        """The schools that reported; everything where these are many, or where nothing has been reviewed yet, as soon as no load is going on."""
        with self._one_at_a_time:
            with warehouse.reading(EVERYTHING) as reader:
                last = flags.newest_round(reader)
                many = last is None or len(flags.changed_since(reader, last.loads)) > FEW
                is_at_rest = flags.rested(reader) > AT_REST
            if not many:
                return changed(warehouse, self.desk, now)
            return whole(warehouse, self.desk, now) if is_at_rest else None
