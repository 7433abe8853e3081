"""Coordinate systems of Swedish municipalities: recognised, checked and transformed.

SWEREF 99 TM (EPSG:3006), its twelve local zones (EPSG:3007–3018), RT 90 2.5 gon V (EPSG:3021)
and WGS 84 (EPSG:4326). A point read in the wrong local zone lands 42–434 km off, still inside
Sweden (faults.md B2), so what is declared is checked against the municipality's bounds.
This is the one module where latitude and longitude are handled on the way in.

Source: Lantmäteriet, "Tvådimensionella system", zone parameters; EPSG registry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from data.errors import SettingsError
from data.units import EPSG_SWEREF99_TM

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""

EPSG_WGS84: Final = 4326
EPSG_RT90: Final = 3021
RT90_ZONES: Final = frozenset(range(3019, 3025))

NAMES: Final[dict[int, str]] = {
    3006: "SWEREF 99 TM",
    3007: "SWEREF 99 12 00",
    3008: "SWEREF 99 13 30",
    3009: "SWEREF 99 15 00",
    3010: "SWEREF 99 16 30",
    3011: "SWEREF 99 18 00",
    3012: "SWEREF 99 14 15",
    3013: "SWEREF 99 15 45",
    3014: "SWEREF 99 17 15",
    3015: "SWEREF 99 18 45",
    3016: "SWEREF 99 20 15",
    3017: "SWEREF 99 21 45",
    3018: "SWEREF 99 23 15",
    3021: "RT 90 2,5 gon V",
    4326: "WGS 84",
}
"""The systems known, by EPSG code."""

NORTH_M: Final = (6_100_000.0, 7_700_000.0)
TM_EAST_M: Final = (260_000.0, 925_000.0)
ZONE_EAST_M: Final = (20_000.0, 280_000.0)
RT90_EAST_M: Final = (1_200_000.0, 1_900_000.0)
SWEDEN_LAT: Final = (54.9, 69.2)
SWEDEN_LON: Final = (10.5, 24.3)

SHARE_INSIDE: Final = 0.95
"""At least this share of the points must fall inside the municipality (faults.md B2)."""
MARGIN_M: Final = 2_000.0
"""How far outside the network's bounds a point may lie and still count as inside."""


@dataclass(frozen=True)
class Recognised:
    """What a column of coordinates looks like, by its ranges alone."""

    kind: str
    """``tm``, ``zone``, ``rt90``, ``degrees`` or ``unknown``."""
    is_swapped: bool
    """Whether east and north (or longitude and latitude) have changed places."""


def epsg_of(text: str) -> int | None:
    """The EPSG code of a system as people write it: "SWEREF 99 13 30", "EPSG:3008", "RT90"."""
    squeezed = "".join(sign for sign in text.casefold() if sign.isalnum())
    if not squeezed:
        return None
    for code, name in NAMES.items():
        written = "".join(sign for sign in name.casefold() if sign.isalnum())
        if squeezed in {str(code), f"epsg{code}", written, written.replace("2,5", "25")}:
            return code
    aliases = {"sweref99": 3006, "sweref": 3006, "rt90": 3021, "rt9025gonv": 3021, "latlon": 4326}
    return aliases.get(squeezed)


