"""职业培训: what schools do for others besides their students."""

from __future__ import annotations

from metrics.metric import (
    CNY,
    PERCENT,
    PERSON_TIMES,
    Change,
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

SERVICE = Text("学历教育与培训是否并举？", "Do schools train others besides their students?")
WHOM = Text("为谁培训？", "Whom do they train?")
DEPTH = Text("培训多深、收入多少？", "How deep is the training, and what does it earn?")


def _part(measure: str, *audiences: str) -> Part:
    return Part("training", measure, "audience" if audiences else "", audiences or ("",))


PERSONS, DAYS = _part("persons"), _part("trainee_days")

training_persons = Count(
    PERSONS,
    label=Text("培训人次", "Persons trained"),
    definition=Text(
        "本学年非学历培训人次，不含在籍学生",
        "Person-times of training without degree in the year, without the school's students",
    ),
    question=SERVICE,
    unit=PERSON_TIMES,
    direction=Direction.UP,
    period=Period.YEAR,
)
training_per_student = percentage(
    PERSONS,
    Part("enrolment", "students"),
    label=Text("培训人次与在校生之比", "Persons trained to students"),
    definition=Text("非学历培训人次 ÷ 在校生", "Person-times of training divided by students"),
    question=SERVICE,
    direction=Direction.UP,
    period=Period.YEAR,
)
training_days_per_student = Ratio(
    DAYS,
    Part("enrolment", "students"),
    code="K32",
    label=Text("生均培训人日", "Trainee days per student"),
    definition=Text("培训人日 ÷ 在校生", "Trainee days of the year divided by students"),
    question=SERVICE,
    unit=Unit(Text("人日/生", "days per student"), Style.RATIO),
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=2,
)
training_hours_each = Ratio(
    _part("trainee_hours"),
    PERSONS,
    label=Text("人均培训学时", "Hours per trainee"),
    definition=Text("培训人学时 ÷ 培训人次", "Trainee hours divided by persons trained"),
    question=DEPTH,
    unit=Unit(Text("学时/人次", "hours each"), Style.RATIO),
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
)
training_income = Count(
    _part("income"),
    label=Text("培训到账收入", "Training income"),
    definition=Text("本学年培训到账收入", "Income received from training in the year"),
    question=DEPTH,
    unit=CNY,
    direction=Direction.UP,
    period=Period.YEAR,
)
free_training = percentage(
    _part("free_persons"),
    PERSONS,
    label=Text("公益培训占比", "Training free of charge"),
    definition=Text(
        "公益培训人次 ÷ 培训人次", "Persons trained free of charge divided by persons trained"
    ),
    question=WHOM,
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
training_growth = Change(
    training_persons,
    label=Text("培训人次增减", "Growth of training"),
    definition=Text(
        "培训人次比上年增减的百分比", "Change of persons trained on the year before, in percent of it"
    ),
    question=SERVICE,
    unit=PERCENT,
    direction=Direction.UP,
    period=Period.YEAR,
    decimals=1,
)  # fmt: skip
employees_trained = percentage(
    _part("persons", "employees"),
    PERSONS,
    label=Text("企业职工培训占比", "Employees among those trained"),
    definition=Text(
        "企业职工培训人次 ÷ 培训人次", "Employees of enterprises divided by persons trained"
    ),
    question=WHOM,
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
rural_trained = percentage(
    _part("persons", "farmers", "migrants"),
    PERSONS,
    label=Text("农民和农民工培训占比", "Farmers and migrant workers among those trained"),
    definition=Text(
        "农民、农民工培训人次 ÷ 培训人次", "Farmers and migrant workers divided by persons trained"
    ),
    question=WHOM,
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
training_certificates = percentage(
    _part("certificates"),
    PERSONS,
    label=Text("培训取证率", "Trainees with a certificate"),
    definition=Text("取得证书人次 ÷ 培训人次", "Certificates obtained divided by persons trained"),
    question=DEPTH,
    direction=Direction.UP,
    period=Period.YEAR,
)
training_days = Count(
    DAYS,
    label=Text("培训人日", "Trainee days"),
    definition=Text("本学年培训人日", "Trainee days of the year"),
    question=DEPTH,
    unit=Unit(Text("人日", "trainee days"), Style.PERSONS),
    direction=Direction.UP,
    period=Period.YEAR,
)
training_income_each = Ratio(
    _part("income"),
    PERSONS,
    label=Text("每人次培训收入", "Income per trainee"),
    definition=Text("培训到账收入 ÷ 培训人次", "Training income divided by persons trained"),
    question=DEPTH,
    unit=Unit(Text("元/人次", "CNY each"), Style.MONEY),
    direction=Direction.NEUTRAL,
    period=Period.YEAR,
)
