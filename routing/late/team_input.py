"""From a municipality's team and date to a day under soft rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data.care.eligibility import Standing, enters_home, standing, visit_bar
from data.care.homes import ends_of
from data.care.legs import leg_matrix
from data.model import Client, Municipality, Pin, Visit
from data.plans import TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from data.units import DAY_S, HOUR_S, MINUTE_S, MODES
from routing.engine.weights import RoundWeights
from routing.roster.pins import ordered
from routing.roster.shifts import UsableShift
from routing.soft.model import (
    MUST,
    Need,
    SoftCarer,
    SoftDay,
    SoftLag,
    SoftPrices,
    SoftVisit,
    Window,
)
from routing.soft.rules import SoftRules

BLOCK = "block:"
NOON_S = 12 * HOUR_S
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

    @cached_property
    def pin_of(self) -> dict[tuple[str, int], Pin]:
        """What is locked on the date, by visit and carer number."""
        pins = self.municipality.pins
        return {(p.visit_id, p.carer_no): p for p in pins if p.visit_id and p.date == self.date}

    @cached_property
    def closed(self) -> frozenset[str]:
        """Carers whose whole round is locked on the date."""
        pins = self.municipality.pins
        return frozenset(p.staff_id for p in pins if not p.visit_id and p.date == self.date)

    @property
    def points(self) -> tuple[str, ...]:
        """Places of the day: the team's clients, then the bases and homes used."""
        others = {f"base:{shift.base_id}" for shift in self.shifts}
        for shift in self.shifts:
            others.update(self.ends_of(shift))
        clients = [f"client:{client.client_id}" for client in self.clients]
        return (*clients, *sorted(others))

    def ends_of(self, shift: UsableShift) -> tuple[str, str]:
        """The points that a shift begins and ends at."""
        carer = self.municipality.staff_by_id[shift.shift.staff_id]
        break_s = self.rules.rounds.break_s
        return ends_of(carer, shift.base_id, self.travel, shift.shift, shift.fixed, break_s)


def _legs(day: TeamDay) -> NDArray[np.int64]:
    """Travel and access seconds by mode between the day's places."""
    n, access = len(day.points), day.rules.access
    legs = np.full((len(MODES), n, n), REACH_S, dtype=np.int64)
    legs[:, np.arange(n), np.arange(n)] = 0
    others = day.points[len(day.clients) :]
    for m, mode in enumerate(MODES):
        if mode in day.travel.seconds:
            legs[m] = leg_matrix(day.travel, access, mode, day.clients, others, REACH_S)
    return legs


def carer_id(shift: UsableShift) -> str:
    """A shift by its round id: a carer may have two in one day."""
    return shift.round_id


def is_break_of(visit_id: str, shift: UsableShift) -> bool:
    """Whether an engine's visit is the break of the shift."""
    return visit_id.startswith(f"{BLOCK}break:") and visit_id.endswith(f":{shift.round_id}")


def _need(day: TeamDay, visit: Visit, carer_no: int) -> Need:
    """Who may, and what the person costs (`RoundWeights.carer_price`).

    Who is locked to the visit, and nobody else; a locked round takes no other visit.
    """
    client = day.municipality.client_by_id[visit.client_id]
    pin = day.pin_of.get((visit.visit_id, carer_no))
    pinned = pin.staff_id if pin is not None else ""
    carers = {}
    for shift in day.shifts:
        carer = day.municipality.staff_by_id[shift.shift.staff_id]
        if carer.staff_id != pinned and (pinned or carer.staff_id in day.closed):
            continue
        lends = day.rules.rounds.lend_in_area
        comes_as = standing(carer, client, day.team_plan, shift.shift.part, lend_in_area=lends)
        as_locked = Standing.OWN if pinned else comes_as
        if visit_bar(carer, visit, client, day.date, as_locked) is not None:
            continue
        tier = day.team_plan.tier(client.client_id, carer.staff_id, carer.role)
        price = day.weights.carer_price(visit, client, carer.staff_id, tier)
        carers[carer_id(shift)] = price + (day.weights.lent if as_locked is Standing.LENT else 0)
    return Need(visit.duration_s + day.rules.rounds.slack_s_per_visit, carers)


