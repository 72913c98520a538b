"""综合信息: the year's money."""

from __future__ import annotations

from metrics.catalogue.general import students_part
from metrics.metric import CNY_EACH, PERCENT, Direction, Family, Part, Ratio
from warehouse.form import Period
from warehouse.text import Text

FUNDED = Text("钱从哪里来、花在哪里？", "Where does the money come from and where does it go?")
STUDENTS_THEN = students_part.shifted(1)
"""Money of the year before is divided by the students of the year before."""

appropriation_per_student = Ratio(
    Part("finance", "appropriation"),
    STUDENTS_THEN,
    label=Text("生均财政拨款", "Public appropriation per student"),
    definition=Text(
        "上学年财政经常性拨款 ÷ 上学年在校生",
        "Recurrent public appropriation of the year before divided by its students",
    ),
    question=FUNDED,
    code="K40",
    unit=CNY_EACH,
    family=Family.FINANCE,
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
)
expenditure_per_student = Ratio(
    Part("finance", "expenditure"),
    STUDENTS_THEN,
    label=Text("生均支出", "Expenditure per student"),
    definition=Text(
        "上学年总支出 ÷ 上学年在校生", "Expenditure of the year before divided by its students"
    ),
    question=FUNDED,
    unit=CNY_EACH,
    family=Family.FINANCE,
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
)
staff_expenditure_share = Ratio(
    Part("finance", "staff_expenditure"),
    Part("finance", "expenditure"),
    100,
    label=Text("人员支出占比", "Staff expenditure"),
    definition=Text("人员支出 ÷ 总支出", "Expenditure on staff divided by expenditure"),
    question=FUNDED,
    unit=PERCENT,
    family=Family.FINANCE,
    direction=Direction.NEUTRAL,
    period=Period.YEAR_BEFORE,
    decimals=1,
)
public_income_share = Ratio(
    Part("finance", "appropriation") + Part("finance", "special_funds"),
    Part("finance", "appropriation")
    + Part("finance", "special_funds")
    + Part("finance", "other_income"),
    100,
    label=Text("财政收入占比", "Public money among income"),
    definition=Text(
        "（经常性拨款 + 专项）÷ 全部收入",
        "Recurrent appropriation and earmarked funds divided by all income",
    ),
    question=FUNDED,
    unit=PERCENT,
    family=Family.FINANCE,
    direction=Direction.NEUTRAL,
    period=Period.YEAR_BEFORE,
    decimals=1,
)
