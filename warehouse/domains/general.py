"""综合信息: who the school is, whom it teaches, who teaches, with what and on what money."""

from __future__ import annotations

from warehouse.codes import majors, specialties
from warehouse.dimensions import (
    GRADE,
    OWNERSHIP,
    SCHOOL_CLASS,
    SCHOOL_TYPE,
    SETTING,
    SEX,
    SPONSOR,
    STAFF_TYPE,
    TITLE,
)
from warehouse.form import (
    Form,
    Kind,
    Period,
    Secrecy,
    Total,
    attribute,
    count,
    domain,
    key,
    refuse,
    remark,
    square_metres,
    within,
    yuan,
)
from warehouse.shown import Shown
from warehouse.text import Text

DOMAIN = domain(1, "综合信息", "General information", "General")
UNITS = Text("个", "units")
COMPUTERS = Text("台", "computers")
HOUSING = Text("不含教职工住宅", "Without staff housing")


class Roster(Form):
    """The units due to report in a year: the denominator of every coverage. Kept by the administration."""

    title = Text("应报名录", "Roster of reporting units")
    domain = DOMAIN
    about = Text(
        "由教育行政部门维护：每学年应当报送的学校和附设中职班",
        "Kept by the administration: who is due to report in a year",
    )
    submitted = False

    due = count("应报单位", "Units due", unit=UNITS)


class Register(Form):
    """学校基本情况: what the school says of itself, once a year."""

    title = Text("学校基本情况", "School register")
    domain = DOMAIN
    about = Text("班数以《班额》为准，不用填", "Classes come from Class sizes and are not asked again")  # fmt: skip
    statutory = "1001"
    refers = {
        "classes": Shown(
            "class_band", "classes", after="phone", label=Text("班数", "Classes"), aliases=("教学班数",)
        )
    }  # fmt: skip

    school_type = attribute(
        "办学类型", "School type", "学校办学类型", "学校（机构）办学类型", codes=SCHOOL_TYPE
    )
    sponsor = attribute("举办者", "Sponsor", "学校举办者", "学校（机构）举办者", "举办者类型", "XXJBZM", codes=SPONSOR)  # fmt: skip
    ownership = attribute("公办民办", "Public or private", "办别", codes=OWNERSHIP)
    school_class = attribute(
        "学校类别",
        "Class of school for the law",
        "达标类别",
        codes=SCHOOL_CLASS,
        note=Text("决定适用哪一组办学条件限值", "Decides which limits apply"),
    )
    setting = attribute(
        "城乡类型", "Setting", "城乡分类", "学校（机构）驻地城乡类型", codes=SETTING
    )
    founded = attribute(
        "建校年份", "Year founded", "建校年", "JXNY", kind=Kind.INTEGER, minimum=1800, maximum=2100
    )
    head = attribute("校长", "Head of school", "学校负责人", "校(园)长姓名", secrecy=Secrecy.INTERNAL, required=False)  # fmt: skip
    phone = attribute("联系电话", "Telephone", "办公电话", "联系方式_办公电话", "LXDH", secrecy=Secrecy.SENSITIVE, required=False)  # fmt: skip
    specialties_offered = count(
        "开设专业数", "Specialties offered", "专业数", unit=Text("个", "specialties")
    )
    campuses = count(
        "校区数", "Campuses", "学校校区数", "XXXQS", unit=Text("个", "campuses"), minimum=1
    )

    private_means_private = refuse(
        lambda f: (f.sponsor == "private") == (f.ownership == "private"),
        "ownership",
        (
            "举办者为“{sponsor}”，与公办民办“{ownership}”不一致。",
            "The sponsor is '{sponsor}' but the school is '{ownership}'.",
        ),
        ("核对举办者和公办民办两列。", "Check sponsor and ownership."),
    )
    classes_for_specialties = remark(
        lambda f: f.classes >= f.specialties_offered,
        "specialties_offered",
        (
            "开设专业 {specialties_offered} 个，多于教学班 {classes} 个。",
            "{specialties_offered} specialties but only {classes} classes.",
        ),
        ("说明哪些专业本年未开班。", "Say which specialties have no class this year."),
    )


