"""Phrases of the layout of specialties."""

PHRASES: dict[str, tuple[str, str]] = {
    "tab.specialties": ("专业布局", "Specialties"),
    "specialties.title": ("专业布局", "Layout of specialties"),
    "specialties.said": (
        "{place}开设 {n} 个专业，分属 {classes} 个大类",
        "{place}: {n} {n:specialty|specialties} of {classes} {classes:class|classes}",
    ),
    "specialties.said.first": (
        "{major}学生最多，占 {share}",
        "{major} has most students ({share})",
    ),
    "specialties.said.moved": (
        "比上年新开 {opened} 个、停招 {closed} 个",
        "{opened} opened and {closed} closed since last year",
    ),
    "specialties.said.doubles": ("同县重复布点 {n} 处", "{n} offered twice within a county"),
    "specialties.about": (
        "{year}；按学校所报分专业学生数、今天的区划计算，未报送的学校不在内",
        "{year}; from what schools reported by specialty, under today's boundaries; schools that did not report are not in it",
    ),
    "specialties.none": (
        "{place}还没有学校报送本学年的分专业学生数。学校在“填报”页报送“分专业学生数”后，这里即有内容。",
        "{place}: no school has reported its students by specialty for this year. They appear here once schools submit that form.",
    ),
    "specialties.class": ("专业大类", "Class"),
    "specialties.classes": ("{n} 个专业大类", "{n} {n:class|classes} of specialties"),
    "specialties.students": ("在校生", "Students"),
    "specialties.entrants": ("招生", "Entrants"),
    "specialties.persons": ("人", "persons"),
    "specialties.share": ("占比", "Share"),
    "specialties.offered": ("专业", "Specialties"),
    "specialties.one": ("专业", "Specialty"),
    "specialties.moves": ("新开与停招", "Opened and closed"),
    "specialties.against": ("与{year}相比", "against {year}"),
    "specialties.moves.note": (
        "两年都报送的学校合计：本年有招生、上年没有的专业为新开，相反为停招；停招列上年招生数。",
        "Schools that reported in both years, taken together. Opened: a specialty with entrants this year and none the year before; closed: the reverse, with the entrants of the year before.",
    ),
    "specialties.moves.none": (
        "两年都报送的学校合在一起，没有一个专业是新开或停招的。",
        "Of all schools here that reported in both years together, no specialty is new and none has gone.",
    ),
    "specialties.moves.unknown": (
        "没有学校在本年和{year}都报送过，无从比较。",
        "No school here has reported both this year and {year}: there is nothing to compare.",
    ),
    "specialties.opened": ("新开 {n} 个", "{n} opened"),
    "specialties.closed": ("停招 {n} 个", "{n} closed"),
    "specialties.doubles": ("同县重复布点 {n} 处", "Offered twice within a county: {n}"),
    "specialties.doubles.note": (
        "同一县内两所及以上学校都有该专业在校生；是否过度重复需结合需求判断。",
        "Two or more schools of one county have students of the same specialty; whether that is too many is for a look at demand.",
    ),
    "specialties.doubles.left": (
        "另有 {n} 处，可在下级单位页查看。",
        "{n} more stand on the pages of the places below. ",
    ),
    "specialties.doubles.none": (
        "没有两所学校在同一县开设同一专业。",
        "No two schools of a county offer the same specialty.",
    ),
    "specialties.double": ("{place} · {one}（{n} 所）", "{place} · {one} ({n} schools)"),
    "specialties.double.more": (
        "{place} · {one}（{n} 所，列学生最多的 {shown} 所）",
        "{place} · {one} ({n} schools, the {shown} with most students listed)",
    ),
    "specialties.school": ("学校", "School"),
    "specialties.supply": ("供给：{one}", "Supply: {one}"),
    "specialties.choose": ("专业或大类", "Specialty or class"),
    "specialties.show": ("查看", "Show"),
    "specialties.place": ("单位", "Place"),
    "specialties.places": ("{one}：下级单位", "{one}: places below"),
    "specialties.points": ("布点", "Offers"),
    "specialties.points.note": (
        "布点：开设该专业的学校数，一个大类内按专业分别计；全部专业：该单位开设的不同专业数。",
        "Offers: schools that offer it, within a class one for each specialty. All: how many different specialties the place offers.",
    ),
    "specialties.all": ("全部专业", "All"),
    "specialties.year": ("学年", "Year"),
    "specialties.years": ("历年在校生和招生", "Students and entrants over the years"),
    "specialties.break": ("2021 年目录", "catalogue of 2021"),
    "specialties.origin.class.same": (
        "2010 年目录的{old}整类转入，曲线连续。",
        "It took over {old} of the catalogue of 2010 whole: the line continues.",
    ),
    "specialties.origin.class.apart": (
        "2010 年目录的{old}只有一部分转入，2021 年前后不是同一大类，曲线断开。",
        "Only a part of {old} of the catalogue of 2010 went into it: years before 2021 are of another class, and the line breaks.",
    ),
    "specialties.origin.one.same": (
        "2010 年目录有同名专业，曲线连续。",
        "The catalogue of 2010 has a specialty of the same name: the line continues.",
    ),
    "specialties.origin.one.apart": (
        "2010 年目录没有同名专业，2021 年前后不宜直接比较，曲线断开。",
        "The catalogue of 2010 has no specialty of this name: years before 2021 cannot be compared, and the line breaks.",
    ),
    "specialties.years.note": (
        "只含当年报送的学校，各年覆盖率不同。",
        "Schools that reported in each year; coverage differs from year to year.",
    ),
}
