"""Cut a municipality out of a larger extract: its polygon, and a border of roads around it.

The shortest way between two homes may leave the municipality for a bend of the road, so streets
within ``MARGIN_M`` outside are kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MARGIN_M: Final = 1_000.0
"""Streets this far outside the border are kept, so that ways just across it are found."""
_DEGREE_M: Final = 111_195.0
_SCALE: Final = 1e7
Box = tuple[int, int, int, int]
"""West, south, east, north in 1e-7 degrees, as osmium keeps coordinates."""


@dataclass(frozen=True)
class AreaCut:
    """What is kept of an extract.

    Attributes
    ----------
    area : shapely geometry
        In degrees, without the margin.
    name : str
        To show, and to keep with the network's source.
    """

    area: Any
    name: str

    @cached_property
    def polygon(self) -> Any:
        """The area with its margin, prepared for many questions."""
        import shapely

        narrow = math.cos(math.radians((self.area.bounds[1] + self.area.bounds[3]) / 2))
        scale = np.array([_DEGREE_M * narrow, _DEGREE_M])
        flat = shapely.transform(self.area, lambda xy: xy * scale)
        wide = shapely.simplify(flat, 20.0).buffer(MARGIN_M, quad_segs=4)
        grown = shapely.transform(wide, lambda xy: xy / scale)
        shapely.prepare(grown)
        return grown

    @cached_property
    def box(self) -> Box:
        """The bounds of all that is kept."""
        west, south, east, north = (round(degrees * _SCALE) for degrees in self.polygon.bounds)
        return west, south, east, north

    def inside(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points are kept; shape (n,). Points that are not known are not."""
        import shapely

        west, south, east, north = self.polygon.bounds
        with np.errstate(invalid="ignore"):
            near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        is_inside = np.zeros(len(lon), bool)
        is_inside[near] = shapely.contains_xy(self.polygon, lon[near], lat[near])
        return is_inside


def touches(box: Box, points: list[tuple[int, int, int]]) -> bool:
    """Whether some of the points (id, longitude, latitude) lie in the box."""
    west, south, east, north = box
    return any(west <= x <= east and south <= y <= north for _, x, y in points)
