"""What a browser is told with every answer: what may run, who may frame it, what may be kept.

Scripts come from files of ours only; nothing inline runs and nothing is evaluated. Style elements need the nonce of their
document: Dash and the chart library make some by script, and ours hands the nonce on. Style attributes stay allowed: marks and
charts are drawn with them, and they can neither run nor fetch.
"""

from __future__ import annotations

import secrets

from flask import Flask, Response, g
from werkzeug.middleware.proxy_fix import ProxyFix

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src-elem": "'self' 'nonce-{nonce}'",
    "style-src-attr": "'unsafe-inline'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "worker-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
OVER_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
UNKEPT = "no-store"  # nothing personal stays in a browser or on the way to it


def nonce() -> str:
    """The word by which style elements of this one answer are known."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    word: str = g.nonce
    return word


def raise_shield(server: Flask, *, is_behind_tls: bool) -> None:
    """Put the headers on every answer, whoever made it."""
    fixed = FIXED | (OVER_TLS if is_behind_tls else {})

    def tell(answer: Response) -> Response:
        for name, value in fixed.items():
            answer.headers.setdefault(name, value)
        answer.headers["Content-Security-Policy"] = policy(nonce())
        answer.headers.setdefault("Cache-Control", UNKEPT)
        return answer

    server.after_request(tell)


def stand_behind(server: Flask, proxies: int, hosts: str) -> None:
    """Believe so many proxies of the operator's about addresses, and answer to these names only."""
    if proxies:
        server.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's documentation does it
            server.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    if hosts:
        server.config["TRUSTED_HOSTS"] = [name.strip() for name in hosts.split(",")]


def policy(word: str) -> str:
    """The policy of one answer."""
    return "; ".join(f"{name} {value.format(nonce=word)}" for name, value in POLICY.items())
