"""Search of the catalogue: metrics, columns of forms and entries of the law, by Chinese, English, pinyin, initials or code."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from dashboards.element import Element
from dashboards.page import Visit, kept
from dashboards.parts.cell import CellView
from dashboards.parts.form import press, search_form, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, part, table
from metrics.discovery import metrics, shelf
from warehouse import law
from warehouse.discovery import forms
from warehouse.names import syllables
from warehouse.text import Text

MOST = 40
LEAST_INSIDE = 2  # letters that a name must hold somewhere inside, rather than begin with


class Entry(NamedTuple):
    """Something that is defined: what kind of thing, its name, its code, where it belongs, what it says, and the words it is found by."""

    kind: str
    name: Text
    code: str
    within: Text
    says: Text
    keys: tuple[str, ...]


@cache
def entries() -> tuple[Entry, ...]:
    """Metrics first, then columns, then the law, each in its own order."""
    found = [_entry("metric", one.label, one.name, shelf(one), one.definition, one.code) for one in metrics().values()]  # fmt: skip
    found += [
        _entry("field", column.label, f"{form.name}.{column.name}", form.title, column.note, *column.aliases)
        for form in forms().values()
        for column in form.columns.values()
    ]  # fmt: skip
    return (*found, *(_entry("law", one.title, one.code, one.basis, one.note) for one in {one.code: one for one in law.book()}.values()))  # fmt: skip


def _entry(kind: str, name: Text, code: str, within: Text, says: Text, *more: str) -> Entry:
    read = syllables(name.zh)
    keys = (name.zh, name.en, code, "".join(read), "".join(each[:1] for each in read), *more)
    return Entry(kind, name, code, within, says, tuple(dict.fromkeys(_plain(key) for key in keys if key)))  # fmt: skip


def _plain(text: str) -> str:
    return "".join(text.lower().split())


def find(text: str) -> list[Entry]:
    """The best first: what is called so, what begins so, what holds it in its name, what holds it in its definition; among alike the shorter name."""
    wanted = _plain(text)
    if not wanted:
        return []
    scored = [(_score(one, wanted), _length(one, wanted), at, one) for at, one in enumerate(entries())]  # fmt: skip
    return [one for score, *_, one in sorted(scored, key=lambda each: (-each[0], *each[1:3])) if score]  # fmt: skip


def _length(one: Entry, wanted: str) -> int:
    return min((len(key) for key in one.keys if wanted in key), default=0)


def _score(one: Entry, wanted: str) -> int:
    if wanted in one.keys:
        return 4
    if any(key.startswith(wanted) for key in one.keys):
        return 3
    if len(wanted) < LEAST_INSIDE:
        return 0
    if any(wanted in key for key in one.keys):
        return 2
    return 1 if wanted in _plain(f"{one.says.zh} {one.says.en}") else 0


def search_section(visit: Visit) -> Element:
    """The box, and what was found."""
    phrases, asked = visit.phrases, visit.address.object.strip()
    box = search_form(
        f"/{visit.lang}/catalogue", phrases("dictionary.search"), kept(visit),
        [text_field("object", phrases("dictionary.search.words"), asked, phrases("dictionary.search.hint"), maxLength=100)],
        press(phrases("dictionary.search.press"), is_first=True),
    )  # fmt: skip
    found = find(asked) if asked else []
    n = phrases("dictionary.search.n", n=len(found)) if asked else ""
    rest = phrases("dictionary.search.rest", shown=MOST, n=len(found)) if len(found) > MOST else ""
    view = SectionView("search-dictionary", phrases("dictionary.search"), n, note=rest)
    if not asked:
        return section(view, box)
    if not found:
        return section(view, box, empty(phrases("dictionary.search.none", text=asked)))
    return section(view, box, table(_hits(visit, found), phrases))


def _hits(visit: Visit, found: list[Entry]) -> TableView:
    phrases, lang = visit.phrases, visit.lang
    heads = [
        ColumnView(phrases(f"dictionary.found.{name}"), kind="text", narrow=name != "code")
        for name in ("name", "kind", "within", "code", "says")
    ]
    rows = [
        RowView(
            one.name.of(lang),
            [CellView(phrases(f"dictionary.kind.{one.kind}")), CellView(one.within.of(lang)), CellView(one.code), CellView(one.says.of(lang))],
            _href(visit, one),
        )
        for one in found[:MOST]
    ]  # fmt: skip
    return TableView(phrases("dictionary.search"), heads, rows, "wrap", part(len(rows), len(found)))


def _href(visit: Visit, one: Entry) -> str:
    """A metric opens beside the page; a column is listed with its form, an entry with the law, further down."""
    if one.kind == "metric":
        return visit.address.to(metric=one.code)
    return "#law" if one.kind == "law" else f"#form-{one.code.partition('.')[0]}"
