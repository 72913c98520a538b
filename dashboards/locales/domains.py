"""Phrases of the domains' pages."""

PHRASES: dict[str, tuple[str, str]] = {
    "tabs": ("同一单位的各个领域", "The domains of this place"),
    "tab.place": ("概览", "Overview"),
    "domain.of": ("{place} · {domain}", "{place} · {domain}"),
    "domain.fill": ("填报本领域报表", "Fill in these forms"),
    "domain.here": ("{place}", "{place}: "),
    "domain.said": ("{metric}{value}", "{metric} {value}"),
    "domain.said.few": ("{metric}：{value}", "{metric}: {value}"),
    "domain.moved": ("较上年{change}", "{change} on the year before"),
    "domain.partly": ("只计已报送的（覆盖 {share}）", "counting what is in so far ({share})"),
    "domain.same": ("与上年持平", "as the year before"),
    "domain.ends": (
        "{high}最高（{most}），{low}最低（{least}）",
        "highest in {high} ({most}), lowest in {low} ({least})",
    ),
    "domain.not_applicable": (
        "{place}本学年不适用“{metric}”",
        "{place}: '{metric}' does not apply in this year",
    ),
    "domain.nothing": (
        "{place}本学年还没有{domain}的数据",
        "{place}: nothing on {domain} has come in for this year yet",
    ),
    "domain.questions": ("{domain}指标", "{domain}: indicators"),
    "domain.parts": ("{metric}：按{cut}", "{metric}, by {cut}"),
    "domain.parts.share": ("占比", "Share"),
    "domain.parts.none": ("本年没有可分的数。", "Nothing to break down in this year."),
    "domain.parts.choose": ("按什么分", "Broken down by"),
    "domain.not_yet": ("“{form}”{day}起报送", "'{form}' is handed in from {day} on"),
    "domain.forms": ("报表与覆盖", "Forms and coverage"),
    "domain.forms.form": ("报表", "Form"),
    "domain.forms.due": ("应报份数", "Returns due"),
    "domain.forms.in": ("已报份数", "Submitted"),
    "domain.forms.share": ("覆盖", "Coverage"),
    "domain.forms.schools": ("不含附设中职班", "without attached classes"),
    "domain.forms.note": (
        "覆盖率低于九成的数不参与排名和比较。",
        "Numbers with less than nine tenths covered are neither ranked nor compared.",
    ),
}
