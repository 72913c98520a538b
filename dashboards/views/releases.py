"""Releases as their page shows them: the list, one with its notes and checklist, the ways to its figures and to what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import academic_year, day, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView, quoted
from dashboards.parts.finding import FindingView
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.build import is_publisher
from warehouse.moments import china_day, second
from warehouse.places import NATION
from warehouse.release_checks import Check
from warehouse.releases import Release, before

MOST_PLACES = 5  # of a line of the checklist that are named


def sentence(visit: Visit) -> FindingView:
    """How many years have released figures, and which release is the newest."""
    phrases, known = visit.phrases, visit.reading.known
    if not known:
        return FindingView(phrases("releases.none"), phrases("releases.about"), automatic=False)
    newest = max(known, key=lambda one: (one.signed_at, one.year, one.place_in_year))
    said = phrases(
        "releases.said", n=len(known), years=len({one.year for one in known}), number=newest.number,
        state=newest.name.of(visit.lang), day=day(china_day(newest.signed_at), visit.lang),
    )  # fmt: skip
    return FindingView(said, phrases("releases.about"), automatic=False)


def list_section(visit: Visit) -> Element:
    """Every release, the newest year first."""
    phrases, known = visit.phrases, visit.reading.known
    view = SectionView("list", phrases("releases.list"), phrases("releases.list.meta"))
    if not known:
        return section(view, empty(phrases("releases.none")))
    names = ("number", "year", "state", "basis", "frozen", "signed", "by", "open", "read", "diff")
    wide = {"year", "basis", "frozen", "by", "open"}
    heads = [ColumnView(phrases(f"releases.{name}"), kind="text", narrow=name not in wide) for name in names]  # fmt: skip
    rows = [_row(visit, one) for one in known]
    return section(view, table(TableView(phrases("releases.list"), heads, rows, "wrap"), phrases))


def _row(visit: Visit, one: Release) -> RowView:
    phrases = visit.phrases
    still = sum(each.verdict == "open" for each in one.checks_signed)
    diff = _difference(visit, one)
    cells = [
        CellView(academic_year(one.year, visit.lang)),
        CellView(one.name.of(visit.lang)),
        CellView(phrases(f"basis.{one.basis}")),
        CellView(second(one.frozen_at)),
        CellView(day(china_day(one.signed_at), visit.lang)),
        CellView(one.signed_by),
        CellView(phrases("releases.open.n", n=still) if still else phrases("releases.clear")),
        CellView(phrases("releases.read.go"), href=_figures(visit, one)),
        CellView(phrases("releases.diff.go"), href=diff) if diff else CellView(symbol="not_applicable"),
    ]  # fmt: skip
    return RowView(one.number, cells, own_page(visit, one))


def own_page(visit: Visit, one: Release) -> str:
    """The address of a release on its page."""
    return visit.address.on("releases", item=one.number, release="", year=one.year, basis="submitted", asof="")  # fmt: skip


def _figures(visit: Visit, one: Release) -> str:
    """The reader's own place, read as released."""
    home = visit.audience.scope.place_id
    return visit.address.on("place", home, release=one.number, year=one.year)


def _difference(visit: Visit, one: Release) -> str:
    """What it changed against the release before; "" for the first of its year."""
    last = before(visit.reading.known, one)
    home = visit.audience.scope.place_id
    return visit.address.on("revision", home, release=one.number, year=one.year, item=last.number) if last else ""  # fmt: skip


# -- one release


def one_sections(visit: Visit, one: Release) -> Iterator[Element]:
    """What a release is, and its checklist as counted at either signature."""
    phrases = visit.phrases
    title = phrases("releases.one", number=one.number)
    view = SectionView("one", title, more=(phrases("releases.read.go"), _figures(visit, one)))
    yield section(view, facts(visit, one), *_ways(visit, one))
    yield checks_section(visit, one.year, one.checks, one.checks_signed)


def _ways(visit: Visit, one: Release) -> Iterator[Element]:
    home, diff = visit.audience.scope.place_id, _difference(visit, one)
    live = visit.address.on("revision", home, release="", year=one.year, item=one.number, basis=one.basis)  # fmt: skip
    ways = [(visit.phrases("releases.diff.live"), live)]
    if diff:
        ways.insert(0, (visit.phrases("releases.diff.before"), diff))
    if is_publisher(visit):
        ways.append((visit.phrases("build.open.begin"), _openly(visit, one)))
    yield e.ul(*(e.li(e.a(said, href=href)) for said, href in ways), cls="ways")


