"""Phrases written into charts."""

PHRASES: dict[str, tuple[str, str]] = {
    "chart.preliminary": ("初步", "prov."),
    "chart.median": ("中位数 {value}", "median {value}"),
    "chart.limit.over": (
        "限值 {limit}：{n} 校超限（{share}）",
        "limit {limit}: {n} {n:school|schools} over ({share})",
    ),
    "chart.limit.under": (
        "限值 {limit}：{n} 校未达（{share}）",
        "limit {limit}: {n} {n:school|schools} short ({share})",
    ),
    "chart.dot": ("每点 1 校", "one dot, one school"),
    "chart.column": ("柱高为校数", "columns count schools"),
    "chart.published": ("公布数 {value}", "published {value}"),
    "chart.break.2021": (
        "2021 年起口径改变，前后不连接",
        "scope changed in 2021: not joined",
    ),
}
