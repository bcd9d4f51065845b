"""Figures as Plotly's, and as files. The only module of this room that imports Plotly.

**Conventions.** `heat` and `charts` say what is drawn; here it is checked and written. No file and
no page fetches anything: plotly.js lies in the repository (`library`), served by the page or
written into the HTML. It is Plotly's own bundle of flat charts (npm: plotly.js-cartesian-dist-min),
a third of the package's: a browser on 2 busy cores needs 2 s to start the whole. PNG and SVG are
made in the browser (`Plotly.downloadImage`, or the button above each figure): Plotly's own writer
needs Chrome (kaleido), which is too much to ask of a host.
"""

import base64
import html
from pathlib import Path
from typing import Any, Literal

import numpy as np

from mrcmv.explain.looks import LOOKS, Spec, Theme
from mrcmv.settings import REPOSITORY

Picture = Literal["png", "svg"]


def library() -> Path:
    """plotly.js of the installed package's version, to be served from here."""
    return REPOSITORY / "assets" / "plotly" / "plotly-cartesian.min.js"


def config(name: str = "figure", picture: Picture = "svg") -> dict[str, Any]:
    """How plotly.js shows a figure: as wide as its place, with one button, which downloads it."""
    return {
        "responsive": True,
        "displaylogo": False,
        "scrollZoom": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": picture, "filename": name, "scale": 2},
    }


def figure(spec: Spec) -> Any:
    """A specification as a Plotly figure, checked.

    Raises:
        ValueError: it is no figure that Plotly knows.
    """
    import plotly.graph_objects as go

    return go.Figure(spec)


def sent(spec: Any) -> Any:
    """A specification for a page with plotly.js: as `as_json` writes it, in plain values, nothing
    checked. Arrays go as plotly.js's typed arrays."""
    if isinstance(spec, dict):
        return {name: sent(value) for name, value in spec.items()}
    if isinstance(spec, list | tuple):
        return [sent(value) for value in spec]
    if isinstance(spec, np.ndarray):
        whole = spec if spec.dtype == np.float32 else spec.astype(np.float64)
        bytes_ = base64.b64encode(np.ascontiguousarray(whole).tobytes()).decode()
        shape = {"shape": ", ".join(map(str, whole.shape))} if whole.ndim > 1 else {}
        return {"dtype": f"f{whole.itemsize}", "bdata": bytes_, **shape}
    return spec.item() if isinstance(spec, np.generic) else spec


def as_json(spec: Spec) -> str:
    """A checked figure as the JSON that `Plotly.newPlot` takes, for pages with plotly.js."""
    told: str = figure(spec).to_json()
    return told


def standalone(spec: Spec, caption: str, name: str = "figure", theme: Theme = "light") -> str:
    """A page of one figure and its caption, with plotly.js in it (1.5 MB), for any browser."""
    drawn = figure(spec).to_html(
        full_html=False, include_plotlyjs=False, config=config(name), default_width="100%"
    )
    script = f"<script>{library().read_text(encoding='utf-8')}</script>"
    look, said = LOOKS[theme], html.escape(caption)
    style = (
        f"body{{margin:16px;background:{look.ground};color:{look.text};"
        "font:15px/1.5 system-ui,sans-serif;max-width:900px}"
    )
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{said}'
    return (
        f"<!doctype html><html lang=en><head>{head}</title><style>{style}</style></head>"
        f"<body>{script}{drawn}<p>{said}</p></body></html>"
    )
