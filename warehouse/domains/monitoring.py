"""学校监测: what the nine limits of school conditions say of each school, and what is done where one is missed."""

from __future__ import annotations

import polars as pl

from warehouse import law
from warehouse.codes import codes
from warehouse.derived_form import DerivedForm, Need
from warehouse.form import (
    Column,
    Form,
    Kind,
    Period,
    attribute,
    count,
    domain,
    key,
    refuse,
    remark,
    square_metres,
    yuan,
)
from warehouse.law import Addressee
from warehouse.periods import Every
from warehouse.text import Text

DOMAIN = domain(2, "学校监测", "School monitoring", "Monitoring")
SCHOOLS = Text("校", "schools")

# indicator -> (numerator, denominator or None), in the order of the project's annex
NINE: dict[str, tuple[str, str | None]] = {
    "land": ("land", None),
    "land_per_student": ("land", "students"),
    "buildings": ("buildings", None),
    "buildings_per_student": ("buildings", "students"),
    "teachers": ("full_time_teachers", None),
    "students_per_teacher": ("students", "full_time_teachers"),
    "equipment": ("equipment", None),
    "equipment_per_student": ("equipment", "students"),
    "books_per_student": ("books", "students"),
}
BORDER = 0.05  # 临界: met with less than this share of the limit to spare


def _verdict(code: str, met: str, en: str) -> Column:
    title = law.entry(code).title
    return count(f"{title.zh}{met}", f"{title.en}: {en}", unit=SCHOOLS)


class Conditions(DerivedForm):
    """办学条件达标: the parts and verdicts of the nine limits for each school of their universe.

    Universe: schools (never attached classes) founded before 2022, with students, of a class for which a
    all nine are on record in their province, that have reported register, students, staff and estate. Years before the law are
    judged by the first later law; `metrics` shows them only under that label.
    """

    title = Text("办学条件监测", "School conditions")
    domain = DOMAIN
    needs = {
        "founded": Need("register", "founded"),
        "school_class": Need("register", "school_class"),
        "students": Need("enrolment", "students"),
        "full_time_teachers": Need("staff", "persons", "staff_type", "full_time"),
        "land": Need("estate", "land"),
        "buildings": Need("estate", "buildings"),
        "equipment": Need("estate", "equipment"),
        "books": Need("estate", "books"),
    }
    indispensable = ("founded", "students", "full_time_teachers", "land")

    eligible = count("参评学校", "Schools in the universe", unit=SCHOOLS)
    met_all = count("全部达标学校", "Schools meeting all nine", unit=SCHOOLS)
    missed_one = count("只差一项的学校", "Schools one limit short", unit=SCHOOLS)
    limits_missed = count("未达项数", "Limits missed", unit=Text("项", "limits"))
    students = count("在校生", "Students", period=Period.STOCK)
    full_time_teachers = count("专任教师", "Full-time teachers")
    land = square_metres("占地面积", "Land")
    buildings = square_metres("校舍面积", "Buildings")
    equipment = yuan("设备值", "Equipment")
    books = count("图书", "Books", unit=Text("册", "volumes"))
    met_land = _verdict("land", "达标", "met")
    met_land_per_student = _verdict("land_per_student", "达标", "met")
    met_buildings = _verdict("buildings", "达标", "met")
    met_buildings_per_student = _verdict("buildings_per_student", "达标", "met")
    met_teachers = _verdict("teachers", "达标", "met")
    met_students_per_teacher = _verdict("students_per_teacher", "达标", "met")
    met_equipment = _verdict("equipment", "达标", "met")
    met_equipment_per_student = _verdict("equipment_per_student", "达标", "met")
    met_books_per_student = _verdict("books_per_student", "达标", "met")
    near_land = _verdict("land", "临界", "met with little to spare")
    near_land_per_student = _verdict("land_per_student", "临界", "met with little to spare")
    near_buildings = _verdict("buildings", "临界", "met with little to spare")
    near_buildings_per_student = _verdict(
        "buildings_per_student", "临界", "met with little to spare"
    )
    near_teachers = _verdict("teachers", "临界", "met with little to spare")
    near_students_per_teacher = _verdict("students_per_teacher", "临界", "met with little to spare")
    near_equipment = _verdict("equipment", "临界", "met with little to spare")
    near_equipment_per_student = _verdict(
        "equipment_per_student", "临界", "met with little to spare"
    )
    near_books_per_student = _verdict("books_per_student", "临界", "met with little to spare")

    @classmethod
    def compute(cls, inputs: pl.DataFrame, year: int) -> pl.DataFrame:
        """One row for each school of the universe; verdicts are 0 or 1 so that they add up over the ladder."""
        groups = _universe(inputs).partition_by("school_class", "province")
        judged = pl.concat([_judged(group, year) for group in groups] or [_unjudged(inputs)])
        missed = 9 - pl.sum_horizontal(f"met_{code}" for code in NINE)
        return judged.with_columns(limits_missed=missed, eligible=pl.lit(1)).with_columns(
            met_all=(pl.col("limits_missed") == 0).cast(pl.Int64),
            missed_one=(pl.col("limits_missed") == 1).cast(pl.Int64),
        ).select("school_id", *cls.columns)  # fmt: skip


