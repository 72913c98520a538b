"""What waits for a reviewer: the rows to tick, the queues at every rung below, how far a year has come, what is overdue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import academic_year, plain
from dashboards.page import Visit, kept
from dashboards.parts.cell import CellView
from dashboards.parts.form import action_form, area_field, choice_field, press, search_form
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, Part, RowView, TableView, part, table
from dashboards.parts.ticks import TickRow, TickView, tick_table, which
from dashboards.picked import NOTE, token
from dashboards.views import chain as words
from warehouse.chain import choices_of, chosen
from warehouse.chain_queue import REVIEW_DAYS, Waiting, counts, overdue, queues, waiting
from warehouse.chain_rules import CHOICES, Rungs, State
from warehouse.discovery import submitted_forms
from warehouse.places import Rung
from warehouse.proposals import FURTHEST, REASON, first_year
from warehouse.rights import Right

MOST = 200
LATE = 40


def found(visit: Visit) -> list[Waiting]:
    """What waits for this reader's place, as the address asks: one more than is listed where there are more."""
    if Right.REVIEW not in visit.rights:
        return []
    address = visit.address
    rows = waiting(
        visit.reader, visit.audience.scope.place_id, form=address.form, year=address.year or 0, most=MOST + 1
    )  # fmt: skip
    if address.view != "overdue":
        return rows
    return [row for row in rows if row.days(visit.today) > REVIEW_DAYS]


def sentence(visit: Visit, rows: Sequence[Waiting]) -> str:
    if Right.REVIEW not in visit.rights:
        return visit.phrases("queue.title")
    if not rows:
        return visit.phrases("queue.none")
    oldest = max(row.days(visit.today) for row in rows)
    more = "+" if len(rows) > MOST else ""
    return visit.phrases("queue.said", n=f"{plain(len(rows[:MOST]))}{more}", days=oldest)


def mine(visit: Visit, rows: Sequence[Waiting]) -> Element:
    """The filter, and the rows with what can be done to them."""
    view = SectionView("waiting", visit.phrases("queue.mine"), note=visit.phrases("queue.note"))
    return section(view, _filter(visit), _form(visit, rows) if rows else empty(_nothing(visit)))


def _nothing(visit: Visit) -> str:
    is_narrow = visit.address.form or visit.address.view
    return visit.phrases("queue.nothing.so" if is_narrow else "queue.nothing")


def _filter(visit: Visit) -> Element:
    address, phrases = visit.address, visit.phrases
    forms = [
        ("", phrases("queue.all")),
        *((name, words.title(visit, name)) for name in submitted_forms()),
    ]
    ages = [("", phrases("queue.all")), ("overdue", phrases("queue.overdue", days=REVIEW_DAYS))]
    fields = [
        choice_field("form", phrases("queue.form"), forms, address.form),
        choice_field("view", phrases("queue.age"), ages, address.view),
    ]
    name = phrases("queue.filter")
    return search_form(f"/{address.lang}/queue", name, kept(visit), fields, press(name))


def _form(visit: Visit, rows: Sequence[Waiting]) -> Element:
    phrases = visit.phrases
    heads = [
        phrases(f"queue.{name}")
        for name in ("form", "state", "days", "breaches", "remarks", "revision")
    ]
    view = TickView(
        phrases("queue.mine"), [phrases("queue.school"), *heads], [_row(visit, row) for row in rows[:MOST]], frozenset({2, 3, 4, 5}),
        frozenset({1, 4, 5}), Part(MOST) if len(rows) > MOST else None,
    )  # fmt: skip
    return action_form(
        "approve_forms",
        words.posting(visit),
        tick_table(view, phrases),
        which(phrases),
        area_field(
            NOTE, phrases("review.reason"), hint=phrases("review.reason.hint"), maxLength=2000
        ),
        e.div(
            press(phrases("review.approve"), is_first=True),
            press(phrases("review.return"), formAction="/do/return_forms"),
            cls="acts",
        ),
    )


def _row(visit: Visit, one: Waiting) -> TickRow:
    numbers = (one.days(visit.today), one.breaches, one.remarks, one.revision)
    cells = (words.title(visit, one.key.form), one.state.label.of(visit.lang), *map(plain, numbers))
    href = visit.address.on(
        "review", one.key.school_id, form=one.key.form, year=one.key.year, item="", metric=""
    )
    name = visit.ladder.place(one.key.school_id).name(visit.lang)
    sub = f"{one.code} · {academic_year(one.key.year, visit.lang)}"
    return TickRow(token(one.key, one.submission_id), name, href, sub, cells)


def progress(visit: Visit) -> Element:
    """How many forms stand in each state in the year."""
    known = counts(
        visit.reader, visit.audience.scope.place_id, visit.year, visit.today, visit.address.form
    )
    total = sum(known.values()) or 1
    heads = (ColumnView(visit.phrases("queue.state"), kind="text"), ColumnView(visit.phrases("queue.forms"), kind="bar"))  # fmt: skip
    rows = [
        RowView(
            state.label.of(visit.lang),
            (CellView(plain(known.get(state, 0)), value=float(known.get(state, 0))),),
        )
        for state in State
    ]
    done = known.get(State.APPROVED, 0)
    view = SectionView(
        "progress",
        visit.phrases("queue.progress"),
        academic_year(visit.year, visit.lang),
        say=visit.phrases("queue.progress.said", share=f"{done / total:.0%}", n=plain(done)),
        width=6,
    )
    return section(
        view, table(TableView(visit.phrases("queue.progress"), heads, rows), visit.phrases)
    )


