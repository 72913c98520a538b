"""A province files its steps of the programme and signs its monthly report. The place is always the account's own."""

from __future__ import annotations

from datetime import date

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.picked import who
from warehouse import rollout
from warehouse.monthly import Asked, Words, sign
from warehouse.rights import Right
from warehouse.rollout import Filed
from warehouse.terms import Month, UnreadableTime


def file(attempt: Attempt) -> Done:
    said = Filed(
        item=attempt.said.get("item", ""), day=_day(attempt), number=_number(attempt), choice=attempt.said.get("choice", ""),
        words=attempt.said.get("words", ""), replaces=attempt.number("replaces") if attempt.said.get("replaces") else None,
    )  # fmt: skip
    ladder = attempt.audience.ladder
    number = rollout.file(attempt.writer, who(attempt), ladder, said, attempt.now)
    detail = {"filing": number, "day": said.day.isoformat() if said.day else ""}
    words = attempt.phrases("rollout.filed" if said.day else "rollout.taken_back")
    return Done(said=words, object=f"{said.item}/{who(attempt).place_id}", detail=detail)


def _day(attempt: Attempt) -> date | None:
    """The day said; none where the thing is taken back, which has to be said too."""
    if attempt.said.get("taken_back"):
        return None
    try:
        return date.fromisoformat(attempt.said.get("day", ""))
    except ValueError:
        raise Refusal("请填写日期，如 2021-08-31。", "Give a day, such as 2021-08-31.") from None


def _number(attempt: Attempt) -> int | None:
    return attempt.number("number") if attempt.said.get("number", "").strip() else None


def sign_month(attempt: Attempt) -> Done:
    try:
        month = Month.parse(attempt.said.get("month", ""))
    except UnreadableTime as error:
        raise Refusal(error.zh, error.en) from None
    words = Words(*(attempt.said.get(name, "") for name in Words._fields))
    me = who(attempt)
    asked = Asked(place_id=me.place_id, month=month, now=attempt.now)
    made = sign(attempt.writer, me, attempt.audience.ladder, asked, words)
    said = attempt.phrases(
        "rollout.signed", month=month.format(attempt.phrases.lang), n=made.revision
    )
    detail = {"revision": made.revision, "hash": made.content_hash, "late": made.late}
    return Done(said=said, object=f"{month}/{me.place_id}", detail=detail)


ACTIONS = (
    Action(name="file_rollout", right=Right.ROLL_OUT, run=file),
    Action(name="sign_month", right=Right.ROLL_OUT, run=sign_month),
)
