"""What a security administrator does with roles: grant them, singly or as wanted, and take them away; never his own."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Refusal, not_own
from warehouse import account_tree
from warehouse.account_list import Card, card
from warehouse.rights import Right, Role


def grant(attempt: Attempt) -> Done:
    """The role that was chosen."""
    one = _account(attempt, attempt.said.get("login", ""))
    said = attempt.said.get("role", "")
    if said not in set(Role):
        raise Refusal("请选择要授予的角色。", "Choose the role to grant.")
    role = Role(said)
    _grant(attempt, one, role)
    words = attempt.phrases("accounts.granted", login=one.login, role=role.label.of(attempt.phrases.lang))  # fmt: skip
    return Done(said=words, object=one.login, detail={"role": role.value, "before": one.role})


def _grant(attempt: Attempt, one: Card, role: Role) -> None:
    rung = attempt.audience.ladder.rung(one.place_id)
    account_tree.grant(attempt.writer, one.login, role, rung)


def grant_wanted(attempt: Attempt) -> Done:
    """To each account shown, the role that its maker wanted for it; all of them or none."""
    logins = list(dict.fromkeys(attempt.listed.get("login", ())))
    cards = [_account(attempt, login) for login in logins]
    due = [one for one in cards if not one.role and one.wanted_role in set(Role)]
    for one in due:
        _grant(attempt, one, Role(one.wanted_role))
    granted = {one.login: one.wanted_role for one in due}
    return Done(
        said=attempt.phrases("accounts.queue.done", n=len(due)), object=f"{len(due)} accounts", detail={"roles": granted}
    )  # fmt: skip


def take(attempt: Attempt) -> Done:
    one = _account(attempt, attempt.said.get("login", ""))
    account_tree.take_role(attempt.writer, one.login)
    words = attempt.phrases("accounts.taken", login=one.login)
    return Done(said=words, object=one.login, detail={"before": one.role})


def _account(attempt: Attempt, login: str) -> Card:
    found = card(attempt.writer, not_own(attempt, login))
    if found is None or found.ended_at:
        raise Refusal(
            f"本级及下级没有在册账号 {login}。",
            f"There is no account {login} at this place or below.",
        )
    return found


ACTIONS = [
    Action(name="grant_role", right=Right.GRANT_ROLES, run=grant),
    Action(name="grant_wanted", right=Right.GRANT_ROLES, run=grant_wanted),
    Action(name="take_role", right=Right.GRANT_ROLES, run=take),
]
