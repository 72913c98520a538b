"""Decisions on a shortlist: those there are, the form that draws one up, and one with its schools, its reasons and what the reader may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.i18n import Phrases
from dashboards.numbers import academic_year, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView, quoted
from dashboards.parts.finding import FindingView
from dashboards.parts.form import action_form, area_field, choice_field, hidden, press, text_field
from dashboards.parts.section import SectionView, empty, grid, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views import wording
from dashboards.views.accounts import place_of, posting
from dashboards.views.shortlist_found import Known, member_text
from metrics.discovery import metric
from metrics.judgement.titles import title as rule_title
from metrics.shortlists import population
from metrics.shortlists.discovery import purposes
from metrics.shortlists.evidence import seen
from metrics.shortlists.population import Population
from metrics.shortlists.purpose import Counted
from metrics.tables.kinds import KINDS
from warehouse.conflicts import Conflict
from warehouse.flags import Judgement
from warehouse.ladder import Ladder
from warehouse.moments import minute
from warehouse.places import NATION
from warehouse.rights import Right
from warehouse.shortlist_rules import (
    ABOUT_A_SCHOOL,
    REASON,
    WANTED,
    Decision,
    Deed,
    Outcome,
    State,
    Subject,
)
from warehouse.shortlists import outcomes

USUAL = 5  # how many are chosen unless somebody says otherwise
Entry = Mapping[str, Any]


def title_of(phrases: Phrases, subject: Subject) -> str:
    """The purpose in words, with its class and the kinds of schools among which."""
    known = purposes().get(subject.purpose)
    label = known.label.of(phrases.lang) if known else subject.purpose
    whole = phrases("shortlists.of", purpose=label, member=member_text(phrases, subject.member)) if subject.member else label  # fmt: skip
    kinds = among_text(phrases, population.read(subject.population))
    return phrases("shortlists.within", what=whole, kinds=kinds) if kinds else whole


def among_text(phrases: Phrases, among: Population) -> str:
    """The kinds of schools that a list is narrowed to; "" where to none."""
    return phrases("shortlists.comma").join(KINDS[kind].labels[code].of(phrases.lang) for kind, code in among.items())  # fmt: skip


# -- the decisions there are, and a new one


def decisions_sections(known: Known) -> list[Element]:
    return [grid(_listed(known), *_draft(known))]


def _listed(known: Known) -> Element:
    """Every decision of the place, year and purpose; none is deleted."""
    visit, phrases = known.visit, known.visit.phrases
    width = 7 if known.may_decide else 12
    view = SectionView("decisions", phrases("shortlists.decisions"), academic_year(visit.year, visit.lang), width=width, note=phrases("shortlists.decisions.note"))  # fmt: skip
    if not known.decisions:
        return section(view, empty(phrases("shortlists.decisions.none")))
    heads = (
        ColumnView(phrases("shortlists.number"), kind="text"), ColumnView(phrases("shortlists.state"), kind="text"),
        ColumnView(phrases("shortlists.chosen")), ColumnView(phrases("shortlists.by"), kind="text", narrow=False),
    )  # fmt: skip
    rows = [
        RowView(
            one.number, (CellView(one.state.label.of(visit.lang)), CellView(plain(len(one.chosen))), CellView(one.login, note=minute(one.made_at))),
            known.own(item=str(one.number_id), member=one.drawn.subject.member, population=one.drawn.subject.population), sub=title_of(visit.phrases, one.drawn.subject),
        )
        for one in known.decisions
    ]  # fmt: skip
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _draft(known: Known) -> Iterator[Element]:
    """The form that freezes the list as it stands on the page, for whoever may."""
    if not known.may_decide:
        return
    visit, phrases = known.visit, known.visit.phrases
    view = SectionView("draft", phrases("shortlists.draft"), width=5, note=phrases("shortlists.draft.note"))  # fmt: skip
    if not known.found.ranked:
        yield section(view, empty(phrases("shortlists.draft.nobody")))
        return
    subject = known.subject
    signed = next((one for one in known.decisions if one.state is State.SIGNED and one.drawn.subject == subject), None)  # fmt: skip
    again = [_reason(visit, "reason", phrases("shortlists.again", number=signed.number))] if signed else []  # fmt: skip
    yield section(
        view,
        action_form(
            "draft_shortlist", posting(visit), hidden("place", subject.place_id), hidden("year", subject.year), hidden("purpose", subject.purpose),
            hidden("member", subject.member), hidden("population", subject.population), hidden("weights", visit.address.weights), hidden("bounds", visit.address.bounds), hidden("seen", seen(known.found)),
            text_field("wanted", phrases("shortlists.wanted"), str(min(USUAL, len(known.found.ranked))), phrases("shortlists.wanted.hint"), type="number",
                       min=WANTED.start, max=WANTED.stop - 1, required=True),
            *again, e.div(press(phrases("shortlists.draft.press"), is_first=True), cls="acts"),
        ),
    )  # fmt: skip


def _reason(visit: Visit, key: str, label: str) -> Element:
    hint = visit.phrases("shortlists.reason.hint", low=REASON.start, high=REASON.stop - 1)
    return area_field(key, label, hint=hint, required=True, rows=2, minLength=REASON.start, maxLength=REASON.stop - 1)  # fmt: skip


# -- one decision


def sentence(visit: Visit, one: Decision) -> FindingView:
    """What it is, where it stands and who did what."""
    return FindingView(said(visit.phrases, visit.ladder, one), basis(visit.phrases, one), automatic=False)  # fmt: skip


def said(phrases: Phrases, ladder: Ladder, one: Decision) -> str:
    """What was decided, in one sentence."""
    subject = one.drawn.subject
    return phrases(
        "shortlists.decided", place=ladder.place(subject.place_id).name(phrases.lang), what=title_of(phrases, subject),
        year=academic_year(subject.year, phrases.lang), n=len(one.chosen), state=one.state.label.of(phrases.lang),
    )  # fmt: skip


def basis(phrases: Phrases, one: Decision) -> str:
    """Number, author, moment, digest; and the decision that it reopens."""
    said = [phrases("shortlists.basis", number=one.number, by=one.login, at=minute(one.made_at), digest=one.digest[:16])]  # fmt: skip
    if one.replaces:
        said.append(phrases("shortlists.replaces", id=one.replaces, reason=one.reason))
    signed = one.step(Deed.SIGN)
    if signed:
        said.append(phrases("shortlists.signed", by=signed.login, at=minute(signed.at)))
    return " · ".join(said)


def decision_sections(visit: Visit, one: Decision) -> list[Element]:
    """Its schools, what was said, and what the reader may do."""
    return [entries_section(visit, one), grid(_steps(visit, one), *_acts(visit, one))]


def entries_section(visit: Visit, one: Decision) -> Element:
    """Everybody who was weighed, chosen first, with rank, band, points, evidence and the reason of whoever departed from the ranking."""
    phrases, subject = visit.phrases, one.drawn.subject
    view = SectionView(
        "entries", phrases("shortlists.entries", n=len(one.chosen)), phrases("shortlists.frozen", at=minute(one.made_at)),
        more=(phrases("shortlists.back"), visit.address.to(item="", view=subject.purpose, member=subject.member, population=subject.population)), note=phrases("shortlists.entries.note"),
    )  # fmt: skip
    heads = (
        ColumnView(phrases("shortlists.school"), kind="text"), ColumnView(phrases("shortlists.decision"), kind="text"), ColumnView(phrases("shortlists.rank")),
        ColumnView(phrases("shortlists.band"), kind="text", narrow=False), ColumnView(phrases("shortlists.points"), kind="bar", narrow=False),
        ColumnView(phrases("shortlists.against"), kind="text"), ColumnView(phrases("shortlists.reason"), kind="text"),
    )  # fmt: skip
    ordered = sorted(one.drawn.entries, key=lambda each: not one.is_chosen(each))
    rows = [_row(visit, one, each) for each in ordered]
    drawn = table(TableView(view.title, heads, rows, "wrap decided"), phrases)
    return section(view, _papers(visit, one), drawn, _said(visit, one))


def _papers(visit: Visit, one: Decision) -> Element:
    """The decision to take along: as a paper and as a workbook."""
    links = [e.a(visit.phrases(f"shortlists.{kind}"), href=paper_of(visit, one, kind), download=True, cls="btn") for kind in ("pdf", "xlsx")]  # fmt: skip
    return e.div(*links, cls="acts")


def paper_of(visit: Visit, one: Decision, kind: str) -> str:
    return f"/shortlists/{one.number_id}.{kind}?lang={visit.lang}"


def _said(visit: Visit, one: Decision) -> Element:
    """The criteria as they were weighed."""
    told = (visit.phrases("shortlists.weighed", name=name_of(visit.phrases, each["name"]), n=each["weight"]) for each in one.drawn.said.get("criteria", []))  # fmt: skip
    return e.p(visit.phrases("shortlists.criteria"), visit.phrases("shortlists.colon"), visit.phrases("shortlists.comma").join(told), cls="m")  # fmt: skip


def name_of(phrases: Phrases, name: str) -> str:
    """A criterion in words."""
    if name in set(Counted):
        return Counted(name).label.of(phrases.lang)
    return wording.brief(metric(name), phrases.lang)


def _row(visit: Visit, one: Decision, each: Entry) -> RowView:
    school, mark, is_chosen = visit.ladder.place(each["unit"]), one.marks.get(each["unit"]), one.is_chosen(each)  # fmt: skip
    needs = each in one.unexplained
    chosen = CellView(visit.phrases("shortlists.is_chosen" if is_chosen else "shortlists.not_chosen"), verdict="met" if is_chosen else None)  # fmt: skip
    why = CellView(visit.phrases("shortlists.needs"), verdict="miss") if needs else CellView(mark.reason, note=mark.login, quoted=True) if mark else CellView()  # fmt: skip
    cells = (chosen, CellView(rank_text(visit.phrases, each)), CellView(band_text(each)), CellView(plain(each["total"] or 0.0, 1), value=each["total"]), _against(visit, one, each), why)  # fmt: skip
    return RowView(school.name(visit.lang), cells, visit.address.on("place", each["unit"]), sub=sub_text(visit.phrases, school.code, each), kind="own" if is_chosen else "")  # fmt: skip


def sub_text(phrases: Phrases, first: str, each: Entry) -> str:
    """What stands small beside a school; of a class or specialty with its students."""
    return phrases("shortlists.beside", first=first, n=plain(each["students"])) if "students" in each else first  # fmt: skip


def rank_text(phrases: Phrases, each: Entry) -> str:
    """Its rank; of one that is not ranked the rank that it would have."""
    return str(each["rank"]) if each["rank"] else phrases("shortlists.would.be", n=each["would"])  # fmt: skip


def band_text(each: Entry) -> str:
    band = each.get("band")
    return "" if not band else f"{band[0]}–{band[1]}" if band[0] != band[1] else str(band[0])


def against_text(phrases: Phrases, each: Entry) -> str:
    """What stood against it when the list was drawn up: limits missed, then by kind the cases, or rules by name."""
    comma = phrases("shortlists.comma")
    said = [phrases("shortlists.misses", names=name_of(phrases, name)) for name in each["failed"]]
    for kind in Conflict:
        named = [one["number"] or _rule(phrases, kind, one["rule"]) for one in each["against"] if one["kind"] == kind]  # fmt: skip
        if named:
            said.append(phrases("shortlists.against.list", kind=kind.label.of(phrases.lang), names=comma.join(named)))  # fmt: skip
    return phrases("sentence.join").join(said)


def _rule(phrases: Phrases, kind: Conflict, rule: str) -> str:
    """A rule of a flag by its name."""
    judgement = Judgement.BREACH if kind is Conflict.BREACH else Judgement.DOUBT
    return rule_title(judgement, rule).of(phrases.lang)


def _against(visit: Visit, one: Decision, each: Entry) -> CellView:
    risk = one.risks.get(each["unit"])
    note = visit.phrases("shortlists.risk", said=risk.said.of(visit.lang), by=risk.login) if risk else ""  # fmt: skip
    text = against_text(visit.phrases, each)
    if not text and not note:
        return CellView(symbol="not_applicable")
    year = one.drawn.subject.year
    href = visit.address.on("cases" if any(x["number"] for x in each["against"]) else "alerts", each["unit"], year=year) if each["against"] else ""  # fmt: skip
    return CellView(text, href=href, note=note)


def _steps(visit: Visit, one: Decision) -> Element:
    """Who did what, when and why."""
    phrases = visit.phrases
    view = SectionView("steps", phrases("shortlists.steps"), one.state.label.of(visit.lang), width=6)  # fmt: skip
    made = e.li(e.b(phrases("shortlists.drafted")), " ", e.span(f"{one.login} · {minute(one.made_at)}", cls="m"))  # fmt: skip
    return section(view, e.ol(made, *(_step(visit, each) for each in one.steps), cls="tl"))


def _step(visit: Visit, step: Any) -> Element:  # noqa: ANN401 - a step of a decision
    school = visit.ladder.place(step.school_id).name(visit.lang) if step.school_id else ""
    said: list[Child] = [e.b(step.deed.label.of(visit.lang)), " ", school, " ", e.span(f"{step.login} · {minute(step.at)}", cls="m")]  # fmt: skip
    if step.said.of(visit.lang):
        said += [e.br(), step.said.of(visit.lang)]
    return e.li(*said, *([e.br(), quoted(step.reason)] if step.reason else []))


def _acts(visit: Visit, one: Decision) -> Iterator[Element]:
    """The forms of whoever's turn it is, or whose turn it is."""
    phrases, reader = visit.phrases, visit.audience.scope.reader
    view = SectionView("acts", phrases("shortlists.acts"), width=6)
    deeds = [deed for deed in Deed if deed not in ABOUT_A_SCHOOL and one.may(deed, reader)]
    if Right.DISPATCH not in visit.rights or not deeds:
        if one.state in {State.SUBMITTED, State.DRAFT, State.RETURNED}:
            yield section(view, empty(phrases(f"shortlists.waits.{one.state}", by=one.login)))
        return
    marks = [_mark_form(visit, one)] if one.may(Deed.CHOOSE, reader) else []
    yield section(view, *marks, e.div(*(_form(visit, one, deed) for deed in deeds), cls="fields tall after"))  # fmt: skip


