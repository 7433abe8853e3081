"""The legs of today's rounds: from one stop to the next, as the streets are.

The times of visits are the export's own; the way between them is ours, so that ``wait_s`` is
negative where too little time is left for it. An export in hours and minutes has cut the seconds
away: a visit may then begin up to a minute later than it says, and lasts what was ordered where
that is the same to the minute. So a plan that holds to the second holds when it is cut to minutes.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from data.care.legs import travel_and_access_s
from data.model import Client, Municipality, Shift, Staff, Visit
from data.plans import PlanRow, RowKind, TeamPlan
from data.travel_times import AccessRules, TravelTimes
from data.units import MINUTE_S

_MEETINGS_MAX = 20


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the export: what a carer did from when till when."""

    date: dt.date
    staff_id: str
    kind: RowKind
    visit: Visit | None
    start_s: int
    end_s: int
    carer_no: int = 0
    row: int = 0
    """The export's own number of the row."""


def rows_of(
    events: Sequence[Event],
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    access: AccessRules,
) -> tuple[PlanRow, ...]:
    """Rows of every carer's shift, with its legs."""
    shifts: dict[tuple[str, dt.date], list[Shift]] = defaultdict(list)
    for shift in municipality.roster:
        if shift.kind == "work":
            shifts[shift.staff_id, shift.date].append(shift)
    grain_s = grain_of(events)
    groups: dict[tuple[dt.date, str, Shift], list[Event]] = defaultdict(list)
    for event in events:
        known = shifts.get((event.staff_id, event.date), [])
        nobody = Shift(event.staff_id, event.date, 0, 0)
        shift = max(known, key=lambda s: (_overlap_s(s, event), -s.start_s), default=nobody)
        groups[event.date, event.staff_id, shift].append(event)
    walker = _Walker(municipality, team_plan, travel, access, grain_s)
    rows: list[PlanRow] = []
    for _ in range(_MEETINGS_MAX):
        rows = [
            row
            for (_, staff_id, shift), events_of_shift in groups.items()
            for row in walker.rows_of_shift(
                municipality.staff_by_id[staff_id], shift, events_of_shift
            )
        ]
        if grain_s == 1 or not _meet(rows, walker.later, grain_s):
            break
    return tuple(sorted(rows, key=lambda row: (row.date, row.shift, row.round_id, row.seq)))


def grain_of(events: Sequence[Event]) -> int:
    """How fine the export's clocks are: 60 seconds where all are whole minutes, else 1."""
    whole = all(event.start_s % MINUTE_S == 0 == event.end_s % MINUTE_S for event in events)
    return MINUTE_S if events and whole else 1


def _meet(rows: Sequence[PlanRow], later: dict[tuple[str, dt.date], int], grain_s: int) -> bool:
    """Let the two of a double visit begin together, where they do so to the minute.

    Adds to ``later``; whether anything was added.
    """
    starts: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for row in rows:
        if row.kind == "visit":
            starts[row.visit_id, row.date].append(row.start_s)
    new = {
        key: max(times)
        for key, times in starts.items()
        if 0 < max(times) - min(times) < grain_s and later.get(key) != max(times)
    }
    later.update(new)
    return bool(new)


def _overlap_s(shift: Shift, event: Event) -> int:
    return min(shift.end_s, event.end_s) - max(shift.start_s, event.start_s)


