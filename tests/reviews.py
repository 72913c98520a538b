"""Rounds of review for tests that look at what they wrote down."""

from __future__ import annotations

from metrics.judgement.round import EVERYTHING, Desk, whole
from tests.readers import NOW, YEAR
from warehouse import models
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


def candidate(worker: Warehouse, version: str, precision: float) -> int:
    """Models that were kept, with a card of one section and the back-test of one outcome."""
    section_ = {"key": "limits", "title": "What they are not for", "lines": ["It judges nothing."], "heads": ["outcome", "years ahead"], "rows": [["Closes", "1"]]}  # fmt: skip
    score = {"precision": precision, "low": 0.1, "high": 0.6, "skill": 0.1, "error": 0.02, "top_error": None}  # fmt: skip
    risks = [
        {"outcome": "ends", "lead": 1, "gain": [1.5, 1.0, 2.0], "scores": {"model": score}},
        {"outcome": "shrinks", "lead": 1, "why": "too few"},
    ]
    text = f'{{"format":1,"models":[],"of":"{version}"}}'
    made = models.Made(version, NOW, (2020, 2025), 40, {}, {"zh": [section_], "en": [section_]}, {"version": version, "risks": risks}, text)  # fmt: skip
    with worker.writing() as writer:
        return models.keep(writer, made)
