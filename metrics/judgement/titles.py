"""What the rules of the three judgements are called."""

from __future__ import annotations

from metrics.judgement.found import outcome_of
from metrics.review import Tally
from metrics.risk.forecast import term
from metrics.signals.discovery import signals
from warehouse import law as book
from warehouse.discovery import forms
from warehouse.flags import Judgement
from warehouse.text import Text

LEAD = Text("{title}（{lead} 年内）", "{title} (within {term})")


def outcome_title(name: str) -> Text:
    """What one of the outcomes is called."""
    return outcome_of(f"{name}.1")[0].title


def title(judgement: Judgement, rule: str, law: str | None = None) -> Text:
    """Of a breach its law, or the form and column it blames; of a doubt its signal; of a risk what may happen and by when."""
    if judgement is Judgement.DOUBT:
        known = signals().get(rule)
        return known.title if known else Text(rule, rule)
    if judgement is Judgement.RISK:
        outcome, lead = outcome_of(rule)
        return Text(*(LEAD.of(lang).format(title=outcome.title.of(lang), lead=lead, term=term(lead)) for lang in ("zh", "en")))  # fmt: skip
    form, _, name = rule.partition(".")
    if form == "limit":
        return book.entry(name).title
    if form not in forms():
        return Text(rule, rule)
    return Tally(form, name, judgement.value, law, 0, 0).title  # fmt: skip
