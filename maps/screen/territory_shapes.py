"""Territories as pages draw them: rings of `data.geo.territories`, thinned for a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.geo.coarse_areas import coarse_areas
from data.geo.territories import team_areas
from data.model import Municipality
from data.streets import StreetNetwork
from maps.common.audiences import CELL_MIN, Manager, Profile

THIN_M = 4.0
ROUND_M = 100.0
"""Edges on shared maps are rounded to this."""
SMALLEST_M2 = 12_000.0
"""Pieces and holes smaller than this are not drawn."""

Rings = list[NDArray[np.float64]]
"""Closed rings in metres; holes are rings of their own (drawn with the even-odd rule)."""


def along_streets(
    municipality: Municipality,
    team_of: Mapping[str, str],
    network: StreetNetwork,
    near: Any = None,
    *,
    profile: Profile,
) -> dict[str, Rings]:
    """Rings of a division's teams by id, as ``profile`` may see them.

    Protected clients win no street (C7). Shared maps show cells of a fixed grid
    (`data.geo.coarse_areas`), and no area of a team under five (G7).
    """
    if isinstance(profile, Manager):
        return _drawn(team_areas(municipality, team_of, network, near))
    areas = _drawn(coarse_areas(municipality, team_of, network, near, CELL_MIN))
    return {team: [rounded(ring) for ring in rings] for team, rings in areas.items()}


def _drawn(areas: Mapping[str, Any]) -> dict[str, Rings]:
    return {team: rings for team, area in areas.items() if (rings := rings_of(area))}


def rounded(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """An edge as a shared map may show it."""
    return np.asarray(np.rint(ring / ROUND_M) * ROUND_M, dtype=np.float64)


def rings_of(area: Any) -> Rings:
    """The rings of a shapely polygon or multipolygon that are large enough to draw."""
    import shapely

    rings: Rings = []
    for polygon in shapely.get_parts(shapely.simplify(area, THIN_M)):
        if shapely.area(polygon) < SMALLEST_M2:
            continue
        rings.append(shapely.get_coordinates(shapely.get_exterior_ring(polygon)))
        rings.extend(
            shapely.get_coordinates(hole)
            for hole in shapely.get_rings(polygon)[1:]
            if shapely.area(shapely.polygons(hole)) >= SMALLEST_M2
        )
    return rings
