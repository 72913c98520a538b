"""Reminding who is late, and proposing which rungs review a province's schools."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.picked import ALL_BUT, PICK, SHOWN, WHICH, who
from warehouse import chain_duties
from warehouse.proposals import REVIEW_STEPS, Wanted, propose
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
    """A province proposes how it reviews; a security administrator decides, since it moves official figures."""
    wanted = Wanted(
        name=REVIEW_STEPS.name,
        place_id=who(attempt).place_id,
        value=attempt.said.get("rungs", ""),
        from_year=attempt.number("from_year"),
        reason=attempt.said.get("reason", ""),
    )
    number = propose(attempt.writer, attempt.login, wanted, attempt.audience.ladder, attempt.now)
    return Done(
        said=attempt.phrases("choose_review.done", year=wanted.from_year),
        object=f"{wanted.name}/{wanted.place_id}/{wanted.from_year}",
        detail={"proposal": number, "wanted": wanted.value},
    )


ACTIONS = (
    Action(name="remind_units", right=Right.REMIND, run=remind),
    Action(name="choose_review", right=Right.REVIEW, run=choose_review),
)
