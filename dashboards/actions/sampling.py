"""Spot checks: a plan is drawn for a place of one's own scope, and what was found at its schools is recorded."""

from __future__ import annotations

from datetime import date

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.picked import NOTE, who
from metrics.spot_checks import any_seed, draw
from warehouse import spot_checks
from warehouse.rights import Right
from warehouse.spot_checks import Found, Visited, Wish


def plan(attempt: Attempt) -> Done:
    """Draw by a seed that was given, or by one that nobody chose; the plan is kept whatever it draws."""
    seed = attempt.number("seed") if attempt.said.get("seed", "").strip() else any_seed()
    wish = Wish(attempt.number("place"), attempt.number("year"), attempt.number("visits"), attempt.number("lot"), seed)  # fmt: skip
    ladder = attempt.audience.ladder
    if wish.year not in ladder.years:
        raise Refusal("没有这个学年，请从页面上选择。", "There is no such year: choose it on the page.")  # fmt: skip
    made = draw(attempt.writer, ladder, who(attempt), wish, attempt.now)
    by_lot = sum(one.arm == "random" for one in made.schools)
    said = attempt.phrases("sampling.done", number=made.number, n=len(made.schools), lot=by_lot, seed=seed)  # fmt: skip
    where = f"/{attempt.phrases.lang}/sampling/{wish.place_id}?year={wish.year}&item={made.plan_id}"
    return Done(said=said, where=where, object=f"plan/{made.plan_id}", detail={"place": wish.place_id, "year": wish.year, "seed": seed})  # fmt: skip


def record(attempt: Attempt) -> Done:
    """A school of a plan was visited: whether its data agree, and what was seen."""
    found, number, school = attempt.said.get("found", ""), attempt.number("plan"), attempt.number("school")  # fmt: skip
    if found not in set(Found):
        raise Refusal("请选择核查结果。", "Choose what was found.")
    try:
        day = date.fromisoformat(attempt.said.get("day", ""))
    except ValueError:
        raise Refusal("请填写核查日期，如 2026-11-20。", "Give the day of the visit, such as 2026-11-20.") from None  # fmt: skip
    me, ladder = who(attempt), attempt.audience.ladder
    said = Visited(school, Found(found), day, attempt.said.get(NOTE, ""), me.login, attempt.now)
    held = spot_checks.record(attempt.writer, me, said, number, ladder)
    words = attempt.phrases("sampling.recorded", school=ladder.place(school).name(attempt.phrases.lang), found=Found(found).label.of(attempt.phrases.lang))  # fmt: skip
    return Done(
        said=words, object=f"plan/{held.plan_id}", detail={"school": school, "found": found}
    )


ACTIONS = (
    Action(name="plan_spot_checks", right=Right.DISPATCH, run=plan),
    Action(name="record_spot_check", right=Right.DISPATCH, run=record),
)
