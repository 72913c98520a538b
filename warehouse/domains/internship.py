"""实习实训: placements, their papers, and one count for each red line of the internship rules."""

from __future__ import annotations

import polars as pl

from warehouse.codes import majors, specialties
from warehouse.dimensions import GRADE, INTERNSHIP_KIND
from warehouse.form import (
    Column,
    Form,
    Period,
    Rule,
    Secrecy,
    Total,
    breach,
    count,
    domain,
    key,
    refuse,
    remark,
    within,
    yuan,
)
from warehouse.law import entry
from warehouse.text import Text

DOMAIN = domain(7, "实习实训", "Internship and practical training", "Internship")


# the counts of interns on the wrong side of a red line, and of those whom a filed exemption covers
LINES = (
    "under_sixteen", "minors_banned_work", "women_banned_work", "banned_venues", "through_agencies", "heavy_labour", "over_hours",
    "night_shift", "over_quota", "charged", "unvisited", "forced", "unguided", "filed_exemptions",
)  # fmt: skip
OWN_FIELD = 0.8  # the share in their own field below which a school is asked why; RL14 itself only says "in principle"
PAY_SHARE = f"{entry('RL9').value:.0f}"


def _line(zh: str, en: str, *aliases: str) -> Column:
    """A count of interns on the wrong side of a red line."""
    return count(zh, en, *aliases, period=Period.YEAR, secrecy=Secrecy.INTERNAL)


def _crossed(column: str, law: str, zh: str, en: str) -> Rule:
    """The breach that a positive count of a red line is."""
    return breach(
        lambda f: getattr(f, column) <= entry(law).value,
        column,
        law,
        (f"{{{column}}} 名学生{zh}。", f"{{{column}}} students {en}."),
        ("如实保留，立即整改并附说明。", "Leave the true figure, put it right and explain."),
    )