def _universe(inputs: pl.DataFrame) -> pl.DataFrame:
    return inputs.filter(
        (pl.col("unit_kind") == "school")
        & (pl.col("founded") < _founded_before())
        & (pl.col("students") > 0)
        & pl.col("full_time_teachers").is_not_null()
        & pl.col("land").is_not_null()
    )


def _founded_before() -> int:
    return min(law.entry(code).founded_before for code in NINE)


def _judged(schools: pl.DataFrame, year: int) -> pl.DataFrame:
    """Schools of one class and province by the limits that the law sets them; none where one of the nine is not on record."""
    kind, province = schools.select("school_class", "province").row(0)
    limits = law.together(NINE, year, Addressee(school_class=kind, province=str(province)))
    if limits is None:
        return _unjudged(schools)
    return schools.with_columns(one for code in NINE for one in _judge(code, limits[code]))


def _unjudged(schools: pl.DataFrame) -> pl.DataFrame:
    verdicts = [pl.lit(0, pl.Int64).alias(f"{verdict}_{code}") for code in NINE for verdict in ("met", "near")]  # fmt: skip
    return schools.clear().with_columns(verdicts)


def _judge(code: str, limit: law.Limit) -> list[pl.Expr]:
    numerator, denominator = NINE[code]
    value = pl.col(numerator) / (pl.col(denominator) if denominator else 1)
    slack = limit.value - value if limit.direction == "ceiling" else value - limit.value
    return [
        (slack >= 0).cast(pl.Int64).alias(f"met_{code}"),
        ((slack >= 0) & (slack < BORDER * limit.value)).cast(pl.Int64).alias(f"near_{code}"),
    ]


SUBJECT = codes(
    "rectification_subject",
    **{code: (law.entry(code).title.zh, law.entry(code).title.en) for code in NINE},
    internship=("实习红线", "Red lines of internships", "实习"),
    hours=("学时结构", "Shares of hours", "学时"),
    staffing=("教师队伍结构", "Make-up of the staff", "教师队伍"),
    class_size=("班额", "Class sizes"),
    safety=("校园安全", "Safety on campus", "安全"),
    data=("数据质量", "Quality of data", "数据"),
    other=("其他", "Others"),
)
ORDERS = Text("项", "orders")


class Rectification(Form):
    """整改台账 by subject: what the school was ordered to put right, until when, and how far it is."""

    title = Text("整改台账", "Rectification orders")
    domain = DOMAIN
    every = Every.EVENT
    about = Text(
        "本学年收到或上年结转的整改通知；一项也没有的，填一行“其他”，各数填 0",
        "Orders received in the year or carried over; where there is none, one row of 'Others' with 0",
    )
    cuts = ("subject",)

    subject = key("整改事项", "Subject", SUBJECT, "整改指标", "指标")
    orders = count("整改通知数", "Orders", "下达数", unit=ORDERS, period=Period.YEAR)
    closed_in_time = count("按期销号数", "Closed in time", "按期完成", unit=ORDERS, period=Period.YEAR)  # fmt: skip
    closed_late = count("逾期销号数", "Closed late", "逾期完成", unit=ORDERS, period=Period.YEAR)
    overdue = count("逾期未销号数", "Overdue", "逾期未完成", unit=ORDERS, period=Period.YEAR)
    ordered_on = attribute(
        "最早下达日期", "First ordered on", "下达日期", kind=Kind.DATE, required=False
    )
    due_on = attribute("最晚整改期限", "Last due on", "整改期限", kind=Kind.DATE, required=False)
    evidence = attribute("整改举措与佐证", "What was done, and the evidence", "整改情况", required=False)  # fmt: skip

    closed_within = refuse(
        lambda f: f.closed_in_time + f.closed_late + f.overdue <= f.orders,
        "orders",
        (
            "已销号与逾期之和多于整改通知 {orders} 项。",
            "Closed and overdue orders are more than the {orders} received.",
        ),
        ("一项通知只计入一种状态。", "Count each order in one state."),
    )
    orders_have_dates = refuse(
        lambda f: (f.orders == 0) | (f.ordered_on.is_not_null() & f.due_on.is_not_null()),
        "due_on",
        (
            "有整改通知 {orders} 项，下达日期和整改期限不能为空。",
            "{orders} orders: they have a day on which they were given and one on which they are due.",
        ),
        ("对照整改通知补填。", "Write both as the orders say."),
    )
    due_after_ordered = refuse(
        lambda f: f.due_on >= f.ordered_on,
        "due_on",
        ("{ordered_on} 下达，期限却是 {due_on}。", "Ordered on {ordered_on}, but due on {due_on}."),
        ("核对两个日期。", "Check both dates."),
    )
    nothing_overdue = remark(
        lambda f: f.overdue == 0,
        "overdue",
        ("“{subject}”逾期未销号 {overdue} 项。", "{overdue} orders of '{subject}' are overdue."),
        ("写明何时完成。", "Say when it will be done."),
    )
    closed_with_evidence = remark(
        lambda f: (f.closed_in_time + f.closed_late == 0) | f.evidence.is_not_null(),
        "evidence",
        ("“{subject}”已销号，没有佐证。", "'{subject}' is closed without evidence."),
        ("填写整改举措和佐证材料名称。", "Write what was done and name the evidence."),
    )
