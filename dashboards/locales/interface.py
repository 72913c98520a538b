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
}
