"""Makes the paper of a place and a topic: pages are drawn under the reader's own rights, from one transaction, and read off.

Nothing here needs a request: the worker makes papers of subscribers by the same way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import orjson

from dashboards.address import Address
from dashboards.answers import Memory, Opened
from dashboards.around import context, foot
from dashboards.auth import Reader
from dashboards.briefings import reading
from dashboards.briefings.paper import Block, Briefing, Chapter, Facts, Row, Said, Section, Table
from dashboards.briefings.tables import table as table_read
from dashboards.element import Element
from dashboards.exports.seen import below, first, text
from dashboards.exports.seen_bar import facts
from dashboards.i18n import Phrases
from dashboards.numbers import day, plain
from dashboards.page import Briefed, Drawn, Page, Visit, registry
from dashboards.parts.context import context_bar
from dashboards.parts.footer import footer
from dashboards.parts.table import table
from dashboards.released import settled
from dashboards.sheet import code
from dashboards.views.definitions import table_of
from metrics.errors import OutOfScope
from warehouse.administered import learn
from warehouse.discovery import domains
from warehouse.errors import ZhijianError
from warehouse.moments import second
from warehouse.places import NATION
from warehouse.store import LADDER, Warehouse

# Pages that stand in a briefing beside its topic, with the sections of them that one of a domain has.
BESIDE = {"changed": ("places", "bars"), "alerts": (), "board": ("places", "forms")}
WHOLE = "place"
LISTED = {"list": 14, "findings": 30}  # rows of lists that may be very long
MOST = 400  # rows of any other table
SCREEN = (
    "children.sorting",
    "indicators.open",
    "indicators.note.plain",
    "alerts.rules.more",
)  # what a page says of its own use


class NoBriefing(ZhijianError):
    """There is no briefing of that name at that place."""

    def __init__(self, page: str) -> None:
        super().__init__(
            f"没有这一简报（{page}）：请从页面的“简报”菜单选择。",
            f"There is no such briefing ({page}): choose one from the page's own menu.",
        )


@dataclass(frozen=True)
class Maker:
    """What papers are made of. `site`: the address that people reach the system by; `template`: the ministry's own for Word, or None."""

    warehouse: Warehouse
    memory: Memory
    today: date
    synthetic: bool
    template: Path | None
    site: str

    def paper(self, reader: Reader, address: Address, now: datetime) -> Briefing:
        """The briefing of an address of a topic's page, for this reader; OutOfScope where the page would be refused."""
        year = address.year or self.warehouse.ladder.years[-1]
        here = replace(address, year=year, theme="light", unfolded="", source="", sort="")
        page = _page(self.warehouse, here)
        if page is None or page.brief is None or not page.is_topic:
            raise NoBriefing(address.page)
        if year not in self.warehouse.ladder.years:
            raise NoBriefing(str(address))
        with self._visiting(reader, here) as visit:
            if not _is_open(page, visit):
                raise OutOfScope((visit.address.place or NATION,))
            return _Paper(visit, page.brief(visit), reader, now, self.site).briefing()

    @contextmanager
    def _visiting(self, reader: Reader, address: Address) -> Iterator[Visit]:
        audience = reader.audience(self.warehouse)
        place = address.place or NATION
        depth = audience.scope.depth_of(self.warehouse.ladder, place)
        if depth is None:
            raise OutOfScope((place,))
        rulers = (*self.warehouse.ladder.ancestors(place), place)
        with self.warehouse.opening(audience.scope, rulers) as (opened, state):
            learn(opened)
            if state.loads.get(NATION, {}).get(LADDER, 0) != self.warehouse.ladder_load:
                self.warehouse.refresh()
            of = settled(address, audience, Opened(opened, *state), rulers, self.memory)
            yield Visit(
                address=of.address, phrases=Phrases(address.lang), ladder=of.ladder, audience=audience, asking=of.asking, reading=of.reading,
                today=self.today, synthetic=self.synthetic, place=of.ladder.place(place), depth=depth, rights=reader.rights,
            )  # fmt: skip


