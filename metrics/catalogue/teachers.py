"""综合信息: who teaches."""

from __future__ import annotations

from metrics.catalogue.general import WHO, students_part
from metrics.metric import (
    PERCENT,
    PERSONS,
    TO_ONE,
    Change,
    Count,
    Direction,
    Family,
    Median,
    Part,
    Ratio,
    Sum,
)
from warehouse.form import Period
from warehouse.text import Text

ENOUGH = Text("教师够不够、强不强？", "Are there enough teachers, and are they qualified?")


def _full_time(measure: str) -> Part:
    return Part("staff", measure, "staff_type", ("full_time",))


full_time_teachers = Count(
    _full_time("persons"),
    label=Text("专任教师", "Full-time teachers"),
    definition=Text(
        "9 月 1 日专任教师，含附设中职班的教师",
        "Full-time teachers on 1 September, those of attached classes included",
    ),
    question=WHO,
    code="K06",
    unit=PERSONS,
    family=Family.TEACHERS,
    direction=Direction.UP,
    period=Period.STOCK,
    limits=("teachers",),
)
teachers_growth = Change(
    full_time_teachers,
    label=Text("专任教师增减", "Growth of full-time teachers"),
    definition=Text(
        "专任教师比上年增减的百分比",
        "Change of full-time teachers on the year before, in percent of it",
    ),
    question=ENOUGH,
    unit=PERCENT,
    family=Family.TEACHERS,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
)
students_per_teacher = Ratio(
    students_part,
    _full_time("persons"),
    label=Text("生师比", "Students per teacher"),
    definition=Text(
        "在校生 ÷ 专任教师。“师生比 1:20”是上限：每名教师不超过 20 名学生。外聘教师折算办法未定，不计入",
        "Students divided by full-time teachers. The rule of 1:20 is a ceiling of 20 students for each "
        "teacher. How outside teachers count is unsettled in law; they are left out",
    ),
    question=ENOUGH,
    code="K07",
    unit=TO_ONE,
    family=Family.TEACHERS,
    direction=Direction.DOWN,
    period=Period.STOCK,
    decimals=2,
    limits=("students_per_teacher",),
)
median_students_per_teacher = Median(
    students_per_teacher,
    label=Text("生师比中位数", "Median of students per teacher"),
    definition=Text(
        "一半填报单位的生师比高于此数；按单位排列",
        "Half of the reporting units have more students per teacher; over units",
    ),
    question=ENOUGH,
    unit=TO_ONE,
    family=Family.TEACHERS,
    direction=Direction.DOWN,
    period=Period.STOCK,
    decimals=2,
)
senior_titles = Ratio(
    Part(
        "staff",
        "persons",
        "staff_type*job_title",
        ("full_time*senior", "full_time*associate"),
    ),
    _full_time("persons"),
    100,
    label=Text("高级职称占比", "Senior titles"),
    definition=Text(
        "正高级与副高级专任教师 ÷ 专任教师",
        "Full-time teachers with a senior or associate senior title, divided by full-time teachers",
    ),
    question=ENOUGH,
    code="K13",
    unit=PERCENT,
    family=Family.TEACHERS,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
    limits=("senior_titles",),
)
specialty_teachers = Ratio(
    _full_time("specialty_teachers"),
    _full_time("persons"),
    100,
    label=Text("专业教师占比", "Specialty teachers"),
    definition=Text(
        "专业课专任教师 ÷ 专任教师", "Full-time specialty teachers divided by full-time teachers"
    ),
    question=ENOUGH,
    code="K14",
    unit=PERCENT,
    family=Family.TEACHERS,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
    limits=("specialty_teachers",),
)
dual_qualified = Ratio(
    _full_time("dual_qualified"),
    _full_time("specialty_teachers"),
    100,
    label=Text("双师型占比", "Dual-qualified teachers"),
    definition=Text(
        "双师型专任教师 ÷ 专业课专任教师（不是全部教师）",
        "Dual-qualified teachers divided by specialty teachers, not by all teachers",
    ),
    question=ENOUGH,
    code="K12",
    unit=PERCENT,
    family=Family.TEACHERS,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
    limits=("dual_qualified", "dual_qualified_target"),
)
part_time_teachers = Ratio(
    Part("staff", "persons", "staff_type", ("part_time",)),
    _full_time("persons"),
    100,
    label=Text("兼职教师占比", "Part-time teachers"),
    definition=Text(
        "校外兼职教师 ÷ 专任教师，标准约 20%",
        "Part-time teachers from outside divided by full-time teachers; the standard is about 20 %",
    ),
    question=ENOUGH,
    code="K15",
    unit=PERCENT,
    family=Family.TEACHERS,
    direction=Direction.BAND,
    period=Period.STOCK,
    decimals=1,
    limits=("part_time_teachers",),
)
practice = Ratio(
    _full_time("practised"),
    _full_time("specialty_teachers"),
    100,
    label=Text("企业实践达标率", "Teachers with enterprise practice"),
    definition=Text(
        "近五年企业实践满六个月的专业课专任教师 ÷ 专业课专任教师",
        "Specialty teachers with six months of enterprise practice in five years, divided by specialty "
        "teachers",
    ),
    question=ENOUGH,
    code="K16",
    unit=PERCENT,
    family=Family.TEACHERS,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
    limits=("practice",),
)
female_teachers = Ratio(
    _full_time("female"),
    _full_time("persons"),
    100,
    label=Text("女教师占比", "Women among teachers"),
    definition=Text("女专任教师 ÷ 专任教师", "Women divided by all full-time teachers"),
    question=WHO,
    unit=PERCENT,
    family=Family.TEACHERS,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    decimals=1,
)
EMPLOYED = Sum(
    (Part("staff", "persons", "staff_type", ("full_time", "management", "support", "service")),)
)
teachers_among_staff = Ratio(
    _full_time("persons"),
    EMPLOYED,
    100,
    label=Text("专任教师占教职工", "Teachers among staff"),
    definition=Text(
        "专任教师 ÷ 教职工（不含校外兼职教师）",
        "Full-time teachers divided by the staff, without part-time teachers from outside",
    ),
    question=ENOUGH,
    unit=PERCENT,
    family=Family.TEACHERS,
    direction=Direction.UP,
    period=Period.STOCK,
    decimals=1,
)
