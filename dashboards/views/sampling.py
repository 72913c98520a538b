"""Spot checks: which schools a plan visits and why, what was found at them, and how many wrong ones nobody doubts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import academic_year, day, percent, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.spot_book import below, why
from dashboards.views.accounts import place_of
from dashboards.views.cases import may_dispatch
from metrics.sampling import Estimate
from metrics.spot_checks import estimated
from warehouse import spot_checks
from warehouse.case_read import Case, of_schools
from warehouse.flags import Judgement
from warehouse.moments import minute
from warehouse.spot_checks import COMMAND, Drawn, Found, Plan, Visited


@dataclass(frozen=True)
class Known:
    """The plans of the visited place and year, and the one that is looked at: the address names it, else the newest."""

    visit: Visit
    plans: Sequence[Plan]
    plan: Plan | None
    findings: Mapping[int, Visited]

    @cached_property
    def schools(self) -> list[int]:
        return [one.school_id for one in self.plan.schools] if self.plan else []

    @cached_property
    def cases(self) -> dict[int, list[Case]]:
        """School -> its cases of the year."""
        found: dict[int, list[Case]] = {}
        for identity, one in of_schools(self.visit.reader, sorted(self.schools), self.visit.year).items():  # fmt: skip
            found.setdefault(identity.school_id, []).append(one)
        return found

    @property
    def wrong(self) -> list[int]:
        return [school for school, one in self.findings.items() if one.found is Found.WRONG]

    @property
    def may_act(self) -> bool:
        return may_dispatch(self.visit)


def found(visit: Visit) -> Known:
    listed = spot_checks.plans(visit.reader, place_of(visit).place_id, visit.year)
    asked = visit.address.item
    chosen = next((one for one in listed if not asked or str(one.plan_id) == asked), None)
    return Known(visit, listed, chosen, spot_checks.findings(visit.reader, chosen.plan_id) if chosen else {})  # fmt: skip


def sentence(known: Known) -> FindingView:
    """How many schools are to be visited, by which arm, and how far it is."""
    visit, phrases, made = known.visit, known.visit.phrases, known.plan
    place, year = place_of(visit).name(visit.lang), academic_year(visit.year, visit.lang)
    if made is None:
        return FindingView(phrases("sampling.none", place=place, year=year), phrases("sampling.about"), automatic=False)  # fmt: skip
    said = phrases(
        "sampling.said", place=place, n=len(made.schools), lot=_by_lot(made), visited=len(known.findings), wrong=len(known.wrong),
    )  # fmt: skip
    return FindingView(said, drawn_how(known, made), automatic=False)


def drawn_how(known: Known, made: Plan) -> str:
    """What anybody needs to draw it again, and who drew it."""
    phrases, visit = known.visit.phrases, known.visit
    return phrases(
        "sampling.basis", number=made.number, year=academic_year(made.wish.year, visit.lang), round=made.round_id, seed=made.wish.seed,
        who=author(visit, made), at=minute(made.made_at),
    )  # fmt: skip


def author(visit: Visit, made: Plan) -> str:
    return visit.phrases("sampling.command") if made.login == COMMAND else made.login


def _by_lot(made: Plan) -> int:
    return sum(one.arm == "random" for one in made.schools)


# -- the schools of a plan


def schools_section(known: Known) -> Element:
    """Every school to be visited: why, where it stands among its kind, what was found, and the way to its workbook."""
    visit, phrases, made = known.visit, known.visit.phrases, known.plan
    if made is None:
        raise LookupError(visit.address)
    file = f"/sampling/{made.plan_id}.xlsx?lang={visit.lang}"
    view = SectionView(
        "schools", phrases("sampling.schools", n=len(made.schools)), phrases("sampling.schools.meta", n=plain(sum(made.strata.values()))),
        note=phrases("sampling.schools.note"),
    )  # fmt: skip
    heads = (
        ColumnView(phrases("sampling.school"), kind="text"), ColumnView(phrases("sampling.why"), kind="text"),
        ColumnView(phrases("sampling.weight"), kind="bar", narrow=False), ColumnView(phrases("sampling.probability"), "%", narrow=False),
        ColumnView(phrases("sampling.found"), kind="text"), ColumnView(phrases("alert.state"), kind="text", narrow=False),
    )  # fmt: skip
    drawn = table(TableView(view.title, heads, _rows(known, made), "wrap"), phrases)
    return section(view, drawn, e.p(e.a(phrases("sampling.xlsx"), href=file, download=True), cls="m"))  # fmt: skip


def _rows(known: Known, made: Plan) -> list[RowView]:
    rows: list[RowView] = []
    for arm in ("ranked", "random"):
        mine = [one for one in made.schools if one.arm == arm]
        if mine:
            rows.append(RowView(known.visit.phrases(f"sampling.arm.{arm}", n=len(mine)), kind="group"))  # fmt: skip
        rows += [_row(known, one) for one in mine]
    return rows


def _row(known: Known, one: Drawn) -> RowView:
    visit = known.visit
    school, stratum = visit.ladder.place(one.school_id), visit.ladder.place(below(visit.ladder, place_of(visit).place_id, one.school_id))  # fmt: skip
    cells = (
        CellView(why(visit.phrases, one)), CellView(plain(one.weight, 1), value=one.weight) if one.doubts else CellView(symbol="not_applicable"),
        CellView(percent(one.probability)[:-1]), _found(known, one.school_id), _case(known, one.school_id),
    )  # fmt: skip
    href = visit.address.on("alerts", one.school_id, view=Judgement.DOUBT.value)
    return RowView(school.name(visit.lang), cells, href, sub=f"{school.code} · {stratum.name(visit.lang)}")  # fmt: skip


def _found(known: Known, school: int) -> CellView:
    held = known.findings.get(school)
    if held is None:
        return CellView(known.visit.phrases("sampling.waits"))
    when = day(held.day, known.visit.lang)
    return CellView(held.found.label.of(known.visit.lang), note=when, title=held.note, verdict="miss" if held.found is Found.WRONG else "met")  # fmt: skip


def _case(known: Known, school: int) -> CellView:
    """Its cases of the year: how many, and how many of them are open."""
    held = known.cases.get(school, [])
    if not held:
        return CellView(symbol="not_applicable")
    is_open = sum(one.state.is_open for one in held)
    words = known.visit.phrases("sampling.cases", n=len(held), open=is_open)
    return CellView(words, href=known.visit.address.on("cases", school, view="all"))


# -- what follows from the lot


def estimate_section(known: Known) -> Element:
    """How many schools with wrong data are among those that were not ranked in, by the visits by lot so far."""
    phrases, made = known.visit.phrases, known.plan
    if made is None:
        raise LookupError(known.visit.address)
    lot = [one for one in made.schools if one.arm == "random"]
    done = [one.school_id for one in lot if one.school_id in known.findings]
    width = 5 if known.may_act else 12
    view = SectionView("estimate", phrases("sampling.estimate"), phrases("sampling.estimate.meta", done=len(done), n=len(lot)), width=width, note=phrases("sampling.estimate.note"))  # fmt: skip
    if not done:
        return section(view, empty(phrases("sampling.estimate.none" if lot else "sampling.estimate.no_lot")))  # fmt: skip
    told = estimated(made, done, known.wrong)
    wrong = sum(one in known.wrong for one in done)
    said = phrases("sampling.estimate.said", done=len(done), wrong=wrong, schools=plain(told.schools), low=plain(told.low), high=plain(told.high), of=plain(told.of))  # fmt: skip
    return section(view, e.p(said, cls="say"), *_arms(known, made, told))


def _arms(known: Known, made: Plan, told: Estimate) -> list[Child]:
    """Both arms side by side: schools visited, found wrong, and the share; of the lot with its interval."""
    phrases = known.visit.phrases
    heads = (ColumnView(phrases("sampling.arm"), kind="text"), *(ColumnView(phrases(f"sampling.{name}")) for name in ("visited", "wrong")), ColumnView(phrases("sampling.share"), "%"))  # fmt: skip
    rows = []
    for arm in ("ranked", "random"):
        mine = [one.school_id for one in made.schools if one.arm == arm and one.school_id in known.findings]  # fmt: skip
        wrong = sum(one in known.wrong for one in mine)
        share = wrong / len(mine) if arm == "ranked" and mine else told.schools / told.of
        note = "" if arm == "ranked" else f"{percent(told.low / told.of, 0)[:-1]}–{percent(told.high / told.of, 0)[:-1]}"  # fmt: skip
        cell = CellView(percent(share, 0)[:-1], note=note) if mine else CellView(symbol="not_applicable")  # fmt: skip
        rows.append(RowView(phrases(f"sampling.arm.{arm}.short"), (CellView(plain(len(mine))), CellView(plain(wrong)), cell)))  # fmt: skip
    return [table(TableView(phrases("sampling.estimate"), heads, rows), phrases)]


# -- the plans there are


def plans_section(known: Known) -> Element:
    """Every plan of the place and year: none is deleted, so that nobody draws until it suits."""
    visit, phrases = known.visit, known.visit.phrases
    width = 7 if known.may_act else 12
    view = SectionView("plans", phrases("sampling.plans", n=len(known.plans)) if known.plans else phrases("sampling.title"), academic_year(visit.year, visit.lang), width=width, note=phrases("sampling.plans.note"))  # fmt: skip
    if not known.plans:
        return section(view, empty(phrases("sampling.plans.none")))
    heads = (
        ColumnView(phrases("sampling.number"), kind="text"), ColumnView(phrases("sampling.visits")), ColumnView(phrases("sampling.lot")),
        ColumnView(phrases("sampling.seed"), narrow=False), ColumnView(phrases("sampling.by"), kind="text", narrow=False),
    )  # fmt: skip
    rows = [
        RowView(
            one.number,
            (CellView(plain(len(one.schools))), CellView(plain(_by_lot(one))), CellView(str(one.wish.seed)), CellView(author(visit, one), note=minute(one.made_at))),
            visit.address.to(item=str(one.plan_id)), kind="own" if one is known.plan else "",
        )
        for one in known.plans
    ]  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))
