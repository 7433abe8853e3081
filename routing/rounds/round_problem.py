"""From the municipality to arrays: one area's horizon as the kernels see it.

The one place where dense indices of the rounds are made. Everything is sorted by id first, so
neither row order nor hash seed matters (faults.md D4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.care.eligibility import Standing, enters_home, standing
from data.care.homes import ends_of
from data.care.legs import leg_matrix
from data.model import Client, Municipality, Pin, Staff, VisitOccurrence
from data.plans import RoundPlan, TeamPlan
from data.rules import RoundRules, Rules
from data.travel_times import TravelTimes
from data.units import MINUTE_S, MODES, UNREACHABLE_S
from routing.engine import kernels_layout as k
from routing.engine.arrays import pack_rows, zeros
from routing.engine.kernels_layout import FAR, IntArray, Problem
from routing.engine.weights import RoundWeights, SoftRules
from routing.roster.pins import PIN_ABSENT
from routing.roster.shifts import UsableShift

CONTINUITY_DAYS = 14
"""Distinct carers are counted over 14 days, as the national measure counts them."""
BREAK_ABSENT = 1 << 40
"""Beyond what all visits together cost to leave out: a break never is."""
N_NEAR = 40
"""Near visits listed for each: more than an iteration may take out (`kernels_ruin.REMOVED_MOST`)
need not be known. 20: 99.5; 80: 100.2 (as in `routing.engine.search_params`)."""
APART_SHARE = 0.25
"""What a second between two visits' hours counts beside a second of travel, where near is asked.
None: 100.6; as much: 100.5."""


@dataclass(frozen=True, slots=True)
class NodeKey:
    """Which carer of which occurrence a node stands for."""

    occurrence: VisitOccurrence
    carer_no: int


@dataclass(frozen=True)
class AreaInput:
    """All that one area's rounds depend on, in ids.

    Attributes
    ----------
    area_id : str
    occurrences : tuple of VisitOccurrence
        Of the area's clients, ordered by visit id.
    shifts : tuple of UsableShift
    """

    area_id: str
    """The first one's, where areas are planned together."""
    occurrences: tuple[VisitOccurrence, ...]
    shifts: tuple[UsableShift, ...]
    dates: tuple[dt.date, ...]
    municipality: Municipality
    team_plan: TeamPlan
    travel: TravelTimes
    rules: Rules
    weights: RoundWeights
    pins: tuple[Pin, ...] = ()
    """What is locked; round locks with their visits (`routing.roster.pins.pins_of_plan`)."""
    current: RoundPlan | None = None
    """The plan to start from; its other dates' carers count."""
    is_mended: bool = True
    """Whether departing from ``current`` has a price."""
    soft: SoftRules | None = None
    """What windows, shift ends and breaks cost where they are no rules (`softened`)."""
    released: frozenset[str] = frozenset()
    """Clients with another contact or vice than ``current`` had: these may come without a price."""
    beside: frozenset[str] = frozenset()
    """Other areas that are planned together with this one, since they lend each other carers."""

    @property
    def area_ids(self) -> frozenset[str]:
        """All areas that are planned together."""
        return self.beside | {self.area_id}

    @property
    def keys(self) -> list[NodeKey]:
        """Each carer of each occurrence, in the order of the nodes."""
        return [
            NodeKey(occurrence, carer_no)
            for occurrence in self.occurrences
            for carer_no in range(1, occurrence.visit.carers_required + 1)
        ]


@dataclass(frozen=True)
class AreaProblem:
    """The arrays, and what each row of them stands for."""

    source: AreaInput
    problem: Problem
    keys: tuple[NodeKey, ...]
    """Of the first nodes: those that are visits."""
    place_of_client: Mapping[str, int]


def standing_of(carer: Staff, client: Client, source: AreaInput, part: str) -> Standing:
    """As what the carer comes to the client's team (`data.care.eligibility.standing`)."""
    rules = source.rules.rounds
    return standing(
        carer, client, source.team_plan, part,
        lend_in_area=rules.lend_in_area, lend_between_areas=rules.lend_between_areas,
    )  # fmt: skip


