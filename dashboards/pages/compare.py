"""Any two submissions of a form of a school, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.section import SectionView, empty, section
from dashboards.views import chain as words
from dashboards.views import compare
from metrics.compare import Taken, taken
from warehouse.discovery import submitted_forms
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    name = visit.place.name(visit.lang) if visit.place else ""
    form = visit.address.form if visit.address.form in submitted_forms() else ""
    handed = taken(visit.reader, form, visit.address.place or 0) if form else []
    title = words.title(visit, form) if form else visit.phrases("compare.title")
    said = visit.phrases("compare.said", school=name, form=title)
    body: list[Child] = [finding(FindingView(said, automatic=False), visit.phrases)]
    return Drawn(title=f"{name} {title}", body=[*body, *_two(visit, handed)])


def _two(visit: Visit, handed: Sequence[Taken]) -> list[Child]:
    """What to compare, and the comparison; the newest with the one before it where nothing is asked."""
    view = SectionView("two", visit.phrases("compare.title"), visit.phrases("compare.any"))
    if not handed:
        return [section(view, empty(visit.phrases("records.none")))]
    known = {str(one.submission_id): one for one in handed}
    now = known.get(visit.address.item, handed[0])
    before = known.get(visit.address.start)
    if not visit.address.item and not visit.address.start:
        before = compare.beside(visit, handed, now) or next(iter(handed[1:]), None)
    return [
        section(view, compare.choice(visit, handed, now, before)),
        compare.pair_section(visit, before, now),
    ]


page = Page(name="compare", rungs=(Rung.SCHOOL,), draw=draw, is_sent=False)
