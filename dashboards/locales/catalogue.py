"""Phrases of the catalogue."""

PHRASES: dict[str, tuple[str, str]] = {
    "catalogue.title": (
        "目录：指标、法规与数据字典",
        "Catalogue: metrics, law and data dictionary",
    ),
    "catalogue.about": (
        "由声明生成，与计算所用的是同一处",
        "written from the very declarations that figures are computed with",
    ),
    "catalogue.metric": ("指标定义", "What a metric means"),
    "catalogue.computed": ("怎样计算", "How it is computed"),
    "catalogue.n": ("{n} 项", "{n} {n:metric|metrics}"),
    "catalogue.code": ("编号", "Code"),
    "catalogue.unit": ("单位", "Unit"),
    "catalogue.time": ("时间口径", "Time"),
    "catalogue.limits": ("限值与目标", "Limits and targets"),
    "catalogue.formula": ("算法", "Formula"),
    "catalogue.direction": ("方向", "Better is"),
    "catalogue.additivity": ("可加性", "Adds up over"),
    "catalogue.since": ("适用自", "Asked from"),
    "catalogue.apart": ("不可混用", "Never mixed with"),
    "catalogue.break": ("{year} 年断点", "Break {year}"),
    "catalogue.law": ("法规与限值", "Law and limits"),
    "catalogue.law.note": (
        "只有“强制”条款可以判违规；“目标”只给距离。",
        "Only binding entries make a breach; a target only has a distance.",
    ),
    "catalogue.years": ("施行学年", "Years"),
    "catalogue.from": ("{year} 年起", "from {year}"),
    "catalogue.force": ("效力", "Force"),
    "catalogue.basis": ("依据", "Basis"),
    "catalogue.entry": ("条目", "Entry"),
    "catalogue.value": ("取值", "Value"),
    "catalogue.sentences": ("成句规则与取数", "How sentences are made"),
    "catalogue.sentences.how": (
        (
            "页首结论由固定句式填数而成：在校生的连续增减按覆盖相当的学年比较；全部达标占比与目标的距离按参评学校数计算；"
            "超限单位按汇总后的生师比判定；覆盖不足 90% 的单位不比较、不排名、不点名。没有可说的，就写“本期没有需要指出的变化”。"
        ),
        (
            "The conclusion on top of a page fills fixed sentences: students are compared between years of like coverage; "
            "the way to the target counts schools of the universe; units over a limit are judged by their summed ratio; "
            "units covered below 90% are not compared, ranked or named. Where there is nothing to say, the page says so."
        ),
    ),
    "time.stock": ("9 月 1 日存量", "stock on 1 September"),
    "time.autumn": ("当年秋季", "autumn of the year"),
    "time.year_before": ("上学年", "the year before"),
    "time.year": ("本学年", "the year"),
    "direction.up": ("越高越好", "higher"),
    "direction.down": ("越低越好", "lower"),
    "direction.band": ("居中为好", "the middle"),
    "direction.neutral": ("无优劣", "neither"),
    "additivity.places_and_years": ("地区与学年", "places and years"),
    "additivity.places": ("地区", "places"),
    "additivity.none": ("不可相加", "nothing"),
    "secrecy.public": ("公开", "public"),
    "secrecy.internal": ("内部", "internal"),
    "secrecy.sensitive": ("敏感", "sensitive"),
    "dictionary.form": ("表：{form}", "Form: {form}"),
    "dictionary.columns": ("{form}：各列", "{form}: columns"),
    "dictionary.rules": ("{form}：规则", "{form}: rules"),
    "dictionary.class": ("分级", "Class"),
    "dictionary.aliases": ("列名别称", "Headers"),
    "dictionary.codes": ("代码", "Codes"),
    "dictionary.many": ("{n} 个代码", "{n} codes"),
    "dictionary.filled": ("学校填报", "submitted by schools"),
    "dictionary.kept": ("系统维护或计算", "kept or computed by the system"),
    "law_unit.m2": ("m²", "m²"),
    "law_unit.CNY": ("元", "CNY"),
    "law_unit.persons": ("人", "persons"),
    "law_unit.percent": ("%", "%"),
    "law_unit.ratio": (": 1", ": 1"),
    "law_unit.volumes": ("册", "volumes"),
    "law_unit.computers": ("台", "computers"),
    "law_unit.hours": ("学时", "hours"),
}
