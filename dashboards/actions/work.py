"""One's own jobs and notices: cancel what waits or is worked on; mark as read what was told."""

from __future__ import annotations

from dashboards.action import Action, Attempt, Done, Refusal
from warehouse.letters import set_mailbox
from warehouse.notices import mark_read
from warehouse.queue import cancel


def cancel_job(attempt: Attempt) -> Done:
    """Wish a job of one's own to end; the worker honours it before its next step."""
    number = attempt.number("job")
    if not cancel(attempt.writer, number):
        raise Refusal(
            "这项任务已经结束，或不是您发起的。请刷新页面查看。",
            "This job is over, or it is not yours. Reload the page to see.",
        )
    return Done(said=attempt.phrases("jobs.cancelling"), object=str(number))


def read_notices(attempt: Attempt) -> Done:
    """Mark one notice as read, or all."""
    one = attempt.number("notice") if attempt.said.get("notice") else None
    marked = mark_read(attempt.writer, attempt.now, one)
    return Done(said=attempt.phrases("notices.marked", n=marked), object=str(one or "all"))


def choose_mailbox(attempt: Attempt) -> Done:
    """Have letters sent to an address of one's own, or none any more."""
    address = attempt.said.get("address", "").strip()
    set_mailbox(attempt.writer, attempt.suite, attempt.login, address, attempt.clock)
    word = "mailbox.set" if address else "mailbox.gone"
    return Done(said=attempt.phrases(word), object=attempt.login)


ACTIONS = [
    Action(name="set_mailbox", right=None, run=choose_mailbox),
    Action(name="cancel_job", right=None, run=cancel_job),
    Action(name="read_notices", right=None, run=read_notices),
]
