"""Phrases of the catalogue of specialties, for those who keep it."""

PHRASES: dict[str, tuple[str, str]] = {
    "nav.codes": ("专业目录", "Specialties"),
    "codes.title": ("专业目录", "Catalogue of specialties"),
    "codes.said": (
        "2021 年版目录共 {all} 个中职专业，已入库 {known} 个；另有目录外备案 {filed} 个。",
        "The catalogue of 2021 has {all} specialties, of which {known} are on record; {filed} more are filed outside it.",
    ),
    "codes.rule": (
        "部级系统管理员按正式文件补充目录，省级系统管理员为本省学校备案目录外专业；先预览，再应用，全部留痕",
        "The ministry completes the catalogue from the official list, provinces file for their own schools; seen first, then applied, always on the trail",
    ),
    "codes.upload.national": ("补充目录", "Complete the catalogue"),
    "codes.upload.filed": ("目录外专业备案", "File a specialty outside the catalogue"),
    "codes.note.national": (
        "第一行写“专业代码、专业名称”，可加“英文名称、起始学年、终止学年、专业大类”。应用后各省填报可用。",
        "Head the columns code and name_zh; name_en, from, to and class may follow. Once applied every school may use them.",
    ),
    "codes.note.filed": (
        "第一行写“专业代码、专业名称”，可加“英文名称、起始学年、终止学年、专业大类”。应用后只有本省学校可用。",
        "Head the columns code and name_zh; name_en, from, to and class may follow. Once applied the province's schools alone may use them.",
    ),
    "codes.not_here": (
        "目录由部级维护，目录外专业由省级备案。需要时请联系省级系统管理员。",
        "The ministry keeps the catalogue and provinces file beside it. Ask the province's system administrator.",
    ),
    "codes.file": ("目录文件（xlsx、csv）", "List (xlsx, csv)"),
    "codes.source": ("依据文件", "Document it follows"),
    "codes.source.hint": ("写明文件名称和文号", "Its title and number"),
    "codes.upload": ("上传并预览", "Upload and preview"),
    "codes.uploaded": (
        "已读取 {n} 行，核对后再应用。",
        "{n} {n:row was|rows were} read: look at them, then apply.",
    ),
    "codes.applied": (
        "已应用：新增 {new} 个，更名 {changed} 个。",
        "Applied: {new} new, {changed} changed.",
    ),
    "codes.dropped": ("已放弃这份目录。", "The list was dropped."),
    "codes.waiting": ("待应用：{file}", "To be applied: {file}"),
    "codes.would": (
        "有误 {wrong} 行，更名 {changed} 个，新增 {new} 个，相同 {same} 个。",
        "{wrong} wrong, {changed} changed, {new} new, {same} the same.",
    ),
    "codes.mend": (
        "有误的行改正后重新上传，才能应用。",
        "Correct the wrong rows and upload again before it can be applied.",
    ),
    "codes.apply": ("应用", "Apply"),
    "codes.drop": ("放弃", "Drop"),
    "codes.row": ("第 {n} 行", "Row {n}"),
    "codes.name": ("专业", "Specialty"),
    "codes.code": ("代码", "Code"),
    "codes.class": ("专业大类", "Class"),
    "codes.fate": ("结果", "Effect"),
    "codes.about": ("说明", "Note"),
    "codes.before": ("原名“{name}”", "Was '{name}'"),
    "codes.fate.new": ("新增", "New"),
    "codes.fate.changed": ("更名", "Changed"),
    "codes.fate.same": ("相同", "Same"),
    "codes.fate.wrong": ("有误", "Wrong"),
    "codes.added": ("已补充和备案 {n} 个", "{n} added or filed"),
    "codes.none": (
        "还没有补充或备案的专业。上传正式目录后在此列出。",
        "Nothing was added or filed yet. What a list brings stands here.",
    ),
    "codes.where": ("适用", "For"),
    "codes.years": ("学年", "Years"),
    "codes.by": ("经办", "By"),
    "codes.catalogue": ("目录内，全国", "Catalogue, all provinces"),
    "codes.filed_by": ("目录外，{place}备案", "Filed by {place}"),
}
