"""Fills the land between the main roads: blocks, villas, housing areas, industry, parks.

Each district is a bent lattice. A spanning tree of it with some edges put back makes the
streets, so that many end blind; some of the edges left out become footpaths, which is why
walking is shorter than driving there, as in life.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from data.demo.town.curves import Line, Points, Warp, rotate
from data.demo.town.town_names import NameStock
from data.streets import BIKE, WALK

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pattern:
    """How one kind of district is drawn. Lengths in metres, shares from 0 to 1."""

    step_u_m: float
    step_v_m: float
    bend_m: float
    keep_loops: float
    """Share of the non-tree edges that are streets all the same."""
    paths: float
    """Share of what is then left that becomes footpath."""
    gates: float
    """Share of the lattice edges over the district's edge that meet the main road."""
    road_class: str = "residential"
    speed_kmh: int = 30
    foot_gates: float = 0.35


PATTERNS = {
    "centre": Pattern(78, 108, 7, 1.0, 0.0, 0.95, speed_kmh=30),
    "flats": Pattern(112, 96, 12, 0.35, 0.75, 0.3),
    "villa": Pattern(94, 68, 31, 0.26, 0.35, 0.3),
    "village": Pattern(88, 70, 24, 0.3, 0.25, 0.6, speed_kmh=40),
    "industry": Pattern(190, 150, 8, 0.3, 0.1, 0.35, speed_kmh=50),
    "park": Pattern(150, 130, 40, 0.5, 0.0, 0.7, road_class="footway", speed_kmh=0, foot_gates=0.7),
}


@dataclass(frozen=True)
class Lattice:
    """Lattice points inside a district, and the edges between neighbours."""

    xy: Points
    """Shape (n, 2)."""
    edges: Ints
    """Shape (m, 3): two points, and 0 for along u or 1 for along v."""
    outward: list[tuple[int, int, Points]]
    """Points with a neighbour outside: index, axis, and the neighbour's place."""
    bent: dict[tuple[int, int], Points]
    """The curve of each edge, from its lower to its higher point."""


def make_lattice(area: Polygon, pattern: Pattern, angle_rad: float,
                 rng: np.random.Generator) -> Lattice:  # fmt: skip
    """The bent lattice of one district, clear of its edge by a plot's depth."""
    centre = np.array(area.centroid.coords[0])
    warp = Warp.random(rng, pattern.bend_m, 430.0)
    step_u_m, step_v_m = np.array((pattern.step_u_m, pattern.step_v_m)) * rng.uniform(0.9, 1.15, 2)
    reach = np.array(area.bounds).reshape(2, 2)
    half_m = float(np.hypot(*(reach[1] - reach[0]))) / 2 + 150
    n_u, n_v = int(half_m / step_u_m) + 1, int(half_m / step_v_m) + 1
    iu, iv = np.meshgrid(np.arange(-n_u, n_u + 1), np.arange(-n_v, n_v + 1), indexing="ij")
    flat = np.column_stack((iu.ravel() * step_u_m, iv.ravel() * step_v_m))
    placed = warp(rotate(flat, angle_rad) + centre)
    inner = shapely.buffer(area, -0.42 * min(step_u_m, step_v_m))
    shapely.prepare(inner)
    inside = shapely.contains_xy(inner, placed[:, 0], placed[:, 1])
    number = np.full(len(flat), -1, dtype=np.int64)
    number[inside] = np.arange(int(inside.sum()))
    grid = number.reshape(iu.shape)
    where = np.arange(len(flat)).reshape(iu.shape)
    edges: list[tuple[int, int, int]] = []
    outward: list[tuple[int, int, Points]] = []
    bent: dict[tuple[int, int], Points] = {}
    share = np.array([0.25, 0.5, 0.75])[:, None]
    for axis in (0, 1):
        low = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
        high = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
        parts = (grid[low], grid[high], where[low], where[high])
        for a, b, at_a, at_b in zip(*(part.ravel().tolist() for part in parts), strict=True):
            if a >= 0 and b >= 0:
                middle = flat[at_a] + (flat[at_b] - flat[at_a]) * share
                shape = warp(rotate(middle, angle_rad) + centre)
                edges.append((a, b, axis))
                bent[a, b] = np.vstack((placed[at_a], shape, placed[at_b]))
            elif a >= 0:
                outward.append((a, axis, placed[at_b]))
            elif b >= 0:
                outward.append((b, axis, placed[at_a]))
    edge_array = np.array(edges, dtype=np.int64).reshape(-1, 3)
    return Lattice(placed[inside], edge_array, outward, bent)


