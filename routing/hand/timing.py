"""One round laid out in time again after a change by hand: rows in order, every leg as it is.

Visits keep their starts where the carer can be there by then, and begin later where she cannot.
Nothing is moved that need not be, and nothing is judged: `routing.check` does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.care.homes import ends_of
from data.care.legs import travel_and_access_s
from data.model import Client, Municipality, Shift, Staff
from data.plans import PlanRow, TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes


@dataclass(frozen=True)
class Ground:
    """What every change is laid out on."""

    municipality: Municipality
    team_plan: TeamPlan
    travel: TravelTimes
    rules: Rules


def laid_out(
    ground: Ground, rows: Sequence[PlanRow], stops: Sequence[PlanRow]
) -> tuple[PlanRow, ...]:
    """The round of ``rows`` with ``stops`` (visits, breaks, meetings, handovers) in their order.

    Parameters
    ----------
    rows : sequence of PlanRow
        The round as it is, with its rows of kind start and end.
    stops : sequence of PlanRow
        ``start_s`` is when each should begin; its length is kept.
    """
    first, last = rows[0], rows[-1]
    carer = ground.municipality.staff_by_id[first.staff_id]
    base_id = ground.team_plan.staff_base[carer.staff_id]
    from_idx, to_idx = _ends(ground, carer, base_id, rows)
    base_idx, travel, mode = ground.travel.base_idx(base_id), ground.travel, first.mode
    made = [replace(first, seq=0)]
    at_idx, free_s = from_idx, first.end_s
    previous: Client | None = None
    for stop in stops:
        travel_s = access_time_s = 0
        if stop.kind != "visit":
            travel_s = travel.between(mode, at_idx, base_idx)
            at_idx, previous = base_idx, None
        elif ground.municipality.visit_by_id[stop.visit_id].mode == "physical":
            client = ground.municipality.client_by_id[stop.client_id]
            access = ground.rules.access
            travel_s, access_time_s = travel_and_access_s(
                travel, access, mode, at_idx, previous, client
            )
            at_idx, previous = travel.client_idx(client.client_id), client
        made.append(_placed(stop, first, len(made), free_s, travel_s, access_time_s))
        free_s = made[-1].end_s
    travel_s = travel.between(mode, at_idx, to_idx)
    back_s = free_s + travel_s
    made.append(
        replace(
            last, seq=len(made), arrive_s=back_s, start_s=back_s, end_s=back_s, travel_s=travel_s
        )
    )
    return tuple(made)


def _placed(
    stop: PlanRow, first: PlanRow, seq: int, free_s: int, travel_s: int, access_time_s: int
) -> PlanRow:
    arrive_s = free_s + travel_s + access_time_s
    start_s = max(arrive_s, stop.start_s)
    return replace(
        stop,
        shift=first.shift,
        round_id=first.round_id,
        staff_id=first.staff_id,
        mode=first.mode,
        seq=seq,
        arrive_s=arrive_s,
        start_s=start_s,
        end_s=start_s + stop.end_s - stop.start_s,
        travel_s=travel_s,
        access_s=access_time_s,
        wait_s=start_s - arrive_s,
    )


def _ends(ground: Ground, carer: Staff, base_id: str, rows: Sequence[PlanRow]) -> tuple[int, int]:
    """Where the shift begins and ends among the points of the travel times."""
    shift = shift_of(ground.municipality, rows)
    if shift is None:
        base_idx = ground.travel.base_idx(base_id)
        return base_idx, base_idx
    fixed = [(r.kind, r.start_s, r.end_s) for r in rows if r.kind in ("meeting", "handover")]
    points = ends_of(carer, base_id, ground.travel, shift, fixed, ground.rules.rounds.break_s)
    return ground.travel.idx[points[0]], ground.travel.idx[points[1]]


def shift_of(municipality: Municipality, rows: Sequence[PlanRow]) -> Shift | None:
    """The rostered work shift of a round; None where the roster has none that begins with it."""
    first = rows[0]
    for entry in municipality.roster:
        if (entry.staff_id, entry.date, entry.start_s, entry.kind) == (
            first.staff_id, first.date, first.start_s, "work",
        ):  # fmt: skip
            return entry
    return None
