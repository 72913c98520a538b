"""The page's conclusion, written from templates: who, what moved, how much, against what, how many are left."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.numbers import plain, signed
from dashboards.page import Visit
from dashboards.parts.finding import FindingView
from dashboards.views import wording
from dashboards.views.kpis import Beside
from dashboards.views.tiles import schools_short
from metrics.discovery import metric as metric_named
from metrics.question import Answers, Cell

MOST_NAMED = 3
BEST_COMPARED = "compliant_share"


def nation(visit: Visit, own: Answers, below: Answers | None) -> FindingView:
    """Students, the share of schools meeting all limits, and the units over the ratio."""
    clauses = [_students(visit, own), _share_moved(visit, own), _over_ratio(visit, below)]
    return FindingView(_joined(visit, clauses), _basis(visit))


def inside(visit: Visit, own: Answers, beside: Beside | None, below: Answers | None) -> FindingView:
    """The share of schools meeting all limits against the parent's, the way to the target, where it is longest."""
    cell = own.cell(BEST_COMPARED, own.question.places[0], visit.year)
    if not wording.is_shown(cell) or cell.value is None:
        return FindingView(_joined(visit, [_students(visit, own)]), _basis(visit))
    clauses = [_share(visit, cell), _against(visit, cell, beside), _left(visit, cell, below)]
    return FindingView(_joined(visit, clauses, "sentence.comma"), _basis(visit))


def _joined(visit: Visit, clauses: Sequence[str], by: str = "sentence.join") -> str:
    told = [clause for clause in clauses if clause]
    if not told:
        return ""
    text = visit.phrases(by).join(told)
    return visit.phrases(
        "sentence.end", text=text[0].upper() + text[1:] if visit.lang == "en" else text
    )


def _basis(visit: Visit) -> str:
    return visit.phrases("sentence.basis")


def _students(visit: Visit, own: Answers) -> str:
    """在校生连续第 4 年减少（−3.1%）."""
    metric = metric_named("students")
    place = own.question.places[0]
    series = dict(own.series("students", place))
    before = series.get(visit.year - 1)
    moved = wording.change(metric, series[visit.year], before, visit.phrases) if before else None
    if moved is None:
        return _partly(visit, series[visit.year])
    count = _same_way(series, visit, moved.amount)
    if not round(moved.amount, 1):
        return visit.phrases("sentence.students.same")
    way = "up" if moved.amount > 0 else "down"
    return (
        visit.phrases(f"sentence.students.{way}", n=count, change=moved.text)
        if count > 1
        else visit.phrases(f"sentence.students.{way}.one", change=moved.text)
    )


def _same_way(series: dict[int, Cell], visit: Visit, amount: float) -> int:
    """For how many years in a row, this one included, it moved the same way."""
    metric, count = metric_named("students"), 0
    for year in range(visit.year, min(series), -1):
        now, before = series.get(year), series.get(year - 1)
        moved = wording.change(metric, now, before, visit.phrases) if now and before else None
        if moved is None or (moved.amount > 0) != (amount > 0):
            break
        count += 1
    return count


def _partly(visit: Visit, cell: Cell) -> str:
    """Of a year too few have reported: say so instead of a change."""
    if cell.coverage is None or wording.is_covered(cell) or not cell.units:
        return ""
    return visit.phrases(
        visit.of_basis("sentence.partly"),
        units=plain(cell.units),
        due=plain(cell.due),
        share=wording.share_text(cell.coverage),
    )


def _share_moved(visit: Visit, own: Answers) -> str:
    """办学条件全部达标的学校升至 86.3%，离目标还差 253 所."""
    place = own.question.places[0]
    series = dict(own.series(BEST_COMPARED, place))
    cell, before = series[visit.year], series.get(visit.year - 1)
    if not wording.is_shown(cell) or cell.value is None:
        return ""
    moved = (
        wording.change(metric_named(BEST_COMPARED), cell, before, visit.phrases) if before else None
    )
    way = (
        "is"
        if moved is None or not round(moved.amount, 1)
        else "up"
        if moved.amount > 0
        else "down"
    )
    text = visit.phrases(f"sentence.share.{way}", value=f"{plain(cell.value, 1)}%")
    short = _short(visit, cell)
    return text + (
        visit.phrases("sentence.left", n=plain(short)) if short else _reached(visit, cell)
    )


