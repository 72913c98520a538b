"""The pages of signing in: plain HTML that works without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboards.i18n import HTML_LANG, Phrases
from dashboards.statics import ICON, stylesheet
from warehouse.api_tokens import LONGEST_NAME, MOST_DAYS, TokenScope, Wish

_PAGE = """<!doctype html>
<html lang="{lang}" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {brand}</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{stylesheet}">
</head>
<body class="door">
<main>
<span class="brand"><span class="logo" aria-hidden="true"></span>{brand}</span>
<h1>{title}</h1>
<p class="m">{lead}</p>
{error}
{content}
<p class="row">{mark}<a href="{other_href}" lang="{other_lang}">{other}</a></p>
</main>
</body>
</html>"""


@dataclass(frozen=True, slots=True)
class SignInView:
    """action: where the form is posted (fields csrf, next, account, password).

    error: "" or why the last attempt failed, in the reader's language; account: what was typed then.
    """

    action: str
    other_language_href: str
    csrf: str = ""
    next_address: str = ""
    account: str = ""
    error: str = ""
    synthetic: bool = True
    institution: tuple[str, str] = ("", "")  # words and address of another way in


@dataclass(frozen=True, slots=True)
class StepView:
    """A step after the password. `back_href` leads out of it; what is typed is posted to `action` with `csrf`."""

    action: str
    other_language_href: str
    back_href: str
    csrf: str = ""
    error: str = ""
    synthetic: bool = True
    is_own: bool = False  # of a reader who is in


def sign_in_page(view: SignInView, phrases: Phrases) -> str:
    """Account and password."""
    invalid = _invalid(view.error)
    demo = f'<p class="m">{phrases("sign_in.demo")}</p>' if view.synthetic else ""
    content = "".join((
        _open_form(view.action, view.csrf),
        f'<input type="hidden" name="next" value="{escape(view.next_address)}">',
        f'<label for="account">{phrases("sign_in.account")}</label>',
        f'<input id="account" name="account" value="{escape(view.account)}" autocomplete="username" required autofocus{invalid}>',
        _secret("password", phrases("sign_in.password"), "current-password", invalid),
        _press(phrases("sign_in")), "</form>", _institution(view), demo,
    ))  # fmt: skip
    return _page(view, phrases, "sign_in", phrases("brand.long"), content)


def _institution(view: SignInView) -> str:
    words, href = view.institution
    return f'<p><a class="btn" href="{escape(href)}">{escape(words)}</a></p>' if words else ""


def code_page(view: StepView, phrases: Phrases) -> str:
    """The code of the second factor."""
    content = "".join((
        _open_form(view.action, view.csrf), _code(phrases("step.code.field"), view.error),
        _press(phrases("step.next")), "</form>", _back(view, phrases),
    ))  # fmt: skip
    return _page(view, phrases, "step.code", phrases("step.code.lead"), content)


def enrol_page(
    view: StepView, picture: str, secret: str, phrases: Phrases, *, asks_present: bool
) -> str:
    """A new second factor: `picture` is the QR code as SVG, `secret` what it says for typing."""
    spaced = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    content = "".join((
        f'<div class="qr" role="img" aria-label="{escape(phrases("step.enrol.picture"))}">{picture}</div>',
        f'<p class="m">{phrases("step.enrol.typed")}</p><p><code class="secret">{escape(spaced)}</code></p>',
        _open_form(view.action, view.csrf), _present(view, phrases) if asks_present else "",
        _code(phrases("step.code.digits"), view.error), _press(phrases("step.enrol.do")), "</form>", _back(view, phrases),
    ))  # fmt: skip
    return _page(view, phrases, "step.enrol", phrases("step.enrol.lead"), content)


def codes_page(view: StepView, codes: Sequence[str], onward: str, phrases: Phrases) -> str:
    """Recovery codes, shown once."""
    listed = "".join(f"<li><code>{escape(code)}</code></li>" for code in codes)
    content = (
        f'<ol class="codes">{listed}</ol>'
        f'<p><a class="btn p" href="{escape(onward)}">{phrases("step.codes.kept")}</a></p>'
    )
    return _page(view, phrases, "step.codes", phrases("step.codes.lead"), content)


def token_page(view: StepView, wish: Wish, offered: Sequence[TokenScope], phrases: Phrases) -> str:  # fmt: skip
    """A token for a program: what for, what it may read, for how long; by whoever types the present password."""
    invalid = _invalid(view.error)
    scopes = "".join(
        f'<label class="tick"><input type="checkbox" name="scope" value="{scope.value}"{" checked" if scope in wish.scopes else ""}>'
        f"<span>{escape(scope.label.of(phrases.lang))} <code>{scope.value}</code></span></label>"
        for scope in offered
    )
    content = "".join((
        _open_form(view.action, view.csrf),
        f'<label for="name">{phrases("token.name")}</label>',
        f'<input id="name" name="name" value="{escape(wish.name)}" maxlength="{LONGEST_NAME}" autocomplete="off" required autofocus{invalid}>',
        f'<fieldset><legend>{phrases("token.scopes")}</legend>{scopes}</fieldset>',
        f'<label for="days">{phrases("token.days", most=MOST_DAYS)}</label>',
        f'<input id="days" name="days" type="number" min="1" max="{MOST_DAYS}" value="{wish.days or ""}" required{invalid}>',
        _present(view, phrases), _press(phrases("token.do")), "</form>", _back(view, phrases),
    ))  # fmt: skip
    return _page(view, phrases, "token.title", phrases("token.lead"), content)


def made_token_page(view: StepView, token: str, onward: str, phrases: Phrases) -> str:
    """The token, shown once."""
    content = (
        f'<code class="secret token">{escape(token)}</code>'
        f'<p><a class="btn p" href="{escape(onward)}">{phrases("token.onward")}</a></p>{_back(view, phrases)}'
    )
    return _page(view, phrases, "token.made", phrases("token.made.lead"), content)


def password_page(view: StepView, phrases: Phrases, *, lead: str, asks_present: bool) -> str:
    """A new password, typed twice; by somebody who is signed in after the present one."""
    invalid = _invalid(view.error)
    content = "".join((
        _open_form(view.action, view.csrf), _present(view, phrases) if asks_present else "",
        _secret("new", phrases("step.password.new"), "new-password", invalid + ' aria-describedby="rules"'),
        f'<p class="m" id="rules">{phrases("step.password.rules")}</p>',
        _secret("again", phrases("step.password.again"), "new-password", invalid),
        _press(phrases("step.password.do")), "</form>", _back(view, phrases),
    ))  # fmt: skip
    return _page(view, phrases, "step.password", lead, content)


def activation_page(
    view: StepView, account: str, code: str, phrases: Phrases, *, is_done: bool
) -> str:
    """Account, code of the invitation, and a password of one's own; afterwards the way in."""
    invalid = _invalid(view.error)
    content = "".join((
        _open_form(view.action, view.csrf),
        f'<label for="account">{phrases("activate.account")}</label>',
        f'<input id="account" name="account" value="{escape(account)}" autocomplete="username" maxlength="60" required{invalid}>',
        f'<label for="invitation">{phrases("activate.code")}</label>',
        f'<input id="invitation" name="code" value="{escape(code)}" autocomplete="off" spellcheck="false" maxlength="40" required{invalid}>',
        _secret("new", phrases("activate.password"), "new-password", invalid + ' aria-describedby="rules"'),
        f'<p class="m" id="rules">{phrases("activate.rules")}</p>',
        _secret("again", phrases("activate.again"), "new-password", invalid),
        _press(phrases("activate.do")), "</form>",
    ))  # fmt: skip
    onward = f'<p><a class="btn p" href="{escape(view.back_href)}">{phrases("activate.in")}</a></p>'
    lead = phrases("activate.done" if is_done else "activate.lead")
    return _page(view, phrases, "activate.title", lead, onward if is_done else content)


