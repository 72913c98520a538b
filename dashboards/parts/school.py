"""A school's identity card, and the strip of judgements on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.parts.cell import Seal, Verdict, quoted, seal_mark, verdict_mark


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact of the card: "标识码" "3643000217"; with a verdict its text carries shape and colour."""

    name: str
    text: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class IdentityView:
    """The school's name (the page's h1) and facts; `finding` is the page's sentence below them, or ""."""

    name: str
    facts: Sequence[FactView]
    finding: str = ""
    act: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RemarkView:
    """One breach, doubt or hint: what is the case, its legal basis (text, address or ""), since when and what next.

    said: what the school says to it, in its own words.
    """

    text: str
    basis: str = ""
    basis_href: str = ""
    follow: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class JudgementView:
    """One kind of judgement; kinds stand side by side and are never added up."""

    seal: Seal
    title: str
    meta: str
    remarks: Sequence[RemarkView]


def identity(view: IdentityView, phrases: Phrases) -> Element:
    """Draw the card."""
    facts = [e.div(e.dt(fact.name), e.dd(_fact(fact, phrases))) for fact in view.facts]
    act = e.div(e.a(view.act[0], href=view.act[1], cls="btn"), cls="go") if view.act else None
    sentence = e.p(view.finding, cls="say") if view.finding else None
    return e.div(e.h1(view.name), act, e.dl(*facts), sentence, cls="id")


def _fact(fact: FactView, phrases: Phrases) -> Child:
    return verdict_mark(fact.verdict, phrases, fact.text) if fact.verdict else fact.text


def judgements(views: Sequence[JudgementView], phrases: Phrases) -> Element:
    """Lay the kinds of judgement side by side."""
    return e.div(*(_judgement(view, phrases) for view in views), cls=f"three n{len(views)}")


def _judgement(view: JudgementView, phrases: Phrases) -> Element:
    head = e.h2(seal_mark(view.seal, phrases), view.title, e.small(view.meta))
    remarks = [e.li(*_remark(remark, phrases)) for remark in view.remarks]
    return e.section(head, e.ul(*remarks) if remarks else e.p(phrases("judgement.none"), cls="m"))


def _remark(remark: RemarkView, phrases: Phrases) -> tuple[Child, ...]:
    basis: Child = remark.basis
    if remark.basis and remark.basis_href:
        basis = e.a(remark.basis, href=remark.basis_href)
    return (remark.text, " ", basis, _follow(remark, phrases))


def _follow(remark: RemarkView, phrases: Phrases) -> Element | None:
    if not remark.follow:
        return None
    words: list[Child] = [remark.follow]
    if remark.said:
        words += [phrases("list.meta"), phrases("judged.said"), quoted(remark.said)]
    return e.span(*words, cls="s")
