"""Phrases of the page about the quality of data."""

PHRASES: dict[str, tuple[str, str]] = {
    "tab.quality": ("数据质量", "Data quality"),
    "quality.title": ("数据质量", "Data quality"),
    "quality.said": ("{place}数据质量 {index} 分", "{place}: data quality {index} of 100"),
    "quality.said.worst": (
        "失分最多的是{dimension}（{value}）",
        "most is lost in {dimension} ({value})",
    ),
    "quality.said.gain": (
        "先补“{form}”的“{check}”，可提高 {gain} 分",
        "repairing “{check}” of “{form}” would gain {gain}",
    ),
    "quality.about": (
        "{year}各表；每项检查为通过数与应查数之比，先按方面平均，再五项平均",
        "forms of {year}; a check is what passed of what was asked; checks are averaged to a dimension, dimensions to the index",
    ),
    "quality.none": ("本学年没有要报的单位。", "Nobody is due to report in this year."),
    "quality.checks": ("逐项检查", "The checks"),
    "quality.check": ("检查", "Check"),
    "quality.asked": ("应查", "Asked"),
    "quality.failed": ("未过", "Failed"),
    "quality.share": ("通过率", "Passed"),
    "quality.places": ("{n} 个下级单位", "{n} places below"),
    "quality.place": ("单位", "Place"),
    "quality.index": ("质量", "Quality"),
    "quality.of100": ("分", "of 100"),
    "quality.repairs": ("先补什么", "What to repair first"),
    "quality.repairs.meta": ("按可提高的分数", "by what the index would gain"),
    "quality.do": ("{check}：{todo}", "{check}. {todo}"),
    "quality.form": ("报表", "Form"),
    "quality.gain": ("可提高", "Gain"),
    "quality.nothing": ("没有失分。", "Nothing is lost."),
    "quality.note": (
        "表内每格是通过率（%）；“—”表示没有可查的。及时性只查学校自行报送的；随已审定数据包入库的不计。",
        "Each cell is the share that passed, in percent; “—” where nothing was asked. Timeliness is asked of what schools sent themselves; packages approved beforehand are left out.",
    ),
    "quality.years": ("历年质量", "Over the years"),
    "quality.years.meta": (
        "指数和五个方面，逐学年",
        "the index and its five dimensions, year by year",
    ),
    "quality.years.count": ("计算 {n} 个学年", "count {n} years"),
    "quality.years.none": ("更早的学年没有报送。", "Nothing was handed in in earlier years."),
    "quality.dimension": ("方面", "Dimension"),
    "quality.trend": ("走势", "Trend"),
    "quality.years.said": (
        "与{before}都有可查的方面平均变动 {change} 分；变动最大的是{dimension}（{moved}）。",
        "The dimensions asked for in both years moved by {change} on average against {before}; most of all {dimension} ({moved}).",
    ),
    "quality.years.same": (
        "与{before}都有可查的方面没有变动。",
        "No dimension that was asked for in both years moved against {before}.",
    ),
    "quality.years.note": (
        "各学年按今天台账中的情况计算：补报、更正和事后的说明计入原学年。“—”表示当年没有可查的，该方面不计入当年的质量分，质量分因此不宜直接比较。空心点是仍在报送的学年。",
        "Each year as its ledger stands today: what was added, corrected or explained later counts in the year it speaks of. “—” where nothing was asked: the index of that year is made of the others, so compare dimensions rather than indices. The hollow point is the year that still comes in.",
    ),
    "quality.rules": ("被触发的规则", "Rules that spoke"),
    "quality.rule": ("规则", "Rule"),
    "quality.rows": ("行", "Rows"),
    "quality.schools": ("单位", "Units"),
}