def rungs(visit: Visit, here: int, most: int = LATE, width: int = 6) -> Element:
    """Every place at or below this one that has something to review, with its oldest."""
    waiting = queues(visit.reader, here, visit.year)
    rows = [
        RowView(
            visit.ladder.place(place).name(visit.lang),
            (CellView(plain(number), value=float(number)), CellView(plain(words.age(oldest, visit.today)))),
            kind="own" if place == visit.audience.scope.place_id else "",
        )
        for place, number, oldest in waiting.head(most).iter_rows()
    ]  # fmt: skip
    left = waiting[most:]
    note = (
        visit.phrases(
            "queue.rungs.left", places=left.height, forms=plain(int(left["waiting"].sum()))
        )
        if left.height
        else ""
    )
    heads = (
        ColumnView(visit.phrases("queue.place"), kind="text"),
        ColumnView(visit.phrases("queue.forms"), kind="bar"),
        ColumnView(visit.phrases("queue.oldest"), visit.phrases("queue.days.unit")),
    )
    view = SectionView(
        "rungs",
        visit.phrases("queue.rungs"),
        visit.phrases("queue.rungs.meta"),
        width=width,
        note=note,
    )
    drawn: Child = (
        table(
            TableView(
                visit.phrases("queue.rungs"), heads, rows, part=part(len(rows), waiting.height)
            ),
            visit.phrases,
        )
        if rows
        else empty(visit.phrases("queue.rungs.none"))
    )
    return section(view, drawn)


def late(visit: Visit) -> Iterator[Element]:
    """Who is late: schools that have not handed in, reviewers with old forms; with the reminder, for who may remind."""
    rows = overdue(visit.reader, visit.today, visit.audience.scope.place_id)
    if visit.address.form:
        rows = rows.filter(form=visit.address.form)
    phrases = visit.phrases
    units = rows.group_by("waits_at", maintain_order=True).agg("form", "days")
    heads = [phrases(f"queue.{name}") for name in ("late.who", "late.turn", "late.forms", "days")]
    listed = [_late(visit, *row) for row in units.head(LATE).iter_rows()]
    meta = phrases(
        "queue.late.meta", n=plain(units.height), day=words.due_days(visit, visit.years[-1])
    )
    view = SectionView("late", phrases("queue.late"), meta, note=phrases("queue.late.note"))
    cut = part(len(listed), units.height)
    ticks = TickView(phrases("queue.late"), heads, listed, frozenset({2}), part=cut)
    yield section(view, _remind(visit, ticks) if listed else empty(phrases("queue.late.none")))


def _remind(visit: Visit, ticks: TickView) -> Element:
    drawn = tick_table(ticks, visit.phrases)
    if Right.REMIND not in visit.rights:
        return drawn
    acts = e.div(press(visit.phrases("remind_units.press")), cls="acts")
    return action_form("remind_units", words.posting(visit), drawn, which(visit.phrases), acts)


def _late(visit: Visit, place: int, forms: list[str], days: list[int]) -> TickRow:
    is_school = visit.ladder.rung(place) is Rung.SCHOOL
    names = sorted({words.title(visit, form) for form in forms})
    listed = (
        visit.phrases("list.meta").join(names)
        if is_school
        else visit.phrases("queue.late.n", n=plain(len(forms)))
    )
    row = visit.ladder.place(place)
    role = visit.phrases("queue.late.school" if is_school else "queue.late.reviewer")
    href = (
        visit.address.on("review", place, metric="")
        if is_school
        else visit.address.on("place", place, metric="")
    )
    return TickRow(
        str(place), row.name(visit.lang), href, row.code, (role, listed, plain(max(days)))
    )


def choice(visit: Visit) -> Iterator[Element]:
    """How this province reviews, and from which year otherwise."""
    here = visit.audience.scope.place_id
    if Right.REVIEW not in visit.rights or visit.ladder.rung(here) is not Rung.PROVINCE:
        return
    phrases, first = visit.phrases, first_year(visit.today)
    now = chosen(choices_of(visit.reader), here, visit.years[-1])
    listed = [(_written(rungs), _named(visit, rungs)) for rungs in CHOICES]
    years = [
        (str(year), academic_year(year, visit.lang)) for year in range(first, first + FURTHEST)
    ]
    yield section(
        SectionView("steps", phrases("steps.title"), say=phrases("steps.now", steps=_named(visit, now)), note=phrases("steps.note")),
        action_form(
            "choose_review",
            words.posting(visit),
            e.div(
                choice_field("rungs", phrases("steps.rungs"), listed, _written(now)),
                choice_field("from_year", phrases("steps.from"), years, years[0][0]),
                cls="fields",
            ),
            area_field("reason", phrases("settings.reason"), hint=phrases("settings.reason.hint"), required=True,
                       minLength=REASON.start, maxLength=REASON.stop - 1),
            e.div(press(phrases("choose_review.press")), cls="acts"),
        ),
    )  # fmt: skip


def _written(rungs: Rungs) -> str:
    return ",".join(rung.name.lower() for rung in rungs)


def _named(visit: Visit, rungs: Rungs) -> str:
    return visit.phrases("steps.then").join(
        visit.phrases(f"rung.one.{rung.name.lower()}") for rung in rungs
    )
