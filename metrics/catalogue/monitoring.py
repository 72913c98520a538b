"""学校监测: which schools fail which limit, since when. Shares of schools, out of the exact universe.

Universe: schools in operation with reported students, teachers and campus, founded before 2022, of a class
for which a limit is on record; attached classes never. The law is of 2022: earlier years are not applicable.
"""

from __future__ import annotations

from metrics.metric import (
    PERCENT,
    POINTS,
    SCHOOL,
    SCHOOLS,
    Change,
    Count,
    Direction,
    Family,
    Part,
    Ratio,
    Share,
    Style,
    Unit,
    percentage,
)
from warehouse import law
from warehouse.form import Period
from warehouse.text import Text

FAILING = Text("哪些学校哪项不达标、从何时起？", "Which schools fail which limit, and since when?")
REPORTED = Text("报得齐不齐？", "Has everyone reported?")
SINCE = 2022


def _part(measure: str) -> Part:
    return Part("conditions", measure, kinds=SCHOOL)


ELIGIBLE = _part("eligible")


compliant_share = Share(
    _part("met_all"),
    ELIGIBLE,
    label=Text("办学条件全部达标学校占比", "Schools meeting all nine limits"),
    definition=Text(
        "九项全部达标的学校 ÷ 参评学校；附设中职班、2022 年起新建学校和本省尚未备齐九项限值的类别不参评",
        "Schools meeting all nine limits divided by the schools of the universe: without attached classes, "
        "schools founded in or after 2022, and classes for which not all nine limits of their province are on record",
    ),
    question=FAILING,
    code="K11",
    unit=PERCENT,
    family=Family.CONDITIONS,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
    since=SINCE,
    limits=("compliant_share",),
)
compliant_change = Change(
    compliant_share,
    label=Text("全部达标占比变化", "Change of the share meeting all nine"),
    definition=Text(
        "全部达标学校占比与上年之差（百分点）",
        "The share of schools meeting all nine limits less that of the year before, in points",
    ),
    question=FAILING,
    unit=POINTS,
    family=Family.CONDITIONS,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
    since=SINCE + 1,
)
eligible_schools = Count(
    ELIGIBLE,
    label=Text("参评学校", "Schools in the universe"),
    definition=Text(
        "办学条件监测的参评学校：2022 年前设立、在办、有在校生、已报专任教师，且所属类别在本省有全部九项限值",
        "Schools that the limits are asked of: founded before 2022, in operation, with students, teachers reported, and of a "
        "class for which their province has all nine limits",
    ),
    question=FAILING,
    unit=SCHOOLS,
    family=Family.CONDITIONS,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    since=SINCE,
)
one_short = Count(
    _part("missed_one"),
    label=Text("只差一项的学校", "Schools one limit short"),
    definition=Text(
        "九项中恰有一项未达的学校：最近的整改对象",
        "Schools that miss exactly one of the nine limits: the nearest to put right",
    ),
    question=FAILING,
    unit=SCHOOLS,
    family=Family.CONDITIONS,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    since=SINCE,
)
failing_schools = Count(
    ELIGIBLE - _part("met_all"),
    label=Text("未全部达标的学校", "Schools missing a limit"),
    definition=Text(
        "参评学校中至少一项未达的", "Schools of the universe that miss a limit or more"
    ),
    question=FAILING,
    unit=SCHOOLS,
    family=Family.CONDITIONS,
    direction=Direction.DOWN,
    period=Period.STOCK,
    since=SINCE,
)
limits_missed = Ratio(
    _part("limits_missed"),
    ELIGIBLE,
    label=Text("校均未达项数", "Limits missed per school"),
    definition=Text(
        "未达项数之和 ÷ 参评学校", "Limits missed divided by the schools of the universe"
    ),
    question=FAILING,
    unit=Unit(Text("项/校", "per school"), Style.RATIO),
    family=Family.CONDITIONS,
    direction=Direction.DOWN,
    period=Period.STOCK,
    decimals=2,
    since=SINCE,
)


