"""What a round map may show: stops, legs and times, one type per profile (C7, NO-27).

Hidden clients leave no stop, no leg, no travel time and no hole: while a plan has any, the manager
sees no carer's round, but each team's visits of a part of the day, in the slots that they are
ordered in, and no ways (`data.care.hidden`). The planner's page, which is no file, has every other
visit to the minute.
A carer's own sheet has a count: whoever is sent has the address in hand.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.care.hidden import (
    evenly_in_slots,
    hidden_clients,
    hidden_homes,
    is_by_team,
    shown_rounds,
)
from data.errors import SettingsError
from data.model import Municipality
from data.plans import PlanRow, RoundPlan, TeamPlan
from maps.common.audiences import Manager, Planner, Profile, StaffRound

LegPath = Callable[[str, str, str], NDArray[np.float64]]
"""``leg_path(mode, from_point_id, to_point_id)``: the way, float64 (k, 2), metres."""


@dataclass(frozen=True, slots=True)
class MapStop:
    """One row of a round, with its place and the way to it.

    ``travel_s`` and ``access_s`` are None where the way began at a protected client.
    ``path`` is empty where there is no way to draw.
    """

    row: PlanRow
    x: float
    y: float
    travel_s: int | None
    access_s: int | None
    path: NDArray[np.float64]
    task: str = ""
    carers_required: int = 1
    earliest_s: int | None = None
    latest_s: int | None = None
    is_digital: bool = False
    partners: tuple[str, ...] = ()
    """Who else makes the visit, on a carer's own round."""
    relieves: str = ""
    """Whom she takes over from in the home, and who takes over from her (NO-18)."""
    relieved_by: str = ""


@dataclass(frozen=True, slots=True)
class RoundStops:
    """One carer's shift; without a ``staff_id`` all that a team does in a part of the day."""

    round_id: str
    staff_id: str
    team_id: str
    part: str
    start_s: int
    end_s: int
    stops: tuple[MapStop, ...]
    n_protected: int


@dataclass(frozen=True, slots=True)
class Unplanned:
    """What has no carer."""

    visit_id: str
    client_id: str
    carer_no: int
    priority: int
    reason: str
    x: float
    y: float


@dataclass(frozen=True)
class ManagerRounds:
    """A day's rounds with ids and exact times."""

    day: dt.date
    rounds: tuple[RoundStops, ...]
    unplanned: tuple[Unplanned, ...]
    n_protected: int
    """Of the whole day, whatever part of it is shown."""
    n_from_home: int = 0
    """Rounds left out, since they begin or end at the carer's home."""
    is_rough: bool = False
    """Whether teams are told of instead of carers, in slots that stops are drawn evenly in."""


@dataclass(frozen=True)
class OwnRound:
    """One round, for the carer who walks it."""

    day: dt.date
    round: RoundStops
    n_protected: int


RoundsView = ManagerRounds | OwnRound


def rounds_view(
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    leg_path: LegPath,
    profile: Profile,
    *,
    day: dt.date,
    part: str | None = None,
    team_id: str | None = None,
    round_id: str | None = None,
) -> RoundsView:
    """The rounds of ``day``, of one part, team or round where asked for.

    Raises
    ------
    SettingsError
        Where the profile may not see rounds, or the staff profile is given more than one.
    """

    def is_chosen(rows: tuple[PlanRow, ...]) -> bool:
        return (
            rows[0].date == day
            and (part is None or rows[0].shift == part)
            and (round_id is None or rows[0].round_id == round_id)
            and (team_id is None or team_id in _teams_of(rows, team_plan))
        )

    match profile:
        case Manager():
            of_day = replace(round_plan, rows=tuple(r for r in round_plan.rows if r.date == day))
            seen = [rows for rows in shown_rounds(municipality, of_day) if is_chosen(rows)]
            return _for_manager(
                seen, municipality, team_plan, round_plan, leg_path, (day, part, team_id)
            )
        case Planner():
            seen = [rows for rows in round_plan.rounds.values() if is_chosen(rows)]
            return _for_planner(
                seen, municipality, team_plan, round_plan, leg_path, (day, part, team_id)
            )
        case StaffRound():
            chosen = [rows for rows in round_plan.rounds.values() if is_chosen(rows)]
            if len(chosen) != 1:
                raise SettingsError("Profilen staff visar en enda runda: ange vilken.")
            own = _round(chosen[0], municipality, team_plan, leg_path)
            own = replace(
                own, stops=tuple(_with_partners(own.stops, round_plan, day, municipality))
            )
            return OwnRound(day, own, own.n_protected)
        case _:
            raise SettingsError(f"Profilen {profile.name} har ingen rundkarta.")


