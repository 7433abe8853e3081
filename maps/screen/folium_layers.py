"""Our folium map and its layers: each one a call into our own script, naming a payload of data.

No constructor here takes text of the user's: names of functions and payloads are checked to be
plain words, and bounds are numbers.
"""

from __future__ import annotations

from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

MAP_ID = "hemrunda"
ZOOM_MIN = 8
ZOOM_MAX = 19


class OfflineMap(folium.Map):
    """A folium map without tiles, links to hosts, or anything random in it."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  the name and form are folium's
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, bounds: list[list[float]]) -> None:
        (south, west), (north, east) = bounds
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
            zoom_start=12,
            zoom_control=False,
            minZoom=ZOOM_MIN,
            maxZoom=ZOOM_MAX,
            attributionControl=False,
            zoomAnimation=True,
        )
        self._id = MAP_ID


class ScriptLayer(MacroElement):
    """Calls ``Hemrunda.<function>(map, "<payload>")`` when the page opens."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "Hemrunda.{{ this.function }}({{ this._parent.get_name() }}, {{ this.payload|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, function: str, payload: str) -> None:
        if not (function.isidentifier() and payload.isidentifier()):
            raise ValueError("functions and payloads are named by plain words")
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ScriptLayer"
        self._id = f"{function}_{payload}"
        self.function = function
        self.payload = payload


def offline_map(bounds: list[list[float]], layers: dict[str, str]) -> Any:
    """A map over ``bounds`` with one `ScriptLayer` per entry, function by payload, in order."""
    made = OfflineMap(bounds)
    for function, payload in layers.items():
        ScriptLayer(function, payload).add_to(made)
    return made
