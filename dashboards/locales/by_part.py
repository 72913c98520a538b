"""Phrases of a metric over the parts of a year."""

PHRASES: dict[str, tuple[str, str]] = {
    "by_part.title": ("{metric}：{every}", "{metric}, {every}"),
    "by_part.choose": ("指标", "Metric"),
    "by_part.note": (
        "各期来自学校分期报送的报表，与上年同期相比；覆盖率不足 90% 的期不画点、不比较，数值和覆盖率见表。",
        "Each part is from the form that schools hand in for it. One of which fewer than 90% are in is neither drawn nor compared; the table has its value and coverage.",
    ),
    "by_part.value": ("{part} {value}", "{part}: {value}"),
    "by_part.moved": (
        "{part} {value}，比上年同期 {change}",
        "{part}: {value}, {change} on the same part of the year before",
    ),
    "by_part.running": (
        "{part}报送中（{day} 截止），已报 {share}",
        "{part} is open until {day}, {share} in",
    ),
    "by_part.none": (
        "本学年还没有到期的分期。",
        "No part of this year is due yet.",
    ),
    "by_part.open": ("报送中", "open"),
    "by_part.part": ("期间", "Part"),
    "by_part.state": ("状态", "State"),
    "by_part.later": ("{day} 起报送", "from {day}"),
    "by_part.until": ("报送中，{day} 截止", "open until {day}"),
    "by_part.closed": ("已截止", "closed"),
}