class Enrolment(Form):
    """中等职业教育分专业学生数: students by specialty, grade and sex."""

    title = Text("分专业学生数", "Students by specialty")
    domain = DOMAIN
    closes = (11, 20)  # the student register, for the autumn
    statutory = "3221"
    cuts = ("major", "grade", "sex")
    school_cuts = ("specialty",)  # what is offered where is counted over schools, not added up
    derives = {"major": ("specialty", lambda code: code.str.slice(0, 2))}
    derived_labels = {"major": majors()}
    refers = {
        "third_grade": Total("enrolment", "students", "grade", "3", years_back=1),
        "fourth_grade": Total("enrolment", "students", "grade", "4", years_back=1),
    }

    specialty = key("专业", "Specialty", specialties(), "专业代码", "专业名称", "ZYDM")
    grade = key("年级", "Grade", GRADE, "年级代码", "NJDM", "XNJ")
    sex = key("性别", "Sex", SEX, "XBM")
    students = count("在校生数", "Students", "在校学生数")
    entrants = count("招生数", "Entrants", "招收学生数", "招生人数", "ZSRS", period=Period.AUTUMN)
    graduates = count(
        "毕业生数",
        "Graduates",
        "上学年毕业生数",
        period=Period.YEAR_BEFORE,
        note=Text(
            "上学年从本专业毕业的学生，填在三年级（或四年级）行",
            "Left with a diploma in the year before; written on the row of the last grade",
        ),
    )

    entrants_enter_first_grade = refuse(
        lambda f: (f.entrants == 0) | (f.grade == "1"),
        "entrants",
        (
            "招生 {entrants} 人填在“{grade}”，招生只能在一年级。",
            "{entrants} entrants stand in '{grade}'; entrants are in grade 1.",
        ),
        (
            "把招生数移到一年级行，插班生计入转入。",
            "Move them to the grade 1 row; later arrivals are transfers.",
        ),
    )
    graduates_leave_last_grade = refuse(
        lambda f: (f.graduates == 0) | f.grade.is_in(["3", "4"]),
        "graduates",
        (
            "毕业生 {graduates} 人填在“{grade}”，应填在毕业年级。",
            "{graduates} graduates stand in '{grade}' rather than in a last grade.",
        ),
        ("移到三年级或四年级行。", "Move them to the row of grade 3 or 4."),
    )
    graduates_were_there = remark(
        lambda f: (
            f.graduates.sum().over("school_id") <= f.third_grade + f.fourth_grade.fill_null(0) + 5
        ),
        "graduates",
        (
            "本校毕业生合计多于上年三年级在校生 {third_grade} 人。",
            "More graduates than the {third_grade} students who were in grade 3 a year ago.",
        ),
        ("说明转入、复学或往届补发的人数。", "Say how many came from elsewhere or earlier years."),
    )
    entrants_stay = remark(
        lambda f: f.entrants <= f.students * 1.1 + 5,
        "entrants",
        (
            "招生 {entrants} 人，一年级在校生只有 {students} 人。",
            "{entrants} entrants but only {students} students in grade 1.",
        ),
        ("说明未报到或离校的去向。", "Say where the others went."),
    )


