"""What becomes of a flag: the five stages from being flagged to being closed, who has it until when, the reader's own deed, what was done."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import day
from dashboards.page import Visit
from dashboards.parts.form import hidden
from dashboards.parts.school import FactView
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.stages import StageState, StageView, stages
from dashboards.picked import PICK
from dashboards.views import case, cases
from dashboards.views import chain as words
from dashboards.views.case import Opened
from dashboards.views.case_acts import deed_sections
from warehouse.case_read import of_identity
from warehouse.case_rules import Deed, State
from warehouse.case_sources import comes_back
from warehouse.flag_lists import Flag, identity_of
from warehouse.flags import Judgement
from warehouse.moments import minute


def of_flag(visit: Visit, flag: Flag) -> Opened | None:
    """The case about a flag; a risk is none."""
    if flag.judgement is Judgement.RISK:
        return None
    one = of_identity(visit.reader, identity_of(flag))
    return case.opened_as(visit, one) if one else None


def number(visit: Visit, flag: Flag, found: Opened | None) -> str:
    """What the bar calls the flag: by the number of its case, until it has one by its own."""
    return found.case.number if found else visit.phrases("alert.numbered", n=flag.flag_id)


def facts(visit: Visit, found: Opened | None) -> Iterator[FactView]:
    """Who has the case, and until when; nothing where nobody waits for anything."""
    if found is None or found.case.waits_at is None:
        return
    one, phrases = found.case, visit.phrases
    yield FactView(phrases("alert.with"), words.turn(visit, one.waits_at, one.actor))
    if one.due is not None:
        is_late = one.is_late(visit.today)
        left = phrases("cases.late" if is_late else "cases.left", n=abs((one.due - visit.today).days))  # fmt: skip
        told = phrases("alert.due.said", day=day(one.due, visit.lang), left=left)
        yield FactView(phrases("alert.due"), told, "miss" if is_late else None)


# -- how far it is


def strip(visit: Visit, flag: Flag, found: Opened | None) -> Element | None:
    """Flagged, dispatched, explained, verified rung by rung, closed; None of a risk, which nobody closes."""
    if flag.judgement is Judgement.RISK:
        return None
    told = StageView(flag.judgement.label.of(visit.lang), visit.phrases("alert.stage.flagged", at=minute(flag.since)), "done")  # fmt: skip
    rest = _ahead(visit, flag) if found is None else _of_case(visit, found)
    return stages(visit.phrases("case.stages"), [told, *rest], visit.phrases)


def _ahead(visit: Visit, flag: Flag) -> Iterator[StageView]:
    """Of a flag without a case: it waits to be dispatched, unless it has gone of itself."""
    phrases, is_gone = visit.phrases, flag.gone_at is not None
    note = phrases("alert.stage.gone" if is_gone else "alert.stage.waiting")
    yield StageView(phrases("case.stage.dispatch"), note, "" if is_gone else "now")
    for name in ("explain", "verify", "close"):
        yield StageView(phrases(f"alert.stage.{name}"), _still(visit, name))


def _of_case(visit: Visit, found: Opened) -> Iterator[StageView]:
    one, phrases = found.case, visit.phrases
    sent = found.last(Deed.DISPATCH, Deed.REOPEN)
    by = visit.ladder.place(sent.place_id).name(visit.lang) if sent else ""
    note = phrases("alert.stage.sent", at=minute(sent.at), place=by) if sent else ""
    yield StageView(phrases("case.stage.dispatch"), note, "done")
    said = found.last(Deed.EXPLAIN)
    yield _stage(visit, found, "explain", 0, minute(said.at) if said else "")
    yield _stage(visit, found, "verify", 1, _verified(visit, found))
    if one.state is State.WITHDRAWN:
        last = found.last(Deed.WITHDRAW)
        yield StageView(phrases("case.stage.withdraw"), minute(last.at) if last else "", "done")
    else:
        yield _stage(visit, found, "close", 2, _closed(visit, found))


def _stage(visit: Visit, found: Opened, name: str, number: int, note: str) -> StageView:
    """`number`: 0 explained, 1 verified, 2 closed."""
    state = _state(found, number)
    return StageView(visit.phrases(f"alert.stage.{name}"), note or (_still(visit, name) if state != "done" else ""), state)  # fmt: skip


def _state(found: Opened, number: int) -> StageState:
    if found.case.state is State.WITHDRAWN:
        return ""
    now = case.now(found)
    at = 3 if not found.case.state.is_open else 0 if now < 2 else 1
    return "done" if number < at else "now" if number == at else ""


def _still(visit: Visit, name: str) -> str:
    return visit.phrases(f"alert.stage.{name}.still")


def _verified(visit: Visit, found: Opened) -> str:
    """Which places have verified it since it was explained last, and which one it waits for."""
    phrases, lang = visit.phrases, visit.lang
    last = found.last(Deed.EXPLAIN)
    steps = [found.last(Deed.VERIFY, Deed.CLOSE, at=place) for place in found.ahead]
    done = [one for one in steps if one and last and one.step_id > last.step_id]
    names = phrases("list.comma").join(visit.ladder.place(one.place_id).name(lang) for one in done)
    waits = found.case.waits_at if found.case.waits_at in found.ahead else None
    told = f"alert.stage.{'verified' if names else ''}{'awaits' if waits else ''}"
    place = visit.ladder.place(waits).name(lang) if waits else ""
    return phrases(told, places=names, place=place) if names or waits else ""


def _closed(visit: Visit, found: Opened) -> str:
    one = found.case
    if one.closed_at is None or one.state.is_open:
        return ""
    told = minute(one.closed_at), one.code.label.of(visit.lang) if one.code else ""
    return " ".join(filter(None, told))


# -- what is done about it


def sections(visit: Visit, flag: Flag, found: Opened | None) -> Iterator[Element]:
    """Its case and where that stands, the reader's deed where it is its turn, and every step; nothing of a risk."""
    if flag.judgement is Judgement.RISK:
        return
    yield _case_section(visit, flag, found)
    if found is not None:
        yield from deed_sections(visit, found)
        more = (visit.phrases("alert.case.open"), cases.case_href(visit, found.case))
        yield case.thread_section(visit, found, more)


def _case_section(visit: Visit, flag: Flag, found: Opened | None) -> Element:
    """Where the case stands and the way to it, or the way to dispatch it for whoever may."""
    phrases = visit.phrases
    view = SectionView("case", phrases("case.title"))
    if found is None:
        return section(view, *(_dispatching(visit, flag) or [empty(phrases("alert.case.none"))]))
    one = found.case
    told: list[Child] = [e.p(cases.standing(visit, one)), e.div(e.a(one.number, href=cases.case_href(visit, one)), cls="acts")]  # fmt: skip
    if comes_back(one, flag.since):
        told += [e.p(phrases("alert.case.back"), cls="note"), *_dispatching(visit, flag)]
    return section(view, *told)


def _dispatching(visit: Visit, flag: Flag) -> list[Element]:
    """The way to dispatch a flag that stands, for whoever may."""
    if not cases.may_dispatch(visit) or flag.gone_at is not None:
        return []
    return [cases.dispatch_form(visit, hidden(PICK, cases.token(identity_of(flag))))]
