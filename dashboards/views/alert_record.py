"""The record of the rule behind a flag: what people found in its cases, and how it did in the evaluations, beside what is usual for such rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import percent, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.section import SectionView, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views import models
from metrics.bands import group_name
from metrics.risk.backtest import MODEL, SINGLE
from metrics.signals.discovery import signals
from warehouse.evaluations import FEWEST, Closed, Made, closed_cases, made_of_late
from warehouse.flag_lists import Flag
from warehouse.flags import Judgement
from warehouse.models import signature
from warehouse.moments import minute

TEN = 10
Figures = Mapping[str, float | None]
Write = Callable[[float], str]


def _share(value: float) -> str:
    return percent(value, 0)


def _plain(decimals: int) -> Write:
    return lambda value: plain(value, decimals)


class Line(NamedTuple):
    """One line of the record: its name, this rule's number, that of the evaluation before, and the median of all rules of the kind."""

    name: str
    write: Write
    own: float | None
    before: float | None
    usual: float | None


BY_PEOPLE: tuple[tuple[str, Write], ...] = (
    ("closed", plain), ("confirmed", _share), ("false", _share), ("otherwise", _share),
)  # fmt: skip
BY_EVALUATION: tuple[tuple[str, Write], ...] = (
    ("flags", plain), ("precision", _share), ("in_data", _share), ("recall", _share), ("visits", _share), ("false_alarms", _plain(1)),
    ("per_reviewer", _plain(2)), ("stability", _share),
)  # fmt: skip
OF_RISK: tuple[tuple[str, Write], ...] = (
    ("average", _plain(3)), ("single", _plain(3)), ("skill", _plain(3)), ("error", _plain(3)), ("warned", _share), ("rounds", _plain(1)),
)  # fmt: skip


def rule_section(visit: Visit, flag: Flag) -> Element:
    """What the rule asks, how often it was right in a sentence, and the record in two tables side by side."""
    phrases = visit.phrases
    closed, made = closed_cases(visit.reader), made_of_late(visit.reader)
    people = list(_people(visit, flag, closed))
    tables = [*people, *_evaluated(visit, flag, made)]
    asks = signals()[flag.rule].question.of(visit.lang) if flag.rule in signals() else ""
    view = SectionView(
        "rule", phrases("record.rule"), _about(visit, closed if people else [], made), say=_ten(visit, flag, closed, made),
        more=(phrases("record.all"), visit.address.on("record")), note=phrases("record.rule.note", n=FEWEST) if people else "",
    )  # fmt: skip
    told = [e.p(text) for text in (asks, *_modelled(visit, flag)) if text]
    drawn: list[Child] = [e.div(*tables, cls="halves")] if tables else [e.p(phrases("record.rule.none"))]  # fmt: skip
    return section(view, *told, *drawn)


def _about(visit: Visit, closed: Sequence[Closed], made: Sequence[Made]) -> str:
    """Of how many closed cases in the nation, and of which evaluation."""
    phrases, cases = visit.phrases, sum(one.closed for one in closed)
    told = [phrases("record.rule.cases", n=plain(cases))] if cases else []
    told += [phrases("record.rule.made", at=minute(made[0].made_at))] if made else []
    return phrases("list.meta").join(told)


def _modelled(visit: Visit, flag: Flag) -> Iterator[str]:
    if flag.judgement is Judgement.RISK:
        told = flag.detail.get("model")
        yield models.rule_line(visit, told, signature(visit.reader, told["number"]) if told else None)  # fmt: skip


def _ten(visit: Visit, flag: Flag, closed: Sequence[Closed], made: Sequence[Made]) -> str:
    """Of every ten so many were right: by closed cases where they are enough to tell, else by the newest evaluation."""
    mine = _mine(closed, flag)
    if mine and mine.closed >= FEWEST:
        return visit.phrases("record.rule.ten.closed", n=round(TEN * mine.share))
    precision = _figures(made[0], flag).get("precision") if made else None
    return "" if precision is None else visit.phrases("record.rule.ten.evaluated", n=round(TEN * precision))  # fmt: skip


# -- what people found


def _mine(closed: Iterable[Closed], flag: Flag) -> Closed | None:
    return next((one for one in closed if (one.judgement, one.rule) == (flag.judgement.value, flag.rule)), None)  # fmt: skip


def _people(visit: Visit, flag: Flag, closed: Sequence[Closed]) -> Iterator[Element]:
    """None of a risk, which is never closed; where no case of the rule is closed, that."""
    if flag.judgement is Judgement.RISK or not closed:
        return
    mine = _mine(closed, flag)
    every = [_found(one) for one in closed if one.judgement == flag.judgement.value]
    own = _found(mine) if mine else {"closed": 0.0}
    lines = [Line(visit.phrases(f"record.line.{name}"), write, own.get(name), None, _usual(every, name)) for name, write in BY_PEOPLE]  # fmt: skip
    yield _table(visit, "record.rule.people", lines, _usual_name(visit, flag))