def _short(visit: Visit, cell: Cell) -> int:
    limit = wording.limit_of(visit, metric_named(BEST_COMPARED))
    return schools_short(cell, limit)


def _reached(visit: Visit, cell: Cell) -> str:
    limit = wording.limit_of(visit, metric_named(BEST_COMPARED))
    return visit.phrases("sentence.reached") if limit and cell.denominator else ""


def _over_ratio(visit: Visit, below: Answers | None) -> str:
    """3 个单位生师比超限."""
    if below is None:
        return ""
    over = over_limit(visit, below, "students_per_teacher")
    return visit.phrases("sentence.over", n=len(over)) if over else ""


def over_limit(visit: Visit, below: Answers, name: str) -> list[int]:
    """The places below whose value breaks the limit, the worst first."""
    metric = metric_named(name)
    limit = wording.limit_of(visit, metric)
    if limit is None:
        return []
    cells = below.column(name, visit.year)[1:]
    beyond = [
        (abs(cell.value - limit.value), place)
        for place, cell in cells
        if wording.is_shown(cell)
        and cell.value is not None
        and wording.is_covered(cell)
        and not limit.is_met(cell.value)
    ]
    return [place for _, place in sorted(beyond, reverse=True)]


def _share(visit: Visit, cell: Cell) -> str:
    """湖南 83.3% 的学校办学条件全部达标; of fewer than ten schools, their number."""
    name = visit.place.name(visit.lang) if visit.place else ""
    if (cell.denominator or 0) < wording.FEW_SCHOOLS:
        return visit.phrases("sentence.few", place=name, met=cell.numerator, of=cell.denominator)
    return visit.phrases("sentence.share", place=name, value=f"{plain(cell.value or 0.0, 1)}%")


def _against(visit: Visit, cell: Cell, beside: Beside | None) -> str:
    if beside is None or cell.value is None or (cell.denominator or 0) < wording.FEW_SCHOOLS:
        return ""
    above = beside.answers.cell(BEST_COMPARED, beside.parent, visit.year)
    if above.value is None or not wording.is_shown(above):
        return ""
    difference = round(cell.value - above.value, 1)
    name = visit.ladder.place(beside.parent).name(visit.lang)
    if not difference:
        return visit.phrases("sentence.level", parent=name)
    key = "sentence.above" if difference > 0 else "sentence.below"
    return visit.phrases(key, parent=name, points=signed(abs(difference), 1)[1:])


def _left(visit: Visit, cell: Cell, below: Answers | None) -> str:
    """离目标还差 31 所，集中在邵阳、永州、娄底."""
    short = _short(visit, cell)
    if not short:
        return _reached(visit, cell) and visit.phrases("sentence.at_target")
    told = visit.phrases("sentence.short", n=plain(short))
    places = _where(visit, below)
    return told + (visit.phrases("sentence.where", places=_names(visit, places)) if places else "")


def _where(visit: Visit, below: Answers | None) -> list[int]:
    """The places below in which most schools miss a limit, if they are told apart by it."""
    if below is None or len(below.question.places) < MOST_NAMED + 2:
        return []
    if BEST_COMPARED not in below.question.metrics:
        return []  # schools are listed with what they miss, not with a share
    cells = below.column(BEST_COMPARED, visit.year)[1:]
    failing = {
        place: (cell.denominator or 0) - (cell.numerator or 0)
        for place, cell in cells
        if wording.is_shown(cell)
    }
    most = sorted((place for place in failing if failing[place]), key=lambda place: -failing[place])
    return most[:MOST_NAMED]


def _names(visit: Visit, places: Sequence[int]) -> str:
    names = [visit.ladder.place(place).name(visit.lang) for place in places]
    if visit.lang == "zh" or len(names) < 2:
        return visit.phrases("list.comma").join(names)
    return visit.phrases("list.comma").join(names[:-1]) + visit.phrases("list.and") + names[-1]
