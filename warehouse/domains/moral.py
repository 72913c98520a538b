"""德育工作: who cares for the students, what is done with them, what happens to them, and how large their classes are."""

from __future__ import annotations

import polars as pl

from warehouse.codes import codes
from warehouse.dimensions import GRADE
from warehouse.form import (
    PERSON_TIMES,
    TIMES,
    Form,
    Period,
    Secrecy,
    Total,
    count,
    domain,
    key,
    refuse,
    remark,
    within,
)
from warehouse.periods import Every
from warehouse.text import Text

DOMAIN = domain(4, "德育工作", "Moral education")
FLOW = Period.YEAR
CLASSES = Text("个", "classes")
ACTIVITY = codes(
    "moral_activity",
    class_meeting=("主题班会", "Themed class meetings", "班会"),
    flag=("升旗与国旗下讲话", "Flag ceremonies", "升旗仪式"),
    labour=("劳动教育", "Labour education", "劳动实践"),
    volunteering=("志愿服务与社会实践", "Volunteering and social practice", "志愿服务"),
    law=("法治教育", "Education in law", "法制教育"),
    safety=("安全教育与演练", "Safety education and drills", "安全演练"),
    mind=("心理健康教育", "Mental health education", "心理健康活动"),
    craftsmanship=("劳模工匠进校园", "Model workers and craftsmen on campus", "工匠进校园"),
    civil_style=("文明风采活动", "Civilised style contest", "文明风采"),
    sport_art=("体育与艺术活动", "Sport and arts", "文体活动"),
)
INCIDENT = codes(
    "incident",
    bullying=("学生欺凌", "Bullying", "欺凌"),
    violence=("打架斗殴", "Fights", "斗殴"),
    accident=("校园安全事故", "Accidents on campus", "安全事故"),
    off_campus=("校外安全事故", "Accidents outside", "校外事故"),
    fraud=("电信网络诈骗", "Fraud by telephone or network", "电信诈骗"),
    discipline=("严重违纪处分", "Serious breaches of discipline", "违纪"),
    other=("其他", "Others"),
)
CLASS_SIZE = codes(
    "class_size",
    up_to_30=("30 人及以下", "Up to 30", "30人以下"),
    up_to_40=("31 至 40 人", "31 to 40", "31-40人"),
    up_to_50=("41 至 50 人", "41 to 50", "41-50人"),
    up_to_55=("51 至 55 人", "51 to 55", "51-55人"),
    up_to_65=("56 至 65 人（大班额）", "56 to 65 (large)", "56-65人", "大班额"),
    over_65=("66 人及以上（超大班额）", "66 and more (very large)", "66人以上", "超大班额"),
)
BOUNDS = {
    "up_to_30": (1, 30), "up_to_40": (31, 40), "up_to_50": (41, 50), "up_to_55": (51, 55), "up_to_65": (56, 65),
    "over_65": (66, 120),
}  # fmt: skip
"""Students of a class in each band. Large and very large follow the general schools; no limit is law here."""


def _bound(band: pl.Expr, end: int) -> pl.Expr:
    """The smallest (0) or largest (1) class of a band."""
    return band.replace_strict({name: ends[end] for name, ends in BOUNDS.items()}, default=None, return_dtype=pl.Int64)  # fmt: skip


