"""The verification report of a place and an academic year as tables: the same for the workbook and the printed sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dashboards.i18n import Phrases
from dashboards.numbers import academic_year
from metrics.judgement.titles import title
from warehouse.case_read import Case
from warehouse.case_rules import CONFIRMED, JUDGEMENTS, Code, State
from warehouse.flags import Judgement
from warehouse.ladder import Ladder
from warehouse.moments import minute
from warehouse.places import NATION

Row = Sequence[str | int | float | None]
COUNTED = ("flagged", "open", "overdue", "closed", *(code.value for code in Code), "withdrawn", "confirmed_share")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is reported: the cases of a place and year, with what was found of each; `is_synthetic` marks every sheet."""

    place_id: int
    year: int
    today: date
    cases: Sequence[Case]
    notes: dict[int, str]
    ladder: Ladder
    phrases: Phrases
    is_synthetic: bool

    @property
    def title(self) -> str:
        place = self.ladder.place(self.place_id).name(self.phrases.lang)
        return self.phrases("case_book.title", place=place, year=academic_year(self.year, self.phrases.lang))  # fmt: skip


class Listing(NamedTuple):
    """One table: its name, the names of its columns, their widths in characters, its rows. `decimals`: of a column of decimal fractions; `is_worded`: the
    names of its columns are words already.
    """

    name: str
    heads: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Row]
    decimals: Sequence[int] = ()
    is_worded: bool = False


def about(report: Report) -> str:
    said = report.phrases("case_book.about", day=report.today.isoformat())
    mark = report.phrases("case_book.synthetic") if report.is_synthetic else ""
    return " · ".join(filter(None, (said, mark)))


def by_rule(report: Report) -> Listing:
    """Each rule with what came of its flags; the last line is all of them."""
    rules: dict[str, list[Case]] = {}
    for one in report.cases:
        rules.setdefault(one.identity.rule, []).append(one)
    rows: list[Row] = [[_named(report, mine[0]), rule, *_counts(report, mine)] for rule, mine in sorted(rules.items())]  # fmt: skip
    rows.append([report.phrases("case_book.total"), "", *_counts(report, report.cases)])
    return Listing(
        "rules", ("rule", "code_of_rule", *COUNTED), (40, 30, *[12] * len(COUNTED)), rows
    )


def _named(report: Report, one: Case) -> str:
    """What the rule of a case is called; its code stands beside it."""
    return title(Judgement(one.identity.judgement), one.identity.rule).of(report.phrases.lang)


def by_place(report: Report) -> Listing:
    """Each place right below; of a school the school itself."""
    groups: dict[int, list[Case]] = {}
    for one in report.cases:
        at = one.path.index(report.place_id) + 1 if report.place_id != NATION else 0
        groups.setdefault(one.path[min(at, len(one.path) - 1)], []).append(one)
    lang = report.phrases.lang
    rows: list[Row] = [
        [report.ladder.place(place).name(lang), report.ladder.place(place).code, *_counts(report, mine)] for place, mine in sorted(groups.items())
    ]  # fmt: skip
    rows.append([report.phrases("case_book.total"), "", *_counts(report, report.cases)])
    return Listing("places", ("place", "code", *COUNTED), (30, 14, *[12] * len(COUNTED)), rows)


def _counts(report: Report, cases: Sequence[Case]) -> list[str | int]:
    """In the order of COUNTED; the share is of closed cases, in per cent, empty where none is closed."""
    states, codes = Counter(one.state for one in cases), Counter(one.code for one in cases)
    closed, confirmed = states[State.CLOSED], sum(codes[code] for code in CONFIRMED)
    numbers = [len(cases), sum(one.state.is_open for one in cases), sum(one.is_late(report.today) for one in cases), closed]  # fmt: skip
    share = f"{100 * confirmed / closed:.1f} %" if closed else ""
    return [*numbers, *(codes[code] for code in Code), states[State.WITHDRAWN], share]


LISTED = (
    "number", "school", "code", "judgement", "rule", "code_of_rule", "said", "state", "whose", "due", "opened", "ended", "found", "opinion", "correction",
)  # fmt: skip


def listed(report: Report) -> Listing:
    """Case by case, in the order of their numbers."""
    widths = (20, 30, 14, 8, 34, 26, 60, 24, 20, 12, 17, 17, 16, 50, 14)
    ordered = sorted(report.cases, key=lambda one: one.case_id)
    return Listing("cases", LISTED, widths, [_line(report, one) for one in ordered])


def _line(report: Report, one: Case) -> Row:
    lang, school = report.phrases.lang, report.ladder.place(one.identity.school_id)
    whose = report.ladder.place(one.waits_at).name(lang) if one.waits_at else ""
    return [
        one.number, school.name(lang), school.code, JUDGEMENTS[one.identity.judgement].of(lang), _named(report, one), one.identity.rule,
        one.said.of(lang), one.state.label.of(lang), whose, one.due.isoformat() if one.due else "", minute(one.opened_at),
        minute(one.closed_at) if one.closed_at else "", one.code.label.of(lang) if one.code else "", report.notes.get(one.case_id, ""),
        one.submission_id or "",
    ]  # fmt: skip
