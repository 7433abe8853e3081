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
from data.rules import Rules
from data.travel_times import TravelTimes
from data.units import MODES, UNREACHABLE_S
from routing.engine import kernels_layout as k
from routing.engine.kernels_layout import IntArray, Problem, State
from routing.engine.weights import RoundWeights
from routing.roster.shifts import UsableShift

FACE_DAYS = 14
BREAK_ABSENT = 1 << 40
N_NEAR = 40
MOST_NODES = 160


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
    """The plan to start from; its other dates' faces count."""
    is_mended: bool = True
    """Whether departing from ``current`` has a price."""
    released: frozenset[str] = frozenset()
    """Clients with another contact or vice than ``current`` had: these may come without a price."""


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
    lends = source.rules.rounds.lend_in_area
    return standing(carer, client, source.team_plan, part, lend_in_area=lends)


def shift_ends(source: AreaInput, one: UsableShift) -> tuple[str, str]:
    """The points that a shift begins and ends at: the base, or the carer's home."""
    carer = source.municipality.staff_by_id[one.shift.staff_id]
    break_s = source.rules.rounds.break_s
    return ends_of(carer, one.base_id, source.travel, one.shift, one.fixed, break_s)


def _places(source: AreaInput) -> tuple[dict[str, int], dict[str, int], IntArray]:
    """Local place numbers of clients and of other points, and the legs between all by mode."""
    clients = sorted({occurrence.visit.client_id for occurrence in source.occurrences})
    others = {f"base:{shift.base_id}" for shift in source.shifts}
    for one in source.shifts:
        others.update(shift_ends(source, one))
    place_of_client = {client_id: i for i, client_id in enumerate(clients)}
    place_of_point = {point: len(clients) + i for i, point in enumerate(sorted(others))}
    people = [source.municipality.client_by_id[client_id] for client_id in clients]
    n = len(people) + len(others)
    leg = np.full((len(MODES), n, n), UNREACHABLE_S, dtype=np.int64)
    modes = {
        source.municipality.staff_by_id[one.shift.staff_id].travel_mode for one in source.shifts
    }
    for mode in sorted(modes & set(source.travel.seconds)):
        leg[MODES.index(mode)] = leg_matrix(
            source.travel, source.rules.access, mode, people, sorted(others)
        )
    return place_of_client, place_of_point, leg


def face_block(source: AreaInput, day: dt.date) -> int:
    """Which 14 days ``day`` belongs to; a plan that is mended is counted from its own first day."""
    first = source.current.dates[0] if source.current is not None else source.dates[0]
    return (day - first).days // FACE_DAYS


def _route_table(source: AreaInput, place_of_point: Mapping[str, int]) -> IntArray:
    staff = sorted({shift.shift.staff_id for shift in source.shifts})
    staff_idx = {staff_id: i for i, staff_id in enumerate(staff)}
    table = np.zeros((len(source.shifts), k.R_COLS), dtype=np.int64)
    for r, one in enumerate(source.shifts):
        carer = source.municipality.staff_by_id[one.shift.staff_id]
        begins, ends = shift_ends(source, one)
        date_idx = source.dates.index(one.shift.date)
        table[r, k.R_STAFF] = staff_idx[carer.staff_id]
        table[r, k.R_DATE] = date_idx
        table[r, k.R_START], table[r, k.R_END] = one.begins_s, one.shift.end_s
        table[r, k.R_MODE] = MODES.index(carer.travel_mode)
        table[r, k.R_FROM], table[r, k.R_TO] = place_of_point[begins], place_of_point[ends]
        table[r, k.R_BLOCK] = face_block(source, one.shift.date)
    return table


def _visit_row(source: AreaInput, key: NodeKey, place: int, clash: Mapping[str, int]) -> list[int]:
    visit, row = key.occurrence.visit, [0] * k.N_COLS
    row[k.N_LOC] = place if enters_home(visit) else -1
    row[k.N_DUR] = visit.duration_s + source.rules.rounds.slack_s_per_visit
    row[k.N_EARLIEST], row[k.N_LATEST] = visit.earliest_s, visit.latest_s
    row[k.N_WISH_LO], row[k.N_WISH_HI] = 0, k.FAR
    if visit.wished_s is not None:
        row[k.N_WISH_LO] = row[k.N_WISH_HI] = visit.wished_s
        row[k.N_PRICE_LATE] = source.weights.wish_pct * 64 // 100
    row[k.N_ABSENT] = source.weights.unplanned[visit.priority]
    row[k.N_CLIENT] = place
    row[k.N_CLASH] = clash.get(visit.task, -1)
    row[k.N_MATE] = row[k.N_GROUP] = -1
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
            row = [0] * k.N_COLS
            row[k.N_LOC] = place_of_point[f"base:{shift.base_id}"]
            row[k.N_DUR] = block.duration_s + block.free_s
            row[k.N_EARLIEST], row[k.N_LATEST] = block.earliest_s, block.latest_s
            row[k.N_WISH_HI] = k.FAR
            row[k.N_ABSENT] = BREAK_ABSENT
            row[k.N_CLIENT] = row[k.N_CLASH] = row[k.N_MATE] = row[k.N_GROUP] = -1
            row[k.N_KIND] = k.BREAK if block.kind == "break" else k.FIXED
            sequence.append(len(rows))
            rows.append(row)
        sequences.append(sequence)
        starts.append(list(shift.starts_s))
    return rows, sequences, starts


