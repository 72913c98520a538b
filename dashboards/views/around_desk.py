"""What stands around a form that is being filled: the other forms, what is known, files, signatures, the last receipt."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.numbers import day, day_of_year, plain
from dashboards.page import Visit
from dashboards.parts.desk import (
    DueView,
    GroupView,
    ReceiptView,
    StepView,
    due_list,
    receipt,
    steps,
)
from dashboards.parts.form import Posting, action_form, file_field, hidden, press
from dashboards.parts.section import SectionView, section
from dashboards.views import chain as words
from dashboards.views import desk, review
from dashboards.views.desk import Group, Line
from dashboards.views.filling import Filling
from metrics.school import Handed
from warehouse.chain import Standing, Step, history, route_of
from warehouse.chain_rules import RIGHT_WORDS, Deed, State
from warehouse.discovery import form as form_named
from warehouse.form import Total
from warehouse.locked import locked
from warehouse.moments import china_day, minute, numbered
from warehouse.rights import Right
from warehouse.text import Text

ACCEPT = ".xlsx,.xlsm,.xls,.csv,.json"


def aside(visit: Visit, now: Filling) -> Element:
    """The forms of the year by domain, the most urgent first."""
    views = [
        (group_view(visit, one, one.domain.brief, is_open=one.domain is now.form.domain), [_due(visit, line, now) for line in one.lines])
        for one in desk.groups(desk.lines(visit), visit.today)
    ]  # fmt: skip
    head = e.div(e.h2(visit.phrases("desk.mine")), cls="sechead")
    return e.aside(head, due_list(views), cls="left", aria_label=visit.phrases("desk.mine"))


def group_view(visit: Visit, group: Group, title: Text, *, is_open: bool) -> GroupView:
    """A domain in a few words."""
    due, is_late = desk.due_words(visit, group.next_due)
    left = [line.form.title.of(visit.lang) for line in group.left]
    return GroupView(
        title=title.of(visit.lang), due="" if group.is_done else due, state=desk.count_words(visit, group),
        done=desk.done_words(visit, group), left=visit.phrases("desk.names").join(left), is_late=is_late, is_open=is_open,
    )  # fmt: skip


def _due(visit: Visit, line: Line, now: Filling) -> DueView:
    late, is_late = desk.due_words(visit, line)
    return DueView(
        day=day_of_year(line.due, visit.lang), title=line.form.title.of(visit.lang), state=desk.state_words(visit, line),
        href=visit.address.to(form=line.form.name), late=late if is_late else "", is_here=line.form is now.form,
    )  # fmt: skip


def come_back(visit: Visit, now: Filling) -> Element | None:
    """Why it came back, and from whom."""
    line = next(one for one in desk.lines(visit) if one.form is now.form)
    if line.back is None or not line.is_returned:
        return None
    return e.p(
        e.b(visit.phrases("desk.returned")), " ", told(visit, line.back), cls="back", role="note"
    )


def told(visit: Visit, step: Step) -> str:
    """海港区 2026-11-21：“第 4 行类型与年级不符，请核对。”"""
    place = visit.ladder.place(step.place_id).name(visit.lang)
    return visit.phrases(
        "desk.said", place=place, at=day(china_day(step.at), visit.lang), text=step.note
    )


def known_strip(visit: Visit, now: Filling) -> Element | None:
    """Numbers of other forms that the rules compare with: nobody types them again."""
    compared = {
        name: total for name, total in now.form.refers.items() if name not in locked(now.form)
    }
    if not compared or not now.code:
        return None
    cells = [
        e.div(
            e.dt(_named(visit, total)),
            e.dd(_value(now.given.get(name)), e.span(_source(visit, total), cls="m")),
        )
        for name, total in compared.items()
    ]
    view = SectionView("known", visit.phrases("fill.known"), visit.phrases("fill.known.note"))
    return section(view, e.dl(*cells, cls="pre"))


def _named(visit: Visit, total: Total) -> str:
    label = form_named(total.form).columns[total.measure].label.of(visit.lang)
    if not total.cut:
        return label
    member = form_named(total.form).labels(total.cut).labels.get(total.member)
    return f"{label} · {member.of(visit.lang)}" if member else label


def _source(visit: Visit, total: Total) -> str:
    title = form_named(total.form).title.of(visit.lang)
    return visit.phrases("fill.last_year", form=title) if total.years_back else title


def _value(value: object) -> Element:
    return e.b(plain(value) if isinstance(value, int) else str(value) if value else "…")


def file_section(visit: Visit, now: Filling) -> Element | None:
    """The other way: a workbook, filled with what is known, and back again."""
    if not now.is_open:
        return None
    say = visit.phrases
    about = (hidden("form", now.form.name), hidden("year", now.sheet.year))
    posting = Posting(visit.csrf, str(visit.address))
    get = action_form("template_workbook", posting, *about, press(say("fill.template")), cls="row")
    put = action_form(
        "send_in", posting, *about, file_field("file", say("fill.file"), ACCEPT), press(say("fill.upload")),
        cls="row", files=True,
    )  # fmt: skip
    view = SectionView("files", say("fill.files"), say("fill.files.note"))
    return section(view, e.div(get, put, cls="files"))


# -- signatures and receipts


def signing(visit: Visit, now: Filling, stands: Standing) -> Element:
    """The steps, what this reader can do about them, and the last receipt."""
    say = visit.phrases
    taken = history(visit.reader, stands.key)
    line = next(one for one in desk.lines(visit) if one.form is now.form)
    body: list[Child] = [
        e.div(e.h2(say("desk.signatures")), cls="sechead"),
        steps(_steps(visit, stands, taken), say),
        *_acts(visit, now, stands),
    ]
    if line.handed is not None:
        body += [e.div(e.h2(say("desk.receipt")), cls="sechead"), _receipt(visit, line.handed)]
    return e.aside(*body, cls="side", aria_label=say("desk.signatures"))


def _acts(visit: Visit, now: Filling, stands: Standing) -> Iterator[Child]:
    """The buttons of whoever's turn it is; for the statistician first what stands in the way of signing."""
    names = review.moves(visit, stands, route_of(visit.reader, stands)[-1]) if stands.path else ()
    if not names:
        return
    say, why = visit.phrases, ""
    if names[0] == "sign_forms":
        if now.is_unsent:
            why = say("desk.unsent")
        elif now.checked.unexplained:
            why = say("desk.unexplained", n=len(now.checked.unexplained))
    if why:
        yield e.p(press(say("sign_forms.press"), why_not=why), cls="why-not")
    else:
        yield from review.act_section(visit, stands, names)
    yield e.p(
        e.a(say("desk.history"), href=visit.address.on("review", now.sheet.school, form=now.form.name)), cls="m"
    )  # fmt: skip


