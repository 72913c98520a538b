"""The catalogue of specialties as the warehouse knows it, and the list that waits to be applied."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import codes
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    view = FindingView(codes.sentence(visit), visit.phrases("codes.rule"), automatic=False)
    body = [finding(view, visit.phrases), *codes.waiting_section(visit), *codes.upload_section(visit)]  # fmt: skip
    return Drawn(
        title=visit.phrases("codes.title"), body=[*body, codes.added_section(visit), codes.crosswalk_section(visit)]
    )  # fmt: skip


page = Page(name="codes", draw=draw, right=Right.MANAGE_ACCOUNTS, is_kept=False, menu=12)
