"""Phrases of the context bar's choices and of the site."""

PHRASES: dict[str, tuple[str, str]] = {
    "empty.title": ("仓库里还没有单位", "The warehouse holds no unit yet"),
    "empty.why": (
        "先登记填报单位并入库：zhijian load <文件夹>，或 zhijian demo 建立演示数据。完成后刷新本页。",
        "Register the reporting units and load: zhijian load <folder>, or zhijian demo for a demonstration. Then reload this page.",
    ),
    "version.text": ("{day} · 第 {load} 次入库", "{day} · load {load}"),
    "bounds.name": ("区划", "Boundaries"),
    "bounds.now": ("现区划", "Of today"),
    "bounds.then": ("当年区划", "Of the year"),
    "basis.name": ("依据", "Basis"),
    "basis.submitted": ("报送数（初步）", "Submitted (provisional)"),
    "basis.approved": ("审核数（正式）", "Approved (official)"),
    "law.name": ("法规", "Law"),
    "law.own": ("当年法规", "Of the year"),
    "law.later": ("按后来的法规", "By later law"),
    "scope.counted": (
        "不含技工学校；附设中职班不计校数",
        "Without technical workers' schools; attached classes are not counted as schools",
    ),
    "scope.stock": ("存量指标时点 {day}", "Stocks on {day}"),
    "scope.basis.submitted": (
        "初步数：学校已报送、通过校验的数据，不一定已审定",
        "Provisional: what schools submitted and passed the checks, approved or not",
    ),
    "scope.basis.approved": (
        "正式数：已审定并锁定的数据；… 亦指已报送而未审定",
        "Official: what was approved and locked; … also stands for submitted and not yet approved",
    ),
}
