"""From one flag to the next in the list that the reader came from, whose place and filters stand in the address of the flag."""

from __future__ import annotations

from dataclasses import replace

from dashboards.address import Address
from dashboards.page import Visit
from dashboards.parts.section import ChoiceView
from dashboards.views import alerts
from warehouse.flag_lists import Between, Flag, Step, between
from warehouse.flags import newest_round

Steps = tuple[ChoiceView | None, ChoiceView | None]


def list_of(visit: Visit) -> Address | None:
    """The address of the list, from its beginning; None where the reader came another way."""
    place, _, rule = visit.address.among.partition(alerts.MARK)
    if not place or int(place) not in visit.ladder:
        return None
    return replace(visit.address, page="alerts", place=int(place), item=rule, among="", start="")


def standing(visit: Visit, flag: Flag) -> Between | None:
    """Where the flag stands in that list; None without a list, or where it does not hold the flag any more."""
    address = list_of(visit)
    if address is None:
        return None
    there = replace(visit, address=address)
    return between(visit.reader, alerts.wanted(there, newest_round(visit.reader, "whole")), flag.flag_id)  # fmt: skip


def steps(visit: Visit, at: Between | None) -> Steps | None:
    """The flags before and after it; None outside a list."""
    if at is None:
        return None
    return _step(visit, at.before, "alert.step.before"), _step(visit, at.after, "alert.step.after")  # fmt: skip


def _step(visit: Visit, step: Step | None, name: str) -> ChoiceView | None:
    if step is None:
        return None
    return ChoiceView(visit.phrases(name), visit.address.to(place=step.school_id, item=str(step.flag_id), unfolded=""))  # fmt: skip


def back(visit: Visit, flag: Flag, at: Between | None) -> tuple[str, str]:
    """The way back: to that page of the list on which the flag stands, or else to the flags of its school."""
    address = list_of(visit)
    if address is None:
        return visit.phrases("alert.back"), visit.address.on("alerts", flag.school_id, view=alerts.view_of(flag))  # fmt: skip
    skipped = (at.at - 1) // alerts.MOST * alerts.MOST if at else 0
    words = visit.phrases("alert.back.at", at=at.at, n=at.number) if at else visit.phrases("alert.back")  # fmt: skip
    return words, address.to(start=str(skipped) if skipped else "", unfolded="") + "#list"