def _choose(lattice: Lattice, pattern: Pattern, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Which edges are streets and which are footpaths: indices into ``lattice.edges``."""
    edges = lattice.edges
    n = len(lattice.xy)
    weight = rng.uniform(0.5, 1.5, len(edges)) + 0.55 * edges[:, 2]
    ends = edges[:, :2].T.astype(np.int32)  # SciPy 1.15's tree takes no wider index
    tree = minimum_spanning_tree(coo_array((weight, ends), shape=(n, n)))
    in_tree = set(zip(*(part.tolist() for part in tree.tocoo().coords), strict=True))
    is_tree = np.array([(a, b) in in_tree for a, b, _ in edges.tolist()], dtype=bool)
    is_street = is_tree | (rng.random(len(edges)) < pattern.keep_loops)
    is_path = ~is_street & (rng.random(len(edges)) < pattern.paths)
    return np.flatnonzero(is_street), np.flatnonzero(is_path)


def _runs(lattice: Lattice, chosen: Ints, max_edges: int) -> list[list[int]]:
    """Chains of edges that go straight on through the lattice: one street each."""
    rows = lattice.edges[chosen].tolist()
    follow = {(a, axis): edge for edge, (a, _, axis) in zip(chosen.tolist(), rows, strict=True)}
    ends = {(b, axis) for _, b, axis in rows}
    chains: list[list[int]] = []
    for edge, (a, _, axis) in zip(chosen.tolist(), rows, strict=True):
        if (a, axis) in ends:
            continue
        chain: list[int] = []
        next_edge: int | None = edge
        while next_edge is not None:
            chain.append(next_edge)
            if len(chain) == max_edges:
                chains.append(chain)
                chain = []
            next_edge = follow.get((int(lattice.edges[next_edge, 1]), axis))
        if chain:
            chains.append(chain)
    return chains


def _draw(lattice: Lattice, chain: list[int]) -> Points:
    pieces = [lattice.bent[tuple(lattice.edges[e, :2].tolist())] for e in chain]
    return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])


@dataclass(frozen=True)
class _Gate:
    """A way out of the lattice, from a point to the street around."""

    node: int
    axis: int
    at: Points
    is_street: bool


def fill_district(
    area: Polygon, kind: str, locality: int, streets_around: BaseGeometry, angle_rad: float,
    names: NameStock, rng: np.random.Generator,
) -> list[Line]:  # fmt: skip
    """Streets and paths of one district, tied to the streets around it.

    Parameters
    ----------
    area : Polygon
        The face between main roads, water and rails.
    kind : str
        A key of `PATTERNS`.
    locality : int
        0 for the town, the village's number otherwise; names are unique within it.
    streets_around : geometry
        Lines that a gate may open onto.
    """
    pattern = PATTERNS[kind]
    lattice = make_lattice(area, pattern, angle_rad, rng)
    if len(lattice.edges) == 0:
        return []
    streets, paths = _choose(lattice, pattern, rng)
    gates = _gates(area, lattice, pattern, kind, streets_around, rng)
    chains = _runs(lattice, streets, max_edges=99 if kind == "centre" else 9)
    lines = _streets(lattice, chains, gates, kind, locality, names, rng)
    on_foot = WALK | BIKE
    for edge in paths.tolist():
        road_class = "cycleway" if rng.random() < 0.4 else "footway"
        steps = road_class == "footway" and rng.random() < 0.08
        allowed = WALK if steps else on_foot
        lines.append(Line(_draw(lattice, [edge]), "", "steps" if steps else road_class, 0,
                          "none", locality, allowed, allowed))  # fmt: skip
    for gate in gates:
        if not gate.is_street:
            shape = np.vstack((lattice.xy[gate.node], gate.at))
            lines.append(Line(shape, "", "footway", 0, "none", locality, on_foot, on_foot))
    return lines


def _streets(
    lattice: Lattice, chains: list[list[int]], gates: list[_Gate], kind: str, locality: int,
    names: NameStock, rng: np.random.Generator,
) -> list[Line]:  # fmt: skip
    """Named streets: chains drawn out through their gates; some short stubs share a name."""
    theme = "industri" if kind == "industry" else names.theme()
    pattern = PATTERNS[kind]
    open_gates = {(gate.node, gate.axis): gate for gate in gates if gate.is_street}
    name_at: dict[int, str] = {}
    lines: list[Line] = []

    def add(xy: Points, name: str) -> None:
        if kind == "park":
            lines.append(Line(xy, "", "footway", 0, "none", locality, WALK | BIKE, WALK | BIKE))
        else:
            lines.append(Line(xy, name, pattern.road_class, pattern.speed_kmh, kind, locality))

    for chain in sorted(chains, key=lambda chain: -len(chain)):
        first, last = lattice.edges[chain[0], 0], lattice.edges[chain[-1], 1]
        axis = int(lattice.edges[chain[0], 2])
        xy = _draw(lattice, chain)
        nodes = [int(first), *(int(lattice.edges[e, 1]) for e in chain)]
        stub = len(chain) == 1 and kind in ("villa", "village", "flats")
        shared = [name_at[n] for n in (nodes[0], nodes[-1]) if n in name_at]
        if stub and shared and rng.random() < 0.55:
            name = shared[0]
        else:
            name = names.take(locality, kind, theme)
        for node in nodes:
            name_at.setdefault(node, name)
        begin = open_gates.get((int(first), axis))
        if begin is not None and _is_ahead(xy[1], xy[0], begin.at):
            xy = np.vstack((open_gates.pop((int(first), axis)).at, xy))
        finish = open_gates.get((int(last), axis))
        if finish is not None and _is_ahead(xy[-2], xy[-1], finish.at):
            xy = np.vstack((xy, open_gates.pop((int(last), axis)).at))
        add(xy, name)
    for (node, _), gate in sorted(open_gates.items(), key=lambda item: item[0]):
        name = name_at.get(node) or names.take(locality, kind, theme)
        add(np.vstack((lattice.xy[node], gate.at)), name)
    return lines


def _is_ahead(before: Points, place: Points, target: Points) -> bool:
    """Whether going on from ``before`` through ``place`` leads towards ``target``."""
    return float((place - before) @ (target - place)) > 0


def _gates(
    area: Polygon, lattice: Lattice, pattern: Pattern, kind: str, streets_around: BaseGeometry,
    rng: np.random.Generator,
) -> list[_Gate]:  # fmt: skip
    """Ways out of the lattice; each part of it gets two for cars where any are possible."""
    n = len(lattice.xy)
    edges = lattice.edges
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    part = connected_components(graph, directed=False)[1]
    n_open: dict[int, int] = {}
    gates: list[_Gate] = []
    if not lattice.outward:
        return gates
    here = lattice.xy[[node for node, _, _ in lattice.outward]]
    beyond = np.array([place for _, _, place in lattice.outward])
    rays = shapely.linestrings(np.stack((here, here + 1.6 * (beyond - here)), axis=1))
    crossings = shapely.intersection(rays, area.exterior)
    has_one = ~shapely.is_empty(crossings)
    used: set[tuple[int, int]] = set()
    for pick in rng.permutation(len(lattice.outward)).tolist():
        node, axis, _ = lattice.outward[pick]
        if not has_one[pick] or (node, axis) in used:
            continue
        place = shapely.get_coordinates(crossings[pick])
        place = place[np.argmin(np.hypot(*(place - here[pick]).T))]
        if shapely.distance(shapely.Point(place), streets_around) > 1.0:
            continue
        if any(np.hypot(*(place - other.at)) < 38 for other in gates):
            continue
        group = int(part[node])
        needed = n_open.get(group, 0) < 2 and kind != "park"
        is_street = kind == "park" or needed or bool(rng.random() < pattern.gates)
        if not is_street and rng.random() > pattern.foot_gates:
            continue
        used.add((node, axis))
        n_open[group] = n_open.get(group, 0) + is_street
        gates.append(_Gate(node, axis, place, is_street))
    return gates