class MoralEducation(Form):
    """德育队伍与学生关爱: one row a school."""

    title = Text("德育队伍与学生关爱", "Class heads and care for students")
    domain = DOMAIN
    refers = {
        "taught_classes": Total("class_band", "classes"),
        "students": Total("enrolment", "students"),
    }

    class_heads = count("班主任数", "Class heads", "班主任人数")
    trained_heads = count("本学年参加培训的班主任数", "Class heads trained in the year", "班主任培训", period=FLOW)  # fmt: skip
    counsellors = count("专职心理健康教师数", "Full-time counsellors", "专职心理教师", "心理健康教师")  # fmt: skip
    part_counsellors = count("兼职心理健康教师数", "Part-time counsellors", "兼职心理教师")
    counselling_rooms = count("心理辅导室数", "Counselling rooms", "心理咨询室", unit=Text("间", "rooms"))  # fmt: skip
    screened = count("心理测评学生数", "Students screened", "心理普查人数", period=FLOW)
    counselled = count("心理辅导人次", "Counselling sessions", "心理咨询人次", unit=PERSON_TIMES, period=FLOW)  # fmt: skip
    crises = count(
        "心理危机干预人次", "Crises attended to", "危机干预", unit=PERSON_TIMES, period=FLOW, secrecy=Secrecy.INTERNAL
    )  # fmt: skip
    visited = count("家访学生数", "Students visited at home", "家访人数", period=FLOW)
    parent_meetings = count("家长会次数", "Meetings with parents", "家长会", unit=TIMES, period=FLOW)  # fmt: skip

    trained_within = within(
        "trained_heads", "class_heads", ("参加培训", "班主任"), ("trained", "class heads")
    )
    a_head_for_each_class = remark(
        lambda f: f.class_heads >= f.taught_classes,
        "class_heads",
        (
            "班主任 {class_heads} 人，教学班 {taught_classes} 个。",
            "{class_heads} class heads for {taught_classes} classes.",
        ),
        ("说明一人兼任几个班。", "Say who heads several classes."),
    )
    crises_are_counselled = refuse(
        lambda f: f.crises <= f.counselled,
        "crises",
        (
            "危机干预 {crises} 人次，多于心理辅导 {counselled} 人次。",
            "{crises} crises but only {counselled} counselling sessions.",
        ),
        (
            "危机干预同时计入心理辅导。",
            "A crisis attended to is a counselling session too.",
        ),
    )
    screened_within_students = remark(
        lambda f: f.screened <= f.students * 1.1 + 5,
        "screened",
        (
            "心理测评 {screened} 人，在校生 {students} 人。",
            "{screened} screened of {students} students.",
        ),
        ("同一学生只计一次。", "Count each student once."),
    )
    visited_within_students = remark(
        lambda f: f.visited <= f.students * 1.1 + 5,
        "visited",
        ("家访 {visited} 人，在校生 {students} 人。", "{visited} visited of {students} students."),
        ("同一学生只计一次。", "Count each student once."),
    )
    somebody_counsels = remark(
        lambda f: (f.counselled == 0) | (f.counsellors + f.part_counsellors > 0),
        "counsellors",
        (
            "心理辅导 {counselled} 人次，没有心理健康教师。",
            "{counselled} counselling sessions but no counsellor.",
        ),
        ("说明由谁辅导。", "Say who counsels."),
    )


class MoralActivity(Form):
    """德育活动 by kind."""

    title = Text("德育活动", "Moral-education activities")
    domain = DOMAIN
    every = Every.TERM
    cuts = ("kind",)

    kind = key("活动类别", "Kind of activity", ACTIVITY, "德育活动类别")
    events = count("活动次数", "Activities held", "活动场次", unit=TIMES, period=FLOW)
    participants = count("活动参与人次", "Participants", "参与人次", unit=PERSON_TIMES, period=FLOW)  # fmt: skip
    honoured = count("获市级以上表彰项数", "Honoured by a city or higher", "表彰项数", unit=Text("项", "honours"), period=FLOW)  # fmt: skip

    participants_need_events = refuse(
        lambda f: (f.events > 0) == (f.participants > 0),
        "participants",
        (
            "活动 {events} 次、参与 {participants} 人次，不能只有一项。",
            "{events} activities and {participants} participants: one cannot be without the other.",
        ),
        ("补填另一项，没有开展的两项都填 0。", "Write the other one, or 0 for both."),
    )
    honours_within = within("honoured", "events", ("表彰项数", "活动次数"), ("honours", "activities"))  # fmt: skip


