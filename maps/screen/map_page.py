"""What team map and round map have in common: the page payload, the basemap and the writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.streets import StreetNetwork
from maps.common.audiences import Profile
from maps.common.lonlat import WebGrid
from maps.common.safe_page import Page, rendered, write_page
from maps.common.texts import texts
from maps.screen.basemap import basemap

SHARED_SCRIPTS = ("leaflet.js", "core.js", "canvas.js", "marks.js", "streets.js")
SHARED_STYLES = ("leaflet.css", "page.css")
MARGIN_M = 60.0


def stamp(profile: Profile, plan_id: str, date: str, language: str) -> str:
    """Plan, date and profile, as they stand on every file."""
    words = texts(language)
    for_whom = words["profile"].format(profile=words[f"profile_{profile.name}"])
    return words["stamp"].format(plan=plan_id, date=date, profile=for_whom)


def hidden_note(language: str, **counts: int) -> str:
    """What is left out, in words: ``hidden_clients=3``; nothing where nothing is."""
    words = texts(language)
    return " ".join(words[key].format(n=n) for key, n in counts.items() if n > 0)


def box_of(grid: WebGrid, xy: NDArray[np.float64]) -> list[int] | None:
    """West, south, east, north in grid units, with a margin; None where no point is finite."""
    points = xy[np.isfinite(xy).all(axis=1)] if len(xy) else xy
    if not len(points):
        return None
    corners = np.array([points.min(axis=0) - MARGIN_M, points.max(axis=0) + MARGIN_M])
    return [int(v) for v in grid.units(corners).ravel()]


def write_map(
    path: Path,
    *,
    layer: str,
    data: Mapping[str, Any],
    page_payload: Mapping[str, Any],
    body: str,
    scripts: Sequence[str],
    styles: Sequence[str],
    network: StreetNetwork,
    grid: WebGrid,
    view_xy: NDArray[np.float64],
    title: str,
    language: str,
) -> None:
    """Write one map page. ``view_xy``, metres, is what the first view shows."""
    from maps.screen.folium_layers import offline_map  # a second: papers need none of it

    words = texts(language)
    shown = view_xy[np.isfinite(view_xy).all(axis=1)]
    if not len(shown):
        west, south, east, north = network.bounds
        shown = np.array([[west, south], [east, north]])
    payload = {
        **page_payload,
        "origin": [grid.origin_x, grid.origin_y],
        "view": box_of(grid, shown),
        "attribution": network.attribution,
    }
    folium_map = offline_map(
        grid.latlon_bounds(shown), {"setUp": "page", "streets": "streets", layer: "view"}
    )
    page = Page(
        language=language,
        title=title,
        no_script=words["no_script"],
        body=body,
        styles=(*SHARED_STYLES, *styles),
        scripts=(*SHARED_SCRIPTS, *scripts),
        payloads={
            "texts": words,
            "page": payload,
            "streets": basemap(network, grid),
            "view": data,
        },
    )
    write_page(path, page, rendered(folium_map))
