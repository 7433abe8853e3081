"""All travel times between all points, and the paths themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.errors import SettingsError
from data.streets import StreetNetwork
from data.units import MODES
from routing.network.components import Parts, parts_of
from routing.travel.hierarchy import build_hierarchy, put_costs
from routing.travel.hierarchy_search import HierarchySearch
from routing.travel.kernels.dijkstra_kernels import seconds_of_leg
from routing.travel.kernels.graph_kernels import Ends, ModeGraph
from routing.travel.kernels.hierarchy_kernels import Hierarchy
from routing.travel.kernels.snap_kernels import LegGrid
from routing.travel.modegraph import ArcCosts, arc_costs, arc_ms, make_ends, mode_graph
from routing.travel.path_search import Search
from routing.travel.route import Route, ShortestPath, make_route
from routing.travel.snap import SnapLimits, Snaps, leg_grid, snap_mode
from routing.travel.speed_profile import SpeedProfile

_TOPOLOGY = {"walk": "walk", "bike": "bike", "ebike": "bike", "car": "car"}
"""Modes that share permissions share a graph."""


@dataclass(repr=False)
class TravelEngine:
    """Snaps points to streets and answers for times and paths between them, exactly.

    Parameters
    ----------
    network : StreetNetwork
    profile : SpeedProfile
    limits : SnapLimits
    n_threads : int
        Rows are shared among so many threads; the answer is the same for any number.
    """

    network: StreetNetwork
    profile: SpeedProfile = field(default_factory=SpeedProfile)
    limits: SnapLimits = field(default_factory=SnapLimits)
    n_threads: int = field(default_factory=lambda: min(8, os.cpu_count() or 1))
    point_ids: tuple[str, ...] = ()
    """The points of `travel_times`, with their ``snaps``."""
    snaps: Snaps | None = None
    hierarchies: dict[str, Hierarchy] = field(default_factory=dict, repr=False)
    """By topology (walk, bike, car): what `routing.travel.prepared` keeps on disk."""
    _graphs: dict[str, ModeGraph] = field(default_factory=dict, repr=False)
    _parts: dict[str, Parts] = field(default_factory=dict, repr=False)
    _costs: dict[str, ArcCosts] = field(default_factory=dict, repr=False)
    _searches: dict[str, Search] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"<TravelEngine on {self.network!r}, {len(self.point_ids)} points>"

    @cached_property
    def _grid(self) -> LegGrid:
        return leg_grid(self.network)

    def with_profile(self, profile: SpeedProfile) -> TravelEngine:
        """An engine for other speeds: everything that does not hang on speeds is shared.

        "What if we change to e-bikes" costs the milliseconds of a new customization.
        """
        other = replace(self, profile=profile, _costs={}, _searches={})
        if "_grid" in self.__dict__:
            other.__dict__["_grid"] = self._grid
        return other

    def graph(self, mode: str) -> ModeGraph:
        """The topology that ``mode`` travels on."""
        key = _TOPOLOGY[_known(mode)]
        if key not in self._graphs:
            self._graphs[key] = mode_graph(self.network, key)
        return self._graphs[key]

    def parts(self, mode: str) -> Parts:
        """Which parts of the network hang together for ``mode``."""
        key = _TOPOLOGY[_known(mode)]
        if key not in self._parts:
            self._parts[key] = parts_of(self.network, key)
        return self._parts[key]

    def costs(self, mode: str) -> ArcCosts:
        """Milliseconds by segment for ``mode``."""
        if mode not in self._costs:
            self._costs[mode] = arc_costs(self.network, mode, self.profile)
        return self._costs[mode]

    def hierarchy(self, mode: str) -> Hierarchy:
        """The contraction hierarchy of the graph of ``mode``, without costs."""
        key = _TOPOLOGY[_known(mode)]
        if key not in self.hierarchies:
            self.hierarchies[key] = build_hierarchy(self.graph(mode))
        return self.hierarchies[key]

    def search(self, mode: str) -> Search:
        """The search that answers for ``mode``; made on first use."""
        if mode not in self._searches:
            graph = self.graph(mode)
            hierarchy = self.hierarchy(mode)
            ms = arc_ms(graph, self.costs(mode))
            metric = put_costs(hierarchy, ms)
            self._searches[mode] = HierarchySearch(graph, hierarchy, ms, metric, self.n_threads)
        return self._searches[mode]

    def snap(
        self,
        xy: NDArray[np.float64],
        modes: Sequence[str] = MODES,
        *,
        limits: SnapLimits | None = None,
    ) -> Snaps:
        """Put points on the streets of each mode.

        Parameters
        ----------
        xy : ndarray, float64, shape (n_points, 2)
            Metres in the network's CRS; NaN where a place is not known.
        """
        places = np.ascontiguousarray(xy, dtype=np.float64).reshape(-1, 2)
        of_topology: dict[str, Any] = {}
        for mode in modes:
            key = _TOPOLOGY[_known(mode)]
            if key not in of_topology:
                of_topology[key] = snap_mode(
                    self.network, self._grid, self.parts(key), places, limits or self.limits
                )
        return Snaps(places, {mode: of_topology[_TOPOLOGY[mode]] for mode in modes})

    def ends(self, mode: str, snaps: Snaps) -> Ends:
        """The snapped points as the search wants them."""
        snapped = snaps.of_mode[mode]
        beyond_m = np.maximum(
            0.0, np.nan_to_num(snapped.distance_m, posinf=0.0) - self.profile.free_snap_m
        )
        fixed_ms = np.floor(beyond_m * 3600.0 / self.profile.walk_kmh + 0.5).astype(np.int32)
        return make_ends(
            self.graph(mode),
            self.costs(mode),
            snapped.segment_idx,
            snapped.share,
            fixed_ms,
            _places(snaps.xy),
        )

    def matrix(
        self,
        mode: str,
        snaps: Snaps,
        to: Snaps | None = None,
        *,
        out: NDArray[np.int32] | None = None,
    ) -> NDArray[np.int32]:
        """Seconds from each point to each, rounded once; ``UNREACHABLE_S`` where no way is.

        Parameters
        ----------
        mode : str
        snaps : Snaps
            Sources, and targets unless ``to`` is given.
        to : Snaps, optional
            Other targets.
        out : ndarray, int32, shape (n_sources, n_targets), C-contiguous, optional
            Filled and returned in place of a new array.

        Raises
        ------
        SettingsError
            Where ``mode`` is unknown, or ``out`` is of another kind.
        """
        both = snaps if to is None else snaps.joined(to)
        ends = self.ends(mode, both)
        sources = _part(ends, slice(0, len(snaps)))
        targets = sources if to is None else _part(ends, slice(len(snaps), None))
        n_targets = len(targets.segment)
        if out is None:
            out = np.empty((len(snaps), n_targets), np.int32)
        _check_out(out, (len(snaps), n_targets))
        search = self.search(mode)
        run = search.rows(sources, targets, out)
        if self.n_threads == 1 or run.n_portions == 1:
            for portion in range(run.n_portions):
                run.fill(portion)
        else:
            with ThreadPoolExecutor(self.n_threads) as threads:
                list(threads.map(run.fill, range(run.n_portions)))
        run.finish()
        return out

    def route(self, mode: str, snaps: Snaps, i: int, j: int) -> Route | None:
        """The fastest path from point i to point j; None where there is none."""
        pair = snaps.pick(np.array([i, j]))
        ends = self.ends(mode, pair)
        source, target = _part(ends, slice(0, 1)), _part(ends, slice(1, 2))
        snapped = pair.of_mode[mode]
        if ends.place[0] == ends.place[1]:
            path: ShortestPath | None = ShortestPath(0, (), 0, 0, is_direct=True)
        else:
            path = self.search(mode).path(source, target)
        if path is None or snapped.segment_idx.min() < 0:
            return None
        seconds = int(seconds_of_leg(source, 0, target, 0, path.ms))
        segments = (int(snapped.segment_idx[0]), int(snapped.segment_idx[1]))
        shares = (float(snapped.share[0]), float(snapped.share[1]))
        return make_route(self.network, self.graph(mode), segments, shares, path, seconds)

    def path(self, mode: str, snaps: Snaps, i: int, j: int) -> NDArray[np.float64]:
        """The line of the fastest path along the streets, shape (k, 2), metres.

        From snapped point to snapped point; shape (0, 2) where there is no way.
        """
        route = self.route(mode, snaps, i, j)
        return np.zeros((0, 2)) if route is None else route.xy

    def leg_path(self, mode: str, from_point_id: str, to_point_id: str) -> NDArray[np.float64]:
        """`path` between two points of `travel_times` by their ids, for maps."""
        route = self.leg_route(mode, from_point_id, to_point_id)
        return np.zeros((0, 2)) if route is None else route.xy

    def leg_route(self, mode: str, from_point_id: str, to_point_id: str) -> Route | None:
        """`route` between two points of `travel_times` by their ids.

        Raises
        ------
        SettingsError
            Where the engine knows no such point.
        """
        try:
            i, j = self._row_of[from_point_id], self._row_of[to_point_id]
        except KeyError as error:
            raise SettingsError(f"Punkten {error.args[0]} är okänd.") from error
        assert self.snaps is not None
        return self.route(mode, self.snaps, i, j)

    def remember(self, point_ids: tuple[str, ...], snaps: Snaps) -> None:
        """Keep points by id for `leg_path` and `leg_route`."""
        self.point_ids, self.snaps = point_ids, snaps
        self.__dict__.pop("_row_of", None)

    @cached_property
    def _row_of(self) -> Mapping[str, int]:
        return {point_id: row for row, point_id in enumerate(self.point_ids)}


def _known(mode: str) -> str:
    if mode not in _TOPOLOGY:
        raise SettingsError(f"Färdsättet {mode} finns inte. Tillåtna: {', '.join(MODES)}.")
    return mode


def _check_out(out: NDArray[np.int32], shape: tuple[int, int]) -> None:
    """A strided or other array would compile every kernel anew."""
    if out.shape != shape or out.dtype != np.int32 or not out.flags.c_contiguous:
        raise SettingsError(f"out ska vara en sammanhängande int32-matris {shape}.")


def _places(xy: NDArray[np.float64]) -> NDArray[np.int32]:
    """Points with the same coordinates get the same number; unplaced ones each their own."""
    _, place = np.unique(np.nan_to_num(xy, nan=np.inf), axis=0, return_inverse=True)
    place = place.reshape(-1)
    lost = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    place[lost] = len(xy) + np.arange(len(lost))
    return place.astype(np.int32)


def _part(ends: Ends, rows: slice) -> Ends:
    return Ends(*(np.ascontiguousarray(column[rows]) for column in ends))
