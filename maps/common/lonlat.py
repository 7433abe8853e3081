"""From metres in the municipality's CRS to what a map draws: the only module that knows lat/lon.

Drawings are sent as whole numbers on a `WebGrid`: web-mercator metres (EPSG:3857) counted from a
point in the middle of what is drawn. One unit is about half a metre on the ground in Sweden, and
pixels follow from it by one multiplication.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyproj import Transformer

EPSG_WEB_MERCATOR = 3857
EPSG_WGS84 = 4326


@cache
def _transformer(from_epsg: int, to_epsg: int) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(from_epsg, to_epsg, always_xy=True)


def lonlat(xy: NDArray[np.float64], epsg: int) -> NDArray[np.float64]:
    """Points of CRS ``epsg``, shape (n, 2) east and north, as degrees lon and lat (WGS 84)."""
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    lon, lat = _transformer(epsg, EPSG_WGS84).transform(points[:, 0], points[:, 1])
    return np.column_stack([lon, lat])


@dataclass(frozen=True)
class WebGrid:
    """Whole web-mercator metres around an origin.

    Attributes
    ----------
    epsg : int
        CRS of what comes in.
    origin_x, origin_y : int
        The origin in EPSG:3857.
    """

    epsg: int
    origin_x: int
    origin_y: int

    @classmethod
    def around(cls, xy: NDArray[np.float64], epsg: int) -> WebGrid:
        """A grid whose origin is the middle of the points' bounds, shape (n, 2)."""
        points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        points = points[np.isfinite(points).all(axis=1)]
        middle = (points.min(axis=0) + points.max(axis=0)) / 2 if len(points) else np.zeros(2)
        x, y = _transformer(epsg, EPSG_WEB_MERCATOR).transform(middle[0], middle[1])
        return cls(epsg, round(x), round(y))

    def units(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Points of CRS ``epsg``, shape (n, 2), as whole units from the origin, shape (n, 2)."""
        points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        x, y = _transformer(self.epsg, EPSG_WEB_MERCATOR).transform(points[:, 0], points[:, 1])
        moved = np.column_stack([x - self.origin_x, y - self.origin_y])
        return np.asarray(np.rint(moved), dtype=np.int64)

    def latlon_bounds(self, xy: NDArray[np.float64]) -> list[list[float]]:
        """South-west and north-east of the points as ``[[lat, lon], [lat, lon]]``."""
        degrees = lonlat(xy, self.epsg)
        west, south = degrees.min(axis=0)
        east, north = degrees.max(axis=0)
        return [
            [round(float(south), 5), round(float(west), 5)],
            [round(float(north), 5), round(float(east), 5)],
        ]
