"""Where the clients of the demo live, and who they are.

Works on any street network: on its addresses if it has enough of them, else along its
residential streets by length. A network far larger than the clients need is used around its
densest part only, so that the town keeps the density of a real home-care area.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.errors import NetworkError
from data.model import DATE_MAX, DATE_MIN, Client
from data.streets import CAR, ROAD_CLASSES, WALK, StreetNetwork

Floats = NDArray[np.float64]

STREET_M_PER_CLIENT = 260.0
ADDRESSES_PER_CLIENT = 12
"""Ekhamn's own density; a larger network is used around its densest part only [inf]."""

SHARE_SENIOR_HOUSES = 0.17
SHARE_COUPLES = 0.05
"""Share of addresses drawn that house a couple [inf]."""

LANGUAGES = ("fi", "ar", "fa", "so", "bs", "es", "pl")


@dataclass(frozen=True)
class Places:
    """Doors at which clients may live."""

    xy: Floats
    """Shape (n, 2)."""
    is_flat: NDArray[np.bool_]
    weight: Floats
    """How likely an old person with home care lives there."""


def places_of(network: StreetNetwork, n_clients: int) -> Places:
    """Doors for ``n_clients`` clients, from the address register or along the streets.

    Raises
    ------
    NetworkError
        Where the network has neither addresses nor streets where anybody lives.
    """
    if len(network.addresses) >= 1.5 * n_clients:
        xy = np.array([(a.x, a.y) for a in network.addresses])
        is_flat = np.array([a.dwelling == "flat" for a in network.addresses])
        spread = len(xy) > 3 * ADDRESSES_PER_CLIENT * n_clients
        if spread:
            near = _nearest(xy, np.ones(len(xy)), ADDRESSES_PER_CLIENT * n_clients)
            xy, is_flat = xy[near], is_flat[near]
    else:
        xy, is_flat = _along_streets(network, n_clients)
    centre = np.median(xy, axis=0)
    distance = np.hypot(*(xy - centre).T)
    order = distance / max(float(np.quantile(distance, 0.9)), 1.0)
    if not is_flat.any():
        is_flat = order < 0.4
    weight = np.where(is_flat, 1.25 - 0.35 * np.minimum(order, 1.5), 0.42)
    return Places(xy, is_flat, weight)


def _nearest(xy: Floats, weight: Floats, enough: float) -> NDArray[np.int64]:
    """The places nearest the densest square of 500 m until their weights sum to ``enough``."""
    cell = np.floor(xy / 500.0).astype(np.int64)
    keys, of_cell = np.unique(cell, axis=0, return_inverse=True)
    sums = np.bincount(of_cell.ravel(), weight)
    middle = (keys[int(np.argmax(sums))] + 0.5) * 500.0
    order = np.argsort(np.hypot(*(xy - middle).T), kind="stable")
    n_needed = int(np.searchsorted(np.cumsum(weight[order]), enough)) + 1
    return np.sort(order[:n_needed])


