"""The sign-off sheet of one form, to print; and whether the hash on a printed one is still the current one."""

from __future__ import annotations

from flask import request

from dashboards.element import Child
from dashboards.page import Drawn, Page, Visit
from dashboards.parts.finding import FindingView, finding
from dashboards.parts.section import SectionView, empty, section
from dashboards.sheet import Sheet
from dashboards.views import chain as words
from dashboards.views import signoff
from warehouse.chain import Key
from warehouse.discovery import submitted_forms
from warehouse.places import Rung
from warehouse.rights import Right


def draw(visit: Visit) -> Drawn:
    school, form = visit.address.place or 0, visit.address.form
    name = visit.place.name(visit.lang) if visit.place else ""
    made = None
    if form in submitted_forms():
        made = signoff.sheet(
            signoff.Asked(
                reader=visit.reader, ladder=visit.ladder, phrases=visit.phrases, key=Key(form, visit.year, school),
                host=request.host_url, is_synthetic=visit.synthetic, sees_sensitive=Right.SEE_SENSITIVE in visit.rights,
            )
        )  # fmt: skip
    title = (
        words.title(visit, form) if form in submitted_forms() else visit.phrases("signoff.title")
    )
    said = FindingView(_sentence(visit, made, name, title), automatic=False)
    body: list[Child] = [finding(said, visit.phrases)]
    view = SectionView("sheet", visit.phrases("signoff.title"), more=_more(visit) if made else None)
    body.append(
        section(
            view,
            signoff.drawn(made, visit.phrases) if made else empty(visit.phrases("records.none")),
        )
    )
    return Drawn(title=f"{name} {title}", body=body)


def _sentence(visit: Visit, made: Sheet | None, name: str, title: str) -> str:
    """Whether the printed hash is current, where the address carries one."""
    asked = visit.address.item
    if made is None or not asked:
        return visit.phrases("signoff.said", school=name, form=title)
    is_current = made.hash.startswith(asked)
    return visit.phrases("signoff.current" if is_current else "signoff.replaced", hash=asked[:16])


def _more(visit: Visit) -> tuple[str, str]:
    address = visit.address
    return (
        visit.phrases("signoff.pdf"),
        f"/signoff/{address.place}/{visit.year}/{address.form}.pdf?lang={address.lang}",
    )


page = Page(name="signoff", rungs=(Rung.SCHOOL,), draw=draw, is_kept=False, is_sent=False)
