"""Systems of provinces as the ministry sees them: where each record stands, what was measured, who has to act since when."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.element import Element
from dashboards.numbers import day, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.section import SectionView, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from warehouse.conformity import checks
from warehouse.fusion import NONE, WAITING, Step, newest, steps, waiting_since
from warehouse.moments import china_day
from warehouse.places import NATION
from warehouse.rollout import provinces


def lines_of(visit: Visit) -> list[Step]:
    return steps(visit.reader, visit.address.place or NATION)


def sentence(visit: Visit, lines: Sequence[Step]) -> FindingView:
    """How many records there are, how many wait for the ministry, and the one that waits longest."""
    phrases, last = visit.phrases, newest(lines)
    basis = phrases("fusion.about")
    if not last:
        return FindingView(phrases("fusion.nobody"), basis, automatic=False)
    states = [one.state for one in last.values()]
    counts = {"n": len(states), "approved": states.count("approved"), "returned": states.count("returned")}  # fmt: skip
    waiting = sorted((since, place) for place, one in last.items() if one.state in WAITING and (since := waiting_since(lines, place)))  # fmt: skip
    if not waiting:
        return FindingView(phrases("fusion.said.none_waits", **counts), basis, automatic=False)
    since, place = waiting[0]
    said = phrases(
        "fusion.said", **counts, waiting=len(waiting), place=visit.ladder.place(place).name(visit.lang), since=day(china_day(since), visit.lang),
        days=(visit.today - china_day(since)).days,
    )  # fmt: skip
    return FindingView(said, basis, automatic=False)


def provinces_section(visit: Visit, lines: Sequence[Step]) -> Element:
    """Every province: those that wait first, the longest on top; those without a record last."""
    phrases, last = visit.phrases, newest(lines)
    heads = [ColumnView(phrases(f"fusion.{name}"), kind="text", narrow=name in ("province", "state", "act")) for name in ("province", "state", "system", "since", "forms", "conformity", "waiting", "act")]  # fmt: skip
    listed = sorted(provinces(visit.ladder), key=lambda row: _order(lines, last, row.place_id))
    rows = [
        RowView(row.name(visit.lang), _cells(visit, lines, last.get(row.place_id)), visit.address.on("fusion", row.place_id))
        for row in listed
    ]  # fmt: skip
    view = SectionView("provinces", phrases("fusion.provinces", n=len(rows)), note=phrases("fusion.provinces.note"))  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _order(lines: Sequence[Step], last: dict[int, Step], place: int) -> tuple[int, float, int]:
    since = waiting_since(lines, place)
    rank = 0 if since else 1 if place in last else 2
    return rank, since.timestamp() if since else 0, place


def _cells(visit: Visit, lines: Sequence[Step], last: Step | None) -> list[CellView]:
    phrases, dash = visit.phrases, CellView(symbol="not_applicable")
    if last is None:
        return [CellView(phrases(f"fusion.state.{NONE}")), *[dash] * 6]
    since = waiting_since(lines, last.place_id)
    return [
        state(visit, last), CellView(last.system), CellView(day(last.since, visit.lang)), CellView(plain(len(last.forms))),
        met(visit, last), CellView(phrases("fusion.days", day=day(china_day(since), visit.lang), n=(visit.today - china_day(since)).days)) if since else dash,
        CellView(phrases(f"fusion.acts.{last.state}")),
    ]  # fmt: skip


def state(visit: Visit, last: Step) -> CellView:
    said = visit.phrases(f"fusion.state.{last.state}")
    return CellView(said, verdict="miss" if last.state == "returned" else None)


def met(visit: Visit, last: Step) -> CellView:
    """Checks met of all, as they were measured last."""
    if last.measured is None:
        return CellView(visit.phrases("fusion.unmeasured"))
    found = checks(last.measured)
    held = sum(one.is_met for one in found)
    return CellView(f"{plain(held)}/{plain(len(found))}", verdict="miss" if held < len(found) else None)  # fmt: skip
