"""When the worker reviews: everything once in the night, and every minute the schools that have reported since.

What reads all schools anew takes seconds of a processor and a gigabyte: on the night of a deadline readers would wait for it every minute.
It is done when loading has come to rest, and where it does not, a quarter of an hour after the first load that nobody has reviewed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from metrics.judgement.round import EVERYTHING, Changed, Clock, Desk, Done, changed, whole
from warehouse import flags
from warehouse.store import Reader, Warehouse

FEW = 200  # schools: when more have reported, everything is reviewed, once the loading has come to rest
AT_REST = timedelta(seconds=60)
PATIENCE = timedelta(minutes=15)
Review = Callable[[Warehouse, Desk, Clock], Done | None]


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
        """The schools that reported, everything where these are many or where nothing has been reviewed yet; None while it waits for a rest."""
        with self._one_at_a_time:
            with warehouse.reading(EVERYTHING) as reader:
                review = self._due(reader)
            return review(warehouse, self.desk, now) if review else None

    def _due(self, reader: Reader) -> Review | None:
        last, is_at_rest = flags.newest_round(reader), flags.rested(reader) > AT_REST
        if last is None:
            return whole if is_at_rest else None
        since = Changed(last.loads, flags.changed_since(reader, last.loads))
        if len(since.schools) > FEW:
            return whole if is_at_rest else None
        is_light = self.desk.lacking(reader, since) is not None
        is_due = is_light or is_at_rest or flags.waited(reader, last.loads) > PATIENCE
        return changed if is_due else None
