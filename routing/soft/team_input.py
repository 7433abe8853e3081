"""From a municipality's team and date to a day under soft rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.model import Client, Municipality, Visit
from data.plans import TeamPlan
from data.rules import Rules
from data.travel import TravelTimes, access_s
from data.units import MINUTE_S, MODES
from routing.rounds.problem import may_serve
from routing.rounds.shifts import UsableShift
from routing.rounds.weights import RoundWeights
from routing.soft.model import (
    MUST,
    Lunch,
    Need,
    SoftCarer,
    SoftDay,
    SoftPrices,
    SoftVisit,
    Window,
)
from routing.soft.rules import SoftRules

BLOCK = "block:"
REACH_S = 3 * 3600
"""Legs longer than this are no way at all."""


@dataclass(frozen=True)
class TeamDay:
    """What the plan is made from."""

    municipality: Municipality
    team_plan: TeamPlan
    travel: TravelTimes
    rules: Rules
    soft: SoftRules
    date: dt.date
    clients: tuple[Client, ...]
    visits: tuple[Visit, ...]
    shifts: tuple[UsableShift, ...]
    weights: RoundWeights

    @property
    def points(self) -> tuple[str, ...]:
        """Places of the day: the team's clients, then the bases used."""
        bases = sorted({shift.base_id for shift in self.shifts})
        return tuple(
            [f"client:{client.client_id}" for client in self.clients]
            + [f"base:{base_id}" for base_id in bases]
        )


def _legs(day: TeamDay) -> NDArray[np.int64]:
    """Travel and access seconds by mode between the day's places."""
    rows = [day.travel.idx[point] for point in day.points]
    n = len(day.clients)
    legs = np.full((len(MODES), len(rows), len(rows)), REACH_S, dtype=np.int64)
    for m, mode in enumerate(MODES):
        if mode not in day.travel.seconds:
            continue
        legs[m] = np.minimum(day.travel.seconds[mode][np.ix_(rows, rows)], REACH_S)
        for j, client in enumerate(day.clients):
            legs[m, n:, j] += access_s(day.rules.access, mode, None, client)
            for i, previous in enumerate(day.clients):
                legs[m, i, j] += access_s(day.rules.access, mode, previous, client)
    legs[:, np.arange(len(rows)), np.arange(len(rows))] = 0
    return legs


def carer_id(shift: UsableShift) -> str:
    """A shift by its round id: a carer may have two in one day."""
    return shift.round_id


def _need(day: TeamDay, visit: Visit) -> Need:
    """Who may, and what the person costs (`RoundWeights.carer_price`)."""
    client = day.municipality.client_by_id[visit.client_id]
    carers = {}
    for shift in day.shifts:
        carer = day.municipality.staff_by_id[shift.shift.staff_id]
        if not may_serve(carer, client, day.team_plan, shift.shift.part):
            continue
        if not all(carer.holds(skill, day.date) for skill in visit.skills):
            continue
        if client.pets and carer.pet_allergy:
            continue
        tier = day.team_plan.tier(client.client_id, carer.staff_id, carer.role)
        carers[carer_id(shift)] = day.weights.carer_price(visit, client, carer.staff_id, tier)
    return Need(visit.duration_s + day.rules.rounds.slack_s_per_visit, carers)


def _visit(day: TeamDay, visit: Visit, place: dict[str, int]) -> SoftVisit:
    two = visit.carers_required == 2
    return SoftVisit(
        visit_id=visit.visit_id,
        place=place[f"client:{visit.client_id}"],
        windows=(Window(visit.earliest_s, visit.latest_s),),
        needs=(_need(day, visit),) * (2 if two else 1),
        lag=(0, 0) if two else None,
        absent_price=min(day.soft.unplanned[visit.priority] * MINUTE_S, 50 * MUST),
        late_weight=day.soft.late_weight[visit.priority],
    )


def _blocks(shift: UsableShift, place: dict[str, int]) -> list[SoftVisit]:
    """Meetings and handovers of a shift: visits at the base that only this carer can make."""
    return [
        SoftVisit(
            visit_id=f"{BLOCK}{block.kind}:{number}:{shift.round_id}",
            place=place[f"base:{shift.base_id}"],
            windows=(Window(block.earliest_s, block.latest_s),),
            needs=(Need(block.duration_s, {carer_id(shift): 0}),),
            absent_price=50 * MUST,
        )
        for number, block in enumerate(shift.blocks)
        if block.kind != "break"
    ]


def _carer(day: TeamDay, shift: UsableShift, place: dict[str, int]) -> SoftCarer:
    base = place[f"base:{shift.base_id}"]
    rest = [block for block in shift.blocks if block.kind == "break"]
    lunch = Lunch(rest[0].earliest_s, rest[0].latest_s, rest[0].duration_s) if rest else None
    mode = MODES.index(day.municipality.staff_by_id[shift.shift.staff_id].travel_mode)
    times = (shift.shift.start_s, shift.shift.end_s)
    return SoftCarer(carer_id(shift), *times, base, base, lunch, mode)


def soft_day(day: TeamDay) -> SoftDay:
    """The day in the engine's words, in seconds; costs in sixtieths of a minute of travel."""
    place = {point: i for i, point in enumerate(day.points)}
    soft = day.soft
    visits = [_visit(day, visit, place) for visit in day.visits]
    for shift in day.shifts:
        visits.extend(_blocks(shift, place))
    prices = SoftPrices(
        travel=1,
        late=soft.late_per_min,
        late_max=soft.late_max_per_min,
        wait=soft.wait_per_min,
        overtime=soft.overtime_per_min,
        idle_max=soft.idle_max_per_min,
        missed_lunch=soft.missed_break * MINUTE_S,
    )
    carers = tuple(_carer(day, shift, place) for shift in day.shifts)
    return SoftDay(tuple(visits), carers, _legs(day), prices)
