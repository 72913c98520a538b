"""How a form that is being filled stands, in one sentence, and how far it has come."""

from __future__ import annotations

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Phrases
from dashboards.views import filling
from dashboards.views.filling import Filling
from warehouse.form import Answer


def sentence(now: Filling, phrases: Phrases) -> str:
    """还有 1 处必须改，2 处须说明."""
    form = now.form.title.of(phrases.lang)
    wrong, open_ = len(now.checked.blocking), len(now.checked.unexplained)
    if now.is_empty:
        return phrases("fill.empty" if now.is_open else "fill.none", form=form)
    if wrong and open_:
        return phrases("fill.both", form=form, wrong=wrong, open=open_)
    if wrong:
        return phrases("fill.wrong", form=form, wrong=wrong)
    return phrases("fill.open", form=form, open=open_) if open_ else phrases("fill.good", form=form)


def head(now: Filling, phrases: Phrases) -> Element:
    """The sentence with what it counts, and the share of required cells that are filled."""
    filled, needed = filling.progress(now)
    counts = phrases(
        "fill.counts", rows=now.checked.accepted, refused=now.checked.refused,
        breaches=len(now.checked.of(Answer.BREACH)), remarks=len(now.checked.of(Answer.REMARK)),
    )  # fmt: skip
    share = filled / needed if needed else 0.0
    bar = e.progress(value=round(share, 4), max=1, aria_label=phrases("fill.progress"))
    return e.div(
        e.h1(sentence(now, phrases)),
        e.p(counts, cls="m"),
        e.p(bar, e.span(phrases("fill.cells", filled=filled, needed=needed), cls="m"), cls="way"),
        cls="finding",
    )
