"""One case: how far it is, what it is about, what the school said, the documents, what was done and what the reader may do now."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.section import SectionView, column, empty, grid, section
from dashboards.views import case
from dashboards.views.case_acts import act_sections, undo_sections
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    found = case.opened(visit)
    phrases = visit.phrases
    if found is None:
        said = FindingView(phrases("case.title"), automatic=False)
        back = (phrases("case.list"), visit.address.on("cases", visit.address.place))
        view = SectionView("none", phrases("case.title"), more=back)
        return Drawn(title=phrases("case.title"), body=[finding(said, phrases), section(view, empty(phrases("case.none")))])  # fmt: skip
    body = [
        finding(case.sentence(visit, found), phrases), case.strip(visit, found),
        grid(
            column(8, case.about_section(visit, found), *case.answers_section(visit, found), case.documents_section(visit, found)),
            column(4, *act_sections(visit, found), case.thread_section(visit, found), *undo_sections(visit, found)),
        ),
    ]  # fmt: skip
    return Drawn(
        title=f"{found.case.number} {phrases('case.title')}", body=body, numbered=found.case.number
    )


page = Page(
    name="case",
    rungs=(Rung.SCHOOL,),
    draw=draw,
    under="cases",
    of_records=True,
    is_kept=False,
    is_sent=False,
)
