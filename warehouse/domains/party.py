"""党建工作: Party organisations, members, their regular meetings, and the teachers of ideology."""

from __future__ import annotations

from warehouse.codes import codes
from warehouse.dimensions import YES_NO
from warehouse.form import (
    TIMES,
    Form,
    Period,
    Total,
    attribute,
    count,
    domain,
    refuse,
    remark,
)
from warehouse.text import Text

DOMAIN = domain(3, "党建工作", "Party building", "Party")
ORGANISATION = codes(
    "party_organisation",
    committee=("党委", "Party committee", "党的委员会"),
    general_branch=("党总支", "General Party branch", "总支"),
    branch=("党支部", "Party branch", "支部"),
    joint=("联合党支部", "Joint Party branch", "联合支部"),
    none=("未建立", "None yet", "无党组织"),
)
STANDING = ("committee", "general_branch", "branch", "joint")
"""The organisations that count as one: a joint branch covers its school."""


class PartyBuilding(Form):
    """党组织、党员与组织生活: one row a school."""

    title = Text("党组织与组织生活", "Party organisation and its life")
    domain = DOMAIN
    about = Text(
        "党员数为 9 月 1 日在册数；会议和活动为本学年累计次数",
        "Members on 1 September; meetings and activities of the academic year, added up",
    )
    cuts = ("organisation", "led_by_party")
    refers = {
        "staff": Total("staff", "persons"),
        "members_last_year": Total("party_building", "staff_members", years_back=1),
    }

    organisation = attribute(
        "党组织类型", "Party organisation", "党组织设置", "党组织形式", codes=ORGANISATION
    )
    led_by_party = attribute(
        "实行党组织领导的校长负责制",
        "Head under the leadership of the Party organisation",
        "党组织领导的校长负责制",
        codes=YES_NO,
    )
    branches = count("党支部数", "Party branches", "支部数", unit=Text("个", "branches"))
    staff_members = count("教职工党员数", "Party members among staff", "教师党员", "教职工党员")
    student_members = count("学生党员数", "Party members among students", "学生党员")
    activists = count("入党积极分子数", "Applicants for membership", "积极分子", "入党积极团员")
    admitted = count(
        "本学年发展党员数", "Members admitted in the year", "发展党员", period=Period.YEAR
    )
    general_meetings = count(
        "支部党员大会次数", "General meetings of branches", "党员大会", unit=TIMES, period=Period.YEAR
    )  # fmt: skip
    committee_meetings = count(
        "支部委员会次数", "Meetings of branch committees", "支委会", unit=TIMES, period=Period.YEAR
    )
    group_meetings = count(
        "党小组会次数", "Meetings of Party groups", "党小组会", unit=TIMES, period=Period.YEAR
    )
    lectures = count("党课次数", "Party lectures", "党课", unit=TIMES, period=Period.YEAR)
    theme_days = count("主题党日次数", "Party theme days", "主题党日", unit=TIMES, period=Period.YEAR)  # fmt: skip
    ideology_full_time = count("专职思政课教师数", "Full-time teachers of ideology", "专职思政教师")
    ideology_part_time = count("兼职思政课教师数", "Part-time teachers of ideology", "兼职思政教师")

    branches_need_an_organisation = refuse(
        lambda f: (f.organisation != "none") | (f.branches == 0),
        "branches",
        (
            "党组织类型为“{organisation}”，却有党支部 {branches} 个。",
            "The organisation is '{organisation}' but there are {branches} branches.",
        ),
        ("核对党组织类型和党支部数。", "Check the organisation and the branches."),
    )
    organisations_have_branches = refuse(
        lambda f: f.organisation.is_in(["none", "joint"]) | (f.branches >= 1),
        "branches",
        (
            "设有“{organisation}”，党支部数应不少于 1。",
            "With a '{organisation}' there is at least one branch.",
        ),
        ("填写所辖党支部数，支部建制的填 1。", "Write the branches; a single branch counts as 1."),
    )
    larger_organisations_have_several = refuse(
        lambda f: ~f.organisation.is_in(["committee", "general_branch"]) | (f.branches >= 2),
        "organisation",
        (
            "“{organisation}”下只有党支部 {branches} 个。",
            "A '{organisation}' with only {branches} branch.",
        ),
        (
            "党委、党总支下设两个以上党支部，核对类型。",
            "Committees and general branches have two branches or more; check the organisation.",
        ),
    )
    meetings_need_branches = refuse(
        lambda f: (
            (f.organisation != "none")
            | (f.general_meetings + f.committee_meetings + f.group_meetings == 0)
        ),
        "general_meetings",
        (
            "未建立党组织，却有支部会议 {general_meetings} 次。",
            "No organisation, but {general_meetings} general meetings of branches.",
        ),
        ("核对党组织类型和会议次数。", "Check the organisation and the meetings."),
    )
    every_school_is_covered = remark(
        lambda f: f.organisation != "none",
        "organisation",
        ("学校没有党组织。", "The school has no Party organisation."),
        ("说明何时建立或由何处覆盖。", "Say when one will be founded or who covers the school."),
    )
    branches_meet = remark(
        lambda f: (f.branches == 0) | (f.general_meetings + f.theme_days > 0),
        "general_meetings",
        (
            "党支部 {branches} 个，没有党员大会和主题党日。",
            "{branches} branches without a general meeting or a theme day.",
        ),
        ("说明组织生活开展情况。", "Say how the organisation's life is led."),
    )
    members_within_staff = remark(
        lambda f: f.staff_members <= f.staff,
        "staff_members",
        (
            "教职工党员 {staff_members} 人，多于教职工 {staff} 人。",
            "{staff_members} members among {staff} staff.",
        ),
        ("说明是否含离退休党员。", "Say whether retired members are counted."),
    )
    members_move_slowly = remark(
        lambda f: (f.staff_members - f.members_last_year).abs() <= f.members_last_year * 0.3 + 10,
        "staff_members",
        (
            "教职工党员 {staff_members} 人，上年 {members_last_year} 人。",
            "{staff_members} members among staff, last year {members_last_year}.",
        ),
        ("说明变化原因。", "Explain the change."),
    )
