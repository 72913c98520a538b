"""The catalogue of specialties for those who keep it: what is on record, what a list would do, what was added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboards import element as e
from dashboards.element import Element
from dashboards.numbers import academic_year, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.form import action_form, file_field, hidden, press, text_field
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.accounts import posting
from warehouse import administered
from warehouse.administered import Compared, Fate
from warehouse.catalogues import OFFICIAL_2021, Version, catalogue, crossed
from warehouse.moments import minute
from warehouse.places import NATION, Rung

MOST = 400  # rows of one list that are shown


def keeps(visit: Visit) -> bool:
    """Whether this reader's place brings lists."""
    home = visit.audience.scope.place_id
    return visit.ladder.rung(home) in {Rung.NATION, Rung.PROVINCE}


def sentence(visit: Visit) -> str:
    declared = catalogue(Version.OF_2021).specialties
    added = administered.applied(visit.reader)
    official = {row.code for row in added if row.place_id == NATION}
    filed = sum(row.place_id != NATION for row in added)
    known = len(set(declared) | official)
    return visit.phrases("codes.said", all=plain(OFFICIAL_2021), known=plain(known), filed=plain(filed))  # fmt: skip


def upload_section(visit: Visit) -> Iterator[Element]:
    """The form that brings a list; a place that keeps none is told who does."""
    phrases = visit.phrases
    name = "national" if visit.audience.scope.place_id == NATION else "filed"
    view = SectionView("upload", phrases(f"codes.upload.{name}"), note=phrases(f"codes.note.{name}"))  # fmt: skip
    if not keeps(visit):
        yield section(
            SectionView("upload", phrases("codes.upload.filed")), empty(phrases("codes.not_here"))
        )
        return
    fields = (
        file_field("file", phrases("codes.file"), ".xlsx,.xls,.csv"),
        text_field("source", phrases("codes.source"), maxLength=200, required=True, autoComplete="off", hint=phrases("codes.source.hint")),
    )  # fmt: skip
    yield section(
        view,
        e.div(action_form("specialty_template", posting(visit), press(phrases("codes.blank"))), cls="acts"),
        action_form(
            "upload_specialties", posting(visit), e.div(*fields, cls="fields tall"),
            e.div(press(phrases("codes.upload"), is_first=True), cls="acts"), files=True,
        ),
    )  # fmt: skip


def waiting_section(visit: Visit) -> Iterator[Element]:
    """What the waiting list would do, the wrong rows first, and the two ways on."""
    one = administered.waiting(visit.reader, visit.audience.scope.reader)
    if one is None:
        return
    phrases = visit.phrases
    compared = administered.compare(visit.reader, one.place_id, administered.lines_of(one))
    fates = [each.fate for each in compared]
    counts = {fate.value: plain(fates.count(fate)) for fate in Fate}
    view = SectionView(
        "waiting", phrases("codes.waiting", file=one.file_name), minute(one.uploaded_at), phrases("codes.would", **counts)
    )  # fmt: skip
    order = {Fate.WRONG: 0, Fate.CHANGED: 1, Fate.NEW: 2, Fate.SAME: 3}
    rows = [_row(visit, each) for each in sorted(compared, key=lambda each: (order[each.fate], each.line.row))]  # fmt: skip
    heads = [ColumnView(phrases(f"codes.{name}"), kind="text", narrow=name != "class") for name in ("name", "code", "class", "fate", "about")]  # fmt: skip
    yield section(
        view, table(TableView(view.title, heads, rows[:MOST], "wrap"), phrases), _ways(visit, one, is_wrong=Fate.WRONG in fates)
    )  # fmt: skip


def _row(visit: Visit, each: Compared) -> RowView:
    lang, line = visit.lang, each.line
    majors = catalogue(Version.OF_2021).majors
    about = each.why.of(lang) if each.why else visit.phrases("codes.before", name=each.before) if each.fate is Fate.CHANGED else "—"  # fmt: skip
    named = majors[line.code[:2]].of(lang) if line.code[:2] in majors else "—"
    fate = visit.phrases(f"codes.fate.{each.fate.value}")
    told = (line.code or "—", named, fate, about)
    where = visit.phrases("codes.row", n=line.row)
    return RowView(line.name_zh or "—", tuple(map(CellView, told)), sub=where)


def _ways(visit: Visit, one: Any, *, is_wrong: bool) -> Element:  # noqa: ANN401 - a row of specialty_list
    phrases = visit.phrases
    why_not = phrases("codes.mend") if is_wrong else ""
    return e.div(
        action_form(
            "apply_specialties", posting(visit), hidden("list", one.list_id), press(phrases("codes.apply"), is_first=True, why_not=why_not)
        ),
        action_form("drop_specialties", posting(visit), hidden("list", one.list_id), press(phrases("codes.drop"))),
        cls="acts",
    )  # fmt: skip


def added_section(visit: Visit) -> Element:
    """Everything that was added, and by whose document."""
    phrases, lang = visit.phrases, visit.lang
    added = administered.applied(visit.reader)
    view = SectionView("added", phrases("codes.added", n=len(added)))
    if not added:
        return section(view, empty(phrases("codes.none")))
    names = ("name", "code", "where", "years", "source", "by")
    heads = [ColumnView(phrases(f"codes.{name}"), kind="text", narrow=name in names[:3]) for name in names]  # fmt: skip
    rows = [
        RowView(
            row.name_zh if lang == "zh" else row.name_en,
            tuple(map(CellView, (row.code, _where(visit, row), _years(visit, row), row.source, f"{row.uploaded_by} · {minute(row.uploaded_at)}"))),
        )
        for row in added
    ]  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _where(visit: Visit, row: Any) -> str:  # noqa: ANN401 - a row of specialty
    if row.place_id == NATION:
        return visit.phrases("codes.catalogue")
    province = visit.ladder.place(row.place_id).name(visit.lang)
    return visit.phrases("codes.filed_by", place=province)


def _years(visit: Visit, row: Any) -> str:  # noqa: ANN401 - a row of specialty
    first = academic_year(row.from_year, visit.lang)
    last = academic_year(row.to_year, visit.lang) if row.to_year else ""
    return f"{first} – {last}"


def crosswalk_section(visit: Visit) -> Element:
    """Every class of 2010 with the classes of 2021 it went into; where it went into several no number of it is given to one."""
    phrases, lang = visit.phrases, visit.lang
    old, new = catalogue(Version.OF_2010).majors, catalogue(Version.OF_2021).majors
    heads = [ColumnView(phrases(f"codes.{name}"), kind="text") for name in ("class_2010", "class_2021", "grounds")]  # fmt: skip
    rows = []
    for code, label in old.items():
        step = crossed(code)
        into = phrases("sentence.join").join(f"{one} {new[one].of(lang)}" for one in step.majors)
        told = (into or phrases("codes.no_class"), phrases(f"codes.grounds.{step.grounds.value}"))
        rows.append(RowView(f"{code} {label.of(lang)}", tuple(map(CellView, told))))
    view = SectionView("crosswalk", phrases("codes.crosswalk", n=len(rows)), note=phrases("codes.crosswalk.note"))  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))
