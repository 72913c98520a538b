"""Who is told of a step of the review chain: whoever's turn it is now, once for all forms of one deed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from warehouse.chain_rules import NEXT, Key, State
from warehouse.notices import tell
from warehouse.rights import Right
from warehouse.store import Writer
from warehouse.text import Text

_WORDS = {
    State.FILLED: Text(
        "{n} 份报表在校内退回或撤回，请更正后重新签字",
        "{n} forms came back inside your school; please correct and sign them again",
    ),
    State.SIGNED: Text("{n} 份报表等您审核签字", "{n} forms wait for your signature"),
    State.CHECKED: Text(
        "{n} 份报表等您签字上报", "{n} forms wait for your signature to be handed in"
    ),
    State.HANDED_IN: Text("{n} 份报表等您审核", "{n} forms wait for your review"),
    State.REVIEWED: Text(
        "{n} 份报表初审通过，等您审核", "{n} forms were approved below and wait for your review"
    ),
    State.RETURNED: Text(
        "{n} 份报表被退回，请更正", "{n} forms were returned; please correct them"
    ),
    State.APPROVED: Text("{n} 份报表已审定", "{n} forms were approved"),
}
_REVIEWING = (State.HANDED_IN, State.REVIEWED)


def tell_of(writer: Writer, moved: Iterable[tuple[Key, State, int | None]]) -> None:
    """Tell in the transaction of the deed; `moved` says of each form where it stands now and whose turn it is."""
    groups: dict[tuple[State, int, int], list[Key]] = defaultdict(list)
    for key, after, waits_at in moved:
        if after in _WORDS:
            groups[after, waits_at or key.school_id, key.year].append(key)
    for (after, place, year), keys in sorted(groups.items()):
        where = f"/queue?year={year}" if after in _REVIEWING else _school(keys)
        tell(
            writer,
            _WORDS[after].fill(n=len(keys)),
            kind=after.value,
            object=where,
            place=place,
            right=NEXT[after] or Right.FILL,
        )


def _school(keys: list[Key]) -> str:
    first = keys[0]
    form = f"&form={first.form}" if len(keys) == 1 else ""
    return f"/review/{first.school_id}?year={first.year}{form}"
