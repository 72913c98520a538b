"""Phrases of the published record of the warnings."""

PHRASES: dict[str, tuple[str, str]] = {
    "nav.record": ("预警实绩", "Record of the warnings"),
    "record.title": ("预警实绩", "Record of the warnings"),
    "record.never": (
        "规则和模型还没有评估过；已销号核查件 {cases} 件。",
        "Rules and models have not been evaluated yet; {cases} cases are closed.",
    ),
    "record.said": (
        "规则和模型最近评估于 {at}；已销号核查件 {cases} 件。",
        "Rules and models were last evaluated at {at}; {cases} cases are closed.",
    ),
    "record.basis": (
        "未达到的要求照实列出；销号结论是下一次评估的依据",
        "what falls short is listed as such; how cases were closed is what the next evaluation learns from",
    ),
    "record.closed": ("销号结论", "Closed cases"),
    "record.closed.meta": ("全国，按规则", "the whole nation, by rule"),
    "record.closed.none": ("还没有销号的核查件。", "No case has been closed."),
    "record.closed.note": (
        "查实：数据填报错误、情况属实异常、已整改；其余为口径不同或误报。满 {n} 件而查实不到一半的规则提请复审，由人决定去留。",
        "Confirmed: a wrong number, a true anomaly, put right; the others were another definition or a false alarm. A rule confirmed in fewer than half of {n} cases or more is put up for review: people decide what becomes of it.",
    ),
    "record.cases": ("销号", "Closed"),
    "record.confirmed": ("查实", "Confirmed"),
    "record.false": ("误报", "False alarms"),
    "record.state": ("状态", "State"),
    "record.state.review": ("提请复审", "up for review"),
    "record.state.few": ("件数不足", "too few"),
    "record.state.kept": ("保留", "kept"),
    "record.about": ("怎样评估", "How it was judged"),
    "record.rule": ("这条规则的实绩", "The record of this rule"),
    "record.rule.evaluated": (
        "评估中标出 {n} 校年，标对 {precision}；找到全部问题的 {recall}。",
        "In the evaluation it flagged {n} school-years, {precision} of them rightly, and found {recall} of all cases.",
    ),
    "record.rule.closed": (
        "已销号 {n} 件，查实 {share}。",
        "{n} {n:case|cases} closed, {share} confirmed.",
    ),
    "record.rule.none": ("还没有评估，也没有销号的核查件。", "Neither evaluated yet nor any case closed."),
    "record.all": ("全部规则实绩", "The record of all rules"),
}  # fmt: skip