def pack(lists: Sequence[Sequence[int]]) -> tuple[IntArray, IntArray]:
    """Lists of numbers as one array and where each begins."""
    ptr = np.zeros(len(lists) + 1, dtype=np.int64)
    ptr[1:] = np.cumsum([len(one) for one in lists])
    flat = np.fromiter((x for one in lists for x in one), dtype=np.int64, count=int(ptr[-1]))
    return ptr, flat


def empty_state(problem: Problem, sequences: Sequence[Sequence[int]]) -> State:
    """A plan with the blocks only; every visit is unplanned."""
    n_nodes, n_routes = len(problem.node), len(problem.route)
    staff = int(problem.route[:, k.R_STAFF].max(initial=0)) + 1
    blocks = int(problem.route[:, k.R_BLOCK].max(initial=0)) + 1
    dates = int(problem.route[:, k.R_DATE].max(initial=0)) + 1
    n_clients, n_clash = len(problem.face_price), max(len(problem.clash_limit), 1)
    width = _width(problem)

    def zeros(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    plan = zeros(n_nodes, k.P_COLS)
    plan[:, k.P_ROUTE] = plan[:, k.P_HALF] = -1
    plan[:, k.P_EARLIEST] = problem.node[:, k.N_EARLIEST]
    plan[:, k.P_LATEST] = problem.node[:, k.N_LATEST]
    line = zeros(n_routes, width, k.L_COLS)
    length = zeros(n_routes)
    for r, sequence in enumerate(sequences):
        line[r, 1 : 1 + len(sequence), k.L_NODE] = sequence
        length[r] = len(sequence)
        plan[list(sequence), k.P_ROUTE] = r
    visits = np.flatnonzero(problem.node[:, k.N_KIND] == k.VISIT)
    absent, absent_at = zeros(n_nodes), zeros(n_nodes) - 1
    absent[: len(visits)] = visits
    absent_at[visits] = np.arange(len(visits))
    now = zeros(k.NOW_SIZE)
    now[k.NOW_ABSENT] = len(visits)
    return State(
        line=line, length=length, cost=zeros(n_routes), plan=plan,
        faces=zeros(blocks, max(n_clients, 1), staff), clash=zeros(staff, dates, 2, n_clash),
        absent=absent, absent_at=absent_at, pool=zeros(n_nodes + 64), key=zeros(n_nodes + 64),
        touched=zeros(n_routes), touched_at=zeros(n_routes), old_seq=zeros(n_routes, width),
        old_length=zeros(n_routes), logged=zeros(n_nodes, 1 + k.P_COLS),
        logged_at=zeros(n_nodes), dirty=zeros(n_routes), dirty_at=zeros(n_routes),
        best_seq=zeros(n_routes, width), best_length=zeros(n_routes), best_plan=plan.copy(),
        slot=zeros(256, 5), now=now,
    )  # fmt: skip


def _width(problem: Problem) -> int:
    """Positions that the longest shift can hold, with its two ends and a spare."""
    if len(problem.route) == 0:
        return 4
    visits = problem.node[problem.node[:, k.N_KIND] == k.VISIT]
    shortest = max(int(visits[:, k.N_DUR].min(initial=k.NOON_S)), 60)
    longest = int((problem.route[:, k.R_END] - problem.route[:, k.R_START]).max())
    return min(longest // shortest + 12, MOST_NODES)


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
    middle = (node[:, k.N_EARLIEST] + node[:, k.N_LATEST]) // 2
    place = np.maximum(node[:, k.N_LOC], node[:, k.N_CLIENT])
    fastest = leg.min(axis=0)
    for members in on_date:
        if not members:
            continue
        idx = np.array(members)
        far = fastest[np.ix_(place[idx], place[idx])].astype(np.float64)
        far = np.minimum(far, far.T) + np.abs(middle[idx, None] - middle[None, idx]) * 0.25
        np.fill_diagonal(far, np.inf)
        order = np.argsort(far, axis=1, kind="stable")[:, : min(N_NEAR, len(idx) - 1)]
        for i, u in enumerate(members):
            if len(near[u]) < 3 * N_NEAR:
                near[u].extend(int(v) for v in idx[order[i]])
    return near
