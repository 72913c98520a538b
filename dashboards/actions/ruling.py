"""Settings that move numbers: proposed by a system administrator, decided by a security administrator."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Refusal
from warehouse.events import Event
from warehouse.proposals import Wanted, decide, detail_of, object_of, propose
from warehouse.rights import Right


def _propose(attempt: Attempt) -> Done:
    wanted = Wanted(
        name=attempt.said.get("name", ""),
        place_id=attempt.number("place"),
        value=attempt.said.get("value", ""),
        from_year=attempt.number("from_year"),
        reason=attempt.said.get("reason", ""),
    )
    ladder, stands = attempt.audience.ladder, attempt.audience.scope.place_id
    if stands not in (wanted.place_id, *ladder.ancestors(wanted.place_id)):
        raise Refusal("这里不在您的管理范围内。", "That place is outside your charge.")
    number = propose(attempt.writer, attempt.login, wanted, ladder, attempt.now)
    return Done(
        said=attempt.phrases("settings.proposed"),
        object=f"{wanted.name}/{wanted.place_id}/{wanted.from_year}",
        detail={"proposal": number, "wanted": wanted.value},
    )


def _decide(attempt: Attempt, *, is_confirmed: bool) -> Done:
    one = decide(
        attempt.writer, attempt.login, attempt.number("proposal"), is_confirmed=is_confirmed, now=attempt.now
    )  # fmt: skip
    return Done(
        said=attempt.phrases("settings.confirmed" if is_confirmed else "settings.declined"),
        object=object_of(one),
        detail=detail_of(one) if is_confirmed else {"proposal": one.proposal_id},
    )


ACTIONS = [
    Action(name=Event.PROPOSE_SETTING.value, right=Right.MANAGE_ACCOUNTS, run=_propose),
    Action(
        name=Event.CONFIRM_SETTING.value, right=Right.GRANT_ROLES, run=lambda attempt: _decide(attempt, is_confirmed=True)
    ),
    Action(
        name=Event.DECLINE_SETTING.value, right=Right.GRANT_ROLES, run=lambda attempt: _decide(attempt, is_confirmed=False)
    ),
]  # fmt: skip
