"""Figures as they were released: which release an address names, the state of the warehouse that it fixes, and what a page says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dashboards.address import Address
from dashboards.answers import Asking, Loads, Memory, Opened
from dashboards.i18n import Phrases
from dashboards.numbers import plain
from metrics.audience import Audience
from metrics.discovery import metric
from metrics.history import redefined
from warehouse.errors import UnknownRelease
from warehouse.former_names import called
from warehouse.ladder import Ladder
from warehouse.moments import china_day
from warehouse.places import NATION
from warehouse.release_patterns import Proof
from warehouse.releases import RELEASE, Release, before, named, of_year, signed
from warehouse.terms import format_year

# Pages about work, which stands where it stands whatever was released: they show the present, and keep the release for the next page.
OF_WORK = frozenset({
    "accounts", "alert", "alerts", "audit", "board", "case", "cases", "codes", "compare", "contacts", "fill", "fusion", "intake", "interface", "jobs", "locks", "me",
    "notices", "quality", "queue", "record", "releases", "review", "rollout", "roster", "sampling", "settings", "signoff", "subscriptions", "workspace",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What of releases a page is read with: `one` is shown, None is live; `known` are all that are signed, the newest first.

    `audience` reads it; `until`: the moment that is read, None is now.
    """

    one: Release | None = None
    known: Sequence[Release] = field(default=())
    audience: Audience | None = None
    until: datetime | None = None

    def of_year(self, year: int) -> tuple[Release, ...]:
        return of_year(self.known, year)

    def has_others(self, places: Iterable[int] | None = None) -> bool:
        """Whether some of these places, or any at all, are not in the reader's charge."""
        if self.audience is None:
            return False
        scope = self.audience.scope
        if scope.place_id == NATION and scope.depth == "records":
            return False
        return places is None or "published" in self.audience.depths(places).values()

    def has_only_released(self, places: Iterable[int], years: Iterable[int]) -> bool:
        """Whether none of these places is in the reader's charge and each of these years is shown by a release: nothing of them is live."""
        if self.audience is None or not self.has_others():
            return False
        depths = set(self.audience.depths(tuple(places)).values())
        return depths == {"published"} and all(map(self.shown_elsewhere, years))

    def shown_elsewhere(self, year: int) -> Release | None:
        """The release by which a year is shown of places that are not in the reader's charge; None where it has none yet."""
        signed = self.of_year(year)
        return next((one for one in signed if self.until is None or one.signed_at <= self.until), None)  # fmt: skip


def told_elsewhere(reading: Reading, years: Sequence[int], basis: str, phrases: Phrases) -> str:
    """In which state each of some years is shown of places that are not in the reader's charge, and why."""
    return phrases("reading.elsewhere", said=said_elsewhere(reading, years, basis, phrases))


def said_elsewhere(reading: Reading, years: Sequence[int], basis: str, phrases: Phrases) -> str:
    """The same where a label says of which places."""
    said = [_elsewhere(reading, year, basis, phrases) for year in years]
    return phrases("reading.elsewhere.why", years=phrases("list.comma").join(said))


def _elsewhere(reading: Reading, year: int, basis: str, phrases: Phrases) -> str:
    named_year, one = format_year(year, phrases.lang), reading.shown_elsewhere(year)
    if one is not None:
        return phrases("reading.elsewhere.released", year=named_year, number=one.number, state=one.name.of(phrases.lang))  # fmt: skip
    is_live = reading.until is None and not reading.of_year(year) and basis == "submitted"
    return phrases(f"reading.elsewhere.{'live' if is_live else 'closed'}", year=named_year)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """An address with what its release fixes, a way to ask at the loads of that state, and the places under their names of then."""

    address: Address
    asking: Asking
    reading: Reading
    ladder: Ladder