ORDER: tuple[tuple[Right, Deed, str], ...] = (
    (Right.FILL, Deed.SIGN, "desk.signs"),
    (Right.CHECK, Deed.CHECK, "desk.checks"),
    (Right.CONFIRM, Deed.CONFIRM, "desk.confirms"),
)
BEHIND: dict[State, int] = {State.SIGNED: 1, State.CHECKED: 2, State.HANDED_IN: 3, State.REVIEWED: 3, State.APPROVED: 4}  # fmt: skip


def _steps(visit: Visit, stands: Standing, taken: list[Step]) -> list[StepView]:
    """The three signatures of the school, then the review above."""
    past = BEHIND.get(stands.state, 0)
    views = [
        StepView(
            who=RIGHT_WORDS[right].of(visit.lang).capitalize() if visit.lang == "en" else RIGHT_WORDS[right].zh,
            what=visit.phrases(word), meta=_meta(visit, taken, deed) if n < past else "",
            stage="done" if n < past else "now" if n == past else "wait",
        )
        for n, (right, deed, word) in enumerate(ORDER)
    ]  # fmt: skip
    above = desk.turn_words(visit, stands) if stands.actor is Right.REVIEW else ""
    stage = "done" if past == 4 else "now" if past == 3 else "wait"
    meta = _meta(visit, taken, Deed.APPROVE) if past == 4 else above
    views.append(StepView(visit.phrases("desk.above"), visit.phrases("desk.reviews"), meta, stage))  # type: ignore[arg-type]  # a literal by three branches
    return views


def _meta(visit: Visit, taken: list[Step], deed: Deed) -> str:
    """Who did it and when; the newest time."""
    done = next((one for one in reversed(taken) if one.deed is deed), None)
    if done is None:
        return ""
    return visit.phrases("desk.by", by=done.login, at=minute(done.at))


def _receipt(visit: Visit, handed: Handed) -> Element:
    say = visit.phrases
    lines = [
        (say("receipt.number"), numbered("HZ", handed.received_at, handed.submission_id)),
        (say("receipt.at"), _received(visit, handed)),
        (say("receipt.by"), handed.received_by),
        (say("receipt.file"), handed.file_name),
        (say("receipt.accepted"), say("receipt.rows", n=handed.rows_accepted)),
        (say("receipt.refused"), say("receipt.rows", n=handed.rows_refused)),
        (
            say("receipt.found"),
            say("receipt.both", breaches=handed.breaches, remarks=handed.remarks),
        ),
    ]
    if handed.first_load is not None:
        lines.append((say("receipt.load"), plain(handed.first_load)))
    title = say("receipt.title", revision=handed.revision)
    acts = [_copy(visit, handed)] if visit.audience.sees_sensitive else []
    return receipt(ReceiptView(title, lines, acts))


def _received(visit: Visit, handed: Handed) -> str:
    """When it came, and whether its year was over by then."""
    marked = words.supplementary(visit, handed.form, visit.year, handed.received_at)
    return visit.phrases("list.meta").join(filter(None, (minute(handed.received_at), marked)))


def _copy(visit: Visit, handed: Handed) -> Element:
    """The file as it came, with what was said of it at its cells."""
    return action_form(
        "commented_copy", Posting(visit.csrf, str(visit.address)), hidden("submission", handed.submission_id),
        press(visit.phrases("receipt.copy")), cls="row",
    )  # fmt: skip
