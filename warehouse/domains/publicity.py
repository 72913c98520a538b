"""职教宣传: what is told of vocational education, at which level and through which channel."""

from __future__ import annotations

from warehouse.codes import codes
from warehouse.form import Form, Period, Total, count, domain, key, refuse, remark
from warehouse.periods import Every
from warehouse.text import Text

DOMAIN = domain(10, "职教宣传", "Publicity")
LEVEL = codes(
    "publicity_level",
    school=("校级", "School", "学校"),
    city=("市县级", "City or county", "市级", "县级"),
    province=("省级", "Province"),
    nation=("国家级", "Nation", "中央级"),
)
CHANNEL = codes(
    "publicity_channel",
    press=("报刊", "Press", "报纸"),
    broadcast=("广播电视", "Radio and television", "电视"),
    web=("网站", "Websites", "门户网站"),
    wechat=("微信公众号", "Official accounts", "公众号", "微信"),
    video=("短视频", "Short video", "视频号", "抖音"),
    week=("职业教育活动周", "Vocational education week", "职教活动周", "活动周"),
    open_day=("校园开放日", "Open days", "开放日"),
)
IN_PERSON = ("week", "open_day")
"""Channels that people come to: reach counts visitors there, readings elsewhere."""


class Publicity(Form):
    """宣传报道与活动 by level and channel."""

    title = Text("宣传报道与活动", "Publicity items and events")
    domain = DOMAIN
    about = Text(
        "没有宣传的级别和渠道不用填，当月没有的任填一行 0；活动周和开放日按场次和参与人次填",
        "Leave out levels and channels without items, or write one row with 0 where the month had none; for weeks and open days write events "
        "and visitors",
    )
    every = Every.MONTH
    cuts = ("level", "channel")
    refers = {"items_last_year": Total("publicity", "items", years_back=1)}

    level = key("级别", "Level", LEVEL, "宣传级别")
    channel = key("渠道", "Channel", CHANNEL, "宣传渠道", "媒体类型")
    items = count(
        "篇数（场次）", "Items or events", "篇数", "报道篇数", "场次", unit=Text("篇", "items"), period=Period.YEAR
    )  # fmt: skip
    reach = count(
        "阅读（参与）人次", "Readings or visitors", "阅读量", "参与人次", unit=Text("人次", "person-times"), period=Period.YEAR
    )  # fmt: skip

    reach_needs_items = refuse(
        lambda f: (f.items > 0) | (f.reach == 0),
        "reach",
        (
            "没有报道或活动，却有 {reach} 人次。",
            "No item or event, but {reach} readings or visitors.",
        ),
        ("补填篇数或更正人次。", "Write the items or correct the reach."),
    )
    reach_is_plausible = remark(
        lambda f: f.reach <= f.items * 10_000_000,
        "reach",
        (
            "{items} 篇共 {reach} 人次，平均每篇超过一千万。",
            "{reach} readings of {items} items: more than ten million each.",
        ),
        ("核对阅读量的单位。", "Check the unit of the readings."),
    )
    many_more_than_last_year = remark(
        lambda f: f.items.sum().over("school_id") <= f.items_last_year * 5 + 50,
        "items",
        (
            "本校宣传合计比上年 {items_last_year} 篇增加四倍以上。",
            "More than five times last year's {items_last_year} items.",
        ),
        ("说明统计口径是否变化。", "Say whether the way of counting changed."),
    )
