"""Rounds of review for tests that look at what they wrote down."""

from __future__ import annotations

from metrics.judgement.round import EVERYTHING, Desk, whole
from tests.readers import NOW, YEAR
from warehouse.flag_lists import Wanted, listed
from warehouse.flags import Judgement, newest_round
from warehouse.places import NATION
from warehouse.store import Warehouse


def reviewed(worker: Warehouse, judgement: Judgement = Judgement.DOUBT) -> tuple[int, int]:
    """A school and the number of a flag of it, of the weightiest; everything is reviewed once before."""
    with worker.reading(EVERYTHING) as reader:
        is_new = newest_round(reader) is None
    if is_new:
        whole(worker, Desk(), lambda: NOW)
    with worker.reading(EVERYTHING) as reader:
        (found,) = listed(reader, Wanted(NATION, YEAR, judgement), most=1)
    return found.school_id, found.flag_id
