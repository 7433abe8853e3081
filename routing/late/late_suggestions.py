"""How late an unplanned visit would be: put into rounds that are otherwise left as they are.

Nothing is searched anew. A date's rounds are laid into the soft engine, their orders kept, and
each unplanned visit is inserted where it costs least by `SoftRules`, the most urgent first, with
those before it in place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from data.model import Municipality, Visit
from data.plans import PlanRow, RoundPlan, TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine.weights import RoundWeights
from routing.late.team_input import BLOCK, TeamDay, soft_day
from routing.roster.pins import pins_of_plan
from routing.roster.shifts import UsableShift, usable_shifts
from routing.soft import kernels_layout as k
from routing.soft.kernels_insert import insert_unit
from routing.soft.kernels_layout import Choice, Problem, State
from routing.soft.kernels_search import retime_all
from routing.soft.kernels_window import lateness
from routing.soft.model import SoftDay
from routing.soft.plan import lay, node_keys
from routing.soft.problem import build, empty_state, seeded
from routing.soft.rules import SoftRules


@dataclass(frozen=True, slots=True)
class LateSuggestion:
    """One carer of a visit that the rounds leave out, and what it would cost to send her.

    Times are seconds. ``overtime_s`` is how long after her shift's end she would be back, and
    ``others_late_s`` how much later past their windows the visits already planned would start.
    """

    date: dt.date
    visit_id: str
    client_id: str
    carer_no: int
    staff_id: str
    start_s: int
    late_s: int
    overtime_s: int
    others_late_s: int
    priority: int


def late_suggestions(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    soft: SoftRules,
    round_plan: RoundPlan,
) -> tuple[LateSuggestion, ...]:
    """For each unplanned visit, when and by whom it can be made, and how late.

    A visit that nobody may make, or that costs more than leaving it out, has no suggestion. All
    suggestions of a date hold together. Areas and dates where nothing is missing cost nothing.

    Parameters
    ----------
    municipality, team_plan, travel, rules
        As for `routing.rounds.plan_rounds`.
    soft : SoftRules
    round_plan : RoundPlan
        Rounds that keep all rules; they are not changed.

    Returns
    -------
    tuple of LateSuggestion
        By date, priority, visit and carer.
    """
    missing = _missing(municipality, team_plan, round_plan)
    if not missing:
        return ()
    pins = pins_of_plan(municipality.pins, round_plan)
    municipality = replace(municipality, pins=pins)
    shifts, _ = usable_shifts(municipality, team_plan, rules.rounds, round_plan.dates)
    rounds = round_plan.rounds
    found: list[LateSuggestion] = []
    visit_by_id = {visit.visit_id: visit for visit in municipality.visits}
    for (date, area_id), lacking in sorted(missing.items()):
        own = tuple(
            one
            for one in shifts
            if one.shift.date == date and team_plan.staff_area[one.shift.staff_id] == area_id
        )
        planned = [rounds.get(one.round_id, ()) for one in own]
        made = {row.visit_id for rows in planned for row in rows if row.kind == "visit"}
        wanted = [visit_by_id[visit_id] for _, visit_id in sorted(lacking) if visit_id not in made]
        if not own or not wanted:
            continue
        visits = tuple(
            visit_by_id[visit_id] for visit_id in sorted(made | {one.visit_id for one in wanted})
        )
        clients = tuple(
            municipality.client_by_id[c] for c in sorted({visit.client_id for visit in visits})
        )
        day = TeamDay(
            municipality, team_plan, travel, rules, soft, date, clients, visits, own,
            RoundWeights(),
        )  # fmt: skip
        found.extend(_of_day(day, planned, wanted))
    return tuple(found)


def _missing(
    municipality: Municipality, team_plan: TeamPlan, round_plan: RoundPlan
) -> dict[tuple[dt.date, str], set[tuple[int, str]]]:
    """The unplanned visits of each date and area, each with its priority."""
    known = {visit.visit_id for visit in municipality.visits}
    missing: dict[tuple[dt.date, str], set[tuple[int, str]]] = {}
    for row in round_plan.unplanned:
        team_id = team_plan.team_of_client.get(row.client_id)
        if team_id is not None and row.visit_id in known:
            key = (row.date, team_plan.team_by_id[team_id].area_id)
            missing.setdefault(key, set()).add((row.priority, row.visit_id))
    return missing


def _laid(day: TeamDay, words: SoftDay, planned: Sequence[Sequence[PlanRow]]) -> list[list[int]]:
    """The engine's nodes of each shift's rows, in order; where the plan has none, its blocks."""
    node_of = {key: v for v, key in enumerate(node_keys(words))}
    found = []
    for shift, rows in zip(day.shifts, planned, strict=True):
        blocks: dict[str, list[int]] = {}
        for number, block in enumerate(shift.blocks):
            v = node_of[f"{BLOCK}{block.kind}:{number}:{shift.round_id}", 0]
            blocks.setdefault(block.kind, []).append(v)
        if not rows:
            in_order = [v for one in blocks.values() for v in one]
            found.append(sorted(in_order))
            continue
        found.append(
            [
                node_of[row.visit_id, row.carer_no - 1]
                if row.kind == "visit"
                else blocks[row.kind].pop(0)
                for row in rows
                if row.kind not in ("start", "end")
            ]
        )
    return found


def _late_s(problem: Problem, choice: Choice, state: State, without: set[int]) -> int:
    """How late the planned visits are in all, but for some units."""
    return sum(
        int(lateness(problem.node[v], state.at[v, k.A_START]))
        for u, unit in enumerate(choice.unit)
        if u not in without
        for v in unit[: k.U_TWO + 1]
        if v >= 0 and state.at[v, k.A_ROUTE] >= 0
    )


def _of_day(
    day: TeamDay, planned: Sequence[Sequence[PlanRow]], wanted: Sequence[Visit]
) -> list[LateSuggestion]:
    words = soft_day(day)
    problem, choice = build(words)
    state = empty_state(problem, choice)
    lay(choice, state, _laid(day, words, planned))
    if not retime_all(problem, state):
        return []
    unit_of = {visit.visit_id: u for u, visit in enumerate(words.visits)}
    others: dict[int, int] = {}
    rng = seeded((0,))
    for visit in wanted:
        u = unit_of[visit.visit_id]
        before = _late_s(problem, choice, state, set())
        if visit.carers_required <= 2 and insert_unit(problem, choice, state, rng, u):
            others[u] = _late_s(problem, choice, state, {u}) - before
    units = {visit.visit_id: unit_of[visit.visit_id] for visit in wanted}
    return _rows(day, problem, choice, state, units, others)


def _rows(
    day: TeamDay,
    problem: Problem,
    choice: Choice,
    state: State,
    unit_of: Mapping[str, int],
    others: Mapping[int, int],
) -> list[LateSuggestion]:
    """The suggestions as they stand when all of the date are in place."""
    visit_by_id = {visit.visit_id: visit for visit in day.visits}
    found = []
    for visit_id, u in unit_of.items():
        if u not in others:
            continue
        visit = visit_by_id[visit_id]
        nodes = [int(v) for v in choice.unit[u, : k.U_TWO + 1] if v >= 0]
        for carer_no, v in enumerate(nodes, start=1):
            r, start_s = int(state.at[v, k.A_ROUTE]), int(state.at[v, k.A_START])
            shift: UsableShift = day.shifts[r]
            found.append(
                LateSuggestion(
                    day.date, visit_id, visit.client_id, carer_no, shift.shift.staff_id, start_s,
                    int(lateness(problem.node[v], start_s)), int(state.line[r, k.L_OVER]),
                    others[u] if carer_no == 1 else 0, visit.priority,
                )
            )  # fmt: skip
    return found