def _page(warehouse: Warehouse, address: Address) -> Page | None:
    return registry().get((address.page, warehouse.ladder.rung(address.place or NATION)))


def _is_open(page: Page, visit: Visit) -> bool:
    return page.is_open_at(visit.depth) and page.is_open_to(visit.rights)


@dataclass(frozen=True)
class _Paper:
    """A briefing as it is put together."""

    visit: Visit
    topic: Briefed
    reader: Reader
    now: datetime
    site: str

    def briefing(self) -> Briefing:
        phrases = self.visit.phrases
        said, basis = reading.finding(list(self.topic.drawn.body))
        chapters = [_chapter(self.visit, phrases("briefing.chapter"), self.topic.drawn), *self._beside()]  # fmt: skip
        chapters[0] = _unrepeated(chapters[0], said)
        address = self.site + self.visit.address.frozen(self.now)
        made = Briefing(
            lang=self.visit.lang, kind=phrases("briefing.kind"), title=self._title(), subtitle=self.topic.drawn.title,
            mark=phrases("briefing.mark"), notice=phrases("synthetic.notice") if self.visit.synthetic else "",
            facts=self._facts(), finding=said, basis=basis, chapters=chapters, foot=self._foot(), address=address, code=code(address),
            words={"code": phrases("briefing.code"), "synthetic": phrases("synthetic"), "figure": phrases("briefing.figure", legend="{legend}")},
        )  # fmt: skip
        return replace(made, chapters=[*chapters, self._notes(made)])

    def _title(self) -> str:
        visit = self.visit
        name = visit.place.name(visit.lang) if visit.place else ""
        domain = domains().get(visit.address.page)
        topic = visit.phrases("briefing.domain", domain=domain.label.of(visit.lang)) if domain else visit.phrases("briefing.place")  # fmt: skip
        return visit.phrases("briefing.of", place=name, topic=topic)

    def _facts(self) -> list[tuple[str, str]]:
        """What the page's own bar states, then who reads and when."""
        bar = context_bar(context(self.visit, self.topic.drawn), self.visit.phrases)
        phrases, lang = self.visit.phrases, self.visit.lang
        return [*facts(bar, phrases), (phrases("briefing.for"), self.reader.name(lang)), (phrases("briefing.day"), day(self.visit.today, lang))]  # fmt: skip

    def _beside(self) -> Iterator[Chapter]:
        """What changed, the alerts and the submissions, as far as the reader may open their pages here."""
        visit = self.visit
        rung = visit.ladder.rung(visit.address.place or NATION)
        for name, kept in BESIDE.items():
            page = registry().get((name, rung))
            if page is None or page.brief is None or not _is_open(page, visit):
                continue
            if name == "changed" and not self.topic.moved:
                continue
            metric = self.topic.moved if name == "changed" else ""
            seen = replace(visit, address=replace(visit.address, page=name, metric=metric, view="", item="", start=""))  # fmt: skip
            drawn = page.brief(seen).drawn
            chapter = _chapter(seen, drawn.title, drawn)
            if visit.address.page != WHOLE:
                chapter = replace(chapter, sections=[one for one in chapter.sections if one.key in kept])  # fmt: skip
            yield chapter

    def _notes(self, made: Briefing) -> Chapter:
        """Definitions of what is printed, signs and scope, the receipt."""
        visit, phrases = self.visit, self.visit.phrases
        names = list(dict.fromkeys((*self.topic.metrics, *filter(None, (self.topic.moved,)))))
        defined = table_read(first(table(table_of(visit, names), phrases), "", "Table") or {})
        signs = [
            (text(first(line, "", "B")), phrases("list.meta").join(_rest(line)))
            for line in _paragraphs(footer(foot(visit, self.topic.drawn), phrases))
        ]
        sections = [
            Section(key="definitions", title=phrases("briefing.definitions"), blocks=[defined]),
            Section(key="signs", title=phrases("briefing.signs"), blocks=[Facts(facts=signs)]),
            Section(key="receipt", title=phrases("briefing.receipt"), blocks=[Facts(facts=self._receipt(made))]),
        ]  # fmt: skip
        return Chapter(title=phrases("briefing.notes"), sections=sections)

    def _receipt(self, made: Briefing) -> list[tuple[str, str]]:
        phrases, visit = self.visit.phrases, self.visit
        loads = visit.asking.loads.get(visit.address.place or NATION, {})
        numbers = phrases("build.comma").join(f"{form} {number}" for form, number in sorted(loads.items()))  # fmt: skip
        return [
            (phrases("paper.receipt.address"), made.address),
            (phrases("paper.receipt.asof"), second(visit.at.moment or self.now)),
            (phrases("paper.receipt.loads"), numbers),
            (phrases("briefing.sha"), content_hash(made)),
        ]

    def _foot(self) -> str:
        loads = self.visit.asking.loads.get(self.visit.address.place or NATION, {})
        newest = plain(max(loads.values(), default=0))
        at = second(self.visit.at.moment or self.now)
        return self.visit.phrases("briefing.foot", at=at, load=newest)