def shift_ends(source: AreaInput, shift: UsableShift) -> tuple[str, str]:
    """The points that a shift begins and ends at: the base, or the carer's home."""
    carer = source.municipality.staff_by_id[shift.shift.staff_id]
    break_s = source.rules.rounds.break_s
    return ends_of(carer, shift.base_id, source.travel, shift.shift, shift.fixed, break_s)


def _places(source: AreaInput) -> tuple[dict[str, int], dict[str, int], IntArray]:
    """Local place numbers of clients and of other points, and the legs between all by mode."""
    clients = sorted({occurrence.visit.client_id for occurrence in source.occurrences})
    others = {f"base:{shift.base_id}" for shift in source.shifts}
    for shift in source.shifts:
        others.update(shift_ends(source, shift))
    place_of_client = {client_id: i for i, client_id in enumerate(clients)}
    place_of_point = {point: len(clients) + i for i, point in enumerate(sorted(others))}
    people = [source.municipality.client_by_id[client_id] for client_id in clients]
    n = len(people) + len(others)
    leg = np.full((len(MODES), n, n), UNREACHABLE_S, dtype=np.int64)
    modes = {
        source.municipality.staff_by_id[shift.shift.staff_id].travel_mode for shift in source.shifts
    }
    for mode in sorted(modes & set(source.travel.seconds)):
        leg[MODES.index(mode)] = leg_matrix(
            source.travel, source.rules.access, mode, people, sorted(others)
        )
    return place_of_client, place_of_point, leg


def continuity_period(source: AreaInput, day: dt.date) -> int:
    """Which 14 days ``day`` belongs to; a plan that is mended is counted from its own first day."""
    first = source.current.dates[0] if source.current is not None else source.dates[0]
    return (day - first).days // CONTINUITY_DAYS


def _route_table(source: AreaInput, place_of_point: Mapping[str, int]) -> IntArray:
    staff = sorted({shift.shift.staff_id for shift in source.shifts})
    staff_idx = {staff_id: i for i, staff_id in enumerate(staff)}
    table = np.zeros((len(source.shifts), k.ROUTE_COLS), dtype=np.int64)
    for r, shift in enumerate(source.shifts):
        carer = source.municipality.staff_by_id[shift.shift.staff_id]
        begins, ends = shift_ends(source, shift)
        date_idx = source.dates.index(shift.shift.date)
        table[r, k.ROUTE_STAFF] = staff_idx[carer.staff_id]
        table[r, k.ROUTE_DATE] = date_idx
        table[r, k.ROUTE_START], table[r, k.ROUTE_END] = shift.begins_s, shift.shift.end_s
        table[r, k.ROUTE_MODE] = MODES.index(carer.travel_mode)
        table[r, k.ROUTE_FROM], table[r, k.ROUTE_TO] = place_of_point[begins], place_of_point[ends]
        table[r, k.ROUTE_PERIOD] = continuity_period(source, shift.shift.date)
        table[r, k.ROUTE_CAPACITY], table[r, k.ROUTE_SOFT_END], table[r, k.ROUTE_LUNCH] = (
            k.FAR,
            k.FAR,
            -1,
        )
    return table


def share_table(source: AreaInput, route: IntArray) -> IntArray:
    """Where the visits of each shift count, written into ``route``, and what calling in costs.

    An hourly carer's shift counts alone: it is worked only where it is needed. No rows where
    neither has a price.
    """
    if source.weights.call_in == source.weights.uneven_pct == 0:
        return zeros(0, k.SHARE_COLS)
    rows: dict[str, int] = {}
    time_s: list[int] = []
    opens: list[int] = []
    for r, shift in enumerate(source.shifts):
        carer = source.municipality.staff_by_id[shift.shift.staff_id]
        i = rows.setdefault(shift.round_id if carer.hourly else carer.staff_id, len(rows))
        if i == len(time_s):
            time_s.append(0)
            opens.append(source.weights.call_in * carer.hourly)
        rest_s = sum(block.duration_s for block in shift.blocks if block.kind == "break")
        time_s[i] += shift.shift.end_s - shift.shift.start_s - rest_s
        route[r, k.ROUTE_SHARE] = i
    table = np.zeros((len(rows), k.SHARE_COLS), dtype=np.int64)
    table[:, k.SHARE_TIME], table[:, k.SHARE_OPEN] = np.maximum(time_s, 1), opens
    return table


