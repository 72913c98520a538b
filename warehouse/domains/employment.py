"""就业创业: where graduates go."""

from __future__ import annotations

import polars as pl

from warehouse.codes import majors, specialties
from warehouse.form import Fields, Form, Period, Total, count, domain, key, refuse, remark, yuan
from warehouse.shown import Shown
from warehouse.text import Text

DOMAIN = domain(8, "就业创业", "Employment and entrepreneurship", "Employment")
BEFORE = Period.YEAR_BEFORE


def _gone(f: Fields) -> pl.Expr:
    """The graduates of a row by where they went, settled or not."""
    return f.employed + f.self_employed + f.enlisted + f.further_study + f.flexible + f.unsettled


class Destination(Form):
    """毕业生去向 by specialty: those who left between 1 September Y-1 and 31 August Y."""

    title = Text("毕业生去向", "Destinations of graduates")
    domain = DOMAIN
    closes = (12, 31)
    cuts = ("major",)
    derives = {"major": ("specialty", lambda code: code.str.slice(0, 2))}
    derived_labels = {"major": majors()}
    about = Text("各专业毕业生数以《分专业学生数》为准，不用填", "The graduates of each specialty come from Students by specialty")  # fmt: skip
    refers = {
        "graduated": Total("enrolment", "graduates"),
        "graduates": Shown("enrolment", "graduates", after="specialty", by="specialty", aliases=("毕业人数",)),
    }  # fmt: skip

    specialty = key("专业", "Specialty", specialties(), "专业代码", "专业名称", "ZYDM")
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
        lambda f: _gone(f) == f.graduates,
        "employed",
        (
            "各去向之和不等于毕业生 {graduates} 人。",
            "The destinations do not add up to {graduates} graduates.",
        ),
        (
            "逐项核对六种去向；毕业生数有误的，在《分专业学生数》中更正。",
            "Check the six destinations; correct graduates in Students by specialty.",
        ),
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
        "specialty",
        (
            "本表各专业毕业生合计与全校毕业生 {graduated} 人不一致，有毕业生的专业没有填全。",
            "The specialties here do not add up to the school's {graduated} graduates: one that has graduates is missing.",
        ),
        (
            "补上缺少的专业，或说明原因。",
            "Add the missing specialties, or say why they are not here.",
        ),
    )
    not_everyone_settles = remark(
        lambda f: (_gone(f) < 50) | (f.unsettled > 0),
        "unsettled",
        (
            "毕业生五十人以上，没有一人去向未落实。",
            "Fifty graduates or more, and not one of them without a destination.",
        ),
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
