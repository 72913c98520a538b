"""产教融合: the enterprises a school works with, what they give, and whom they train together."""

from __future__ import annotations

import polars as pl

from warehouse.codes import codes, majors, specialties
from warehouse.dimensions import YES_NO
from warehouse.form import (
    PERSON_TIMES,
    Form,
    Kind,
    Period,
    Total,
    attribute,
    count,
    domain,
    identifier,
    key,
    refuse,
    remark,
    yuan,
)
from warehouse.official_numbers import credit_code_holds
from warehouse.text import Text

DOMAIN = domain(5, "产教融合", "Industry-education integration", "Industry")
FLOW = Period.YEAR
SCALE = codes(
    "enterprise_scale",
    large=("大型", "Large"),
    medium=("中型", "Medium"),
    small=("小型", "Small"),
    micro=("微型", "Micro"),
)
INDUSTRY = codes(
    "industry",
    A=("农、林、牧、渔业", "Agriculture, forestry, husbandry and fishery", "农林牧渔业"),
    B=("采矿业", "Mining"),
    C=("制造业", "Manufacturing"),
    D=("电力、热力、燃气及水生产和供应业", "Electricity, heat, gas and water"),
    E=("建筑业", "Construction"),
    F=("批发和零售业", "Wholesale and retail"),
    G=("交通运输、仓储和邮政业", "Transport, storage and post"),
    H=("住宿和餐饮业", "Accommodation and catering"),
    I=("信息传输、软件和信息技术服务业", "Information, software and IT services", "信息技术服务业"),
    J=("金融业", "Finance"),
    K=("房地产业", "Real estate"),
    L=("租赁和商务服务业", "Leasing and business services"),
    M=("科学研究和技术服务业", "Research and technical services"),
    N=("水利、环境和公共设施管理业", "Water, environment and public facilities"),
    O=("居民服务、修理和其他服务业", "Household, repair and other services"),
    P=("教育", "Education"),
    Q=("卫生和社会工作", "Health and social work"),
    R=("文化、体育和娱乐业", "Culture, sport and entertainment"),
    S=("公共管理、社会保障和社会组织", "Public administration and organisations"),
    T=("国际组织", "International organisations"),
)

NOBODY = "0"
"""Stands for the code in the one row of a school without partners."""
DESCRIBED = ("enterprise", "industry", "scale", "integrated", "signed_on", "ends_on")


