"""What a move by hand breaks and costs: the independent checker on the rounds it touches.

Only the rounds that change are checked, with those that hold visits hanging together with theirs,
before and after: what is new is what the move breaks. So an answer takes milliseconds in a town
of any size; the whole plan is checked when it is approved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data.plans import PlanRow, RoundPlan, UnplannedRow, Violation
from routing.check import check_plan
from routing.hand.moving import HandMove, changed_rounds, lifted, rounds_on
from routing.hand.timing import Ground, shift_of


@dataclass(frozen=True)
class Verdict:
    """What one move does; every figure is after less before.

    Attributes
    ----------
    start_s : int or None
        When the visit would begin; None where it is taken out.
    travel_s, wait_s, late_s : int
        Seconds of way and door, of waiting, and beyond the shifts' ends.
    new_face : bool
        Whether the client meets the carer nowhere else in the plan.
    n_pushed : int
        Other visits that begin at another time.
    broken : tuple of Violation
        Rules broken by the move that were not broken before.
    mended : int
        Rules broken before that are not any more.
    """

    start_s: int | None
    travel_s: int
    wait_s: int
    late_s: int
    new_carer: bool
    n_pushed: int
    broken: tuple[Violation, ...]
    mended: int = 0

    @property
    def is_legal(self) -> bool:
        """Whether no rule is broken that was kept before."""
        return not self.broken


def judged(ground: Ground, plan: RoundPlan, move: HandMove) -> Verdict:
    """Judge a move before it is made.

    Raises
    ------
    SettingsError
        Where the plan has no such visit on the date, or no such round.
    """
    after = changed_rounds(ground, plan, move)
    before = {round_id: plan.rounds[round_id] for round_id in after}
    was, now = _own(before.values(), move), _own(after.values(), move)
    broken, n_mended = _newly_broken(ground, plan, move, after)
    return Verdict(
        now.start_s if now is not None else None,
        _travel_sum_s(after.values()) - _travel_sum_s(before.values()),
        _waits_s(after.values()) - _waits_s(before.values()),
        _late_s(ground, after.values()) - _late_s(ground, before.values()),
        now is not None and _is_new_carer(plan, now, was),
        _n_pushed(before.values(), after.values(), move),
        broken,
        n_mended,
    )


def places(
    ground: Ground, plan: RoundPlan, move: HandMove, round_ids: Iterable[str]
) -> dict[str, Verdict]:
    """The same visit judged in several rounds of the date, at the move's time."""
    return {
        round_id: judged(ground, plan, replace(move, round_id=round_id)) for round_id in round_ids
    }


def _own(rounds: Iterable[Sequence[PlanRow]], move: HandMove) -> PlanRow | None:
    for rows in rounds:
        for row in rows:
            if (row.visit_id, row.carer_no) == (move.visit_id, move.carer_no):
                return row
    return None


def _travel_sum_s(rounds: Iterable[Sequence[PlanRow]]) -> int:
    return sum(row.travel_s + row.access_s for rows in rounds for row in rows)


def _waits_s(rounds: Iterable[Sequence[PlanRow]]) -> int:
    return sum(row.wait_s for rows in rounds for row in rows)


def _late_s(ground: Ground, rounds: Iterable[Sequence[PlanRow]]) -> int:
    """Seconds beyond the ends of shifts."""
    late = 0
    for rows in rounds:
        shift = shift_of(ground.municipality, rows)
        late += max(0, rows[-1].end_s - shift.end_s) if shift is not None else 0
    return late


def _is_new_carer(plan: RoundPlan, now: PlanRow, was: PlanRow | None) -> bool:
    return not any(
        row.client_id == now.client_id and row.staff_id == now.staff_id
        for row in plan.rows
        if row is not was
    )


def _n_pushed(
    before: Iterable[Sequence[PlanRow]], after: Iterable[Sequence[PlanRow]], move: HandMove
) -> int:
    starts = {(r.visit_id, r.carer_no): r.start_s for rows in before for r in rows if r.visit_id}
    return sum(
        starts.get((row.visit_id, row.carer_no), row.start_s) != row.start_s
        for rows in after
        for row in rows
        if row.visit_id and row.visit_id != move.visit_id
    )


def _newly_broken(
    ground: Ground, plan: RoundPlan, move: HandMove, after: Mapping[str, tuple[PlanRow, ...]]
) -> tuple[tuple[Violation, ...], int]:
    touched = {row.visit_id for rows in after.values() for row in rows if row.visit_id}
    touched.add(move.visit_id)
    touched |= _linked(ground, touched)
    of_day = rounds_on(plan, move.date)
    near = {
        rows[0].round_id: rows for rows in of_day if any(row.visit_id in touched for row in rows)
    }
    near |= {round_id: plan.rounds[round_id] for round_id in after}
    lacking = [row for row in plan.unplanned if row.date == move.date]
    key = (move.visit_id, move.carer_no)
    still = [row for row in lacking if (row.visit_id, row.carer_no) != key]
    if not move.round_id:
        still.append(lifted(ground, move))
    small = _part_of(ground, near, move)
    was = _checked(small, near, lacking, move.date)
    now = _checked(small, {**near, **after}, still, move.date)
    # What names the moved visit stays the move's, though its round or wording is another.
    old = {
        (violation.rule, violation.round_id, violation.visit_id, violation.message)
        for violation in was
    }
    new = [
        violation
        for violation in now
        if (violation.rule, violation.round_id, violation.visit_id, violation.message) not in old
    ]
    return tuple(new), max(0, len(was) - (len(now) - len(new)))


def _linked(ground: Ground, visit_ids: Collection[str]) -> set[str]:
    """Visits that have to be some time from others, of the same clients; seen from both ends."""
    known = ground.municipality.visit_by_id
    clients = {known[visit_id].client_id for visit_id in visit_ids if visit_id in known}
    linked: set[str] = set()
    for client_id in clients:
        for visit in ground.municipality.visits_of[client_id]:
            if visit.gap_after:
                linked.add(visit.visit_id)
                linked.update(gap.visit_id for gap in visit.gap_after)
    return linked


def _part_of(ground: Ground, near: Mapping[str, Sequence[PlanRow]], move: HandMove) -> Ground:
    """The ground with only the visits of some rounds, so that nothing else is missed in them."""
    visits = {row.visit_id for rows in near.values() for row in rows if row.visit_id}
    visits.add(move.visit_id)
    staff = {rows[0].staff_id for rows in near.values()}
    whole = ground.municipality
    small = replace(
        whole,
        visits=tuple(
            whole.visit_by_id[visit] for visit in sorted(visits) if visit in whole.visit_by_id
        ),
        roster=tuple(entry for entry in whole.roster if entry.staff_id in staff),
        pins=tuple(
            pin
            for pin in whole.pins
            if pin.date == move.date and (pin.visit_id in visits or pin.staff_id in staff)
        ),
    )
    return replace(ground, municipality=small)


def _checked(
    ground: Ground,
    rounds: Mapping[str, Sequence[PlanRow]],
    lacking: Sequence[UnplannedRow],
    day: dt.date,
) -> tuple[Violation, ...]:
    rows = tuple(row for rows_of_round in rounds.values() for row in rows_of_round)
    known = ground.municipality.visit_by_id
    plan = RoundPlan((day,), rows, tuple(row for row in lacking if row.visit_id in known))
    return check_plan(ground.municipality, ground.team_plan, ground.travel, ground.rules, plan)
