"""One visit moved by hand: to another carer, another time, into a round or out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from data.errors import SettingsError
from data.plans import PlanRow, RoundPlan, UnplannedRow
from routing.hand.timing import Ground, laid_out

Rounds = Mapping[str, tuple[PlanRow, ...]]


@dataclass(frozen=True, slots=True)
class HandMove:
    """What the planner has done with one carer's place at one visit on a date."""

    date: dt.date
    visit_id: str
    carer_no: int
    round_id: str
    """The round it goes into; empty: out of every round, without a carer."""
    start_s: int
    """When it should begin; later where the carer cannot be there by then."""

    @property
    def key(self) -> tuple[str, dt.date, int]:
        """Visit, date and carer number."""
        return self.visit_id, self.date, self.carer_no


def moved(ground: Ground, plan: RoundPlan, move: HandMove) -> RoundPlan:
    """The plan with one move made: right or wrong, all other visits where they are.

    The other carer of double staffing begins at the same time. Rows of a round come together, in
    the place of the round.

    Raises
    ------
    SettingsError
        Where the plan has no such visit on the date, or no such round.
    """
    changed = changed_rounds(ground, plan, move)
    rows: list[PlanRow] = []
    for round_id, old in plan.rounds.items():
        rows.extend(changed.get(round_id, old))
    return replace(plan, rows=tuple(rows), unplanned=_unplanned(ground, plan, move))


def changed_rounds(
    ground: Ground, plan: RoundPlan, move: HandMove
) -> dict[str, tuple[PlanRow, ...]]:
    """The rounds that a move changes, laid out again; errors as `moved`."""
    rounds = plan.rounds
    own = _row(rounds, move)
    if move.round_id and move.round_id not in rounds:
        raise SettingsError("Rundan finns inte i planen.")
    if move.round_id and rounds[move.round_id][0].date != move.date:
        raise SettingsError("Rundan är en annan dag; besök flyttas inom dagen.")
    stops: dict[str, list[PlanRow]] = {}

    def of(round_id: str) -> list[PlanRow]:
        if round_id not in stops:
            stops[round_id] = list(rounds[round_id][1:-1])
        return stops[round_id]

    if own is not None:
        of(own.round_id).remove(own)
    if move.round_id:
        fresh = own or _new_row(ground, plan, move)
        target = _with_tier(ground, fresh, rounds[move.round_id][0])
        _put(of(move.round_id), target, move.start_s)
    for partner in _partners(rounds, move) if move.round_id else ():
        if partner.start_s != move.start_s:
            of(partner.round_id).remove(partner)
            _put(of(partner.round_id), partner, move.start_s)
    return {
        round_id: laid_out(ground, rounds[round_id], stops_of_round)
        for round_id, stops_of_round in stops.items()
    }


def _put(stops: list[PlanRow], row: PlanRow, start_s: int) -> None:
    """Put a row among the stops by its wished start, before what begins then or later."""
    placed = replace(row, start_s=start_s, end_s=start_s + row.end_s - row.start_s)
    stop_idx = next((i for i, stop in enumerate(stops) if stop.start_s >= start_s), len(stops))
    stops.insert(stop_idx, placed)


def _row(rounds: Rounds, move: HandMove) -> PlanRow | None:
    for rows in rounds.values():
        if rows[0].date == move.date:
            for row in rows:
                if (row.visit_id, row.carer_no) == (move.visit_id, move.carer_no):
                    return row
    return None


def _partners(rounds: Rounds, move: HandMove) -> list[PlanRow]:
    return [
        row
        for rows in rounds.values()
        if rows[0].date == move.date
        for row in rows
        if row.visit_id == move.visit_id and row.carer_no != move.carer_no
    ]


def _with_tier(ground: Ground, row: PlanRow, first: PlanRow) -> PlanRow:
    carer = ground.municipality.staff_by_id[first.staff_id]
    tier = ground.team_plan.tier(row.client_id, carer.staff_id, carer.role)
    return replace(row, tier=tier)


def _new_row(ground: Ground, plan: RoundPlan, move: HandMove) -> PlanRow:
    """A row for a visit that has no carer yet."""
    lacking = next((row for row in plan.unplanned if _same(row, move)), None)
    visit = ground.municipality.visit_by_id.get(move.visit_id)
    if lacking is None or visit is None:
        raise SettingsError(f"Besöket {move.visit_id} finns inte i planen {move.date}.")
    return PlanRow(
        move.date, "day", move.round_id, ground.team_plan.team_of_client[visit.client_id], "", 0,
        "visit", visit.visit_id, visit.client_id, move.carer_no, 0, move.start_s,
        move.start_s + visit.duration_s, 0, 0, 0, "", "",
    )  # fmt: skip


def _same(row: UnplannedRow, move: HandMove) -> bool:
    return (row.visit_id, row.carer_no, row.date) == (move.visit_id, move.carer_no, move.date)


def _unplanned(ground: Ground, plan: RoundPlan, move: HandMove) -> tuple[UnplannedRow, ...]:
    """What lacks a carer after the move."""
    left = [row for row in plan.unplanned if not _same(row, move)]
    if not move.round_id:
        left.append(lifted(ground, move))
        left.sort(key=lambda row: (row.date, row.visit_id, row.carer_no))
    return tuple(left)


def lifted(ground: Ground, move: HandMove) -> UnplannedRow:
    """What is listed of a visit that is taken out of its round."""
    visit = ground.municipality.visit_by_id[move.visit_id]
    reason = "lyft ur rundan för hand"
    return UnplannedRow(
        move.date, visit.visit_id, visit.client_id, move.carer_no, visit.priority, reason
    )


def rounds_on(plan: RoundPlan, day: dt.date) -> Sequence[tuple[PlanRow, ...]]:
    """The rounds of one date, in the order of the plan."""
    return [rows for rows in plan.rounds.values() if rows[0].date == day]
