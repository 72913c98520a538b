"""What may be done about spot checks: draw a plan, record what was found at a school, dispatch what stands about its schools."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.element import Element
from dashboards.numbers import academic_year
from dashboards.parts.form import action_form, area_field, choice_field, hidden, press, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.picked import NOTE
from dashboards.views.accounts import place_of, posting
from dashboards.views.cases import OFFERED, dispatching
from dashboards.views.sampling import Known
from warehouse.case_sources import undispatched
from warehouse.spot_checks import LONGEST, VISITS, Found

USUAL_VISITS, USUAL_LOT = 20, 4


def plan_sections(known: Known) -> Iterator[Element]:
    """The form that draws a plan, for whoever may."""
    if not known.may_act:
        return
    visit, phrases = known.visit, known.visit.phrases
    view = SectionView("plan", phrases("sampling.plan"), academic_year(visit.year, visit.lang), width=5, note=phrases("sampling.plan.note"))  # fmt: skip
    yield section(
        view,
        action_form(
            "plan_spot_checks", posting(visit), hidden("place", place_of(visit).place_id), hidden("year", visit.year),
            e.div(
                text_field("visits", phrases("sampling.plan.visits"), str(USUAL_VISITS), type="number", min=VISITS.start, max=VISITS.stop - 1, required=True),
                text_field("lot", phrases("sampling.plan.lot"), str(USUAL_LOT), type="number", min=0, max=VISITS.stop - 1, required=True),
                text_field("seed", phrases("sampling.plan.seed"), "", phrases("sampling.plan.seed.hint"), inputMode="numeric", pattern="[0-9]{0,9}", maxLength=9),
                cls="fields",
            ),
            e.div(press(phrases("sampling.plan.press"), is_first=known.plan is None), cls="acts"),
        ),
    )  # fmt: skip


def record_sections(known: Known) -> Iterator[Element]:
    """The form that marks a school as visited, for whoever may; those that wait stand first."""
    made, visit = known.plan, known.visit
    if made is None or not known.may_act:
        return
    phrases = visit.phrases
    ordered = sorted(known.schools, key=lambda school: school in known.findings)
    names = {school: visit.ladder.place(school).name(visit.lang) for school in ordered}
    choices = [(str(school), phrases("sampling.again", school=names[school]) if school in known.findings else names[school]) for school in ordered]  # fmt: skip
    found = [("", phrases("sampling.choose")), *((one.value, phrases(f"sampling.found.{one}")) for one in Found)]  # fmt: skip
    view = SectionView("visit", phrases("sampling.record"), made.number, width=7, note=phrases("sampling.record.note"))  # fmt: skip
    yield section(
        view,
        action_form(
            "record_spot_check", posting(visit), hidden("plan", made.plan_id),
            e.div(
                choice_field("school", phrases("sampling.school"), choices),
                text_field("day", phrases("sampling.day"), visit.today.isoformat(), type="date", required=True),
                choice_field("found", phrases("sampling.found"), found),
                cls="fields",
            ),
            area_field(NOTE, phrases("sampling.note"), hint=phrases("sampling.note.hint"), maxLength=LONGEST, required=True),
            e.div(press(phrases("sampling.record.press"), is_first=True), cls="acts"),
        ),
    )  # fmt: skip


def dispatch_sections(known: Known) -> Iterator[Element]:
    """What stands about schools of the plan and nobody has sent to them, for whoever may."""
    if not known.may_act:
        return
    visit, phrases = known.visit, known.visit.phrases
    flags = undispatched(visit.reader, place_of(visit).place_id, visit.year, OFFERED, known.schools)
    view = SectionView("flags", phrases("sampling.flags"), phrases("cases.flags.meta", year=academic_year(visit.year, visit.lang), n=OFFERED), note=phrases("sampling.flags.note"))  # fmt: skip
    yield section(view, dispatching(visit, flags) if flags else empty(phrases("cases.flags.none")))
