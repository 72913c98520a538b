"""就业创业: where graduates really go. The two definitions of an employment rate never share a series."""

from __future__ import annotations

from metrics.metric import (
    CNY_A_MONTH,
    PERCENT,
    PERSONS,
    POINTS,
    Change,
    Count,
    Direction,
    Family,
    Part,
    Ratio,
    Sum,
)
from warehouse.form import Period
from warehouse.text import Text

OUTCOMES = Text("毕业生真实去向如何？", "What really becomes of graduates?")


def _part(measure: str) -> Part:
    return Part("destination", measure)


def _rate(
    numerator: Part | Sum,
    denominator: Part | Sum,
    label: Text,
    definition: Text,
    code: str = "",
    apart: tuple[str, ...] = (),
    direction: Direction = Direction.UP,
) -> Ratio:
    """A percentage of graduates or of the directly employed, with what all of them share."""
    return Ratio(
        numerator,
        denominator,
        100,
        label=label,
        definition=definition,
        question=OUTCOMES,
        code=code,
        unit=PERCENT,
        family=Family.DESTINATIONS,
        direction=direction,
        period=Period.YEAR_BEFORE,
        decimals=1,
        apart=apart,
    )


EMPLOYED = _part("employed")
ELSEWHERE = _part("self_employed") + _part("enlisted") + _part("further_study") + _part("flexible")
SETTLED = EMPLOYED + ELSEWHERE
# The destinations of a row add up to the graduates whom students by specialty has of it, or the row is refused. Added up here they are
# the graduates of the very schools that said where theirs went: while others have still to say, a rate is not diluted by those.
GRADUATES = SETTLED + _part("unsettled")

settled_rate = _rate(
    SETTLED,
    GRADUATES,
    Text("毕业去向落实率", "Settled graduates"),
    Text(
        "（就业 + 创业 + 参军 + 升学 + 灵活就业）÷ 毕业生。与“就业率”口径不同，不得连成一条线",
        "Employed, self-employed, enlisted, in further study or flexible work, divided by graduates. Another "
        "definition than the employment rate: never one series",
    ),
    "K26",
    ("employment_rate",),
)
employment_rate = _rate(
    EMPLOYED + _part("self_employed") + _part("further_study"),
    GRADUATES,
    Text("就业率（旧口径，含升学）", "Employment rate (legacy, with further study)"),
    Text(
        "（企事业单位就业 + 个体经营 + 升入高一级学校）÷ 毕业生。旧口径把升学算作就业",
        "Employed by organisations, self-employed, or in a higher school, divided by graduates. The legacy "
        "definition counts further study as employment",
    ),
    apart=("settled_rate", "direct_employment"),
)
direct_employment = _rate(
    EMPLOYED,
    GRADUATES,
    Text("直接就业率", "Direct employment"),
    Text(
        "直接就业 ÷ 毕业生，不含升学",
        "Directly employed divided by graduates; without further study",
    ),
    apart=("employment_rate",),
    direction=Direction.NEUTRAL,
)
further_study = _rate(
    _part("further_study"),
    GRADUATES,
    Text("升学率", "Further study"),
    Text("升入高一级学校 ÷ 毕业生", "In a higher school divided by graduates"),
    "K28",
    direction=Direction.NEUTRAL,
)
self_employment = _rate(
    _part("self_employed"),
    GRADUATES,
    Text("自主创业率", "Self-employment"),
    Text("自主创业 ÷ 毕业生", "Started a business divided by graduates"),
)
matched_employment = _rate(
    _part("matched"),
    EMPLOYED,
    Text("对口就业率", "Employment in the field"),
    Text(
        "对口就业 ÷ 直接就业（不是全部毕业生）",
        "Employed in their field divided by the directly employed, not by all graduates",
    ),
    "K27",
)
prefecture_employment = _rate(
    _part("in_prefecture"),
    EMPLOYED,
    Text("本市就业占比", "Employed in the prefecture"),
    Text("在本市就业 ÷ 直接就业", "Employed in the prefecture divided by the directly employed"),
    direction=Direction.NEUTRAL,
)
province_employment = _rate(
    _part("in_prefecture") + _part("in_province"),
    EMPLOYED,
    Text("本省就业占比", "Employed in the province"),
    Text("在本省就业 ÷ 直接就业", "Employed in the province divided by the directly employed"),
    direction=Direction.NEUTRAL,
)
contracts = _rate(
    _part("contract_year"),
    EMPLOYED,
    Text("一年以上合同占比", "Contracts of a year or more"),
    Text(
        "签一年以上劳动合同 ÷ 直接就业",
        "With a contract of a year or more divided by the directly employed",
    ),
)
social_insurance = _rate(
    _part("social_insurance"),
    EMPLOYED,
    Text("参加社会保险占比", "With social insurance"),
    Text("参加社会保险 ÷ 直接就业", "With social insurance divided by the directly employed"),
)
starting_pay = Ratio(
    _part("pay_total"),
    _part("pay_known"),
    label=Text("平均起薪", "Mean starting pay"),
    definition=Text(
        "起薪月合计 ÷ 起薪已知的就业毕业生",
        "Monthly starting pay divided by the employed graduates whose pay is known",
    ),
    question=OUTCOMES,
    unit=CNY_A_MONTH,
    family=Family.DESTINATIONS,
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
)
unsettled_graduates = Count(
    _part("unsettled"),
    label=Text("去向未落实的毕业生", "Unsettled graduates"),
    definition=Text(
        "上学年毕业、去向未落实的学生", "Graduates of the year before without a destination"
    ),
    question=OUTCOMES,
    unit=PERSONS,
    family=Family.DESTINATIONS,
    direction=Direction.DOWN,
    period=Period.YEAR_BEFORE,
)
settled_change = Change(
    settled_rate,
    label=Text("去向落实率变化", "Change of the settled rate"),
    definition=Text(
        "毕业去向落实率与上年之差（百分点）",
        "The settled rate less that of the year before, in points",
    ),
    question=OUTCOMES,
    unit=POINTS,
    family=Family.DESTINATIONS,
    direction=Direction.UP,
    period=Period.YEAR_BEFORE,
    decimals=1,
)
