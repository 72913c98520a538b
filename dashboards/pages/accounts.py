"""Accounts at a place and below, for the two administrators who keep them and grant their roles; one account; one workbook of new ones."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.section import column, empty, grid
from dashboards.views import account, account_batch, accounts, granting
from warehouse.account_batches import batch
from warehouse.account_list import card
from warehouse.places import Rung
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    place = accounts.place_of(visit)
    title = visit.phrases("accounts.title", place=place.name(visit.lang))
    return Drawn(title=title, body=[accounts.way_up(visit), *_body(visit)])


def _body(visit: Visit) -> Iterator[Child]:
    item = visit.address.item
    if item:
        yield heading(visit)
    if visit.address.view == account_batch.VIEW and item.isdigit():
        one = batch(visit.reader, int(item[:18]))
        yield account_batch.batch_section(visit, one) if one else _none(visit)
    elif item:
        found = card(visit.reader, item)
        yield from _one(visit) if found else [_none(visit)]
    else:
        yield accounts.standing(visit)
        yield from granting.queue_section(visit)
        yield accounts.list_section(visit)
        yield from accounts.new_section(visit)
        yield from account_batch.bulk_section(visit)
        beside = column(5, accounts.rungs_section(visit), accounts.report_section(visit))
        yield grid(accounts.below_section(visit), beside)
        yield from accounts.doubles_section(visit)


def heading(visit: Visit) -> Child:
    place = accounts.place_of(visit).name(visit.lang)
    view = FindingView(visit.phrases("accounts.title", place=place), automatic=False)
    return finding(view, visit.phrases)


def _one(visit: Visit) -> Iterator[Child]:
    found = card(visit.reader, visit.address.item)
    if found is not None:
        yield grid(account.one_section(visit, found), account.steps_section(visit, found))
        yield from account.acts_section(visit, found)


def _none(visit: Visit) -> Child:
    return empty(visit.phrases("accounts.nothing_fits"))


page = Page(
    name=accounts.PAGE, rungs=tuple(Rung), draw=draw, right=Right.MANAGE_ACCOUNTS, others=frozenset({Right.GRANT_ROLES}),
    menu=7, of_records=True, is_kept=False,
)  # fmt: skip
