"""One team of the demo with a roster of its own: what the area lends it every day, made fixed."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from data.care.care_calendar import occurrences
from data.model import Municipality, Shift
from data.plans import TeamPlan, UnplannedRow
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.rounds import RoundWeights, plan_rounds

LENDING_ROUNDS = 12
LENDING_ITERATIONS = 60_000


def one_team(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    team_id: str,
    ways_only: RoundWeights,
) -> tuple[Municipality, TeamPlan]:
    """A team alone: its clients, its own carers, and shifts lent by the area as it needs them.

    A pool carer's shift is lent where the team's own shifts of that date and part are fewer than
    its work asks for (`shifts_needed`). A roster that is given holds what must be done: so while
    short plans that mind nothing but ways leave visits of class 1 or 2, one more shift of the
    area's pool and floaters, then of its other teams, is lent for each date and part of these, of
    someone with the delegations asked for. Those who have been lent before come first.
    """
    team = team_plan.team_by_id[team_id]
    clients = set(team.client_ids)
    part = replace(
        municipality,
        clients=tuple(c for c in municipality.clients if c.client_id in clients),
        visits=tuple(v for v in municipality.visits if v.client_id in clients),
    )
    mine = {s for s, t in team_plan.staff_team.items() if t == team_id}
    area = {s for s, at in team_plan.staff_area.items() if at == team.area_id} - mine
    roster = _Roster(municipality, mine, area)
    for (date, shift), needed in sorted(shifts_needed(part).items()):
        roster.lend(date, shift, needed - roster.n_at(date, shift), roles=("pool",))
    alone = replace(team_plan, teams=(team,))
    for _ in range(LENDING_ROUNDS):
        part = roster.over(part)
        plan = plan_rounds(
            part, alone, travel, Rules(), dates=part.dates[:14], n_iterations=LENDING_ITERATIONS,
            weights=ways_only,
        )  # fmt: skip
        left = [row for row in plan.unplanned if row.priority <= 2]
        if not left or not roster.lend_for(part, left):
            break
    return roster.over(part), alone


class _Roster:
    """The lines of a team's carers, and of those who have been lent to it."""

    def __init__(
        self, municipality: Municipality, mine: Collection[str], area: Collection[str]
    ) -> None:
        self.entries = [entry for entry in municipality.roster if entry.staff_id in mine]
        self.whole = municipality
        self.people = {one.staff_id: one for one in municipality.staff}
        self.area = set(area)
        self.lent: Counter[str] = Counter()
        self.kept = set(mine)

    def n_at(self, date: dt.date, shift: str) -> int:
        """Work shifts that begin in a part of a date."""
        return sum(_is_at(entry, date, shift) for entry in self.entries)

    def lend(
        self,
        date: dt.date,
        shift: str,
        n: int,
        *,
        roles: Collection[str] = ("pool", "floater", "contact"),
        skills: Collection[str] = (),
    ) -> int:
        """Take up to ``n`` shifts more; return how many there were."""
        busy = {entry.staff_id for entry in self.entries if entry.date == date}
        spare = sorted(
            (("pool", "floater", "contact").index(self.people[entry.staff_id].role),
             -self.lent[entry.staff_id], entry.staff_id)
            for entry in self.whole.roster
            if _is_at(entry, date, shift) and entry.staff_id in self.area - busy
            and self.people[entry.staff_id].role in roles
            and all(self.people[entry.staff_id].skills.get(s, date) >= date for s in skills)
            and set(skills) <= set(self.people[entry.staff_id].skills)
        )  # fmt: skip
        for _, _, staff_id in spare[: max(0, n)]:
            self.lent[staff_id] += 1
            self.entries += [
                entry
                for entry in self.whole.roster
                if (entry.staff_id, entry.date) == (staff_id, date)
            ]
        return len(spare[: max(0, n)])

    def lend_for(self, part: Municipality, left: Collection[UnplannedRow]) -> int:
        """One shift more for each date and part that something is left out of; how many."""
        visits = {visit.visit_id: visit for visit in part.visits}
        first = {(row.date, visits[row.visit_id].shift): visits[row.visit_id] for row in left}
        return sum(
            self.lend(date, shift, 1, skills=visit.skills)
            for (date, shift), visit in sorted(first.items(), key=lambda item: item[0])
        )

    def over(self, part: Municipality) -> Municipality:
        """``part`` with these people and lines."""
        people = self.kept | set(self.lent)
        return replace(
            part,
            staff=tuple(s for s in self.whole.staff if s.staff_id in people),
            roster=tuple(sorted(self.entries, key=lambda e: (e.staff_id, e.date, e.start_s))),
        )


def _is_at(entry: Shift, date: dt.date, shift: str) -> bool:
    return entry.kind == "work" and (entry.date, entry.part) == (date, shift)


def shifts_needed(part: Municipality) -> dict[tuple[dt.date, str], int]:
    """Shifts that a team's work asks for, by date and part of the day, peaks counted (MA-38).

    Care, and 400 s for way and door of each visit, over the hours of a shift without break,
    handover and meeting; or over the hours of the peak, where that is more; a tenth on top.
    """
    hours = {"day": (7.0, 7.5, 11.0), "evening": (6.1, 17.5, 20.5)}
    whole: Counter[tuple[dt.date, str]] = Counter()
    peak: Counter[tuple[dt.date, str]] = Counter()
    for one in occurrences(part, part.dates):
        visit = one.visit
        _, from_h, to_h = hours[visit.shift]
        seconds = visit.carers_required * (visit.duration_s + 400) / len(one.dates)
        for date in one.dates:
            whole[date, visit.shift] += seconds
            if from_h <= (visit.earliest_s + visit.latest_s) / 7200 <= to_h:
                peak[date, visit.shift] += seconds
    return {
        key: math.ceil(
            1.1
            * max(whole[key] / hours[key[1]][0], peak[key] / (hours[key[1]][2] - hours[key[1]][1]))
            / 3600
        )
        for key in whole
    }
