"""How a table is taken away: the files it is given as, and the link that is frozen to the state it was read in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args
from urllib.parse import urlsplit

from dashboards import element as e
from dashboards.element import Element
from dashboards.exports.paper import Paper
from dashboards.page import Visit
from dashboards.parts.builder import FileView, PairView
from dashboards.views.build import Words, is_publisher
from dashboards.views.build_newer import newer
from dashboards.views.build_steps import address_of
from metrics.publication import limits
from metrics.tables.ask import Ask, Opened
from warehouse.moments import second

KINDS = ("xlsx", "csv", "excel-csv", "csvw", "parquet", "json")
WAYS: tuple[Opened, ...] = get_args(Opened)
ENDS = 8  # letters of a hash at either end


def files(visit: Visit, words: Words) -> list[FileView]:
    """Each kind of file with its address."""
    phrases = visit.phrases
    return [
        FileView(
            phrases(f"build.files.{kind}"),
            file_of(visit, words, kind),
            phrases(f"build.files.{kind}.what"),
        )
        for kind in KINDS
    ]


def file_of(visit: Visit, words: Words, kind: str) -> str:
    """The address of one: the page's own words."""
    query = urlsplit(
        visit.address.to(**words.table.ask.said(), view="", unfolded="", theme="light")
    ).query
    return f"/build/{visit.lang}/{visit.address.place}.{kind}?{query}"


def opened(visit: Visit, ask: Ask) -> Element | None:
    """For whoever is in charge of the nation: the table as anybody may have it, or back to as it is seen here."""
    phrases = visit.phrases
    if not is_publisher(visit):
        return None
    bounds = limits()
    slots = {
        "persons": bounds.persons - 1,
        "units": bounds.units,
        "dominance": f"{bounds.dominance:g}",
    }
    links = [
        e.li(
            e.a(phrases(f"build.open.{way or 'own'}"), href=address_of(visit, replace(ask, opened=way))),
            e.span(phrases(f"build.open.{way or 'own'}.what", **slots)),
        )
        for way in WAYS
        if way != ask.opened
    ]  # fmt: skip
    return e.div(e.h3(phrases("build.open")), e.p(phrases("build.open.about"), cls="m"), e.ul(*links, cls="give"), cls="openly")  # fmt: skip


def facts(visit: Visit, words: Words) -> list[PairView]:
    """The link, the state of the data, the receipt's hash, and whether there is newer data."""
    phrases = visit.phrases
    paper = Paper(
        words=words,
        address=visit.address,
        site="",
        made_at=datetime.now(UTC),
        is_synthetic=visit.synthetic,
        release=visit.reading.one,
    )
    made = paper.receipt["sha256"]
    load = max(words.table.loads.values(), default=0)
    return [
        PairView(
            phrases("build.fixed.address"), "", (phrases("build.fixed.open"), paper.permalink)
        ),
        PairView(
            phrases("build.fixed.version"),
            phrases("paper.version.text", at=second(paper.read_at), load=load),
        ),
        PairView(phrases("build.fixed.hash"), f"sha256 {made[:ENDS]}…{made[-ENDS:]}", is_code=True),
        newer(visit, words),
    ]
