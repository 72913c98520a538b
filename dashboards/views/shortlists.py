"""A shortlist on its page: the criteria with limits and weights, who is ranked and how surely, who is not and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards import element as e
from dashboards import weights as words
from dashboards.element import Element
from dashboards.numbers import academic_year, percent, plain
from dashboards.page import Visit, kept
from dashboards.parts.cell import CellView, DefinedView, Verdict
from dashboards.parts.criteria import CriteriaView, CriterionView, criteria
from dashboards.parts.finding import FindingView
from dashboards.parts.form import choice_field
from dashboards.parts.marks import RankView
from dashboards.parts.section import ChoiceView, SectionView, SwitchView, empty, section
from dashboards.parts.table import (
    Cell,
    ColumnView,
    Part,
    RowView,
    TableView,
    data_table,
    part,
    table,
)
from dashboards.views import wording
from dashboards.views.accounts import place_of
from dashboards.views.shortlist_decision import sub_text, title_of
from dashboards.views.shortlist_found import Known, member_text
from metrics.discovery import metric
from metrics.metric import PERCENT
from metrics.question import Cell as Answer
from metrics.shortlists.discovery import purposes
from metrics.shortlists.points import DRAWS, SEED
from metrics.shortlists.purpose import Criterion, Scoring
from metrics.shortlists.shortlist import Entry, Why
from metrics.specialty_values import is_specialty
from metrics.tables.kinds import KINDS, LABELS
from warehouse.conflicts import Conflict
from warehouse.law import Limit, entry

SHOWN, MOST = 50, 1000  # ranked schools; with "all"
OTHERS = 20  # not ranked, of each reason


def sentence(known: Known) -> FindingView:
    """How many are ranked of how many, how many are set aside, and how sure the first ranks are."""
    visit, found = known.visit, known.found
    said = {"place": place_of(visit).name(visit.lang), "what": title_of(visit.phrases, known.subject), "all": plain(len(found.entries)), "n": plain(len(found.ranked))}  # fmt: skip
    about = visit.phrases("shortlists.about")
    if not found.entries:
        return FindingView(visit.phrases("shortlists.nobody", **said), about, automatic=False)
    if not found.ranked:
        return FindingView(visit.phrases("shortlists.unranked", **said), about, automatic=False)
    sure = sum(one.band == (one.rank, one.rank) for one in found.ranked)
    return FindingView(visit.phrases("shortlists.said", sure=plain(sure), **said), about)


# -- the criteria


def criteria_section(known: Known) -> Element:
    """What is compared, how it becomes points, and the weights, which the reader may change in the address."""
    visit, phrases = known.visit, known.visit.phrases
    choices = [ChoiceView(one.label.of(visit.lang), visit.address.to(view=one.name, weights="", member="", item="", all=""), one is known.purpose) for one in purposes().values()]  # fmt: skip
    head = SectionView(
        "criteria", known.title, phrases("shortlists.own" if known.is_own else "shortlists.declared"), say=known.purpose.about.of(visit.lang),
        switch=SwitchView(phrases("shortlists.purposes"), choices), note=_note(known),
    )  # fmt: skip
    is_asked = known.is_own or known.population
    reset = (phrases("shortlists.reset"), known.own(weights="", population="") + "#criteria") if is_asked else None  # fmt: skip
    view = CriteriaView(
        phrases("shortlists.criteria"), [phrases(f"shortlists.head.{name}") for name in ("criterion", "how", "limit", "share", "weight")],
        [_criterion(known, one) for one in known.purpose.criteria], f"/{visit.lang}/shortlists/{place_of(visit).place_id}#criteria",
        kept(visit) | {"view": known.purpose.name}, phrases("shortlists.apply"), reset, "weights", [*_members(known), *_population(known)],
        remain(known), (phrases("shortlists.decided.n", n=len(known.decisions)), "#decisions") if known.decisions else None,
    )  # fmt: skip
    return section(head, criteria(view))


def _note(known: Known) -> str:
    aside = known.visit.phrases("shortlists.comma").join(
        one.label.of(known.visit.lang) for one in Conflict if one in known.purpose.sets_aside
    )
    said = known.visit.phrases("shortlists.note.aside", kinds=aside) if aside else known.visit.phrases("shortlists.note.nothing")  # fmt: skip
    return said + known.visit.phrases("shortlists.note")


def _population(known: Known) -> Iterator[Element]:
    """Among which kinds of schools: each choice with how many it would leave."""
    visit, phrases = known.visit, known.visit.phrases
    for kind, counts in known.read.kinds.items():
        words = ((code, KINDS[kind].labels[code].of(visit.lang), n) for code, n in counts.items())
        offered = [("", phrases("shortlists.kind.all")), *((f"{kind}-{code}", phrases("shortlists.kind.of", name=name, n=plain(n))) for code, name, n in words)]  # fmt: skip
        chosen = known.population.get(kind)
        yield choice_field("population", LABELS[kind].of(visit.lang), offered, f"{kind}-{chosen}" if chosen else "", field_id=f"population-{kind}")  # fmt: skip


def remain(known: Known) -> str:
    """How many schools are compared, of how many there are."""
    units = len(known.read.units) + len(known.read.others)
    key = "shortlists.remain.all" if units == known.read.whole else "shortlists.remain"
    return known.visit.phrases(key, n=plain(units), all=plain(known.read.whole), place=place_of(known.visit).name(known.visit.lang))  # fmt: skip


def _members(known: Known) -> Iterator[Element]:
    """The class that is compared, where there is a choice."""
    if not known.members:
        return
    visit = known.visit
    named = [
        (code, visit.phrases("shortlists.member.one" if is_specialty(code) else "shortlists.member.of", name=member_text(visit.phrases, code), n=plain(students)))
        for code, students in known.members
    ]  # fmt: skip
    yield choice_field("member", visit.phrases("shortlists.member"), named, known.member)


def _criterion(known: Known, one: Criterion) -> CriterionView:
    visit, phrases = known.visit, known.visit.phrases
    label, chosen = one.label.of(visit.lang), known.weights[one.name]
    offered = sorted({*words.OFFERED, one.weight, chosen})
    choices = [(f"{one.name}-{n}", phrases("shortlists.weight.declared", n=n) if n == one.weight else str(n)) for n in offered]  # fmt: skip
    law = one.gate or one.limit
    return CriterionView(
        label, visit.address.on("catalogue", metric=one.metric) if one.metric else "", how(known, one), _limit(known, one),
        visit.address.on("catalogue", metric=one.metric) if law and one.metric else "",
        percent(known.found.share(one.name), 0), phrases("shortlists.weight.of", name=label), choices, f"{one.name}-{chosen}",
    )  # fmt: skip


def how(known: Known, one: Criterion) -> str:
    """How a value becomes points, in words."""
    phrases = known.visit.phrases
    if one.counted:
        return phrases("shortlists.how.each", each=one.each, what=one.counted.definition.of(known.visit.lang))  # fmt: skip
    if one.scoring is Scoring.AMONG:
        side = "more" if one.is_more_better is not known.purpose.is_for_worst else "less"
        return phrases(f"shortlists.how.among.{side}")
    return phrases("shortlists.how.short" if known.purpose.is_for_worst else "shortlists.how.reached")  # fmt: skip


def _limit(known: Known, one: Criterion) -> str:
    """The limit that is asked of the schools compared, with its force; as a gate where it must be reached."""
    code = one.gate or one.limit
    if not code:
        return "—"
    asked = next((limit for limit in (known.read.gates if one.gate else known.read.limits)[one.name] if limit is not None), None)  # fmt: skip
    if asked is None:
        return known.visit.phrases("shortlists.limit.none", law=entry(code).title.of(known.visit.lang))  # fmt: skip
    kind = "gate" if one.gate else "measured"
    return known.visit.phrases(f"shortlists.limit.{kind}", limit=limit_text(known.visit, one, asked), force=known.visit.phrases(f"force.{asked.force}"))  # fmt: skip


def limit_text(visit: Visit, one: Criterion, limit: Limit) -> str:
    """As tables print it; a percentage, which stands in no column of its own here, with its sign."""
    measured = metric(one.metric)
    text = wording.limit_text(limit, measured, visit.lang)
    return f"{text}%" if measured.unit == PERCENT else text


# -- who is ranked


def list_section(known: Known) -> Element:
    """Everybody who is ranked: rank, band, points, each criterion, and what stands against it."""
    visit, phrases, ranked = known.visit, known.visit.phrases, known.found.ranked
    most = MOST if visit.address.all else SHOWN
    more = (phrases("shortlists.all", n=plain(min(len(ranked), MOST))), known.own(all="1") + "#list") if len(ranked) > most else None  # fmt: skip
    view = SectionView(
        "list", phrases("shortlists.list", n=plain(len(ranked))), phrases("shortlists.first", n=plain(most)) if len(ranked) > most else "",
        more=more, note=phrases("shortlists.list.note", draws=DRAWS, seed=SEED),
    )  # fmt: skip
    if not ranked:
        return section(view, empty(phrases("shortlists.list.none")), _earlier(visit))
    heads = [
        ColumnView(phrases("shortlists.school"), kind="text"), ColumnView(phrases("shortlists.rank")), ColumnView(phrases("shortlists.band"), kind="text"),
        ColumnView(phrases("shortlists.points"), kind="bar", narrow=False), *_criterion_heads(known), ColumnView(phrases("shortlists.against"), kind="text"),
    ]  # fmt: skip
    shown = ranked[:most]
    cut = part(len(shown), len(ranked), more[1] if more and not visit.address.all else "")
    drawn = table(TableView(view.title, heads, [_row(known, one) for one in shown], "wrap short", cut), phrases)  # fmt: skip
    return section(view, drawn, _points_table(known, shown, cut))


def _earlier(visit: Visit) -> Element | None:
    """The way to the year before, whose figures are approved by now."""
    if visit.year - 1 not in visit.years:
        return None
    words = visit.phrases("shortlists.earlier", year=academic_year(visit.year - 1, visit.lang))
    return e.div(e.a(words, href=visit.address.to(year=visit.year - 1), cls="btn"), cls="acts")


def _criterion_heads(known: Known) -> list[ColumnView]:
    lang = known.visit.lang
    return [
        ColumnView(wording.brief(metric(one.metric), lang) if one.metric else one.label.of(lang), _unit(known, one), narrow=False, defined=_means(known, one))
        for one in known.purpose.criteria
    ]  # fmt: skip


def _means(known: Known, one: Criterion) -> DefinedView | None:
    """What a criterion that is a metric means; one that is counted of the record says so itself."""
    return wording.defined(known.visit.address, metric(one.metric), known.visit.phrases) if one.metric else None  # fmt: skip


def _unit(known: Known, one: Criterion) -> str:
    return wording.unit_text(metric(one.metric), known.visit.lang) if one.metric else ""


def _row(known: Known, one: Entry) -> RowView:
    rank = CellView(str(one.rank))
    cells: list[Cell] = [rank, _band(known, one), CellView(plain(one.total or 0.0, 1), value=one.total)]  # fmt: skip
    return _named(known, one, [*cells, *_values(known, one), against(known, one)])


def _named(known: Known, one: Entry, cells: Sequence[Cell]) -> RowView:
    visit = known.visit
    school = visit.ladder.place(one.unit)
    where = visit.ladder.place(school.path[-2]).name(visit.lang) if len(school.path) > 1 else ""
    if one.unit in known.read.offered:
        where = sub_text(visit.phrases, where, {"students": known.read.offered[one.unit]})
    return RowView(school.name(visit.lang), cells, visit.address.on("place", one.unit), sub=where)


def _band(known: Known, one: Entry) -> RankView:
    """Between which ranks it stands with other weights; and when any one criterion is left out."""
    (low, high), (first, last) = one.band or (0, 0), one.without or (0, 0)
    key = "shortlists.band.tied" if one.rank in known.found.tied else "shortlists.band.of"
    text = known.visit.phrases(key, band=_span(low, high), out=_span(first, last))
    return RankView(text, low, high, len(known.found.ranked))


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _values(known: Known, one: Entry) -> Iterator[CellView]:
    """Each criterion with its source; a sign where there is no value."""
    for at, criterion in enumerate(known.purpose.criteria):
        href, value = known.source(one.unit, criterion), Answer(one.values[at], one.states[at])
        verdict: Verdict | None = "miss" if criterion.name in one.failed else None
        if not criterion.counted and not wording.is_shown(value):
            yield CellView(symbol=wording.symbol(value), href=href)
        else:
            yield CellView(plain(value.value or 0.0, criterion.decimals), href=href, verdict=verdict)  # fmt: skip


def _points_table(known: Known, shown: Sequence[Entry], cut: Part | None) -> Element:
    """The points by criterion of those listed, folded below."""
    phrases = known.visit.phrases
    title = phrases("shortlists.points.by")
    heads = [ColumnView(phrases("shortlists.school"), kind="text"), ColumnView(phrases("shortlists.points")), *(ColumnView(_brief(one, known.visit), percent(known.found.share(one.name), 0), defined=_means(known, one)) for one in known.purpose.criteria)]  # fmt: skip
    rows = [_named(known, one, [CellView(plain(one.total or 0.0, 1)), *map(_points, one.points)]) for one in shown]  # fmt: skip
    return data_table(TableView(title, heads, rows, "short", cut), phrases, title)


def _points(points: float | None) -> CellView:
    return CellView(symbol="not_applicable") if points is None else CellView(plain(points, 1))


def against(known: Known, one: Entry) -> CellView:
    """What stands against a school, how many of each kind, with the way to it; and a risk only where somebody confirmed it."""
    visit = known.visit
    held = [each for each in one.record.against if known.purpose.is_conflict(each.kind)]
    told = [(kind, sum(each.kind is kind for each in held)) for kind in Conflict]
    parts = [visit.phrases("shortlists.against.of", kind=kind.label.of(visit.lang), n=n) for kind, n in told if n]  # fmt: skip
    note = ""
    if one.unit in known.risks:
        step = known.risks[one.unit]
        note = visit.phrases("shortlists.risk", said=step.said.of(visit.lang), by=step.login)
    if not parts:
        return CellView(note=note) if note else CellView(symbol="not_applicable")
    has_case = any(each.number for each in held)
    kind = held[0].kind
    href = visit.address.on("cases", one.unit, view="all") if has_case else visit.address.on("alerts", one.unit, view=kind.value)  # fmt: skip
    return CellView(visit.phrases("shortlists.comma").join(parts), href=href, note=note, verdict="doubt")  # fmt: skip


# -- who is not


def rest_section(known: Known) -> Element:
    """Everybody else by the reason, those first who would stand highest: nobody drops out in silence."""
    phrases, found = known.visit.phrases, known.found
    rest = len(found.entries) - len(found.ranked)
    view = SectionView("rest", phrases("shortlists.rest", n=plain(rest)), note=phrases("shortlists.rest.note"))  # fmt: skip
    if not rest:
        return section(view, empty(phrases("shortlists.rest.none")))
    heads = [
        ColumnView(phrases("shortlists.school"), kind="text"), ColumnView(phrases("shortlists.would")), ColumnView(phrases("shortlists.points"), kind="bar", narrow=False),
        ColumnView(phrases("shortlists.why"), kind="text"), *_criterion_heads(known), ColumnView(phrases("shortlists.against"), kind="text", narrow=False),
    ]  # fmt: skip
    rows = [row for why in (Why.ASIDE, Why.GATE, Why.MISSING, Why.OTHER_CLASS, Why.NOTHING) for row in _group(known, why)]  # fmt: skip
    listed = sum(row.kind != "group" for row in rows)
    cut = part(listed, rest, "" if known.visit.address.all else known.own(all="1") + "#rest")
    return section(view, table(TableView(view.title, heads, rows, "wrap short", cut), phrases))


def _group(known: Known, why: Why) -> Iterator[RowView]:
    """The heading of a reason with how many there are, and so many of them."""
    listed, most = known.found.not_ranked(why), MOST if known.visit.address.all else OTHERS
    if not listed:
        return
    key = "shortlists.group.more" if len(listed) > most else "shortlists.group"
    name = known.visit.phrases(f"shortlists.why.{why}")
    yield RowView(known.visit.phrases(key, why=name, n=plain(len(listed)), shown=most), href=known.own(all="1") + "#rest" if len(listed) > most else "", kind="group")  # fmt: skip
    for one in listed[:most]:
        would = CellView(str(one.would)) if one.would is not None else CellView(symbol="not_applicable")  # fmt: skip
        total = CellView(plain(one.total, 1), value=one.total) if one.total is not None else CellView(symbol="not_applicable")  # fmt: skip
        yield _named(known, one, [would, total, CellView(reason(known, one)), *_values(known, one), against(known, one)])  # fmt: skip


def reason(known: Known, one: Entry) -> str:
    """Why a school is not ranked: which limits it misses, which criteria it lacks, what stands against it."""
    visit, comma = known.visit, known.visit.phrases("shortlists.comma")
    if one.why is Why.ASIDE:
        kinds = dict.fromkeys(each.kind for each in one.record.against if each.kind in known.purpose.sets_aside)  # fmt: skip
        return comma.join(kind.label.of(visit.lang) for kind in kinds)
    if one.why in {Why.OTHER_CLASS, Why.NOTHING}:
        return visit.phrases(f"shortlists.{one.why}")
    names = one.missing if one.why is Why.MISSING else one.failed
    labels = comma.join(_brief(each, visit) for each in known.purpose.criteria if each.name in names)  # fmt: skip
    return visit.phrases("shortlists.lacks" if one.why is Why.MISSING else "shortlists.misses", names=labels)  # fmt: skip


def _brief(one: Criterion, visit: Visit) -> str:
    return wording.brief(metric(one.metric), visit.lang) if one.metric else one.label.of(visit.lang)
