"""The models of risk as the record shows them: what is in force and who signed it, the candidate beside it, and the card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView, quoted
from dashboards.parts.finding import FindingView
from dashboards.parts.form import Posting, action_form, area_field, hidden, press
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.record import texts_table
from metrics.judgement.titles import outcome_title
from warehouse.models import REASON, Deed, Kept, Step
from warehouse.moments import minute
from warehouse.places import NATION
from warehouse.rights import Right

MEASURES = ("precision", "skill", "error")
PLACES = ".3f"
NUMBER = "model"  # the field that names a model


def models_section(visit: Visit, models: Sequence[Kept]) -> Element:
    """What is in force since when and by whom; what was proposed and signed before."""
    phrases = visit.phrases
    force = next((one for one in models if one.is_in_force), None)
    view = SectionView("models", phrases("models.title"), say=_said(visit, force), note=phrases("models.note"), more=_card_link(visit, force))  # fmt: skip
    return section(view, _history(visit, models))


def _said(visit: Visit, force: Kept | None) -> str:
    if force is None:
        return visit.phrases("models.none")
    return visit.phrases("models.force", version=force.version, **_signature(force))


def _signature(one: Kept) -> dict[str, str]:
    """Who signed a model, and when."""
    last = next(step for step in reversed(one.steps) if step.deed is Deed.SIGN)
    return {"by": last.login, "at": minute(last.at)}


def _card_link(visit: Visit, one: Kept | None) -> tuple[str, str] | None:
    return (visit.phrases("models.card"), _card_address(visit, one)) if one else None


def _card_address(visit: Visit, one: Kept) -> str:
    return visit.address.on("record", item=str(one.model_id))


def candidate_sections(visit: Visit, models: Sequence[Kept]) -> Iterator[Element]:
    """The newest models that wait for a decision, their measures beside those in force, and what one may do."""
    force = next((one for one in models if one.is_in_force), None)
    one = next((each for each in models if each.is_waiting), None)
    if one is None:
        return
    phrases = visit.phrases
    view = SectionView("candidate", phrases("models.waiting"), more=_card_link(visit, one))
    yield section(view, e.div(_facts(visit, one), *_acts(visit, one), cls="asked"))
    yield measures_section(visit, one, force)


def _facts(visit: Visit, one: Kept) -> Element:
    phrases = visit.phrases
    proposal = next((step for step in reversed(one.steps) if step.deed is Deed.PROPOSE), None)
    told: tuple[tuple[str, list[Child]], ...] = (
        (phrases("models.version"), [one.version]),
        (phrases("models.made"), [minute(one.made_at)]),
        (phrases("models.years"), [f"{one.years[0]}–{one.years[1]}"]),
        (phrases("models.schools"), [plain(one.schools)]),
        (phrases("models.digest"), [one.digest[:16]]),
        (phrases("models.proposed"), _proposed(visit, proposal)),
    )
    return e.dl(*(e.div(e.dt(name), e.dd(*values)) for name, values in told))


def _proposed(visit: Visit, step: Step | None) -> list[Child]:
    if step is None:
        return [visit.phrases("models.unproposed")]
    said = visit.phrases("models.proposed.by", by=step.login, at=minute(step.at))
    return [said, quoted(step.reason)]


def _acts(visit: Visit, one: Kept) -> Iterator[Child]:
    """The buttons of whoever may press them, or why there are none."""
    scope, phrases = visit.audience.scope, visit.phrases
    if Right.DISPATCH not in visit.rights or scope.place_id != NATION:
        yield e.p(phrases("models.others"), cls="m")
        return
    is_own = one.last is Deed.PROPOSE and not one.may(Deed.SIGN, scope.reader)
    if is_own:
        yield e.p(phrases("models.own"), cls="m")
    first = Deed.PROPOSE if one.last is None else Deed.SIGN
    deeds = [Deed.REFUSE] if is_own else [first, Deed.REFUSE]
    yield e.div(*(_form(visit, one, deed) for deed in deeds), cls="fields tall after")


def _form(visit: Visit, one: Kept, deed: Deed) -> Element:
    """A form for one deed; it asks for a reason but where it signs what somebody gave a reason for."""
    button = press(visit.phrases(f"models.{deed}"), is_first=deed is not Deed.REFUSE)
    fields = [] if deed is Deed.SIGN else [_reason(visit, deed)]
    return action_form(f"{deed}_model", Posting(visit.csrf, str(visit.address)), hidden(NUMBER, one.model_id), *fields, e.div(button, cls="acts"))  # fmt: skip


def _reason(visit: Visit, deed: Deed) -> Element:
    phrases = visit.phrases
    return area_field(
        f"reason_{deed}", phrases(f"models.reason.{deed}"), hint=phrases("models.reason.hint"), required=True, rows=2, minLength=REASON.start,
        maxLength=REASON.stop - 1,
    )  # fmt: skip


def measures_section(visit: Visit, one: Kept, force: Kept | None) -> Element:
    """The back-test of a candidate, outcome by outcome, beside that of the models in force."""
    phrases = visit.phrases
    title = phrases("models.measures" if force else "models.measures.alone")
    view = SectionView("measures", title, phrases("models.measures.meta"))
    beside = _by_outcome(force) if force else {}
    heads = [ColumnView(phrases("models.outcome"), kind="text"), ColumnView(phrases("models.ahead")), *_heads(visit, is_beside=bool(force))]  # fmt: skip
    rows = [
        RowView(
            outcome_title(name).of(visit.lang), [CellView(str(lead)), *_pairs(risk, beside.get((name, lead)), is_beside=bool(force))],
            sub="" if "scores" in risk else phrases("models.untested"),
        )
        for (name, lead), risk in _by_outcome(one).items()
    ]  # fmt: skip
    return section(view, table(TableView(title, heads, rows, "wrap"), phrases))


def _by_outcome(one: Kept) -> dict[tuple[str, int], Mapping[str, Any]]:
    return {(risk["outcome"], risk["lead"]): risk for risk in one.figures["risks"]}


def _heads(visit: Visit, *, is_beside: bool) -> list[ColumnView]:
    phrases = visit.phrases
    names = [phrases(f"models.{name}") for name in ("precision", "gain", *MEASURES[1:])]
    if not is_beside:
        return [ColumnView(name, narrow=at == 0) for at, name in enumerate(names)]
    return [
        ColumnView(phrases(f"models.of.{whose}", what=name), narrow=at == 0)
        for at, name in enumerate(names)
        for whose in ("candidate", "force")
    ]


def _pairs(mine: Mapping[str, Any], other: Mapping[str, Any] | None, *, is_beside: bool) -> list[CellView]:  # fmt: skip
    own = _measured(mine)
    if not is_beside:
        return own
    beside = _measured(other) if other else [CellView("—")] * len(own)
    return [cell for pair in zip(own, beside, strict=True) for cell in pair]


def _measured(risk: Mapping[str, Any]) -> list[CellView]:
    """Average precision, gain, skill, error."""
    if "scores" not in risk:
        return [CellView("—")] * (len(MEASURES) + 1)
    model = risk["scores"]["model"]
    values = [model["precision"], risk["gain"][0], *(model[name] for name in MEASURES[1:])]
    return [CellView("—" if value is None else format(value, PLACES)) for value in values]


def _history(visit: Visit, models: Sequence[Kept]) -> Element:
    phrases = visit.phrases
    steps = sorted(((step, one) for one in models for step in one.steps), key=lambda each: each[0].at, reverse=True)  # fmt: skip
    if not steps:
        return empty(phrases("models.history.none"))
    names = ("models.at", "models.version", "models.deed", "models.by", "models.reason")
    heads = [ColumnView(phrases(name), kind="text") for name in names]
    rows = [
        RowView(minute(step.at), [CellView(one.version), CellView(step.deed.label.of(visit.lang)), CellView(step.login), CellView(step.reason or "—", quoted=bool(step.reason))], _card_address(visit, one))
        for step, one in steps
    ]  # fmt: skip
    return table(TableView(phrases("models.history"), heads, rows, "wrap"), phrases)


def chosen(visit: Visit, models: Sequence[Kept]) -> Kept | None:
    """The model whose card the address asks for."""
    return next((one for one in models if str(one.model_id) == visit.address.item), None)


def card_sentence(visit: Visit, one: Kept) -> FindingView:
    state = "force" if one.is_in_force else {None: "waits", Deed.PROPOSE: "waits", Deed.REFUSE: "refused", Deed.SIGN: "before"}[one.last]  # fmt: skip
    said = visit.phrases(
        "models.card.said", version=one.version, first=one.years[0], last=one.years[1], schools=plain(one.schools), at=minute(one.made_at),
        state=visit.phrases(f"models.card.{state}"),
    )  # fmt: skip
    return FindingView(said, visit.phrases("models.card.basis"), automatic=False)


def card_sections(visit: Visit, one: Kept) -> Iterator[Element]:
    """The card as it was kept; models that were in force before may be proposed again at its end."""
    for each in one.card[visit.lang]:
        lines = (
            e.ul(*(e.li(line) for line in each["lines"]), cls="plain") if each["lines"] else None
        )
        told = (
            texts_table(visit, each["title"], each["heads"], each["rows"])
            if each["heads"]
            else None
        )
        yield section(SectionView(each["key"], each["title"]), lines, told)
    if one.may(Deed.PROPOSE, "") and one.last is Deed.SIGN and Right.DISPATCH in visit.rights and visit.audience.scope.place_id == NATION:  # fmt: skip
        view = SectionView("again", visit.phrases("models.propose.again"))
        yield section(view, e.div(_form(visit, one, Deed.PROPOSE), cls="asked"))


def rule_line(visit: Visit, told: Mapping[str, Any] | None, signed: Step | None) -> str:
    """By which models a risk was told, and who signed them."""
    if told is None or signed is None:
        return visit.phrases("models.rule.unsigned")
    return visit.phrases("models.rule.signed", version=told["version"], by=signed.login, at=minute(signed.at))  # fmt: skip
