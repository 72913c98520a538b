"""就业创业: where graduates go."""

from __future__ import annotations

from warehouse.codes import majors, specialties
from warehouse.form import Form, Period, Total, count, domain, key, refuse, remark, yuan
from warehouse.text import Text

DOMAIN = domain(8, "就业创业", "Employment and entrepreneurship", "Employment")
BEFORE = Period.YEAR_BEFORE


class Destination(Form):
    """毕业生去向 by specialty: those who left between 1 September Y-1 and 31 August Y."""

    title = Text("毕业生去向", "Destinations of graduates")
    domain = DOMAIN
    closes = (12, 31)
    cuts = ("major",)
    derives = {"major": ("specialty", lambda code: code.str.slice(0, 2))}
    derived_labels = {"major": majors()}
    refers = {"graduated": Total("enrolment", "graduates")}

    specialty = key("专业", "Specialty", specialties(), "专业代码", "专业名称", "ZYDM")
    graduates = count("毕业生数", "Graduates", "毕业人数", period=BEFORE)
    employed = count("直接就业数", "Directly employed", "企事业单位就业", "就业人数", period=BEFORE)
    self_employed = count("自主创业数", "Started a business", "个体经营", "创业人数", period=BEFORE)
    enlisted = count("参军数", "Enlisted", "应征入伍", "参军", period=BEFORE)
    further_study = count("升学数", "In further study", "升学", "升入高一级学校", period=BEFORE)
    flexible = count("灵活就业数", "In flexible work", "灵活就业", period=BEFORE)
    unsettled = count("未落实数", "Not settled", "未就业", "待就业", period=BEFORE)
    matched = count("对口就业数", "Employed in their field", "对口人数", period=BEFORE)
    in_prefecture = count("本市就业数", "Employed in the prefecture", "本地就业", period=BEFORE)
    in_province = count(
        "本省外市就业数", "Employed elsewhere in the province", "省内就业", period=BEFORE
    )
    other_province = count("外省就业数", "Employed in another province", "异地就业", period=BEFORE)
    abroad = count("境外就业数", "Employed abroad", "境外", period=BEFORE)
    contract_year = count(
        "合同一年以上数", "With a contract of a year or more", "合同满一年", period=BEFORE
    )
    social_insurance = count("参加社会保险数", "With social insurance", "社保人数", period=BEFORE)
    pay_known = count("起薪已知数", "With starting pay known", "起薪人数", period=BEFORE)
    pay_total = yuan(
        "起薪月合计", "Monthly starting pay in all", "起薪合计", period=BEFORE, persons="pay_known"
    )

    destinations_add_up = refuse(
        lambda f: (
            f.employed + f.self_employed + f.enlisted + f.further_study + f.flexible + f.unsettled
            == f.graduates
        ),
        "graduates",
        (
            "各去向之和不等于毕业生 {graduates} 人。",
            "The destinations do not add up to {graduates} graduates.",
        ),
        ("逐项核对六种去向。", "Check the six destinations."),
    )
    matched_within = refuse(
        lambda f: f.matched <= f.employed,
        "matched",
        (
            "对口 {matched} 人，多于直接就业 {employed} 人。",
            "{matched} in their field of {employed} employed.",
        ),
        ("核对两列。", "Check both columns."),
    )
    regions_add_up = refuse(
        lambda f: f.in_prefecture + f.in_province + f.other_province + f.abroad == f.employed,
        "employed",
        (
            "四类地域之和不等于直接就业 {employed} 人。",
            "The four regions do not add up to {employed} employed.",
        ),
        ("逐项核对就业地域。", "Check the regions."),
    )
    papers_within = refuse(
        lambda f: (
            (f.contract_year <= f.employed)
            & (f.social_insurance <= f.employed)
            & (f.pay_known <= f.employed)
        ),
        "contract_year",
        (
            "合同、社保或起薪人数多于直接就业 {employed} 人。",
            "More contracts, insurances or known pays than the {employed} employed.",
        ),
        ("核对三列。", "Check the three columns."),
    )
    as_many_as_graduated = remark(
        lambda f: f.graduates.sum().over("school_id") == f.graduated,
        "graduates",
        (
            "本表毕业生合计与分专业学生数的毕业生 {graduated} 人不一致。",
            "The graduates here differ from the {graduated} in students by specialty.",
        ),
        ("两张表应当一致。", "The two forms should agree."),
    )
    not_everyone_settles = remark(
        lambda f: (f.graduates < 50) | (f.unsettled > 0),
        "unsettled",
        ("毕业生 {graduates} 人全部落实去向。", "All {graduates} graduates are settled."),
        ("说明核实方式。", "Say how it was verified."),
    )
    pay_is_plausible = remark(
        lambda f: (
            (f.pay_known == 0)
            | ((f.pay_total >= f.pay_known * 800) & (f.pay_total <= f.pay_known * 20_000))
        ),
        "pay_total",
        (
            "起薪合计 {pay_total} 元，人均不在 800 到 20000 元之间。",
            "CNY {pay_total} in all: not between 800 and 20,000 each.",
        ),
        ("核对单位是否为元。", "Check that it is in yuan."),
    )
