"""The programme of the founding notice (教职成函〔2021〕8号), as data: its tasks with owner, level and deadline, and what a province files of itself.

A task without a deadline has none because the notice names none; it is never late. The annexes of the notice are not public, so nothing
here rests on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from warehouse.places import Rung
from warehouse.terms import Month
from warehouse.text import Text

NOTICE = Text("教职成函〔2021〕8号", "Notice Jiaozhicheng Han [2021] No. 8")
FIRST_MONTH = Month(2021, 9)
"""The first month that is reported: the system began in September 2021 (clause 四(五)); its report was due on 5 October."""
REPORT_DAY, REPORT_CLAUSE = 5, Text("四(五)", "4(5)")
FIRST_ROUND = 2020
"""The academic year whose figures were the first round of reporting."""

_PROVINCE = Text("省级教育行政部门", "Provincial education department")
_SCHOOLS = Text("各级用户和学校", "Users of every level and schools")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing that the notice asks for. `item`: the filing that shows it done; "" for what the system counts by itself."""

    name: str
    label: Text
    owner: Text
    level: Rung
    clause: Text
    deadline: date | None = None
    item: str = ""
    evidence: Text


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that a province files: a day, perhaps a number, a choice and words. `many`: each filing stands beside the others."""

    name: str
    label: Text
    day: Text
    words: Text
    number: Text | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)
    many: bool = False


_FILED = Text("本省填报", "filed by the province")
TASKS: tuple[Task, ...] = (
    Task(name="work_group", label=Text("工作小组信息报送", "Working group reported"), owner=_PROVINCE, level=Rung.PROVINCE,
         clause=Text("四(一)", "4(1)"), deadline=date(2021, 8, 31), item="work_group", evidence=_FILED),
    Task(name="local_plan", label=Text("制定本地区工作方案", "Local plan issued"), owner=_PROVINCE, level=Rung.PROVINCE,
         clause=Text("四(一)", "4(1)"), item="local_plan", evidence=_FILED),
    Task(name="budget", label=Text("列支预算", "Budget allocated"), owner=_PROVINCE, level=Rung.PROVINCE,
         clause=Text("三", "3"), item="budget", evidence=_FILED),
    Task(name="training", label=Text("人员培训", "Training given"), owner=_PROVINCE, level=Rung.PROVINCE,
         clause=Text("三", "3"), item="training", evidence=_FILED),
    Task(name="servers", label=Text("部署环境就绪", "Servers ready"), owner=_PROVINCE, level=Rung.PROVINCE,
         clause=Text("四(二)", "4(2)"), item="servers", evidence=_FILED),
    Task(name="tech_support", label=Text("技术保障方案报送", "Technical support plan sent"), owner=_PROVINCE, level=Rung.PROVINCE,
         clause=Text("四(三)", "4(3)"), item="tech_support", evidence=_FILED),
    Task(name="deployed", label=Text("省级系统部署完毕", "Provincial system deployed"), owner=_PROVINCE, level=Rung.PROVINCE,
         clause=Text("四(三)", "4(3)"), deadline=date(2021, 12, 31), item="deployed", evidence=_FILED),
    Task(name="admin_accounts", label=Text("省级管理员账号激活", "Provincial administrator activated"), owner=_PROVINCE,
         level=Rung.PROVINCE, clause=Text("四(三)", "4(3)"), deadline=date(2021, 12, 31), evidence=Text("账号激活记录", "activation of accounts")),
    Task(name="school_accounts", label=Text("全部校级账号激活", "All school accounts activated"), owner=_SCHOOLS,
         level=Rung.SCHOOL, clause=Text("四(三)", "4(3)"), deadline=date(2021, 12, 31), evidence=Text("账号激活记录", "activation of accounts")),
    Task(name="first_round", label=Text("补录和 2020 学年首轮填报", "Backfill and first round, 2020–21"), owner=_SCHOOLS,
         level=Rung.SCHOOL, clause=Text("四(四)", "4(4)"), deadline=date(2022, 3, 31), evidence=Text("已上报的报表", "forms handed in")),
    Task(name="normal", label=Text("进入常态化运行", "In normal operation"), owner=_PROVINCE, level=Rung.PROVINCE, clause=Text("四(四)", "4(4)"),
         deadline=date(2022, 4, 1), evidence=Text("部署、账号、首轮填报均完成", "deployment, accounts and first round all done")),
)  # fmt: skip
NORMAL = ("deployed", "admin_accounts", "school_accounts", "first_round")
"""What has to be done before a province counts as in normal operation."""

_DONE_ON = Text("完成日期", "Done on")
ITEMS: Mapping[str, Item] = {
    one.name: one
    for one in (
        Item(name="work_group", label=Text("工作小组", "Working group"), day=Text("信息报送日期", "Reported on"),
             words=Text("牵头处室", "Lead office"), number=Text("人数", "Members")),
        Item(name="local_plan", label=Text("工作方案", "Local plan"), day=Text("印发日期", "Issued on"), words=Text("文号", "Document number")),
        Item(name="budget", label=Text("预算", "Budget"), day=Text("下达日期", "Allocated on"), words=Text("来源", "Source"),
             number=Text("金额（万元）", "Amount (CNY 10,000)")),
        Item(name="training", label=Text("培训", "Training"), day=Text("举办日期", "Held on"), words=Text("内容", "Subject"),
             number=Text("人次", "Person-times"), many=True,
             choices={"offices": Text("教育行政部门", "Education offices"), "schools": Text("学校管理员和统计人员", "School administrators and statisticians"),
                      "technical": Text("技术人员", "Technical staff")}),
        Item(name="servers", label=Text("部署环境", "Servers"), day=Text("就绪日期", "Ready on"), words=Text("说明", "Description")),
        Item(name="tech_support", label=Text("技术保障方案", "Technical support plan"), day=Text("报送日期", "Sent on"), words=Text("文号", "Document number")),
        Item(name="protection_filed", label=Text("等保备案", "Protection filed (MLPS)"), day=Text("备案日期", "Filed on"), words=Text("备案号", "Filing number")),
        Item(name="protection_assessed", label=Text("等保测评", "Protection assessed (MLPS)"), day=Text("测评日期", "Assessed on"),
             words=Text("报告编号", "Report number")),
        Item(name="deployed", label=Text("省级部署", "Deployment"), day=_DONE_ON, words=Text("说明", "Description"),
             choices={"province": Text("省级部署", "At the province"), "ministry": Text("使用部级部署", "On the ministry's system"),
                      "cloud": Text("省级政务云", "On the province's government cloud")}),
    )
}  # fmt: skip


def due_on(month: Month) -> date:
    """The day by which the report of a month is handed in: the 5th of the next."""
    after = month.later(1)
    return date(after.calendar_year, after.month, REPORT_DAY)


def months_due(today: date, most: int) -> list[Month]:
    """The months whose day of report is past or today, the newest `most` of them, oldest first."""
    newest = Month.of(today).later(-1 if today.day >= REPORT_DAY else -2)
    found = (newest.later(-back) for back in range(most - 1, -1, -1))
    return [month for month in found if month >= FIRST_MONTH]
