"""What documents are made of as they are sent: read for one reader, with the rights that reader has at that moment, outside of any request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dashboards.address import Address
from dashboards.auth import Reader
from dashboards.briefings.giving import KINDS
from dashboards.briefings.making import Maker, figures_hash
from dashboards.element import Element
from dashboards.exports import files, seen
from dashboards.exports.files import Step
from dashboards.exports.pages import page_book
from etl.account_book import MEDIA
from warehouse.kept_files import Made


class Site(files.House, Protocol):
    """Where pages are read, beside tables."""

    def shown(self, address: Address, reader: Reader) -> Element: ...


@dataclass(frozen=True, kw_only=True)
class Look:
    """A reader as it is now, who looks without a browser. `root`: the address people reach the site by; `template`: the ministry's own for Word, or None."""

    site: Site
    reader: Reader
    root: str
    template: Path | None = None


def table_file(look: Look, address: Address, kind: str, step: Step | None = None) -> Made:
    """A table as a file; with `step`, which is told how far it is, a large one too."""
    paper = files.table_paper(look.site, address, look.reader, look.root, step, patience=None)
    return Made(
        title=paper.words.title, name=f"{paper.name}.{files.KINDS[kind].ending}", media=files.KINDS[kind].media,
        content=files.KINDS[kind].make(paper), figures=str(paper.receipt["sha256"]),
    )  # fmt: skip


def _page(look: Look, address: Address, _: str) -> Made:
    at = look.site.door.clock()
    drawn = look.site.shown(address, look.reader)
    told = repr([(table.name, table.rows) for table in seen.tables(drawn)])
    return Made(
        title=str(drawn["props"]["data-title"]), name=f"{address.page}-{address.place}.xlsx", media=MEDIA,
        content=page_book(drawn, address, look.root, at), figures=hashlib.sha256(told.encode()).hexdigest(),
    )  # fmt: skip


def _briefing(look: Look, address: Address, kind: str) -> Made:
    door = look.site.door
    maker = Maker(door.warehouse, look.site.memory, door.today, look.site.synthetic, look.template, look.root)  # fmt: skip
    paper = maker.paper(look.reader, address, door.clock())
    return Made(
        title=paper.title, name=f"briefing-{address.page}-{address.place}.{kind}", media=KINDS[kind].media,
        content=KINDS[kind].set(paper, look.template), figures=figures_hash(paper),
    )  # fmt: skip


MAKES: Mapping[str, Callable[[Look, Address, str], Made]] = {"table": table_file, "page": _page, "briefing": _briefing}  # fmt: skip
