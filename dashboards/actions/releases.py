"""The ministry releases figures: one person drafts, another signs, either refuses with a reason."""

from __future__ import annotations

from typing import get_args

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.picked import who
from warehouse import releases
from warehouse.moments import china_day
from warehouse.release_patterns import ordered
from warehouse.releases import Basis, Said, State
from warehouse.rights import Right


def draft(attempt: Attempt) -> Done:
    """Freeze a year's figures as they stand now."""
    said = attempt.said
    state: State | None = next((one for one in get_args(State) if one == said.get("state")), None)
    basis: Basis | None = next((one for one in get_args(Basis) if one == said.get("basis")), None)
    year = attempt.number("year")
    if state is None or basis is None or year not in attempt.audience.ladder.years:
        raise Refusal("请在页面上选择学年、状态和口径。", "Choose year, state and basis on the page.")  # fmt: skip
    wish = Said(
        year=year, state=state, basis=basis, notes_zh=said.get("notes_zh", ""), notes_en=said.get("notes_en", ""),
        open_reason=said.get("open_reason", ""),
    )  # fmt: skip
    number = releases.draft(attempt.writer, who(attempt), wish, china_day(attempt.now))
    return Done(said=attempt.phrases("releases.done.draft"), object=f"release_draft/{number}", detail={"year": year, "state": state, "basis": basis})  # fmt: skip


def sign(attempt: Attempt) -> Done:
    """The second signature, after which the worker decides what is withheld; the line in the trail holds the hash of all that was signed."""
    number = attempt.number("draft")
    one = releases.sign(attempt.writer, who(attempt), number, china_day(attempt.now))
    ordered(attempt.writer, one.number)
    said = attempt.phrases("releases.done.sign", number=one.number)
    return Done(said=said, object=releases.object_of(one), detail={"digest": one.digest, "state": one.state, "loads": dict(one.loads)})  # fmt: skip


def refuse(attempt: Attempt) -> Done:
    """Send a draft back."""
    number = attempt.number("draft")
    reason = attempt.said.get(f"reason_{number}", "")
    releases.refuse(attempt.writer, who(attempt), number, reason, attempt.now)
    return Done(said=attempt.phrases("releases.done.refuse"), object=f"release_draft/{number}")


def freeze(attempt: Attempt) -> Done:
    """Ask again for the patterns of a release that has none."""
    number = attempt.said.get("release", "")
    releases.freeze_again(attempt.writer, who(attempt), number)
    return Done(
        said=attempt.phrases("releases.done.freeze", number=number),
        object=f"release/{number}",
        detail={"patterns": True},
    )


ACTIONS = [Action(name=f"{run.__name__}_release", right=Right.RELEASE, run=run) for run in (draft, sign, refuse, freeze)]  # fmt: skip