class Internship(Form):
    """学生实习情况 by specialty, grade and kind. 认识实习 and 岗位实习 are different in law."""

    title = Text("学生实习情况", "Internships")
    domain = DOMAIN
    cuts = ("major", "grade", "kind", "grade*kind")
    derives = {"major": ("specialty", lambda code: code.str.slice(0, 2))}
    derived_labels = {"major": majors()}
    refers = {"students": Total("enrolment", "students")}

    specialty = key("专业", "Specialty", specialties(), "专业代码", "专业名称", "ZYDM")
    grade = key("年级", "Grade", GRADE, "年级代码", "NJDM", "XNJ")
    kind = key("实习类型", "Kind of internship", INTERNSHIP_KIND, "实习形式")
    interns = count("实习学生数", "Interns", "实习人数", period=Period.YEAR)
    agreements = count(
        "三方协议签订数",
        "With a three-party agreement before the start",
        "协议数",
        "三方协议数",
        period=Period.YEAR,
    )
    insured = count(
        "实习责任险投保数",
        "Insured interns",
        "参保人数",
        "投保人数",
        "责任险人数",
        period=Period.YEAR,
    )
    consents = count(
        "监护人知情同意数", "With guardian's consent", "知情同意数", period=Period.YEAR
    )
    matched = count("专业对口数", "In the specialty's major class", "对口人数", period=Period.YEAR)
    pay_due = count("应付报酬学生数", "Interns due pay", "应得报酬人数", period=Period.YEAR)
    pay_met = count(
        "报酬达标学生数",
        f"Paid at least {PAY_SHARE} % of the post's wage",
        "报酬达标人数",
        period=Period.YEAR,
    )
    pay_total = yuan(
        "月报酬合计", "Monthly pay in all", "月报酬总额", period=Period.YEAR, persons="pay_due"
    )
    hours_total = count(
        "周工时合计",
        "Weekly hours in all",
        "周实习总工时",
        unit=Text("小时", "hours"),
        period=Period.YEAR,
        persons="interns",
    )
    filed_exemptions = count(
        "备案例外学生数",
        "Under a filed exemption",
        "备案人数",
        "备案",
        period=Period.YEAR,
        note=Text(
            "因专业需要经备案的加班或夜班", "Overtime or nights that the specialty needs, filed"
        ),
    )
    under_sixteen = _line("未满16周岁数", "Under sixteen", "未满16岁")
    minors_banned_work = _line(
        "未成年从事禁忌劳动数", "Minors in work banned for minors", "未成年工禁忌"
    )
    women_banned_work = _line("女生从事禁忌劳动数", "Women in work banned for women", "女职工禁忌")
    banned_venues = _line("在禁止场所实习数", "In banned venues", "娱乐场所实习数")
    through_agencies = _line("经中介安排数", "Placed by an agency", "中介安排数")
    heavy_labour = _line(
        "高强度劳动数", "In heavy labour (grade III or above)", "三级以上体力劳动数"
    )
    over_hours = _line("超时人数", "Over eight hours a day or forty a week", "加班人数")
    night_shift = _line("夜班人数", "On night shifts", "夜班")
    over_quota = _line("超比例人数", "Above the employer's quota of interns", "超10%人数")
    charged = _line("被收费人数", "Charged fees or deposits", "收费人数")
    unvisited = _line("未经实地考察人数", "At employers never visited", "未考察人数")
    forced = _line("强制安排人数", "Placed against their will", "强制实习人数")
    unguided = _line("无指导教师人数", "Without a teacher in charge", "无带队教师人数")

    agreements_within = within(
        "agreements", "interns", ("三方协议", "实习学生"), ("agreements", "interns")
    )
    insured_within = refuse(
        lambda f: f.insured <= f.interns,
        "insured",
        (
            "参保 {insured} 人，多于实习学生 {interns} 人。",
            "{insured} insured of {interns} interns.",
        ),
        (
            "参保人数不能超过实习学生数，核对保单名册。",
            "The insured cannot outnumber the interns; check the policy's list.",
        ),
    )
    consents_within = within(
        "consents", "interns", ("知情同意", "实习学生"), ("consents", "interns")
    )
    matched_within = within(
        "matched", "interns", ("对口", "实习学生"), ("in their field", "interns")
    )
    pay_within = refuse(
        lambda f: (f.pay_met <= f.pay_due) & (f.pay_due <= f.interns),
        "pay_met",
        (
            "报酬达标 {pay_met} 人、应付报酬 {pay_due} 人、实习 {interns} 人，顺序不成立。",
            "{pay_met} paid enough, {pay_due} due pay, {interns} interns: the order cannot hold.",
        ),
        ("达标不多于应付，应付不多于实习。", "Paid enough <= due pay <= interns."),
    )
    lines_within = refuse(
        lambda f: pl.max_horizontal(*(getattr(f, line) for line in LINES)) <= f.interns,
        "interns",
        (
            "某项红线人数或备案例外人数多于实习学生 {interns} 人。",
            "More students on a red line, or under a filed exemption, than the {interns} interns.",
        ),
        ("核对红线各列和备案例外学生数。", "Check the red-line columns and the filed exemptions."),
    )
    interns_within_students = remark(
        lambda f: f.interns.max().over("school_id") <= f.students,
        "interns",
        (
            "实习 {interns} 人，本校在校生 {students} 人。",
            "{interns} interns, the school has {students} students.",
        ),
        ("说明是否重复计算。", "Say whether anyone is counted twice."),
    )
    hours_believable = remark(
        lambda f: (f.interns < 30) | (f.hours_total <= f.interns * 48),
        "hours_total",
        (
            "周工时合计 {hours_total} 小时，人均超过 48 小时。",
            "{hours_total} hours a week in all: more than 48 each.",
        ),
        ("核对工时，或列入超时人数。", "Check the hours or count them as over hours."),
    )

    no_first_grade_posts = breach(
        lambda f: (f.grade != "1") | (f.kind != "post") | (f.interns == 0),
        "interns",
        "RL1",
        (
            "一年级学生 {interns} 人参加岗位实习。",
            "{interns} first-year students are on post internships.",
        ),
        (
            "一年级只能安排认识实习；如实保留并整改。",
            "First-years may only observe; leave the true figure and put it right.",
        ),
    )
    no_under_sixteen = _crossed("under_sixteen", "RL2", "未满 16 周岁", "are under sixteen")
    no_minors_banned_work = _crossed(
        "minors_banned_work", "RL3", "从事未成年工禁忌劳动", "do work banned for minors"
    )
    no_women_banned_work = _crossed(
        "women_banned_work", "RL4", "从事女职工禁忌劳动", "do work banned for women"
    )
    no_banned_venues = _crossed(
        "banned_venues", "RL5", "在酒吧、夜总会等禁止场所实习", "are in banned venues"
    )
    no_agencies = _crossed(
        "through_agencies", "RL6", "由中介机构或有偿代理安排", "were placed by an agency"
    )
    no_heavy_labour = _crossed("heavy_labour", "RL7", "从事三级以上体力劳动", "do heavy labour")
    no_over_hours = breach(
        # a student may be over hours and on nights under one exemption: only what exceeds either way is certain
        lambda f: pl.max_horizontal(f.over_hours, f.night_shift) <= f.filed_exemptions,
        "over_hours",
        "RL8",
        (
            "超时 {over_hours} 人、夜班 {night_shift} 人，备案 {filed_exemptions} 人。",
            "{over_hours} over hours and {night_shift} on nights, {filed_exemptions} filed.",
        ),
        (
            "停止加班和夜班，确因专业需要的先备案。",
            "Stop overtime and nights; file first what the specialty needs.",
        ),
    )
    paid_enough = breach(
        lambda f: (f.kind != "post") | (f.pay_met == f.pay_due),
        "pay_met",
        "RL9",
        (
            f"应付报酬 {{pay_due}} 人，达到 {PAY_SHARE}% 的 {{pay_met}} 人。",
            f"{{pay_due}} are due pay, {{pay_met}} get {PAY_SHARE} % of the post's wage.",
        ),
        ("补足报酬，如实保留。", "Make up the pay; leave the true figure."),
    )
    # The quota itself is of the employer, whose headcount no form holds.
    within_quota = remark(
        lambda f: f.over_quota == 0,
        "over_quota",
        (
            "{over_quota} 名学生所在单位实习人数超过比例。",
            "{over_quota} students are where interns exceed the quota.",
        ),
        ("说明单位职工数和同岗位人数。", "Give the employer's headcount."),
        law="RL10",
    )
    agreements_signed = breach(
        lambda f: (f.kind != "post") | (f.agreements == f.interns),
        "agreements",
        "RL11",
        (
            "岗位实习 {interns} 人，三方协议 {agreements} 份。",
            "{interns} on post internships, {agreements} agreements.",
        ),
        ("无协议不实习：补签或召回。", "No agreement, no internship: sign or recall."),
    )
    guardians_agree = breach(
        lambda f: (f.kind != "post") | (f.consents == f.interns),
        "consents",
        "RL12",
        (
            "岗位实习 {interns} 人，监护人知情同意 {consents} 份。",
            "{interns} on post internships, {consents} consents.",
        ),
        ("补签知情同意书。", "Obtain the missing consents."),
    )
    nobody_charged = _crossed(
        "charged", "RL13", "被收取费用、押金或中介费", "were charged fees or deposits"
    )
    in_own_field = remark(
        lambda f: (f.kind != "post") | (f.matched >= f.interns * OWN_FIELD),
        "matched",
        (
            "岗位实习 {interns} 人，对口只有 {matched} 人。",
            "{interns} on post internships, only {matched} in their field.",
        ),
        ("说明跨专业大类安排的理由。", "Explain placements outside the major class."),
        law="RL14",
    )
    employers_visited = _crossed(
        "unvisited", "RL15", "所在单位未经实地考察", "are at employers never visited"
    )
    everyone_insured = breach(
        lambda f: f.insured >= f.interns,
        "insured",
        "RL16",
        ("实习 {interns} 人，投保 {insured} 人。", "{interns} interns, {insured} insured."),
        ("为未投保学生补办实习责任险。", "Insure the others."),
    )
    nobody_forced = _crossed("forced", "RL17", "被强制安排实习", "were placed against their will")
    everyone_guided = remark(
        lambda f: f.unguided == 0,
        "unguided",
        ("{unguided} 名学生没有指导教师。", "{unguided} students have no teacher in charge."),
        ("指定指导教师并补周志。", "Name a teacher and keep the weekly log."),
        law="RL18",
    )
