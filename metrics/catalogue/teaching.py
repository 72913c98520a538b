"""教学管理: whether the shares of hours are lawful, what is taught from, and what students achieve."""

from __future__ import annotations

from metrics.metric import (
    HOURS,
    PERSON_TIMES,
    Count,
    Direction,
    Part,
    Ratio,
    Style,
    Unit,
    percentage,
)
from warehouse.form import Period
from warehouse.text import Text

LAWFUL = Text("学时结构是否合规？", "Are the shares of hours lawful?")
TEXTBOOKS = Text("用的什么教材、审过没有？", "Which textbooks are used, and were they reviewed?")
ACHIEVED = Text("学生取得了什么证书和奖项？", "Which certificates and prizes do students win?")


def _plan(measure: str) -> Part:
    return Part("teaching_plan", measure)


def _titles(measure: str, *kinds: str) -> Part:
    return Part("textbook", measure, "kind" if kinds else "", kinds or ("",))


def _certificates(measure: str, *kinds: str) -> Part:
    return Part("certificate", measure, "kind" if kinds else "", kinds or ("",))


HOURS_IN_ALL, PLANS = _plan("plan_hours"), _plan("plans")
HIGH = ("province", "nation", "world")
PRIZES = (
    Part("contest", "first_prizes", "level", HIGH)
    + Part("contest", "second_prizes", "level", HIGH)
    + Part("contest", "third_prizes", "level", HIGH)
)

mean_plan_hours = Ratio(
    HOURS_IN_ALL,
    PLANS,
    code="K20",
    label=Text("平均方案总学时", "Mean hours of a plan"),
    definition=Text(
        "人才培养方案总学时 ÷ 方案数", "Hours of the teaching plans divided by the plans"
    ),
    question=LAWFUL,
    unit=HOURS,
    direction=Direction.UP,
    period=Period.STOCK,
    limits=("plan_hours",),
)
practice_hours_share = percentage(
    _plan("practice_hours"),
    HOURS_IN_ALL,
    code="K18",
    label=Text("实践性教学占总学时", "Practice among the hours"),
    definition=Text(
        "实践性教学学时 ÷ 总学时，各方案相加后再除",
        "Hours of practice divided by hours, each added up over the plans first",
    ),
    question=LAWFUL,
    direction=Direction.UP,
    period=Period.STOCK,
    limits=("practice_hours",),
)
common_hours_share = percentage(
    _plan("common_hours"),
    HOURS_IN_ALL,
    code="K17",
    label=Text("公共基础课占总学时", "Common courses among the hours"),
    definition=Text(
        "公共基础课学时 ÷ 总学时，一般占三分之一", "Hours of common courses divided by hours; about a third is usual"
    ),
    question=LAWFUL,
    direction=Direction.BAND,
    period=Period.STOCK,
)  # fmt: skip
elective_hours_share = percentage(
    _plan("elective_hours"),
    HOURS_IN_ALL,
    code="K19",
    label=Text("选修课占总学时", "Electives among the hours"),
    definition=Text("选修课学时 ÷ 总学时", "Elective hours divided by hours"),
    question=LAWFUL,
    direction=Direction.UP,
    period=Period.STOCK,
    limits=("elective_hours",),
)
certificate_rate = percentage(
    _certificates("obtained"),
    _certificates("takers"),
    label=Text("证书考核通过率", "Certificates passed"),
    definition=Text(
        "上学年取得证书人数 ÷ 参加考核人次", "Certificates obtained in the year before divided by persons examined"
    ),
    question=ACHIEVED,
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
)  # fmt: skip
contest_prizes = Count(
    PRIZES,
    label=Text("省级以上技能大赛获奖", "Prizes of provincial contests or above"),
    definition=Text(
        "上学年省级、国家级、国际级技能大赛三等奖以上",
        "First to third prizes of provincial, national and world skills contests in the year before",
    ),
    question=ACHIEVED,
    unit=Unit(Text("项", "prizes"), Style.COUNT),
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
)
ideology_hours_each = Ratio(
    _plan("ideology_hours"),
    PLANS,
    label=Text("平均思想政治学时", "Mean hours of ideology"),
    definition=Text("思想政治学时 ÷ 方案数", "Hours of ideology divided by the plans"),
    question=LAWFUL,
    unit=HOURS,
    direction=Direction.UP,
    period=Period.STOCK,
)
core_courses_each = Ratio(
    _plan("core_courses"),
    PLANS,
    label=Text("平均专业核心课程门数", "Mean number of core courses"),
    definition=Text(
        "专业核心课程 ÷ 方案数，一般 6 至 8 门", "Core courses divided by the plans; six to eight are usual"
    ),
    question=LAWFUL,
    unit=Unit(Text("门", "courses"), Style.RATIO),
    direction=Direction.BAND,
    period=Period.STOCK,
    decimals=1,
)  # fmt: skip
national_textbooks = percentage(
    _titles("titles", "national"),
    _titles("titles"),
    label=Text("国家规划教材占比", "National planned textbooks"),
    definition=Text(
        "国家规划教材种数 ÷ 选用教材种数", "National planned titles divided by titles in use"
    ),
    question=TEXTBOOKS,
    direction=Direction.UP,
    period=Period.YEAR,
)
reviewed_textbooks = percentage(
    _titles("reviewed"),
    _titles("titles"),
    label=Text("教材审核备案率", "Textbooks reviewed"),
    definition=Text(
        "按规定审核备案的种数 ÷ 选用教材种数", "Titles reviewed and filed divided by titles in use"
    ),
    question=TEXTBOOKS,
    direction=Direction.UP,
    period=Period.YEAR,
)
recent_textbooks = percentage(
    _titles("recent"),
    _titles("titles"),
    label=Text("近三年教材占比", "Textbooks of the last three years"),
    definition=Text(
        "近三年出版或修订的种数 ÷ 选用教材种数", "Titles new or revised within three years divided by titles in use"
    ),
    question=TEXTBOOKS,
    direction=Direction.UP,
    period=Period.YEAR,
)  # fmt: skip
certificates_per_graduate = percentage(
    _certificates("obtained"),
    Part("enrolment", "graduates"),
    label=Text("证书与毕业生之比", "Certificates to graduates"),
    definition=Text(
        "上学年取得证书人数 ÷ 上学年毕业生",
        "Certificates obtained in the year before divided by the graduates of that year",
    ),
    question=ACHIEVED,
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
)
one_x_certificates = Count(
    _certificates("obtained", "one_x"),
    label=Text("1+X 证书", "1+X certificates"),
    definition=Text(
        "上学年取得 1+X 职业技能等级证书的学生", "Students who obtained a 1+X certificate in the year before"
    ),
    question=ACHIEVED,
    unit=PERSON_TIMES,
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
)  # fmt: skip
prizes_per_thousand = Ratio(
    PRIZES,
    Part("enrolment", "students"),
    1000,
    label=Text("每千名学生省级以上获奖", "Prizes per thousand students"),
    definition=Text(
        "省级以上技能大赛获奖 × 1000 ÷ 在校生",
        "Prizes of provincial contests or above times 1,000 divided by students",
    ),
    question=ACHIEVED,
    unit=Unit(Text("项/千人", "per 1,000"), Style.RATIO),
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
    decimals=2,
)
