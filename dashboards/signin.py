"""The sign-in page: plain HTML that works without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from dashboards.i18n import HTML_LANG, Phrases
from dashboards.statics import stylesheet

_PAGE = """<!doctype html>
<html lang="{lang}" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {brand}</title>
<link rel="stylesheet" href="{stylesheet}">
</head>
<body class="door">
<main>
<span class="brand"><span class="logo" aria-hidden="true"></span>{brand}</span>
<h1>{title}</h1>
<p class="m">{brand_long}</p>
{error}
<form method="post" action="{action}">
<input type="hidden" name="csrf" value="{csrf}">
<input type="hidden" name="next" value="{next_address}">
<label for="account">{account_label}</label>
<input id="account" name="account" value="{account}" autocomplete="username" required autofocus{invalid}>
<label for="password">{password_label}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{invalid}>
<button class="btn p" type="submit">{submit}</button>
</form>
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


def sign_in_page(view: SignInView, phrases: Phrases) -> str:
    """Return the page as HTML."""
    error = f'<p class="error" role="alert" id="why">{escape(view.error)}</p>' if view.error else ""
    mark = f'<span class="syn">{phrases("synthetic")}</span>' if view.synthetic else "<span></span>"
    return _PAGE.format(
        lang=HTML_LANG[phrases.lang],
        title=phrases("sign_in"),
        brand=phrases("brand"),
        brand_long=phrases("brand.long"),
        stylesheet=stylesheet().address,
        error=error,
        invalid=' aria-invalid="true" aria-describedby="why"' if view.error else "",
        action=escape(view.action),
        csrf=escape(view.csrf),
        next_address=escape(view.next_address),
        account=escape(view.account),
        account_label=phrases("sign_in.account"),
        password_label=phrases("sign_in.password"),
        submit=phrases("sign_in"),
        mark=mark,
        other_href=escape(view.other_language_href),
        other_lang="en" if phrases.lang == "zh" else "zh-CN",
        other=phrases("language.other"),
    )
