"""实习实训: who is on an internship, on what papers, for what pay, and which red lines are crossed."""

from __future__ import annotations

from metrics.metric import (
    CNY_A_MONTH,
    PERCENT,
    PERSONS,
    Count,
    Cumulative,
    Direction,
    Family,
    Part,
    Ratio,
    Style,
    Sum,
    Unit,
)
from warehouse.form import Period
from warehouse.text import Text

BREACHES = Text("实习红线在哪里被突破？", "Where are the red lines of internships crossed?")
PAPERS = Text("实习是否合规、有保障？", "Are internships lawful and protected?")
FIRST_YEAR = 2021  # the Internship Rules of 2021

LINES = (
    "under_sixteen",
    "minors_banned_work",
    "women_banned_work",
    "banned_venues",
    "through_agencies",
    "heavy_labour",
    "charged",
    "unvisited",
    "forced",
)
"""One count for each situation that nothing can excuse. Overtime and nights may be filed and are told apart."""


def _post(measure: str) -> Part:
    """Post internships only: observation is lawful where a post is not."""
    return Part("internship", measure, "kind", ("post",))


CROSSED_LAWS = ("RL1", "RL2", "RL3", "RL4", "RL5", "RL6", "RL7", "RL13", "RL15", "RL17")
FIRST_GRADE_POSTS = Part("internship", "interns", "grade*kind", ("1*post",))
CROSSED = Sum((*(Part("internship", line) for line in LINES), FIRST_GRADE_POSTS))

