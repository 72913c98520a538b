"""What the page of the interface tells, from the declarations that answer programs."""

from __future__ import annotations

from collections.abc import Iterator

from flask import request

from dashboards import element as e
from dashboards.api import examples
from dashboards.api.declared import ROOT, Endpoint, registry
from dashboards.element import Element
from dashboards.limits import TOKEN
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.section import SectionView, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.build import first_picks
from warehouse.api_tokens import DAYS, MOST_DAYS

RULES = ("scope", "parameters", "pages", "stamp", "rate", "problem", "trail")


def begin_section(visit: Visit) -> Element:
    """From nothing to the first answer."""
    phrases = visit.phrases
    steps = [phrases(f"interface.begin.{n}", days=DAYS, most=MOST_DAYS, root=ROOT) for n in (1, 2, 3)]  # fmt: skip
    links = e.div(
        e.a(phrases("me.tokens.make"), href=f"/my/token?lang={visit.lang}", data_plain="1", cls="btn"),
        e.a(phrases("interface.own"), href=visit.address.on("me"), cls="btn"),
        cls="acts",
    )  # fmt: skip
    view = SectionView("begin", phrases("interface.begin"))
    return section(view, e.ol(*(e.li(step) for step in steps), cls="steps"), links)


def endpoints_section(visit: Visit) -> Element:
    """Every address, what it tells, what the token needs, what may be said."""
    phrases = visit.phrases
    heads = [ColumnView(phrases(f"interface.{name}"), kind="text", narrow=name != "said") for name in ("address", "what", "needs", "said")]  # fmt: skip
    view = SectionView(
        "endpoints", phrases("interface.endpoints"), phrases("interface.endpoints.meta", root=ROOT),
        note=phrases("interface.endpoints.note", address=f"{ROOT}/openapi.json"),
    )  # fmt: skip
    rows = [_endpoint(visit, one) for one in registry()]
    return section(view, table(TableView(view.title, heads, rows, "wrap paths"), phrases))


def _endpoint(visit: Visit, one: Endpoint) -> RowView:
    said = ", ".join(f"{each.name}*" if each.required else each.name for each in one.parameters)
    cells = (
        CellView(one.about.of(visit.lang)),
        CellView(one.scope.value if one.scope else visit.phrases("interface.any")),
        CellView(said, symbol="" if said else "not_applicable"),
    )
    return RowView(one.path, cells)


def example_sections(visit: Visit) -> Iterator[Element]:
    """A script and a query, about the reader's own place."""
    phrases, site = visit.phrases, request.host_url.rstrip("/")
    picks = ",".join(map(str, first_picks(visit, visit.audience.scope.place_id)))
    said = {"places": picks, "years": str(visit.year), "metrics": "students,students_per_teacher", "lang": visit.lang}  # fmt: skip
    yield _example(visit, "python", examples.python(site, said))
    yield _example(visit, "excel", examples.excel(site, said, phrases("interface.paste")))


def _example(visit: Visit, name: str, text: str) -> Element:
    phrases = visit.phrases
    view = SectionView(name, phrases(f"interface.{name}"), say=phrases(f"interface.{name}.say"))
    shown = e.pre(e.code(text), cls="code", tabIndex=0, role="group", aria_label=view.title)
    return section(view, shown)


def rules_section(visit: Visit) -> Element:
    """What holds for every address."""
    phrases = visit.phrases
    said = {"at_once": TOKEN.at_once, "a_minute": int(TOKEN.a_second * 60)}
    rows = [RowView(phrases(f"interface.rule.{name}"), [CellView(phrases(f"interface.rule.{name}.say", **said))]) for name in RULES]  # fmt: skip
    view = SectionView("rules", phrases("interface.rules"))
    heads = [
        ColumnView(phrases(name), kind="text") for name in ("interface.rule", "interface.rule.what")
    ]
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))
