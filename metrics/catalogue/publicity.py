"""职教宣传: how visible vocational education is. Low stakes: no rank is made of it."""

from __future__ import annotations

from metrics.metric import (
    PERSON_TIMES,
    SCHOOL,
    UNITS,
    Count,
    Direction,
    Part,
    Ratio,
    Style,
    Unit,
    percentage,
)
from warehouse.domains.publicity import IN_PERSON
from warehouse.form import Period
from warehouse.text import Text

SEEN = Text("职业教育被看见了吗？", "Is vocational education seen?")


def _part(measure: str, cut: str = "", *members: str) -> Part:
    return Part("publicity", measure, cut, members or ("",))


ITEMS = _part("items")

publicity_items = Count(
    ITEMS,
    label=Text("宣传篇数（场次）", "Publicity items and events"),
    definition=Text(
        "本学年各级各渠道宣传报道和活动", "Items and events of every level and channel in the year"
    ),
    question=SEEN,
    unit=Unit(Text("篇", "items"), Style.COUNT),
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
publicity_reach = Count(
    _part("reach"),
    label=Text("宣传阅读（参与）人次", "Reach of publicity"),
    definition=Text(
        "本学年宣传的阅读和参与人次", "Readings and visitors of items and events in the year"
    ),
    question=SEEN,
    unit=PERSON_TIMES,
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
publicity_per_school = Ratio(
    Part("publicity", "items", kinds=SCHOOL),
    Part("publicity", UNITS, kinds=SCHOOL),
    label=Text("校均宣传篇数", "Items per school"),
    definition=Text(
        "学校的宣传篇数 ÷ 已报学校，不含附设中职班",
        "Items of schools divided by the schools that reported; without attached classes",
    ),
    question=SEEN,
    unit=Unit(Text("篇/校", "per school"), Style.RATIO),
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
    decimals=1,
)
publicity_above = percentage(
    _part("items", "level", "province", "nation"),
    ITEMS,
    label=Text("省级以上宣传占比", "Items of provincial level or above"),
    definition=Text(
        "省级、国家级篇数 ÷ 宣传篇数", "Items of provincial or national level divided by items"
    ),
    question=SEEN,
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
publicity_readings = Ratio(
    _part("reach"),
    ITEMS,
    label=Text("篇均阅读（参与）人次", "Reach per item"),
    definition=Text("阅读（参与）人次 ÷ 宣传篇数", "Readings and visitors divided by items"),
    question=SEEN,
    unit=Unit(Text("人次/篇", "per item"), Style.RATIO),
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
visitors = Count(
    _part("reach", "channel", *IN_PERSON),
    label=Text("活动周和开放日参与人次", "Visitors of weeks and open days"),
    definition=Text(
        "职业教育活动周和校园开放日参与人次", "Visitors of the vocational education week and open days"
    ),
    question=SEEN,
    unit=PERSON_TIMES,
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)  # fmt: skip
