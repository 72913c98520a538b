"""What stands in place of a table that is too large for a page: how large it is, and the offer to build it as a job."""

from __future__ import annotations

from math import ceil

from dashboards import element as e
from dashboards.documents import fixed_address
from dashboards.element import Element
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.form import Posting, action_form, choice_field, hidden, press
from dashboards.parts.section import SectionView, empty, section
from dashboards.views.build import Words
from metrics.tables import large
from metrics.tables.ask import MOST_CELLS, Ask
from metrics.tables.build import Size, Table, to_decide

KINDS = ("csv", "excel-csv", "parquet", "xlsx")


def large_section(visit: Visit, ask: Ask, size: Size) -> Element:
    """Its size and how long it takes, with the form that asks for it; of one that is too large for a job too, what to do. TooFine where no job would decide it."""
    phrases = visit.phrases
    view = SectionView("preview", phrases("large.title"), phrases("large.meta", cells=plain(size.cells)), say=title(visit, ask))  # fmt: skip
    if ask.opened:
        return section(view, empty(phrases("build.opened.large", cells=plain(size.cells), most=plain(MOST_CELLS))))  # fmt: skip
    if not large.is_for_a_job(size):
        return section(view, empty(phrases("large.refused", cells=plain(size.cells), most=plain(large.MOST))))  # fmt: skip
    deciding = to_decide(visit.ladder, ask, visit.asking.counting())
    time = _time(visit, large.seconds(size.cells) + ceil(deciding))
    said = phrases("large.said", cells=plain(size.cells), most=plain(MOST_CELLS), time=time)
    return section(view, e.p(said), _form(visit, ask, size))


def slow_section(visit: Visit, ask: Ask, size: Size, seconds: int) -> Element:
    """What stands in place of a table of which it takes long to decide what may be shown: how long, and the same offer."""
    phrases = visit.phrases
    view = SectionView("preview", phrases("slow.title"), phrases("large.meta", cells=plain(size.cells)), say=title(visit, ask))  # fmt: skip
    said = e.p(phrases("slow.said", time=_time(visit, seconds)))
    return section(view, said, _form(visit, ask, size), e.p(phrases("slow.note"), cls="m"))


def title(visit: Visit, ask: Ask) -> str:
    """What it would be called."""
    return Words(Table(ask, (), ("",), None, {}, {}), visit.ladder, visit.phrases).title


def _time(visit: Visit, seconds: int) -> str:
    if seconds < 90:
        return visit.phrases("large.seconds", n=seconds)
    return visit.phrases("large.minutes", n=round(seconds / 60))


def _form(visit: Visit, ask: Ask, size: Size) -> Element:
    phrases = visit.phrases
    kinds = [kind for kind in KINDS if kind != "xlsx" or large.fits_excel(ask, size)]
    choices = [(kind, phrases(f"build.files.{kind}")) for kind in kinds]
    of = fixed_address(visit.address, **ask.said())
    return action_form(
        "order_table", Posting(visit.csrf, str(visit.address)), hidden("of", of), hidden("lang", visit.lang),
        choice_field("format", phrases("large.format"), choices, kinds[0]),
        e.div(press(phrases("large.press"), is_first=True), cls="acts"), e.p(phrases("large.note"), cls="m"), cls="order",
    )  # fmt: skip