def _with_partners(
    stops: Iterable[MapStop], plan: RoundPlan, day: dt.date, municipality: Municipality
) -> Iterable[MapStop]:
    """The stops of one carer, with whoever else is to be at the door, then, before or after."""
    follows = {
        (visit.visit_id, lag.visit_id)
        for visit in municipality.visits
        for lag in visit.gap_after
        if lag.min_s == lag.max_s == 0
    }
    made = {row.visit_id: row.staff_id for row in plan.rows if row.date == day}
    for stop_of_day in stops:
        row, stop = stop_of_day.row, stop_of_day
        for first, then in follows:
            if then == row.visit_id:
                stop = replace(stop, relieves=made.get(first, ""))
            elif first == row.visit_id:
                stop = replace(stop, relieved_by=made.get(then, ""))
        if stop.carers_required == 1:
            yield stop
            continue
        others = {
            plan_row.staff_id for plan_row in plan.rows
            if (plan_row.date, plan_row.visit_id) == (day,
            row.visit_id) and plan_row.staff_id != row.staff_id
        }  # fmt: skip
        yield replace(stop, partners=tuple(sorted(others)))


def _for_manager(
    seen: list[tuple[PlanRow, ...]],
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    leg_path: LegPath,
    where: tuple[dt.date, str | None, str | None],
) -> ManagerRounds:
    """The manager's view of rounds that `shown_rounds` gave."""
    hidden, homes = hidden_clients(municipality), hidden_homes(municipality)
    day, part, team_id = where
    at_base = [rows for rows in seen if rows[0].staff_id not in homes]
    is_rough = is_by_team(municipality, round_plan)
    if is_rough:
        at_base, leg_path = [evenly_in_slots(rows) for rows in at_base], _no_path
    rounds = tuple(
        _round(rows, municipality, team_plan, leg_path, is_rough=is_rough) for rows in at_base
    )
    if is_rough:
        rounds = tuple(
            replace(
                round_stops,
                round_id=f"{day.isoformat()} {round_stops.team_id} {round_stops.part}",
            )
            for round_stops in rounds
        )
    planned = [(row.date, row.client_id) for row in round_plan.rows]
    planned += [(row.date, row.client_id) for row in round_plan.unplanned]
    n_hidden = sum(date == day and client_id in hidden for date, client_id in planned)
    unplanned = _unplanned(municipality, team_plan, round_plan, day, part, team_id)
    return ManagerRounds(day, rounds, unplanned, n_hidden, len(seen) - len(at_base), is_rough)


def _no_path(_mode: str, _here: str, _there: str) -> NDArray[np.float64]:
    """What is drawn between visits that are no carer's."""
    return np.zeros((0, 2))


def _for_planner(
    seen: list[tuple[PlanRow, ...]],
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    leg_path: LegPath,
    where: tuple[dt.date, str | None, str | None],
) -> ManagerRounds:
    """Every round to the minute: who moves visits must see where there is room for them."""
    hidden = hidden_clients(municipality)
    rounds = tuple(_round(rows, municipality, team_plan, leg_path, hidden) for rows in seen)
    unplanned = _unplanned(municipality, team_plan, round_plan, *where)
    planned = [(row.date, row.client_id) for rows in seen for row in rows]
    planned += [(row.date, row.client_id) for row in round_plan.unplanned]
    n_hidden = sum(date == where[0] and client_id in hidden for date, client_id in planned)
    return ManagerRounds(where[0], rounds, unplanned, n_hidden)


def _teams_of(rows: Iterable[PlanRow], plan: TeamPlan) -> set[str]:
    """Teams that a round serves: the carer's own, and those of the clients visited."""
    teams = {row.team_id for row in rows}
    return teams | {plan.staff_team.get(row.staff_id, "") for row in rows}


