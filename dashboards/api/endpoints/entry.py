"""The way in: for whom the token reads, until when, and where everything else is."""

from __future__ import annotations

from dashboards.api.declared import Answer, Call, Endpoint, address, registry
from dashboards.api.shapes import BOTH, INTEGER, MOMENT, TEXT, listed, one_of, record
from warehouse.api_tokens import TokenScope
from warehouse.text import Text


def entry(call: Call) -> Answer:
    """Account, token and endpoints; those with a place in their path as templates."""
    token, account = call.program.token, call.program.account
    links = [
        {"name": one.name, "href": address(one.path), "title": one.title._asdict()}
        for one in registry()
    ]
    return Answer(
        body={
            "account": call.program.id, "place": account["place_id"], "depth": account["depth"], "token": token.name,
            "scopes": [scope.value for scope in token.scopes], "expires_at": token.expires_at.isoformat(),
            "description": address("/openapi.json"), "endpoints": links,
        }
    )  # fmt: skip


ENDPOINTS = (
    Endpoint(
        path="/",
        title=Text("入口", "Entry"),
        about=Text("本令牌的账号、范围、失效时间，以及全部接口的地址。", "Account, scopes and end of the token, and where everything is."),
        scope=None,
        shape=record(
            account=TEXT, place=INTEGER, depth=one_of(("records", "published")), token=TEXT, scopes=listed(one_of(TokenScope)), expires_at=MOMENT,
            description=TEXT, endpoints=listed(record(name=TEXT, href=TEXT, title=BOTH)),
        ),
        run=entry,
    ),
)  # fmt: skip
