"""The sections of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.element import Element
from dashboards.page import Visit
from dashboards.parts.section import SectionView, section
from dashboards.parts.table import data_table
from dashboards.parts.table import table as table_part
from dashboards.views import definitions, dictionary


def definition_sections(visit: Visit) -> Iterator[Element]:
    """The metrics, shelf by shelf."""
    for number, shown in enumerate(definitions.tables(visit), start=1):
        view = SectionView(
            f"shelf-{number}", shown.name, visit.phrases("catalogue.n", n=len(shown.rows))
        )
        yield section(view, table_part(shown, visit.phrases))


def law_section(visit: Visit) -> Element:
    view = SectionView(
        "law", visit.phrases("catalogue.law"), note=visit.phrases("catalogue.law.note")
    )
    return section(view, table_part(definitions.law_table(visit), visit.phrases))


def dictionary_sections(visit: Visit) -> Iterator[Element]:
    """The forms: columns, rules and history, folded."""
    for form, shown in dictionary.tables(visit):
        meta = [
            form.domain.label.of(visit.lang),
            visit.phrases("dictionary.filled" if form.submitted else "dictionary.kept"),
        ]
        title = visit.phrases("dictionary.form", form=form.title.of(visit.lang))
        view = SectionView(
            f"form-{form.name}",
            title,
            visit.phrases("list.meta").join(meta),
            say=form.about.of(visit.lang),
        )
        folded = [data_table(one, visit.phrases, one.name) for one in shown]
        yield section(view, *folded)


def interface_section(visit: Visit) -> Element:
    """The way to the same catalogue, and all figures, for programs."""
    phrases = visit.phrases
    more = (phrases("interface.more"), visit.address.on("interface"))
    view = SectionView("interface", phrases("interface.title"), say=phrases("interface.about"), more=more)  # fmt: skip
    return section(view)


def sentence_section(visit: Visit) -> Element:
    """How the conclusions on top of pages are made."""
    view = SectionView(
        "sentences",
        visit.phrases("catalogue.sentences"),
        say=visit.phrases("catalogue.sentences.how"),
    )
    return section(view)
