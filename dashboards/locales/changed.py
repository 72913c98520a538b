"""Phrases of what changed between two years."""

PHRASES: dict[str, tuple[str, str]] = {
    "tab.changed": ("变化分解", "What changed"),
    "changed.title": ("变化分解", "What changed"),
    "changed.said": ("{place}：{text}", "{place}: {text}"),
    "changed.about": (
        "{now}与 {before}相比；两年用同一套区划和口径",
        "{now} against {before}; both years under the same boundaries and the same basis",
    ),
    "changed.against": ("{before} → {now}", "{before} → {now}"),
    "changed.choose": ("指标与对比学年", "Metric and earlier year"),
    "changed.metric": ("指标", "Metric"),
    "changed.before": ("对比学年", "Earlier year"),
    "changed.show": ("查看", "Show"),
    # what is said
    "changed.count.up": ("{metric}增加 {growth}（{amount}）", "{metric} up by {growth} ({amount})"),
    "changed.count.down": (
        "{metric}减少 {growth}（{amount}）",
        "{metric} down by {growth} ({amount})",
    ),
    "changed.count.same": ("{metric}没有变化（{amount}）", "{metric} unchanged ({amount})"),
    "changed.count.up.bare": ("{metric}增加（{amount}）", "{metric} up ({amount})"),
    "changed.count.down.bare": ("{metric}减少（{amount}）", "{metric} down ({amount})"),
    "changed.count.same.bare": ("{metric}没有变化（{amount}）", "{metric} unchanged ({amount})"),
    "changed.ratio.up": ("{metric}由 {before} 升至 {now}", "{metric} up from {before} to {now}"),
    "changed.ratio.down": (
        "{metric}由 {before} 降至 {now}",
        "{metric} down from {before} to {now}",
    ),
    "changed.ratio.same": (
        "{metric}由 {before} 到 {now}，没有变化",
        "{metric} unchanged, {before} and {now}",
    ),
    "changed.twice": (
        "两年覆盖率不同（{before}、{now}），两年都报送或有变动的单位{metric}{growth}（{amount}）",
        "coverage differs ({before}, then {now}); {metric} of the units known in both years {growth} ({amount})",
    ),
    "changed.reporting.said": (
        "另有 {n} 个单位只报送了一年，带来 {amount}，不是真实变化",
        "{n} {n:unit|units} reported in one year only, which makes {amount} and is no change",
    ),
    "changed.most": ("其中{places}", "most from {places}"),
    "changed.effects": (
        "各地自身变化 {within}，各地所占比重变化 {between}",
        "{within} within places, {between} from weight moving between them",
    ),
    "changed.apart.said": (
        "只有一年有数的地区 {amount}",
        "{amount} from places with a figure in one year only",
    ),
    # why a movement is not taken apart: in the sentence, and in the section
    "changed.why.withheld": ("按披露控制不予显示", "withheld by disclosure control"),
    "changed.why.withheld.note": (
        "这一指标在此处不予显示，变化也不分解。",
        "This metric is withheld here, and so is what it moved by.",
    ),
    "changed.why.before": ("对比学年没有可用的数", "there is no figure for the earlier year"),
    "changed.why.before.note": (
        "对比学年没有报送、报送口径不齐或没有适用的数，变化无从分解。可在上方另选对比学年。",
        "Nothing that can be used was reported for the earlier year, so there is no movement to take apart. Choose another year above.",
    ),
    "changed.why.now": ("本学年还没有可用的数", "there is no figure for this year yet"),
    "changed.why.now.note": (
        "本学年没有报送、报送口径不齐或没有适用的数，变化无从分解。学校报送后这里即有内容；也可在上方另选学年。",
        "Nothing that can be used has been reported for this year yet. It appears here once schools submit; or choose another year above.",
    ),
    "changed.why.below": (
        "下级单位的数不在您的权限内，不作分解",
        "not taken apart: the places below are beyond your scope",
    ),
    "changed.why.below.note": (
        "这里显示本级的变化；下级单位和学校的数不在您的权限内。",
        "The place's own movement is shown; figures of the places and schools below it are beyond your scope.",
    ),
    "changed.why.one": (
        "有一个下级单位不予显示，不作分解",
        "not taken apart: one place below is withheld",
    ),
    "changed.why.one.note": (
        "按披露控制有一个下级单位不予显示；若列出其余单位，差额就是它的数，因此不作分解。",
        "One place below is withheld by disclosure control; beside the others the difference would be its figure, so nothing is taken apart.",
    ),
    "changed.why.coverage.said": (
        "对比学年覆盖率 {before}、本学年 {now}，不足 90% 或相差过大，不作比较",
        "not compared: coverage was {before} and is {now}, under 90% or too far apart",
    ),
    "changed.why.coverage.approved.said": (
        "对比学年审定率 {before}、本学年 {now}，不足 90% 或相差过大，不作比较",
        "not compared: {before} was approved then and {now} is now, under 90% or too far apart",
    ),
    "changed.why.coverage.note": (
        "两年报送的单位不同，差额里既有变化也有报送；报齐后即可分解。",
        "Different units reported in the two years, so the difference is part change, part reporting. It can be taken apart once reporting is complete.",
    ),
    "changed.why.coverage.approved.note": (
        "两年审定的单位不同，差额里既有变化也有审定进度；审定后即可分解。",
        "Different units are approved in the two years, so the difference is part change, part progress. It can be taken apart once approval is complete.",
    ),
    # places
    "changed.places": ("{metric}：各地带来的变化", "{metric}: what each place adds"),
    "changed.none": ("两年之间没有一地有变化。", "No place moved between the two years."),
    "changed.part": ("部分", "Part"),
    "changed.amount": ("增减", "Change"),
    "changed.growth": ("自身增减", "Own growth"),
    "changed.share": ("贡献", "Adds"),
    "changed.adds": ("贡献", "Adds"),
    "changed.within": ("自身变化", "Within"),
    "changed.between": ("比重变化", "Between"),
    "changed.apart": ("只有一年有数", "One year only"),
    "changed.reporting": ("其中报送", "Of it reporting"),
    "changed.others": ("其余 {n} 个", "{n} others"),
    "changed.rest": ("未分列", "Not told apart"),
    "changed.rest.group": ("未分组", "In no group"),
    "changed.rest.units": ("未按单位分列", "Not told apart by unit"),
    "changed.note.count": (
        "贡献：该地增减占全体对比学年数的百分点，各行之和等于全体增减；取整只在显示时进行。",
        "Adds: a place's change in percentage points of the whole's earlier figure; the rows add up to the whole. Rounding is for display alone.",
    ),
    "changed.note.bars": (
        "条形不含只报送了一年的单位：那是报送，不是变化；表中“其中报送”一列即是。",
        "Bars leave out units that reported in one year only: that is reporting, not change. The table has it in a column of its own.",
    ),
    "changed.note.ratio": (
        "自身变化：比重取两年平均时各地比率的变化；比重变化：比率取两年平均时各地分母比重的变化，与全体平均相比。两项之和为贡献，各行贡献之和等于全体变化。只有一年有数的地区单列，不拆为两项。",
        "Within: what rates moved at the mean weight of both years. Between: what shares of the denominator moved, at the mean rate against that of the whole. Both make what a place adds, and the rows add up to the whole. A place with a rate in one year only is not divided in two.",
    ),
    # units
    "changed.fates": ("{metric}：按学校的变动", "{metric}: by what became of schools"),
    "changed.fate": ("变动", "What became of them"),
    "changed.units": ("单位", "Units"),
    "changed.kind.school": ("学校", "Schools"),
    "changed.kind.attached": ("附设中职班", "Attached classes"),
    "changed.fate.grew": ("两年都有，增加", "In both years, more"),
    "changed.fate.shrank": ("两年都有，减少", "In both years, fewer"),
    "changed.fate.same": ("两年都有，不变", "In both years, the same"),
    "changed.fate.opened": ("新设", "Opened"),
    "changed.fate.merged": ("合并（并入与接收）", "Merged, with who took them in"),
    "changed.fate.closed": ("停办", "Closed"),
    "changed.fate.moved": ("归属变更", "Under another place"),
    "changed.fate.reporting": ("只报送了一年", "Reported in one year only"),
    "changed.note.fates": (
        "两年中至少报送过一年的单位各计一次。合并：并入的学校与接收的学校合看，前后之差；其中有单位未报送的计入“只报送了一年”，那不是变化。",
        "Each unit that reported in either year counts once. Merged: the schools that ended and the one that took them in, before and after; where one of them did not report, it stands under reported in one year only, which is no change.",
    ),
    "changed.schools": ("新设、合并、停办的 {n} 所", "{n} opened, merged or closed"),
    "changed.schools.left": (
        "另有 {n} 所，可在下级单位页查看。",
        "{n} more stand on the pages of the places below.",
    ),
    "changed.school": ("单位", "Unit"),
    "changed.into": ("并入{name}", "merged into {name}"),
    # groups
    "changed.groups": ("{metric}：按{cut}", "{metric} by {cut}"),
    "changed.groups.choose": ("分组", "Group by"),
    "changed.note.groups": (
        "同一变化按组别拆开，各行之和等于全体变化。",
        "The same movement by group; the rows add up to the whole.",
    ),
}