def _found(one: Closed) -> Figures:
    false = one.false / one.closed
    return {"closed": float(one.closed), "confirmed": one.share, "false": false, "otherwise": 1 - one.share - false}  # fmt: skip


# -- what the evaluations say


def _evaluated(visit: Visit, flag: Flag, made: Sequence[Made]) -> Iterator[Element]:
    """The newest evaluation and the one before."""
    own = _figures(made[0], flag) if made else {}
    if not own:
        return
    before = _figures(made[1], flag) if len(made) > 1 else {}
    every = list(_all_of(made[0], flag.judgement))
    kinds = OF_RISK if flag.judgement is Judgement.RISK else BY_EVALUATION
    lines = [
        Line(
            visit.phrases(f"record.line.{name}"),
            write,
            own[name],
            before.get(name),
            _usual(every, name),
        )
        for name, write in kinds
        if own.get(name) is not None
    ]
    lines += _by_group(visit, flag, made[0])
    yield _table(visit, "record.rule.evaluation", lines, _usual_name(visit, flag), has_before=bool(before))  # fmt: skip


def _figures(made: Made, flag: Flag) -> Figures:
    """The numbers of one rule in one evaluation; {} where it was not judged or flagged nothing."""
    return next((one for rule, one in _judged(made, flag.judgement) if rule == flag.rule), {})


def _all_of(made: Made, judgement: Judgement) -> Iterator[Figures]:
    for _, one in _judged(made, judgement):
        yield one


def _judged(made: Made, judgement: Judgement) -> Iterator[tuple[str, Figures]]:
    """Every rule of a judgement that flagged something, with its numbers."""
    figures = made.figures
    if judgement is Judgement.DOUBT:
        in_data = figures.get("rankings_in_data", {})
        for rule, one in figures.get("rankings", {}).items():
            if rule in signals() and one["flags"]:
                yield rule, {**one, "in_data": in_data.get(rule, {}).get("precision")}
    elif judgement is Judgement.BREACH:
        for one in figures.get("rules", []):
            yield (
                f"{one['form']}.{one['rule']}",
                {"flags": one["flags"], "precision": one["right"] / one["flags"]},
            )
    else:
        for one in figures.get("risks", []):
            if "scores" in one:
                yield f"{one['outcome']}.{one['lead']}", _of_risk(one)


def _of_risk(one: Mapping[str, Any]) -> Figures:
    model, warned = one["scores"][MODEL], one["warned"]
    early = {"warned": warned["warned"] / warned["units"], "rounds": warned["rounds"]} if warned and warned["units"] else {}  # fmt: skip
    return {"average": model["precision"], "single": one["scores"][SINGLE]["precision"], "skill": model["skill"], "error": model["error"], **early}  # fmt: skip


def _by_group(visit: Visit, flag: Flag, made: Made) -> Iterator[Line]:
    """Precision by sponsor, of groups with flags enough to tell."""
    for one in made.figures.get("rule_groups", {}).get(flag.rule, []):
        if one["trait"] == "sponsor":
            named = visit.phrases("record.line.group", group=group_name("sponsor", one["value"]).of(visit.lang))  # fmt: skip
            yield Line(named, _share, one["precision"], None, None)


def _usual(every: Sequence[Figures], name: str) -> float | None:
    """The median of all rules that have the number; None of fewer than three."""
    known = [value for one in every if (value := one.get(name)) is not None]
    return median(known) if len(known) > 2 else None


# -- drawn


def _usual_name(visit: Visit, flag: Flag) -> str:
    return visit.phrases("record.rule.usual.risk" if flag.judgement is Judgement.RISK else "record.rule.usual")  # fmt: skip


def _table(visit: Visit, title: str, lines: Sequence[Line], usual: str, *, has_before: bool = False) -> Element:  # fmt: skip
    phrases = visit.phrases
    heads = [ColumnView(phrases(title), kind="text"), ColumnView(phrases("record.rule.own"))]
    heads += [ColumnView(phrases("record.rule.before"))] if has_before else []
    heads.append(ColumnView(usual))
    rows = [RowView(one.name, tuple(_cells(one, has_before=has_before))) for one in lines]
    return table(TableView(phrases(title), heads, rows), phrases)


def _cells(one: Line, *, has_before: bool) -> Iterator[CellView]:
    for value in (one.own, *([one.before] if has_before else []), one.usual):
        yield CellView(symbol="not_applicable") if value is None else CellView(one.write(value))
