"""One form of a school, as it is filled: the grid, what the rules say, the signatures. Whoever may not fill it reads it."""

from __future__ import annotations

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.checks import messages
from dashboards.parts.form import Posting, action_form, hidden, press
from dashboards.parts.section import SectionView, section
from dashboards.parts.sheet import sheet
from dashboards.views import around_desk, filling, verdict
from dashboards.views.filling import Filling
from warehouse.chain import Key, standing
from warehouse.moments import clock_time
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    now = filling.filling(visit)
    stands = standing(visit.reader, Key(now.form.name, now.sheet.year, now.sheet.school))
    if stands.is_locked:
        now = filling.shut(visit, now)
    middle = e.div(
        _head(visit, now),
        around_desk.come_back(visit, now),
        around_desk.known_strip(visit, now),
        _form(visit, now) if now.is_open else e.div(_grid(visit, now), _checks(visit, now)),
        around_desk.file_section(visit, now),
        cls="mid",
    )
    body = e.div(
        around_desk.aside(visit, now), middle, around_desk.signing(visit, now, stands), cls="ws"
    )
    return Drawn(title=now.form.title.of(visit.lang), body=[body])


def _head(visit: Visit, now: Filling) -> Element:
    about = f"{now.form.name} {now.sheet.year} {now.sheet.school} {visit.lang}"
    return e.live("verdict", about, verdict.head(now, visit.phrases))


def _form(visit: Visit, now: Filling) -> Element:
    """Everything that is typed is one form: saved, undone or handed in by the button pressed."""
    version = now.draft.version if now.draft else 0
    about = f"{now.form.name} {now.sheet.year} {visit.lang}"
    drawn = action_form(
        "save_draft",
        Posting(visit.csrf, str(visit.address)),
        hidden("form", now.form.name),
        hidden("year", now.sheet.year),
        hidden("version", version),
        _grid(visit, now),
        _checks(visit, now),
        _bar(visit, now),
        cls="fill",
    )
    drawn["props"] |= {"id": "fill", "key": f"{about} {version}", "data-fill": "1"}
    return drawn


def _grid(visit: Visit, now: Filling) -> Element:
    say = visit.phrases
    more = (
        e.button(say("fill.more"), type="button", cls="btn", data_more="1")
        if _has_rows(now)
        else None
    )
    at = clock_time(now.draft.saved_at) if now.draft else ""
    state = e.span(
        say("fill.saved", at=at) if at else say("fill.unsaved"), id="saved", cls="m", role="status",
        data_saved=say("fill.saved", at="{at}"), data_saving=say("fill.saving"), data_failed=say("fill.failed"), data_large=say("fill.large"),
        data_changed=say("fill.changed"), data_mine=say("fill.mine"), data_theirs=say("fill.theirs"),
    )  # fmt: skip
    view = SectionView(
        "grid", now.form.title.of(visit.lang), say("fill.key") if now.is_open else "",
        note=say("fill.note") if now.is_open else "",
    )  # fmt: skip
    under: list[Child] = [e.div(more, state, cls="under")] if now.is_open else []
    return section(view, sheet(filling.grid(now, say, visit.address), say), *under)


def _has_rows(now: Filling) -> bool:
    return now.is_open and bool(now.form.grain())


def _checks(visit: Visit, now: Filling) -> Element:
    about = f"{now.form.name} {now.sheet.year} {now.sheet.school} {visit.lang}"
    told = messages(filling.message_views(now, visit.lang), visit.phrases)
    rules = visit.phrases("checks.rules", n=len(now.form.rules))
    return section(
        SectionView(
            "checks", visit.phrases("checks.title"), rules, note=visit.phrases("checks.hint")
        ),
        e.live("checked", about, told),
    )


def _bar(visit: Visit, now: Filling) -> Element:
    say = visit.phrases
    can_undo = now.draft is not None and now.draft.before > 0
    return e.div(
        press(say("fill.hand_in"), is_first=True, formAction="/do/submit_draft"),
        press(say("fill.save")),
        press(
            say("fill.undo"), formAction="/do/undo_draft", why_not="" if can_undo else say("fill.no_undo"),
        ),
        cls="bar",
    )  # fmt: skip


page = Page(name="fill", rungs=(Rung.SCHOOL,), draw=draw, is_kept=False, is_sent=False)
