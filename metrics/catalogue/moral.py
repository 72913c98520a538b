"""德育工作: signals of safety and care."""

from __future__ import annotations

from metrics.metric import (
    TO_ONE,
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

CARE = Text("学生有没有人管、有没有人关心？", "Does somebody look after every student?")
SAFE = Text("哪里不安全？", "Where are students not safe?")
CLASSES = Text("班额是否过大？", "Are classes too large?")
ACTIVE = Text("德育活动开展了多少？", "How much is done in moral education?")
STUDENTS = Part("enrolment", "students")
LARGE = ("up_to_65", "over_65")


def _care(measure: str) -> Part:
    return Part("moral_education", measure)


def _incidents(measure: str, *kinds: str) -> Part:
    return Part("safety_incident", measure, "kind" if kinds else "", kinds or ("",))


class_heads_per_class = percentage(
    _care("class_heads"),
    Part("class_band", "classes"),
    code="K42",
    label=Text("班主任配备率", "Class heads to classes"),
    definition=Text("班主任 ÷ 教学班", "Class heads divided by classes"),
    question=CARE,
    direction=Direction.UP,
    period=Period.STOCK,
)
students_per_counsellor = Ratio(
    STUDENTS,
    _care("counsellors"),
    label=Text("每名专职心理健康教师对应学生", "Students per full-time counsellor"),
    definition=Text("在校生 ÷ 专职心理健康教师", "Students divided by full-time counsellors"),
    question=CARE,
    unit=TO_ONE,
    direction=Direction.DOWN,
    period=Period.STOCK,
)
screened_students = percentage(
    _care("screened"),
    STUDENTS,
    label=Text("心理测评覆盖率", "Students screened"),
    definition=Text(
        "本学年参加心理测评的学生 ÷ 在校生", "Students screened in the year divided by students"
    ),
    question=CARE,
    direction=Direction.UP,
    period=Period.YEAR,
)
incident_rate = Ratio(
    _incidents("incidents"),
    STUDENTS,
    1000,
    label=Text("每千名学生安全与违纪事件", "Incidents per thousand students"),
    definition=Text(
        "安全与违纪事件 × 1000 ÷ 在校生。报得少不等于发生得少，不用于评价学校",
        "Incidents of the year times 1,000 divided by students. Fewer reported is not fewer happened: schools are not judged by it",
    ),
    question=SAFE,
    unit=Unit(Text("起/千人", "per 1,000"), Style.RATIO),
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
    decimals=2,
)  # fmt: skip
incidents = Count(
    _incidents("incidents"),
    label=Text("安全与违纪事件", "Incidents"),
    definition=Text("本学年安全与违纪事件", "Incidents of safety and discipline in the year"),
    question=SAFE,
    unit=Unit(Text("起", "incidents"), Style.COUNT),
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
bullying = Count(
    _incidents("incidents", "bullying"),
    label=Text("学生欺凌事件", "Cases of bullying"),
    definition=Text("本学年学生欺凌事件", "Cases of bullying in the year"),
    question=SAFE,
    unit=Unit(Text("起", "incidents"), Style.COUNT),
    direction=Direction.DOWN,
    period=Period.YEAR,
)
large_classes = percentage(
    Part("class_band", "classes", "size_band", LARGE),
    Part("class_band", "classes"),
    code="K39",
    label=Text("大班额占比", "Large classes"),
    definition=Text(
        "56 人及以上的班级 ÷ 班级。中职没有全国班额限值，参照普通学校",
        "Classes of 56 and more divided by classes. No national limit holds for these schools; the bands follow general schools",
    ),
    question=CLASSES,
    direction=Direction.DOWN,
    period=Period.STOCK,
)  # fmt: skip
incidents_closed = percentage(
    _incidents("closed"),
    _incidents("incidents"),
    label=Text("事件处置完毕率", "Incidents dealt with"),
    definition=Text("已处置完毕的事件 ÷ 事件", "Incidents dealt with divided by incidents"),
    question=SAFE,
    direction=Direction.UP,
    period=Period.YEAR,
)
accidents_reported = percentage(
    _incidents("reported_up", "accident", "off_campus"),
    _incidents("incidents", "accident", "off_campus"),
    label=Text("安全事故上报率", "Accidents reported"),
    definition=Text(
        "按规定上报的安全事故 ÷ 校内外安全事故", "Accidents reported to the office above divided by accidents"
    ),
    question=SAFE,
    direction=Direction.UP,
    period=Period.YEAR,
)  # fmt: skip
trained_class_heads = percentage(
    _care("trained_heads"),
    _care("class_heads"),
    label=Text("班主任培训率", "Class heads trained"),
    definition=Text(
        "本学年参加培训的班主任 ÷ 班主任", "Class heads trained in the year divided by class heads"
    ),
    question=CARE,
    direction=Direction.UP,
    period=Period.YEAR,
)
counselling_per_hundred = Ratio(
    _care("counselled"),
    STUDENTS,
    100,
    label=Text("每百名学生心理辅导人次", "Counselling sessions per hundred students"),
    definition=Text(
        "心理辅导人次 × 100 ÷ 在校生", "Counselling sessions of the year times 100 divided by students"
    ),
    question=CARE,
    unit=Unit(Text("人次/百人", "per 100"), Style.RATIO),
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
    decimals=1,
)  # fmt: skip
home_visits = percentage(
    _care("visited"),
    STUDENTS,
    label=Text("家访率", "Students visited at home"),
    definition=Text(
        "本学年家访的学生 ÷ 在校生", "Students visited at home in the year divided by students"
    ),
    question=CARE,
    direction=Direction.UP,
    period=Period.YEAR,
)
moral_activities = Count(
    Part("moral_activity", "events"),
    label=Text("德育活动次数", "Moral-education activities"),
    definition=Text("本学年开展的德育活动", "Activities held in the year"),
    question=ACTIVE,
    unit=Unit(Text("次", "times"), Style.COUNT),
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
activity_participation = Ratio(
    Part("moral_activity", "participants"),
    STUDENTS,
    label=Text("生均参与德育活动次数", "Activities per student"),
    definition=Text("德育活动参与人次 ÷ 在校生", "Participants of activities divided by students"),
    question=ACTIVE,
    unit=Unit(Text("次/生", "per student"), Style.RATIO),
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
)
