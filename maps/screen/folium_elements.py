"""Streets, territories, clients and rounds as folium layers, for any ``folium.Map``.

Each is a `folium.map.Layer`, so ``LayerControl``, ``FeatureGroup`` and plugins know it. Branca
evaluates what a template has made as a template once more (faults.md F1-F5), so texts of a user's
go in as JSON in which no brace is left; Leaflet is given them as ``textContent``, never as markup.

`OfflineFoliumMap` is a ``folium.Map`` that asks for no tiles; its ``save`` and its picture in a
notebook go through the one writer (`maps.common.safe_page`), so that the file holds Leaflet itself
and opens with no network. Tiles and plugins that need scripts from elsewhere are left out of it.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import folium
import numpy as np
from folium.map import Layer
from folium.template import Template
from numpy.typing import NDArray

from maps.common.safe_page import Page, inert_json, render, rendered, write_page

LatLon = list[list[float]]
FoliumMap = folium.Map
DIGITS = 6
"""Decimals of a degree: a tenth of a metre."""


class Shapes(Layer):
    """A layer group of lines, areas or dots, each with a text of its own where the mouse is."""

    kind = ""
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.layerGroup();
        (function (group, shapes, texts, style) {
          shapes.forEach(function (one, i) {
            var look = Object.assign({}, style, one.style || {});
            var made = L.{{ this.kind }}(one.at, look);
            if (texts[i]) {
              var box = document.createElement("span");
              box.textContent = texts[i];
              made.bindTooltip(box, {sticky: true});
            }
            group.addLayer(made);
          });
        })({{ this.get_name() }}, {{ this.shapes|tojson }}, {{ this.texts }},
           {{ this.style|tojson }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        shapes: Sequence[dict[str, Any]],
        style: dict[str, Any],
        *,
        name: str | None = None,
        show: bool = True,
        control: bool = True,
    ) -> None:
        super().__init__(name=name, overlay=True, control=control, show=show)
        self._name = type(self).__name__
        self.texts = inert_json([shape.get("text", "") for shape in shapes]).replace("{", "\\u007b")
        self.shapes = [{k: v for k, v in shape.items() if k != "text"} for shape in shapes]
        self.style = style


class StreetLines(Shapes):
    """Streets as thin lines; ``shapes`` are ``{"at": [[lat, lon], …]}``."""

    kind = "polyline"


class TeamAreas(Shapes):
    """Territories; ``at`` holds rings, the first of each part its border, the others holes."""

    kind = "polygon"


class ClientDots(Shapes):
    """Clients as dots; ``at`` is one ``[lat, lon]``."""

    kind = "circleMarker"


class RoundLines(Shapes):
    """Rounds as lines along the streets."""

    kind = "polyline"


class OfflineFoliumMap(folium.Map):
    """A folium map without tiles whose file asks for nothing.

    Parameters
    ----------
    bounds : list of [float, float]
        South-west and north-east corners of the first view, in degrees.
    title : str
        Of the page; plain words of ours.
    attribution : str
        Of the streets.
    """

    def __init__(self, bounds: LatLon, *, title: str, attribution: str) -> None:
        (south, west), (north, east) = bounds
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
            zoom_start=12,
            prefer_canvas=True,
            attributionControl=False,
        )
        self.fit_bounds(bounds)
        self.page_title = title
        self.attribution = attribution

    def with_layer_control(self) -> OfflineFoliumMap:
        """The map itself, with folium's list of layers; added last, so that it knows them all."""
        folium.LayerControl(collapsed=False).add_to(self)
        return self

    def page(self, language: str = "sv") -> Page:
        """The page that holds the map: Leaflet inlined, no connection allowed."""
        return offline_page(self.page_title, self.attribution, language)

    def save(
        self, outfile: str | bytes | Path | BinaryIO, close_file: bool = True, **kwargs: Any
    ) -> None:
        """Write one HTML file that opens with no network; the signature is folium's.

        Raises
        ------
        StoreError
            Where the file cannot be written.
        """
        if isinstance(outfile, str | Path):
            write_page(Path(outfile), self.page(), rendered(self))
            return
        if isinstance(outfile, bytes):
            write_page(Path(outfile.decode()), self.page(), rendered(self))
            return
        outfile.write(render(self.page(), rendered(self)).encode("utf-8"))
        if close_file:
            outfile.close()

    def _repr_html_(self, **kwargs: Any) -> str:
        inside = html.escape(render(self.page(), rendered(self)), quote=True)
        return (
            f'<iframe srcdoc="{inside}" style="width:100%;height:480px;border:0" '
            'sandbox="allow-scripts"></iframe>'
        )


def offline_page(title: str, attribution: str, language: str = "sv") -> Page:
    """The page that holds a folium map: Leaflet inlined, no connection allowed."""
    return Page(
        language=language,
        title=title,
        no_script=attribution,
        body="notebook.html",
        styles=("leaflet.css", "notebook.css"),
        scripts=("leaflet.js", "notebook.js"),
        payloads={"attribution": attribution},
    )


def degrees(xy: NDArray[np.float64], epsg: int) -> LatLon:
    """Metres as ``[lat, lon]`` pairs, rounded to a tenth of a metre."""
    from pyproj import Transformer

    if not len(xy):
        return []
    lon, lat = Transformer.from_crs(epsg, 4326, always_xy=True).transform(xy[:, 0], xy[:, 1])
    return [
        [round(float(a), DIGITS), round(float(o), DIGITS)] for a, o in zip(lat, lon, strict=True)
    ]
