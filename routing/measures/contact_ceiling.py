"""The roster ceiling: the most of the planned visits that contacts could make (requirements 4.2).

An upper bound, so that a target above it is seen to be impossible. For each contact and date:

1. A visit counts only if the contact could make it alone that day: within a work shift of the
   roster, after travel from the base and access, back before the shift's end, not during
   leave, sickness or a meeting that fills its whole window, with its skills, not blocked.
   A visit with two carers counts once.
2. Of those, at most as many as one carer can make one after another in that shift, with every
   window, travel and access, the break, the handover and the meetings at the base
   (`routing.measures.orienteering`): eight clients who want to get up at eight cannot all have
   their contact. And at most as many as fit into the shift's length less all these, shortest first.

A visit whose day is free counts where the contact could make it on any of its days, and takes no
room in step 2. That makes the bound higher than the truth, never lower.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace

import numpy as np

from data.care.feasible_alone import is_feasible_alone
from data.care.homes import home_legs_s
from data.care.legs import access_matrix
from data.model import Shift, Staff
from data.units import HANDOVER_NOT_UNDER_S
from routing.check.view import PlanView, Stop
from routing.measures.orienteering import Job, most_visits
from routing.measures.slices import Slice

Key = tuple[str, dt.date]


Known = dict[tuple[object, ...], int]
"""The most of a shift's visits, by contact, shift, blocks and visits; of one plan."""


def contact_ceiling(cut: Slice, known: Known | None = None) -> int:
    """How many of the planned carer-visits of ``cut`` contacts could make, at most.

    ``known`` is filled and read: areas and teams ask for what the municipality has asked for.
    """
    known = {} if known is None else known
    fixed: dict[Key, list[Stop]] = defaultdict(list)
    n_free = 0
    for stop, wanted in _one_carer_each(cut):
        contact = cut.view.municipality.staff_by_id.get(
            cut.view.team_plan.contact.get(stop.client.client_id, "")
        )
        if contact is None:
            continue
        if stop.visit.n_per_period:
            n_free += any(can_make(cut.view, contact, stop, day) for day in wanted)
        elif can_make(cut.view, contact, stop, stop.row.date):
            fixed[contact.staff_id, stop.row.date].append(stop)
    return n_free + sum(_most(cut.view, key, stops, known) for key, stops in fixed.items())


def _most(view: PlanView, key: Key, stops: list[Stop], known: Known) -> int:
    """The most of ``stops`` that the contact could make that day.

    Days are much alike, so what was found for the same visits in the same shift is ``known``.
    """
    shifts, room_s = _work(view, *key), _room_s(view, key)
    n_by_length = _n_that_fit([stop.visit.duration_s for stop in stops], room_s)
    if len(shifts) != 1:
        return n_by_length
    stops = sorted(stops, key=lambda stop: stop.visit.visit_id)
    blocks, start_s, end_s = _blocks(view, key, shifts[0])
    name = (key[0], start_s, end_s, *blocks, *(stop.visit.visit_id for stop in stops))
    if name not in known:
        jobs = [Job(s.visit.earliest_s, s.visit.latest_s, s.visit.duration_s) for s in stops]
        legs_s = _legs_s(view, key[0], stops, len(blocks))
        known[name] = most_visits([*jobs, *blocks], legs_s, start_s, end_s)
    return min(n_by_length, known[name])


def _blocks(view: PlanView, key: Key, shift: Shift) -> tuple[tuple[Job, ...], int, int]:
    """Break and meetings of the shift as jobs, and when its visits may begin and must be over."""
    rules = view.rules.rounds
    start_s, end_s = shift.start_s, shift.end_s
    blocks = [
        Job(line.start_s, line.start_s, line.end_s - line.start_s, is_block=True)
        for line in view.lines.get(key, ())
        if line.kind == "meeting" and start_s <= line.start_s and line.end_s <= end_s
    ]
    if end_s - start_s > rules.break_required_over_s:
        longest_s = rules.max_work_without_break_s
        first_s = max(start_s, end_s - longest_s - rules.break_s)
        last_s = min(start_s + longest_s, end_s - rules.break_s)
        blocks.append(Job(first_s, last_s, rules.break_s, is_block=True))
    if shift.part == "day":
        return tuple(blocks), start_s, end_s - _handover_s(view, shift)
    return tuple(blocks), start_s + _handover_s(view, shift), end_s