class SafetyIncident(Form):
    """学生安全与违纪事件 by kind."""

    title = Text("安全与违纪事件", "Incidents")
    domain = DOMAIN
    every = Every.EVENT
    about = Text(
        "没有发生的类别填 0 或不填；如实填报，不因事件数评价学校",
        "Write 0 or leave out what did not happen; report truly: schools are not judged by the number",
    )
    cuts = ("kind",)
    refers = {"students": Total("enrolment", "students")}

    kind = key("事件类别", "Kind of incident", INCIDENT, "事件类型")
    incidents = count("事件数", "Incidents", "发生数", "起数", unit=Text("起", "incidents"), period=FLOW, secrecy=Secrecy.INTERNAL)  # fmt: skip
    involved = count("涉及学生数", "Students involved", "涉事学生", period=FLOW, secrecy=Secrecy.INTERNAL)  # fmt: skip
    injured = count("受伤学生数", "Students injured", "受伤人数", period=FLOW, secrecy=Secrecy.SENSITIVE)  # fmt: skip
    closed = count("已处置完毕事件数", "Incidents dealt with", "办结数", unit=Text("起", "incidents"), period=FLOW, secrecy=Secrecy.INTERNAL)  # fmt: skip
    reported_up = count("按规定上报事件数", "Reported to the office above", "上报数", unit=Text("起", "incidents"), period=FLOW, secrecy=Secrecy.INTERNAL)  # fmt: skip

    closed_within = within("closed", "incidents", ("已处置", "事件数"), ("dealt with", "incidents"))
    reported_within = within("reported_up", "incidents", ("已上报", "事件数"), ("reported", "incidents"))  # fmt: skip
    injured_within = within("injured", "involved", ("受伤", "涉及学生"), ("injured", "involved"))
    incidents_involve = refuse(
        lambda f: (f.incidents > 0) | (f.involved == 0),
        "involved",
        ("没有事件，却涉及学生 {involved} 人。", "No incident, but {involved} students involved."),
        ("补填事件数。", "Write the incidents."),
    )
    accidents_are_reported = remark(
        lambda f: ~f.kind.is_in(["accident", "off_campus"]) | (f.reported_up == f.incidents),
        "reported_up",
        (
            "“{kind}”{incidents} 起，上报 {reported_up} 起。",
            "{incidents} of '{kind}', {reported_up} reported.",
        ),
        ("补报或说明。", "Report the others or explain."),
    )
    involved_within_students = remark(
        lambda f: f.involved <= f.students,
        "involved",
        (
            "涉及学生 {involved} 人，在校生 {students} 人。",
            "{involved} involved of {students} students.",
        ),
        ("核对人数。", "Check the number."),
    )


class ClassBand(Form):
    """班额 by grade and band."""

    title = Text("班额", "Class sizes")
    domain = DOMAIN
    about = Text("只填有班级的年级和班额段", "Write only grades and bands that have classes")
    cuts = ("size_band", "grade")
    refers = {"students": Total("enrolment", "students")}

    grade = key("年级", "Grade", GRADE, "年级代码", "NJDM", "XNJ")
    size_band = key("班额段", "Class size", CLASS_SIZE, "班额")
    classes = count("该段班级数", "Classes of that size", "班级数", unit=CLASSES)
    class_students = count("该段班级学生数", "Students of these classes", "班级学生数")

    students_fit_the_band = refuse(
        lambda f: (
            (f.class_students >= f.classes * _bound(f.size_band, 0))
            & (f.class_students <= f.classes * _bound(f.size_band, 1))
        ),
        "class_students",
        (
            "{classes} 个班共 {class_students} 人，与“{size_band}”不符。",
            "{class_students} students in {classes} classes do not fit '{size_band}'.",
        ),
        ("把班级移到相应的班额段。", "Move the classes to the band of their size."),
    )
    as_many_students_as_enrolled = remark(
        lambda f: f.class_students.sum().over("school_id") == f.students,
        "class_students",
        (
            "各班学生合计与分专业学生数的在校生 {students} 人不一致。",
            "The students here differ from the {students} enrolled.",
        ),
        ("两张表应当一致。", "The two forms should agree."),
    )
