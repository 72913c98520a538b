"""Phrases of what surrounds every page."""

PHRASES: dict[str, tuple[str, str]] = {
    "brand": ("职鉴", "Zhijian"),
    "brand.long": (
        "中等职业学校监测预警与决策支持",
        "Secondary vocational schools: monitoring and decisions",
    ),
    "skip": ("跳到正文", "Skip to the content"),
    "nav.name": ("主导航", "Main"),
    "nav.place": ("概览", "Overview"),
    "nav.catalogue": ("目录", "Catalogue"),
    "search.name": ("搜索学校与地区", "Search schools and places"),
    "search.hint": ("校名、地名、代码或拼音", "School, place, code or pinyin"),
    "search.none": ("没有找到", "Nothing found"),
    "sign_out": ("退出", "Sign out"),
    "theme.dark": ("深色", "Dark"),
    "theme.light": ("浅色", "Light"),
    "language.other": ("English", "中文"),
    "close": ("关闭", "Close"),
    "crumb": ("位置", "Place"),
    "siblings": ("同级地区", "Places beside this one"),
    "children": ("下级地区", "Places below"),
    "year": ("学年", "Year"),
    "version": ("数据", "Data"),
    "asof": ("历史状态 {moment}", "As it stood {moment}"),
    "asof.name": ("时点", "Moment"),
    "asof.now": ("回到最新", "Back to the newest"),
    "coverage": ("覆盖", "Coverage"),
    "coverage.least": ("覆盖最低：{place}", "Least coverage: {place}"),
    "coverage.returns": (
        "{reported} / {due} 份（{share}）",
        "{reported} of {due} returns ({share})",
    ),
    "coverage.value": ("{reported} / {due} 校（{share}）", "{reported} of {due} schools ({share})"),
    "options": ("口径", "Basis"),
    "act.print": ("打印", "Print"),
    "act.copy": ("复制链接", "Copy link"),
    "act.copied": ("已复制", "Copied"),
    "synthetic": ("合成数据", "Synthetic data"),
    "synthetic.notice": (
        "本页全部数字由程序生成，不是任何地区或学校的统计结果；校名均为虚构。",
        (
            "Every figure on this page was made by a program; none is a statistic of any place or school, and "
            "the schools' names are invented."
        ),
    ),
    "signs": ("符号", "Symbols"),
    "definitions": ("定义", "Definitions"),
    "definition.of": ("「{metric}」的定义", "What “{metric}” means"),
    "definitions.what": ("本页各指标的定义", "Definitions of this page's metrics"),
    "scope": ("口径", "Scope"),
    "symbol.not_applicable": ("不适用", "not applicable"),
    "symbol.not_submitted": ("未报送", "not submitted"),
    "symbol.withheld": ("为保护调查对象不予显示", "withheld to protect respondents"),
    "symbol.rounds_to_zero": ("四舍五入为 0", "rounds to zero"),
    "symbol.over": ("95% 以上（小群体只说明界限）", "over 95% (of a small group no more is said)"),
    "symbol.under": ("5% 以下（小群体只说明界限）", "under 5% (of a small group no more is said)"),
    "sign.preliminary": ("p 初步（报送数）", "p provisional (submitted)"),
    "sign.revised": ("r 修订（与上一次发布不同）", "r revised (differs from the release before)"),
    "sign.times": ("时间为北京时间（UTC+8）", "Times are China time (UTC+8)"),
    "notice.home": ("回到本单位首页", "To your own place"),
    "notice.forbidden": ("无权查看这一页", "You may not see this page"),
    "notice.forbidden.why": (
        "这个地区或学校的记录不在您的权限范围内；此次访问已记入审计日志。需要权限请联系本单位管理员。",
        (
            "The records of this place are outside your scope; this visit has been written to the audit log. "
            "Ask your administrator if you need them."
        ),
    ),
    "notice.not_found": ("没有这一页", "There is no such page"),
    "notice.not_found.why": (
        "地址中的地区、学校或页面不存在。请检查地址，或从首页用校名、代码或拼音搜索。",
        (
            "The place, school or page in the address does not exist. Check the address, or search by name, code or "
            "pinyin from your own place."
        ),
    ),
    "notice.bad_address": ("地址看不懂", "The address cannot be read"),
    "notice.bad_address.why": (
        "地址中有一项取值不合规定。请从首页重新选择学年、口径和指标。",
        "One of its values is not allowed. Choose year, basis and measure again from your own place.",
    ),
    "notice.broken": ("这一页没有算出来", "This page could not be computed"),
    "notice.broken.why": (
        "系统出错，已记录。请稍后刷新；如仍不行，请把本页地址告诉管理员。",
        (
            "Something went wrong and has been recorded. Reload later; if it persists, send this address to your "
            "administrator."
        ),
    ),
    "paper.page.finding": ("结论", "Finding"),
    "paper.page.foot": ("说明", "Notes"),
    "paper.page.part": (
        "本表只有 {whole} 条中的 {shown} 条，与网页一致。其余见 {where}",
        "This sheet holds {shown} of {whole} entries, as the page does. For the others see {where}",
    ),
    "paper.page.more": (
        "本表只有 {shown} 条，后面还有更多，与网页一致。其余见 {where}",
        "This sheet holds the {shown} entries of the page; there are more. For the others see {where}",
    ),
    "paper.page.sheet": ("工作表 {sheet}", "Sheet {sheet}"),
}
