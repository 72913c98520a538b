"""Provinces with systems of their own: where each record stands and who has to act; the record of one, measured and decided."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.parts.section import grid
from dashboards.views import fusion, fusion_pulls
from dashboards.views import fusion_province as own
from warehouse.fusion import Step
from warehouse.places import NATION, Rung


def draw(visit: Visit) -> Drawn:
    lines = fusion.lines_of(visit)
    is_nation = visit.address.place == NATION
    said = fusion.sentence(visit, lines) if is_nation else own.sentence(visit, lines)
    body: list[Child] = [finding(said, visit.phrases)]
    body += [fusion.provinces_section(visit, lines)] if is_nation else _province(visit, lines)
    place = visit.place.name(visit.lang) if visit.place else ""
    return Drawn(title=f"{place} {visit.phrases('fusion.title')}", body=body)


def _province(visit: Visit, lines: list[Step]) -> list[Child]:
    measured = own.shown(visit, lines)
    parts: list[Child] = [grid(own.record_section(visit, lines), *own.act_sections(visit, lines))]
    if lines:
        wire = fusion_pulls.wire_of(visit, lines[-1])
        acts = fusion_pulls.act_sections(visit, lines[-1], wire)
        parts.append(grid(fusion_pulls.interface_section(visit, wire), *acts))
        parts.append(fusion_pulls.pulls_section(visit, wire))
        parts.append(own.checks_section(visit, lines, measured))
    if measured is not None:
        parts.append(own.receipts_section(visit, measured))
    return parts


page = Page(
    name="fusion", rungs=(Rung.NATION, Rung.PROVINCE), draw=draw, tab=23, of_records=True, is_kept=False
)  # fmt: skip
