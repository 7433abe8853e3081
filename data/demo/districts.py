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
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from data.demo.curves import Line, Points, Warp, rotate
from data.demo.names import NameStock
from data.streets import BIKE, CAR, WALK

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
    "centre": Pattern(72, 98, 5, 1.0, 0.0, 0.95, speed_kmh=30),
    "flats": Pattern(112, 96, 12, 0.35, 0.75, 0.3),
    "villa": Pattern(92, 66, 30, 0.28, 0.35, 0.3),
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
    outward: list[tuple[int, Points]]
    """Points with a neighbour outside: index, and the neighbour's place."""
    bent: dict[tuple[int, int], Points]
    """The curve of each edge, from its lower to its higher point."""


def make_lattice(area: Polygon, pattern: Pattern, angle_rad: float,
                 rng: np.random.Generator) -> Lattice:  # fmt: skip
    """The bent lattice of one district, clear of its edge by a plot's depth."""
    centre = np.array(area.centroid.coords[0])
    warp = Warp.random(rng, pattern.bend_m, 420.0)
    reach = np.array(area.bounds).reshape(2, 2)
    half_m = float(np.hypot(*(reach[1] - reach[0]))) / 2 + 150
    n_u, n_v = int(half_m / pattern.step_u_m) + 1, int(half_m / pattern.step_v_m) + 1
    iu, iv = np.meshgrid(np.arange(-n_u, n_u + 1), np.arange(-n_v, n_v + 1), indexing="ij")
    flat = np.column_stack((iu.ravel() * pattern.step_u_m, iv.ravel() * pattern.step_v_m))
    placed = warp(rotate(flat, angle_rad) + centre)
    inner = shapely.buffer(area, -0.42 * min(pattern.step_u_m, pattern.step_v_m))
    shapely.prepare(inner)
    inside = shapely.contains_xy(inner, placed[:, 0], placed[:, 1])
    number = np.full(len(flat), -1, dtype=np.int64)
    number[inside] = np.arange(int(inside.sum()))
    grid = number.reshape(iu.shape)
    where = np.arange(len(flat)).reshape(iu.shape)
    edges: list[tuple[int, int, int]] = []
    outward: list[tuple[int, Points]] = []
    bent: dict[tuple[int, int], Points] = {}
    share = np.array([0.25, 0.5, 0.75])[:, None]
    for axis in (0, 1):
        low = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
        high = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
        pairs = zip(grid[low].ravel(), grid[high].ravel(), where[low].ravel(),
                    where[high].ravel(), strict=True)  # fmt: skip
        for a, b, at_a, at_b in pairs:
            if a >= 0 and b >= 0:
                middle = flat[at_a] + (flat[at_b] - flat[at_a]) * share
                shape = warp(rotate(middle, angle_rad) + centre)
                edges.append((int(a), int(b), axis))
                bent[int(a), int(b)] = np.vstack((placed[at_a], shape, placed[at_b]))
            elif a >= 0:
                outward.append((int(a), placed[at_b]))
            elif b >= 0:
                outward.append((int(b), placed[at_a]))
    edge_array = np.array(edges, dtype=np.int64).reshape(-1, 3)
    return Lattice(placed[inside], edge_array, outward, bent)


