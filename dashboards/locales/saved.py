"""Phrases of tables under a name."""

PHRASES: dict[str, tuple[str, str]] = {
    "saved.title": ("我的表", "My tables"),
    "saved.none": (
        "还没有。在右下“固定链接”处起名保存。",
        "None yet: name one under “Permalink” to keep it.",
    ),
    "saved.removed": ("已删除的", "Removed"),
    "saved.back": ("返回我的表", "Back to my tables"),
    "saved.by": ("{login} 共享", "shared by {login}"),
    "saved.shared": ("已共享", "shared"),
    "saved.frozen": ("冻结", "frozen"),
    "saved.name": ("存为我的表", "Keep it as"),
    "saved.save": ("保存", "Save"),
    "saved.share.below": (
        "与本地区及下级的账号共享（只共享表的做法，数字按各人权限读取）",
        "share with accounts at my place and below (the table, not its figures: everybody reads with the own rights)",
    ),
    "saved.share": ("共享", "Share"),
    "saved.own": ("取消共享", "Unshare"),
    "saved.remove": ("删除", "Remove"),
    "saved.restore": ("恢复", "Bring back"),
    "saved.replaces": (
        "您已有的同名表会被替换，原来的可在“已删除的”中恢复。",
        "A table that you have under this name is replaced; the earlier one can be brought back under Removed.",
    ),
    "saved.done": ("已保存“{name}”。", "“{name}” is kept."),
    "saved.replaced": (
        "已保存“{name}”，替换了您原来的同名表。",
        "“{name}” is kept, in place of the one you had under this name.",
    ),
    "saved.share.done": (
        "“{name}”已共享给本地区及下级。",
        "“{name}” is shared with your place and those below.",
    ),
    "saved.own.done": ("“{name}”不再共享。", "“{name}” is no longer shared."),
    "saved.remove.done": (
        "“{name}”已删除，可在“已删除的”中恢复。",
        "“{name}” is removed; under “Removed” it can be brought back.",
    ),
    "saved.restore.done": ("“{name}”已恢复。", "“{name}” is back."),
}
