"""Phrases of the schools that are taken as examples."""

PHRASES: dict[str, tuple[str, str]] = {
    "examples.title": ("标杆学校", "Schools that lead or improved most"),
    "examples.meta": ("{year}，审定数", "{year}, approved figures"),
    "examples.school": ("学校", "School"),
    "examples.note": (
        "取最近一个审定覆盖率达九成的学年。领先按九项中最接近限值的一项的余量排序；进步只计学校自身条件增加而新达标的项；有未说明异常值的学校不列。点开可查原始报表。",
        "The newest year with nine in ten approved. Leading: by what the closest of the nine values has to spare. Improved: limits met because what the school has grew, not because students left. Schools with unexplained unusual values are not named. A row opens the sheets behind the figure.",
    ),
    "examples.none": (
        "还没有学校连年全部达标，也没有学校新达标。",
        "No school has met all nine limits year after year, and none has newly met one.",
    ),
    "examples.no_year": (
        "还没有审定覆盖率达九成的学年；审定后列出。",
        "No year has nine in ten of its figures approved yet; schools are listed once it has.",
    ),
    "examples.leading": (
        "办学条件领先：历年九项全部达标且无临界项，余量最大的在前",
        "Leading: all nine limits met every year and none barely, the most to spare first",
    ),
    "examples.improved": (
        "进步最大：较 {before}新达标项最多的在前",
        "Improved most: limits newly met since {before}, the most first",
    ),
    "examples.risen": (
        "数据质量较上年提高最多的学校（两年应报报表均不少于 {least} 份）",
        "Schools whose data improved most on the year before (at least {least} forms due in both)",
    ),
    "examples.proof.leading": (
        "自 {since}起九项全部达标；最接近限值的一项：{limit} {value}（{bound}，余量 {margin}%）",
        "all nine met since {since}; closest to its limit: {limit} {value} ({bound}, {margin}% to spare)",
    ),
    "examples.proof.gain": (
        "{limit} {before} → {now}（{bound}）",
        "{limit} {before} → {now} ({bound})",
    ),
    "examples.proof.more": ("另有 {n} 项新达标", "{n} more newly met"),
    "examples.proof.missed": ("仍有 {n} 项未达", "{n} {n:limit|limits} still missed"),
    "examples.proof.all": ("现九项全部达标", "now all nine are met"),
}