class Flow(Form):
    """学生变动情况: start + in - out = end."""

    title = Text("学生变动情况", "Student flow")
    domain = DOMAIN
    closes = (11, 20)  # the student register, for the autumn
    statutory = "3040"
    about = Text("招生、毕业和在校生以《分专业学生数》为准", "Entrants, graduates and students come from Students by specialty")  # fmt: skip
    refers = {
        "students_last_year": Total("enrolment", "students", years_back=1),
        "entered": Shown("enrolment", "entrants", after="start", aliases=("招生",)),
        "graduated": Shown("enrolment", "graduates", after="other_in", aliases=("毕业数", "Graduated", "毕业")),
        "end": Shown(
            "enrolment", "students", after="other_out",
            aliases=("本学年初在校生数", "Students at the start of this year", "年末在校生数"),
        ),
    }  # fmt: skip

    start = count("上学年初在校生数", "Students at the start of last year", "年初在校生数")
    readmitted = count("复学数", "Readmitted", "复学", period=Period.YEAR_BEFORE)
    transferred_in = count("转入数", "Transferred in", "转入", period=Period.YEAR_BEFORE)
    other_in = count("其他增加数", "Other arrivals", "其他增加", period=Period.YEAR_BEFORE)
    completed = count("结业数", "Completed without diploma", "结业", period=Period.YEAR_BEFORE)
    dropped_out = count("退学数", "Dropped out", "退学", period=Period.YEAR_BEFORE)
    cancelled = count("注销数", "Registration cancelled", "注销", period=Period.YEAR_BEFORE)
    suspended = count("休学数", "Suspended", "休学", period=Period.YEAR_BEFORE)
    transferred_out = count("转出数", "Transferred out", "转出", period=Period.YEAR_BEFORE)
    died = count("死亡数", "Died", "死亡", period=Period.YEAR_BEFORE, secrecy=Secrecy.SENSITIVE)
    other_out = count("其他减少数", "Other departures", "其他减少", period=Period.YEAR_BEFORE)

    stock_and_flow_balance = refuse(
        lambda f: (
            f.start
            + f.entered
            + f.readmitted
            + f.transferred_in
            + f.other_in
            - f.graduated
            - f.completed
            - f.dropped_out
            - f.cancelled
            - f.suspended
            - f.transferred_out
            - f.died
            - f.other_out
            == f.end
        ),
        "start",
        (
            "年初 {start} 人加增加（含招生 {entered} 人）减减少（含毕业 {graduated} 人），不等于年末 {end} 人。",
            "{start} plus arrivals ({entered} entrants) less departures ({graduated} graduates) is not {end}.",
        ),
        (
            "逐项核对增加和减少；招生、毕业、年末人数有误的，在《分专业学生数》中更正。",
            "Check each arrival and departure; correct entrants, graduates and students in Students by specialty.",
        ),
    )
    starts_where_it_ended = remark(
        lambda f: f.start == f.students_last_year,
        "start",
        (
            "年初 {start} 人，上年《分专业学生数》合计 {students_last_year} 人。",
            "{start} at the start, but last year's students by specialty add up to {students_last_year}.",
        ),
        ("说明差异，或更正上年报表。", "Explain the difference or correct last year's form."),
    )
    someone_leaves = remark(
        lambda f: (
            (f.start < 300) | (f.dropped_out + f.transferred_out + f.suspended + f.cancelled > 0)
        ),
        "dropped_out",
        (
            "在校生 {start} 人，全年无退学、转出、休学、注销。",
            "Of {start} students none dropped out, moved, paused or was struck off in a year.",
        ),
        ("说明学籍异动是否及时登记。", "Say whether changes of status were recorded in time."),
    )


class Staff(Form):
    """教职工情况: staff by type and title, with specialty teachers and the dual qualified among them."""

    title = Text("教职工情况", "Teachers and staff")
    domain = DOMAIN
    statutory = "4261"
    cuts = ("staff_type", "job_title", "staff_type*job_title")
    refers = {"students": Total("enrolment", "students")}

    staff_type = key(
        "人员类别", "Type of staff", STAFF_TYPE, "教职工类别", "教职工类别码", "JZGLBM"
    )
    job_title = key("职称", "Professional title", TITLE, "专业技术职务")
    persons = count("人数", "Persons", "教职工数")
    female = count("其中女", "Of them women", "女性人数", "女")
    specialty_teachers = count("其中专业课教师", "Of them specialty teachers", "专业（技能）课程教师", "专业课教师", "本学年授课专任教师_专业（技能）课程")  # fmt: skip
    dual_qualified = count("其中双师型", "Of them dual qualified", "双师型教师", "双师型", "本学年授课专任教师_专业（技能）课程_#双师型", "SFSSXJS")  # fmt: skip
    practised = count("其中近五年企业实践满六个月", "Of them with six months of enterprise practice in five years", "企业实践满6个月")  # fmt: skip

    women_within = within("female", "persons", ("其中女", "总人数"), ("women", "persons"))
    specialty_within = within(
        "specialty_teachers", "persons", ("专业课教师", "总人数"), ("specialty teachers", "persons")
    )
    dual_within = within(
        "dual_qualified",
        "specialty_teachers",
        ("双师型", "专业课教师"),
        ("dual qualified", "specialty teachers"),
    )
    practice_within = within(
        "practised",
        "specialty_teachers",
        ("企业实践", "专业课教师"),
        ("with practice", "specialty teachers"),
    )
    teachers_for_students = remark(
        lambda f: (
            (
                f.persons.filter(f.staff_type == "full_time").sum().over("school_id") * 60
                >= f.students
            )
            | (f.staff_type != "full_time")
        ),
        "persons",
        (
            "专任教师与在校生 {students} 人相比过少，生师比超过 60。",
            "Too few full-time teachers for {students} students: more than 60 to one.",
        ),
        ("说明是否漏填教师。", "Say whether teachers are missing."),
    )


