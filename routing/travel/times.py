"""Travel times of a whole municipality: every client, base and home used, every mode wanted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from data.care.homes import travel_points
from data.errors import NetworkError
from data.model import Municipality
from data.progress import Progress
from data.streets import StreetNetwork
from data.tables.schema.vocabulary import MODES_SV
from data.travel_times import TravelTimes
from data.units import MODES
from routing.travel.engine import TravelEngine
from routing.travel.shared_tables import SharedTables
from routing.travel.snap import SnapReport, Snaps, report_snaps
from routing.travel.speed_profile import SpeedProfile

ROWS_AT_ONCE = 512
"""Rows of a table that are spread from distinct places to points: some megabytes of a city."""


def travel_times(
    network: StreetNetwork,
    municipality: Municipality,
    modes: Sequence[str] = MODES,
    *,
    profile: SpeedProfile | None = None,
    progress: Progress | None = None,
    engine: TravelEngine | None = None,
    shared: SharedTables | None = None,
) -> tuple[TravelTimes, TravelEngine, SnapReport]:
    """Snap every client, base and home used, and find the seconds between all of them.

    Parameters
    ----------
    network : StreetNetwork
    municipality : Municipality
        In the CRS of the network.
    modes : sequence of str
        Of `data.units.MODES`.
    profile : SpeedProfile, optional
    progress : Progress, optional
    engine : TravelEngine, optional
        One already prepared for this network and profile.
    shared : SharedTables, optional
        Where the tables lie if another process looks at them too.

    Returns
    -------
    times : TravelTimes
        Points are ``client:<client_id>``, then ``base:<base_id>``, then ``home:<staff_id>``, in
        the order of the tables.
    engine : TravelEngine
        Holds the points' ids and snaps, so that `TravelEngine.leg_path` answers by id.
    report : SnapReport
        What is doubtful, by point and mode.

    Raises
    ------
    NetworkError
        Where CRS differ, or no point at all lies near the network: another municipality's map.
    """
    progress = progress or Progress()
    if municipality.epsg != network.epsg:
        raise NetworkError(
            f"Gatunätet har koordinatsystemet EPSG:{network.epsg} men kommunens tabeller "
            f"EPSG:{municipality.epsg}."
        )
    engine = engine or TravelEngine(network, profile or SpeedProfile())
    points = travel_points(municipality)
    point_ids = tuple(points)
    xy = np.array(list(points.values()), np.float64).reshape(-1, 2)
    progress.report(0.0, "Placerar adresser på gatorna")
    snaps = engine.snap(xy, modes)
    if len(xy) and all((mode_snaps.segment_idx < 0).all() for mode_snaps in snaps.of_mode.values()):
        raise NetworkError("Ingen adress ligger nära gatunätet. Är det rätt kommuns karta?")
    engine.remember(point_ids, snaps)

    def fill(mode: str, table: NDArray[np.int32]) -> None:
        n_done = list(modes).index(mode)
        progress.report((1 + n_done) / (1 + len(modes)), f"Räknar restider: {MODES_SV[mode]}")
        _fill(table, engine, mode, snaps)

    seconds: Mapping[str, NDArray[np.int32]]
    if shared is not None:
        key = _key_of(engine, modes, point_ids, snaps)
        seconds = shared.tables(key, modes, len(point_ids), fill)
    else:
        seconds = {mode: np.empty((len(point_ids), len(point_ids)), np.int32) for mode in modes}
        for mode in modes:
            fill(mode, seconds[mode])
    progress.report(1.0, "Restiderna är klara")
    return TravelTimes(point_ids, seconds), engine, report_snaps(snaps, point_ids)


def _key_of(
    engine: TravelEngine, modes: Sequence[str], point_ids: tuple[str, ...], snaps: Snaps
) -> str:
    """What all seconds follow from: points, where they lie on which streets, and its costs."""
    digest = hashlib.sha256("\n".join((repr(engine.profile), *modes, *point_ids)).encode())
    network = engine.network
    digest.update(network.segment_from.tobytes() + network.segment_to.tobytes())
    for mode in modes:
        on_street, costs = snaps.of_mode[mode], engine.costs(mode)
        for column in (on_street.segment_idx, on_street.share, on_street.distance_m, *costs):
            digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


def _fill(table: NDArray[np.int32], engine: TravelEngine, mode: str, snaps: Snaps) -> None:
    """The matrix over all points; clients of one building are searched for once."""
    distinct, place = np.unique(snaps.xy, axis=0, return_inverse=True, equal_nan=False)
    if len(distinct) == len(snaps):
        engine.matrix(mode, snaps, out=table)
        return
    place = place.reshape(-1)
    first = np.full(len(distinct), len(snaps), np.int64)
    np.minimum.at(first, place, np.arange(len(snaps)))
    small = engine.matrix(mode, snaps.pick(first))
    for begin in range(0, len(place), ROWS_AT_ONCE):
        table[begin : begin + ROWS_AT_ONCE] = small[place[begin : begin + ROWS_AT_ONCE]][:, place]
