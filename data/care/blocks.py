"""Recurring blocks of working time, laid where they cost least (LU-37, LU-41, LU-42).

A planning hour a month, phone hours, documentation, team meetings and an alarm reserve are rules
per role. Each is laid as a meeting at the base on one of the carer's own shifts, in the half-hours
in which visits ask for least of those at work. What is laid stands in no table and is laid anew,
the same, whenever tables, rules and roster are the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.care.care_calendar import is_open
from data.care.recurrence import is_due_week, phase_of, week_no
from data.matter_model import BlockRule
from data.model import Municipality, Shift, Staff

QUARTER_S = 900
N_QUARTERS = 96
STEP_S = 1800
EDGE_S = 1800
"""A block stands no nearer than this to the ends of a shift: handover and the first visits."""
ALARM_RESERVE = "larmreserv"


@dataclass
class _Pressure:
    """Carers asked for less carers at work, per team, date and quarter of an hour."""

    town: Municipality
    _of: dict[tuple[str, dt.date], NDArray[np.float64]] = field(default_factory=dict)

    def of(self, team_id: str, day: dt.date) -> NDArray[np.float64]:
        """The curve of a team's day; it is changed as blocks take people away."""
        key = (team_id, day)
        if key not in self._of:
            self._of[key] = self._asked(team_id, day) - self._at_work(team_id, day)
        return self._of[key]

    def _asked(self, team_id: str, day: dt.date) -> NDArray[np.float64]:
        asked = np.zeros(N_QUARTERS)
        clients = self.town.client_by_id
        for visit in self.town.visits:
            client = clients[visit.client_id]
            if client.team_id != team_id or not is_open(visit, client, day):
                continue
            if not visit.n_per_period and not is_due_week(visit, day):
                continue
            n_days = len(visit.weekdays) * visit.every_weeks
            share = visit.n_per_period / n_days if visit.n_per_period else 1.0
            first, last = visit.earliest_s, visit.latest_s + visit.duration_s
            span = slice(first // QUARTER_S, max(first // QUARTER_S + 1, -(-last // QUARTER_S)))
            length = span.stop - span.start
            load = visit.duration_s / QUARTER_S * visit.carers_required * share
            asked[span] += load / length
        return asked

    def _at_work(self, team_id: str, day: dt.date) -> NDArray[np.float64]:
        """Who has a shift and nothing else: one both ill and expected at a meeting is one away."""
        works: dict[str, NDArray[np.bool_]] = {}
        is_else: dict[str, NDArray[np.bool_]] = {}
        staff = self.town.staff_by_id
        for entry in self.town.roster:
            carer = staff.get(entry.staff_id)
            if entry.date == day and carer is not None and carer.team_id == team_id:
                quarters_of = works if entry.kind == "work" else is_else
                quarters = quarters_of.setdefault(entry.staff_id, np.zeros(N_QUARTERS, dtype=bool))
                quarters[entry.start_s // QUARTER_S : -(-entry.end_s // QUARTER_S)] = True
        none = np.zeros(N_QUARTERS, dtype=bool)
        there = [quarters & ~is_else.get(who, none) for who, quarters in works.items()]
        return np.sum(there, axis=0, dtype=float) if there else np.zeros(N_QUARTERS)


def laid_by_blocks(town: Municipality) -> tuple[Shift, ...]:
    """The lines that the municipality's block rules lay, in order of rule and date."""
    if not town.blocks or not town.dates:
        return ()
    desk = _Desk(town)
    for rule in town.blocks:
        if rule.per_alarm_min:
            desk.lay_alarm_reserve(rule)
        elif rule.together:
            desk.lay_together(rule)
        else:
            desk.lay_each(rule)
    return tuple(desk.laid)


class _Desk:
    """Lays one rule after the other, each with what is laid before it in view."""

    def __init__(self, town: Municipality) -> None:
        self.town, self.pressure = town, _Pressure(town)
        self.laid: list[Shift] = []
        self.entries: dict[tuple[str, dt.date], list[Shift]] = defaultdict(list)
        for entry in town.roster:
            self.entries[entry.staff_id, entry.date].append(entry)

    def _members(self, rule: BlockRule) -> list[Staff]:
        members = (carer for carer in self.town.staff if not rule.roles or carer.role in rule.roles)
        return sorted(members, key=lambda carer: carer.staff_id)

    def _weeks(self, rule: BlockRule, key: str) -> Iterator[tuple[int, list[dt.date]]]:
        """Weeks in which the rule is due to a carer or team, how often, and the roster's dates.

        Whose week it is within a period is spread by id, and stays, so that any weeks in a row hold
        as many as the rule says, however the roster is cut.
        """
        days_of: dict[int, list[dt.date]] = defaultdict(list)
        for day in self.town.dates:
            days_of[week_no(day)].append(day)
        phase = phase_of(f"{rule.name}|{key}", rule.weeks)
        turns = [(phase + k * rule.weeks // rule.times) % rule.weeks for k in range(rule.times)]
        for week in sorted(days_of):
            n = turns.count(week % rule.weeks)
            if n:
                yield n, days_of[week]

    def _starts(self, staff_id: str, day: dt.date, rule: BlockRule, length_s: int) -> list[int]:
        """Where a block of the rule could begin in the carer's work of that day."""
        entries = self.entries.get((staff_id, day), ())
        if day.weekday() not in rule.weekdays:
            return []
        taken = [(entry.start_s, entry.end_s) for entry in entries if entry.kind != "work"]
        starts = []
        for entry in entries:
            if entry.kind != "work":
                continue
            first = max(entry.start_s + EDGE_S, rule.earliest_s)
            last = min(entry.end_s - EDGE_S, rule.latest_s) - length_s
            begin = -(-first // STEP_S) * STEP_S
            starts += [
                start_s for start_s in range(begin, last + 1, STEP_S)
                if all(start_s + length_s <= from_s or to_s <= start_s for from_s, to_s in taken)
            ]  # fmt: skip
        return starts

    def _cost(self, team_id: str, day: dt.date, start_s: int, length_s: int) -> float:
        span = slice(start_s // QUARTER_S, -(-(start_s + length_s) // QUARTER_S))
        return float(self.pressure.of(team_id, day)[span].max())

    def _lay(self, carer: Staff, day: dt.date, start_s: int, length_s: int, name: str) -> None:
        entry = Shift(carer.staff_id, day, start_s, start_s + length_s, "meeting", name)
        self.laid.append(entry)
        self.entries[carer.staff_id, day].append(entry)
        span = slice(start_s // QUARTER_S, -(-(start_s + length_s) // QUARTER_S))
        self.pressure.of(carer.team_id, day)[span] += 1.0

    def lay_each(self, rule: BlockRule) -> None:
        """Each carer by herself, on different days."""
        length_s = 60 * rule.minutes
        for carer in self._members(rule):
            for n, days in self._weeks(rule, carer.staff_id):
                used: set[dt.date] = set()
                for _ in range(n):
                    options = [
                        (self._cost(carer.team_id, day, start_s, length_s), day, start_s)
                        for day in days
                        if day not in used
                        for start_s in self._starts(carer.staff_id, day, rule, length_s)
                    ]
                    if options:
                        _, day, start_s = min(options)
                        used.add(day)
                        self._lay(carer, day, start_s, length_s, rule.name)

    def lay_together(self, rule: BlockRule) -> None:
        """A team's members at once: where most of them are at work, then where it costs least."""
        length_s = 60 * rule.minutes
        teams: dict[str, list[Staff]] = defaultdict(list)
        for carer in self._members(rule):
            teams[carer.team_id].append(carer)
        for team_id, members in sorted(teams.items()):
            for n, days in self._weeks(rule, team_id):
                used: set[dt.date] = set()
                for _ in range(n):
                    best = self._best_together(rule, members, [d for d in days if d not in used])
                    if best is not None:
                        day, start_s, there = best
                        used.add(day)
                        for carer in there:
                            self._lay(carer, day, start_s, length_s, rule.name)

    def _best_together(
        self, rule: BlockRule, members: Sequence[Staff], days: Sequence[dt.date]
    ) -> tuple[dt.date, int, list[Staff]] | None:
        length_s = 60 * rule.minutes
        options: dict[tuple[dt.date, int], list[Staff]] = defaultdict(list)
        for day in days:
            for carer in members:
                for start_s in self._starts(carer.staff_id, day, rule, length_s):
                    options[day, start_s].append(carer)
        if not options:
            return None
        team_id = members[0].team_id
        day, start_s = min(
            options,
            key=lambda option: (
                -len(options[option]),
                self._cost(team_id, option[0], option[1], length_s),
                option,
            ),
        )
        return day, start_s, options[day, start_s]

    def lay_alarm_reserve(self, rule: BlockRule) -> None:
        """Each team's alarms of a common week, a seventh of them each day, by one carer (NO-24)."""
        alarms: dict[str, int] = defaultdict(int)
        for client in self.town.clients:
            alarms[client.team_id] += client.alarms_week
        for team_id, n in sorted(alarms.items()):
            length_s = -(-n * rule.per_alarm_min * 60 // (7 * QUARTER_S)) * QUARTER_S
            members = [carer for carer in self._members(rule) if carer.team_id == team_id]
            for day in self.town.dates if n else ():
                options = [
                    (self._cost(team_id, day, start_s, length_s), start_s, carer.staff_id)
                    for carer in members
                    for start_s in self._starts(carer.staff_id, day, rule, length_s)
                ]
                if options:
                    _, start_s, staff_id = min(options)
                    self._lay(self.town.staff_by_id[staff_id], day, start_s, length_s, rule.name)


@dataclass(frozen=True, slots=True)
class MeetingCover:
    """Who is left at work in a team while others meet (LU-42)."""

    team_id: str
    date: dt.date
    start_s: int
    end_s: int
    name: str
    n_away: int
    n_left: int
    n_needed: float
    """Carers whom visits ask for in the busiest quarter of it."""

    @property
    def is_short(self) -> bool:
        """Whether visits ask for more than are left."""
        return self.n_left < self.n_needed


def meeting_cover(town: Municipality) -> tuple[MeetingCover, ...]:
    """Every meeting of two or more of a team at once, with who is left and who is needed."""
    groups: dict[tuple[str, dt.date, int, int, str], set[str]] = defaultdict(set)
    away = {
        (entry.staff_id, entry.date) for entry in town.roster if entry.kind in ("leave", "sick")
    }
    for entry in town.roster:
        carer = town.staff_by_id.get(entry.staff_id)
        is_there = (entry.staff_id, entry.date) not in away
        if entry.kind == "meeting" and carer is not None and is_there:
            key = (carer.team_id, entry.date, entry.start_s, entry.end_s, entry.label or "möte")
            groups[key].add(entry.staff_id)
    pressure = _Pressure(town)
    covers = []
    for (team_id, day, start_s, end_s, name), who in sorted(groups.items()):
        if len(who) < 2:
            continue
        span = slice(start_s // QUARTER_S, -(-end_s // QUARTER_S))
        needed = float(pressure._asked(team_id, day)[span].max())
        left = int(pressure._at_work(team_id, day)[span].min())
        covers.append(
            MeetingCover(team_id, day, start_s, end_s, name, len(who), left, round(needed, 1))
        )
    return tuple(covers)