@dataclass(frozen=True)
class _Walker:
    """Lays a carer's events after each other with the legs between them."""

    municipality: Municipality
    team_plan: TeamPlan
    travel: TravelTimes
    access: AccessRules
    grain_s: int = 1
    later: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    """When visits begin that the other of two carers begins within the same minute."""

    def _times(self, event: Event, arrive_s: int) -> tuple[int, int]:
        """Start and end of an event, its cut seconds put back where the way needs them."""
        start_s, length_s = event.start_s, event.end_s - event.start_s
        if self.grain_s == 1:
            return start_s, event.end_s
        if event.visit is not None:
            together_s = self.later.get((event.visit.visit_id, event.date), start_s)
            if 0 < together_s - start_s < self.grain_s:
                start_s = together_s
            if abs(event.visit.duration_s - length_s) < self.grain_s:
                length_s = event.visit.duration_s
        if start_s < arrive_s < event.start_s + self.grain_s:
            start_s = arrive_s
        return start_s, start_s + length_s

    def rows_of_shift(self, carer: Staff, shift: Shift, events: Sequence[Event]) -> list[PlanRow]:
        """Rows of one shift: start, events by time, end."""
        ordered = sorted(events, key=lambda e: (e.start_s, e.end_s, e.visit.visit_id if e.visit
                                                else ""))  # fmt: skip
        if shift.end_s == 0:  # nobody rostered: the shift is what was driven
            start_s = max(0, ordered[0].start_s - self._leg_out_s(carer, shift, ordered[0]))
            shift = replace(shift, start_s=start_s, end_s=ordered[-1].end_s)
        blank = self._start(carer, shift)
        rows = [blank]
        here: Client | None = None
        for event in ordered:
            row, here = self._step(carer, rows[-1], here, event, blank)
            rows.append(row)
        travel_s, _ = self._leg_s(carer, here, None)
        arrive_s = rows[-1].end_s + travel_s
        rows.append(replace(blank, seq=len(rows), kind="end", arrive_s=arrive_s, start_s=arrive_s,
                            end_s=arrive_s, travel_s=travel_s))  # fmt: skip
        return rows

    def _start(self, carer: Staff, shift: Shift) -> PlanRow:
        round_id = f"{shift.date:%Y%m%d}-{carer.staff_id}-{shift.part}"
        own_team = self.team_plan.staff_team.get(carer.staff_id, "")
        return PlanRow(
            shift.date, shift.part, round_id, own_team, carer.staff_id, 0, "start", "", "", 0,
            shift.start_s, shift.start_s, shift.start_s, 0, 0, 0, carer.travel_mode, "",
        )  # fmt: skip

    def _leg_out_s(self, carer: Staff, shift: Shift, first: Event) -> int:
        """Seconds from the base to the first stop's door, the door included."""
        blank = self._start(carer, shift)
        row, _ = self._step(carer, blank, None, first, blank)
        return row.travel_s + row.access_s

    def _step(
        self, carer: Staff, last: PlanRow, here: Client | None, event: Event, blank: PlanRow
    ) -> tuple[PlanRow, Client | None]:
        visit = event.visit
        there = None if visit is None else self.municipality.client_by_id[visit.client_id]
        travel_s = access_time_s = 0
        if visit is not None and visit.mode == "digital":
            stays: Client | None = here
        else:
            stays = there
            travel_s, access_time_s = self._leg_s(carer, here, there)
        arrive_s = last.end_s + travel_s + access_time_s
        start_s, end_s = self._times(event, arrive_s)
        row = replace(
            blank, seq=last.seq + 1, kind=event.kind, carer_no=event.carer_no, arrive_s=arrive_s,
            start_s=start_s, end_s=end_s, travel_s=travel_s, access_s=access_time_s,
            wait_s=start_s - arrive_s,
        )  # fmt: skip
        if visit is not None and there is not None:
            row = replace(
                row, visit_id=visit.visit_id, client_id=there.client_id,
                team_id=self.team_plan.team_of_client[there.client_id],
                tier=self.team_plan.tier(there.client_id, carer.staff_id, carer.role),
            )  # fmt: skip
        return row, stays

    def _leg_s(self, carer: Staff, here: Client | None, there: Client | None) -> tuple[int, int]:
        """Seconds on the way and at the door; nobody is the base."""
        base_idx = self.travel.base_idx(self.team_plan.staff_base[carer.staff_id])
        mode = carer.travel_mode
        start = base_idx if here is None else self.travel.client_idx(here.client_id)
        if there is None:
            return self.travel.between(mode, start, base_idx), 0
        return travel_and_access_s(self.travel, self.access, mode, start, here, there)


def as_actual(visits: Sequence[Visit], events: Sequence[Event]) -> tuple[Visit, ...]:
    """The visits with their first day of the export as the day from which intervals count.

    What a municipality drives today has a phase of its own, which no table need hold.
    """
    first: dict[str, dt.date] = {}
    for event in events:
        if event.visit is not None:
            day = first.get(event.visit.visit_id, event.date)
            first[event.visit.visit_id] = min(day, event.date)
    return tuple(
        replace(visit, last_done=first[visit.visit_id], next_due=None)
        if visit.visit_id in first and (visit.n_per_period or visit.every_weeks > 1)
        else visit
        for visit in visits
    )
