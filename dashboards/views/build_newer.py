"""Whether there is newer data than a table of an earlier state shows: loads that touch its places and years, and releases signed since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from dashboards.page import Visit
from dashboards.parts.builder import PairView
from dashboards.views.build import Words
from metrics.discovery import metric
from metrics.metric import Percentile
from metrics.selection import select
from metrics.tables.build import is_plain
from warehouse.loaded_since import loaded_since
from warehouse.releases import Release


def newer(visit: Visit, words: Words) -> PairView:
    """Of a released table, what was signed after its release; of one of a moment, what came for its places and years after it."""
    if not visit.address.asof:
        return _said(visit, visit.phrases("build.fixed.newer.live"))
    return _of_release(visit, words, visit.reading.one) if visit.reading.one else _of_moment(visit, words)  # fmt: skip


def _said(visit: Visit, said: str, href: str = "") -> PairView:
    link = (visit.phrases("build.fixed.latest"), href) if href else None
    return PairView(visit.phrases("build.fixed.newer"), said, link)


def _of_release(visit: Visit, words: Words, one: Release) -> PairView:
    later = _signed(visit, {one.year, *words.table.ask.years}, one.signed_at)
    if not later:
        return _said(visit, visit.phrases("build.fixed.newer.release.no"))
    newest = later[-1]
    href = visit.address.to(release=newest.number, year=newest.year)
    return _said(visit, _told(visit, later), href)


def _of_moment(visit: Visit, words: Words) -> PairView:
    """Places in the reader's charge move with each load, others with each release; before a year's first one, with loads too."""
    years = words.table.ask.years
    others = {place for place, depth in visit.audience.depths(words.table.places).items() if depth == "published"}  # fmt: skip
    later = _signed(visit, years, visit.address.moment) if others else []
    unreleased = [year for year in years if not visit.reading.of_year(year)]
    forms = _forms(visit, words, set(words.table.places) - others, years) | _forms(visit, words, others, unreleased)  # fmt: skip
    said = [visit.phrases("build.fixed.newer.yes", n=len(forms))] if forms else []
    said += [_told(visit, later)] if later else []
    if not said:
        return _said(visit, visit.phrases("build.fixed.newer.no"))
    return _said(visit, " ".join(said), visit.address.to(asof=""))


def _forms(visit: Visit, words: Words, places: Collection[int], years: Collection[int]) -> frozenset[str]:  # fmt: skip
    """Forms loaded since that the table's figures of some places and years rest on."""
    ask = words.table.ask
    needed = select(ask.metrics, tuple(years), "")[1]
    read = {form: needed[form].years if form in needed else set(years) for form in words.table.loads}  # fmt: skip
    by_units = not is_plain(ask) or any(isinstance(metric(name), Percentile) for name in ask.metrics)  # fmt: skip
    return loaded_since(visit.reader, words.table.loads, read, places, by_units=by_units)


def _signed(visit: Visit, years: Collection[int], moment: datetime | None) -> list[Release]:
    """Releases of some years that were signed after a moment, the oldest first."""
    found = [one for one in visit.reading.known if one.year in years and (moment is None or one.signed_at > moment)]  # fmt: skip
    return sorted(found, key=lambda one: one.signed_at)


def _told(visit: Visit, later: list[Release]) -> str:
    numbers = visit.phrases("list.comma").join(one.number for one in later)
    return visit.phrases("build.fixed.newer.release", numbers=numbers, n=len(later))
