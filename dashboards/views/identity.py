"""Who a school is, and its conclusion in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.numbers import day, plain, signed
from dashboards.page import Visit
from dashboards.parts.school import FactView, IdentityView
from dashboards.views import nine, wording
from metrics.discovery import metric as metric_named
from metrics.question import Answers, Cell
from metrics.school import Fact, Handed
from warehouse.moments import china_day
from warehouse.places import Rung

SHOWN = ("school_type", "sponsor", "setting", "school_class", "founded")
LIMITS = len(nine.NINE)


def card(
    visit: Visit, facts: Sequence[Fact], handed: Sequence[Handed], own: Answers
) -> IdentityView:
    """Name, code, what the register says, how the nine limits stand, when it last reported."""
    if visit.place is None:
        raise LookupError(visit.address)
    missed = own.cell("limits_missed", visit.place.place_id, visit.year)
    shown = [
        FactView(visit.phrases("identity.code"), visit.place.code),
        FactView(visit.phrases("identity.within"), _within(visit)),
        *(
            FactView(one.label.of(visit.lang), one.answer.of(visit.lang))
            for one in facts
            if one.column in SHOWN
        ),
        _conditions(visit, missed),
    ]
    if handed:
        shown.append(
            FactView(
                visit.phrases("identity.newest"), day(china_day(handed[0].received_at), visit.lang)
            )
        )
    desk = visit.address.on("workspace", visit.place.place_id)
    return IdentityView(
        visit.place.name(visit.lang), shown, sentence(visit, own, missed), (visit.phrases("identity.returns"), desk),
    )  # fmt: skip


def _within(visit: Visit) -> str:
    """Province, prefecture, county."""
    line = [
        one
        for one in visit.ladder.ancestors(visit.address.place or 1)
        if visit.ladder.rung(one) != Rung.NATION
    ]
    return " ".join(visit.ladder.place(one).name(visit.lang) for one in line)


def _conditions(visit: Visit, missed: Cell) -> FactView:
    name = visit.phrases("identity.conditions")
    if missed.value is None or not wording.is_shown(missed):
        word = (
            "identity.unasked"
            if wording.symbol(missed) == "not_applicable"
            else "symbol.not_submitted"
        )
        return FactView(name, visit.phrases(word))
    number = round(missed.value)
    if not number:
        return FactView(name, visit.phrases("identity.all_met", n=LIMITS), "met")
    return FactView(name, visit.phrases("identity.missed", n=number, of=LIMITS), "miss")


def sentence(visit: Visit, own: Answers, missed: Cell) -> str:
    """在校生减少 4.3%；生师比 21.8，超过限值 20；九项办学条件 2 项未达."""
    clauses = [_students(visit, own), _ratio(visit, own), _missed(visit, missed)]
    told = [clause for clause in clauses if clause]
    if not told:
        return ""
    text = visit.phrases("sentence.join").join(told)
    return visit.phrases(
        "sentence.end", text=text[0].upper() + text[1:] if visit.lang == "en" else text
    )


def _students(visit: Visit, own: Answers) -> str:
    series = dict(own.series("students", own.question.places[0]))
    before = series.get(visit.year - 1)
    moved = (
        wording.change(metric_named("students"), series[visit.year], before, visit.phrases)
        if before
        else None
    )
    if moved is None or not round(moved.amount, 1):
        return ""
    return visit.phrases(
        "school.up" if moved.amount > 0 else "school.down",
        change=f"{signed(abs(moved.amount), 1)[1:]}%",
    )


def _ratio(visit: Visit, own: Answers) -> str:
    metric = metric_named("students_per_teacher")
    cell = own.cell(metric.name, own.question.places[0], visit.year)
    limit = wording.limit_of(visit, metric, visit.addressee)
    if limit is None or wording.verdict(limit, cell) != "miss" or cell.value is None:
        return ""
    return visit.phrases(
        "school.ratio", value=plain(cell.value, metric.decimals), limit=plain(limit.value)
    )


def _missed(visit: Visit, missed: Cell) -> str:
    if missed.value is None or not wording.is_shown(missed):
        return ""
    number = round(missed.value)
    return visit.phrases("school.missed", n=number) if number else visit.phrases("school.all_met")
