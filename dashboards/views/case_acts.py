"""What the reader may do in a case now, as the forms of its deeds."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.element import Child, Element
from dashboards.page import Visit
from dashboards.parts.form import action_form, choice_field, file_field, hidden, press
from dashboards.parts.section import SectionView, section
from dashboards.picked import NOTE
from dashboards.views import chain as words
from dashboards.views.accounts import posting
from dashboards.views.case import Opened, column_title
from dashboards.views.cases import days_field, mine
from etl.evidence import ACCEPT, MOST_BYTES
from warehouse.case_read import corrections
from warehouse.case_rules import Code, Deed
from warehouse.cases import LONGEST, VERIFY_DAYS, may
from warehouse.moments import minute

ANSWER, FILES = "answer", ("file1", "file2", "file3")


def act_sections(visit: Visit, found: Opened) -> Iterator[Element]:
    """The form of each deed that is the reader's; where there is none, whose turn it is."""
    mine_now = list(deed_sections(visit, found))
    yield from mine_now or [_nobody(visit, found)]


def deed_sections(visit: Visit, found: Opened) -> Iterator[Element]:
    """The form of each deed that is the reader's."""
    open_to_me = may(mine(visit), found.case, found.ahead)
    if Deed.EXPLAIN in open_to_me:
        yield _explain(visit, found)
    if open_to_me & {Deed.VERIFY, Deed.CLOSE}:
        yield _verify(visit, found, is_last=Deed.CLOSE in open_to_me)


def undo_sections(visit: Visit, found: Opened) -> Iterator[Element]:
    """Reopening and withdrawing, for who may."""
    open_to_me = may(mine(visit), found.case, found.ahead)
    for deed in (Deed.REOPEN, Deed.WITHDRAW):
        if deed in open_to_me:
            yield _again(visit, found, deed)


def _nobody(visit: Visit, found: Opened) -> Element:
    one, phrases = found.case, visit.phrases
    if one.waits_at is None:
        said = phrases("case.act.over")
    else:
        said = phrases("case.act.theirs", who=words.turn(visit, one.waits_at, one.actor))
    return section(SectionView("act", phrases("case.act"), say=said))


def _explain(visit: Visit, found: Opened) -> Element:
    phrases = visit.phrases
    fields: list[Child] = []
    for number, cell in enumerate(found.case.cells, start=1):
        name = phrases("case.answer.of", n=number, figure=column_title(visit, cell))
        fields.append(_area(f"{ANSWER}-{number}", ANSWER, name, phrases("case.answer.hint")))
    fields.append(_area("act-note", NOTE, phrases("case.answer.all"), is_required=False))
    view = SectionView("act", phrases("case.explain"), note=phrases("case.explain.note"))
    return section(
        view,
        action_form(
            "explain_case", posting(visit), _case(found), *fields, *_files(visit),
            e.div(press(phrases("case.explain.press"), is_first=True), cls="acts"), files=True,
        ),
    )  # fmt: skip


def _area(key: str, name: str, label: str, hint: str = "", *, is_required: bool = True) -> Element:
    """A text whose name is not its id: answers bear one name and come as one list, and a page may hold two reasons."""
    described = {"aria_describedby": f"{key}-hint"} if hint else {}
    return e.div(
        e.label(label, htmlFor=key),
        e.textarea(id=key, name=name, rows=3, required=is_required, maxLength=LONGEST, **described),
        e.small(hint, id=f"{key}-hint") if hint else None, cls="field",
    )  # fmt: skip


def _verify(visit: Visit, found: Opened, *, is_last: bool) -> Element:
    """The finding; at the last place it ends the case."""
    phrases = visit.phrases
    codes = [("", phrases("case.choose")), *((code.value, code.label.of(visit.lang)) for code in Code)]  # fmt: skip
    fields: list[Child] = [choice_field("code", phrases("case.finding"), codes)]
    if is_last:
        fields.append(_correction(visit, found))
    fields.append(_area("act-note", NOTE, phrases("case.opinion"), phrases("case.opinion.hint")))  # fmt: skip
    kind = "close" if is_last else "verify"
    view = SectionView("act", phrases(f"case.{kind}"), note=phrases(f"case.{kind}.note"))
    buttons = (press(phrases(f"case.{kind}.press"), is_first=True), press(phrases("case.return.press"), formAction="/do/return_case"))  # fmt: skip
    return section(
        view,
        action_form(
            "verify_case", posting(visit), _case(found), *fields, *_files(visit), e.div(*buttons, cls="acts"), files=True,
        ),
    )  # fmt: skip


def _correction(visit: Visit, found: Opened) -> Element:
    """What the school handed in since, for a wrong number to point at."""
    phrases = visit.phrases
    known = [
        (str(one.submission_id), phrases("case.correction.one", form=words.title(visit, one.form), n=one.revision, at=minute(one.received_at)))
        for one in corrections(visit.reader, found.case)
    ]  # fmt: skip
    none = phrases("case.correction.choose" if known else "case.correction.none")
    return choice_field("submission", phrases("case.correction"), [("", none), *known])


def _again(visit: Visit, found: Opened, deed: str) -> Element:
    """Reopen or withdraw, with a reason."""
    phrases = visit.phrases
    fields: list[Child] = [_area(f"{deed}-note", NOTE, phrases("case.reason"))]  # fmt: skip
    if deed == "reopen":
        fields.append(days_field(visit, VERIFY_DAYS))
    view = SectionView(deed, phrases(f"case.{deed}"), note=phrases(f"case.{deed}.note"))
    acts = e.div(press(phrases(f"case.{deed}.press")), cls="acts")
    return section(view, action_form(f"{deed}_case", posting(visit), _case(found), *fields, acts))


def _case(found: Opened) -> Element:
    return hidden("case", found.case.case_id)


def _files(visit: Visit) -> list[Child]:
    label = visit.phrases("case.files")
    hint = e.p(visit.phrases("case.files.hint", mb=MOST_BYTES // 1_000_000), cls="note")
    fields = [file_field(name, f"{label} {number}", ACCEPT, is_required=False) for number, name in enumerate(FILES, start=1)]  # fmt: skip
    return [*fields, hint]
