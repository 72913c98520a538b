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


def words(event: str) -> Text:
    """The words for an event; its own name where nobody gave it words."""
    return _WORDS[Event(event)] if event in set(Event) else Text(event, event)