def new_carer_prices(source: AreaInput, place_of_client: Mapping[str, int]) -> IntArray:
    """The price of one more carer for each client: higher with two visits or more every day."""
    prices = np.zeros(len(place_of_client), dtype=np.int64)
    for client_id, place in place_of_client.items():
        daily = sum(
            visit.is_daily and visit.mode != "external"
            for visit in source.municipality.visits_of[client_id]
        )
        weights = source.weights
        prices[place] = weights.new_carer_daily if daily >= 2 else weights.new_carer_other
    return prices


def same_day_prices(source: AreaInput, n_clients: int) -> IntArray:
    """What each carer of a date costs at each client (LU-27); no row where it has no price."""
    price = source.weights.same_day_carer
    return np.full(n_clients if price else 0, price, dtype=np.int64)


def _visit_row(source: AreaInput, key: NodeKey, place: int, clash: Mapping[str, int]) -> list[int]:
    visit, row = key.occurrence.visit, [0] * k.NODE_COLS
    row[k.NODE_LOC] = place if enters_home(visit) else -1
    row[k.NODE_DUR] = visit.duration_s + source.rules.rounds.slack_s_per_visit
    row[k.NODE_EARLIEST], row[k.NODE_LATEST] = visit.earliest_s, visit.latest_s
    row[k.NODE_WISH_LO], row[k.NODE_WISH_HI] = 0, k.FAR
    if visit.wished_s is not None:
        row[k.NODE_WISH_LO] = row[k.NODE_WISH_HI] = visit.wished_s
        row[k.NODE_PRICE_LATE] = source.weights.wish_pct * 64 // 100
    row[k.NODE_ABSENT] = source.weights.unplanned[visit.priority]
    row[k.NODE_CLIENT], row[k.NODE_LOAD] = place, visit.duration_s
    row[k.NODE_CLASH] = clash.get(visit.task, -1)
    row[k.NODE_PARTNER] = row[k.NODE_GROUP] = -1
    return row


def _block_rows(
    source: AreaInput, place_of_point: Mapping[str, int]
) -> tuple[list[list[int]], list[list[int]], list[list[int]]]:
    """Rows of the blocks; the nodes of each route in order; and their starts."""
    rows: list[list[int]] = []
    sequences: list[list[int]] = []
    starts: list[list[int]] = []
    for shift in source.shifts:
        sequence = []
        for block in shift.blocks:
            row = [0] * k.NODE_COLS
            row[k.NODE_LOC] = place_of_point[f"base:{shift.base_id}"]
            row[k.NODE_DUR] = block.duration_s + block.free_s
            row[k.NODE_EARLIEST], row[k.NODE_LATEST] = block.earliest_s, block.latest_s
            row[k.NODE_WISH_HI] = k.FAR
            row[k.NODE_ABSENT] = BREAK_ABSENT
            row[k.NODE_CLIENT] = row[k.NODE_CLASH] = row[k.NODE_PARTNER] = row[k.NODE_GROUP] = -1
            row[k.NODE_KIND] = k.BREAK if block.kind == "break" else k.FIXED
            sequence.append(len(rows))
            rows.append(row)
        sequences.append(sequence)
        starts.append(list(shift.starts_s))
    return rows, sequences, starts


def clash_limits(rules: RoundRules) -> IntArray:
    """Most visits of each heavy task in a half-day, and last of all of them together."""
    together = rules.heavy_most if rules.heavy_hard else int(FAR)
    kinds = [rules.clash_limits[task] for task in sorted(rules.clash_limits)]
    return np.array([*kinds, together], dtype=np.int64)


def near_lists(
    node: IntArray, date_sets: Sequence[NDArray[np.int64]], leg: IntArray, n_dates: int
) -> list[list[int]]:
    """For each visit the visits near it in place and time that may share one of its dates.

    A minute apart in time counts as a quarter of a minute of travel; at most ``N_NEAR``.
    """
    near: list[list[int]] = [[] for _ in range(len(node))]
    on_date: list[list[int]] = [[] for _ in range(n_dates)]
    for u, dates in enumerate(date_sets):
        for d in dates:
            on_date[d].append(u)
    middle = (node[:, k.NODE_EARLIEST] + node[:, k.NODE_LATEST]) // 2
    place = np.maximum(node[:, k.NODE_LOC], node[:, k.NODE_CLIENT])
    fastest = leg.min(axis=0)
    for members in on_date:
        if not members:
            continue
        idx = np.array(members)
        far = fastest[np.ix_(place[idx], place[idx])].astype(np.float64)
        far = np.minimum(far, far.T) + np.abs(middle[idx, None] - middle[None, idx]) * APART_SHARE
        np.fill_diagonal(far, np.inf)
        order = np.argsort(far, axis=1, kind="stable")[:, : min(N_NEAR, len(idx) - 1)]
        for i, u in enumerate(members):
            if len(near[u]) < 3 * N_NEAR:
                near[u].extend(int(v) for v in idx[order[i]])
    return near


