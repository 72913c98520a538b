"""The page's conclusion in one sentence: its only first-rank heading."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Phrases


@dataclass(frozen=True, slots=True)
class FindingView:
    """The sentence, or "" when nothing needs pointing out; `basis` says what it was drawn from (small print).

    automatic: a program wrote the sentence, and the small print says so.
    """

    sentence: str
    basis: str = ""
    automatic: bool = True


def finding(view: FindingView, phrases: Phrases) -> Element:
    """Print the conclusion first."""
    auto = phrases("finding.auto") if view.automatic else ""
    meta = " · ".join(filter(None, (auto, view.basis)))
    return e.div(
        e.h1(view.sentence or phrases("finding.none")),
        e.p(meta, cls="m"),
        cls="finding",
    )