def figures_hash(made: Briefing) -> str:
    """Over what it says, without when and for whom: alike for as long as nothing in it has changed."""
    said = (made.title, made.finding, made.chapters[:-1])
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def content_hash(made: Briefing) -> str:
    """Over every text of the paper but its notes."""
    said = (made.title, made.facts, made.finding, made.chapters)
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def _chapter(visit: Visit, title: str, drawn: Drawn) -> Chapter:
    said, basis = reading.finding(list(drawn.body))
    found = [_bounded(one, visit.phrases) for one in reading.sections(list(drawn.body))]
    return Chapter(title=title, sections=found, finding=said, basis=basis)


def _unrepeated(one: Chapter, said: str) -> Chapter:
    """The first chapter without the finding, which stands above it."""
    kept = [
        replace(each, blocks=[b for b in each.blocks if not (isinstance(b, Said) and b.text == said)])
        for each in one.sections
    ]  # fmt: skip
    return replace(one, sections=kept, finding="", basis="")


def _bounded(one: Section, phrases: Phrases) -> Section:
    """A long list is printed as far as paper goes, and says so."""
    most = LISTED.get(one.key, MOST)
    blocks: list[Block] = []
    for block in one.blocks:
        if isinstance(block, Table) and len(block.rows) > most:
            kept = _first(block.rows, most)
            cut = phrases("briefing.more", n=plain(len(kept)))
            blocks += [replace(block, rows=kept), Said(text=cut, tone="note")]
        elif isinstance(block, Said):
            blocks += [replace(block, text=said)] if (said := _unscreened(block.text, phrases)) else []  # fmt: skip
        else:
            blocks.append(block)
    meta = "" if one.key in LISTED else _unscreened(one.meta, phrases)
    return replace(one, blocks=blocks, meta=meta)


def _first(rows: Sequence[Row], most: int) -> Sequence[Row]:
    """The first rows, without a heading that nothing follows."""
    kept = rows[:most]
    return kept[:-1] if kept[-1].look == "group" else kept


def _unscreened(said: str, phrases: Phrases) -> str:
    for each in SCREEN:
        said = re.sub(re.sub(r"\\\{\w+\\\}", ".+?", re.escape(phrases(each))), "", said)
    return said.strip().removesuffix(phrases("list.meta").strip()).strip()


def _paragraphs(element: Element) -> Iterator[Element]:
    for one in below(element):
        if isinstance(one, dict):
            if one["type"] == "P":
                yield one
            else:
                yield from _paragraphs(one)


def _rest(line: Element) -> list[str]:
    """What follows the label, piece by piece."""
    return [said for one in list(below(line))[1:] if (said := text(one))]
