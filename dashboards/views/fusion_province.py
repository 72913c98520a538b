"""The record of one province's own system: its steps, what was measured of what it sent, and the forms to apply and to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import day, percentage, plain
from dashboards.page import Visit
from dashboards.parts.cell import CellView
from dashboards.parts.finding import FindingView
from dashboards.parts.form import (
    action_form,
    area_field,
    choice_field,
    file_field,
    hidden,
    press,
    text_field,
)
from dashboards.parts.section import SectionView, empty, section
from dashboards.parts.table import ColumnView, RowView, TableView, table
from dashboards.views.accounts import place_of, posting
from dashboards.views.rollout_province import is_own
from warehouse.conformity import Check, Measured, Receipt, Wanted, checks, measure, receipts
from warehouse.discovery import form
from warehouse.fusion import LONGEST, SHORT, Deed, Step, may
from warehouse.moments import begins, china_day, minute
from warehouse.places import NATION
from warehouse.rights import Right

PROTECTION = "protection"


def sentence(visit: Visit, lines: Sequence[Step]) -> FindingView:
    """Where the record stands and who has to act."""
    phrases, name = visit.phrases, place_of(visit).name(visit.lang)
    basis = phrases("fusion.about")
    if not lines:
        return FindingView(phrases("fusion.own.none", place=name), basis, automatic=False)
    last = lines[-1]
    said = phrases(
        "fusion.own.said", place=name, system=last.system, state=phrases(f"fusion.state.{last.state}"), when=minute(last.done_at),
        act=phrases(f"fusion.acts.{last.state}"),
    )  # fmt: skip
    return FindingView(said, basis, automatic=False)


def shown(visit: Visit, lines: Sequence[Step]) -> Measured | None:
    """What was measured last and frozen; where nothing is measured yet, what would be measured now."""
    if not lines:
        return None
    if lines[-1].measured is not None:
        return lines[-1].measured
    last, until = lines[-1], begins(visit.today.fromordinal(visit.today.toordinal() + 1))
    return measure(visit.reader, visit.ladder, Wanted(place_id=last.place_id, forms=last.forms), until)  # fmt: skip


def record_section(visit: Visit, lines: Sequence[Step]) -> Element:
    """Every step, the newest first: who, when, why."""
    phrases, lang = visit.phrases, visit.lang
    view = SectionView("record", phrases("fusion.record"), _meta(visit, lines), width=7, note=phrases("fusion.record.note"))  # fmt: skip
    if not lines:
        return section(view, empty(phrases("fusion.record.none")))
    heads = [ColumnView(phrases(f"fusion.{name}"), kind="text", narrow=name != "hash") for name in ("step", "by", "content", "hash")]  # fmt: skip
    rows = [
        RowView(
            phrases(f"fusion.deed.{one.deed}"),
            (CellView(f"{one.done_by} · {minute(one.done_at)}"), CellView(_content(visit, one)), CellView(one.content_hash[:12])),
        )
        for one in reversed(lines)
    ]  # fmt: skip
    last = lines[-1]
    said = phrases("fusion.declared", n=len(last.forms), forms=phrases("sentence.join").join(form(name).title.of(lang) for name in last.forms))  # fmt: skip
    return section(view, e.p(said, cls="m"), table(TableView(view.title, heads, rows, "wrap"), phrases))  # fmt: skip


def _meta(visit: Visit, lines: Sequence[Step]) -> str:
    if not lines:
        return ""
    last = lines[-1]
    return visit.phrases("fusion.meta", system=last.system, since=day(last.since, visit.lang), office=last.office)  # fmt: skip


def _content(visit: Visit, one: Step) -> str:
    """What a step says beside itself: its reason, or how many checks were met."""
    if one.reason:
        return one.reason
    if one.measured is not None:
        found = checks(one.measured)
        return visit.phrases("fusion.met", n=sum(each.is_met for each in found), of=len(found))
    return visit.phrases("fusion.content.apply", n=len(one.forms), office=one.office)


# -- conformity


def checks_section(visit: Visit, lines: Sequence[Step], measured: Measured | None) -> Element:
    """Each check with what it counted, its bar, and the receipts it rests on."""
    phrases = visit.phrases
    if measured is None:
        raise LookupError(visit.address)
    view = SectionView("conformity", phrases("fusion.conformity"), _when(visit, lines, measured), note=phrases("fusion.conformity.note"))  # fmt: skip
    heads = (
        ColumnView(phrases("fusion.check"), kind="text"), ColumnView(phrases("fusion.counted")), ColumnView(phrases("fusion.share"), "%"),
        ColumnView(phrases("fusion.bar"), "%"), ColumnView(phrases("fusion.verdict"), kind="text"), ColumnView(phrases("fusion.rests"), kind="text", narrow=False),
    )  # fmt: skip
    rows = [_check_row(visit, one, len(measured["receipts"])) for one in checks(measured)]
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _when(visit: Visit, lines: Sequence[Step], measured: Measured) -> str:
    """Of which year, measured when, frozen or not."""
    year = measured["year"]
    if year is None:
        return visit.phrases("fusion.nothing_sent")
    is_kept = lines[-1].measured is not None
    at = minute(datetime.fromisoformat(measured["at"])) if is_kept else day(visit.today, visit.lang)
    return visit.phrases("fusion.measured" if is_kept else "fusion.preview", year=f"{year}–{year + 1}", at=at)  # fmt: skip


def _check_row(visit: Visit, one: Check, files: int) -> RowView:
    phrases = visit.phrases
    share = CellView(percentage(one.held / one.of)) if one.of else CellView(symbol="not_submitted")  # fmt: skip
    if one.name == PROTECTION:
        rests = CellView(phrases("fusion.rests.filing"), href=visit.address.on("rollout", place_of(visit).place_id) + "#filed")  # fmt: skip
    else:
        rests = CellView(phrases("fusion.rests.receipts", n=files), href="#receipts")
    verdict = CellView(phrases("fusion.is_met" if one.is_met else "fusion.not_met"), verdict="met" if one.is_met else "miss")  # fmt: skip
    cells = (CellView(f"{plain(one.held)}/{plain(one.of)}"), share, CellView(plain(one.bar)), verdict, rests)  # fmt: skip
    return RowView(phrases(f"fusion.check.{one.name}"), cells)


def receipts_section(visit: Visit, measured: Measured) -> Element:
    """The files of the packages by form, with their loads and what came of them; a form that did not come says so."""
    phrases = visit.phrases
    came = receipts(measured)
    view = SectionView("receipts", phrases("fusion.receipts", n=len(came)), note=phrases("fusion.receipts.note"))  # fmt: skip
    names = ("schools", "accepted", "refused", "codes", "nobodys", "breaches", "remarks", "late")
    heads = [
        ColumnView(phrases("fusion.form"), kind="text"), ColumnView(phrases("fusion.file"), kind="text", narrow=False),
        *(ColumnView(phrases(f"fusion.{name}"), narrow=name in ("schools", "refused")) for name in names),
    ]  # fmt: skip
    rows = []
    for name in measured["forms"]:
        mine = [one for one in came if one.form == name]
        rows.append(_form_row(visit, measured, name, mine))
        rows += [_file_row(visit, one) for one in mine]
    return section(view, table(TableView(view.title, heads, rows, "wrap"), phrases))


def _form_row(visit: Visit, measured: Measured, name: str, mine: Sequence[Receipt]) -> RowView:
    """A form in sum; its findings and refused rows open on the page of data quality."""
    title = form(name).title.of(visit.lang)
    if not mine:
        return RowView(title, [CellView(visit.phrases("fusion.absent"), verdict="miss"), *[CellView(symbol="not_submitted")] * 8])  # fmt: skip
    totals = {key: sum(getattr(one, key) for one in mine) for key in ("schools", "accepted", "refused", "breaches", "remarks", "late")}  # fmt: skip
    codes, nobodys = measured["unknown_codes"].get(name, 0), measured["nobodys"].get(name, 0)
    numbers = (totals["schools"], totals["accepted"], totals["refused"], codes, nobodys, totals["breaches"], totals["remarks"], totals["late"])  # fmt: skip
    href = visit.address.on("quality", place_of(visit).place_id)
    return RowView(title, [CellView(visit.phrases("fusion.files", n=len(mine))), *(CellView(plain(n)) for n in numbers)], href)  # fmt: skip


def _file_row(visit: Visit, one: Receipt) -> RowView:
    """One file: its hash, receipts and load."""
    dash = CellView(symbol="not_applicable")
    when = day(china_day(datetime.fromisoformat(one.at)), visit.lang)
    told = visit.phrases("fusion.receipt", hash=one.file_hash[:12], first=one.first, last=one.last, load=one.load or 0, at=when)  # fmt: skip
    numbers = [CellView(plain(n)) for n in (one.schools, one.accepted, one.refused)]
    rest = [CellView(plain(n)) for n in (one.breaches, one.remarks, one.late)]
    return RowView(one.file, [CellView(told), *numbers, dash, dash, *rest])


# -- what may be done


def act_sections(visit: Visit, lines: Sequence[Step]) -> Iterator[Element]:
    """The forms that this reader may post now."""
    last = lines[-1] if lines else None
    if is_own(visit):
        if may(Deed.APPLY, last):
            yield _apply(visit, last)
        elif may(Deed.WITHDRAW, last):
            yield _withdraw(visit)
    elif visit.audience.scope.place_id == NATION and Right.REVIEW in visit.rights and may(Deed.RETURN, last):  # fmt: skip
        yield _decide(visit, last)


def _apply(visit: Visit, last: Step | None) -> Element:
    phrases = visit.phrases
    fields: tuple[Child, ...] = (
        text_field("since", phrases("fusion.since"), last.since.isoformat() if last else "", type="date", max=visit.today.isoformat(), required=True),
        text_field("office", phrases("fusion.office"), last.office if last else "", phrases("fusion.office.hint"), maxLength=SHORT, required=True),
        file_field("adapter", phrases("fusion.adapter"), ".toml"),
    )  # fmt: skip
    title = phrases("fusion.reapply" if last else "fusion.apply")
    return section(
        SectionView("apply", title, width=5, note=phrases("fusion.apply.note")),
        action_form("apply_fusion", posting(visit), e.div(*fields, cls="fields tall"), e.div(press(title, is_first=True), cls="acts"), files=True),
    )  # fmt: skip


def _withdraw(visit: Visit) -> Element:
    phrases = visit.phrases
    field = area_field("reason", phrases("fusion.reason"), maxLength=LONGEST, required=True)
    return section(
        SectionView("withdraw", phrases("fusion.withdraw"), width=5, note=phrases("fusion.withdraw.note")),
        action_form("withdraw_fusion", posting(visit), e.div(field, cls="fields tall"), e.div(press(phrases("fusion.withdraw")), cls="acts")),
    )  # fmt: skip


def _decide(visit: Visit, last: Step | None) -> Element:
    """Measure first, then decide; approval is offered only where every check is met."""
    phrases, place = visit.phrases, hidden("place", place_of(visit).place_id)
    measured = last.measured if last else None
    can_approve = measured is not None and all(one.is_met for one in checks(measured))
    choices = [("return", phrases("fusion.deed.return"))]
    if can_approve:
        choices.insert(0, ("approve", phrases("fusion.deed.approve")))
    fields = (choice_field("decision", phrases("fusion.decision"), choices), area_field("reason", phrases("fusion.reason"), "", phrases("fusion.reason.hint"), maxLength=LONGEST))  # fmt: skip
    say = "" if can_approve else phrases("fusion.not_yet" if measured else "fusion.unexamined")
    again = phrases("fusion.again" if measured else "fusion.examine")
    return section(
        SectionView("decide", phrases("fusion.decide"), say=say, width=5, note=phrases("fusion.decide.note")),
        action_form("examine_fusion", posting(visit), place, e.div(press(again, is_first=measured is None), cls="acts")),
        action_form("decide_fusion", posting(visit), place, e.div(*fields, cls="fields tall"), e.div(press(phrases("fusion.decide"), is_first=measured is not None), cls="acts")),
    )  # fmt: skip
