"""产教融合: whether partnerships are real or on paper."""

from __future__ import annotations

from metrics.metric import (
    CNY,
    CNY_EACH,
    PERSONS,
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

REAL = Text("校企合作是真的还是纸面上的？", "Are partnerships real or on paper?")
TOGETHER = Text("多少学生由校企一起培养？", "How many students are trained together with enterprises?")  # fmt: skip
STUDENTS = Part("enrolment", "students")
TEACHERS = Part("staff", "persons", "staff_type", ("full_time",))


def _partner(measure: str, cut: str = "", *members: str) -> Part:
    return Part("partner", measure, cut, members or ("",))


AGREEMENTS = _partner("agreements")
ORDERED, APPRENTICES = Part("joint_training", "order_students"), Part("joint_training", "apprentices")  # fmt: skip

partner_agreements = Count(
    AGREEMENTS,
    label=Text("有效校企合作协议", "Agreements in force"),
    definition=Text("本学年内有效的校企合作协议", "Agreements with enterprises in force in the year"),
    question=REAL,
    unit=Unit(Text("份", "agreements"), Style.COUNT),
    direction=Direction.UP,
    period=Period.YEAR,
)  # fmt: skip
joint_training_share = percentage(
    ORDERED + APPRENTICES,
    STUDENTS,
    label=Text("校企联合培养学生占比", "Students trained with enterprises"),
    definition=Text(
        "（订单班学生 + 现代学徒制学生）÷ 在校生",
        "Students in order classes and apprentices divided by students",
    ),
    question=TOGETHER,
    direction=Direction.UP,
    period=Period.STOCK,
)
masters_per_teacher = percentage(
    _partner("masters"),
    TEACHERS,
    label=Text("企业兼职教师与专任教师之比", "Masters to full-time teachers"),
    definition=Text(
        "合作企业派出的兼职教师 ÷ 专任教师",
        "Masters of partner enterprises who teach, divided by full-time teachers",
    ),
    question=REAL,
    direction=Direction.UP,
    period=Period.YEAR,
)
equipment_given_per_student = Ratio(
    _partner("equipment_given"),
    STUDENTS,
    label=Text("生均企业投入设备值", "Equipment given per student"),
    definition=Text(
        "本学年企业投入设备值 ÷ 在校生",
        "Equipment given by enterprises in the year divided by students",
    ),
    question=REAL,
    unit=CNY_EACH,
    direction=Direction.UP,
    period=Period.YEAR,
)
projects_per_agreement = Ratio(
    _partner("projects"),
    AGREEMENTS,
    label=Text("每份协议共建项目", "Joint projects per agreement"),
    definition=Text(
        "共建项目 ÷ 有效协议", "Joint projects of the year divided by agreements in force"
    ),
    question=REAL,
    unit=Unit(Text("项/份", "per agreement"), Style.RATIO),
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=2,
)
integrated_partners = percentage(
    _partner("agreements", "integrated", "yes"),
    AGREEMENTS,
    label=Text("与产教融合型企业的协议占比", "Agreements with listed enterprises"),
    definition=Text(
        "与产教融合型企业的协议 ÷ 有效协议",
        "Agreements with enterprises listed as integrating education divided by agreements in force",
    ),
    question=REAL,
    direction=Direction.UP,
    period=Period.YEAR,
)
large_partners = percentage(
    _partner("agreements", "scale", "large", "medium"),
    AGREEMENTS,
    label=Text("与大中型企业的协议占比", "Agreements with large or medium enterprises"),
    definition=Text(
        "与大型、中型企业的协议 ÷ 有效协议",
        "Agreements with large or medium enterprises divided by agreements in force",
    ),
    question=REAL,
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
teachers_sent_share = percentage(
    _partner("teachers_sent"),
    TEACHERS,
    label=Text("教师到合作企业实践比", "Teachers sent to practise"),
    definition=Text(
        "教师到合作企业实践人次 ÷ 专任教师",
        "Person-times of teachers who practised at partners, divided by full-time teachers",
    ),
    question=REAL,
    direction=Direction.UP,
    period=Period.YEAR,
)
equipment_given = Count(
    _partner("equipment_given"),
    label=Text("企业投入设备值", "Equipment given by enterprises"),
    definition=Text("本学年合作企业投入设备的价值", "Value of the equipment that partners gave in the year"),
    question=REAL,
    unit=CNY,
    direction=Direction.UP,
    period=Period.YEAR,
)  # fmt: skip
order_students = Count(
    ORDERED,
    label=Text("订单班学生", "Students in order classes"),
    definition=Text("9 月 1 日订单班学生", "Students in order classes on 1 September"),
    question=TOGETHER,
    unit=PERSONS,
    direction=Direction.UP,
    period=Period.STOCK,
)
apprentices = Count(
    APPRENTICES,
    label=Text("现代学徒制学生", "Apprentices"),
    definition=Text("9 月 1 日现代学徒制学生", "Apprentices on 1 September"),
    question=TOGETHER,
    unit=PERSONS,
    direction=Direction.UP,
    period=Period.STOCK,
)
order_class_size = Ratio(
    ORDERED,
    Part("joint_training", "order_classes"),
    label=Text("平均订单班人数", "Mean size of order classes"),
    definition=Text("订单班学生 ÷ 订单班", "Students in order classes divided by order classes"),
    question=TOGETHER,
    unit=Unit(Text("人/班", "per class"), Style.RATIO),
    direction=Direction.NEUTRAL,
    period=Period.STOCK,
    decimals=1,
)
joint_courses = Count(
    Part("joint_training", "joint_courses"),
    label=Text("校企共同开发课程", "Courses made together"),
    definition=Text("校企共同开发的课程", "Courses made together with enterprises"),
    question=TOGETHER,
    unit=Unit(Text("门", "courses"), Style.COUNT),
    direction=Direction.UP,
    period=Period.STOCK,
)
