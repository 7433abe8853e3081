"""The empty map that a page of ours opens with: Leaflet's call, then ours by a block's name.

The text is what folium writes of a map without tiles. It stands here because folium brings pandas
along: six tenths of a processor second for twenty lines. No text of the user's comes in: names of
functions and payloads are checked to be plain words, and bounds are numbers. Maps for notebooks are
folium's (`maps.screen.folium_elements`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MAP_ID = "hemrunda"
ZOOM_MIN = 8
ZOOM_MAX = 19

_ELEMENT = f'<div class="folium-map" id="map_{MAP_ID}" ></div>'
_MAP = """
var map_{id} = L.map(
                "map_{id}",
                {{
                    center: [{lat!r}, {lon!r}],
                    crs: L.CRS.EPSG3857,
                    ...{{
  "zoom": 12,
  "zoomControl": false,
  "preferCanvas": false,
  "minZoom": {least},
  "maxZoom": {most},
  "attributionControl": false,
  "zoomAnimation": true,
}}

                }}
            );

{blank}

{less}
"""
_BLANK, _LESS = " " * 12, " " * 8
"""What folium leaves on lines with nothing on them."""


def map_shell(bounds: Sequence[Sequence[float]], layers: Mapping[str, str]) -> tuple[str, str]:
    """The map's element and script over ``bounds``: a call for each of ``layers``, in order.

    Each is ``Hemrunda.<function>(map, "<payload>")``, made when the page opens.

    Raises
    ------
    ValueError
        Where a function or payload is not named by a plain word.
    """
    (south, west), (north, east) = ([float(at) for at in corner] for corner in bounds)
    script = _MAP.format(
        id=MAP_ID, lat=(south + north) / 2, lon=(west + east) / 2, least=ZOOM_MIN, most=ZOOM_MAX,
        blank=_BLANK, less=_LESS,
    )  # fmt: skip
    for function, payload in layers.items():
        if not (function.isidentifier() and payload.isidentifier()):
            raise ValueError("functions and payloads are named by plain words")
        script += f'    Hemrunda.{function}(map_{MAP_ID}, "{payload}");\n'
    return _ELEMENT, script
