"""Gives tables out as files: `/build/<language>/<place>.<kind>?...`, the same words as the page's address. Every file is a line of the trail, written before it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from flask import Flask, Response, abort, request
from flask_login import current_user

from dashboards.address import Address, BadAddress, parse
from dashboards.answers import Memory, Opened
from dashboards.auth import Door, Reader
from dashboards.exports import book, plain
from dashboards.exports.paper import Paper
from dashboards.i18n import LANGS, Phrases
from dashboards.page import Visit
from dashboards.released import settled
from dashboards.views import build
from etl.account_book import MEDIA
from metrics.errors import OutOfScope
from metrics.tables import large
from metrics.tables.ask import Ask
from metrics.tables.build import Table, is_plain, size
from metrics.tables.build import build as built
from metrics.tables.waiting import PATIENCE
from warehouse.administered import learn
from warehouse.errors import ZhijianError
from warehouse.events import Event
from warehouse.rights import Right


class Kind(NamedTuple):
    """One kind of file: its media type, its name's ending, and what makes it."""

    media: str
    ending: str
    make: Callable[[Paper], bytes]


KINDS: Mapping[str, Kind] = {
    "xlsx": Kind(MEDIA, "xlsx", book.workbook),
    "csv": Kind("text/csv", "csv", plain.csv),
    "excel-csv": Kind("text/csv", "csv", plain.csv_for_excel),
    "csvw": Kind("application/csvm+json", "csv-metadata.json", plain.metadata),
    "parquet": Kind("application/vnd.apache.parquet", "parquet", plain.parquet),
    "json": Kind("application/json", "json", plain.json_stat),
}


@dataclass(frozen=True)
class TableFiles:
    """Builds the table of an address for whoever is signed in, and hands it over as a file."""

    door: Door
    memory: Memory
    synthetic: bool

    def install(self, server: Flask) -> None:
        server.add_url_rule("/build/<lang>/<int:place>.<kind>", "table", self.give)

    def give(self, lang: str, place: int, kind: str) -> Response:
        """The file; 403 with a line in the trail outside the reader's scope, 400 with the reason where the table cannot be made."""
        if kind not in KINDS or lang not in LANGS:
            abort(404)
        try:
            address = parse(
                f"/{lang}/build/{place}", request.query_string.decode("ascii", "replace")
            )
            made = self._made(address, kind)
        except OutOfScope as error:
            self._note(place, kind, succeeded=False, reason=str(error))
            abort(403)
        except (BadAddress, ZhijianError) as error:
            said = error.of(lang) if isinstance(error, ZhijianError) else str(error)
            return Response(said, status=400, mimetype="text/plain")
        answer = Response(made, mimetype=KINDS[kind].media)
        answer.headers["Content-Disposition"] = (
            f'attachment; filename="table-{place}.{KINDS[kind].ending}"'
        )
        return answer

    def _made(self, address: Address, kind: str) -> bytes:
        if Right.READ not in current_user.rights:
            raise OutOfScope((address.place or 0,))
        paper = table_paper(self, address, current_user, request.host_url.rstrip("/"))
        receipt = paper.receipt
        self._note(
            address.place or 0,
            kind,
            succeeded=True,
            table=receipt["table"],
            sha256=receipt["sha256"],
            cells=receipt["cells"],
        )
        return KINDS[kind].make(paper)

    def _note(self, place: int, kind: str, *, succeeded: bool, **detail: object) -> None:
        self.door.audit(
            Event.EXPORT,
            current_user.id,
            f"table-{place}.{kind}",
            succeeded=succeeded,
            detail=detail,
        )


class House(Protocol):
    """Where tables are read."""

    @property
    def door(self) -> Door: ...
    @property
    def memory(self) -> Memory: ...
    @property
    def synthetic(self) -> bool: ...


Step = Callable[[int, int], None]


def table_paper(house: House, address: Address, reader: Reader, site: str, step: Step | None = None, *, patience: float | None = PATIENCE) -> Paper:  # fmt: skip
    """The table of an address as its page shows it to a reader, from one transaction; with `step`, which is told how far it is, a large one too.
    TakesLong where more has to be decided first than is waited for; a job waits however long it takes.
    """
    door, place = house.door, address.place or 0
    warehouse, made_at = door.warehouse, door.clock()
    audience = reader.audience(warehouse)
    depth = audience.depths((place,))[place]
    rulers = (*warehouse.ladder.ancestors(place), place)
    with warehouse.opening(audience.scope, rulers) as (open_reader, state):
        learn(open_reader)
        of = settled(address, audience, Opened(open_reader, *state), rulers, house.memory)
        visit = Visit(
            address=of.address, phrases=Phrases(address.lang), ladder=of.ladder, audience=audience, asking=of.asking, reading=of.reading,
            today=door.today, synthetic=house.synthetic, place=of.ladder.place(place), depth=depth,
        )  # fmt: skip
        table = _built(visit, build.asked(visit), step, patience)
    words = build.Words(table, visit.ladder, visit.phrases)
    return Paper(
        words=words, address=visit.address, release=visit.reading.one, reading=visit.reading, site=site, made_at=made_at, is_synthetic=house.synthetic
    )  # fmt: skip


def _built(visit: Visit, ask: Ask, step: Step | None, patience: float | None) -> Table:
    """The table; one of a job says how far it is, and is asked of the rollups where they hold it."""
    if step is None or ask.opened:
        return build.made(visit, ask, patience)
    counting = visit.asking.counting(patience)
    cells = size(ask, visit.ladder)
    told = large.told(visit.asking.ahead, step, cells, visit.reader.interrupt)
    counting = replace(counting, step=lambda done, of: step(cells.cells * done // of, cells.cells))
    return built(told, visit.ladder, ask, None if is_plain(ask) else counting, most=large.MOST)