def _visit(day: TeamDay, visit: Visit, place: dict[str, int]) -> SoftVisit:
    two = visit.carers_required == 2
    is_there = enters_home(visit)
    pins = [day.pin_of.get((visit.visit_id, no)) for no in range(1, visit.carers_required + 1)]
    at_s = next((pin.start_s for pin in pins if pin is not None and pin.start_s is not None), None)
    window = (visit.earliest_s, visit.latest_s) if at_s is None else (at_s, at_s)
    return SoftVisit(
        visit_id=visit.visit_id,
        place=place[f"client:{visit.client_id}"] if is_there else -1,
        windows=(Window(*window),),
        needs=tuple(_need(day, visit, no) for no in ((1, 2) if two else (1,))),
        lag=(0, 0) if two else None,
        absent_price=min(day.soft.unplanned[visit.priority] * MINUTE_S, 50 * MUST),
        late_weight=day.soft.late_weight[visit.priority],
        last_start=at_s,
        task=visit.task,
        wished=None if visit.wished_s is None else (visit.wished_s, day.soft.wish_pct * 64 // 100),
    )


def _lags(visits: Sequence[Visit]) -> tuple[SoftLag, ...]:
    """What ``gap_after`` asks between the end of a visit and the start of another, from start."""
    present = {visit.visit_id for visit in visits}
    return tuple(
        SoftLag(
            visit.visit_id,
            gap.visit_id,
            visit.duration_s + gap.min_s,
            visit.duration_s + gap.max_s,
        )
        for visit in visits
        for gap in visit.gap_after
        if gap.visit_id in present and gap.visit_id != visit.visit_id
    )


def _locked_order(day: TeamDay) -> tuple[SoftLag, ...]:
    """Visits that a planner has put in an order: each begins after the one before has ended."""
    length = {visit.visit_id: visit.duration_s for visit in day.visits}
    return tuple(
        SoftLag(one.visit_id, other.visit_id, length[one.visit_id], DAY_S)
        for (_, date), group in ordered(day.municipality.pins).items()
        for one, other in pairwise(group)
        if date == day.date
        and one.visit_id != other.visit_id
        and {one.visit_id, other.visit_id} <= set(length)
    )


def _most_of(day: TeamDay, shift: UsableShift) -> dict[tuple[str, int], int]:
    """How many of each limited task the shift may hold in each half-day.

    The limit is the person's: where she has two shifts in one half, the longer there has it all.
    """
    own = [one for one in day.shifts if one.shift.staff_id == shift.shift.staff_id]

    def seconds_in(one: UsableShift, half: int) -> int:
        begin, end = one.shift.start_s, one.shift.end_s
        return max(0, min(end, NOON_S) - begin if half == 0 else end - max(begin, NOON_S))

    found = {}
    for half in (0, 1):
        longest = max(own, key=lambda one: (seconds_in(one, half), -one.shift.start_s))
        for task, most in day.rules.rounds.clash_limits.items():
            found[task, half] = most if longest is shift else 0
    return found


def _blocks(day: TeamDay, shift: UsableShift, place: dict[str, int]) -> list[SoftVisit]:
    """Breaks, meetings and handovers of a shift: at the base, for this carer only.

    A break is held in its time or, at its price, not at all.
    """
    return [
        SoftVisit(
            visit_id=f"{BLOCK}{block.kind}:{number}:{shift.round_id}",
            place=place[f"base:{shift.base_id}"],
            windows=(Window(block.earliest_s, block.latest_s),),
            needs=(Need(block.duration_s, {carer_id(shift): 0}),),
            absent_price=(day.soft.missed_break * MINUTE_S if block.kind == "break" else 50 * MUST),
            last_start=block.latest_s if block.kind == "break" else None,
        )
        for number, block in enumerate(shift.blocks)
    ]


def _carer(day: TeamDay, shift: UsableShift, place: dict[str, int]) -> SoftCarer:
    begins, ends = (place[point] for point in day.ends_of(shift))
    most_over = day.soft.overtime_max_s
    mode = MODES.index(day.municipality.staff_by_id[shift.shift.staff_id].travel_mode)
    times = (shift.shift.start_s, shift.shift.end_s)
    return SoftCarer(
        carer_id(shift), *times, begins, ends, mode=mode,
        last_end=None if most_over is None else shift.shift.end_s + most_over,
        most_of=_most_of(day, shift),
    )  # fmt: skip


def soft_day(day: TeamDay) -> SoftDay:
    """The day in the engine's words, in seconds; costs in sixtieths of a minute of travel."""
    place = {point: i for i, point in enumerate(day.points)}
    soft = day.soft
    visits = [_visit(day, visit, place) for visit in day.visits]
    for shift in day.shifts:
        visits.extend(_blocks(day, shift, place))
    prices = SoftPrices(
        travel=1,
        late=soft.late_per_min,
        late_max=soft.late_max_per_min,
        wait=soft.wait_per_min,
        overtime=soft.overtime_per_min,
        idle_max=soft.idle_max_per_min,
    )
    carers = tuple(_carer(day, shift, place) for shift in day.shifts)
    lags = _lags(day.visits) + _locked_order(day)
    return SoftDay(tuple(visits), carers, _legs(day), prices, lags=lags, noon=NOON_S)
