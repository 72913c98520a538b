"""One grammar of addresses: readable, complete, and the only state there is.

    /zh/place/430000?year=2025&bounds=then&source=students_per_teacher
    /en/catalogue?metric=retention
    /zh/place/1?year=2025&release=FB-2025-1

The year is always written; an option only when it differs from its default. A release fixes year, moment and basis: where one is named, neither
of the last two is written, and an address of another year, moment or basis names none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl, quote

from dashboards.i18n import Lang
from dashboards.recipe import PATTERN
from dashboards.weights import PATTERN as WEIGHTS
from metrics.shortlists.population import PATTERN as POPULATION
from warehouse.releases import NUMBER

Bounds = Literal["now", "then"]
BasisName = Literal["submitted", "approved"]
Law = Literal["", "later"]
ThemeName = Literal["light", "dark"]
Chart = Literal["map", "maps", "lines", "beside", "multiples", "dots", "bars", "heat", "metrics"]

_PATH = re.compile(r"/(zh|en)/([a-z]+)(?:/([0-9]{1,9}))?/?")
_NAME = re.compile(r"-?[a-z][a-z0-9_]{0,60}")
_NAMES = re.compile(r"[a-z][a-z0-9_-]{0,60}(?:\.[a-z][a-z0-9_-]{0,60}){0,30}")
_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,60}")
_PICKS = re.compile(r"[0-9]{1,9}(?:-[a-z]{1,12})?(?:\.[0-9]{1,9}(?:-[a-z]{1,12})?){0,400}")
_YEARS = re.compile(r"[12][0-9]{3}(?:\.[12][0-9]{3}){0,40}")
_PATTERNS = {
    "item": _ITEM, "start": _ITEM, "unfolded": _NAMES, "peers": PATTERN, "places": _PICKS, "years": _YEARS, "metrics": _NAMES, "across": _NAMES, "cut": _NAMES,
    "release": re.compile(NUMBER),
    "among": re.compile(r"[0-9]{1,9}(?:~[A-Za-z0-9][A-Za-z0-9_.@-]{0,60})?"), "order": re.compile(r"-?[1-9][0-9]{0,4}"),
    "weights": WEIGHTS, "population": POPULATION, "member": _ITEM,
    "of": re.compile(r"/[a-z]+(?:/[0-9]{1,9})?(?:\?[A-Za-z0-9_.~%=&-]{0,3900})?"),
}  # fmt: skip
SORTS = frozenset({"code", "new", "gone"})  # what `sort` may say beside the name of a metric
# What a form of boxes says box by box, as if it were joined by points.
_LISTS = {"places", "years", "metrics", "across", "weights", "population", "cut"}
_MOST_OPTIONS = 450
_LONGEST_WORDS = 100
_CHOICES: dict[str, tuple[str, ...]] = {
    "bounds": get_args(Bounds), "basis": get_args(BasisName), "law": get_args(Law), "theme": get_args(ThemeName),
    "all": ("", "1"), "totals": ("", "no"), "opened": ("", "withheld", "rounded"), "chart": ("", *get_args(Chart)),
}  # fmt: skip


class BadAddress(ValueError):
    """An address outside the grammar; the text names the part."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """What is seen. `asof` is a moment (ISO, UTC) whose state of the warehouse is shown; "" is the newest. `release` is the number of a release
    whose figures are shown; "" is live.

    Pages of work name a `form`, one `item` of a list (a number or a login), a `view` of it and where a long list `start`s;
    the audit trail is searched by `day` and `object` too. `unfolded` names the tables that stand open under their charts, by
    their sections and joined by points; the browser writes and reads it. `among` is the list that one thing was reached from: its place and,
    behind "~", its item. `peers` says with whom a school is compared: see dashboards/recipe.py. `places`, `years`, `metrics`, `cut`, `across`,
    `totals`, `order` and `opened` put a table together: see metrics/tables/ask.py; `chart` is how it is drawn, "" as suits it best. `weights` are a shortlist's (dashboards/weights.py), `population` the kinds of
    schools that it is drawn up among (metrics/shortlists/population.py), `member` the specialty class that it compares. `of` is the address of another page that this one is about, without language.
    """

    lang: Lang = "zh"
    page: str = "place"
    place: int | None = None
    year: int | None = None
    bounds: Bounds = "now"
    basis: BasisName = "submitted"
    asof: str = ""
    release: str = ""
    metric: str = ""
    sort: str = ""
    source: str = ""
    law: Law = ""
    all: Literal["", "1"] = ""
    form: str = ""
    item: str = ""
    view: str = ""
    start: str = ""
    day: str = ""
    object: str = ""
    unfolded: str = ""
    among: str = ""
    peers: str = ""
    places: str = ""
    years: str = ""
    metrics: str = ""
    cut: str = ""
    across: str = ""
    totals: Literal["", "no"] = ""
    order: str = ""
    opened: Literal["", "withheld", "rounded"] = ""
    chart: Literal[
        "", "map", "maps", "lines", "beside", "multiples", "dots", "bars", "heat", "metrics"
    ] = ""
    weights: str = ""
    population: str = ""
    member: str = ""
    of: str = ""
    theme: ThemeName = "light"

    @property
    def moment(self) -> datetime | None:
        """The moment of `asof`; None is now."""
        if not self.asof:
            return None
        said = datetime.fromisoformat(self.asof)
        return said if said.tzinfo else said.replace(tzinfo=UTC)

    @cached_property
    def _said(self) -> dict[str, Any]:
        """Where it is, and every option that differs from its default: few, while a page writes hundreds of addresses like it."""
        said = {name: getattr(self, name) for name, default in _OPTIONS if getattr(self, name) != default}  # fmt: skip
        return {"lang": self.lang, "page": self.page, "place": self.place, **said}

    def _moved(self, said: dict[str, Any], changes: Mapping[str, Any]) -> str:
        """The address of what was said with changes: whatever a release fixes and is changed leaves the release."""
        if self.release and "release" not in changes:
            leaves = any(
                changes.get(name, now) != now
                for name in _FIXED
                if (now := getattr(self, name)) is not None
            )
            if leaves:
                said = {
                    name: value
                    for name, value in said.items()
                    if name not in ("release", "asof", "basis")
                }
        return written({**said, **changes})

    @cached_property
    def _taken(self) -> dict[str, Any]:
        """What another page takes along."""
        return {name: value for name, value in self._said.items() if name not in _LEFT}

    def to(self, **changes: Any) -> str:  # noqa: ANN401 - fields of Address
        """The address of the same view with some of it changed."""
        return self._moved(self._said, changes)

    def frozen(self, now: datetime) -> str:
        """The address of the same view in the state that was read: its release, its moment or now."""
        if self.release or self.asof:
            return str(self)
        return self.to(asof=now.isoformat(timespec="microseconds"))

    def at(self, place: int) -> str:
        """The same view of another place; what belongs to one page alone is left behind."""
        return self.on("place", place)

    def on(self, page: str, place: int | None = None, **options: Any) -> str:  # noqa: ANN401 - fields of Address
        """Another page, as it opens: only language, theme, year and the ways of counting are taken along."""
        return self._moved({**self._taken, "page": page, "place": place}, options)

    def __str__(self) -> str:
        return written(self._said)


_DEFAULTS = {f.name: f.default for f in fields(Address)}
# What belongs to one page alone.
_LEFT = {
    "source",
    "sort",
    "all",
    "form",
    "item",
    "view",
    "start",
    "day",
    "object",
    "unfolded",
    *_LISTS,
    "cut",
    "totals",
    "order",
    "opened",
    "chart",
    "among",
    "member",
    "of",
}
# What a release fixes.
_FIXED = ("year", "asof", "basis")
_OPTIONS = [
    (name, default) for name, default in _DEFAULTS.items() if name not in ("lang", "page", "place")
]

_ORDER = {name: at for at, (name, _) in enumerate(_OPTIONS)}


@lru_cache(maxsize=2048)
def _quoted(value: str | int) -> str:
    return quote(str(value), safe="")


def written(values: Mapping[str, Any]) -> str:
    """The address of these values; a page holds hundreds, so nothing is done twice here."""
    path = f"/{values['lang']}/{values['page']}"
    if values["place"] is not None:
        path = f"{path}/{values['place']}"
    fixed = ("asof", "basis") if values.get("release") else ()
    given = [(_ORDER[name], name) for name, value in values.items() if name in _ORDER and value != _DEFAULTS[name] and name not in fixed]  # fmt: skip
    said = [f"{name}={_quoted(values[name])}" for _, name in sorted(given)]
    return f"{path}?{'&'.join(said)}" if said else path


def parse(path: str, query: str) -> Address:
    """An address as typed -> what it names. BadAddress for anything outside the grammar."""
    found = _PATH.fullmatch(path)
    if not found:
        raise BadAddress(path)
    lang, page, place = found.groups()
    given = _given(query.removeprefix("?"))
    unknown = sorted(set(given) - set(_DEFAULTS))
    if unknown:
        raise BadAddress(unknown[0])
    options: dict[str, Any] = {name: _value(name, text) for name, text in given.items()}
    if number := options.get("release"):
        year = int(number.split("-")[1])
        if options.setdefault("year", year) != year:
            raise BadAddress(f"year={options['year']} release={number}")
    return Address(
        **{**options, "lang": lang, "page": page, "place": int(place) if place else None}
    )


def _given(query: str) -> dict[str, str]:
    try:
        said = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_OPTIONS)
    except ValueError as error:
        raise BadAddress(query[:60]) from error
    found: dict[str, str] = {}
    for name, value in said:
        found[name] = ".".join(filter(None, (found.get(name), value))) if name in _LISTS else value
    return found


def _value(name: str, text: str) -> str | int:
    if name == "year":
        if not re.fullmatch(r"[12][0-9]{3}", text):
            raise BadAddress(f"year={text}")
        return int(text)
    if name == "asof":
        return _moment(text)
    if name == "day":
        return _day(text)
    if name == "object":
        return _words(text)
    pattern = _PATTERNS.get(name, _NAME)
    allowed = (
        text in _CHOICES[name] if name in _CHOICES else text == "" or bool(pattern.fullmatch(text))
    )
    if not allowed or name in ("lang", "page", "place"):
        raise BadAddress(f"{name}={text}")
    return text


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise BadAddress(f"asof={text}") from error


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise BadAddress(f"day={text}") from error


def _words(text: str) -> str:
    """Free text: short, and of characters that can be seen."""
    if len(text) > _LONGEST_WORDS or not text.isprintable():
        raise BadAddress("object")
    return text