def _round(
    rows: tuple[PlanRow, ...],
    municipality: Municipality,
    plan: TeamPlan,
    leg_path: LegPath,
    hidden: frozenset[str] = frozenset(),
    *,
    is_rough: bool = False,
) -> RoundStops:
    """One round; visits of protected clients, and of others who are ``hidden``, have no stop.

    ``is_rough``: no stop has a way to it.
    """
    first = rows[0]
    stops: list[MapStop] = []
    n_protected = 0
    here = f"base:{plan.staff_base.get(first.staff_id, '')}"
    is_here_hidden = False
    for i, row in enumerate(rows):
        is_digital = (
            row.kind == "visit" and municipality.visit_by_id[row.visit_id].mode == "digital"
        )
        there = here if is_digital else _point_id(row, plan)
        is_hidden = row.kind == "visit" and (
            row.client_id in hidden or municipality.client_by_id[row.client_id].protected
        )
        if is_hidden:
            n_protected += 1
        else:
            path = _path(leg_path, row.mode, here, there, is_here_hidden)
            is_untold = is_rough or (is_here_hidden and not is_digital)
            stop = _stop(row, municipality, plan, path, (is_digital, is_untold))
            if _is_at_home(rows, i, municipality):
                stop = replace(stop, x=math.nan, y=math.nan)
            stops.append(stop)
        if not is_digital:
            here, is_here_hidden = there, is_hidden
    own_team = plan.staff_team.get(first.staff_id, "")
    return RoundStops(
        first.round_id,
        first.staff_id,
        own_team or first.team_id,
        first.shift,
        min(row.arrive_s for row in rows),
        max(row.end_s for row in rows),
        tuple(stops),
        n_protected,
    )


def _is_at_home(rows: tuple[PlanRow, ...], i: int, municipality: Municipality) -> bool:
    """Whether the start or end of a round may be the carer's home, which is shown nowhere.

    Who begins (ends) at home has no place there, unless the next (last) row is at the base and
    asks for no way.
    """
    row, carer = rows[i], municipality.staff_by_id.get(rows[i].staff_id)
    if carer is None or row.kind not in ("start", "end"):
        return False
    if row.kind == "end":
        return carer.ends_home and (rows[i - 1].kind in ("visit", "start") or row.travel_s > 0)
    after = rows[i + 1] if i + 1 < len(rows) else row
    return carer.starts_home and (after.kind in ("visit", "start", "end") or after.travel_s > 0)


def _point_id(row: PlanRow, plan: TeamPlan) -> str:
    if row.kind == "visit":
        return f"client:{row.client_id}"
    return f"base:{plan.staff_base.get(row.staff_id, '')}"


def _path(
    leg_path: LegPath, mode: str, here: str, there: str, is_here_hidden: bool
) -> NDArray[np.float64]:
    if is_here_hidden or here == there or "base:" in (here, there):
        return np.zeros((0, 2))
    path = np.asarray(leg_path(mode, here, there), dtype=np.float64).reshape(-1, 2)
    return path[np.isfinite(path).all(axis=1)]


def _stop(
    row: PlanRow,
    municipality: Municipality,
    plan: TeamPlan,
    path: NDArray[np.float64],
    how: tuple[bool, bool],
) -> MapStop:
    """A row as a stop; ``how``: whether it is on a screen, and whether its way is untold."""
    is_digital, is_untold = how
    travel_s, access_s = (None, None) if is_untold else (row.travel_s, row.access_s)
    if row.kind == "visit":
        client = municipality.client_by_id[row.client_id]
        visit = municipality.visit_by_id[row.visit_id]
        x, y = (math.nan, math.nan) if is_digital else (client.x, client.y)
        return MapStop(
            row, x, y, travel_s, access_s, path, visit.task, visit.carers_required,
            visit.earliest_s, visit.latest_s, is_digital,
        )  # fmt: skip
    base = municipality.base_by_id.get(plan.staff_base.get(row.staff_id, ""))
    x, y = (base.x, base.y) if base is not None else (math.nan, math.nan)
    return MapStop(row, x, y, travel_s, access_s, path)


def _unplanned(
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    day: dt.date,
    part: str | None,
    team_id: str | None,
) -> tuple[Unplanned, ...]:
    unplanned: list[Unplanned] = []
    hidden = hidden_clients(municipality)
    for row in round_plan.unplanned:
        visit = municipality.visit_by_id[row.visit_id]
        if row.date != day or (part is not None and visit.shift != part):
            continue
        if team_id is not None and team_plan.team_of_client.get(row.client_id) != team_id:
            continue
        client = municipality.client_by_id[row.client_id]
        if client.client_id in hidden:
            continue
        unplanned.append(
            Unplanned(
                row.visit_id,
                row.client_id,
                row.carer_no,
                row.priority,
                row.reason,
                client.x,
                client.y,
            )
        )
    return tuple(unplanned)
