"""Who keeps the roster of a unit: its statistician, or its system administrator."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Refusal
from warehouse import roster
from warehouse.account_tree import is_below
from warehouse.rights import Right
from warehouse.roster import Card

KEEPERS = frozenset({Right.FILL})


def add(attempt: Attempt) -> Done:
    """Put somebody on the roster; no value of the person goes into the trail."""
    place_id = attempt.number("place")
    scope, ladder = attempt.audience.scope, attempt.audience.ladder
    if place_id not in ladder or not is_below(place_id, scope, ladder):
        raise Refusal("只能维护本单位的名册。", "Only the roster of one's own unit can be kept.")
    said = {name: attempt.said.get(name, "").strip() for name in Card._fields}
    roster.add(attempt.writer, attempt.suite, place_id, Card(**said), attempt.login)
    words = attempt.phrases("roster.added")
    return Done(said=words, object=f"roster {place_id}", detail={"part": said["part"]})


def remove(attempt: Attempt) -> Done:
    member = attempt.number("member")
    roster.remove(attempt.writer, member)
    return Done(said=attempt.phrases("roster.removed"), object=f"roster member {member}")


ACTIONS = [
    Action(name="add_to_roster", right=Right.MANAGE_ACCOUNTS, others=KEEPERS, run=add),
    Action(name="remove_from_roster", right=Right.MANAGE_ACCOUNTS, others=KEEPERS, run=remove),
]
