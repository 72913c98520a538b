"""Reminding who is late, and choosing which rungs review a province's schools."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.picked import ALL_BUT, PICK, SHOWN, WHICH, who
from warehouse import chain_duties
from warehouse.chain_rules import CHOICES
from warehouse.rights import Right


def remind(attempt: Attempt) -> Done:
    ticked = _places(attempt, PICK)
    if attempt.said.get(WHICH) == ALL_BUT:
        ticked = _places(attempt, SHOWN) - ticked
    if not ticked:
        raise Refusal("没有选中任何单位；请先勾选。", "No unit is chosen: tick some first.")
    fresh, known = chain_duties.remind(attempt.writer, who(attempt), ticked, attempt.now)
    said = attempt.phrases("remind_units.done", n=fresh, known=known)
    return Done(said=said, object=f"{fresh} units", detail={"reminded": fresh, "already": known})


def _places(attempt: Attempt, name: str) -> set[int]:
    said = attempt.listed.get(name, ())
    if not all(text.isascii() and text.isdigit() and len(text) <= 9 for text in said):
        raise Refusal(
            "单位编号有误，请从页面上重新选择。", "That names no unit; choose it on the page."
        )
    return {int(text) for text in said}


def choose_review(attempt: Attempt) -> Done:
    said = attempt.said.get("rungs", "")
    rungs = next((one for one in CHOICES if ",".join(r.name.lower() for r in one) == said), ())
    year = attempt.number("from_year")
    chain_duties.choose_review(attempt.writer, who(attempt), rungs, year, attempt.now)
    return Done(
        said=attempt.phrases("choose_review.done", year=year),
        object=said,
        detail={"from_year": year},
    )


ACTIONS = (
    Action(name="remind_units", right=Right.REMIND, run=remind),
    Action(name="choose_review", right=Right.REVIEW, run=choose_review),
)
