"""Endpoints: one declaration routes, reads, answers and describes."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from flask import request

from dashboards.answers import Memory
from dashboards.api import endpoints
from dashboards.api.parameters import Parameter
from dashboards.api.problem import Refused
from dashboards.api.shapes import Shape
from dashboards.auth import API, Door, Program
from dashboards.i18n import Lang
from metrics.audience import Audience
from metrics.errors import AggregatesOnly, OutOfScope
from warehouse.administered import learn
from warehouse.api_tokens import TokenScope
from warehouse.ladder import Ladder, PlaceRow
from warehouse.store import Reader
from warehouse.text import Text

ROOT = f"{API}v1"
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request that may be answered: what was said, and for whom."""

    said: Mapping[str, Any]
    kind: str  # in which format
    program: Program
    audience: Audience
    door: Door
    memory: Memory
    synthetic: bool

    @property
    def lang(self) -> Lang:
        return "en" if self.said.get("lang") == "en" else "zh"

    @property
    def ladder(self) -> Ladder:
        return self.audience.ladder

    @property
    def today(self) -> date:
        return self.door.today

    @property
    def year(self) -> int:
        """The year that is asked about; 404 for one that there is not."""
        year: int | None = self.said["year"]
        if year is not None and year not in self.ladder.years:
            raise Refused(404, "year", year=year)
        return year or self.ladder.years[-1]

    @property
    def records(self) -> PlaceRow:
        """The place that is asked about, whose records the reader sees; OutOfScope for any other."""
        place = self.ladder.place(self.said["place"] or self.audience.scope.place_id)
        depth = self.audience.scope.depth_of(self.ladder, place.place_id)
        if depth == "published":
            raise AggregatesOnly(place.place_id)
        if depth is None:
            raise OutOfScope((place.place_id,))
        return place

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A transaction that sees what the account may see."""
        with self.door.warehouse.reading(self.audience.scope) as reader:
            learn(reader)
            yield reader


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of it: an object for JSON, or the bytes of a file; what the trail is told; where the lists goes on."""

    body: Mapping[str, Any] | bytes
    links: Mapping[str, str] = field(default_factory=dict)  # relation -> address
    detail: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""  # its name


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One thing that may be asked, at `path` below /api/v1.

    `scope`: what a token must hold, None for any. `shape`: of its JSON. `kinds`: format -> media type, JSON first. `by_loads`: whether load
    numbers alone tell that an answer is as it was, so that nothing needs to be read for 304; else the answer itself tells.
    `is_noted`: each answer is a line of the trail. `refusals`: statuses beside those that everything may be refused with.
    """

    path: str
    title: Text
    about: Text
    shape: Shape
    run: Callable[[Call], Answer]
    scope: TokenScope | None = TokenScope.FIGURES
    parameters: tuple[Parameter, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=lambda: {"json": JSON})
    by_loads: bool = False
    is_noted: bool = False
    refusals: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """For routes and the description: places, submission."""
        words = self.path.strip("/").replace("/", "_").replace("{", "").replace("}", "")
        return words.replace(".", "_") or "entry"


@cache
def registry() -> tuple[Endpoint, ...]:
    """Every endpoint, in the order of their paths."""
    modules = (each.name for each in pkgutil.iter_modules(endpoints.__path__))
    found = [
        one for name in modules for one in import_module(f"{endpoints.__name__}.{name}").ENDPOINTS
    ]
    return tuple(sorted(found, key=lambda one: one.path))


def address(path: str, **query: object) -> str:
    """The whole address of something below the interface."""
    said = urlencode([(name, value) for name, value in query.items() if value is not None])
    return f"{request.host_url.rstrip('/')}{ROOT}{path}{'?' if said else ''}{said}"


def again(**changed: object) -> str:
    """The address of this very request with some of it changed."""
    said = {name: ",".join(texts) for name, texts in request.args.to_dict(flat=False).items()}
    return f"{request.base_url}?{urlencode({**said, **changed})}"


def paged(body: Mapping[str, Any], items: list[Any], following: Mapping[str, object] | None) -> Answer:  # fmt: skip
    """One page of a list, with the way to the next one in the body and in the headers."""
    onward = again(**following) if following else None
    links = {"next": onward} if onward else {}
    return Answer(body={**body, "items": items, "next": onward}, links=links)
