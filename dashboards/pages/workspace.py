"""A school's desk, where its accounts begin: what is due and when, what came back and why, what is in review, what is approved."""

from __future__ import annotations

from dashboards.numbers import academic_year
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import chain as words
from dashboards.views import desk, workspace
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    lines = desk.lines(visit)
    about = visit.phrases(
        "desk.about", year=academic_year(visit.year, visit.lang), day=words.due_days(visit, visit.year)
    )  # fmt: skip
    view = FindingView(workspace.sentence(visit, lines), about, automatic=False)
    return Drawn(
        title=visit.phrases("nav.workspace"),
        body=[finding(view, visit.phrases), workspace.section_of(visit, lines)],
    )


page = Page(name="workspace", rungs=(Rung.SCHOOL,), draw=draw, menu=1, is_kept=False, is_sent=False)