def _mark_form(visit: Visit, one: Decision) -> Element:
    """Choose or skip a school, or confirm a forecast about it: those that need a reason stand first."""
    phrases = visit.phrases
    ordered = sorted(one.drawn.entries, key=lambda each: each not in one.unexplained)
    names = [(str(each["unit"]), visit.ladder.place(each["unit"]).name(visit.lang)) for each in ordered]  # fmt: skip
    deeds = [(deed.value, phrases(f"shortlists.mark.{deed}")) for deed in Deed if deed in ABOUT_A_SCHOOL]  # fmt: skip
    return action_form(
        "mark_shortlist", posting(visit), hidden("decision", one.number_id),
        e.div(choice_field("school", phrases("shortlists.school"), names), choice_field("deed", phrases("shortlists.mark"), deeds), cls="fields"),
        _reason(visit, "reason", phrases("shortlists.reason")), e.div(press(phrases("shortlists.mark.press")), cls="acts"),
    )  # fmt: skip


def _form(visit: Visit, one: Decision, deed: Deed) -> Element:
    """One deed; a reason is asked for where somebody else is stopped by it."""
    phrases = visit.phrases
    why_not = phrases("shortlists.unexplained", n=len(one.unexplained)) if deed is Deed.SUBMIT and one.unexplained else ""  # fmt: skip
    fields = [_reason(visit, f"reason_{deed}", phrases(f"shortlists.reason.{deed}"))] if deed in {Deed.RETURN, Deed.WITHDRAW} else []  # fmt: skip
    button = press(phrases(f"shortlists.act.{deed}"), is_first=deed in {Deed.SUBMIT, Deed.SIGN}, why_not=why_not)  # fmt: skip
    return action_form(f"{deed}_shortlist", posting(visit), hidden("decision", one.number_id), *fields, e.div(button, cls="acts"))  # fmt: skip


