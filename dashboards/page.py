"""Pages: each module of dashboards/pages declares one, and everything around it is put here."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib import import_module
from types import ModuleType
from typing import Literal

from dashboards import pages
from dashboards.address import Address
from dashboards.answers import Asking
from dashboards.auth import Standing
from dashboards.element import Child, Element
from dashboards.i18n import Lang, Phrases
from dashboards.parts.cell import NumberState
from dashboards.parts.section import ChoiceView
from dashboards.released import Reading
from metrics.audience import Audience
from metrics.question import Answers, Cell, Question
from metrics.school import AsOf, addressees
from warehouse.crypto import Suite
from warehouse.errors import DeclarationError
from warehouse.ladder import Ladder, PlaceRow
from warehouse.law import Addressee
from warehouse.places import NATION, Rung
from warehouse.rights import Right, opens
from warehouse.scope import Depth
from warehouse.store import Reader


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One reader's look at one address. `asking` answers questions, `reader` is its open transaction."""

    address: Address
    phrases: Phrases
    ladder: Ladder
    audience: Audience
    asking: Asking
    today: date
    synthetic: bool
    place: PlaceRow | None
    depth: Depth
    rights: frozenset[Right] = frozenset({Right.READ})
    csrf: str = ""
    unread: int = 0  # notices
    standing: Standing | None = None
    vault: Suite | None = None
    reading: Reading = field(default_factory=Reading)  # as released, or live

    @property
    def lang(self) -> Lang:
        return self.phrases.lang

    @property
    def reader(self) -> Reader:
        return self.asking.reader

    @property
    def suite(self) -> Suite:
        """What opens sealed values."""
        if self.vault is None:
            raise LookupError(self.address)
        return self.vault

    @property
    def years(self) -> list[int]:
        """The years there are, oldest first."""
        return self.ladder.years

    @property
    def province(self) -> str:
        """The six digits of the province that is looked at or looked into; "" for the nation."""
        path = self.place.path if self.place is not None else ()
        return self.ladder.place(path[0]).code if path else ""

    @cached_property
    def addressee(self) -> Addressee | None:
        """Whom the law is asked about: the unit that is looked at; None where the place is a region."""
        if self.place is None or self.ladder.rung(self.place.place_id) is not Rung.SCHOOL:
            return None
        school = self.place.place_id
        return addressees(self.reader, self.ladder, [school], self.year, self.at)[school]

    @property
    def year(self) -> int:
        return self.address.year or self.years[-1]

    @property
    def at(self) -> AsOf:
        """The state of the warehouse that the address asks for."""
        loads = self.asking.loads.get(self.address.place or NATION, {})
        return AsOf(load=loads, moment=self.address.moment, basis=self.address.basis)

    def of_basis(self, message_id: str) -> str:
        """The id of a phrase about what has come in: where figures are official, about what was approved."""
        return f"{message_id}.approved" if self.address.basis == "approved" else message_id

    def ask(self, question: Question) -> Answers:
        return self.asking(question)

    def toward(self, place: int) -> str:
        """The address of another place, in the same light where it has one that the reader may see there."""
        rung, depth = self.ladder.rung(place), self.audience.scope.depth_of(self.ladder, place)
        stays = any(page.name == self.address.page and page.is_open_at(depth) for page in tabs(rung))  # fmt: skip
        return self.address.on(self.address.page if stays else "place", place)


