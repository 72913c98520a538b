"""A province applies for the fusion of its own system or withdraws; the ministry's reviewer measures and decides."""

from __future__ import annotations

from datetime import date

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.picked import who
from etl.fusion.adapter import parse_adapter
from warehouse import fusion
from warehouse.conformity import checks
from warehouse.fusion import Applied
from warehouse.fusion_hosts import drop_token
from warehouse.rights import Right


def apply(attempt: Attempt) -> Done:
    """The adapter is checked against the declared forms before anything is kept."""
    file = attempt.files.get("adapter")
    if file is None or not file.content or len(file.content) > fusion.MOST_ADAPTER * 4:
        raise Refusal("请选择适配声明文件（TOML）。", "Choose the adapter, a TOML file.")
    adapter = parse_adapter(file.name[:100], file.content)
    said = Applied(
        system=adapter.system, province=adapter.province, forms=tuple(adapter.forms), adapter=file.content.decode("utf-8"),
        since=_day(attempt), office=attempt.said.get("office", ""),
    )  # fmt: skip
    number = fusion.apply(attempt.writer, who(attempt), attempt.audience.ladder, said, attempt.now)
    return Done(said=attempt.phrases("fusion.done.apply"), object=_named(who(attempt).place_id), detail={"step": number, "forms": len(said.forms)})  # fmt: skip


def _day(attempt: Attempt) -> date:
    try:
        return date.fromisoformat(attempt.said.get("since", ""))
    except ValueError:
        raise Refusal("请填写日期，如 2016-09-01。", "Give a day, such as 2016-09-01.") from None


def withdraw(attempt: Attempt) -> Done:
    me, reason = who(attempt), attempt.said.get("reason", "")
    number = fusion.withdraw(attempt.writer, me, attempt.audience.ladder, reason, attempt.now)
    drop_token(attempt.writer, me)  # a secret that nobody needs is not kept
    return Done(said=attempt.phrases("fusion.done.withdraw"), object=_named(me.place_id), detail={"step": number})  # fmt: skip


def examine(attempt: Attempt) -> Done:
    place = attempt.number("place")
    found = fusion.examine(attempt.writer, who(attempt), attempt.audience.ladder, place, attempt.now)  # fmt: skip
    missed = [one.name for one in checks(found) if not one.is_met]
    said = attempt.phrases("fusion.done.examine", n=len(missed))
    return Done(said=said, object=_named(place), detail={"not met": missed, "receipts": len(found["receipts"])})  # fmt: skip


def decide(attempt: Attempt) -> Done:
    """Approved on what was measured, or returned with a reason."""
    place, me, decision = attempt.number("place"), who(attempt), attempt.said.get("decision", "")
    if decision == "approve":
        ladder = attempt.audience.ladder
        number = fusion.approve(attempt.writer, me, ladder, place, attempt.now)
    elif decision == "return":
        reason = attempt.said.get("reason", "")
        number = fusion.give_back(attempt.writer, me, place, reason, attempt.now)
    else:
        raise Refusal("请选择批准或退回。", "Choose to approve or to return.")
    return Done(said=attempt.phrases(f"fusion.done.{decision}"), object=_named(place), detail={"step": number, "decision": decision})  # fmt: skip


def _named(place: int) -> str:
    return f"fusion/{place}"


ACTIONS = (
    Action(name="apply_fusion", right=Right.ROLL_OUT, run=apply),
    Action(name="withdraw_fusion", right=Right.ROLL_OUT, run=withdraw),
    Action(name="examine_fusion", right=Right.REVIEW, run=examine),
    Action(name="decide_fusion", right=Right.REVIEW, run=decide),
)
