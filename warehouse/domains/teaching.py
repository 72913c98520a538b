"""教学管理: how the hours of a plan are shared out, which textbooks are used, which certificates and prizes are won."""

from __future__ import annotations

from warehouse.codes import codes, majors, specialties
from warehouse.form import (
    HOURS,
    PERSON_TIMES,
    Form,
    Period,
    Total,
    breach,
    count,
    domain,
    key,
    refuse,
    remark,
    within,
)
from warehouse.law import entry
from warehouse.text import Text

DOMAIN = domain(6, "教学管理", "Teaching management", "Teaching")
TOTAL_HOURS, ELECTIVE_SHARE = entry("plan_hours").value, entry("elective_hours").value
PRACTICE_SHARE = entry("practice_hours").value
TEXTBOOK = codes(
    "textbook",
    national=("国家规划教材", "National planned textbooks", "国规教材", "国规"),
    provincial=("省级规划教材", "Provincial planned textbooks", "省规教材", "省规"),
    published=("其他公开出版教材", "Other published textbooks", "其他出版教材"),
    own=("校本教材", "The school's own textbooks", "校本"),
)
CERTIFICATE = codes(
    "certificate",
    one_x=("1+X 职业技能等级证书", "1+X skill-level certificates", "1+X证书", "1+X"),
    skill=("职业技能等级证书", "Skill-level certificates", "技能等级证书"),
    vocational=("职业资格证书", "Vocational qualifications", "职业资格"),
    computer=("计算机等级证书", "Computer certificates", "计算机等级"),
    language=("普通话与外语证书", "Language certificates", "普通话证书"),
    other=("其他证书", "Other certificates"),
)
CONTEST = codes(
    "contest",
    city=("市级", "City", "地市级"),
    province=("省级", "Province"),
    nation=("国家级", "Nation", "全国"),
    world=("国际级", "World", "世界技能大赛"),
)
ENTRIES = Text("项", "entries")


class TeachingPlan(Form):
    """人才培养方案 by specialty: the hours of its courses over three years."""

    title = Text("专业人才培养方案学时", "Hours of the teaching plans")
    domain = DOMAIN
    about = Text(
        "按现行三年制人才培养方案填写；公共基础、专业实践、选修按各自口径统计，可以交叉",
        "As in the three-year plan in force; common, practical and elective hours may overlap",
    )
    cuts = ("major",)
    derives = {"major": ("specialty", lambda code: code.str.slice(0, 2))}
    derived_labels = {"major": majors()}

    specialty = key("专业", "Specialty", specialties(), "专业代码", "专业名称", "ZYDM")
    plans = count("培养方案数", "Plans", "方案数", unit=Text("份", "plans"), minimum=1, maximum=1)
    plan_hours = count("方案总学时", "Hours of the plan", "总学时", "三年总学时", unit=HOURS, maximum=8000)  # fmt: skip
    common_hours = count("公共基础课学时", "Hours of common courses", "公共基础学时", unit=HOURS)
    ideology_hours = count("其中思想政治学时", "Of them ideology", "思政学时", "思想政治", unit=HOURS)  # fmt: skip
    practice_hours = count("实践性教学学时", "Hours of practice", "实践学时", unit=HOURS)
    elective_hours = count("选修课学时", "Hours of electives", "选修学时", unit=HOURS)
    core_courses = count("专业核心课程门数", "Core courses", "核心课程", unit=Text("门", "courses"))

    common_within = within("common_hours", "plan_hours", ("公共基础课学时", "总学时"), ("common hours", "hours"))  # fmt: skip
    ideology_within = within("ideology_hours", "common_hours", ("思想政治学时", "公共基础课学时"), ("hours of ideology", "common hours"))  # fmt: skip
    practice_within = within("practice_hours", "plan_hours", ("实践学时", "总学时"), ("hours of practice", "hours"))  # fmt: skip
    elective_within = within("elective_hours", "plan_hours", ("选修学时", "总学时"), ("elective hours", "hours"))  # fmt: skip
    enough_hours = breach(
        lambda f: f.plan_hours >= TOTAL_HOURS,
        "plan_hours",
        "plan_hours",
        (
            f"总学时 {{plan_hours}}，少于 {TOTAL_HOURS:.0f}。",
            f"{{plan_hours}} hours, fewer than {TOTAL_HOURS:.0f}.",
        ),
        ("修订人才培养方案；如实保留。", "Amend the plan; leave the true figure."),
    )
    enough_electives = breach(
        lambda f: f.elective_hours * 100 >= f.plan_hours * ELECTIVE_SHARE,
        "elective_hours",
        "elective_hours",
        (
            f"选修 {{elective_hours}} 学时，不足总学时 {{plan_hours}} 的 {ELECTIVE_SHARE:.0f}%。",
            f"{{elective_hours}} elective hours: less than {ELECTIVE_SHARE:.0f} % of {{plan_hours}}.",
        ),
        ("增开选修课；如实保留。", "Offer more electives; leave the true figure."),
    )
    half_is_practice = remark(
        lambda f: f.practice_hours * 100 >= f.plan_hours * PRACTICE_SHARE,
        "practice_hours",
        (
            f"实践 {{practice_hours}} 学时，不足总学时 {{plan_hours}} 的 {PRACTICE_SHARE:.0f}%。",
            f"{{practice_hours}} hours of practice: less than {PRACTICE_SHARE:.0f} % of {{plan_hours}}.",
        ),
        ("说明实践教学安排。", "Say how practice is taught."),
        law="practice_hours",
    )
    common_is_about_a_third = remark(
        lambda f: (
            (f.common_hours * 100 >= f.plan_hours * 28)
            & (f.common_hours * 100 <= f.plan_hours * 40)
        ),
        "common_hours",
        (
            "公共基础课 {common_hours} 学时，占总学时 {plan_hours} 的比例不在 28% 至 40% 之间。",
            "{common_hours} common hours of {plan_hours}: not between 28 and 40 %.",
        ),
        ("一般占三分之一，说明原因。", "About a third is usual; say why."),
    )
    core_is_six_to_eight = remark(
        lambda f: f.core_courses.is_between(6, 8),
        "core_courses",
        ("专业核心课程 {core_courses} 门，一般 6 至 8 门。", "{core_courses} core courses; six to eight are usual."),
        ("核对核心课程。", "Check the core courses."),
    )  # fmt: skip


