"""党建工作: which schools have a Party organisation, and whether it lives."""

from __future__ import annotations

from metrics.metric import (
    PERCENT,
    PERSONS,
    SCHOOL,
    TO_ONE,
    UNITS,
    Count,
    Direction,
    Part,
    Ratio,
    Share,
    Style,
    Unit,
    percentage,
)
from warehouse.domains.party import STANDING
from warehouse.form import Period
from warehouse.text import Text

COVERED = Text("哪些学校还没有党组织？", "Which schools have no Party organisation yet?")
ALIVE = Text("组织生活哪里有空白？", "Where is the life of the organisation missing?")
IDEOLOGY = Text("思政课谁来教？", "Who teaches ideology?")
A_BRANCH = Unit(Text("次/支部", "per branch"), Style.RATIO)
SCHOOLS_IN = Part("party_building", UNITS, kinds=SCHOOL)


def _part(measure: str) -> Part:
    return Part("party_building", measure)


party_coverage = Share(
    Part("party_building", UNITS, "organisation", STANDING, kinds=SCHOOL),
    SCHOOLS_IN,
    code="K41",
    label=Text("党组织覆盖率", "Schools with a Party organisation"),
    definition=Text(
        "设有党委、党总支、党支部或联合党支部的学校 ÷ 已报学校，不含附设中职班",
        "Schools with a committee, general branch, branch or joint branch divided by the schools that reported; without attached classes",
    ),
    question=COVERED,
    unit=PERCENT,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
)  # fmt: skip
led_by_party = Share(
    Part("party_building", UNITS, "led_by_party", ("yes",), kinds=SCHOOL),
    SCHOOLS_IN,
    label=Text("实行党组织领导的校长负责制的学校占比", "Schools led by their Party organisation"),
    definition=Text(
        "实行党组织领导的校长负责制的学校 ÷ 已报学校",
        "Schools whose head works under the leadership of the Party organisation divided by the schools that reported",
    ),
    question=COVERED,
    unit=PERCENT,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
)
meetings_per_branch = Ratio(
    _part("general_meetings") + _part("committee_meetings") + _part("group_meetings") + _part("lectures"),
    _part("branches"),
    label=Text("支均“三会一课”次数", "Regular meetings per branch"),
    definition=Text(
        "（党员大会 + 支委会 + 党小组会 + 党课）÷ 党支部数，本学年累计",
        "General, committee and group meetings and lectures of the year divided by the branches",
    ),
    question=ALIVE,
    unit=A_BRANCH,
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
)  # fmt: skip
theme_days_per_branch = Ratio(
    _part("theme_days"),
    _part("branches"),
    label=Text("支均主题党日次数", "Theme days per branch"),
    definition=Text(
        "主题党日次数 ÷ 党支部数，本学年累计",
        "Party theme days of the year divided by the branches",
    ),
    question=ALIVE,
    unit=A_BRANCH,
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
)
party_members = Count(
    _part("staff_members") + _part("student_members"),
    label=Text("党员", "Party members"),
    definition=Text(
        "教职工党员 + 学生党员，9 月 1 日在册", "Members among staff and students on 1 September"
    ),
    question=ALIVE,
    unit=PERSONS,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
)
staff_members_share = percentage(
    _part("staff_members"),
    Part("staff", "persons"),
    label=Text("教职工党员占比", "Party members among staff"),
    definition=Text("教职工党员 ÷ 教职工", "Members among staff divided by staff"),
    question=ALIVE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
)
members_admitted = Count(
    _part("admitted"),
    label=Text("本学年发展党员", "Members admitted"),
    definition=Text("本学年发展的党员", "Members admitted in the year"),
    question=ALIVE,
    unit=PERSONS,
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
ideology_teachers = Count(
    _part("ideology_full_time") + _part("ideology_part_time"),
    label=Text("思政课教师", "Teachers of ideology"),
    definition=Text("专职 + 兼职思政课教师", "Full-time and part-time teachers of ideology"),
    question=IDEOLOGY,
    unit=PERSONS,
    direction=Direction.UP,
    period=Period.STOCK,
)
students_per_ideology_teacher = Ratio(
    Part("enrolment", "students"),
    _part("ideology_full_time"),
    label=Text("每名专职思政课教师对应学生", "Students per full-time teacher of ideology"),
    definition=Text(
        "在校生 ÷ 专职思政课教师。高校 1:350 的规定不适用于中职，不作限值",
        "Students divided by full-time teachers of ideology. The 1:350 of higher education does not apply and is no limit here",
    ),
    question=IDEOLOGY,
    unit=TO_ONE,
    direction=Direction.DOWN,
    period=Period.STOCK,
)  # fmt: skip
