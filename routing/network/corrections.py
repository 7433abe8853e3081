"""What staff know better than the map: a locked gate, a slow hill, a path that is open.

A table with one row a correction. It names streets by name or by OSM way id, or everything
within some metres of a place, and closes them, opens them, or changes their speed, for some
modes or for all. Comments in the table are never read in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.errors import Fault, InputError, NetworkError
from data.streets import StreetNetwork
from data.tables.files.csv_files import read_csv
from data.tables.files.raw import FileFaultError
from data.units import MODES
from routing.network.components import MODE_BIT

_COLUMNS: Final = {
    "street": ("gata", "gatunamn", "street"),
    "way_osm_id": ("väg-id", "vag-id", "osm-id", "way_osm_id"),
    "x": ("x", "e", "öst"),
    "y": ("y", "n", "nord"),
    "radius_m": ("radie_m", "radie", "radius_m"),
    "mode": ("färdsätt", "fardsatt", "mode"),
    "action": ("åtgärd", "atgard", "action"),
    "speed_pct": ("fart_procent", "fart %", "speed_pct"),
}
_ACTIONS: Final = {
    **dict.fromkeys(("stängd", "stangd", "closed"), "closed"),
    **dict.fromkeys(("öppen", "oppen", "open"), "open"),
    **dict.fromkeys(("fart", "speed"), "speed"),
}
_MODES: Final = {
    **{mode: mode for mode in MODES},
    **{"gång": "walk", "cykel": "bike", "elcykel": "ebike", "bil": "car"},
}
RADIUS_M: Final = 15.0
"""A place in the corrections means the street within this: about a street with its pavements."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that staff know.

    ``street``, ``way_osm_id`` and the place narrow each other: all that are given must fit.
    ``speed_pct`` counts for every mode alike.
    """

    action: str
    """``closed``, ``open`` or ``speed``."""
    street: str = ""
    way_osm_id: int | None = None
    xy: tuple[float, float] | None = None
    radius_m: float = RADIUS_M
    modes: tuple[str, ...] = MODES
    speed_pct: float = 100.0
    row: int = 0


def read_corrections(path: str | Path) -> tuple[Correction, ...]:
    """Read the table from a CSV file (UTF-8 or cp1252; ``;``, ``,`` or tab).

    Raises
    ------
    InputError
        With every fault of the table.
    NetworkError
        Where the file is missing.
    """
    file = Path(path)
    if not file.exists():
        raise NetworkError(f"Rättelsefilen {file.name} finns inte.")
    try:
        raw = read_csv(file, _n_known)
    except FileFaultError as error:
        raise InputError([error.fault]) from None
    except OSError as error:
        raise NetworkError(f"Rättelsefilen {file.name} kan inte öppnas.") from error
    header = [str(cell) for cell in raw.rows[0]] if raw.rows else []
    if not _n_known(header):
        allowed = f"Tillåtet: {', '.join(names[0] for names in _COLUMNS.values())}."
        raise InputError([Fault(file.name, "", 1, "", "inga rubriker för rättelser", allowed)])
    rows = [dict(zip(header, map(str, row), strict=False)) for row in raw.rows[1:]]
    return corrections_of(rows, file.name)


def _n_known(row: Sequence[object]) -> int:
    """How many columns of a correction a row names."""
    known = {header for headers in _COLUMNS.values() for header in headers}
    return sum(str(cell).strip().lower() in known for cell in row)


def corrections_of(rows: Sequence[Mapping[str, str]], file: str = "") -> tuple[Correction, ...]:
    """Corrections from the rows of a table whose header is row 1.

    Raises
    ------
    InputError
        With every fault of the table.
    """
    faults: list[Fault] = []
    corrections: list[Correction] = []
    for number, row in enumerate(rows, start=2):
        known = {
            str(key).strip().lower(): (value or "").strip() for key, value in row.items() if key
        }
        cells = {
            name: next((known[header] for header in headers if header in known), "")
            for name, headers in _COLUMNS.items()
        }
        if not any(cells.values()):
            continue
        correction = _correction(cells, file, number, faults)
        if correction is not None:
            corrections.append(correction)
    if faults:
        raise InputError(faults)
    return tuple(corrections)


def _correction(
    cells: Mapping[str, str], file: str, row: int, faults: list[Fault]
) -> Correction | None:
    """One row; its faults are added to ``faults``."""
    n_before = len(faults)

    def number(name: str, low: float, high: float, default: float) -> float:
        text = cells[name].replace(" ", "").replace(",", ".")
        try:
            value = float(text) if text else default
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            allowed = f"Tillåtet: tal från {low:g} till {high:g}."
            faults.append(Fault(file, "", row, _COLUMNS[name][0], "inte ett tal", allowed))
        return value

    action = _ACTIONS.get(cells["action"].lower())
    if action is None:
        allowed = "Tillåtet: stängd, öppen eller fart."
        faults.append(Fault(file, "", row, "åtgärd", "okänd åtgärd", allowed))
    wanted = [word.strip().lower() for word in cells["mode"].split(",") if word.strip()]
    if any(word not in _MODES for word in wanted):
        allowed = "Tillåtet: gång, cykel, elcykel, bil, eller tomt för alla."
        faults.append(Fault(file, "", row, "färdsätt", "okänt färdsätt", allowed))
    if not (cells["street"] or cells["way_osm_id"] or (cells["x"] and cells["y"])):
        faults.append(
            Fault(file, "", row, "gata", "ingen plats", "Ange gata, väg-id eller x och y.")
        )
    speed_pct = number("speed_pct", 5, 300, 100.0)
    radius_m = number("radius_m", 1, 5000, RADIUS_M)
    x, y = (number(axis, -1e8, 1e8, 0.0) for axis in ("x", "y"))
    way = number("way_osm_id", -1e18, 1e18, 0.0)
    if len(faults) > n_before or action is None:
        return None
    return Correction(
        action=action,
        street=cells["street"],
        way_osm_id=int(way) if cells["way_osm_id"] else None,
        xy=(x, y) if cells["x"] and cells["y"] else None,
        radius_m=radius_m,
        modes=tuple(dict.fromkeys(_MODES[word] for word in wanted)) or MODES,
        speed_pct=speed_pct,
        row=row,
    )


def apply_corrections(
    network: StreetNetwork, corrections: Sequence[Correction]
) -> tuple[StreetNetwork, tuple[Fault, ...]]:
    """The network as staff know it, and a warning for every correction that fits no street.

    Rows count in order; a later one has the last word.
    """
    forward, backward = network.forward.copy(), network.backward.copy()
    factor = (
        np.ones(network.n_segments) if network.speed_factor is None else network.speed_factor.copy()
    )
    faults: list[Fault] = []
    for correction in corrections:
        chosen = _chosen(network, correction)
        if not chosen.any():
            allowed = "Kontrollera stavning, väg-id och koordinater."
            faults.append(Fault("", "", correction.row, "", "ingen gata passar", allowed, True))
            continue
        bits = np.uint8(np.bitwise_or.reduce([MODE_BIT[mode] for mode in correction.modes]))
        if correction.action == "closed":
            forward[chosen] &= ~bits
            backward[chosen] &= ~bits
        elif correction.action == "open":
            forward[chosen] |= bits
            backward[chosen] |= bits
        else:
            factor[chosen] = correction.speed_pct / 100.0
    changed = replace(
        network,
        forward=forward,
        backward=backward,
        speed_factor=None if np.all(factor == 1.0) else factor,
    )
    return changed, tuple(faults)


def _chosen(network: StreetNetwork, correction: Correction) -> NDArray[np.bool_]:
    """The segments that a correction names."""
    chosen = np.ones(network.n_segments, bool)
    if correction.street:
        wanted = correction.street.casefold()
        alike = [idx for idx, name in enumerate(network.names) if name.casefold() == wanted]
        chosen &= np.isin(network.name_idx, np.array(alike, np.int32))
    if correction.way_osm_id is not None:
        chosen &= network.way_osm_id == correction.way_osm_id
    if correction.xy is not None:
        chosen &= _near(network, correction.xy, correction.radius_m)
    return chosen


def _near(network: StreetNetwork, xy: tuple[float, float], radius_m: float) -> NDArray[np.bool_]:
    """Segments that come within some metres of a place."""
    n_points = np.diff(network.shape_offset)
    segment = np.repeat(np.arange(network.n_segments), n_points)
    leg = np.flatnonzero(segment[1:] == segment[:-1])
    begin = network.shape_xy[leg] - np.array(xy)
    step = network.shape_xy[leg + 1] - network.shape_xy[leg]
    squared = np.maximum((step**2).sum(axis=1), 1e-12)
    share = np.clip(-(begin * step).sum(axis=1) / squared, 0.0, 1.0)
    distance = np.hypot(*(begin + share[:, None] * step).T)
    near = np.zeros(network.n_segments, bool)
    near[segment[leg][distance <= radius_m]] = True
    return near
