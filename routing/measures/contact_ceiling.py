"""The roster ceiling: the most of the planned visits that contacts could make (requirements 4.2).

An upper bound, so that a target above it is seen to be impossible. For each contact, over all the
plan's dates at once (`routing.bounds.contact_columns`):

1. A visit counts only if the contact could make it alone that day: within a work shift of the
   roster, after travel from the base and access, back before the shift's end, not during
   leave, sickness or a meeting that fills its whole window, with its skills, not blocked.
   A visit with two carers counts once.
2. Of those, at most what one carer can make one after another in that shift, with every window,
   travel and access, the break, the handover and the meetings at the base: eight clients who want
   to get up at eight cannot all have their contact.
3. A visit whose day is free counts once, on one of its days, and takes the time that it takes.

That she is asked for by others' clients, time-lags and limits of tasks a day are not counted, so
the truth may be lower, never higher.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from data.care.feasible_alone import is_feasible_alone
from data.care.homes import home_legs_s
from data.care.legs import access_matrix
from data.model import Shift, Staff
from routing.bounds.contact_columns import Job, ShiftWork, most_over_horizon
from routing.check.view import PlanView, Stop
from routing.measures.slices import Slice

Key = tuple[str, dt.date]
Name = tuple[str, tuple[dt.date, ...]]
"""A visit and the days among which one of it may lie."""


@dataclass
class Known:
    """What has been found of one plan: areas and teams ask for what the municipality asked for."""

    most: dict[tuple[str, tuple[tuple[int, int], ...]], int] = field(default_factory=dict)
    possible: dict[tuple[str, str, dt.date], bool] = field(default_factory=dict)
    """Whether a contact could make a visit on some day on which it could be instead."""
    names: list[Name] = field(default_factory=list)
    """Visits with the days among which they could lie, each once."""
    number: dict[Name, int] = field(default_factory=dict)
    """Of each its number there."""
    on_date: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    """The number of what stands on a date."""

    def number_of(self, view: PlanView, stop: Stop) -> int:
        """What a stop is one of, by its number."""
        key = (stop.visit.visit_id, stop.row.date)
        if key not in self.on_date:
            days = days_allowed(view, stop) if stop.visit.n_per_period else (stop.row.date,)
            name = (stop.visit.visit_id, days)
            self.on_date[key] = self.number.setdefault(name, len(self.names))
            if self.on_date[key] == len(self.names):
                self.names.append(name)
        return self.on_date[key]


def contact_ceiling(cut: Slice, known: Known | None = None) -> int:
    """How many of the planned carer-visits of ``cut`` contacts could make, at most."""
    return sum(ceiling_by_contact(cut, known).values())


def ceiling_by_contact(cut: Slice, known: Known | None = None) -> dict[str, int]:
    """For each contact: how many of the planned carer-visits of ``cut`` she could make, at most."""
    known = known if known is not None else Known()
    contact_of, view = cut.view.team_plan.contact, cut.view
    seen: set[tuple[int, dt.date]] = set()
    wanted: dict[str, dict[int, list[Stop]]] = defaultdict(lambda: defaultdict(list))
    for stop in cut.stops:
        contact_id = contact_of.get(stop.client.client_id, "")
        number = known.number_of(view, stop)
        if (number, stop.row.date) in seen:  # a second carer of the same visit
            continue
        seen.add((number, stop.row.date))
        if contact_id in view.municipality.staff_by_id:
            wanted[contact_id][number].append(stop)
    made = Counter(stop.carer.staff_id for stop in cut.stops if stop.row.tier == "contact")
    return {
        contact_id: max(made[contact_id], _most(view, contact_id, stops, known))
        for contact_id, stops in sorted(wanted.items())
    }


def _most(
    view: PlanView, contact_id: str, wanted: Mapping[int, Sequence[Stop]], known: Known
) -> int:
    """The most of the visits that the contact could make over the plan's dates.

    Parameters
    ----------
    wanted : mapping
        By the number of what they are one of: planned visits of the contact's clients.
    """
    contact = view.municipality.staff_by_id[contact_id]
    key = (contact_id, tuple(sorted((number, len(stops)) for number, stops in wanted.items())))
    if key not in known.most:
        some = {known.names[number]: stops[-1] for number, stops in wanted.items()}
        on_day: dict[dt.date, list[Name]] = defaultdict(list)
        for name in sorted(some):
            for day in name[1]:
                if can_make(view, contact, some[name], day):
                    on_day[day].append(name)
        shifts = [
            work
            for day, names in sorted(on_day.items())
            for work in _shift_works(
                view, (contact_id, day), names, [some[named] for named in names]
            )
        ]
        counted = {known.names[number]: len(stops) for number, stops in wanted.items()}
        possible = {name: n for name, n in counted.items() if any(name in w.visits for w in shifts)}
        known.most[key] = most_over_horizon(shifts, possible)
    return known.most[key]


def _shift_works(
    view: PlanView, key: Key, names: Sequence[Name], stops: Sequence[Stop]
) -> Iterator[ShiftWork]:
    """Each shift of the contact that day, with all that she could make that day."""
    visits = [Job(s.visit.earliest_s, s.visit.latest_s, s.visit.duration_s) for s in stops]
    for shift in _work(view, *key):
        blocks, start_s, end_s = _blocks(view, key, shift)
        leg_s = np.array(_legs_s(view, key[0], list(stops), len(blocks)), dtype=np.int64)
        room_s = _room_s(view, key, shift)
        yield ShiftWork(tuple(names), (*visits, *blocks), leg_s, start_s, end_s, room_s)


def _blocks(view: PlanView, key: Key, shift: Shift) -> tuple[tuple[Job, ...], int, int]:
    """Break and meetings of the shift as jobs, and when its visits may begin and must be over."""
    rules = view.rules.rounds
    start_s, end_s = shift.start_s, shift.end_s
    blocks = [
        Job(entry.start_s, entry.start_s, entry.end_s - entry.start_s, is_block=True)
        for entry in view.entries.get(key, ())
        if entry.kind == "meeting" and start_s <= entry.start_s and entry.end_s <= end_s
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
    rules = view.rules.rounds
    is_short = shift.end_s - shift.start_s < rules.handover_not_under_s
    return 0 if is_short else rules.handover_s


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
    return [entry for entry in view.entries.get((staff_id, day), ()) if entry.kind == "work"]


def days_allowed(view: PlanView, stop: Stop) -> tuple[dt.date, ...]:
    """The days among which a planned visit could lie; its own where its day is not free."""
    day = stop.row.date
    return view.days_of[stop.visit.visit_id].get(day, (day,))


def can_make(view: PlanView, carer: Staff, stop: Stop, day: dt.date) -> bool:
    """Whether the carer could make the visit alone on ``day``, were nothing else asked of her."""
    there_back_s = (0, 0)
    if stop.visit.mode != "digital":
        base_id = view.team_plan.staff_base[carer.staff_id]
        there_back_s = home_legs_s(carer, base_id, view.travel, stop.client.client_id)
    entries = view.entries.get((carer.staff_id, day), ())
    return is_feasible_alone(stop.visit, stop.client, carer, day, entries, there_back_s)


def _room_s(view: PlanView, key: Key, shift: Shift) -> int:
    """Seconds of one of the carer's shifts that day that visits can take."""
    rules, length_s = view.rules.rounds, shift.end_s - shift.start_s
    room_s = length_s - _handover_s(view, shift)
    room_s -= rules.break_s if length_s > rules.break_required_over_s else 0
    for entry in view.entries.get(key, ()):
        if entry.kind == "meeting":
            room_s -= max(0, min(entry.end_s, shift.end_s) - max(entry.start_s, shift.start_s))
    return max(0, room_s)
