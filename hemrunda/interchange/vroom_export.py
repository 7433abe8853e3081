"""One date of a plan as a problem for VROOM, to measure beside or to hand to another solver.

What VROOM cannot say is left out, and named in `LEFT_OUT`; who may come to whom is said exactly,
through skills. Clients who are hidden (protected data, and their households) are not in it: a
matrix of travel times would give their homes away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypedDict

from data.care.eligibility import Standing, standing, visit_bar
from data.care.hidden import hidden_homes, may_show
from data.care.legs import leg_matrix
from data.errors import SettingsError
from data.model import Client, Visit
from data.units import UNREACHABLE_S
from routing.roster.shifts import Block, UsableShift, usable_shifts

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext

LEFT_OUT: Final = (
    "visits of hidden clients, and shifts that may begin or end at a carer's home",
    "two carers at the same time (each is a job of its own)",
    "minutes between two visits, limits of one task in half a day, locks",
    "that breaks, meetings and handover are held at the base",
    "continuity, wished and usual times",
)
"""What the problem does not hold of the plan's rules."""
_PRIORITY: Final = {1: 100, 2: 50, 3: 0}


class VroomJob(TypedDict):
    """A visit, by VROOM's keys."""

    id: int
    description: str
    location_index: int
    service: int
    priority: int
    skills: list[int]
    time_windows: list[list[int]]


class VroomBreak(TypedDict):
    """A break or a meeting, by VROOM's keys."""

    id: int
    description: str
    service: int
    time_windows: list[list[int]]


class VroomShift(TypedDict):
    """A shift, by VROOM's keys."""

    id: int
    description: str
    profile: str
    start_index: int
    end_index: int
    time_window: list[int]
    skills: list[int]
    breaks: list[VroomBreak]


class VroomTimes(TypedDict):
    """Seconds between all places of a mode."""

    durations: list[list[int]]


class VroomTask(TypedDict):
    """A date as VROOM's API takes it."""

    jobs: list[VroomJob]
    vehicles: list[VroomShift]
    matrices: dict[str, VroomTimes]


def vroom_problem(plan: PlanContext, date: dt.date) -> VroomTask:
    """All visits and shifts of a date as ``jobs``, ``vehicles`` and ``matrices``.

    Ids are numbers from 1; ``description`` holds the visit's and the carer's own id. Times are
    seconds since midnight, and legs hold the minutes at the door.

    Raises
    ------
    SettingsError
        Where the plan has no such date, or nobody is at work on it.
    """
    town, rules = plan.municipality, plan.config.rules
    if date not in plan.round_plan.dates:
        raise SettingsError("Planen har inga rundor det datumet.")
    shown, homes = may_show(town), hidden_homes(town)
    usable, _ = usable_shifts(town, plan.team_plan, rules.rounds, [date])
    shifts = [shift for shift in usable if not _is_of_home(plan, shift, homes)]
    wanted = sorted(
        {(row.visit_id, row.carer_no) for row in plan.round_plan.rows
         if row.date == date and row.kind == "visit" and row.client_id in shown}
        | {(row.visit_id, row.carer_no) for row in plan.round_plan.unplanned
           if row.date == date and row.client_id in shown}
    )  # fmt: skip
    visits = [town.visit_by_id[visit_id] for visit_id, _ in wanted]
    if not shifts or not visits:
        raise SettingsError("Det finns inga pass eller inga besök att planera det datumet.")
    clients = [town.client_by_id[own] for own in sorted({visit.client_id for visit in visits})]
    bases = sorted({shift.base_id for shift in shifts})
    place = {client.client_id: i for i, client in enumerate(clients)}
    base_place = {base_id: len(clients) + i for i, base_id in enumerate(bases)}
    able = [_able(plan, visit, shifts, date) for visit in visits]
    skill_of = {carers: number for number, carers in enumerate(sorted(set(able)), 1)}
    return {
        "jobs": [
            {
                "id": number, "description": visit.visit_id,
                "location_index": place[visit.client_id], "service": visit.duration_s,
                "priority": _PRIORITY[visit.priority], "skills": [skill_of[carers]],
                "time_windows": [[visit.earliest_s, visit.latest_s]],
            }
            for number, (visit, carers) in enumerate(zip(visits, able, strict=True), 1)
        ],
        "vehicles": [
            {
                "id": number, "description": shift.round_id, "profile": _mode(plan, shift),
                "start_index": base_place[shift.base_id], "end_index": base_place[shift.base_id],
                "time_window": list(_at_work(shift)),
                "skills": sorted(skill for carers, skill in skill_of.items()
                                 if number - 1 in carers),
                "breaks": [
                    {"id": block_id, "description": block.kind, "service": block.duration_s,
                     "time_windows": [[block.earliest_s, block.latest_s]]}
                    for block_id, block in enumerate(_inside(shift), 1)
                ],
            }
            for number, shift in enumerate(shifts, 1)
        ],
        "matrices": {
            mode: {"durations": _durations(plan, mode, clients, bases)}
            for mode in sorted({_mode(plan, shift) for shift in shifts})
        },
    }  # fmt: skip


def _at_work(shift: UsableShift) -> tuple[int, int]:
    """When the carer may be out: not during the handover, which closes a day and opens an evening.

    VROOM's breaks are held wherever she is, and she would be late home after one at the very end.
    """
    from_s, to_s = shift.shift.start_s, shift.shift.end_s
    for kind, start_s, end_s in shift.fixed:
        if kind == "handover":
            from_s, to_s = (from_s, start_s) if shift.shift.part == "day" else (end_s, to_s)
    return from_s, to_s


def _inside(shift: UsableShift) -> list[Block]:
    """Breaks and meetings while she is out."""
    from_s, to_s = _at_work(shift)
    return [
        block
        for block in shift.blocks
        if block.kind != "handover"
        and from_s <= block.earliest_s
        and block.latest_s + block.duration_s <= to_s
    ]


def _is_of_home(plan: PlanContext, shift: UsableShift, homes: frozenset[str]) -> bool:
    carer = plan.municipality.staff_by_id[shift.shift.staff_id]
    return carer.staff_id in homes or carer.starts_home or carer.ends_home


def _mode(plan: PlanContext, shift: UsableShift) -> str:
    return plan.municipality.staff_by_id[shift.shift.staff_id].travel_mode


def _able(
    plan: PlanContext, visit: Visit, shifts: Sequence[UsableShift], date: dt.date
) -> tuple[int, ...]:
    """The positions of those shifts whose carer may make the visit, or is lent to it."""
    town, lends = plan.municipality, plan.config.rules.rounds.lend_in_area
    client = town.client_by_id[visit.client_id]
    able = []
    for i, shift in enumerate(shifts):
        carer = town.staff_by_id[shift.shift.staff_id]
        made = plan.round_plan.rounds.get(shift.round_id, ())
        comes_as = standing(
            carer, client, plan.team_plan, shift.shift.part, lend_in_area=lends,
            lend_between_areas=any(row.visit_id == visit.visit_id for row in made),
        )  # fmt: skip
        if comes_as is not Standing.NONE and not visit_bar(carer, visit, client, date, comes_as):
            able.append(i)
    return tuple(able)


def _durations(
    plan: PlanContext, mode: str, clients: Sequence[Client], bases: Sequence[str]
) -> list[list[int]]:
    points = [f"base:{base_id}" for base_id in bases]
    legs = leg_matrix(plan.travel, plan.config.rules.access, mode, clients, points)
    table: list[list[int]] = legs.clip(max=UNREACHABLE_S).tolist()
    return table
