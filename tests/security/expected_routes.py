"""Routes and callbacks, as it was decided who may have them: the other half of expected.py."""

from __future__ import annotations

from tests.readers import YEAR
from tests.security.expected import FIGURES, OWN_ONLY, Answer, RouteRow
from warehouse.places import Rung
from warehouse.rights import Role

CALLBACKS: dict[str, str] = {
    "page.tree": "the page of an address: told by PAGES, asked for both ways",
    "search-results.children": "places within the scope: test_the_search_box_names_only_what_may_be_opened",
}

ROUTES: dict[str, RouteRow] = {
    "/": RouteRow(address=lambda _: "/", stranger=Answer.SIGN_IN),
    "/<path:path>": RouteRow(
        address=lambda place: f"/zh/place/{place}?year={YEAR}", stranger=Answer.SIGN_IN, told_by="PAGES"
    ),
    "/sign-in": RouteRow(
        address=lambda _: "/sign-in", stranger=Answer.OPEN, methods=frozenset({"GET", "POST"})
    ),
    **{
        f"/sign-in/{step}": RouteRow(
            address=lambda _, step=step: f"/sign-in/{step}", stranger=Answer.SIGN_IN,  # type: ignore[misc]
            told_by="tests/dashboards/test_door_factor.py", methods=frozenset({"GET", "POST"}),
        )
        for step in ("code", "enrol", "change")
    },
    **{
        f"/my/{name}": RouteRow(
            address=lambda _, name=name: f"/my/{name}", stranger=Answer.SIGN_IN,  # type: ignore[misc]
            told_by="tests/dashboards/test_door_own.py", methods=frozenset({"GET", "POST"}),
        )
        for name in ("password", "factor", "factor-off", "codes", "token")
    },
    **{
        rule: RouteRow(address=lambda _, rule=rule: rule, stranger=Answer.SIGN_IN, told_by="tests/dashboards/test_door_oidc.py")  # type: ignore[misc]
        for rule in ("/sign-in/institution", "/sign-in/institution/back", "/my/institution")
    },
    "/sign-out": RouteRow(
        address=lambda _: "/sign-out", stranger=Answer.SIGN_IN, told_by="tests/dashboards/test_sign_in.py"
    ),
    "/activate": RouteRow(
        address=lambda _: "/activate", stranger=Answer.OPEN, told_by="tests/dashboards/test_activation.py",
        methods=frozenset({"GET", "POST"}),
    ),
    "/health": RouteRow(address=lambda _: "/health", stranger=Answer.OPEN),
    "/ready": RouteRow(
        address=lambda _: "/ready", stranger=Answer.OPEN, told_by="tests/security/test_operation.py"
    ),
    "/metrics": RouteRow(
        address=lambda _: "/metrics", stranger=Answer.OPEN, told_by="tests/security/test_operation.py"
    ),
    "/do/<name>": RouteRow(
        address=lambda _: "/do/nothing", stranger=Answer.SIGN_IN, told_by="ACTIONS", methods=frozenset({"POST"})
    ),
    "/signoff/<int:school>/<int:year>/<name>.pdf": RouteRow(
        address=lambda place: f"/signoff/{place}/{YEAR}/enrolment.pdf", stranger=Answer.SIGN_IN, roles=FIGURES - {Role.ANALYST},
        rungs=frozenset({Rung.SCHOOL}), at=OWN_ONLY,
    ),
    **{
        rule: RouteRow(address=lambda place, made=made: made.format(place=place), stranger=Answer.SIGN_IN, told_by=f"tests/dashboards/{told}.py")  # type: ignore[misc]
        for rule, made, told in (
            ("/rollout/<int:place>/<month>.<kind>", "/rollout/{place}/2026-10.pdf", "test_rollout"),
            ("/cases/<int:place>/<int:year>.<kind>", f"/cases/{{place}}/{YEAR}.xlsx", "test_cases"),
            ("/sampling/<int:plan>.<kind>", "/sampling/1.xlsx", "test_sampling"),
            ("/shortlists/<int:number>.<kind>", "/shortlists/1.xlsx", "test_shortlists"),
            ("/build/<lang>/<int:place>.<kind>", "/build/zh/{place}.csv", "test_build"),
            ("/kept/<int:file>", "/kept/1", "test_subscriptions"),
            ("/export/<any(zh, en):lang>/<name>.xlsx", "/export/zh/catalogue.xlsx", "test_page_files"),
            ("/export/<any(zh, en):lang>/<name>/<int:place>.xlsx", "/export/zh/place/{place}.xlsx", "test_page_files"),
            ("/briefing/<lang>/<name>/<int:place>.<kind>", "/briefing/zh/place/{place}.pdf", "test_briefings"),
        )
    },
    **{
        f"/api/{rule}": RouteRow(
            address=lambda place, made=made: f"/api/{made.format(place=place)}", stranger=Answer.TOKEN, told_by="tests/dashboards/test_api.py"  # type: ignore[misc]
        )
        for rule, made in (
            ("<path:rest>", "nothing"),
            ("v1/", "v1/"),
            ("v1/openapi.json", "v1/openapi.json"),
            ("v1/places", "v1/places?parent={place}"),
            ("v1/periods", "v1/periods"),
            ("v1/periods/<year>", f"v1/periods/{YEAR}?place={{place}}"),
            ("v1/releases", "v1/releases"),
            ("v1/releases/<number>", f"v1/releases/FB-{YEAR}-1"),
            ("v1/metrics", "v1/metrics"),
            ("v1/metrics/<name>", "v1/metrics/students"),
            ("v1/data", f"v1/data?places={{place}}&years={YEAR}&metrics=students"),
            ("v1/submissions", "v1/submissions?place={place}"),
            ("v1/submissions/<number>", "v1/submissions/1"),
            ("v1/flags", "v1/flags?judgement=doubt&place={place}"),
            ("v1/cases", "v1/cases?place={place}"),
            ("v1/cases/<number>", "v1/cases/1"),
        )
    },
    "/assets/<path:filename>": RouteRow(
        address=lambda _: "/assets/nothing.css", stranger=Answer.NOTHING, told_by="dashboards.statics"
    ),
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": RouteRow(
        address=lambda _: "/_dash-component-suites/dash/nothing.js", stranger=Answer.NOTHING, told_by="dashboards.statics"
    ),
    "/_dash-layout": RouteRow(address=lambda _: "/_dash-layout", stranger=Answer.SIGN_IN),
    "/_dash-dependencies": RouteRow(address=lambda _: "/_dash-dependencies", stranger=Answer.SIGN_IN),
    "/_reload-hash": RouteRow(address=lambda _: "/_reload-hash", stranger=Answer.SIGN_IN),
    "/_favicon.ico": RouteRow(address=lambda _: "/_favicon.ico", stranger=Answer.SIGN_IN),
    "/_dash-update-component": RouteRow(
        address=lambda _: "/_dash-update-component", stranger=Answer.SIGN_IN, told_by="CALLBACKS", methods=frozenset({"POST"})
    ),
}  # fmt: skip
