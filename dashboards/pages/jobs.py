"""One's own jobs: what waits, how far each is, what came of it."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import work
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    jobs, phrases = work.open_jobs(visit), visit.phrases
    said = phrases("jobs.some.open", n=len(jobs)) if jobs else phrases("jobs.none.open")
    view = FindingView(said, phrases("jobs.about"), automatic=False)
    return Drawn(
        title=phrases("jobs.title"),
        body=[
            finding(view, phrases),
            *([work.open_section(visit, jobs)] if jobs else []),
            *([work.sending_section(visit)] if Right.FILL in visit.rights else []),
            work.over_section(visit),
        ],
    )


page = Page(name="jobs", draw=draw, right=None, is_kept=False)
