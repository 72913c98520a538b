"""我的订阅: what one is sent regularly, when, what came of it, and the files."""

from __future__ import annotations

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.views import subscription_form as form
from dashboards.views import subscriptions as views
from warehouse.subscriptions import subscribed, subscriptions


def draw(visit: Visit) -> Drawn:
    phrases, is_over = visit.phrases, visit.address.view == views.ENDED
    found = subscriptions(visit.reader, ended=is_over)
    said = phrases("subscriptions.ended") if is_over else views.sentence(visit, found)
    head = finding(FindingView(said, phrases("subscriptions.about"), automatic=False), phrases)
    body: list[Child] = [head, *_form(visit), views.list_section(visit, found)]
    if not is_over:
        body.append(views.files_section(visit))
    return Drawn(title=phrases("subscriptions.title"), body=body)


def _form(visit: Visit) -> list[Child]:
    """The form, where the address is about a page to subscribe to or names a subscription to change."""
    if visit.address.of:
        return [form.new_section(visit)]
    item = visit.address.item
    one = subscribed(visit.reader, int(item)) if item.isdigit() and len(item) < 19 else None
    return [form.change_section(visit, one)] if one is not None and one.ended_at is None else []


page = Page(name="subscriptions", draw=draw, is_kept=False)