def _meeting(limit: str, code: str) -> Share:
    """The share of schools that meet one of the nine limits."""
    title, rule = law.entry(limit).title, law.entry(limit)
    sign = "≤" if rule.direction == "ceiling" else "≥"
    return Share(
        _part(f"met_{limit}"),
        ELIGIBLE,
        label=Text(f"{title.zh}达标学校占比", f"Schools meeting the limit: {title.en}"),
        definition=Text(
            f"{title.zh} {sign} {rule.value:,g} 的学校 ÷ 参评学校",
            f"Schools with {title.en.lower()} {sign} {rule.value:,g}, divided by the schools of the universe",
        ),
        question=FAILING,
        code=code,
        unit=PERCENT,
        family=Family.CONDITIONS,
        direction=Direction.UP,
        period=Period.STOCK,
        decimals=1,
        basis=(limit,),
        since=SINCE,
    )


met_land = _meeting("land", "K02")
met_land_per_student = _meeting("land_per_student", "K03")
met_buildings = _meeting("buildings", "K04")
met_buildings_per_student = _meeting("buildings_per_student", "K05")
met_teachers = _meeting("teachers", "K06")
met_students_per_teacher = _meeting("students_per_teacher", "K07")
met_equipment = _meeting("equipment", "K08")
met_equipment_per_student = _meeting("equipment_per_student", "K09")
met_books_per_student = _meeting("books_per_student", "K10")


def _barely(limit: str) -> Count:
    """The schools that meet one of the nine limits with less than 5 % of it to spare."""
    title = law.entry(limit).title
    return Count(
        _part(f"near_{limit}"),
        label=Text(f"{title.zh}临界学校", f"Schools barely meeting: {title.en}"),
        definition=Text(
            f"{title.zh}达标而余量不足限值 5% 的参评学校",
            f"Schools of the universe that meet the limit of {title.en.lower()} with less than 5 % of it to spare",
        ),
        question=FAILING,
        unit=SCHOOLS,
        family=Family.CONDITIONS,
        direction=Direction.NEUTRAL,
        period=Period.STOCK,
        since=SINCE,
    )


near_land = _barely("land")
near_land_per_student = _barely("land_per_student")
near_buildings = _barely("buildings")
near_buildings_per_student = _barely("buildings_per_student")
near_teachers = _barely("teachers")
near_students_per_teacher = _barely("students_per_teacher")
near_equipment = _barely("equipment")
near_equipment_per_student = _barely("equipment_per_student")
near_books_per_student = _barely("books_per_student")
coverage = Share(
    Part("register", "units"),
    Part("roster", "due"),
    label=Text("报送覆盖率", "Reporting coverage"),
    definition=Text(
        "已报送学校基本情况的单位 ÷ 应报单位",
        "Units that have sent the school register divided by the units due",
    ),
    question=REPORTED,
    unit=PERCENT,
    family=Family.COVERAGE,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
)


PUT_RIGHT = Text("整改到位了没有？", "Were the orders carried out?")


def _orders(measure: str) -> Part:
    return Part("rectification", measure)


ORDERS, CLOSED = _orders("orders"), _orders("closed_in_time") + _orders("closed_late")

rectification_orders = Count(
    ORDERS,
    label=Text("整改通知", "Rectification orders"),
    definition=Text(
        "本学年收到或上年结转的整改通知", "Orders received in the year or carried over"
    ),
    question=PUT_RIGHT,
    unit=Unit(Text("项", "orders"), Style.COUNT),
    direction=Direction.DOWN,
    period=Period.YEAR,
)
orders_closed = percentage(
    CLOSED,
    ORDERS,
    label=Text("整改销号率", "Orders closed"),
    definition=Text("（按期 + 逾期销号）÷ 整改通知", "Orders closed, in time or late, divided by orders"),
    question=PUT_RIGHT,
    direction=Direction.UP,
    period=Period.YEAR,
)  # fmt: skip
orders_in_time = percentage(
    _orders("closed_in_time"),
    CLOSED,
    label=Text("按期销号占比", "Orders closed in time"),
    definition=Text("按期销号 ÷ 已销号", "Orders closed in time divided by orders closed"),
    question=PUT_RIGHT,
    direction=Direction.UP,
    period=Period.YEAR,
)
orders_overdue = Count(
    _orders("overdue"),
    label=Text("逾期未销号的整改", "Orders overdue"),
    definition=Text("期限已过仍未销号的整改通知", "Orders past their day and still open"),
    question=PUT_RIGHT,
    unit=Unit(Text("项", "orders"), Style.COUNT),
    direction=Direction.DOWN,
    period=Period.YEAR,
)