def _choose(lattice: Lattice, pattern: Pattern, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Which edges are streets and which are footpaths: indices into ``lattice.edges``."""
    edges = lattice.edges
    n = len(lattice.xy)
    weight = rng.uniform(0.5, 1.5, len(edges)) + 0.55 * edges[:, 2]
    tree = minimum_spanning_tree(coo_array((weight, (edges[:, 0], edges[:, 1])), shape=(n, n)))
    in_tree = set(zip(*(part.tolist() for part in tree.tocoo().coords), strict=True))
    is_tree = np.array([(a, b) in in_tree for a, b, _ in edges.tolist()], dtype=bool)
    chance = rng.random(len(edges))
    is_street = is_tree | (chance < pattern.keep_loops)
    is_path = ~is_street & (rng.random(len(edges)) < pattern.paths)
    return np.flatnonzero(is_street), np.flatnonzero(is_path)


def _runs(lattice: Lattice, chosen: Ints, max_edges: int) -> list[list[int]]:
    """Chains of edges that go straight on through the lattice: one street each."""
    follow: dict[tuple[int, int], int] = {}
    for edge in chosen.tolist():
        a, _, axis = lattice.edges[edge].tolist()
        follow[a, axis] = edge
    ends = {(int(lattice.edges[e, 1]), int(lattice.edges[e, 2])) for e in chosen.tolist()}
    chains: list[list[int]] = []
    used: set[int] = set()
    starts = [e for e in chosen.tolist()
              if (int(lattice.edges[e, 0]), int(lattice.edges[e, 2])) not in ends]  # fmt: skip
    for start in starts:
        edge: int | None = start
        chain: list[int] = []
        while edge is not None and edge not in used:
            used.add(edge)
            chain.append(edge)
            b, axis = int(lattice.edges[edge, 1]), int(lattice.edges[edge, 2])
            edge = follow.get((b, axis))
            if len(chain) >= max_edges or edge is None:
                chains.append(chain)
                chain = []
        if chain:
            chains.append(chain)
    return chains


def _draw(lattice: Lattice, chain: list[int]) -> Points:
    pieces = [lattice.bent[tuple(lattice.edges[e, :2].tolist())] for e in chain]
    return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])


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
    theme = "industri" if kind == "industry" else names.theme()
    lines: list[Line] = []
    on_foot = WALK | BIKE
    for chain in _runs(lattice, streets, max_edges=99 if kind == "centre" else 8):
        if kind == "park":
            lines.append(Line(_draw(lattice, chain), "", "footway", 0, "none", locality,
                              on_foot, on_foot))  # fmt: skip
        else:
            name = names.take(locality, kind, theme)
            lines.append(Line(_draw(lattice, chain), name, pattern.road_class,
                              pattern.speed_kmh, kind, locality))  # fmt: skip
    for edge in paths.tolist():
        road_class = "cycleway" if rng.random() < 0.4 else "footway"
        steps = road_class == "footway" and rng.random() < 0.08
        allowed = WALK if steps else on_foot
        lines.append(Line(_draw(lattice, [edge]), "", "steps" if steps else road_class, 0,
                          "none", locality, allowed, allowed))  # fmt: skip
    lines += _gates(area, lattice, pattern, kind, locality, streets_around, names, theme, rng)
    return lines


def _gates(
    area: Polygon, lattice: Lattice, pattern: Pattern, kind: str, locality: int,
    streets_around: BaseGeometry, names: NameStock, theme: str, rng: np.random.Generator,
) -> list[Line]:  # fmt: skip
    """Short streets and paths from the lattice to the streets around it.

    Each part of the lattice gets at least one way in for cars where any is possible.
    """
    n = len(lattice.xy)
    edges = lattice.edges
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    part = connected_components(graph, directed=False)[1]
    open_parts: dict[int, int] = {}
    lines: list[Line] = []
    boundary = area.exterior
    taken: list[Points] = []
    for pick in rng.permutation(len(lattice.outward)).tolist():
        node, beyond = lattice.outward[pick]
        here = lattice.xy[node]
        crossing = shapely.intersection(LineString([here, here + 1.6 * (beyond - here)]), boundary)
        if crossing.is_empty:
            continue
        at = np.array(shapely.get_coordinates(crossing))
        at = at[np.argmin(np.hypot(*(at - here).T))]
        if shapely.distance(shapely.Point(at), streets_around) > 1.0:
            continue
        if any(np.hypot(*(at - other)) < 38 for other in taken):
            continue
        group = int(part[node])
        needed = open_parts.get(group, 0) < 2 and kind != "park"
        is_street = kind != "park" and (needed or rng.random() < pattern.gates)
        if not is_street and rng.random() > pattern.foot_gates:
            continue
        taken.append(at)
        shape = np.vstack((here, here + (at - here) * 1.0))
        if is_street:
            open_parts[group] = open_parts.get(group, 0) + 1
            lines.append(Line(shape, names.take(locality, kind, theme), pattern.road_class,
                              pattern.speed_kmh, kind, locality))  # fmt: skip
        else:
            lines.append(Line(shape, "", "footway", 0, "none", locality, WALK | BIKE, WALK | BIKE))
    return lines
