"""From node sequences to the rows of ``rounds.csv``, with every leg shown."""

from __future__ import annotations

from data.care.eligibility import locked_rounds
from data.care.legs import travel_and_access_s
from data.model import Client
from data.plans import PlanRow, RowKind, UnusedShift
from routing.engine import kernels_layout as k
from routing.roster.shifts import Block
from routing.rounds.area_search import AreaResult
from routing.rounds.round_problem import shift_ends

NOT_NEEDED = "timanställd som inte behöver ringas in"


def starts_of(result: AreaResult, r: int) -> list[int]:
    """The start of each node of a route: early, but waiting for a wished time where it can.

    Starts stay in the windows that keep the rules across routes, so moving one route's starts
    never breaks another's.
    """
    problem = result.area.problem
    node, route, sequence = problem.node, problem.route[r], result.sequences[r]
    leg = problem.leg[route[k.ROUTE_MODE]]
    time, loc = int(route[k.ROUTE_START]), int(route[k.ROUTE_FROM])
    starts, legs_s = [], []
    for u in sequence:
        place = int(node[u, k.NODE_LOC])
        leg_s = int(leg[loc, place]) if place >= 0 else 0
        loc = place if place >= 0 else loc
        time = max(time + leg_s, int(result.window[u, k.PLAN_EARLIEST]))
        starts.append(time)
        legs_s.append(leg_s)
        time += int(node[u, k.NODE_DUR])
    limit = int(route[k.ROUTE_END]) - int(leg[loc, route[k.ROUTE_TO]])
    for p in range(len(sequence) - 1, -1, -1):
        u = sequence[p]
        latest = min(limit - int(node[u, k.NODE_DUR]), int(result.window[u, k.PLAN_LATEST]))
        starts[p] = min(max(starts[p], int(node[u, k.NODE_WISH_LO])), max(latest, starts[p]))
        limit = starts[p] - legs_s[p]
    return starts


def _rows_of(result: AreaResult, r: int, blocks: dict[int, Block]) -> list[PlanRow]:
    source, node = result.area.source, result.area.problem.node
    shift = source.shifts[r]
    carer = source.municipality.staff_by_id[shift.shift.staff_id]
    own_team = source.team_plan.staff_team.get(carer.staff_id, "")
    travel, mode = source.travel, carer.travel_mode
    base_idx = travel.base_idx(shift.base_id)
    from_idx, to_idx = (travel.idx[point] for point in shift_ends(source, shift))
    rows: list[PlanRow] = []
    at_idx, previous, free_s = from_idx, None, shift.shift.start_s

    def add(
        kind: RowKind, start_s: int, end_s: int, travel_s: int, access: int,
        visit: tuple[str, str, int] = ("", "", 0), team_id: str = own_team, tier: str = "",
    ) -> None:  # fmt: skip
        arrive_s = free_s + travel_s + access
        rows.append(
            PlanRow(
                shift.shift.date, shift.shift.part, shift.round_id, team_id, carer.staff_id,
                len(rows),
                kind, *visit, arrive_s, start_s, end_s, travel_s, access, start_s - arrive_s, mode,
                tier,  # type: ignore[arg-type]
            )
        )  # fmt: skip

    add("start", free_s, free_s, 0, 0)
    for u, start_s in zip(result.sequences[r], starts_of(result, r), strict=True):
        if node[u, k.NODE_KIND] != k.VISIT:
            leg_s = travel.between(mode, at_idx, base_idx)
            add(blocks[u].kind, start_s, start_s + blocks[u].duration_s, leg_s, 0)
            at_idx, previous = base_idx, None
        else:
            key = result.area.keys[u]
            visit = key.occurrence.visit
            client: Client = source.municipality.client_by_id[visit.client_id]
            travel_s, access_s = 0, 0
            if visit.mode == "physical":
                access = source.rules.access
                travel_s, access_s = travel_and_access_s(
                    travel, access, mode, at_idx, previous, client
                )
                at_idx, previous = travel.client_idx(client.client_id), client
            add(
                "visit", start_s, start_s + visit.duration_s, travel_s, access_s,
                (visit.visit_id, client.client_id, key.carer_no),
                source.team_plan.team_of_client[client.client_id],
                source.team_plan.tier(client.client_id, carer.staff_id, carer.role),
            )  # fmt: skip
        free_s = rows[-1].end_s
    leg_s = travel.between(mode, at_idx, to_idx)
    add("end", free_s + leg_s, free_s + leg_s, leg_s, 0)
    return rows


def rows_of(result: AreaResult) -> list[PlanRow]:
    """All rows of one area's rounds."""
    blocks: dict[int, Block] = {}
    u = len(result.area.keys)
    for shift in result.area.source.shifts:
        for block in shift.blocks:
            blocks[u] = block
            u += 1
    return [
        row
        for r in range(len(result.sequences))
        if not is_not_needed(result, r)
        for row in _rows_of(result, r, blocks)
    ]


def is_not_needed(result: AreaResult, r: int) -> bool:
    """Whether route ``r`` is a shift of an hourly carer that no visit and no meeting asks for."""
    source, shift = result.area.source, result.area.source.shifts[r]
    if not source.municipality.staff_by_id[shift.shift.staff_id].hourly:
        return False
    n_visits = len(result.area.keys)
    is_met = any(block.kind == "meeting" for block in shift.blocks)
    is_closed = (shift.shift.staff_id, shift.shift.date) in locked_rounds(source.pins)
    return not is_met and not is_closed and min(result.sequences[r], default=n_visits) >= n_visits


def not_called_in(result: AreaResult) -> list[UnusedShift]:
    """The shifts of hourly carers that nobody needs to be called in for."""
    shifts = (shift.shift for shift in result.area.source.shifts)
    return [
        UnusedShift(shift.date, shift.staff_id, shift.start_s, NOT_NEEDED)
        for r, shift in enumerate(shifts)
        if is_not_needed(result, r)
    ]
