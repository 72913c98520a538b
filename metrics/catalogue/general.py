"""综合信息: who we are, how big, in what mix; what becomes of students."""

from __future__ import annotations

from metrics.metric import (
    ATTACHED,
    PERCENT,
    PERSONS,
    SCHOOL,
    SCHOOLS,
    Break,
    Change,
    Count,
    Cumulative,
    Direction,
    Family,
    Median,
    Part,
    Percentile,
    Ratio,
    Style,
    Unit,
)
from warehouse.form import Period
from warehouse.text import Text

WHO = Text("我们是谁、规模多大、结构如何？", "Who are we, how big, and in what mix?")
VOCATIONAL_ONLY = Break(
    2021,
    Text(
        "2021 年起公布的中职数据不含技工学校，与此前公布的系列不可比",
        "From 2021 published totals leave out technician schools: not comparable with earlier series",
    ),
)

students_part = Part("enrolment", "students")
school_students = Part("enrolment", "students", kinds=SCHOOL)

schools = Count(
    Part("register", "units", kinds=SCHOOL),
    label=Text("学校数", "Schools"),
    definition=Text(
        "已报送的中等职业学校；附设中职班不计校数",
        "Schools that have reported; attached classes are not counted as schools",
    ),
    question=WHO,
    unit=SCHOOLS,
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    breaks=(VOCATIONAL_ONLY,),
)
attached_units = Count(
    Part("register", "units", kinds=ATTACHED),
    label=Text("附设中职班办学点", "Units with attached classes"),
    definition=Text(
        "已报送的附设中职班举办单位，不是学校",
        "Hosts of attached classes that have reported; they are not schools",
    ),
    question=WHO,
    unit=Unit(Text("个", "units"), Style.COUNT),
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
)
students = Count(
    students_part,
    label=Text("在校生", "Students"),
    definition=Text(
        "9 月 1 日全日制学历教育在校生，含附设中职班",
        "Full-time students on 1 September, attached classes included",
    ),
    question=WHO,
    code="K01",
    unit=PERSONS,
    family=Family.SCALE,
    direction=Direction.UP,
    period=Period.STOCK,
    limits=("students",),
    breaks=(VOCATIONAL_ONLY,),
)
entrants = Count(
    Part("enrolment", "entrants"),
    label=Text("招生", "Entrants"),
    definition=Text("本学年秋季入学的学生", "Students admitted in the autumn of the year"),
    question=WHO,
    unit=PERSONS,
    family=Family.SCALE,
    direction=Direction.UP,
    period=Period.AUTUMN,
    breaks=(VOCATIONAL_ONLY,),
)
graduates = Count(
    Part("enrolment", "graduates"),
    label=Text("毕业生", "Graduates"),
    definition=Text(
        "上学年取得毕业证书离校的学生", "Students who left with a diploma in the year before"
    ),
    question=WHO,
    unit=PERSONS,
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.YEAR_BEFORE,
    breaks=(VOCATIONAL_ONLY,),
)
graduates_since_2020 = Cumulative(
    Part("enrolment", "graduates"),
    2020,
    label=Text("2020 年以来累计毕业生", "Graduates since 2020"),
    definition=Text(
        "2020 统计年度起各年毕业生之和", "Graduates of every statistical year from 2020, added up"
    ),
    question=WHO,
    unit=PERSONS,
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.YEAR_BEFORE,
)
students_growth = Change(
    students,
    label=Text("在校生增减", "Growth of students"),
    definition=Text(
        "在校生比上年增减的百分比", "Change of students on the year before, in percent of it"
    ),
    question=WHO,
    unit=PERCENT,
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    decimals=1,
)
entrants_growth = Change(
    entrants,
    label=Text("招生增减", "Growth of entrants"),
    definition=Text(
        "招生比上年增减的百分比", "Change of entrants on the year before, in percent of it"
    ),
    question=WHO,
    unit=PERCENT,
    family=Family.SCALE,
    direction=Direction.UP,
    period=Period.AUTUMN,
    decimals=1,
)
students_per_school = Ratio(
    school_students,
    Part("enrolment", "units", kinds=SCHOOL),
    label=Text("校均规模", "Students per school"),
    definition=Text(
        "学校在校生 ÷ 报送学校数，不含附设中职班",
        "Students of schools divided by the schools reporting; without attached classes",
    ),
    question=WHO,
    unit=Unit(Text("人/校", "students per school"), Style.PERSONS),
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
)
median_size = Median(
    Count(
        school_students,
        label=Text("学校在校生", "Students of a school"),
        definition=Text("一所学校的在校生", "The students of one school"),
        question=WHO,
        unit=PERSONS,
        family=Family.SCALE,
        direction=Direction.NEUTRAL,
        period=Period.STOCK,
    ),
    label=Text("学校规模中位数", "Median size of schools"),
    definition=Text(
        "一半学校的在校生多于此数；按学校排列，不含附设中职班",
        "Half of the schools have more students; over schools, without attached classes",
    ),
    question=WHO,
    unit=PERSONS,
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
)
small_school_size = Percentile(
    median_size.of,
    10,
    label=Text("小规模学校界（第 10 百分位）", "Size of small schools (10th percentile)"),
    definition=Text(
        "十分之一学校的在校生不多于此数", "A tenth of the schools have no more students"
    ),
    question=WHO,
    unit=PERSONS,
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
)
class_size = Ratio(
    students_part,
    Part("class_band", "classes"),
    label=Text("平均班额", "Mean class size"),
    definition=Text("在校生 ÷ 教学班数", "Students divided by classes"),
    question=Text("班额是否过大？", "Are classes too large?"),
    unit=Unit(Text("人/班", "students per class"), Style.RATIO),
    family=Family.STUDENTS,
    direction=Direction.DOWN,
    period=Period.STOCK,
    decimals=1,
)
specialties_per_school = Ratio(
    Part("register", "specialties_offered", kinds=SCHOOL),
    Part("register", "units", kinds=SCHOOL),
    label=Text("校均开设专业", "Specialties per school"),
    definition=Text("学校开设专业数之和 ÷ 学校数", "Specialties offered divided by schools"),
    question=WHO,
    unit=Unit(Text("个/校", "per school"), Style.RATIO),
    family=Family.SCALE,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    decimals=1,
)
female_students = Ratio(
    Part("enrolment", "students", "sex", ("2",)),
    students_part,
    100,
    label=Text("女生占比", "Female students"),
    definition=Text("女生 ÷ 在校生", "Female students divided by students"),
    question=WHO,
    unit=PERCENT,
    family=Family.STUDENTS,
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    decimals=1,
)
retention = Ratio(
    Part("enrolment", "graduates"),
    Part("enrolment", "entrants", years_back=3),
    100,
    label=Text("三年巩固率", "Three-year retention"),
    definition=Text(
        "本年毕业生 ÷ 三年前招生",
        "Graduates of the year divided by the entrants of three years before",
    ),
    question=Text("招进来的学生留住了多少？", "How many of those admitted stay to the diploma?"),
    code="K29",
    unit=PERCENT,
    family=Family.STUDENTS,
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
    decimals=1,
)
drop_out = Ratio(
    Part("flow", "dropped_out") + Part("flow", "cancelled"),
    Part("flow", "start"),
    100,
    label=Text("流失率", "Drop-out rate"),
    definition=Text(
        "上学年退学与注销 ÷ 上学年初在校生",
        "Dropped out or struck off in the year before, divided by the students at its start",
    ),
    question=Text("学生流失了多少？", "How many students are lost?"),
    code="K30",
    unit=PERCENT,
    family=Family.STUDENTS,
    direction=Direction.DOWN,
    period=Period.YEAR_BEFORE,
    decimals=2,
)
transfer_out = Ratio(
    Part("flow", "transferred_out"),
    Part("flow", "start"),
    100,
    label=Text("转出率", "Transfer-out rate"),
    definition=Text(
        "上学年转出 ÷ 上学年初在校生",
        "Transferred out in the year before, divided by the students at its start",
    ),
    question=Text("学生流向其他学校了吗？", "Do students leave for other schools?"),
    unit=PERCENT,
    family=Family.STUDENTS,
    direction=Direction.NEUTRAL,
    period=Period.YEAR_BEFORE,
    decimals=2,
)
