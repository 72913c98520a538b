"""The words of a sign-off sheet, for the page and for the PDF."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Phrases
from dashboards.numbers import academic_year, plain
from dashboards.sheet import Sheet, code
from dashboards.views.compare import HIDDEN
from metrics.compare import Comparison, compare, taken
from warehouse import chain
from warehouse.chain import Key, Standing, Step
from warehouse.chain_rules import Deed
from warehouse.discovery import form as form_named
from warehouse.form import Column, Secrecy
from warehouse.ladder import Ladder
from warehouse.moments import minute
from warehouse.rights import Role
from warehouse.store import Reader

SIGNATURES = (Deed.SIGN, Deed.CHECK, Deed.CONFIRM)
SHORT = 32  # characters of the hash in an address


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose sheet, in which language, for whom; `host` is the address of the site, `is_synthetic` whether its figures are."""

    reader: Reader
    ladder: Ladder
    phrases: Phrases
    key: Key
    host: str
    is_synthetic: bool
    sees_sensitive: bool


def sheet(asked: Asked) -> Sheet | None:
    """The sheet of what stands now; None where nothing was handed in yet."""
    one = chain.standing(asked.reader, asked.key)
    handed = taken(asked.reader, asked.key.form, asked.key.school_id)
    now = next((each for each in handed if each.submission_id == one.submission_id), None)
    if now is None:
        return None
    phrases, lang = asked.phrases, asked.phrases.lang
    school, form = asked.ladder.place(asked.key.school_id), form_named(asked.key.form)
    found = compare(asked.reader, asked.key.form, asked.key.school_id, None, now)
    steps = chain.history(asked.reader, asked.key)
    return Sheet(
        lang=lang, title=phrases("signoff.title"), form=form.title.of(lang), year=academic_year(asked.key.year, lang),
        mark=phrases("synthetic") if asked.is_synthetic else "",
        facts=[
            (phrases("queue.school"), _named(school.name_en, school.name_zh) if lang == "en" else school.name_zh), (phrases("identity.code"), school.code),
            (phrases("queue.state"), one.state.label.of(lang)), (phrases("queue.revision"), plain(now.revision)),
            (phrases("records.received"), minute(now.received_at)), (phrases("compare.rows.n"), plain(len(found.lines))),
        ],
        totals_title=phrases("signoff.totals"),
        totals=[_total(asked, column, found) for column in form.measures()],
        signatures_title=phrases("signoff.signatures"), signatures=list(_signatures(asked, one, steps)),
        hash_title=phrases("signoff.hash"), hash=one.content_hash, address=address(asked, one), foot=phrases("signoff.foot"),
    )  # fmt: skip


def _total(asked: Asked, column: Column, found: Comparison) -> tuple[str, str]:
    """The sum of a measure; a sensitive one only for those who may see it."""
    name = _named(column.label.of(asked.phrases.lang), column.unit.of(asked.phrases.lang))
    if column.secrecy is Secrecy.SENSITIVE and not asked.sees_sensitive:
        return name, HIDDEN
    after = found.total(column.name).after
    return name, plain(after) if isinstance(after, int) else ""


def _named(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _signatures(
    asked: Asked, one: Standing, steps: Sequence[Step]
) -> Iterator[tuple[str, str, str]]:
    """The three signatures under the present content; an empty line where one is missing."""
    latest = {
        step.deed: step for step in _since_filled(steps) if step.content_hash == one.content_hash
    }
    roles = (Role.STATISTICIAN, Role.SCHOOL_REVIEWER, Role.HEAD)
    for deed, role in zip(SIGNATURES, roles, strict=True):
        found = latest.get(deed)
        words = (
            (found.login, minute(found.at)) if found else (asked.phrases("signoff.unsigned"), "")
        )
        yield (role.label.of(asked.phrases.lang), *words)


def _since_filled(steps: Sequence[Step]) -> list[Step]:
    """The steps after which nothing was filled in, sent back or returned any more."""
    anew = {Deed.FILL, Deed.ADMIT, Deed.SEND_BACK, Deed.WITHDRAW, Deed.RETURN, Deed.REOPEN}
    last = max((number for number, step in enumerate(steps) if step.deed in anew), default=-1)
    return list(steps[last + 1 :])


def address(asked: Asked, one: Standing) -> str:
    """Where anyone who may see the school finds whether this hash is the current one."""
    key, lang = asked.key, asked.phrases.lang
    return (
        f"{asked.host.rstrip('/')}/{lang}/signoff/{key.school_id}"
        f"?year={key.year}&form={key.form}&item={one.content_hash[:SHORT]}"
    )


def drawn(made: Sheet, phrases: Phrases) -> Element:
    """The sheet as a page shows and prints it."""
    picture = b64encode(code(made.address).encode()).decode()
    facts = [child for name, text in made.facts for child in (e.dt(name), e.dd(text))]
    return e.div(
        e.div(
            e.div(e.h3(f"{made.form} · {made.year}"), e.p(made.mark, cls="syn") if made.mark else None),
            e.img(src=f"data:image/svg+xml;base64,{picture}", alt=phrases("signoff.code"), width=132, height=132),
            cls="sheet-head",
        ),
        e.dl(*facts, cls="facts"),
        _rows(made.totals_title, made.totals),
        _rows(made.signatures_title, made.signatures),
        e.p(made.hash_title, cls="m"),
        e.p(e.code(made.hash), cls="hash"),
        cls="sheet",
    )  # fmt: skip


def _rows(title: str, rows: Sequence[Sequence[str]]) -> Element:
    lines = [
        e.tr(e.th(row[0], scope="row"), *(e.td(text, cls="num" if len(row) == 2 else "") for text in row[1:]))
        for row in rows
    ]  # fmt: skip
    return e.div(e.table(e.caption(title), e.tbody(*lines), cls="t wrap"), cls="scroll", tabIndex=0)
