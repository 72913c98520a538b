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
    LOCK = "lock"  # a login, after failed attempts in a row
    UNLOCK = "unlock"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - the name of an event
    FACTOR_ON = "factor_on"
    FACTOR_OFF = "factor_off"
    RESET_FACTOR = "reset_factor"  # by a security administrator
    NEW_CODES = "new_codes"
    END_SESSION = "end_session"
    END_OTHERS = "end_other_sessions"
    MAKE_TOKEN = "make_token"  # noqa: S105 - the name of an event
    REVOKE_TOKEN = "revoke_token"  # noqa: S105 - the name of an event
    TOKEN = "token"  # noqa: S105 - an interface's request with one that does not hold, or does not reach
    LINK_IDENTITY = "link_identity"
    UNLINK_IDENTITY = "unlink_identity"
    READ = "read"  # a page outside the scope, refused
    VIEW_SENSITIVE = "view_sensitive"
    EXPORT = "export"
    READ_AUDIT = "read_audit"
    PROPOSE_SETTING = "propose_setting"
    CONFIRM_SETTING = "confirm_setting"
    DECLINE_SETTING = "decline_setting"
    SET = "set"  # a setting written by the installation itself
    LOAD_CALENDAR = "load_calendar"
    RETIRE_AUDIT = "retire_audit"
    JOB = "job"  # of the worker, refused
    ACTIVATE = "activate"


