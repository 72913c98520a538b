"""The sections of a school's desk: each form stands in one of four, by whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.page import Visit
from dashboards.parts.section import SectionView, empty, section
from dashboards.views import desk
from dashboards.views.around_desk import told
from dashboards.views.desk import DONE, Line
from dashboards.views.filling import is_own
from warehouse.chain_rules import State

KINDS = ("returned", "todo", "review", "approved")


def kind(line: Line) -> str:
    """In which section a form stands."""
    if line.is_returned:
        return "returned"
    if line.state is State.APPROVED:
        return "approved"
    return "review" if line.state in DONE else "todo"


def sentence(visit: Visit, lines: Sequence[Line]) -> str:
    """8 张表已上报 5 张；1 张退回待改，2 张待报，其中 1 张已逾期."""
    count = {each: sum(kind(line) == each for line in lines) for each in KINDS}
    done = count["review"] + count["approved"]
    if done == len(lines):
        return visit.phrases("desk.all", n=len(lines))
    late = sum(bool(line.days_late(visit.today)) for line in lines)
    parts = [visit.phrases("desk.done", n=done, of=len(lines))]
    if count["returned"]:
        parts.append(visit.phrases("desk.count.returned", n=count["returned"]))
    if count["todo"]:
        parts.append(visit.phrases("desk.count.todo", n=count["todo"]))
    if late:
        parts.append(visit.phrases("desk.count.late", n=late))
    return visit.phrases("desk.join").join(parts)


def sections(visit: Visit, lines: Sequence[Line]) -> list[Element]:
    """Every section that holds a form; the work that is left always."""
    drawn = []
    for each in KINDS:
        mine = [line for line in lines if kind(line) == each]
        if mine or each == "todo":
            drawn.append(_section(visit, each, mine))
    return drawn


def _section(visit: Visit, name: str, lines: Sequence[Line]) -> Element:
    view = SectionView(
        name, visit.phrases(f"desk.{name}.title"), visit.phrases(f"desk.{name}.note")
    )
    if not lines:
        return section(view, empty(visit.phrases("desk.nothing")))
    return section(view, e.ul(*(_line(visit, line) for line in lines), cls="forms"))


def _line(visit: Visit, line: Line) -> Element:
    """A form: its name, its day, its state and next actor, what was said of it, the way in."""
    due, is_late = desk.due_words(visit, line)
    turn = desk.turn_words(visit, line.standing)
    href = visit.address.on("fill", visit.address.place, form=line.form.name)
    act = visit.phrases(
        "desk.open" if is_own(visit) and kind(line) in {"todo", "returned"} else "desk.read"
    )
    about: list[Child] = [
        e.span(desk.state_words(visit, line), cls="state"),
        e.span(visit.phrases("desk.next", who=turn), cls="m") if turn else None,
        e.span(_counts(visit, line), cls="m") if line.handed else None,
    ]
    back = e.p(told(visit, line.back), cls="back") if line.back and line.is_returned else None
    return e.li(
        e.span(due, cls="d late" if is_late else "d"),
        e.div(e.h3(e.a(line.form.title.of(visit.lang), href=href)), e.p(*about, cls="about"), back),
        e.a(act, href=href, cls="btn", aria_label=visit.phrases("desk.go", act=act, form=line.form.title.of(visit.lang))),
    )  # fmt: skip


def _counts(visit: Visit, line: Line) -> str:
    handed = line.handed
    if handed is None:
        return ""
    return visit.phrases(
        "desk.counts", revision=handed.revision, rows=handed.rows_accepted, refused=handed.rows_refused,
        breaches=handed.breaches, remarks=handed.remarks,
    )  # fmt: skip
