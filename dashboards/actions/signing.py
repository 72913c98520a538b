"""A school's own steps: three signatures, of which the last hands in; back inside the school; taking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dashboards.action import Action, Attempt, Done
from dashboards.picked import named, note, seen, who
from warehouse import chain
from warehouse.chain import Key, Who
from warehouse.rights import Right
from warehouse.store import Writer

Deed = Callable[[Writer, Who, list[Key], datetime, str], None]


def _step(name: str, right: Right, deed: Deed) -> Action:
    def run(attempt: Attempt) -> Done:
        keys = sorted(seen(attempt))
        deed(attempt.writer, who(attempt), keys, attempt.now, note(attempt))
        said = attempt.phrases(f"{name}.done", n=len(keys))
        return Done(said=said, object=named(keys), detail={"forms": len(keys)})

    return Action(name=name, right=right, run=run)


ACTIONS = (
    _step("sign_forms", Right.FILL, chain.sign),
    _step("check_forms", Right.CHECK, chain.check),
    _step("confirm_forms", Right.CONFIRM, chain.confirm),
    _step("send_back_signed", Right.CHECK, chain.send_back),
    _step("send_back_checked", Right.CONFIRM, chain.send_back),
    _step("withdraw_forms", Right.CONFIRM, chain.withdraw),
)