LEAVE_OUT_MOST = 50_000_000
"""Below what a lock costs to leave out."""


def _prices(soft: SoftRules) -> IntArray:
    price = zeros(k.PRICE_COLS)
    price[k.PRICE_TRAVEL], price[k.PRICE_LATE] = 1, soft.late_per_min
    price[k.PRICE_LATE_MAX], price[k.PRICE_WAIT] = soft.late_max_per_min, soft.wait_per_min
    price[k.PRICE_OVER], price[k.PRICE_IDLE_MAX] = soft.overtime_per_min, soft.idle_max_per_min
    return price


def _soften_nodes(source: AreaInput, keys: Sequence[NodeKey], node: IntArray) -> IntArray:
    """Write what a node's window costs now into ``node``, and give its soft half."""
    soft = source.soft
    assert soft is not None
    bent = zeros(len(node), k.SOFT_COLS)
    bent[:, k.SOFT_LATE] = node[:, k.NODE_LATEST]
    bent[:, k.SOFT_EARLY2] = bent[:, k.SOFT_LATE2] = bent[:, k.SOFT_SWITCH] = FAR
    bent[:, k.SOFT_WEIGHT] = 1
    held = (node[:, k.NODE_ABSENT] == PIN_ABSENT) & (
        node[:, k.NODE_EARLIEST] == node[:, k.NODE_LATEST]
    )
    is_break = node[:, k.NODE_KIND] == k.BREAK
    node[~held & ~is_break, k.NODE_LATEST] = FAR
    node[is_break, k.NODE_ABSENT] = soft.missed_break * MINUTE_S
    is_mended = source.current is not None and source.is_mended
    for u, key in enumerate(keys):
        visit = key.occurrence.visit
        bent[u, k.SOFT_WEIGHT] = soft.late_weight[visit.priority]
        if node[u, k.NODE_ABSENT] != PIN_ABSENT:
            price = soft.unplanned[visit.priority] * MINUTE_S // visit.carers_required
            node[u, k.NODE_ABSENT] = min(price, LEAVE_OUT_MOST)
        if visit.wished_s is not None and not is_mended:
            node[u, k.NODE_PRICE_LATE] = soft.wish_pct * 64 // 100
        node[u, k.NODE_PRICE_EARLY] = node[u, k.NODE_PRICE_LATE]
    return bent


def softened(source: AreaInput, keys: Sequence[NodeKey], problem: Problem) -> Problem:
    """The problem with starts that move, by `AreaInput.soft`."""
    soft = source.soft
    assert soft is not None
    node, route = problem.node.copy(), problem.route.copy()
    bent = _soften_nodes(source, keys, node)
    route[:, k.ROUTE_SOFT_END] = route[:, k.ROUTE_END]
    most = FAR if soft.overtime_max_s is None else soft.overtime_max_s
    route[:, k.ROUTE_END] = np.minimum(route[:, k.ROUTE_END] + most, FAR)
    lags = [
        [tuple(row) for row in problem.lag[problem.lag_ptr[u] : problem.lag_ptr[u + 1]].tolist()]
        for u in range(len(node))
    ]
    for u in np.flatnonzero(node[:, k.NODE_PARTNER] >= 0).tolist():
        lags[u].append((int(node[u, k.NODE_PARTNER]), 0, 0))
    lag_ptr, lag = pack_rows(lags, 3)
    return problem._replace(
        node=node,
        route=route,
        share=zeros(0, k.SHARE_COLS),
        soft=bent,
        price=_prices(soft),
        lag_ptr=lag_ptr,
        lag=lag,
    )