interns = Count(
    _post("interns"),
    label=Text("岗位实习学生", "Students on post internships"),
    definition=Text(
        "本学年参加岗位实习的学生，不含认识实习",
        "Students on post internships in the year; observation is left out",
    ),
    question=PAPERS,
    unit=PERSONS,
    family=Family.INTERNSHIP,
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
internship_coverage = Ratio(
    Part("internship", "interns", "grade*kind", ("3*post",)),
    Part("enrolment", "students", "grade", ("3",)),
    100,
    label=Text("三年级岗位实习覆盖率", "Third-years on post internships"),
    definition=Text(
        "三年级岗位实习学生 ÷ 三年级在校生",
        "Students of grade 3 on post internships divided by students of grade 3",
    ),
    question=PAPERS,
    unit=PERCENT,
    family=Family.INTERNSHIP,
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
)
agreements = Ratio(
    _post("agreements"),
    _post("interns"),
    100,
    label=Text("实习协议签订率", "Internship agreements"),
    definition=Text(
        "开始前已签三方协议的岗位实习学生 ÷ 岗位实习学生",
        "Interns with a three-party agreement before the start, divided by post interns",
    ),
    question=PAPERS,
    code="K21",
    unit=PERCENT,
    family=Family.INTERNSHIP,
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
    basis=("RL11",),
)
insured = Ratio(
    Part("internship", "insured"),
    Part("internship", "interns"),
    100,
    label=Text("责任险覆盖率", "Liability insurance"),
    definition=Text(
        "投保实习责任险的学生 ÷ 实习学生（含认识实习）",
        "Insured interns divided by interns, observation included",
    ),
    question=PAPERS,
    code="K22",
    unit=PERCENT,
    family=Family.INTERNSHIP,
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
    basis=("RL16",),
)
consents = Ratio(
    _post("consents"),
    _post("interns"),
    100,
    label=Text("监护人知情同意率", "Guardians' consents"),
    definition=Text(
        "有监护人知情同意书的岗位实习学生 ÷ 岗位实习学生",
        "Post interns with a guardian's consent divided by post interns",
    ),
    question=PAPERS,
    unit=PERCENT,
    family=Family.INTERNSHIP,
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
    basis=("RL12",),
)
matched_internships = Ratio(
    _post("matched"),
    _post("interns"),
    100,
    label=Text("专业对口实习率", "Internships in the field"),
    definition=Text(
        "岗位与所学专业同一大类的岗位实习学生 ÷ 岗位实习学生",
        "Post interns within the major class of their specialty divided by post interns",
    ),
    question=PAPERS,
    code="K23",
    unit=PERCENT,
    family=Family.INTERNSHIP,
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
    basis=("RL14",),
)
pay_met = Ratio(
    _post("pay_met"),
    _post("pay_due"),
    100,
    label=Text("报酬达标率", "Lawful pay"),
    definition=Text(
        "报酬不低于同岗位 80% 的学生 ÷ 应付报酬学生",
        "Interns paid at least 80 % of the post's wage divided by interns due pay",
    ),
    question=PAPERS,
    code="K25",
    unit=PERCENT,
    family=Family.INTERNSHIP,
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
    basis=("RL9",),
)
mean_pay = Ratio(
    _post("pay_total"),
    _post("pay_due"),
    label=Text("人均月报酬", "Mean monthly pay"),
    definition=Text(
        "岗位实习月报酬合计 ÷ 应付报酬学生",
        "Monthly pay of post interns divided by interns due pay",
    ),
    question=PAPERS,
    unit=CNY_A_MONTH,
    family=Family.INTERNSHIP,
    direction=Direction.UP,
    period=Period.YEAR,
)
hours_per_week = Ratio(
    _post("hours_total"),
    _post("interns"),
    label=Text("人均周工时", "Hours a week"),
    definition=Text(
        "岗位实习周工时合计 ÷ 岗位实习学生", "Weekly hours of post interns divided by post interns"
    ),
    question=PAPERS,
    unit=Unit(Text("小时", "hours"), Style.RATIO),
    family=Family.INTERNSHIP,
    direction=Direction.DOWN,
    period=Period.YEAR,
    decimals=1,
)
red_lines = Count(
    CROSSED,
    label=Text("红线人次", "Red lines crossed"),
    definition=Text(
        "一年级岗位实习与九项禁止情形的人次，一人触及两项计两次；加班和夜班可以备案，另列",
        "First-years on posts and nine banned situations, in cases: one person over two lines counts twice. "
        "Overtime and nights may be filed and are shown apart",
    ),
    question=BREACHES,
    code="K24",
    unit=Unit(Text("人次", "cases"), Style.PERSONS),
    family=Family.RED_LINES,
    direction=Direction.DOWN,
    period=Period.YEAR,
    since=FIRST_YEAR,
    basis=CROSSED_LAWS,
)
red_lines_since_2021 = Cumulative(
    CROSSED,
    FIRST_YEAR,
    label=Text("2021 年以来累计红线人次", "Red lines crossed since 2021"),
    definition=Text(
        "《实习管理规定》施行以来各学年红线人次之和",
        "Red lines crossed in every year since the Internship Rules of 2021, added up",
    ),
    question=BREACHES,
    unit=Unit(Text("人次", "cases"), Style.PERSONS),
    family=Family.RED_LINES,
    direction=Direction.DOWN,
    period=Period.YEAR,
    since=FIRST_YEAR,
    basis=CROSSED_LAWS,
)
first_year_posts = Count(
    FIRST_GRADE_POSTS,
    label=Text("一年级岗位实习学生", "First-years on post internships"),
    definition=Text(
        "一年级参加岗位实习的学生；认识实习合法，不计",
        "Students of grade 1 on post internships; observation is lawful and not counted",
    ),
    question=BREACHES,
    unit=PERSONS,
    family=Family.RED_LINES,
    direction=Direction.DOWN,
    period=Period.YEAR,
    limits=("RL1",),
    since=FIRST_YEAR,
)
over_hours = Ratio(
    _post("over_hours"),
    _post("interns"),
    100,
    label=Text("超时实习占比", "Interns over hours"),
    definition=Text(
        "每日超过八小时或每周超过四十小时的岗位实习学生 ÷ 岗位实习学生，未扣除备案例外",
        "Post interns over eight hours a day or forty a week divided by post interns; filed exemptions included",
    ),
    question=BREACHES,
    unit=PERCENT,
    family=Family.RED_LINES,
    direction=Direction.DOWN,
    period=Period.YEAR,
    decimals=2,
    basis=("RL8",),
)
night_shifts = Ratio(
    _post("night_shift"),
    _post("interns"),
    100,
    label=Text("夜班实习占比", "Interns on night shifts"),
    definition=Text(
        "上夜班的岗位实习学生 ÷ 岗位实习学生，未扣除备案例外",
        "Post interns on night shifts divided by post interns; filed exemptions included",
    ),
    question=BREACHES,
    unit=PERCENT,
    family=Family.RED_LINES,
    direction=Direction.DOWN,
    period=Period.YEAR,
    decimals=2,
    basis=("RL8",),
)
through_agencies = Count(
    Part("internship", "through_agencies"),
    label=Text("经中介安排的实习学生", "Interns placed by agencies"),
    definition=Text(
        "由中介机构或有偿代理安排的实习学生", "Interns placed by an intermediary or a paid agency"
    ),
    question=BREACHES,
    unit=PERSONS,
    family=Family.RED_LINES,
    direction=Direction.DOWN,
    period=Period.YEAR,
    limits=("RL6",),
    since=FIRST_YEAR,
)
