"""What the ministry does with releases: draft one beside the checklist as it stands, sign or refuse what another drafted."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import academic_year, day, plain
from dashboards.page import Visit
from dashboards.parts.cell import quoted
from dashboards.parts.form import (
    Posting,
    action_form,
    area_field,
    choice_field,
    hidden,
    press,
    search_form,
)
from dashboards.parts.section import SectionView, section
from dashboards.views.releases import checks_table, note_of
from warehouse.moments import china_day, second
from warehouse.places import NATION
from warehouse.release_checks import counted, is_clear
from warehouse.releases import NOTES, NOTES_EN, REASON, STATES, Draft, next_states, waiting
from warehouse.rights import Right


def may(visit: Visit) -> bool:
    """Whether the reader drafts and signs: a supervisor or reviewer of the ministry."""
    return Right.RELEASE in visit.rights and visit.audience.scope.place_id == NATION


def waiting_sections(visit: Visit) -> Iterator[Element]:
    """Drafts that wait for a second signature; row security shows them to those who may sign."""
    if not may(visit):
        return
    for one in waiting(visit.reader):
        title = visit.phrases("releases.waiting", year=academic_year(one.year, visit.lang), state=one.name.of(visit.lang))  # fmt: skip
        view = SectionView(f"draft-{one.draft_id}", title, note=visit.phrases("releases.waiting.note"))  # fmt: skip
        now = counted(visit.reader, one.year, visit.today)
        yield section(view, _facts(visit, one), checks_table(visit, one.year, one.checks, now), e.div(*_acts(visit, one), cls="fields tall after"))  # fmt: skip


def _facts(visit: Visit, one: Draft) -> Element:
    phrases, lang = visit.phrases, visit.lang
    told: list[tuple[str, Child]] = [
        ("basis", phrases(f"basis.{one.basis}")),
        ("frozen", phrases("releases.frozen.at", at=second(one.frozen_at), load=plain(max(one.loads.values(), default=0)))),
        ("since", _since(visit, one)),
        ("drafted", phrases("releases.signed.by", by=one.drafted_by, day=day(china_day(one.drafted_at), lang))),
        ("notes", note_of(visit, one.notes_zh, one.notes_en)),
    ]  # fmt: skip
    if one.open_reason:
        told.append(("reason", quoted(one.open_reason)))
    return e.div(e.dl(*(e.div(e.dt(phrases(f"releases.{name}")), e.dd(said)) for name, said in told)), cls="asked")  # fmt: skip


def _since(visit: Visit, one: Draft) -> str:
    """How many forms have been loaded since the draft froze its figures: none of it belongs to the release."""
    now = visit.reader.loads((NATION,))[NATION]
    moved = sum(now.get(form, 0) > number for form, number in one.loads.items())
    return visit.phrases("releases.since.n", n=moved) if moved else visit.phrases("releases.since.none")  # fmt: skip


def _acts(visit: Visit, one: Draft) -> Iterator[Element]:
    phrases, posting = visit.phrases, Posting(visit.csrf, str(visit.address))
    if one.drafted_by == visit.audience.scope.reader:
        yield e.p(phrases("releases.own"), cls="m")
    else:
        yield action_form(
            "sign_release", posting, hidden("draft", one.draft_id), e.div(press(phrases("releases.sign"), is_first=True), cls="acts"),
        )  # fmt: skip
    reason = area_field(
        f"reason_{one.draft_id}", phrases("releases.refuse.why"), hint=_length(visit, REASON), required=True, rows=2, minLength=REASON.start,
        maxLength=REASON.stop - 1,
    )  # fmt: skip
    yield action_form(
        "refuse_release", posting, hidden("draft", one.draft_id), reason, e.div(press(phrases("releases.refuse")), cls="acts"),
    )  # fmt: skip


def _length(visit: Visit, of: range) -> str:
    return visit.phrases("releases.length", least=of.start, most=of.stop - 1)


def draft_section(visit: Visit) -> Element:
    """The year's checklist as it stands, and the form; while a draft of the year waits, why there is none."""
    phrases, year = visit.phrases, visit.year
    view = SectionView("draft", phrases("releases.draft"), academic_year(year, visit.lang), note=phrases("releases.draft.note"))  # fmt: skip
    years = [(str(each), academic_year(each, visit.lang)) for each in reversed(visit.years)]
    choose = search_form(
        f"/{visit.lang}/releases", phrases("releases.choose"), {"theme": visit.address.theme}, [choice_field("year", phrases("releases.year"), years, str(year))],
        press(phrases("releases.choose")),
    )  # fmt: skip
    if any(one.year == year for one in waiting(visit.reader)):
        return section(view, choose, e.p(phrases("releases.waits"), cls="m"))
    checks = counted(visit.reader, year, visit.today)
    return section(view, choose, checks_table(visit, year, checks), _form(visit, is_clear=is_clear(checks)))  # fmt: skip


def _form(visit: Visit, *, is_clear: bool) -> Element:
    phrases = visit.phrases
    states = [(one, STATES[one].of(visit.lang)) for one in next_states(visit.reading.known, visit.year)]  # fmt: skip
    bases = [(one, phrases(f"basis.{one}")) for one in ("approved", "submitted")]
    why = phrases("releases.reason.clear" if is_clear else "releases.reason.hint")
    return action_form(
        "draft_release", Posting(visit.csrf, str(visit.address)), hidden("year", visit.year),
        e.div(
            choice_field("state", phrases("releases.state"), states), choice_field("basis", phrases("releases.basis"), bases), cls="fields",
        ),
        area_field("notes_zh", phrases("releases.notes.zh"), hint=_length(visit, NOTES), required=True, minLength=NOTES.start, maxLength=NOTES.stop - 1),
        area_field("notes_en", phrases("releases.notes.en"), hint=phrases("releases.notes.en.hint"), maxLength=NOTES_EN.stop - 1),
        area_field("open_reason", phrases("releases.reason"), hint=why, maxLength=REASON.stop - 1, rows=2),
        e.div(press(phrases("releases.draft.do"), is_first=True), cls="acts"), cls="asked",
    )  # fmt: skip
