"""Phrases of the audit trail."""

PHRASES: dict[str, tuple[str, str]] = {
    "nav.audit": ("审计", "Audit"),
    "audit.title": ("审计链", "Audit trail"),
    "audit.whole": (
        "审计链完好：{lines} 行与写入时一致，封签至 {seal} 号",
        "The audit trail is whole: {lines} lines are as they were written, sealed up to seal {seal}",
    ),
    "audit.broken": (
        "审计链被改动：核验发现 {n} 处与写入时不符",
        "The audit trail was tampered with: the check found {n} {n:fault|faults}",
    ),
    "audit.unchecked": ("审计链尚未核验", "The audit trail has not been checked yet"),
    "audit.checked": ("最近核验 {at}", "checked {at}"),
    "audit.sealed": (
        "最近封签 {seal} 号，{at}，{suite}",
        "newest seal {seal}, {at}, {suite}",
    ),
    "audit.unsealed": ("尚无封签", "no seal yet"),
    "suite.international": ("国际算法（Ed25519）", "international algorithms (Ed25519)"),
    "suite.national": ("国密算法（SM2）", "national algorithms (SM2)"),
    "audit.faults": ("不符之处", "What is not as it was written"),
    "audit.faults.todo": (
        "请立即报告上级审计管理员，保全数据库与服务器现场，并与异地留存的封签登记核对；运行 zhijian audit verify 可重新核验。",
        (
            "Tell the audit administrator above you at once, keep database and server as they are, and compare with the copy of "
            "the seals kept elsewhere; zhijian audit verify checks again."
        ),
    ),
    "audit.lines": ("审计记录", "Lines"),
    "audit.lines.note": (
        "只列出本级及下级账号的记录；查阅本页也会被记录。时间为北京时间。",
        "Only lines of accounts at this place and below are listed; looking at this page is written down too. Times are China's.",
    ),
    "audit.none": (
        "没有符合条件的记录；请放宽查询条件。",
        "No line fits; ask for less.",
    ),
    "audit.any": ("不限", "Any"),
    "audit.login": ("账号", "Account"),
    "audit.event": ("事项", "Event"),
    "audit.object": ("对象", "Object"),
    "audit.day": ("日期", "Day"),
    "audit.outcome": ("结果", "Outcome"),
    "audit.granted": ("准许", "Granted"),
    "audit.refused": ("拒绝", "Refused"),
    "audit.at": ("时间", "Time"),
    "audit.address": ("来源地址", "Address"),
    "audit.detail": ("说明", "Detail"),
    "audit.place": ("分链/行", "Strand/line"),
    "audit.search": ("查询", "Search"),
    "audit.all": ("清除条件", "Clear"),
    "audit.older": ("更早的记录", "Older lines"),
    "audit.newest": ("回到最新", "Newest lines"),
}
