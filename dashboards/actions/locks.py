"""What security administrators do about the sign-in of others: lift a lock, take a lost second factor away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.action import Action, Attempt, Done, Refusal
from warehouse import factors, knocks
from warehouse.events import Event
from warehouse.rights import Right


def unlock(attempt: Attempt) -> Done:
    """One login below the security administrator's place; any other is not found."""
    login = attempt.said.get("login", "")
    if not knocks.unlock(attempt.writer, login):
        raise Refusal(
            "这个账号没有被锁定，或不在您的管理范围内。",
            "That login is not locked, or it does not stand below your place.",
        )
    return Done(said=attempt.phrases("locks.lifted", login=login), object=login)


def reset(attempt: Attempt) -> Done:
    """Take a lost second factor away from an account below one's place; whoever needs one sets up another at the next sign-in."""
    login = attempt.said.get("login", "").strip()
    account = attempt.warehouse.account(login)
    if account is None or account["totp_secret"] is None or not _is_below(attempt, account):
        raise Refusal(
            "没有这个账号、未启用第二因子，或不在您的管理范围内。",
            "There is no such account below your place, or it has no second factor.",
        )
    factors.switch_off(attempt.writer, login)
    return Done(said=attempt.phrases("locks.reset.done", login=login), object=login)


def _is_below(attempt: Attempt, account: Mapping[str, Any]) -> bool:
    """Whether an account stands at the administrator's place or below it; one's own never counts."""
    place = account["place_id"]
    above = (place, *attempt.audience.ladder.ancestors(place))
    return attempt.audience.scope.place_id in above and account["login"] != attempt.login


ACTIONS = (
    Action(name=Event.UNLOCK, right=Right.GRANT_ROLES, run=unlock),
    Action(name=Event.RESET_FACTOR, right=Right.GRANT_ROLES, run=reset),
)