class Partner(Form):
    """校企合作 by enterprise: an agreement with its dates, and what came of it in the year."""

    title = Text("合作企业", "Partner enterprises")
    domain = DOMAIN
    about = Text(
        "一家企业一行，填本学年内有效的协议；行业按国标 GB/T 4754 门类；没有合作企业的，填一行，信用代码和各数都填 0",
        "One row an enterprise with an agreement in force in the year; industries as in GB/T 4754. Without partners: one "
        "row with 0 as its code and its numbers",
    )
    cuts = ("industry", "scale", "integrated")

    credit_code = identifier(
        "统一社会信用代码", "Unified social credit code", "信用代码", "企业代码",
        note=("18 位，末位为校验码", "Eighteen signs, the last follows from the others"),
    )  # fmt: skip
    enterprise = attribute("企业名称", "Enterprise", "合作企业", "单位名称", required=False)
    industry = attribute("所属行业", "Industry", "行业", "行业门类", codes=INDUSTRY, required=False)
    scale = attribute("企业规模", "Size", "规模", codes=SCALE, required=False)
    integrated = attribute(
        "产教融合型企业",
        "Listed as integrating education",
        "是否产教融合型企业",
        codes=YES_NO,
        required=False,
    )
    signed_on = attribute("协议签订日期", "Agreement signed on", "签订日期", "协议开始", kind=Kind.DATE, required=False)  # fmt: skip
    ends_on = attribute(
        "协议到期日期", "Agreement ends on", "到期日期", "协议结束", kind=Kind.DATE, required=False
    )
    agreements = count("有效协议数", "Agreements in force", "协议数", unit=Text("份", "agreements"), period=FLOW)  # fmt: skip
    masters = count("企业兼职教师数", "Masters who teach part-time", "产业导师", "企业导师", period=FLOW)  # fmt: skip
    teachers_sent = count("教师到企业实践人次", "Teachers sent to practise", "教师下企业", unit=PERSON_TIMES, period=FLOW)  # fmt: skip
    projects = count("共建项目数", "Joint projects", "合作项目", unit=Text("项", "projects"), period=FLOW)  # fmt: skip
    equipment_given = yuan("企业投入设备值", "Equipment given by the enterprise", "企业捐赠设备", "投入设备", scale=10_000, period=FLOW)  # fmt: skip

    code_is_a_credit_code = refuse(
        lambda f: (f.credit_code == NOBODY) | credit_code_holds(f.credit_code),
        "credit_code",
        (
            "“{credit_code}”不是统一社会信用代码：位数或校验码不符。",
            "'{credit_code}' is no unified social credit code: its length or last sign is wrong.",
        ),
        ("对照营业执照核对，注意 0 与 O、1 与 I。", "Check it against the business licence; O and I never occur."),
    )  # fmt: skip
    nobody_is_said_so = refuse(
        lambda f: (f.credit_code == NOBODY) == (f.agreements == 0),
        "agreements",
        (
            "信用代码为“{credit_code}”，有效协议 {agreements} 份。",
            "The code is '{credit_code}' and {agreements} agreements are in force.",
        ),
        (
            "已失效的协议不再填；没有合作企业的信用代码填 0。",
            "Leave out agreements that have ended; without any partner the code is 0.",
        ),
    )
    partners_are_described = refuse(
        lambda f: (
            (f.agreements == 0)
            | pl.all_horizontal(getattr(f, name).is_not_null() for name in DESCRIBED)
        ),
        "enterprise",
        (
            "“{credit_code}”的企业名称、行业、规模、是否产教融合型和两个日期都要填。",
            "Of '{credit_code}' name, industry, size, listing and both dates are needed.",
        ),
        ("补填空缺的列。", "Fill the empty columns."),
    )
    ends_after_it_begins = refuse(
        lambda f: f.ends_on >= f.signed_on,
        "ends_on",
        (
            "协议 {signed_on} 签订，{ends_on} 到期。",
            "Signed on {signed_on}, but it ends on {ends_on}.",
        ),
        ("核对两个日期。", "Check both dates."),
    )
    something_is_exchanged = remark(
        lambda f: (
            (f.agreements == 0) | (f.masters + f.teachers_sent + f.projects + f.equipment_given > 0)
        ),
        "agreements",
        (
            "与“{enterprise}”有协议，本学年没有任何人员、项目或设备往来。",
            "An agreement with '{enterprise}', but nobody and nothing was exchanged in the year.",
        ),
        (
            "说明合作内容，已终止的不再填。",
            "Say what is done together; leave out what has ended.",
        ),
    )
    agreements_do_not_last_for_ever = remark(
        lambda f: (f.ends_on - f.signed_on).dt.total_days() <= 3653,
        "ends_on",
        (
            "协议自 {signed_on} 至 {ends_on}，超过十年。",
            "From {signed_on} to {ends_on}: more than ten years.",
        ),
        ("核对到期日期。", "Check when it ends."),
    )


class JointTraining(Form):
    """校企联合培养 by specialty: order classes and apprenticeships."""

    title = Text("订单班与现代学徒制", "Order classes and apprenticeships")
    domain = DOMAIN
    about = Text(
        "没有联合培养的专业不用填；全校都没有的，任一专业填一行 0",
        "Leave out specialties without joint training; where there is none at all, one row with 0",
    )
    cuts = ("major",)
    derives = {"major": ("specialty", lambda code: code.str.slice(0, 2))}
    derived_labels = {"major": majors()}
    refers = {"students": Total("enrolment", "students")}

    specialty = key("专业", "Specialty", specialties(), "专业代码", "专业名称", "ZYDM")
    order_classes = count("订单班数", "Order classes", "订单班", unit=Text("个", "classes"))
    order_students = count("订单班学生数", "Students in order classes", "订单班人数")
    apprentices = count("现代学徒制学生数", "Apprentices", "学徒数", "现代学徒制人数")
    joint_courses = count("校企共同开发课程数", "Courses made together", "合作开发课程", unit=Text("门", "courses"))  # fmt: skip

    students_need_classes = refuse(
        lambda f: (f.order_classes > 0) == (f.order_students > 0),
        "order_students",
        (
            "订单班 {order_classes} 个、学生 {order_students} 人，不能只有一项。",
            "{order_classes} order classes and {order_students} students: one cannot be without the other.",
        ),
        ("补填另一项。", "Write the other one."),
    )
    within_students = remark(
        lambda f: (f.order_students + f.apprentices).sum().over("school_id") <= f.students,
        "order_students",
        (
            "订单班和学徒合计多于在校生 {students} 人。",
            "Order classes and apprentices exceed the {students} students.",
        ),
        ("同一学生只计入一类。", "Count each student in one of the two."),
    )
    order_classes_are_classes = remark(
        lambda f: f.order_students <= f.order_classes * 80,
        "order_students",
        (
            "订单班 {order_classes} 个共 {order_students} 人，平均每班超过 80 人。",
            "{order_students} students in {order_classes} order classes: over 80 each.",
        ),
        ("核对班数和人数。", "Check classes and students."),
    )