@lru_cache(maxsize=64)
def _system(epsg: int) -> Any:
    """PROJ's system of a code, without its height; None where it knows none."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if not 0 < epsg < 1_000_000:
        return None
    try:
        system = CRS.from_epsg(epsg)
        return system.sub_crs_list[0] if system.is_compound else system
    except (CRSError, IndexError):
        return None


def is_known(epsg: int) -> bool:
    """Whether points can be read in a system at all: in metres or degrees, on the Earth."""
    if epsg in NAMES:
        return True
    system = _system(epsg)
    return system is not None and (system.is_projected or system.is_geographic)


def kind_of(epsg: int) -> str:
    """What coordinates of a system look like: as `Recognised.kind`, or ``other``."""
    if epsg in RT90_ZONES:
        return "rt90"
    if epsg in NAMES:
        return {EPSG_SWEREF99_TM: "tm", EPSG_WGS84: "degrees"}.get(epsg, "zone")
    system = _system(epsg)
    return "degrees" if system is not None and system.is_geographic else "other"


def why_unusable(epsg: int) -> str:
    """Why a system cannot be that of a network or a municipality; empty where it can.

    It must be one whose coordinates are metres: engines and maps measure in them.
    """
    if kind_of(epsg) in ("tm", "zone"):
        return ""
    system = _system(epsg)
    if system is None or not (system.is_projected or system.is_geographic):
        return f"EPSG:{epsg} är inget känt koordinatsystem."
    if system.is_geographic:
        return f"{name(epsg)} räknar i grader, inte i meter."
    units = {axis.unit_conversion_factor for axis in system.axis_info}
    return "" if units == {1.0} else f"{name(epsg)} räknar inte i meter."


def check_metric(epsg: int) -> None:
    """Refuse a system that cannot be that of a network or a municipality.

    Raises
    ------
    SettingsError
    """
    why = why_unusable(epsg)
    if why:
        raise SettingsError(
            f"{why} Ange SWEREF 99 TM (3006) eller kommunens lokala zon (3007–3018)."
        )


def _mostly(values: NDArray[np.float64], low_high: tuple[float, float]) -> bool:
    return bool(np.mean((values >= low_high[0]) & (values <= low_high[1])) >= SHARE_INSIDE)


def recognise(east: NDArray[np.float64], north: NDArray[np.float64]) -> Recognised:
    """Tell the system of the points by their ranges; the local zone itself cannot be told.

    Parameters
    ----------
    east, north : ndarray, float64, shape (n,)
        As the user's columns have them; finite values only.
    """
    if not len(east):
        return Recognised("unknown", False)
    kinds = {
        "tm": (TM_EAST_M, NORTH_M),
        "zone": (ZONE_EAST_M, NORTH_M),
        "rt90": (RT90_EAST_M, NORTH_M),
        "degrees": (SWEDEN_LON, SWEDEN_LAT),
    }
    for kind, (of_east, of_north) in kinds.items():
        if _mostly(east, of_east) and _mostly(north, of_north):
            return Recognised(kind, False)
    for kind, (of_east, of_north) in kinds.items():
        if _mostly(north, of_east) and _mostly(east, of_north):
            return Recognised(kind, True)
    return Recognised("unknown", False)


def transform(
    east: NDArray[np.float64], north: NDArray[np.float64], from_epsg: int, to_epsg: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points from one system to another; always east (longitude) first.

    Returns
    -------
    tuple of ndarray, float64, shape (n,)
        East and north; infinite where a point has no place in the other system.

    Raises
    ------
    SettingsError
        Where one of the systems is not known.
    """
    if from_epsg == to_epsg:
        return east, north
    for code in (from_epsg, to_epsg):
        if not is_known(code):
            raise SettingsError(f"EPSG:{code} är inget koordinatsystem som kan läsas.")
    from pyproj import Transformer, network

    # Never a grid from the network.
    network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    transformer = Transformer.from_crs(from_epsg, to_epsg, always_xy=True)
    x, y = transformer.transform(east, north)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


class Area(Protocol):
    """A municipality's own outline (`data.geo.outline`)."""

    def inside(self, east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points lie in it."""


def share_inside(
    east: NDArray[np.float64], north: NDArray[np.float64], where: Bounds | Area
) -> float:
    """Share of the points within bounds and a margin of 2 km, or within an outline."""
    return float(np.mean(inside(east, north, where))) if len(east) else 1.0


def inside(
    east: NDArray[np.float64], north: NDArray[np.float64], where: Bounds | Area
) -> NDArray[np.bool_]:
    """Which points lie within bounds and a margin of 2 km, or within an outline; shape (n,)."""
    if not isinstance(where, tuple):
        return where.inside(east, north)
    west, south, limit_east, limit_north = where
    return np.asarray(
        (east >= west - MARGIN_M)
        & (east <= limit_east + MARGIN_M)
        & (north >= south - MARGIN_M)
        & (north <= limit_north + MARGIN_M)
    )


def fitting(
    east: NDArray[np.float64], north: NDArray[np.float64], where: Bounds | Area, epsg: int
) -> tuple[int, ...]:
    """The systems in which at least 95 % of the points lie where they should.

    Parameters
    ----------
    east, north : ndarray, float64, shape (n,)
        As the user wrote them, in a system unknown.
    where : tuple of float or Area
        Bounds or outline of the municipality, in ``epsg``.
    """
    sample = slice(None, None, max(1, len(east) // 500))
    codes = []
    for code in NAMES:
        x, y = transform(east[sample], north[sample], code, epsg)
        if share_inside(x, y, where) >= SHARE_INSIDE:
            codes.append(code)
    return tuple(codes)


def name(epsg: int) -> str:
    """The system's name as Swedes say it, with its EPSG code."""
    return f"{NAMES[epsg]} (EPSG:{epsg})" if epsg in NAMES else f"EPSG:{epsg}"


def is_metric(epsg: int) -> bool:
    """Whether coordinates of ``epsg`` are metres that the engines can use."""
    return not why_unusable(epsg)


def names(codes: Sequence[int]) -> str:
    """Several systems in one sentence."""
    return " eller ".join(name(code) for code in codes)


__all__ = [
    "EPSG_SWEREF99_TM",
    "EPSG_WGS84",
    "NAMES",
    "RT90_ZONES",
    "Area",
    "Bounds",
    "Recognised",
    "check_metric",
    "epsg_of",
    "fitting",
    "inside",
    "is_known",
    "is_metric",
    "kind_of",
    "name",
    "names",
    "recognise",
    "share_inside",
    "transform",
    "why_unusable",
]