_WORDS = {
    Event.SIGN_IN: Text("登录", "Sign-in"),
    Event.SIGN_OUT: Text("退出", "Sign-out"),
    Event.LOCK: Text("锁定账号", "Login locked"),
    Event.UNLOCK: Text("解除锁定", "Lock lifted"),
    Event.CHANGE_PASSWORD: Text("修改密码", "Password changed"),
    Event.FACTOR_ON: Text("启用第二因子", "Second factor switched on"),
    Event.FACTOR_OFF: Text("停用第二因子", "Second factor switched off"),
    Event.RESET_FACTOR: Text("重置第二因子", "Second factor reset"),
    Event.NEW_CODES: Text("更换恢复码", "New recovery codes"),
    Event.END_SESSION: Text("结束会话", "Session ended"),
    Event.END_OTHERS: Text("结束其他会话", "Other sessions ended"),
    Event.MAKE_TOKEN: Text("生成接口令牌", "Token for programs made"),
    Event.REVOKE_TOKEN: Text("吊销接口令牌", "Token for programs revoked"),
    Event.TOKEN: Text("接口令牌被拒", "Token for programs refused"),
    Event.LINK_IDENTITY: Text("关联外部登录", "Institution's sign-in linked"),
    Event.UNLINK_IDENTITY: Text("解除外部登录", "Institution's sign-in unlinked"),
    Event.READ: Text("越权访问", "Page outside the scope"),
    Event.VIEW_SENSITIVE: Text("查看敏感数据", "Sensitive data seen"),
    Event.EXPORT: Text("导出", "Export"),
    Event.READ_AUDIT: Text("查阅审计链", "Audit trail read"),
    Event.PROPOSE_SETTING: Text("提出设定变更", "Setting proposed"),
    Event.CONFIRM_SETTING: Text("确认设定变更", "Setting confirmed"),
    Event.DECLINE_SETTING: Text("否决设定变更", "Setting declined"),
    Event.SET: Text("系统写入设定", "Setting written by the system"),
    Event.LOAD_CALENDAR: Text("载入节假日", "Holidays loaded"),
    Event.RETIRE_AUDIT: Text("到期清理审计记录", "Old audit lines let go"),
    Event.JOB: Text("后台任务", "Job of the worker"),
    Event.ACTIVATE: Text("激活账号", "Account activated"),
}
# What readers do: the names of actions.
_DEEDS = {
    "set_mailbox": Text("设定通知邮箱", "Mailbox for notices set"),
    "read_notices": Text("通知标为已读", "Notices marked as read"),
    "cancel_job": Text("取消任务", "Job cancelled"),
    "send_in": Text("报送文件", "File sent in"),
    "create_account": Text("建立账号", "Account made"),
    "create_accounts": Text("批量建立账号", "Accounts made from a workbook"),
    "account_template": Text("下载账号模板", "Template of accounts taken"),
    "invite_account": Text("发出邀请", "Account invited"),
    "invite_batch": Text("批量发出邀请", "Accounts of a workbook invited"),
    "revoke_invitation": Text("收回邀请", "Invitation revoked"),
    "suspend_account": Text("停用账号", "Account suspended"),
    "resume_account": Text("恢复账号", "Account in use again"),
    "extend_account": Text("调整账号有效期", "Validity of an account changed"),
    "end_account": Text("注销账号", "Account ended"),
    "hand_over_work": Text("移交工作", "Work handed over"),
    "grant_role": Text("授予角色", "Role granted"),
    "grant_wanted": Text("批量授予角色", "Roles granted as wanted"),
    "take_role": Text("收回角色", "Role taken away"),
    "add_to_roster": Text("登记专班名册", "Person put on a roster"),
    "upload_specialties": Text("上传专业目录", "List of specialties uploaded"),
    "apply_specialties": Text("应用专业目录", "List of specialties applied"),
    "drop_specialties": Text("放弃专业目录", "List of specialties dropped"),
    "dispatch_cases": Text("派发核查", "Cases dispatched"),
    "withdraw_case": Text("撤销核查件", "Case withdrawn"),
    "reopen_case": Text("重新打开核查件", "Case opened anew"),
    "explain_case": Text("说明核查件", "Case explained"),
    "verify_case": Text("核实核查件", "Case verified"),
    "return_case": Text("退回核查件", "Case sent back"),
    "open_evidence": Text("打开佐证材料", "Document of a case opened"),
    "plan_spot_checks": Text("制定抽查方案", "Spot checks planned"),
    "record_spot_check": Text("记录抽查结果", "Spot check recorded"),
    "file_rollout": Text("填报推进情况", "Step of the roll-out filed"),
    "apply_fusion": Text("申请自建系统融合", "Fusion of an own system applied for"),
    "withdraw_fusion": Text("撤回融合申请", "Fusion withdrawn"),
    "examine_fusion": Text("测算融合符合性", "Conformity of fusion measured"),
    "decide_fusion": Text("审核融合申请", "Fusion decided"),
    "allow_fusion_host": Text("许可自建系统主机", "Host of an own system allowed"),
    "disallow_fusion_host": Text("撤回自建系统主机许可", "Permission of a host withdrawn"),
    "keep_fusion_token": Text("保存自建系统令牌", "Token of an own system kept"),
    "drop_fusion_token": Text("删除自建系统令牌", "Token of an own system deleted"),
    "pull_fusion": Text("发起拉取自建系统", "Pull of an own system asked for"),
    "propose_model": Text("提议风险模型生效", "Models of risk proposed"),
    "sign_model": Text("签署风险模型生效", "Models of risk put in force"),
    "refuse_model": Text("否决风险模型", "Models of risk refused"),
    "draft_release": Text("起草数据发布", "Release of figures drafted"),
    "sign_release": Text("签发数据发布", "Release of figures signed"),
    "refuse_release": Text("退回数据发布草稿", "Draft of a release refused"),
    "subscribe": Text("订阅", "Subscribed"),
    "edit_subscription": Text("修改订阅", "Subscription changed"),
    "change_subscription": Text("暂停、继续或取消订阅", "Subscription paused, resumed or ended"),
    "order_table": Text("制作大表", "Large table asked for"),
    "remove_file": Text("删除收到的文件", "Received file removed"),
    "freeze_release": Text("重新确定发布的遮盖", "What a release withholds decided anew"),
    "draft_shortlist": Text("起草遴选决定", "Decision on a shortlist drawn up"),
    "mark_shortlist": Text("改变遴选结果", "School on a shortlist chosen or not"),
    "submit_shortlist": Text("遴选决定提交签署", "Decision on a shortlist handed in to be signed"),
    "sign_shortlist": Text("签署遴选决定", "Decision on a shortlist signed"),
    "return_shortlist": Text("退回遴选决定", "Decision on a shortlist returned"),
    "withdraw_shortlist": Text("撤回遴选决定", "Decision on a shortlist withdrawn"),
    "save_table": Text("保存制表", "Table kept"),
    "change_table": Text("改名、共享或删除制表", "Kept table renamed, shared or removed"),
    "save_picture": Text("保存图片", "Chart saved as a picture"),
    "save_draft": Text("保存填报草稿", "Draft of a form saved"),
    "undo_draft": Text("撤销上次保存", "Last save of a draft undone"),
    "submit_draft": Text("提交填报", "Draft of a form submitted"),
    "template_workbook": Text("下载报表模板", "Template of a form taken"),
    "commented_copy": Text("下载带批注的报表", "Workbook with comments taken"),
    "specialty_template": Text("下载专业目录模板", "Template of specialties taken"),
    "sign_month": Text("签署月报", "Monthly report signed"),
    "remove_from_roster": Text("删除专班名册", "Person taken off a roster"),
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
    "choose_review": Text("提出审核层级", "Review steps proposed"),
}


def words(event: str) -> Text:
    """The words for an event; its own name where nobody gave it words."""
    if event in set(Event):
        return _WORDS[Event(event)]
    return (_STEPS | _DEEDS).get(event, Text(event, event))