# -- what a school reads


def outcomes_section(visit: Visit) -> Element:
    """What signed decisions say of the school that is looked at: never of another one, never a rank."""
    phrases, school = visit.phrases, place_of(visit)
    found: Sequence[Outcome] = outcomes(visit.reader, school.place_id)
    view = SectionView("outcomes", phrases("shortlists.outcomes"), note=phrases("shortlists.outcomes.note"))  # fmt: skip
    if not found:
        return section(view, empty(phrases("shortlists.outcomes.none")))
    heads = [ColumnView(phrases(f"shortlists.{name}"), kind="text") for name in ("purpose", "place", "year", "decision", "reason")]  # fmt: skip
    return section(view, table(TableView(view.title, heads, [_outcome(visit, one) for one in found], "wrap"), phrases))  # fmt: skip


def _outcome(visit: Visit, one: Outcome) -> RowView:
    chosen = visit.phrases("shortlists.is_chosen" if one.is_chosen else "shortlists.not_chosen")
    place = visit.ladder.place(one.subject.place_id or NATION).name(visit.lang)
    cells = (CellView(place), CellView(academic_year(one.subject.year, visit.lang)), CellView(chosen, note=minute(one.at)), CellView(one.reason, quoted=True))  # fmt: skip
    return RowView(title_of(visit.phrases, one.subject), cells)