def settled(
    address: Address, audience: Audience, now: Opened, rulers: Sequence[int], memory: Memory
) -> Settled:
    """What an address asks for: as released, as of a moment, or live. UnknownRelease where it names a release that nobody signed."""
    known = _known(now, memory)
    one = release_of(address, known)
    if one is None or address.page in OF_WORK:
        moment = address.moment
        loads = _loads_at(moment, now, rulers) if moment else now.loads
        return Settled(
            address=address, asking=Asking(now.reader, audience, loads, memory, until=moment), reading=Reading(known=known, audience=audience, until=moment),
            ladder=_called(moment, now, audience),
        )  # fmt: skip
    asked = replace(address, basis=one.basis, asof=one.frozen_at.isoformat())
    asking = Asking(
        now.reader, audience, at(one, rulers), memory, _earlier(one, known, audience, now, rulers, memory), one.signed_at
    )  # fmt: skip
    return Settled(
        address=asked,
        asking=asking,
        reading=Reading(one=one, known=known, audience=audience, until=one.signed_at),
        ladder=_called(one.frozen_at, now, audience),
    )


def _called(moment: datetime | None, now: Opened, audience: Audience) -> Ladder:
    """Everybody under the name that was on record at a moment."""
    ladder = audience.ladder
    return ladder if moment is None else ladder.as_called(called(now.reader, moment))


def _loads_at(moment: datetime, now: Opened, rulers: Sequence[int]) -> Loads:
    """The loads of a moment, with how many releases there are: of what may be shown of a moment still to come they decide too."""
    stamp = now.loads.get(NATION, {}).get(RELEASE, 0)
    return {place: {**each, RELEASE: stamp} for place, each in now.reader.loads_at(rulers, moment).items()}  # fmt: skip


def shown_as(one: Release, phrases: Phrases) -> str:
    """发布数 FB-2025-1 · 终稿 · 2026-11-29: what pages and files say of a release."""
    day = china_day(one.signed_at).isoformat()
    return phrases("reading.released", number=one.number, state=one.name.of(phrases.lang), day=day)


def briefly(one: Release, phrases: Phrases) -> str:
    """FB-2025-1 · 终稿 · 2026-11-29."""
    day = china_day(one.signed_at).isoformat()
    return phrases("reading.short", number=one.number, state=one.name.of(phrases.lang), day=day)


def told_redefined(one: Release | None, names: Iterable[str], phrases: Phrases) -> str:
    """Which of some metrics mean something else today than when a release was frozen: its figures of them are reckoned by today's definition. "" for none."""
    changed = redefined(names, china_day(one.frozen_at)) if one is not None else {}
    if one is None or not changed:
        return ""
    said = (
        phrases(
            "reading.redefined.one", name=metric(name).label.of(phrases.lang), day=on.isoformat()
        )
        for name, on in changed.items()
    )
    return phrases("reading.redefined", number=one.number, names=phrases("list.comma").join(said))


def told_proof(proof: Proof | None, phrases: Phrases) -> str:
    """How many cells a release withholds, how long their proof took and how many more it asked for; "" while there is none."""
    if proof is None:
        return ""
    return phrases(
        "releases.proved", cells=plain(proof.cells), withheld=plain(proof.withheld), repaired=plain(proof.repaired),
        seconds=plain(max(1, round(proof.seconds))), programmes=plain(proof.programmes),
    )  # fmt: skip


def _known(now: Opened, memory: Memory) -> Sequence[Release]:
    """Every signed release: alike for all readers, and read again when another one is signed."""
    stamp = now.loads.get(NATION, {}).get(RELEASE, 0)
    return memory.stocked(RELEASE, stamp, lambda: signed(now.reader)) if stamp else ()


def release_of(address: Address, known: Sequence[Release]) -> Release | None:
    """The release that an address names, None where it names none. UnknownRelease where nobody signed it."""
    one = named(known, address.release)
    if address.release and one is None:
        raise UnknownRelease(
            f"没有编号为 {address.release} 的已签发数据。请在“数据发布”页上选择。",
            f"No release {address.release} has been signed. Choose one on the page of releases.",
        )
    return one


def at(one: Release, places: Sequence[int]) -> Loads:
    """The loads that a release froze, for each of these places."""
    return {place: dict(one.loads) for place in places}


def _earlier(
    one: Release, known: Sequence[Release], audience: Audience, now: Opened, rulers: Sequence[int], memory: Memory
) -> Asking | None:  # fmt: skip
    """How to ask at the release before a revision, by which its cells are marked."""
    last = before(known, one) if one.state == "revised" else None
    return Asking(now.reader, audience, at(last, rulers), memory, until=last.signed_at) if last else None  # fmt: skip