class Estate(Form):
    """办学条件: land, buildings, equipment, books, computers."""

    title = Text("占地、校舍与设备", "Land, buildings and equipment")
    domain = DOMAIN
    statutory = "1203"
    refers = {"equipment_last_year": Total("estate", "equipment", years_back=1)}

    land = square_metres(
        "校园占地面积", "Campus land", "占地面积", note=HOUSING, maximum=20_000_000
    )
    buildings = square_metres("校舍建筑面积", "Building area", "建筑面积", "总建筑面积", "ZJZMJ", note=HOUSING, maximum=5_000_000)  # fmt: skip
    practice_buildings = square_metres("其中实训用房面积", "Of it for practice", "实训用房面积")
    equipment = yuan(
        "教学实习仪器设备值",
        "Teaching equipment value",
        "仪器设备总值",
        scale=10_000,
        maximum=5_000_000_000,
        note=Text("单位万元，最多四位小数", "In 10,000 yuan, at most four decimals"),
    )
    books = count("图书", "Printed books", "纸质图书", "图书册数", unit=Text("册", "volumes"))
    computers = count(
        "教学用计算机", "Computers for teaching", "计算机台数", "计算机", unit=COMPUTERS
    )
    workstations = count(
        "校内实训工位", "Practice workstations on campus", "实训工位", unit=Text("个", "places")
    )

    practice_within = within(
        "practice_buildings",
        "buildings",
        ("实训用房（平方米）", "校舍"),
        ("m² for practice", "m² of buildings"),
    )
    equipment_steps = remark(
        lambda f: f.equipment <= f.equipment_last_year * 1.5 + 1_000_000,
        "equipment",
        (
            "设备值 {equipment} 元，上年 {equipment_last_year} 元，一年增加过半。",
            "Equipment of CNY {equipment}, last year {equipment_last_year}: up by more than half.",
        ),
        ("附采购明细或更正。", "Give the purchases or correct."),
    )


class Finance(Form):
    """经费: the year's money."""

    title = Text("经费情况", "Finance")
    domain = DOMAIN

    appropriation = yuan("财政经常性拨款", "Recurrent public appropriation", "财政拨款", scale=10_000, period=Period.YEAR_BEFORE)  # fmt: skip
    special_funds = yuan(
        "专项经费", "Earmarked funds", "财政专项", scale=10_000, period=Period.YEAR_BEFORE
    )
    other_income = yuan("其他收入", "Other income", scale=10_000, period=Period.YEAR_BEFORE)
    expenditure = yuan(
        "总支出", "Total expenditure", "支出合计", scale=10_000, period=Period.YEAR_BEFORE
    )
    staff_expenditure = yuan(
        "其中人员支出", "Of it for staff", "人员支出", scale=10_000, period=Period.YEAR_BEFORE
    )

    staff_within = within(
        "staff_expenditure",
        "expenditure",
        ("人员支出（元）", "总支出"),
        ("CNY for staff", "CNY spent"),
    )
    spends_what_it_has = remark(
        lambda f: f.expenditure <= (f.appropriation + f.special_funds + f.other_income) * 1.5,
        "expenditure",
        (
            "支出 {expenditure} 元，比全部收入多一半以上。",
            "CNY {expenditure} spent, more than one and a half times the income.",
        ),
        ("说明动用结余的数额。", "Say how much came from reserves."),
    )
