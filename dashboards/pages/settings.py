"""Settings that move numbers: what holds, what is proposed, and the forms to propose and to decide."""

from __future__ import annotations

from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import ruling
from warehouse.proposals import listed
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    proposals = listed(visit.reader)
    said = ruling.sentence(visit, proposals)
    view = FindingView(said, visit.phrases("settings.rule"), automatic=False)
    return Drawn(
        title=visit.phrases("settings.title"),
        body=[
            finding(view, visit.phrases),
            *ruling.open_section(visit, proposals),
            *ruling.propose_section(visit),
            ruling.values_section(visit),
            ruling.history_section(visit, proposals),
        ],
    )


page = Page(
    name="settings", draw=draw, right=Right.MANAGE_ACCOUNTS, is_kept=False, menu=11,
    others=frozenset({Right.GRANT_ROLES, Right.READ_AUDIT}),
)  # fmt: skip
