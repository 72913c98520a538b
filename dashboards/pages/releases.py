"""数据发布: which figures were released when and by whom, on what checklist; the ministry drafts and signs here."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.views import releases, releases_acts, releases_frozen
from warehouse.releases import named


def draw(visit: Visit) -> Drawn:
    known = visit.reading.known
    one = named(known, visit.address.item)
    body: list[Child] = [finding(releases.sentence(visit), visit.phrases)]
    if one is not None:
        body += [*releases.one_sections(visit, one), releases_frozen.frozen_section(visit, one)]
    body += releases_acts.waiting_sections(visit)
    body.append(releases.list_section(visit))
    if releases_acts.may(visit):
        body.append(releases_acts.draft_section(visit))
    return Drawn(title=visit.phrases("releases.title"), body=body)


page = Page(name="releases", draw=draw, menu=14, is_kept=False)
