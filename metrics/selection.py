"""What a question asks of the warehouse: its metrics planned for each year, and the forms they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from metrics.plan import Plan, of_span, plan
from metrics.question import Question
from metrics.rollups import Want, wants

Selected = list[tuple[Plan, int]]


@lru_cache(maxsize=1024)
def select(
    names: tuple[str, ...], years: tuple[int, ...], cut: str, span: str = ""
) -> tuple[Selected, Mapping[str, Want]]:
    """Every metric with every year, planned, and what the plans need of each form."""
    plans = [(of_span(plan(name, year), span), year) for name in names for year in years]
    return plans, wants(plans, cut=cut)


def forms_of(question: Question) -> list[str]:
    """Every form that an answer rests on: read for its measures, or counted for the coverage."""
    return sorted(select(question.metrics, question.years, question.cut, question.span)[1])
