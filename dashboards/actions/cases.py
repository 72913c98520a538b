"""What is done in cases: an office dispatches, withdraws and reopens, the school explains, those who review its forms verify."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashboards.action import Action, Attempt, Done, Picked, Refusal
from dashboards.picked import NOTE, PICK, who
from dashboards.views.case_acts import ANSWER, FILES
from etl.evidence import document
from warehouse import case_evidence, cases
from warehouse.case_read import Answer, case
from warehouse.case_rules import Code, Deed, Identity
from warehouse.case_sources import flagged
from warehouse.cases import MOST, Found, Term
from warehouse.rights import Right

_TOKEN = re.compile(r"(breach|doubt)-([0-9]{1,9})-([0-9]{4})-([A-Za-z0-9_.]{1,100})")
SUFFIX = {"pdf": "pdf", "png": "png", "jpeg": "jpg", "xlsx": "xlsx"}


def dispatch(attempt: Attempt) -> Done:
    """The flags that were ticked, each read again as it stands."""
    wanted = _ticked(attempt.listed.get(PICK, ()))
    found = flagged(attempt.writer, wanted)
    _refuse_gone(wanted, [one.identity for one in found])
    term = Term(note=_note(attempt), days=attempt.number("days"))
    done = cases.dispatch(attempt.writer, who(attempt), found, attempt.now, term)
    numbers = [number for each in done.values() for number in each]
    said = [attempt.phrases(f"cases.done.{deed}", n=len(each)) for deed, each in done.items() if each]  # fmt: skip
    return Done(said=attempt.phrases("chain.join").join(said), object=_named(*numbers[:12]), detail={"cases": len(numbers), "days": term.days})  # fmt: skip


def _ticked(tokens: Sequence[str]) -> list[Identity]:
    if not tokens or len(tokens) > MOST:
        raise Refusal(f"请勾选要派发的疑点或违规，一次最多 {MOST} 件。", f"Tick what is to be dispatched, at most {MOST} at once.")  # fmt: skip
    read = [_TOKEN.fullmatch(text) for text in tokens]
    if not all(read):
        raise Refusal(
            "编号有误，请从页面上重新选择。", "That names no flag; choose it on the page."
        )
    return [Identity(one[1], int(one[2]), int(one[3]), one[4]) for one in read if one]


def _refuse_gone(wanted: Sequence[Identity], found: Sequence[Identity]) -> None:
    gone = sorted(set(wanted) - set(found))
    if gone:
        named = "、".join(f"{one.rule} {one.year} ({one.school_id})" for one in gone[:5])
        raise Refusal(
            f"有 {len(gone)} 件已不再标出，或不在您的权限范围内，全部未派发：{named}。请刷新页面后重新勾选。",
            f"{len(gone)} are flagged no more or outside your scope, so none was dispatched: {named}. Reload the page and tick again.",
        )


def explain(attempt: Attempt) -> Done:
    """One answer for each figure, in their order, and documents."""
    number, held = _case(attempt)
    said = attempt.listed.get(ANSWER, ())
    answers = [Answer(*cell, text) for cell, text in zip(held, said, strict=False)]
    step = cases.explain(attempt.writer, who(attempt), number, answers, attempt.now, _note(attempt))
    return _done(attempt, number, step, Deed.EXPLAIN)


def verify(attempt: Attempt) -> Done:
    """A finding: handed on, or the end where nobody verifies after."""
    number, _ = _case(attempt)
    code = attempt.said.get("code", "")
    if code not in set(Code):
        raise Refusal("请选择核实结论。", "Choose what was found.")
    submission = attempt.number("submission") if attempt.said.get("submission") else None
    found = Found(code=Code(code), note=_note(attempt), submission=submission)
    step = cases.verify(attempt.writer, who(attempt), number, found, attempt.now)
    return _done(attempt, number, step, Deed.VERIFY, code=code)


def send_back(attempt: Attempt) -> Done:
    number, _ = _case(attempt)
    step = cases.send_back(attempt.writer, who(attempt), number, _note(attempt), attempt.now)
    return _done(attempt, number, step, Deed.SEND_BACK)


def reopen(attempt: Attempt) -> Done:
    number, _ = _case(attempt)
    term = Term(note=_note(attempt), days=attempt.number("days"))
    step = cases.reopen(attempt.writer, who(attempt), number, attempt.now, term)
    return _done(attempt, number, step, Deed.REOPEN)


def withdraw(attempt: Attempt) -> Done:
    number, _ = _case(attempt)
    step = cases.withdraw(attempt.writer, who(attempt), number, _note(attempt), attempt.now)
    return _done(attempt, number, step, Deed.WITHDRAW)


def give(attempt: Attempt) -> Done:
    """A document of a case that the reader sees; its line of the trail says which."""
    number = attempt.number("evidence")
    found = case_evidence.opened(attempt.writer, attempt.suite, number)
    if found is None:
        raise Refusal("没有这份材料，或不在您的权限范围内。", "There is no such document, or it is outside your scope.")  # fmt: skip
    stem = found.name.rpartition(".")[0] or found.name
    return Done(said="", object=f"evidence/{number}", sends=Picked(name=f"{stem}.{SUFFIX[found.kind]}", content=found.content))  # fmt: skip


def _case(attempt: Attempt) -> tuple[int, tuple[tuple[str, str], ...]]:
    """The case that is meant, with its figures."""
    number = attempt.number("case")
    held = case(attempt.writer, number)
    return number, held.cells if held else ()


def _done(attempt: Attempt, number: int, step: int, deed: Deed, **detail: str) -> Done:
    """Keep what was attached; a step with a document that is not taken is not taken either."""
    kept = [
        case_evidence.keep(attempt.writer, attempt.suite, who(attempt), (number, step), document(file.name, file.content), attempt.now)
        for file in (attempt.files.get(name) for name in FILES) if file is not None and (file.name or file.content)
    ]  # fmt: skip
    held = case(attempt.writer, number)
    said = attempt.phrases("cases.done", number=held.number if held else number, state=held.state.label.of(attempt.phrases.lang) if held else "")  # fmt: skip
    return Done(said=said, object=_named(number), detail={"step": step, "deed": deed.value, "documents": len(kept), **detail})  # fmt: skip


def _note(attempt: Attempt) -> str:
    return attempt.said.get(NOTE, "")


def _named(*numbers: int) -> str:
    """What the trail calls them."""
    return " ".join(f"case/{number}" for number in numbers)


ACTIONS = (
    Action(name="dispatch_cases", right=Right.DISPATCH, run=dispatch),
    Action(name="withdraw_case", right=Right.DISPATCH, run=withdraw),
    Action(name="reopen_case", right=Right.DISPATCH, run=reopen),
    Action(name="explain_case", right=Right.FILL, run=explain),
    Action(name="verify_case", right=Right.REVIEW, run=verify),
    Action(name="return_case", right=Right.REVIEW, run=send_back),
    Action(name="open_evidence", right=Right.READ, run=give),
)
