"""How figures look: two palettes, one colour scale, what every layout has. Plain dictionaries.

**Conventions.** The scale is Cividis (Nuñez et al. 2018): even steps of lightness, the same with
any kind of colour vision. Picture and voice are two of Okabe and Ito's colours and never told apart
by colour alone. Figures are as wide as what holds them, down to 390 px.
"""

import html
from dataclasses import dataclass
from typing import Any, Literal

Spec = dict[str, Any]
"""A figure as Plotly takes it: `data` and `layout`."""
Theme = Literal["light", "dark"]
SCALE = "Cividis"
FONTS = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif"


@dataclass(frozen=True)
class Look:
    """Colours of one theme (those of `assets/style.css`)."""

    ground: str
    text: str
    quiet: str
    line: str
    picture: str
    voice: str
    both: str


LOOKS: dict[Theme, Look] = {
    "light": Look("#ffffff", "#1b1f22", "#555d63", "#d6d7d2", "#0072B2", "#D55E00", "#555d63"),
    "dark": Look("#181b1e", "#e8eaeb", "#a3acb2", "#2f353a", "#56B4E9", "#E69F00", "#a3acb2"),
}


def layout(look: Look, height_px: int, **own: Any) -> Spec:
    """What every figure's layout has."""
    return {
        "height": height_px,
        "autosize": True,
        "paper_bgcolor": look.ground,
        "plot_bgcolor": look.ground,
        "font": {"family": FONTS, "size": 12, "color": look.text},
        "margin": {"l": 44, "r": 16, "t": 40, "b": 44},
        "hoverlabel": {"font": {"family": FONTS}},
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        "dragmode": False,
        **own,
    }


def axis(look: Look, title: str = "", **own: Any) -> Spec:
    """What every axis has."""
    return {
        "title": {"text": title, "standoff": 6, "font": {"color": look.quiet}},
        "gridcolor": look.line,
        "linecolor": look.line,
        "tickcolor": look.line,
        "tickfont": {"size": 11, "color": look.quiet},
        "zeroline": False,
        "fixedrange": True,
        **own,
    }


def bare(**own: Any) -> Spec:
    """An axis that is not seen."""
    return {"visible": False, "fixedrange": True, **own}


def faded(colour: str, share: float) -> str:
    """A colour `#rrggbb`, seen through."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


def plain(words: str) -> str:
    """Words of a file's tags, so that Plotly shows them as they are and reads no markup in them."""
    return html.escape(words, quote=False)