class Textbook(Form):
    """教材选用 by kind."""

    title = Text("教材选用", "Textbooks")
    domain = DOMAIN
    cuts = ("kind",)

    kind = key("教材类别", "Kind of textbook", TEXTBOOK, "教材来源")
    titles = count("选用教材种数", "Titles in use", "教材种数", unit=Text("种", "titles"), period=Period.YEAR)  # fmt: skip
    reviewed = count("其中按规定审核备案种数", "Of them reviewed and filed", "审核种数", unit=Text("种", "titles"), period=Period.YEAR)  # fmt: skip
    recent = count("其中近三年出版或修订种数", "Of them new or revised within three years", "近三年种数", unit=Text("种", "titles"), period=Period.YEAR)  # fmt: skip

    reviewed_within = within("reviewed", "titles", ("审核备案", "选用教材"), ("reviewed", "titles"))
    recent_within = within("recent", "titles", ("近三年出版", "选用教材"), ("recent", "titles"))
    every_title_is_reviewed = remark(
        lambda f: f.reviewed == f.titles,
        "reviewed",
        ("选用 {titles} 种，审核备案 {reviewed} 种。", "{titles} in use, {reviewed} reviewed."),
        ("未经审核的教材不得选用，说明进度。", "Textbooks are reviewed before use; say how far it is."),
    )  # fmt: skip


class Certificate(Form):
    """证书获取 by kind."""

    title = Text("证书获取", "Certificates")
    domain = DOMAIN
    cuts = ("kind",)
    refers = {"students": Total("enrolment", "students")}

    kind = key("证书类别", "Kind of certificate", CERTIFICATE, "证书类型")
    takers = count("参加考核人次", "Examined", "参考人次", unit=PERSON_TIMES, period=Period.YEAR_BEFORE)  # fmt: skip
    obtained = count("取得证书人数", "Students with a certificate", "证书获取", "取证人次", unit=PERSON_TIMES, period=Period.YEAR_BEFORE)  # fmt: skip

    obtained_within = within("obtained", "takers", ("取得证书", "参加考核"), ("with a certificate", "examined"))  # fmt: skip
    not_everybody_passes = remark(
        lambda f: (f.takers < 100) | (f.obtained < f.takers),
        "obtained",
        ("参加考核 {takers} 人次，全部取得证书。", "All {takers} examined passed."),
        ("说明考核组织方式。", "Say how it was examined."),
    )
    obtained_within_students = remark(
        lambda f: f.obtained <= f.students * 1.5 + 20,
        "obtained",
        (
            "取得“{kind}”{obtained} 人，在校生 {students} 人。",
            "{obtained} obtained '{kind}', the school has {students} students.",
        ),
        ("核对是否含社会人员。", "Check whether outsiders are counted."),
    )


class Contest(Form):
    """技能大赛 by level."""

    title = Text("技能大赛", "Skills contests")
    domain = DOMAIN
    cuts = ("level",)

    level = key("赛事级别", "Level", CONTEST, "大赛级别")
    entries = count("参赛项数", "Entries", "参赛项目", unit=ENTRIES, period=Period.YEAR_BEFORE)
    contestants = count("参赛学生数", "Contestants", "参赛人数", period=Period.YEAR_BEFORE)
    first_prizes = count("一等奖数", "First prizes", "一等奖", unit=ENTRIES, period=Period.YEAR_BEFORE)  # fmt: skip
    second_prizes = count("二等奖数", "Second prizes", "二等奖", unit=ENTRIES, period=Period.YEAR_BEFORE)  # fmt: skip
    third_prizes = count("三等奖数", "Third prizes", "三等奖", unit=ENTRIES, period=Period.YEAR_BEFORE)  # fmt: skip

    prizes_within = refuse(
        lambda f: f.first_prizes + f.second_prizes + f.third_prizes <= f.entries,
        "first_prizes",
        (
            "三等以上奖项之和多于参赛 {entries} 项。",
            "More prizes than the {entries} entries.",
        ),
        ("一项参赛最多得一个奖。", "An entry wins one prize at most."),
    )
    entries_have_contestants = refuse(
        lambda f: (f.entries > 0) == (f.contestants > 0),
        "contestants",
        (
            "参赛 {entries} 项、学生 {contestants} 人，不能只有一项。",
            "{entries} entries and {contestants} contestants: one cannot be without the other.",
        ),
        ("补填另一项。", "Write the other one."),
    )