def _handover_s(view: PlanView, shift: Shift) -> int:
    """Very short shifts need none, as the checker has it."""
    is_short = shift.end_s - shift.start_s < HANDOVER_NOT_UNDER_S
    return 0 if is_short else view.rules.rounds.handover_s


def _legs_s(view: PlanView, staff_id: str, stops: list[Stop], n_blocks: int) -> list[list[int]]:
    """Way and door from each stop, then each block and the base, to each; a screen has neither."""
    carer = view.municipality.staff_by_id[staff_id]
    mode, base_id = carer.travel_mode, view.team_plan.staff_base[staff_id]
    seconds, rules = view.travel.seconds[mode], view.rules.access
    base = view.travel.base_idx(base_id)
    places = [view.travel.client_idx(stop.client.client_id) for stop in stops]
    places += [base] * (n_blocks + 1)
    legs_s = [[int(seconds[a, b]) for b in places] for a in places]
    for a, stop in enumerate(stops):  # shifts that may begin or end at home
        home_legs = home_legs_s(carer, base_id, view.travel, stop.client.client_id)
        legs_s[-1][a], legs_s[a][-1] = home_legs
    access = access_matrix(rules, mode, [stop.client for stop in stops], n_blocks + 1)
    legs_s = [[int(s) for s in row] for row in np.array(legs_s, dtype=np.int64) + access]
    for a, stop in enumerate(stops):
        if stop.visit.mode == "digital":
            for row in legs_s:
                row[a] = 0
            legs_s[a] = [0] * len(places)
    return legs_s


def contact_ceiling_pct_by_client(cut: Slice) -> dict[str, float]:
    """For each client with visits, the highest share in percent that the contact could make.

    Each client is looked at alone: what the contact does for one she may not have time to do for
    another as well. The bound of several clients together is `contact_ceiling`.
    """
    stops: dict[str, list[Stop]] = defaultdict(list)
    for stop in cut.stops:
        stops[stop.client.client_id].append(stop)
    return {
        client_id: 100 * contact_ceiling(replace(cut, stops=tuple(own))) / len(own)
        for client_id, own in sorted(stops.items())
    }


def _work(view: PlanView, staff_id: str, day: dt.date) -> list[Shift]:
    """The carer's rostered work that day."""
    return [line for line in view.lines.get((staff_id, day), ()) if line.kind == "work"]


def _one_carer_each(cut: Slice) -> list[tuple[Stop, tuple[dt.date, ...]]]:
    """One stop of each planned visit and date, with the days among which it could lie."""
    seen: set[tuple[str, dt.date]] = set()
    single = []
    for stop in cut.stops:
        key = (stop.visit.visit_id, stop.row.date)
        if key not in seen:
            seen.add(key)
            single.append((stop, days_allowed(cut.view, stop)))
    return single


def days_allowed(view: PlanView, stop: Stop) -> tuple[dt.date, ...]:
    """The days among which a planned visit could lie; its own where its day is not free."""
    wanted, day = view.due_of[stop.visit.visit_id], stop.row.date
    return next((tuple(sorted(due.days)) for due in wanted if day in due.days), (day,))


def can_make(view: PlanView, carer: Staff, stop: Stop, day: dt.date) -> bool:
    """Whether the carer could make the visit alone on ``day``, were nothing else asked of her."""
    there_back_s = (0, 0)
    if stop.visit.mode != "digital":
        base_id = view.team_plan.staff_base[carer.staff_id]
        there_back_s = home_legs_s(carer, base_id, view.travel, stop.client.client_id)
    lines = view.lines.get((carer.staff_id, day), ())
    return is_feasible_alone(stop.visit, stop.client, carer, day, lines, there_back_s)


def _room_s(view: PlanView, key: Key) -> int:
    """Seconds of the carer's shifts that day that visits can take."""
    rules = view.rules.rounds
    room_s = 0
    for shift in _work(view, *key):
        length_s = shift.end_s - shift.start_s
        room_s += length_s - _handover_s(view, shift)
        room_s -= rules.break_s if length_s > rules.break_required_over_s else 0
        for line in view.lines.get(key, ()):
            if line.kind == "meeting":
                room_s -= max(0, min(line.end_s, shift.end_s) - max(line.start_s, shift.start_s))
    return room_s


def _n_that_fit(durations_s: list[int], room_s: int) -> int:
    n = 0
    for duration_s in sorted(durations_s):
        room_s -= duration_s
        if room_s < 0:
            break
        n += 1
    return n
