"""Phrases of signing in and of one's own account."""

PHRASES: dict[str, tuple[str, str]] = {
    "sign_in": ("登录", "Sign in"),
    "sign_in.account": ("账号", "Account"),
    "sign_in.password": ("密码", "Password"),
    "sign_in.wrong": (
        "账号或密码不对，或账号已锁定、停用。请重新输入；连续 5 次失败后锁定 15 分钟。",
        "Account or password is wrong, or the account is locked or closed. Type them again; five failures in a row lock it for 15 minutes.",
    ),
    "sign_in.demo": (
        "演示账号仅限本机，免第二因子与定期改密；真实账号不免。",
        "Demo accounts stand on this machine only and need neither second factor nor new passwords; real accounts do.",
    ),
    "step.next": ("继续", "Continue"),
    "step.back": ("返回登录页", "Back to the first step"),
    "step.stale": ("页面已过期，请重新提交。", "The page was too old; send it again."),
    "step.code": ("输入验证码", "Enter your code"),
    "step.code.lead": (
        "请输入身份验证器上的 6 位数字；设备不在身边时可用一个恢复码。",
        "Type the six digits your authenticator shows, or one of your recovery codes if the device is not at hand.",
    ),
    "step.code.field": ("验证码或恢复码", "Code or recovery code"),
    "step.code.digits": ("验证码（6 位数字）", "Code (six digits)"),
    "step.code.wrong": (
        "验证码不对、已用过，或账号已锁定。请输入新的验证码；连续 5 次失败后锁定 15 分钟。",
        "The code is wrong or used, or the account is locked. Type a new one; five failures in a row lock it for 15 minutes.",
    ),
    "step.enrol": ("启用第二因子", "Set up your second factor"),
    "step.enrol.lead": (
        "用身份验证器扫描二维码，再输入它显示的 6 位数字。此账号登录时须同时使用密码和验证码。",
        "Scan the picture with an authenticator app, then type the six digits it shows. This account signs in with password and code.",
    ),
    "step.enrol.picture": ("供身份验证器扫描的二维码", "QR code for an authenticator app"),
    "step.enrol.typed": ("不能扫描时，可手工输入密钥：", "If it cannot be scanned, type this key:"),
    "step.enrol.do": ("启用", "Switch on"),
    "step.enrol.wrong": (
        "验证码不对。请核对设备时间，再输入新的 6 位数字。",
        "The code does not match. Check the clock of the device and type the next one.",
    ),
    "step.codes": ("保存恢复码", "Keep your recovery codes"),
    "step.codes.lead": (
        "设备丢失时，每个恢复码可代替验证码登录一次。只显示这一次，请抄写或打印后妥善保管。",
        "If the device is lost, each of these stands in for a code once. They are shown only now: write them down or print them.",
    ),
    "step.codes.kept": ("已保存，继续", "I have kept them"),
    "step.password": ("设置新密码", "Choose a new password"),
    "step.password.due": (
        "现在的密码由他人设定，请先换成自己的密码。",
        "Your password was set by somebody else. Choose one of your own before you go on.",
    ),
    "step.password.old": (
        "密码已使用 90 天，请更换后继续。",
        "Your password is 90 days old. Choose a new one before you go on.",
    ),
    "step.password.own": ("更换后，其他会话即告结束。", "Your other sessions end with it."),
    "step.password.present": ("现在的密码", "Present password"),
    "step.password.new": ("新密码", "New password"),
    "step.password.again": ("再输入一次", "The same again"),
    "step.password.do": ("保存新密码", "Save the password"),
    "step.password.rules": (
        "至少 10 个字符；大写字母、小写字母、数字、其他符号中至少 3 类；不含账号名；不与最近 5 次相同。",
        (
            "At least 10 characters; three of capital letters, small letters, digits and other signs; "
            "without the account name; none of the last five."
        ),
    ),
    "step.password.differs": ("两次输入的新密码不一致。", "The two new passwords differ."),
    "own.back": ("返回我的账号", "Back to my account"),
    "own.wrong": (
        "现在的密码不对，或账号已锁定。请重新输入；连续 5 次失败后锁定 15 分钟。",
        "The present password is wrong, or the account is locked. Type it again; five failures in a row lock it for 15 minutes.",
    ),
    "own.password.done": (
        "密码已更换，其他会话已结束。",
        "The password is changed; your other sessions have ended.",
    ),
    "own.factor-off": ("停用第二因子", "Switch the second factor off"),
    "own.factor-off.lead": (
        "停用后仅凭密码登录。请输入密码和一个验证码确认。",
        "Afterwards the password alone signs in. Confirm with password and code.",
    ),
    "own.factor.required": (
        "管理员以及部、省两级的账号必须使用第二因子，不能停用。",
        "Administrators and accounts of the ministry or a province need a second factor; it stays on.",
    ),
    "own.factor.done": ("第二因子已停用。", "The second factor is off."),
    "own.codes": ("更换恢复码", "Draw new recovery codes"),
    "own.codes.lead": (
        "原有恢复码随即作废。请输入密码和一个验证码确认。",
        "The old ones are void from then on. Confirm with password and code.",
    ),
    "institution.do": ("用{name}登录", "Sign in by {name}"),
    "institution.stale": (
        "外部登录已过期或不是在本浏览器发起的，请重新开始。",
        "That sign-in is too old, or was not begun in this browser. Begin again.",
    ),
    "institution.denied": (
        "外部登录没有完成，请重试。",
        "The institution did not let you through. Try again.",
    ),
    "institution.unknown": (
        "这个外部登录没有关联可用的账号。请先用账号和密码登录，在“我的账号”中关联。",
        "No account that is open is linked to this sign-in. Sign in by account and password and link it under My account.",
    ),
    "institution.linked": ("已关联{name}。", "{name} is linked."),
    "institution.unlinked": ("已解除关联。", "It is unlinked."),
    "me.institution.on": ("已关联", "linked"),
    "me.institution.off": ("未关联", "not linked"),
    "me.institution.link": ("关联", "Link it"),
    "me.institution.unlink": ("解除关联", "Unlink it"),
    "nav.locks": ("登录安全", "Sign-in"),
    "locks.listed": ("因登录失败被锁定", "Locked after failed attempts"),
    "locks.note": (
        "连续 5 次失败后锁定 15 分钟，到时自动解除。解除前请核实是否本人操作；每次锁定与解除均已记入审计链。",
        "Five failures in a row lock a login for 15 minutes. Ask the person before you lift a lock; both are written to the audit trail.",
    ),
    "locks.none": ("目前没有被锁定的账号。", "No login is locked at the moment."),
    "locks.login": ("账号", "Login"),
    "locks.since": ("锁定时间", "Since"),
    "locks.until": ("自动解除", "Until"),
    "locks.lift": ("解除锁定", "Lift the lock"),
    "locks.lift.name": ("解除 {login} 的锁定", "Lift the lock of {login}"),
    "locks.reset": ("重置第二因子", "Take a lost second factor away"),
    "locks.reset.do": ("重置", "Take it away"),
    "locks.reset.note": (
        "设备和恢复码都丢失时使用。请先当面或电话核实本人；须使用第二因子的账号下次登录时重新启用。此操作记入审计链。",
        (
            "For somebody who has lost both device and recovery codes. Make sure who asks; an account that needs a second factor "
            "sets up another at its next sign-in. It is written to the audit trail."
        ),
    ),
    "locks.reset.done": (
        "已重置 {login} 的第二因子。",
        "The second factor of {login} is taken away.",
    ),
    "locks.lifted": ("已解除 {login} 的锁定。", "The lock of {login} is lifted."),
    "nav.me.of": ("我的账号：{name}", "My account: {name}"),
    "me.title": ("我的账号", "My account"),
    "me.login": ("账号", "Account"),
    "me.name": ("名称", "Name"),
    "me.role": ("角色", "Role"),
    "me.place": ("单位", "Place"),
    "me.until": ("有效期至", "Valid until"),
    "me.until.none": ("未设期限", "no end set"),
    "me.last": ("本次登录", "Signed in"),
    "me.entry": ("登录方式", "How you sign in"),
    "me.password": ("密码", "Password"),
    "me.password.set": ("{day} 设置，90 天内更换", "set {day}, to be changed within 90 days"),
    "me.password.exempt": ("演示账号，不要求更换", "demo account, need not be changed"),
    "me.password.change": ("修改密码", "Change it"),
    "me.factor": ("第二因子", "Second factor"),
    "me.factor.on": ("已启用", "on"),
    "me.factor.off": ("未启用", "off"),
    "me.factor.required": ("此类账号必须启用", "required for this account"),
    "me.factor.enrol": ("启用", "Switch on"),
    "me.sessions": ("会话", "Sessions"),
    "me.sessions.note": (
        "闲置 {idle} 分钟或登录满 {longest} 小时，会话自动结束；修改密码后其他会话立即结束。不认识的会话请结束并修改密码。",
        (
            "A session ends after {idle} minutes without use, and {longest} hours after sign-in; a new password ends all others. "
            "End one you do not know, and change your password."
        ),
    ),
    "me.sessions.agent": ("浏览器", "Browser"),
    "me.sessions.address": ("地址", "Address"),
    "me.sessions.started": ("登录时间", "Signed in"),
    "me.sessions.seen": ("最近使用", "Last used"),
    "me.sessions.this": ("本会话", "this one"),
    "me.sessions.end": ("结束", "End"),
    "me.sessions.end.name": ("结束 {started} 登录的会话", "End the session of {started}"),
    "me.sessions.end.others": ("结束其他全部会话", "End all others"),
    "me.ended": ("会话已结束。", "The session has ended."),
    "me.ended.others": (
        "已结束其他 {n} 个会话。",
        "{n} other {n:session has|sessions have} ended.",
    ),
}
