"""What lines of the audit trail are about: one name for each kind of event, with its words.

An action's name is the event of its line. Whoever adds an action adds its words here.
"""

from __future__ import annotations

from enum import StrEnum

from warehouse.text import Text


class Event(StrEnum):
    """Events that are written by more than one part, or read again by a program."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    READ = "read"  # a page outside the scope, refused
    VIEW_SENSITIVE = "view_sensitive"
    EXPORT = "export"
    READ_AUDIT = "read_audit"
    PROPOSE_SETTING = "propose_setting"
    CONFIRM_SETTING = "confirm_setting"
    DECLINE_SETTING = "decline_setting"
    SET = "set"  # a setting written by the installation itself
    RETIRE_AUDIT = "retire_audit"
    JOB = "job"  # of the worker, refused


_WORDS = {
    Event.SIGN_IN: Text("登录", "Sign-in"),
    Event.SIGN_OUT: Text("退出", "Sign-out"),
    Event.READ: Text("越权访问", "Page outside the scope"),
    Event.VIEW_SENSITIVE: Text("查看敏感数据", "Sensitive data seen"),
    Event.EXPORT: Text("导出", "Export"),
    Event.READ_AUDIT: Text("查阅审计链", "Audit trail read"),
    Event.PROPOSE_SETTING: Text("提出设定变更", "Setting proposed"),
    Event.CONFIRM_SETTING: Text("确认设定变更", "Setting confirmed"),
    Event.DECLINE_SETTING: Text("否决设定变更", "Setting declined"),
    Event.SET: Text("系统写入设定", "Setting written by the system"),
    Event.RETIRE_AUDIT: Text("到期清理审计记录", "Old audit lines let go"),
    Event.JOB: Text("后台任务", "Job of the worker"),
}

# Steps of the review chain, by the names of their actions.
_STEPS = {
    "sign_forms": Text("统计人员签字", "Forms signed by the statistician"),
    "check_forms": Text("校内审核人签字", "Forms signed by the school's reviewer"),
    "confirm_forms": Text("负责人签字上报", "Forms signed by the head and handed in"),
    "send_back_signed": Text("校内审核人退回", "Forms sent back by the school's reviewer"),
    "send_back_checked": Text("负责人退回", "Forms sent back by the head"),
    "withdraw_forms": Text("撤回报表", "Forms taken back"),
    "approve_forms": Text("审核通过", "Forms approved"),
    "return_forms": Text("退回报表", "Forms returned"),
    "reopen_forms": Text("重新开放报表", "Forms reopened"),
    "remind_units": Text("催报", "Units reminded"),
    "choose_review": Text("设定审核层级", "Review steps chosen"),
}


def words(event: str) -> Text:
    """The words for an event; its own name where nobody gave it words."""
    if event in set(Event):
        return _WORDS[Event(event)]
    return _STEPS.get(event, Text(event, event))