def _openly(visit: Visit, one: Release) -> str:
    """A table of the release as anybody may have it, to begin with."""
    return visit.address.on("build", NATION, release=one.number, year=one.year, years=str(one.year), item="", opened="withheld")  # fmt: skip


def facts(visit: Visit, one: Release) -> Element:
    phrases, lang = visit.phrases, visit.lang
    told: list[tuple[str, list[Child]]] = [
        ("year", [academic_year(one.year, lang)]),
        ("state", [one.name.of(lang)]),
        ("basis", [phrases(f"basis.{one.basis}")]),
        ("frozen", [phrases("releases.frozen.at", at=second(one.frozen_at), load=plain(max(one.loads.values(), default=0)))]),
        ("drafted", [phrases("releases.signed.by", by=one.drafted_by, day=day(china_day(one.drafted_at), lang))]),
        ("signed", [phrases("releases.signed.by", by=one.signed_by, day=day(china_day(one.signed_at), lang))]),
        ("digest", [one.digest[:16]]),
        ("notes", [note_of(visit, one.notes_zh, one.notes_en)]),
    ]  # fmt: skip
    if one.open_reason:
        told.append(("reason", [quoted(one.open_reason)]))
    return e.div(e.dl(*(e.div(e.dt(phrases(f"releases.{name}")), e.dd(*values)) for name, values in told)), cls="asked")  # fmt: skip


def note_of(visit: Visit, zh: str, en: str) -> Element:
    """The notes in the page's language; where they were not written in English, as they were written."""
    return e.span(en) if visit.lang == "en" and en else quoted(zh)


# -- the checklist


def checks_section(visit: Visit, year: int, drafted: Sequence[Check], signed: Sequence[Check] = ()) -> Element:  # fmt: skip
    """Four lines: what is open, of how many, where most, and the page that shows them; as drafted and, beside it, as signed."""
    phrases = visit.phrases
    view = SectionView("checks", phrases("releases.checks"), academic_year(year, visit.lang), note=phrases("releases.checks.note"))  # fmt: skip
    return section(view, checks_table(visit, year, drafted, signed))


def checks_table(visit: Visit, year: int, drafted: Sequence[Check], signed: Sequence[Check] = ()) -> Element:  # fmt: skip
    phrases = visit.phrases
    heads = [
        ColumnView(phrases("releases.check"), kind="text"),
        ColumnView(phrases("releases.check.drafted" if signed else "releases.check.open")),
        *([ColumnView(phrases("releases.check.signed"))] if signed else []),
        ColumnView(phrases("releases.check.of"), narrow=False),
        ColumnView(phrases("releases.check.verdict"), kind="text"),
        ColumnView(phrases("releases.check.where"), kind="text", narrow=False),
    ]
    later = {one.name: one for one in signed}
    rows = [_check(visit, year, one, later.get(one.name)) for one in drafted]
    return table(TableView(phrases("releases.checks"), heads, rows, "wrap"), phrases)


def _check(visit: Visit, year: int, one: Check, later: Check | None) -> RowView:
    phrases, last = visit.phrases, later or one
    cells = [
        CellView(plain(one.number)),
        *([CellView(plain(later.number))] if later else []),
        CellView(plain(last.of)),
        CellView(phrases(f"releases.verdict.{last.verdict}"), verdict="met" if last.verdict == "clear" else "near"),
        CellView(_where(visit, last)),
    ]  # fmt: skip
    sub = phrases(f"releases.check.{one.name}.what")
    return RowView(phrases(f"releases.check.{one.name}"), cells, _shown(visit, year, one), sub=sub)


def _where(visit: Visit, one: Check) -> str:
    """The provinces with most of what is open."""
    most = sorted(one.by.items(), key=lambda pair: (-pair[1], pair[0]))
    names: Iterable[str] = (
        visit.phrases("releases.at", place=visit.ladder.place(place).name(visit.lang), n=plain(number))
        for place, number in most[:MOST_PLACES]
    )  # fmt: skip
    said = visit.phrases("list.comma").join(names)
    rest = len(most) - MOST_PLACES
    return visit.phrases("releases.at.more", said=said, n=plain(rest)) if rest > 0 else said or "—"


def _shown(visit: Visit, year: int, one: Check) -> str:
    """The page that shows what is open; "" for a reader to whom it is closed."""
    if visit.audience.scope.place_id != NATION or visit.audience.scope.depth != "records":
        return ""
    now = {"year": year, "release": "", "basis": "submitted", "asof": ""}
    if one.name == "cases":
        return visit.address.on("cases", NATION, view="open", **now)
    if one.name == "jumps":
        return visit.address.on("alerts", NATION, view="doubt", **now)
    return visit.address.on("board", NATION, **now)
