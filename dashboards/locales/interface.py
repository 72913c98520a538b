"""Phrases of the interface for programs: tokens, the page that tells it, its refusals."""

PHRASES: dict[str, tuple[str, str]] = {
    "token.title": ("生成接口令牌", "Make a token"),
    "token.lead": (
        "程序凭令牌以您的身份只读访问接口，权限不超过本账号。请像密码一样保管；修改密码、停用或注销账号后令牌随即失效。",
        (
            "By a token a program reads the interface for you, never more than this account may. Keep it like a password; "
            "it is void as soon as the password changes or the account is suspended or ended."
        ),
    ),
    "token.name": ("用途（如“处室月报脚本”）", "What it is for, as “monthly report of our office”"),
    "token.scopes": ("可读取", "It may read"),
    "token.days": ("有效天数（最多 {most}）", "Days it holds (at most {most})"),
    "token.do": ("生成令牌", "Make the token"),
    "token.made": ("令牌已生成", "The token is made"),
    "token.made.lead": (
        "只显示这一次，请立即复制到程序的保密设置中。遗失请吊销后重新生成。",
        "It is shown this once: copy it now to where your program keeps its secrets. If you lose it, revoke it and make another.",
    ),
    "token.onward": ("查看接口说明与示例", "How to use it, with examples"),
    "token.revoked": ("已吊销令牌“{name}”。", "The token “{name}” is revoked."),
    "me.tokens": ("接口令牌", "Tokens for programs"),
    "me.tokens.note": (
        "程序凭令牌只读访问 /api/v1，不超过本账号的权限。不用的请吊销；每次生成、吊销和取数都记入审计链。",
        (
            "By a token a program reads /api/v1, never more than this account may. Revoke what is not used; "
            "making, revoking and reading are written to the audit trail."
        ),
    ),
    "me.tokens.none": ("还没有令牌。", "There is no token yet."),
    "me.tokens.name": ("用途", "For"),
    "me.tokens.scopes": ("可读取", "May read"),
    "me.tokens.made": ("生成时间", "Made"),
    "me.tokens.expires": ("失效时间", "Holds until"),
    "me.tokens.used": ("最近使用", "Last used"),
    "me.tokens.never": ("从未使用", "never"),
    "me.tokens.make": ("生成令牌", "Make a token"),
    "me.tokens.how": ("接口说明与示例", "The interface, with examples"),
    "me.tokens.revoke": ("吊销", "Revoke"),
    "me.tokens.revoke.name": ("吊销令牌“{name}”", "Revoke the token “{name}”"),
    # Refusals: `problem.<status>` is the title; `.why` what happened, `.todo` what to do; a kind stands behind the status.
    "problem.other": ("请求未能处理", "The request was not answered"),
    "problem.other.why": ("服务器没有处理这个请求。", "The server did not answer this request."),
    "problem.other.todo": (
        "请对照接口说明检查地址、方法与请求头。",
        "Compare address, method and headers with the description of the interface.",
    ),
    "problem.400": ("参数不对", "A parameter is wrong"),
    "problem.400.why": ("请求的格式不对。", "The request has not the shape of the interface's."),
    "problem.400.todo": ("请对照接口说明改正。", "Mend it by the description of the interface."),
    "problem.400.parameter.why": (
        "参数 {name} 的值“{said}”不在许可范围内。许可：{allowed}。",
        "The value “{said}” of the parameter {name} is not allowed. Allowed: {allowed}.",
    ),
    "problem.400.parameter.todo": ("请改正这个参数后重试。", "Mend the parameter and ask again."),
    "problem.400.unknown.why": (
        "没有参数 {name}。可用的参数：{allowed}。",
        "There is no parameter {name}. There are: {allowed}.",
    ),
    "problem.400.unknown.todo": ("请删除或改正它。", "Leave it out, or mend its name."),
    "problem.400.missing.why": (
        "缺少参数 {name}。许可：{allowed}。",
        "The parameter {name} is missing. Allowed: {allowed}.",
    ),
    "problem.400.missing.todo": ("请补上这个参数后重试。", "Add it and ask again."),
    "problem.401": ("没有有效的令牌", "No token that holds"),
    "problem.401.why": (
        "请求没有令牌，或令牌已失效、已吊销，或其账号的密码已更换、已停用。",
        "There is no token, or it is over or revoked, or the password of its account changed or the account is suspended.",
    ),
    "problem.401.todo": (
        "在“我的账号”生成令牌，放在请求头 Authorization: Bearer 中。",
        "Make a token under My account and send it in the header Authorization: Bearer.",
    ),
    "problem.403": ("无权读取", "Not allowed"),
    "problem.403.why": ("本账号或本令牌无权读取。", "This account or this token may not read it."),
    "problem.403.todo": (
        "请从本单位的地区开始，或联系本单位管理员。",
        "Start from your own place, or ask your administrator.",
    ),
    "problem.403.said.why": ("{said}", "{said}"),
    "problem.403.said.todo": (
        "用 /places 查看本账号可见的地区。",
        "Ask /places for what this account may see.",
    ),
    "problem.403.scope.why": ("这个接口要求令牌含 {scope}。", "This needs a token with {scope}."),
    "problem.403.scope.todo": (
        "在“我的账号”生成含这一范围的令牌。",
        "Make a token with that scope under My account.",
    ),
    "problem.403.right.why": ("本账号不读取数据。", "This account reads no figures."),
    "problem.403.right.todo": (
        "请使用业务账号的令牌。",
        "Use the token of an account that reads figures.",
    ),
    "problem.404": ("没有这一项", "There is no such thing"),
    "problem.404.why": ("没有这个地址。", "There is no such address."),
    "problem.404.todo": ("用 /api/v1/ 查看全部接口。", "Ask /api/v1/ for all there are."),
    "problem.404.said.why": ("{said}", "{said}"),
    "problem.404.said.todo": ("用 /places 查找编号。", "Find its number with /places."),
    "problem.404.year.why": ("{year} 学年没有数据。", "There is no data of the year {year}."),
    "problem.404.year.todo": (
        "用 /periods 查看有数据的学年。",
        "Ask /periods for the years there are.",
    ),
    "problem.404.metric.why": ("没有指标 {name}。", "There is no metric {name}."),
    "problem.404.metric.todo": ("用 /metrics 查看全部指标。", "Ask /metrics for all there are."),
    "problem.404.submission.why": (
        "没有编号为 {number} 的报送，或不在本账号范围内。",
        "There is no submission {number}, or none within your scope.",
    ),
    "problem.404.submission.todo": (
        "用 /submissions 查看编号。",
        "Ask /submissions for their numbers.",
    ),
    "problem.404.case.why": (
        "没有编号为 {number} 的核查件，或不在本账号范围内。",
        "There is no case {number}, or none within your scope.",
    ),
    "problem.404.case.todo": ("用 /cases 查看编号。", "Ask /cases for their numbers."),
    "problem.405": ("只读", "Read-only"),
    "problem.405.why": (
        "接口只读，只接受 GET 与 HEAD。",
        "The interface is read-only: it takes GET and HEAD.",
    ),
    "problem.405.todo": ("请改用 GET。", "Use GET."),
    "problem.406": ("没有这种格式", "No such format"),
    "problem.406.why": (
        "不提供请求头 Accept 所要的格式。",
        "What the header Accept asks for is not offered.",
    ),
    "problem.406.todo": (
        "请放宽 Accept，或用参数 format 指定。",
        "Widen Accept, or name a format by the parameter format.",
    ),
    "problem.406.media.why": ("这个接口提供：{offered}。", "This offers: {offered}."),
    "problem.406.media.todo": (
        "请放宽 Accept，或用参数 format 指定。",
        "Widen Accept, or name a format by the parameter format.",
    ),
    "problem.413": ("请求过大", "The request is too large"),
    "problem.413.why": (
        "请求体过大；接口只读，不需要请求体。",
        "The body is too large; the interface is read-only and needs none.",
    ),
    "problem.413.todo": ("请不要附带请求体。", "Send no body."),
    "problem.414": ("地址过长", "The address is too long"),
    "problem.414.why": ("地址超过 4,000 个字符。", "The address has more than 4,000 characters."),
    "problem.414.todo": (
        "请分几次请求，或用 -provinces、-counties 等写法代替逐个列出。",
        "Ask in parts, or name all below a place by -provinces, -counties.",
    ),
    "problem.422": ("做不出这张表", "The table cannot be made"),
    "problem.422.why": (
        "这些参数合在一起没有意义。",
        "Together these parameters say nothing that can be answered.",
    ),
    "problem.422.todo": ("请改正参数后重试。", "Mend the parameters and ask again."),
    "problem.422.said.why": ("{said}", "{said}"),
    "problem.422.said.todo": (
        "请改正参数后重试；过大的表请分几次请求。",
        "Mend the parameters; ask for a large table in parts.",
    ),
    "problem.429": ("请求过于频繁", "Too many requests"),
    "problem.429.why": (
        "这个令牌或来源地址的请求超过限额。",
        "This token, or this address, asked more than its rate.",
    ),
    "problem.429.todo": (
        "请按响应头 Retry-After 的秒数等待后重试。",
        "Wait for the seconds of the header Retry-After and ask again.",
    ),
    "problem.431": ("请求头过长", "The headers are too long"),
    "problem.431.why": (
        "请求头合计超过 16,000 个字符。",
        "All headers together have more than 16,000 characters.",
    ),
    "problem.431.todo": ("请减少请求头。", "Send fewer or shorter headers."),
    "problem.500": ("系统出错", "Something broke"),
    "problem.500.why": ("没有算出来，已记录。", "It could not be computed; that is written down."),
    "problem.500.todo": (
        "请稍后重试；仍不行请把 request_id 告诉管理员。",
        "Try again later; if it stays so, tell your administrator the request_id.",
    ),
    "problem.503": ("暂时没有数据", "No data yet"),
    "problem.503.why": ("系统正在准备数据。", "The figures are being prepared."),
    "problem.503.todo": ("请稍后重试。", "Try again in a while."),
    "interface.title": ("程序接口", "The interface for programs"),
    "interface.about": (
        "程序凭令牌只读取数：与页面同一范围、同一披露控制、同一口径。",
        "Programs read by token: the scope, the disclosure control and the definitions are those of the pages.",
    ),
    "interface.more": ("接口说明与示例", "How it is used, with examples"),
    "interface.own": ("查看我的令牌", "My tokens"),
    "interface.begin": ("开始使用", "How to begin"),
    "interface.begin.1": (
        "在“我的账号”生成令牌：写明用途，勾选可读取的范围，设定有效期（默认 {days} 天，最多 {most} 天）。令牌只显示一次。",
        "Make a token under My account: say what it is for, what it may read and for how long ({days} days by default, {most} at most). It is shown once.",
    ),
    "interface.begin.2": (
        "把令牌放进程序的保密设置，每次请求带上请求头 Authorization: Bearer 令牌。不要写进脚本或随文件发送。",
        "Keep it where your program keeps secrets and send it with each request: Authorization: Bearer token. Never write it into a script or send it along with a file.",
    ),
    "interface.begin.3": (
        "先读 {root}/：它说明令牌的账号、范围、失效时间和全部地址。制表页地址中的参数可以原样用于 {root}/data。",
        "Read {root}/ first: it tells the token's account, scopes, end and every address. The words of a table's address may be used for {root}/data as they are.",
    ),
    "interface.endpoints": ("可以读取什么", "What may be read"),
    "interface.endpoints.meta": ("地址以 {root} 开头", "addresses begin with {root}"),
    "interface.endpoints.note": (
        "* 为必填参数。完整说明（OpenAPI 3.1）：{address}，需带令牌读取。",
        "* is required. The whole description (OpenAPI 3.1) is read with the token at {address}.",
    ),
    "interface.address": ("地址", "Address"),
    "interface.what": ("内容", "What it tells"),
    "interface.needs": ("令牌范围", "Token needs"),
    "interface.said": ("参数", "Parameters"),
    "interface.any": ("任一", "any"),
    "interface.python": ("示例：Python（polars）", "Example: Python (polars)"),
    "interface.python.say": (
        "令牌放在只有您能读的文件 zhijian-token 中。Parquet 保留类型；value 为空时 symbol 说明原因。",
        "The token stands in a file zhijian-token that only you may read. Parquet keeps types; where value is empty, symbol says why.",
    ),
    "interface.excel": ("示例：Excel“自网站”", "Example: Excel, From Web"),
    "interface.excel.say": (
        "数据 › 获取数据 › 自其他源 › 空白查询 › 高级编辑器，粘贴下文并换上令牌；凭据选“匿名”，以后按“全部刷新”即可。用“自网站 › 高级”时，填同一地址，并加请求头 Authorization。",
        (
            "Data › Get Data › From Other Sources › Blank Query › Advanced Editor: paste this, put your token in, choose “Anonymous” as credentials; "
            "afterwards Refresh All is enough. By From Web › Advanced, type the same address and add the header Authorization."
        ),
    ),
    "interface.paste": ("在此粘贴令牌", "paste-your-token-here"),
    "interface.rules": ("通用规则", "What always holds"),
    "interface.rule": ("事项", "About"),
    "interface.rule.what": ("规则", "Rule"),
    "interface.rule.scope": ("范围", "Scope"),
    "interface.rule.scope.say": (
        "不超过令牌所属账号：页面打不开的，接口也读不到；页面不予显示的格，接口给出 withheld。",
        "Never more than the token's account: what no page opens, no token reads; what pages withhold is withheld.",
    ),
    "interface.rule.parameters": ("参数", "Parameters"),
    "interface.rule.parameters.say": (
        "列表用逗号（或制表页地址中的点）分隔；写错或多余的参数会被指出，不会被忽略。",
        "Lists are written with commas, or with points as in a table's address; a wrong or unknown parameter is named, never ignored.",
    ),
    "interface.rule.pages": ("分页", "Pages"),
    "interface.rule.pages.say": (
        "返回的 next（及响应头 Link）是下一页的完整地址，为空即到末页；数据各页属于同一时刻的状态。",
        "next, and the header Link, is the whole address of the next page; empty on the last. All pages of figures are of one state.",
    ),
    "interface.rule.stamp": ("未变化", "As it was"),
    "interface.rule.stamp.say": (
        "保存响应头 ETag，下次放进 If-None-Match：数据没有新入库时返回 304，不重新计算。",
        "Keep the header ETag and send it back as If-None-Match: without a new load the answer is 304 and nothing is computed.",
    ),
    "interface.rule.rate": ("频率", "Rate"),
    "interface.rule.rate.say": (
        "每个令牌一次可连续 {at_once} 个请求，此后每分钟 {a_minute} 个；超过返回 429，按 Retry-After 等待。余量见响应头 RateLimit。",
        "A token may ask {at_once} times at once and {a_minute} times a minute on end; beyond that the answer is 429: wait for Retry-After. RateLimit tells what is left.",
    ),
    "interface.rule.problem": ("出错", "Refusals"),
    "interface.rule.problem.say": (
        "一律为 application/problem+json：detail 说明原因，todo 说明怎么办，parameter 指出参数；报告问题请附 request_id。",
        "Always application/problem+json: detail says why, todo what to do, parameter which one; report a fault with its request_id.",
    ),
    "interface.rule.trail": ("留痕", "Trail"),
    "interface.rule.trail.say": (
        "每次读取数据、报送、预警与核查件都记入审计链，注明令牌与参数。",
        "Each reading of figures, submissions, flags or cases is written to the audit trail with token and parameters.",
    ),
}
