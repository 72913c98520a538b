"""The list on a school's desk: its forms by domain, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.page import Visit
from dashboards.parts.desk import group
from dashboards.parts.section import SectionView, section
from dashboards.views import desk
from dashboards.views.around_desk import group_view, told
from dashboards.views.desk import DONE, Group, Line
from dashboards.views.filling import is_own


def sentence(visit: Visit, lines: Sequence[Line]) -> str:
    """8 张表已上报 5 张；1 张退回待改，2 张待报，其中 1 张已逾期."""
    found = Counter(desk.kind(line, visit.today) for line in lines)
    done = found["review"] + found["approved"]
    if done == len(lines):
        return visit.phrases("desk.all", n=len(lines))
    late = sum(bool(line.days_late(visit.today)) for line in lines)
    todo = found["todo"] + found["late"]
    counts = (("returned", found["returned"]), ("todo", todo), ("late", late))
    parts = [visit.phrases("desk.done", n=done, of=len(lines))]
    parts += [visit.phrases(f"desk.count.{name}", n=n) for name, n in counts if n]
    return visit.phrases("desk.join").join(parts)


def section_of(visit: Visit, lines: Sequence[Line]) -> Element:
    """The forms by domain. Open are the domains of which something came back or is late; where nothing presses, the next one."""
    say, groups = visit.phrases, desk.groups(lines, visit.today)
    presses = any(one.is_pressing for one in groups)
    drawn = [
        _group(visit, one, is_open=one.is_pressing or (not presses and not n and not one.is_done))
        for n, one in enumerate(groups)
    ]
    view = SectionView("domains", say("desk.domains"), say("desk.domains.note"), note=say("desk.locked"))  # fmt: skip
    return section(view, *drawn)


def _group(visit: Visit, one: Group, *, is_open: bool) -> Element:
    """What is left to do in full, what is handed in beside it in a line; of a domain that is done everything in full."""
    view = group_view(visit, one, one.domain.label, is_open=is_open)
    rest = [line for line in one.lines if line not in one.left]
    if not rest or one.is_done:
        return group(view, *(_line(visit, line) for line in one.lines))
    return group(view, *(_line(visit, line) for line in one.left), _rest(visit, rest))


def _rest(visit: Visit, lines: Sequence[Line]) -> Element:
    said = [
        e.span(e.a(line.form.title.of(visit.lang), href=_href(visit, line)), " ", e.span(desk.state_words(visit, line), cls="m"))
        for line in lines
    ]  # fmt: skip
    return e.li(e.span(visit.phrases("desk.rest"), cls="d"), e.div(*said, cls="rest"))


def _href(visit: Visit, line: Line) -> str:
    return visit.address.on("fill", visit.address.place, form=line.form.name)


def _line(visit: Visit, line: Line) -> Element:
    """A form: its name, its day, its state and next actor, what was said of it, the way in."""
    due, is_late = desk.due_words(visit, line)
    turn = desk.turn_words(visit, line.standing)
    href = _href(visit, line)
    act = visit.phrases("desk.open" if is_own(visit) and line.state not in DONE else "desk.read")
    about: list[Child] = [
        e.span(desk.state_words(visit, line), cls="state"),
        e.span(visit.phrases("desk.next", who=turn), cls="m") if turn else None,
        e.span(_counts(visit, line), cls="m") if line.handed else None,
    ]
    back = e.p(told(visit, line.back), cls="back") if line.back and line.is_returned else None
    return e.li(
        e.span(due, cls="d late" if is_late else "d"),
        e.div(e.a(line.form.title.of(visit.lang), href=href, cls="fn"), e.p(*about, cls="about"), back),
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
