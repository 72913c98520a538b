"""A school's forms under review: which stand where; of one form its history, findings, rows and what can be done now."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import table
from dashboards.views import chain as words
from dashboards.views import compare, records, review
from metrics.compare import taken
from metrics.review import flags
from warehouse import chain
from warehouse.chain import Key, Standing
from warehouse.discovery import submitted_forms
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    school = visit.address.place or 0
    name = visit.place.name(visit.lang) if visit.place else ""
    form = visit.address.form
    if form not in submitted_forms():
        said = FindingView(visit.phrases("review.title", school=name), automatic=False)
        standings = chain.standings(visit.reader, visit.year, school)
        body: list[Child] = [finding(said, visit.phrases), review.forms_section(visit, standings)]
        return Drawn(title=name, body=body)
    one = chain.standing(visit.reader, Key(form, visit.year, school))
    sentence = visit.phrases(
        "review.said", school=name, form=words.title(visit, form), state=one.state.label.of(visit.lang)
    )  # fmt: skip
    return Drawn(
        title=f"{name} {words.title(visit, form)}",
        body=[finding(FindingView(sentence, automatic=False), visit.phrases), *_form(visit, one)],
    )


def _form(visit: Visit, one: Standing) -> list[Child]:
    """The sections of one form."""
    handed = taken(visit.reader, one.key.form, one.key.school_id)
    now = next((each for each in handed if each.submission_id == one.submission_id), None)
    if now is None:
        return [
            section(
                SectionView("none", visit.phrases("review.standing")),
                empty(visit.phrases("records.none")),
            )
        ]
    last = chain.route_of(visit.reader, one)[-1]
    return [
        review.head(visit, one, now.revision),
        *review.act_section(visit, one, review.moves(visit, one, last)),
        _findings(visit, now.submission_id),
        compare.rows_section(visit, handed, now),
        review.history_section(visit, chain.history(visit.reader, one.key)),
    ]


def _findings(visit: Visit, submission: int) -> Child:
    found = flags(visit.reader, [submission])
    view = SectionView("findings", visit.phrases("records.findings"))
    if not found:
        return section(view, empty(visit.phrases("records.findings.none")))
    return section(view, table(records.findings(visit, found), visit.phrases))


page = Page(name="review", rungs=(Rung.SCHOOL,), draw=draw, is_kept=False, is_sent=False)
