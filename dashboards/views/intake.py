"""A file that was sent in, as its page shows it: how far it is, its receipt, or why it could not be taken in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards import element as e
from dashboards.element import Element
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.section import SectionView, section
from dashboards.views.work import AGAIN_S
from etl.receipt import Receipt
from etl.receipts import of_submissions
from warehouse.intake import Kept, kept
from warehouse.moments import minute
from warehouse.queue import State


def found(visit: Visit) -> Kept | None:
    """The file that the address names, if it is of the reader's scope."""
    item = visit.address.item
    return kept(visit.reader, int(item)) if item.isdigit() and len(item) <= 18 else None


def nothing(visit: Visit) -> list[Element]:
    phrases = visit.phrases
    view = FindingView(phrases("intake.gone"), phrases("intake.gone.why"), automatic=False)
    return [finding(view, phrases)]


def body(visit: Visit, one: Kept) -> Iterator[Element]:
    phrases = visit.phrases
    file = phrases("intake.file", name=one.file_name, kb=plain(max(1, one.size // 1000)), hash=one.file_hash[:12])  # fmt: skip
    told = phrases("list.meta").join((file, phrases("intake.at", at=minute(one.received_at))))
    receipts = [*of_submissions(visit.reader, [one.submission_id])] if one.submission_id else []
    yield finding(FindingView(_how_far(visit, one, receipts), told, automatic=False), phrases)
    if one.state.is_open:
        yield e.div(
            e.progress(aria_label=one.state.label.of(visit.lang)),
            e.p(phrases("intake.again"), cls="m"),
            cls="far", data_again=AGAIN_S,
        )  # fmt: skip
    elif one.state is State.FAILED:
        view = SectionView("why", phrases("intake.why"), note=phrases("intake.kept"))
        yield section(view, e.p(one.message.of(visit.lang), cls="refused"))
    else:
        yield from _shown(visit, receipts)


def _how_far(visit: Visit, one: Kept, receipts: Sequence[Receipt]) -> str:
    """Its state; of what was taken in with rows refused, how many: it is not done with."""
    refused = sum(receipt.rows_refused for receipt in receipts)
    if not refused:
        return visit.phrases(f"intake.{one.state}", number=one.number)
    accepted = sum(receipt.rows_accepted for receipt in receipts)
    return visit.phrases("intake.refused", number=one.number, accepted=accepted, refused=refused)


def _shown(visit: Visit, receipts: Sequence[Receipt]) -> Iterator[Element]:
    for receipt in receipts:
        view = SectionView("receipt", visit.phrases("intake.receipt"), meta=receipt.number)
        yield section(view, e.div(receipt.to_text(visit.lang), cls="letter"))
