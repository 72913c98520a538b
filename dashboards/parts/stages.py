"""How far something is: its stages side by side, those behind filled, the present one ringed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboards import element as e
from dashboards.element import Element
from dashboards.i18n import Phrases

StageState = Literal["done", "now", ""]


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage: its name, small words below, and whether it is behind, present or ahead."""

    name: str
    note: str = ""
    state: StageState = ""


def stages(name: str, views: Sequence[StageView], phrases: Phrases) -> Element:
    """Draw the stages in their order; what a shape says is read out too."""
    return e.ol(*(_stage(one, phrases) for one in views), cls="stages", aria_label=name)


def _stage(view: StageView, phrases: Phrases) -> Element:
    spoken = e.span(phrases(f"stages.{view.state or 'ahead'}"), cls="sr")
    props = {"aria_current": "step"} if view.state == "now" else {}
    return e.li(e.b(view.name), spoken, e.span(view.note, cls="m"), cls=view.state, **props)
