"""Lifting the lock of a login after failed attempts."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Refusal
from warehouse import knocks
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


ACTIONS = (Action(name=Event.UNLOCK, right=Right.GRANT_ROLES, run=unlock),)
