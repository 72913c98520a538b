"""The metric catalogue, written from the declarations: what each metric means and how it is computed."""

from collections.abc import Iterator
from itertools import chain

from metrics.discovery import metrics, shelves
from metrics.metric import (
    ALL_UNITS,
    Change,
    Count,
    Cumulative,
    Metric,
    Part,
    Percentile,
    Ratio,
    Sum,
)
from metrics.plan import breakdowns
from metrics.signals.handbook import signal_catalogue
from warehouse import law
from warehouse.dictionary import data_dictionary
from warehouse.division_report import division_report


def reference_pages() -> dict[str, str]:
    """The pages of docs/ that are written from declarations, by file name."""
    return {
        "data-dictionary.md": data_dictionary(),
        "metric-catalogue.md": metric_catalogue(),
        "signal-catalogue.md": signal_catalogue(),
        "division-changes.md": division_report(),
    }


def metric_catalogue() -> str:
    """The whole catalogue as Markdown, shelf by shelf."""
    return "\n".join(lines())


def lines() -> Iterator[str]:
    yield "# Metric catalogue 指标目录"
    yield ""
    yield f"{len(metrics())} metrics, written by `make docs` from `metrics/catalogue/`.  由声明自动生成。"
    yield ""
    for shelf, members in shelves().items():
        yield f"## {shelf.zh} {shelf.en}"
        yield ""
        yield from chain.from_iterable(map(metric_lines, members))


def metric_lines(metric: Metric) -> Iterator[str]:
    """One metric: question, definition, formula, how it may be added and judged."""
    yield f"### {metric.label.zh} {metric.label.en} · `{metric.name}`"
    yield ""
    yield f"{metric.question.zh} {metric.question.en}"
    yield ""
    yield f"- 定义 Definition: {metric.definition.zh} {metric.definition.en}"
    yield f"- 算法 Formula: `{formula(metric)}`"
    yield f"- 单位 Unit: {metric.unit.label.zh} {metric.unit.label.en}; {metric.kind}, {metric.period.value}"
    yield f"- 方向 Direction: {metric.direction.value}; 可加性 adds up over: {metric.additivity.value}"
    yield from law_lines(metric)
    if breakdowns(metric):
        yield f"- 可分组 Breaks down by: {', '.join(breakdowns(metric))}"
    if metric.apart:
        names = ", ".join(f"`{name}`" for name in metric.apart)
        yield f"- 不可混用 Never in one series with: {names}"
    for each in metric.breaks:
        yield f"- 断点 Break {each.year}: {each.why.zh} {each.why.en}"
    yield ""


def law_lines(metric: Metric) -> Iterator[str]:
    """Its number in the indicator register, its limits, the law it rests on, and from when."""
    if metric.code:
        yield f"- 登记号 Register: {metric.code}"
    if metric.limits:
        yield f"- 限值 Limits: {', '.join(f'`{name}`' for name in metric.limits)}"
    bases = dict.fromkeys(law.entry(code).basis for code in metric.laws)
    if bases:
        yield f"- 依据 Basis: {'；'.join(f'{basis.zh} {basis.en}' for basis in bases)}"
    if metric.since:
        yield f"- 起始 Not applicable before: {metric.since}"


def formula(metric: Metric) -> str:
    """The parts a value is divided from, last."""
    match metric:
        case Ratio(numerator=above, denominator=below, scale=scale):
            factor = f" * {scale}" if scale != 1 else ""
            return f"({sum_text(above)}){factor} / ({sum_text(below)})"
        case Change(of=of, years=years):
            return f"change of {of.name or formula(of)} over {years} year{'s' if years > 1 else ''}"
        case Cumulative(of=of, first_year=first):
            return f"{sum_text(of)}, added up from {first}"
        case Percentile(of=of, share=share):
            return f"percentile {share} over units of {of.name or formula(of)}"
        case Count(of=of):
            return sum_text(of)
    return metric.kind


def sum_text(of: Part | Sum) -> str:
    parts = of.parts if isinstance(of, Sum) else (of,)
    first, *others = parts
    minus = "-" if first.sign < 0 else ""
    return (
        minus
        + part_text(first)
        + "".join(f" {'-' if part.sign < 0 else '+'} {part_text(part)}" for part in others)
    )


def part_text(part: Part) -> str:
    """form.measure, the members of a cut, and how many years back."""
    members = f"[{part.cut}={','.join(part.members)}]" if part.cut else ""
    back = f" {part.years_back}y before" if part.years_back else ""
    kinds = "" if part.kinds == ALL_UNITS else f" of {'/'.join(part.kinds)} units"
    return f"{part.form}.{part.measure}{members}{kinds}{back}"
