"""Who is told of a step in a case: whoever's turn it is now, once for all cases of one deed; of the end also who dispatched it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from warehouse.case_read import Case
from warehouse.case_rules import NEXT, Deed, State
from warehouse.notices import tell
from warehouse.rights import Right
from warehouse.store import Writer
from warehouse.text import Text

KIND = "case"
_WORDS = {
    State.DISPATCHED: Text("{n} 件疑点或违规已派发，请逐项说明", "{n} doubts or breaches were dispatched to you; please explain item by item"),
    State.SENT_BACK: Text("{n} 件核查件被退回，请补充说明", "{n} cases were sent back; please explain more"),
    State.EXPLAINED: Text("{n} 件核查件学校已说明，等您核实", "{n} cases were explained by schools and wait for you to verify"),
    State.VERIFIED: Text("{n} 件核查件下级已核实，等您核实", "{n} cases were verified below and wait for you"),
    State.CLOSED: Text("{n} 件核查件已销号", "{n} cases were closed"),
    State.WITHDRAWN: Text("{n} 件核查件已撤销", "{n} cases were withdrawn"),
}  # fmt: skip

Moved = tuple[Case, State, int | None, Deed]
"""A case, where it stands now, whose turn it is, and what was done."""


def tell_of(writer: Writer, moved: Iterable[Moved]) -> None:
    """Tell in the transaction of the deed; a flag that came again is nobody's news."""
    groups: dict[tuple[State, int, Right], list[Case]] = defaultdict(list)
    for held, after, waits_at, deed in moved:
        if deed is Deed.REPEAT:
            continue
        school = held.identity.school_id
        groups[after, waits_at or school, NEXT[after] or Right.FILL].append(held)
        if after is State.CLOSED:
            groups[after, held.place_id, Right.DISPATCH].append(held)
    for (after, place, right), held_here in sorted(groups.items()):
        tell(writer, _WORDS[after].fill(n=len(held_here)), kind=KIND, object=_where(place, held_here), place=place, right=right)  # fmt: skip


def _where(place: int, held: list[Case]) -> str:
    """The page of the one case, or the list."""
    if len(held) > 1:
        return f"/cases/{place}?view=mine"
    one = held[0]
    return f"/case/{one.identity.school_id}?year={one.identity.year}&item={one.case_id}"