def kept(visit: Visit) -> dict[str, object]:
    """What a form that leads to an address takes along of the address it stands on."""
    address = visit.address
    released = {"release": address.release} if address.release else {}
    return {"year": visit.year, "theme": address.theme, **released}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What a page hands back: its title and sections, the panel beside them, and what the context bar states. `metrics`: those it prints
    without asking for them, because it counts them itself. `basis`: the only figures it shows, whatever the address asks for elsewhere; "" where it
    follows the address.
    """

    title: str
    body: Sequence[Child]
    panel: Element | None = None
    coverage: Cell | None = None
    covers: str = (
        "value"  # what it counts: schools, or "returns" of a form handed in by parts of the year
    )
    covers_of: str = ""  # the place it is the coverage of, where it is not the page's own
    state: NumberState = "preliminary"
    scope_notes: Sequence[str] = ()
    basis: Literal["", "submitted", "approved"] = ""
    numbered: str = ""  # the number of what is shown of the place, last in the bar; "" where the place itself is shown
    metrics: Sequence[str] = ()
    # where its own workbook is had, "" where there is none; None where it is the tables of the page
    book: str | None = None
    steps: tuple[ChoiceView | None, ChoiceView | None] | None = (
        None  # before and after in the list the reader came from, instead of the places beside this one
    )


@dataclass(frozen=True, kw_only=True)
class Briefed:
    """What a page puts on paper: those of its sections that a briefing has, the metrics they print, and the one whose movement is told."""

    drawn: Drawn
    metrics: Sequence[str] = ()
    moved: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the address grammar. `rungs` are the places it is for; none for a page without a place.

    `right`: what a reader needs to open it, None where everybody may; any of `others` will do as well. `menu`: its place in the top line, 0 for none; the entry leads to the reader's
    own place. `tab`: its place among the pages that show the same place, 0 for none; a page without one may stand `under` another's. `of_records`: it is only for places whose records its
    reader sees. `is_kept`: whether its bytes may be remembered; never for a page with a form, which carries a token.
    `event`: under which name a look at it is written down, before it is drawn; "" for none. Such a page is not kept. `brief`: what of it goes
    on paper; `is_topic`: whether a briefing may be asked for by its name, or it only stands in those of others.
    `is_sent`: whether its tables may be subscribed to, where it shows figures of a place; not a page of work or about one thing.
    """

    name: str
    rungs: tuple[Rung, ...] = ()
    draw: Callable[[Visit], Drawn]
    right: Right | None = Right.READ
    others: frozenset[Right] = frozenset()
    menu: int = 0
    tab: int = 0
    under: str = ""
    of_records: bool = False
    is_kept: bool = True
    event: str = ""
    brief: Callable[[Visit], Briefed] | None = None
    is_topic: bool = False
    is_sent: bool = True

    def is_open_to(self, rights: frozenset[Right]) -> bool:
        return opens(self.right, self.others, rights)

    def is_open_at(self, depth: Depth | None) -> bool:
        """Whether a place is open to it, by how deep its reader sees there."""
        return depth is not None and (depth == "records" or not self.of_records)


def entries(rights: frozenset[Right], rung: Rung, depth: Depth = "records") -> list[Page]:
    """The pages of the top line for a reader with these rights who stands at a rung and sees so deep, in their order."""
    open_ = {
        page.name: page
        for page in registry().values()
        if page.menu
        and page.is_open_to(rights)
        and page.is_open_at(depth)
        and (not page.rungs or rung in page.rungs)
    }
    return sorted(open_.values(), key=lambda page: page.menu)


@cache
def registry() -> dict[tuple[str, Rung | None], Page]:
    """Every page, by address name and rung."""
    found: dict[tuple[str, Rung | None], Page] = {}
    for module in pkgutil.iter_modules(pages.__path__):
        for page in _declared(import_module(f"{pages.__name__}.{module.name}")):
            for rung in page.rungs or (None,):
                if (page.name, rung) in found:
                    raise DeclarationError(
                        f"页面 {page.name} 声明了两次", f"page {page.name} is declared twice"
                    )
                found[page.name, rung] = page
    return found


def _declared(module: ModuleType) -> Sequence[Page]:
    """The page of a module, or the pages that it makes of other declarations."""
    page: Page | None = getattr(module, "page", None)
    made: Sequence[Page] = (page,) if page else module.pages()
    return made


@cache
def tabs(rung: Rung) -> tuple[Page, ...]:
    """The pages that show one place in different lights, side by side, in their order."""
    found = [page for (_, at), page in registry().items() if page.tab and at is rung]
    return tuple(sorted(found, key=lambda page: page.tab))
