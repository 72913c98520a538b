"""The roll-out of the system: who is behind with what since when; the programme, the accounts, the monthly report and the examples."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import finding
from dashboards.parts.section import grid
from dashboards.views import examples, rollout
from dashboards.views import rollout_province as own
from metrics.rollout import Behind
from warehouse.places import NATION, Rung


def draw(visit: Visit) -> Drawn:
    known = rollout.found(visit)
    listed = rollout.late(visit, known)
    is_nation = visit.address.place == NATION
    said = (rollout if is_nation else own).sentence(visit, known, listed)
    body: list[Child] = [finding(said, visit.phrases)]
    body += _nation(visit, known, listed) if is_nation else _province(visit, known)
    place = visit.place.name(visit.lang) if visit.place else ""
    return Drawn(title=f"{place} {visit.phrases('rollout.title')}", body=body)


def _nation(visit: Visit, known: rollout.Known, listed: list[Behind]) -> list[Child]:
    return [
        rollout.behind_section(visit, listed),
        rollout.programme_section(visit, known),
        rollout.matrix_section(visit, known),
        grid(rollout.accounts_section(visit), rollout.examples_section(visit, known)),
        examples.schools_section(visit),
    ]


def _province(visit: Visit, known: rollout.Known) -> list[Child]:
    month, lines = own.chosen(visit, known), own.lines_of(visit)
    parts: list[Child] = [grid(own.tasks_section(visit, known), own.months_section(visit, known))]
    if month is not None:
        parts.append(grid(own.report_section(visit, month), *own.sign_section(visit, month)))
    parts.append(grid(own.filed_section(visit, lines), *own.file_section(visit, lines)))
    parts.append(grid(rollout.accounts_section(visit)))
    parts.append(examples.schools_section(visit))
    return parts


page = Page(
    name="rollout", rungs=(Rung.NATION, Rung.PROVINCE), draw=draw, tab=22, of_records=True, is_kept=False
)  # fmt: skip
