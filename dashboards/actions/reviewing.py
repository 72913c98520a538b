"""What a reviewer does: approve, return with reasons, reopen; singly or in bulk with exceptions."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done
from dashboards.picked import named, note, seen, who
from warehouse import chain
from warehouse.rights import Right


def approve(attempt: Attempt) -> Done:
    looked_at = seen(attempt)
    keys = sorted(looked_at)
    final = chain.approve(attempt.writer, who(attempt), keys, attempt.now, note(attempt), looked_at)
    passed = len(keys) - final
    said = [
        attempt.phrases(name, n=number)
        for name, number in (("approve_forms.final", final), ("approve_forms.passed", passed))
        if number
    ]
    return Done(
        said=attempt.phrases("chain.join").join(said), object=named(keys),
        detail={"forms": len(keys), "official": final},
    )  # fmt: skip


def return_(attempt: Attempt) -> Done:
    looked_at = seen(attempt)
    keys = sorted(looked_at)
    chain.return_(attempt.writer, who(attempt), keys, attempt.now, note(attempt), looked_at)
    return Done(
        said=attempt.phrases("return_forms.done", n=len(keys)), object=named(keys), detail={"forms": len(keys)}
    )  # fmt: skip


def reopen(attempt: Attempt) -> Done:
    keys = sorted(seen(attempt))
    chain.reopen(attempt.writer, who(attempt), keys, attempt.now, note(attempt))
    return Done(
        said=attempt.phrases("reopen_forms.done", n=len(keys)), object=named(keys), detail={"forms": len(keys)}
    )  # fmt: skip


ACTIONS = (
    Action(name="approve_forms", right=Right.REVIEW, run=approve),
    Action(name="return_forms", right=Right.REVIEW, run=return_),
    Action(name="reopen_forms", right=Right.REVIEW, run=reopen),
)
