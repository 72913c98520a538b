"""The ministry's people put models of risk in force: one proposes, another signs, anybody of them refuses."""

from __future__ import annotations

from functools import partial

from dashboards.action import Action, Attempt, Done
from dashboards.picked import who
from warehouse.models import Deed, act, object_of
from warehouse.rights import Right


def _act(attempt: Attempt, *, deed: Deed) -> Done:
    reason = attempt.said.get(f"reason_{deed}", "")
    one = act(attempt.writer, who(attempt), attempt.number("model"), deed, reason, attempt.now)
    said = attempt.phrases(f"models.done.{deed}")
    return Done(said=said, object=object_of(one), detail={"version": one.version, "digest": one.digest})  # fmt: skip


ACTIONS = [Action(name=f"{deed}_model", right=Right.DISPATCH, run=partial(_act, deed=deed)) for deed in Deed]  # fmt: skip
