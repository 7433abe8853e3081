"""How fast people get on: one table of speeds and waits, editable in ``hemrunda.toml``.

Sources: walking 4.5, cycling 14 and e-cycling 18 km/h are the project's own planning values
(requirements, section 5: slower than a commuter, since carers stop often and carry things). A
car is taken to make 85 % of the signed limit between junctions, and to wait at junctions as the
table says; nothing here is a forecast of congestion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.errors import SettingsError
from data.streets import (
    CAR,
    NODE_SIGNAL,
    ROAD_CLASSES,
    SEGMENT_DISMOUNT,
    SEGMENT_UNPAVED,
    StreetNetwork,
)
from data.units import MODES
from routing.network.components import MODE_BIT

ARC_MAX_MS = 100_000_000
"""No arc costs more than this (28 h), so that sums stay far inside int32."""

_CAR_KMH: Mapping[str, float] = {
    "motorway": 100.0,
    "trunk": 80.0,
    "primary": 60.0,
    "secondary": 55.0,
    "tertiary": 45.0,
    "unclassified": 40.0,
    "residential": 28.0,
    "living_street": 8.0,
    "service": 15.0,
    "track": 12.0,
    "pedestrian": 7.0,
    "cycleway": 7.0,
    "footway": 7.0,
    "path": 7.0,
    "steps": 1.0,
    "ferry": 12.0,
}


@dataclass(frozen=True)
class SpeedProfile:
    """Speeds in km/h and waits in seconds.

    Attributes
    ----------
    walk_kmh, bike_kmh, ebike_kmh : float
        On the level, on paved ways.
    steps_kmh : float
        Walking on stairs.
    cycling_among_walkers_kmh : float
        Cycling on pedestrian streets and footways.
    unpaved_bike_factor : float
        Share of the cycling speed kept on gravel and earth.
    car_kmh : mapping of str to float
        Speed between junctions by road class, where no limit is signed.
    car_limit_factor : float
        Share of a signed limit that is driven between junctions.
    turn_s : float
        A car at a junction of three streets or more.
    give_way_s : float
        Added where the car comes to a street of a higher class.
    signal_s : mapping of str to float
        The mean wait at a traffic signal, per mode.
    ferry_kmh, ferry_wait_s : float
        Where the map tells no duration; the wait is paid once a crossing.
    free_snap_m : float
        From door to street up to here is part of the access minutes; beyond, it is walked.
    """

    walk_kmh: float = 4.5
    bike_kmh: float = 14.0
    ebike_kmh: float = 18.0
    steps_kmh: float = 2.5
    cycling_among_walkers_kmh: float = 8.0
    unpaved_bike_factor: float = 0.8
    car_kmh: Mapping[str, float] = field(default_factory=lambda: dict(_CAR_KMH))
    car_limit_factor: float = 0.85
    turn_s: float = 2.0
    give_way_s: float = 4.0
    signal_s: Mapping[str, float] = field(
        default_factory=lambda: {"walk": 0.0, "bike": 5.0, "ebike": 5.0, "car": 10.0}
    )
    ferry_kmh: float = 12.0
    ferry_wait_s: float = 600.0
    free_snap_m: float = 30.0

    def __post_init__(self) -> None:
        """Refuse speeds that are no speeds.

        Raises
        ------
        SettingsError
            Where a speed is outside 0.5–150 km/h, or a wait is negative.
        """
        speeds = [self.walk_kmh, self.bike_kmh, self.ebike_kmh, self.steps_kmh, self.ferry_kmh]
        speeds += [self.cycling_among_walkers_kmh, *self.car_kmh.values()]
        waits = [self.turn_s, self.give_way_s, self.ferry_wait_s, self.free_snap_m]
        waits += list(self.signal_s.values())
        shares = [self.unpaved_bike_factor, self.car_limit_factor]
        if not all(0.5 <= speed <= 150.0 for speed in speeds):
            raise SettingsError("Hastigheter ska vara mellan 0,5 och 150 km/h.")
        if not all(0.0 <= wait <= 7200.0 for wait in waits):
            raise SettingsError("Väntetider ska vara mellan 0 och 7200 sekunder.")
        if not all(0.1 <= share <= 1.5 for share in shares):
            raise SettingsError("Hastighetsandelar ska vara mellan 0,1 och 1,5.")
        if set(self.signal_s) != set(MODES) or set(self.car_kmh) != set(ROAD_CLASSES):
            raise SettingsError("signal_s ska ha alla färdsätt och car_kmh alla vägklasser.")


def drive_ms(network: StreetNetwork, mode: str, profile: SpeedProfile) -> NDArray[np.int32]:
    """Milliseconds along each segment, junctions not counted. Shape (n_segments,).

    Milliseconds are rounded once per segment; sums of them are rounded to seconds once per
    answer, so an hour's ride is off by at most half a second and a few dozen roundings of 0.5 ms.
    """
    kmh = _speeds(network, mode, profile)
    factor = speed_factor(network)
    ms = np.floor(network.length_m * 3600.0 / (kmh * factor) + 0.5)
    ferry = network.road_class == ROAD_CLASSES.index("ferry")
    if ferry.any():
        ms[ferry] += _ferry_wait_ms(network, ferry, profile)
    clipped: NDArray[np.int32] = np.clip(ms, 0, ARC_MAX_MS).astype(np.int32)
    return clipped


def speed_factor(network: StreetNetwork) -> NDArray[np.float64] | float:
    """Local corrections of speed, where the network carries them; 1 elsewhere."""
    factor = network.speed_factor
    return 1.0 if factor is None else factor


def _speeds(network: StreetNetwork, mode: str, profile: SpeedProfile) -> NDArray[np.float64]:
    """Speed on each segment in km/h."""
    n_classes = len(ROAD_CLASSES)
    code = network.road_class
    by_class = np.full(n_classes, 1.0)
    if mode == "car":
        by_class[:] = [profile.car_kmh[name] for name in ROAD_CLASSES]
        by_class[-1] = profile.ferry_kmh
        kmh = by_class[code]
        signed = (network.max_speed_kmh > 0) & (code != n_classes - 1)
        limit = network.max_speed_kmh * profile.car_limit_factor
        slow = np.isin(code, [ROAD_CLASSES.index(name) for name in ("service", "track")])
        kmh = np.where(signed & ~slow, limit, np.where(signed, np.minimum(kmh, limit), kmh))
    else:
        level = {"walk": profile.walk_kmh, "bike": profile.bike_kmh, "ebike": profile.ebike_kmh}
        by_class[:] = level[mode]
        by_class[ROAD_CLASSES.index("steps")] = profile.steps_kmh
        if mode != "walk":
            for name in ("pedestrian", "footway"):
                by_class[ROAD_CLASSES.index(name)] = min(
                    level[mode], profile.cycling_among_walkers_kmh
                )
        by_class[-1] = profile.ferry_kmh
        kmh = by_class[code]
        if mode != "walk":
            unpaved = (network.segment_flags & SEGMENT_UNPAVED) > 0
            kmh = np.where(unpaved, kmh * profile.unpaved_bike_factor, kmh)
            is_led = (network.segment_flags & SEGMENT_DISMOUNT) > 0
            kmh = np.where(is_led, min(level[mode], profile.walk_kmh), kmh)
    timed = (code == n_classes - 1) & (network.max_speed_kmh > 0)
    speeds: NDArray[np.float64] = np.where(timed, network.max_speed_kmh, kmh)
    return speeds


def _ferry_wait_ms(
    network: StreetNetwork, ferry: NDArray[np.bool_], profile: SpeedProfile
) -> NDArray[np.float64]:
    """Half of the wait at each end that touches land, so that a crossing pays it once."""
    on_land = np.zeros(network.n_nodes, bool)
    on_land[network.segment_from[~ferry]] = True
    on_land[network.segment_to[~ferry]] = True
    ends = on_land[network.segment_from[ferry]].astype(float)
    ends += on_land[network.segment_to[ferry]]
    return np.floor(ends * profile.ferry_wait_s * 500.0 + 0.5)


def junction_ms(
    network: StreetNetwork, mode: str, profile: SpeedProfile
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Milliseconds at the node where a segment is left: at its ``to`` end, at its ``from`` end.

    The cost of a junction belongs to the arm by which one comes, so it knows no difference
    between straight on and left; ``docs/en/travel.md`` says what that amounts to.
    """
    signal = np.where((network.node_flags & NODE_SIGNAL) > 0, profile.signal_s[mode] * 1000.0, 0.0)
    at_to, at_from = signal[network.segment_to], signal[network.segment_from]
    if mode == "car":
        usable = ((network.forward | network.backward) & MODE_BIT["car"] & CAR) > 0
        n_arms = np.bincount(network.segment_from[usable], minlength=network.n_nodes)
        n_arms = n_arms + np.bincount(network.segment_to[usable], minlength=network.n_nodes)
        best = np.full(network.n_nodes, 255, np.int64)
        rank = np.minimum(network.road_class.astype(np.int64), ROAD_CLASSES.index("residential"))
        np.minimum.at(best, network.segment_from[usable], rank[usable])
        np.minimum.at(best, network.segment_to[usable], rank[usable])
        open_node = (network.node_flags & NODE_SIGNAL) == 0
        for segments, node in ((at_to, network.segment_to), (at_from, network.segment_from)):
            junction = (n_arms[node] > 2) & open_node[node]
            segments += np.where(junction, profile.turn_s * 1000.0, 0.0)
            segments += np.where(junction & (best[node] < rank), profile.give_way_s * 1000.0, 0.0)
    return np.floor(at_to + 0.5).astype(np.int32), np.floor(at_from + 0.5).astype(np.int32)