def _along_streets(network: StreetNetwork, n_clients: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Invented doors every 25 m along streets that both walkers and cars can reach."""
    homes = [ROAD_CLASSES.index(c) for c in ("residential", "living_street")]
    ok = np.isin(network.road_class, homes)
    if not ok.any():
        more = [ROAD_CLASSES.index(c) for c in ("unclassified", "tertiary", "service")]
        ok = np.isin(network.road_class, more)
    ends = np.column_stack((network.segment_from, network.segment_to)).astype(np.int64)
    for mode in (WALK, CAR):
        go, back = (network.forward & mode) > 0, (network.backward & mode) > 0
        rows = np.concatenate((ends[go, 0], ends[back, 1]))
        cols = np.concatenate((ends[go, 1], ends[back, 0]))
        graph = coo_array((np.ones(len(rows)), (rows, cols)), shape=(network.n_nodes,) * 2)
        part = connected_components(graph, directed=True, connection="strong")[1]
        main = np.argmax(np.bincount(part))
        ok &= (part[ends] == main).all(axis=1) & (go | back)
    chosen = np.flatnonzero(ok & (network.length_m > 20))
    if len(chosen) == 0:
        raise NetworkError("Gatunätet har inga bostadsgator att placera brukare vid.")
    first = network.shape_xy[network.shape_offset[chosen]]
    keep = _nearest(first, network.length_m[chosen], STREET_M_PER_CLIENT * n_clients)
    doors = []
    for segment in chosen[keep].tolist():
        shape = network.shape(segment)
        step = np.diff(shape, axis=0)
        along_m = np.concatenate(([0.0], np.cumsum(np.hypot(step[:, 0], step[:, 1]))))
        wanted = np.arange(12.0, max(along_m[-1] - 8.0, 13.0), 25.0)
        doors.append(np.column_stack([np.interp(wanted, along_m, shape[:, k]) for k in (0, 1)]))
    xy = np.round(np.vstack(doors), 1)
    return xy, np.zeros(len(xy), dtype=bool)


def _draw_doors(places: Places, n_clients: int, rng: np.random.Generator) -> list[int]:
    """Door of each client: senior houses first, then the rest by weight, couples twice."""
    weight = places.weight / places.weight.sum()
    flats = np.flatnonzero(places.is_flat)
    doors: list[int] = []
    n_senior = int(SHARE_SENIOR_HOUSES * n_clients)
    houses = rng.permutation(flats if len(flats) else np.arange(len(weight)))
    for house in houses.tolist():
        if len(doors) >= n_senior:
            break
        doors += [house] * min(int(rng.integers(5, 13)), n_senior - len(doors))
    while len(doors) < n_clients:
        door = int(rng.choice(len(weight), p=weight))
        n_here = 1
        if places.is_flat[door]:
            n_here = int(rng.choice(3, p=(0.72, 0.2, 0.08))) + 1
        doors += [door] * min(n_here, n_clients - len(doors))
    return doors


def make_clients(
    places: Places, n_clients: int, first_day: dt.date, n_days: int, rng: np.random.Generator
) -> list[Client]:
    """The clients, without teams and contacts, which `data.demo.division` gives them."""
    doors = _draw_doors(places, n_clients, rng)
    seen: dict[int, int] = {}
    n_homes: Counter[int] = Counter()
    number = rng.permutation(n_clients)
    clients: list[Client] = []
    last_house = ""
    for i, door in enumerate(doors):
        client_id = f"B{int(number[i]) + 1:04d}"
        couple = i > 0 and doors[i - 1] == door and not last_house and rng.random() < 0.22
        if couple:
            last_house = f"P{i:04d}"
            clients[-1] = _with(clients[-1], household_id=last_house)
            household = last_house
        else:
            last_house, household = "", ""
            n_homes[door] += 1
        seen.setdefault(door, len(seen) + 1)
        pause = _pause(first_day, n_days, rng)
        lives = rng.random()
        clients.append(
            Client(
                client_id=client_id,
                x=float(places.xy[door, 0]),
                y=float(places.xy[door, 1]),
                dwelling="flat" if places.is_flat[door] else "house",
                building_id=f"H{seen[door]:04d}" if places.is_flat[door] else "",
                household_id=household,
                physical_key=bool(rng.random() < 0.2),
                language=str(rng.choice(LANGUAGES)) if rng.random() < 0.07 else "",
                pets=bool(rng.random() < 0.12),
                protected=bool(rng.random() < 0.01),
                pause_from=pause[0],
                pause_to=pause[1],
                provider="Ekhamns kommun",
                valid_from=first_day + dt.timedelta(int(rng.integers(1, 12)))
                if lives < 0.012
                else DATE_MIN,
                valid_to=first_day + dt.timedelta(int(rng.integers(2, 40)))
                if lives > 0.985
                else DATE_MAX,
            )
        )
        if places.is_flat[door]:
            clients[-1] = _with(clients[-1], **_flat(seen[door], n_homes[door]))
    return sorted(clients, key=lambda client: client.client_id)


def _flat(house: int, n_homes: int) -> dict[str, str]:
    """Floor, number and code of a flat in a house with so many homes up to it.

    Numbers are Lantmäteriet's: two digits of the floor from 10, two of the flat on it.
    """
    floor = (house + n_homes) % 4
    return {
        "floor": f"{floor} tr" if floor else "nb",
        "flat": f"{10 + floor}{1 + (house // 3 + n_homes) % 6:02d}",
        "door_code": f"{house * 7919 % 10_000:04d}",
    }


def _with(client: Client, **changes: object) -> Client:
    from dataclasses import replace

    return replace(client, **changes)  # type: ignore[arg-type]


def _pause(
    first_day: dt.date, n_days: int, rng: np.random.Generator
) -> tuple[dt.date | None, dt.date | None]:
    """About 3 % away for a while (hospital, short-term care; NO-11), some without a known end."""
    if rng.random() > 0.03:
        return None, None
    begin = first_day + dt.timedelta(int(rng.integers(-10, max(n_days - 2, 1))))
    if rng.random() < 0.3:
        return begin, None
    return begin, begin + dt.timedelta(int(rng.integers(2, 15)))