def confirm_page(view: StepView, key: str, phrases: Phrases) -> str:
    """One thing done by whoever types password and code."""
    content = "".join((
        _open_form(view.action, view.csrf), _present(view, phrases), _code(phrases("step.code.field"), view.error),
        _press(phrases(key)), "</form>", _back(view, phrases),
    ))  # fmt: skip
    return _page(view, phrases, key, phrases(f"{key}.lead"), content)


def _page(
    view: SignInView | StepView, phrases: Phrases, title: str, lead: str, content: str
) -> str:
    mark = f'<span class="syn">{phrases("synthetic")}</span>' if view.synthetic else "<span></span>"
    return _PAGE.format(
        lang=HTML_LANG[phrases.lang],
        title=phrases(title),
        brand=phrases("brand"),
        lead=lead,
        icon=ICON,
        stylesheet=stylesheet().address,
        error=f'<p class="error" role="alert" id="why">{escape(view.error)}</p>' if view.error else "",
        content=content,
        mark=mark,
        other_href=escape(view.other_language_href),
        other_lang="en" if phrases.lang == "zh" else "zh-CN",
        other=phrases("language.other"),
    )  # fmt: skip


def _open_form(action: str, csrf: str) -> str:
    token = f'<input type="hidden" name="csrf" value="{escape(csrf)}">'
    return f'<form method="post" action="{escape(action)}">{token}'


def _invalid(error: str) -> str:
    return ' aria-invalid="true" aria-errormessage="why"' if error else ""


def _secret(name: str, label: str, complete: str, more: str) -> str:
    """A field whose content is not shown."""
    return (
        f'<label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" type="password" autocomplete="{complete}" required{more}>'
    )


def _present(view: StepView, phrases: Phrases) -> str:
    label = phrases("step.password.present")
    return _secret("password", label, "current-password", _invalid(view.error))


def _code(label: str, error: str) -> str:
    return (
        f'<label for="code">{label}</label><input id="code" name="code" autocomplete="one-time-code" '
        f'autocapitalize="none" spellcheck="false" maxlength="20" required autofocus{_invalid(error)}>'
    )


def _press(words: str) -> str:
    return f'<button class="btn p" type="submit">{words}</button>'


def _back(view: StepView, phrases: Phrases) -> str:
    return f'<p><a href="{escape(view.back_href)}">{phrases("own.back" if view.is_own else "step.back")}</a></p>'
