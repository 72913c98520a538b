"""One flag of a school: fact and expectation, why it is flagged, the years before, the rows, what would clear it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.element import Child, Element
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.section import column, grid, section
from dashboards.parts.table import table
from dashboards.views import alert, alert_case, alert_expected, alert_record, alert_steps
from dashboards.views.alert_peers import similar_section
from warehouse.flag_lists import Flag
from warehouse.places import Rung


def draw(visit: Visit) -> Drawn:
    flag = alert.found(visit)
    school = visit.place.name(visit.lang) if visit.place else ""
    if flag is None:
        return Drawn(title=school, body=[alert.none_section(visit)])
    similar = similar_section(visit, flag, 6 if alert.has_history(flag) else 12)
    drawn = _there([alert.history_section(visit, flag, 6 if similar else 12), similar])
    at = alert_steps.standing(visit, flag)
    reasons = [
        _fact_section(visit, flag),
        alert.rows_section(visit, flag),
        alert.why_section(visit, flag),
        grid(*drawn) if drawn else None,
    ]
    found = alert_case.of_flag(visit, flag)
    beside = list(alert_case.sections(visit, flag, found))
    record = alert_record.rule_section(visit, flag)
    body = [
        alert.head(visit, flag, alert_steps.back(visit, flag, at), alert_case.facts(visit, found)),
        alert_case.strip(visit, flag, found),
        grid(column(8, *_there(reasons), record), column(4, *beside)) if beside else grid(column(12, *_there(reasons), record)),
        alert.others_section(visit, flag),
    ]  # fmt: skip
    return Drawn(
        title=f"{school} {alert.name(visit, flag)}",
        body=_there(body),
        steps=alert_steps.steps(visit, at),
        numbered=alert_case.number(visit, flag, found),
    )


def _fact_section(visit: Visit, flag: Flag) -> Element | None:
    """Fact and expectation: the strip with its table behind, or the table alone."""
    shown = alert.fact_table(visit, flag)
    if shown is None:
        return None
    drawn = alert_expected.strip(visit, flag, shown)
    return section(alert.fact_view(visit, flag), drawn or table(shown, visit.phrases))


def _there(sections: Sequence[Child]) -> list[Child]:
    return [one for one in sections if one is not None]


page = Page(
    name="alert",
    rungs=(Rung.SCHOOL,),
    draw=draw,
    under="alerts",
    of_records=True,
    is_kept=False,
    is_sent=False,
)
