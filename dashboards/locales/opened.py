"""Phrases of tables as anybody may have them."""

PHRASES: dict[str, tuple[str, str]] = {
    "build.opened": ("对外发布的样子", "As published"),
    "build.opened.withheld": (
        "对外发布（遮盖）：按发布的界限，人数、单位数和占比不足以保护的格以 * 遮盖；本系统对其他辖区不予显示的格也都不显示。",
        "As published, with cells withheld: what the limits of publication do not protect is *, and with it all that officials elsewhere are not shown.",
    ),
    "build.opened.rounded": (
        "对外发布（取整）：人数和学校数都取整到 5 的倍数，比例由取整后的数算出，不遮盖任何格；沿地区相加一致，按分组相加未必等于合计。",
        "As published, rounded: persons and schools are multiples of 5 and ratios are of rounded numbers, nothing is withheld; places add up, groups need not make their total.",
    ),
    "build.opened.large": (
        "这张表有 {cells} 格；对外发布的表一次最多 {most} 格。请减少地区、学年、指标或分组。",
        "This table has {cells} cells; what is published has at most {most} at a time. Take fewer places, years, metrics or groups.",
    ),
    "build.open": ("对外发布", "Open data"),
    "build.open.about": (
        "只有已发布的数字可以给任何人；下面的表和文件按对外发布的界限重做。",
        "Only released figures may be given to anybody; the table and its files are made anew by the limits of publication.",
    ),
    "build.open.begin": ("制作对外发布的表", "Make a table for anybody"),
    "build.open.own": ("按本人权限查看", "As I may see it"),
    "build.open.own.what": ("不对外", "not for others"),
    "build.open.withheld": ("遮盖后的表", "With cells withheld"),
    "build.open.withheld.what": (
        "人数 1—{persons}、不足 {units} 个单位、一个单位占金额 {dominance}% 以上的格",
        "1 to {persons} persons, fewer than {units} units, amounts of which one unit holds over {dominance} %",
    ),
    "build.open.rounded": ("取整到 5 的表", "Rounded to 5"),
    "build.open.rounded.what": (
        "不遮盖；每一格须来自 {units} 个以上单位",
        "nothing withheld; every number of {units} units or more",
    ),
    "paper.opened": ("对外发布", "Publication"),
}
