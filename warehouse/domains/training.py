"""职业培训: whom the school trains besides its own students, for how long, and what it earns by it."""

from __future__ import annotations

from warehouse.codes import codes
from warehouse.form import (
    PERSON_TIMES,
    Form,
    Period,
    Total,
    count,
    domain,
    key,
    refuse,
    remark,
    within,
    yuan,
)
from warehouse.periods import Every
from warehouse.text import Text

DOMAIN = domain(9, "职业培训", "Vocational training", "Training")
AUDIENCE = codes(
    "audience",
    employees=("企业职工", "Employees of enterprises", "职工"),
    farmers=("农民", "Farmers", "高素质农民", "新型职业农民"),
    veterans=("退役军人", "Veterans", "退伍军人"),
    migrants=("农民工", "Migrant workers", "进城务工人员"),
    unemployed=("失业人员", "The unemployed", "下岗失业人员"),
    disabled=("残疾人", "Persons with disabilities"),
    teachers=("教师", "Teachers", "师资培训"),
    pupils=("中小学生职业体验", "Pupils' taste of vocations", "职业启蒙", "职业体验"),
    residents=("社区居民和老年人", "Residents and the elderly", "社区教育", "老年教育"),
    others=("其他", "Others"),
)
FLOW = Period.YEAR
HOURS_A_DAY = 12  # no trainee sits longer


class Training(Form):
    """非学历培训 by audience."""

    title = Text("非学历培训", "Training without degree")
    domain = DOMAIN
    about = Text(
        "学校在籍学生不计入；一人参加两次计两人次；没有培训的任填一行 0",
        "The school's own students are left out; one person trained twice is two person-times; without training one row with 0",
    )
    every = Every.QUARTER
    cuts = ("audience",)
    refers = {"persons_last_year": Total("training", "persons", years_back=1)}

    audience = key("培训对象", "Audience", AUDIENCE, "对象", "培训对象类别")
    sessions = count("培训班次", "Courses held", "班次", "期数", unit=Text("期", "courses"), period=FLOW)  # fmt: skip
    persons = count("培训人次", "Persons trained", "人次", unit=PERSON_TIMES, period=FLOW)
    free_persons = count(
        "其中公益培训人次", "Of them free of charge", "公益培训人次", unit=PERSON_TIMES, period=FLOW
    )
    trainee_hours = count(
        "培训学时（人·学时）",
        "Trainee hours",
        "人学时",
        "培训学时数",
        unit=Text("人学时", "trainee hours"),
        period=FLOW,
        persons="persons",
        note=Text("每人学时之和", "Each person's hours, added up"),
    )
    trainee_days = count(
        "培训人日", "Trainee days", "人日", "人天", unit=Text("人日", "trainee days"), period=FLOW, persons="persons"
    )  # fmt: skip
    certificates = count(
        "取得证书人次", "Certificates obtained", "培训证书数", unit=PERSON_TIMES, period=FLOW
    )
    income = yuan("培训到账收入", "Training income received", "培训收入", "到账收入", scale=10_000, period=FLOW)  # fmt: skip

    free_within = within(
        "free_persons", "persons", ("公益培训人次", "培训人次"), ("free of charge", "trained")
    )
    certificates_within = within(
        "certificates", "persons", ("取得证书人次", "培训人次"), ("certificates", "trained")
    )
    persons_need_sessions = refuse(
        lambda f: (f.sessions > 0) | (f.persons == 0),
        "persons",
        ("没有培训班次，却培训 {persons} 人次。", "No course, but {persons} persons trained."),
        ("补填培训班次或更正人次。", "Write the courses or correct the persons."),
    )
    days_hold_the_hours = refuse(
        lambda f: f.trainee_hours <= f.trainee_days * HOURS_A_DAY,
        "trainee_hours",
        (
            "培训 {trainee_hours} 人学时、{trainee_days} 人日，每日超过 12 学时。",
            "{trainee_hours} trainee hours in {trainee_days} trainee days: over 12 hours a day.",
        ),
        ("核对学时和人日，不足一日按一日计。", "Check hours and days; part of a day is a day."),
    )
    hours_need_persons = refuse(
        lambda f: (f.persons > 0) | (f.trainee_hours + f.trainee_days + f.income == 0),
        "trainee_hours",
        (
            "没有培训人次，却有学时、人日或收入。",
            "Nobody trained, but there are hours, days or income.",
        ),
        ("补填培训人次。", "Write the persons trained."),
    )
    income_is_plausible = remark(
        lambda f: f.income <= f.persons * 20_000,
        "income",
        (
            "培训收入 {income} 元，人均超过两万元。",
            "Income of CNY {income}: more than 20,000 for each person.",
        ),
        ("核对单位是否为万元。", "Check that it is written in 10,000 yuan."),
    )
    free_earns_nothing = remark(
        lambda f: (f.persons == 0) | (f.free_persons < f.persons) | (f.income == 0),
        "income",
        (
            "{persons} 人次全部为公益培训，却有收入 {income} 元。",
            "All {persons} are free of charge, but CNY {income} came in.",
        ),
        ("政府购买服务的请说明。", "Say so where government paid."),
    )
    grows_by_degrees = remark(
        lambda f: f.persons.sum().over("school_id") <= f.persons_last_year * 3 + 500,
        "persons",
        (
            "本校培训合计比上年 {persons_last_year} 人次增加两倍以上。",
            "More than three times last year's {persons_last_year}.",
        ),
        ("说明新增的培训项目。", "Name the new programmes."),
    )
