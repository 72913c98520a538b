"""The colours and measures of the interface: one table, from which the stylesheet and Plotly's template follow.

`python -m dashboards.theme` writes assets/tokens.css; a test compares the two and measures the contrasts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

Theme = Literal["light", "dark"]

TOKENS_CSS = Path(__file__).parent / "assets" / "tokens.css"

# Measures that do not depend on the theme.
MEASURES: dict[str, str] = {
    "font": '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
    "mono": 'ui-monospace, "SFMono-Regular", Consolas, "Noto Sans Mono CJK SC", monospace',
    "t-xs": "12px",
    "l-xs": "18px",
    "t-sm": "13px",
    "l-sm": "20px",
    "t-md": "14px",
    "l-md": "22px",
    "t-lg": "16px",
    "l-lg": "24px",
    "t-xl": "20px",
    "l-xl": "32px",
    "t-num": "26px",
    "l-num": "32px",
    "gutter": "32px",
    "page": "24px",
    "max": "1440px",
    "radius": "3px",
    "top": "52px",
}

# name: (light, dark). What each is for: docs and the design system, section 2.
COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#141a21"),
    "sunken": ("#f5f6f4", "#1b232c"),
    "raised": ("#ffffff", "#1f2832"),
    "ink": ("#18212c", "#e9ecee"),
    "ink-2": ("#465160", "#b6c0c9"),
    "ink-3": ("#626d7b", "#93a0ac"),
    "rule": ("#e1e4e3", "#2c3641"),
    "rule-2": ("#b9c0c4", "#4d5a67"),
    "control": ("#7d878f", "#74828f"),
    "mark": ("#7b8794", "#8794a1"),
    "accent": ("#1d4f91", "#8ab4e8"),
    "accent-ink": ("#ffffff", "#0e1a29"),
    "accent-weak": ("#e7eef7", "#1d3049"),
    "focus": ("#1d4f91", "#8ab4e8"),
    "met": ("#2f6673", "#8fc3cd"),
    "met-weak": ("#e6f0f1", "#1c3238"),
    "near": ("#8a5a00", "#e3b14f"),
    "near-weak": ("#faf0da", "#372b12"),
    "near-bar": ("#b3873a", "#a37a2c"),
    "miss": ("#a5380c", "#f0936a"),
    "miss-weak": ("#fbe9e1", "#40231a"),
    "doubt": ("#76407b", "#d5a3da"),
    "doubt-weak": ("#f4eaf5", "#35233a"),
    "seq-1": ("#f3e9bd", "#2a4673"),
    "seq-2": ("#d6c88f", "#53698a"),
    "seq-3": ("#aaa586", "#8b8b7d"),
    "seq-4": ("#5c6f86", "#c6b87c"),
    "seq-5": ("#25436f", "#f1e3a4"),
    "on-1": ("#18212c", "#ffffff"),
    "on-2": ("#18212c", "#ffffff"),
    "on-3": ("#18212c", "#0f151b"),
    "on-4": ("#ffffff", "#0f151b"),
    "on-5": ("#ffffff", "#0f151b"),
    "cat-1": ("#0072b2", "#5aaee0"),
    "cat-2": ("#d55e00", "#f08a4b"),
    "cat-3": ("#009e73", "#4fc3a1"),
    "cat-4": ("#cc79a7", "#dd9cc0"),
    "chart-mute": ("#aab4bd", "#4a5663"),
    "chart-band": ("#eceff1", "#222b35"),
    "grid": ("#e8ebea", "#27313b"),
}

_FONT_PX = 12


def palette(theme: Theme) -> dict[str, str]:
    """Return name -> #rrggbb of one theme."""
    column = 1 if theme == "dark" else 0
    return {name: pair[column] for name, pair in COLOURS.items()}


def _block(selector: str, theme: Theme, measures: dict[str, str]) -> str:
    lines = [f"  --zj-{name}: {value};" for name, value in (measures | palette(theme)).items()]
    return "\n".join([f"{selector} {{", f"  color-scheme: {theme};", *lines, "}"])


def tokens_css() -> str:
    """Return the stylesheet of the tokens; paper is always light."""
    light = _block(":root", "light", MEASURES)
    dark = _block(':root[data-theme="dark"]', "dark", {})
    return (
        "/* Written by `python -m dashboards.theme` from dashboards/theme.py; edit that. */\n"
        f"{light}\n@media screen {{\n{dark}\n}}\n"
    )


def template(theme: Theme) -> dict[str, Any]:
    """Return Plotly's template: transparent, hairline grid, twelve-pixel text, no toolbar space."""
    colour = palette(theme)
    axis = {
        "gridcolor": colour["grid"],
        "linecolor": colour["rule-2"],
        "tickcolor": colour["rule-2"],
        "tickfont": {"color": colour["ink-2"], "size": _FONT_PX},
        "zeroline": False,
        "fixedrange": True,
    }
    return {
        "layout": {
            "font": {"family": MEASURES["font"], "size": _FONT_PX, "color": colour["ink"]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": colour["raised"],
                "bordercolor": colour["rule-2"],
                "font": {"color": colour["ink"], "size": _FONT_PX},
            },
            "xaxis": {**axis, "showgrid": False, "showline": True},
            "yaxis": {**axis, "showline": False},
            "annotationdefaults": {"showarrow": False, "font": {"color": colour["ink-2"]}},
        }
    }


def _channel(byte: int) -> float:
    part = byte / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2)."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.2126 * _channel(red) + 0.7152 * _channel(green) + 0.0722 * _channel(blue)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


if __name__ == "__main__":
    TOKENS_CSS.write_text(tokens_css(), encoding="utf-8")
