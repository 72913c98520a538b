"""Contradictions across forms and years: flows, sums, and parts larger than their whole.

Within one form and row the rules of the forms refuse them; here one school's forms and years are held against each other.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from metrics.signals.numbers import GRADES, cells
from metrics.signals.panel import Sight
from metrics.signals.signal import Family, Piece, Shown, Signal, Tier
from warehouse.arrays import Floats
from warehouse.text import Text

LEAST, SHARE = 5.0, 0.02  # a difference up to five, or two in a hundred, may be a slip of the pen
REPEATING = 0.1  # no form asks who repeats or skips a grade: so many may stand in another one than a year ago
PERSONS = Text("人", "")
STUDENTS = Shown(pl.col("students"), PERSONS)
ARRIVED = pl.sum_horizontal("readmitted", "transferred_in", "other_in", ignore_nulls=False)


def _slack(of: Floats, share: float = SHARE) -> Floats:
    return np.maximum(LEAST, share * of)


def _above(part: Floats, whole: Floats, share: float = SHARE) -> Floats:
    """By how much more a part is than its whole, in slacks; 0 where the excess lies within it."""
    excess = (part - whole) / _slack(whole, share)
    return np.where(excess >= 1.0, excess, 0.0)


def _flow(sight: Sight) -> pl.DataFrame:
    start, alone, together = (
        sight.number(name) for name in ("start", "students_alone", "students__1")
    )
    # a school that took another over may begin with its own students or with those of both
    is_alone = ~(np.abs(start - together) < np.abs(start - alone))
    ended = np.where(is_alone & np.isfinite(alone), alone, together)
    arrived = sight.number(ARRIVED)
    second, third = (sight.number(f"students_{g}") for g in "23")
    first_before, second_before = (sight.number(f"students_{g}__1") for g in "12")
    gap = np.abs(start - ended) / _slack(ended)
    pieces = {
        "start": np.where(gap >= 1.0, gap, 0.0),
        "second": _above(second, first_before + arrived, REPEATING),
        "third": _above(third, second_before + arrived, REPEATING),
    }
    filled = np.nan_to_num(np.stack(list(pieces.values())))
    case = filled.argmax(axis=0)
    value = np.choose(case, [start, second, third])
    expected = np.choose(case, [ended, first_before + arrived, second_before + arrived])
    return sight.answer(
        pieces, value, low=np.where(case == 0, expected, np.nan), high=expected,
        case=case.astype(np.float64), arrived=arrived,
        grown=np.choose(case, [ended, first_before, second_before]),
    )  # fmt: skip


FLOW = Signal(
    code="A22",
    title=Text("存量与流量不平衡", "Stocks and flows do not balance"),
    question=Text("上年的学生加增减之后，是不是今年的学生？", "Do last year's students, with arrivals and departures, make this year's?"),
    family=Family.ARITHMETIC,
    tier=Tier.HARD,
    says=(
        Text("年初在校生填 {value:,.0f} 人，上年《分专业学生数》为 {high:,.0f} 人", "{value:,.0f} students at the start, but last year's form has {high:,.0f}"),
        Text("二年级 {value:,.0f} 人，上年一年级 {grown:,.0f} 人加各类增加 {arrived:,.0f} 人不足以形成", "{value:,.0f} students in grade 2, more than last year's grade 1 ({grown:,.0f}) with all {arrived:,.0f} arrivals"),
        Text("三年级 {value:,.0f} 人，上年二年级 {grown:,.0f} 人加各类增加 {arrived:,.0f} 人不足以形成", "{value:,.0f} students in grade 3, more than last year's grade 2 ({grown:,.0f}) with all {arrived:,.0f} arrivals"),
    ),
    pieces=(
        Piece("start", Text("年初与上年年末之差", "start against last year's end"), cells("start", "students")),
        Piece("second", Text("二年级多出的学生", "too many in grade 2"), cells("students", "transferred_in", "readmitted", "other_in")),
        Piece("third", Text("三年级多出的学生", "too many in grade 3"), cells("students", "transferred_in", "readmitted", "other_in")),
    ),
    shown=(STUDENTS,),
    clears=Text("更正其中一年的报表，或补充转入、复学、留级的材料。", "Correct one of the two years, or show the papers of those who came or repeat a grade."),
    find=_flow,
)  # fmt: skip


def _sums(sight: Sight) -> pl.DataFrame:
    students = sight.number("students")
    seated = sight.number("class_students")
    apart = {
        f"grade_{g}": np.abs(sight.number(f"class_students_{g}") - sight.number(f"students_{g}"))
        for g in GRADES
    }
    everything = np.nansum(np.stack(list(apart.values())), axis=0)
    is_apart = everything >= _slack(students)
    pieces = {name: np.where(is_apart, each / _slack(students), 0.0) for name, each in apart.items()}  # fmt: skip
    return sight.answer(pieces, seated, low=students, high=students, apart=everything)


SUMS = Signal(
    code="A23",
    title=Text("合计与分项不符", "Sums that do not add up"),
    question=Text("各班学生合计与分专业学生数是否一致？", "Do the students of all classes make the students enrolled, grade by grade?"),
    family=Family.ARITHMETIC,
    tier=Tier.HARD,
    says=(
        Text("《班额》各班学生合计 {value:,.0f} 人，《分专业学生数》为 {high:,.0f} 人，分年级共差 {apart:,.0f} 人", "{value:,.0f} students sit in classes, {high:,.0f} are enrolled; grade by grade they are {apart:,.0f} apart"),
    ),
    pieces=tuple(
        Piece(f"grade_{g}", Text(f"{zh}年级之差", f"grade {g} apart"), cells(f"class_students_{g}", f"students_{g}"))
        for g, zh in zip(GRADES, "一二三四", strict=True)
    ),
    shown=(Shown(pl.col("class_students"), PERSONS),),
    clears=Text("核对两张表，更正其中一张。", "Compare the two forms and correct one."),
    find=_sums,
)  # fmt: skip


def _across(sight: Sight) -> pl.DataFrame:
    classes, heads = sight.number("classes"), sight.number("class_heads")
    graduates = sight.number("graduates")
    last = sight.number(pl.col("students_3__1") + pl.col("students_4__1"))
    posted = np.stack([sight.number(f"posted_{g}") for g in GRADES])
    enrolled = np.stack([sight.number(f"students_{g}") for g in GRADES])
    most = np.nan_to_num(posted - enrolled, nan=-np.inf).argmax(axis=0)
    rows = np.arange(len(most))
    posts, there = posted[most, rows], enrolled[most, rows]
    short = (classes - heads) / np.maximum(2.0, 0.1 * classes)
    pieces = {
        "heads": np.where(short >= 1.0, short, 0.0),
        "posts": _above(posts, there),
        "graduates": _above(graduates, last),
    }
    which = np.nan_to_num(np.stack(list(pieces.values()))).argmax(axis=0)
    return sight.answer(
        pieces, np.choose(which, [heads, posts, graduates]), low=np.where(which == 0, classes, np.nan),
        high=np.choose(which, [classes, there, last]), case=np.choose(which, [0 * most, 2 + most, 0 * most + 1]).astype(np.float64),
    )  # fmt: skip


ACROSS = Signal(
    code="A24",
    title=Text("跨领域矛盾", "Domains that contradict each other"),
    question=Text("班主任与班数、岗位实习与年级学生、毕业生与上年毕业年级是否相容？", "Do class heads fit classes, post interns their grade, graduates last year's last grade?"),
    family=Family.ARITHMETIC,
    tier=Tier.HARD,
    says=(
        Text("班主任 {value:,.0f} 人，教学班 {high:,.0f} 个", "{value:,.0f} class heads for {high:,.0f} classes"),
        Text("毕业生 {value:,.0f} 人，上年三年级及以上在校生 {high:,.0f} 人", "{value:,.0f} graduates, but grade 3 and above had {high:,.0f} students a year before"),
        *(
            Text(f"{zh}年级岗位实习 {{value:,.0f}} 人，该年级在校生 {{high:,.0f}} 人", f"{{value:,.0f}} on post internships in grade {g}, which has {{high:,.0f}} students")
            for g, zh in zip(GRADES, "一二三四", strict=True)
        ),
    ),
    pieces=(
        Piece("heads", Text("班主任少于班数", "fewer class heads than classes"), cells("class_heads", "classes")),
        Piece("posts", Text("岗位实习多于年级学生", "more post interns than students of the grade"), cells("posted_3", "students_3")),
        Piece("graduates", Text("毕业生多于上年毕业年级", "more graduates than last year's last grade"), cells("graduates", "students_3")),
    ),
    shown=(
        Shown(pl.col("class_heads"), PERSONS), Shown(pl.col("graduates"), PERSONS), *(Shown(pl.col(f"posted_{g}"), PERSONS) for g in GRADES),
    ),
    clears=Text("核对两张表，更正其中一张，或说明兼任、往届补发等情况。", "Compare the two forms and correct one, or say who heads several classes or graduated late."),
    find=_across,
)  # fmt: skip
