"""VROOM's problems solved by the engine that plans a municipality's rounds.

A job becomes a visit, a vehicle a carer with one shift and a base of her own, a break a visit on a
screen that is locked to her (so that it is taken wherever she is, as VROOM means it). The plan is
proved by the independent checker before it is told.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.errors import InfeasibleError, PlanRefusedError, SettingsError
from data.model import Base, Client, Municipality, Pin, Shift, Staff, Visit
from data.plans import PlanRow, RoundPlan, Team, TeamPlan
from data.rules import RoundRules, Rules
from data.travel_times import AccessRules, TravelTimes
from data.units import MODES, UNREACHABLE_S
from hemrunda.calls.arguments import Arguments
from hemrunda.interchange.vroom_answer import (
    VroomNamed,
    VroomRoute,
    VroomSolution,
    VroomStep,
    VroomSums,
    VroomTimesTaken,
)
from hemrunda.interchange.vroom_problem import (
    ANY_TIME,
    VroomJob,
    VroomProblem,
    VroomVehicle,
    Window,
    read_problem,
)

DAY: Final = dt.date(2024, 1, 1)
"""VROOM knows no dates; any will do."""
_FOREVER: Final = dt.date(9999, 12, 31)
HORIZON_S: Final = ANY_TIME[1]


@dataclass(frozen=True)
class _Scene:
    """A problem as the engine has it, and the way back to VROOM's ids."""

    problem: VroomProblem
    municipality: Municipality
    team_plan: TeamPlan
    travel: TravelTimes
    rules: Rules
    begins_s: int
    """What VROOM calls this time is midnight to the engine."""


def solve_vroom(
    problem: Mapping[str, Any],
    *,
    iterations: int | None = None,
    seconds: float | None = None,
    seed: int = 1,
    workers: int = 1,
) -> VroomSolution:
    """Solve a problem in VROOM's format, and answer in it.

    Parameters
    ----------
    problem : mapping
        The JSON object of VROOM's API (1.14) with ``jobs``, ``vehicles`` and ``matrices``: skills,
        priorities, one time window each, ``setup``, ``service``, ``speed_factor`` and ``breaks``.
        ``durations`` are whole seconds, no way from 10⁹. Vehicles work within 24 hours. Priorities
        count by the third of those used that they are in; a vehicle takes all its breaks.
    iterations : int, optional
        Of the search; as many as a plan of ours gets where not given.
    seconds : float, optional
        Instead: search for so long.
    seed, workers : int
        One seed, one solution.

    Returns
    -------
    dict
        ``code``, ``summary``, ``routes`` with ``steps``, and ``unassigned``. ``cost`` is seconds of
        travel.

    Raises
    ------
    SettingsError
        Where the problem is none, breaks cannot be taken, or it asks for what the engine has no
        rule for (goods, shipments, several windows, limits of a vehicle); each is named.

    Examples
    --------
    >>> import hemrunda as hr
    >>> hr.solve_vroom({
    ...     "jobs": [{"id": 1, "location_index": 1}],
    ...     "vehicles": [{"id": 7, "start_index": 0, "end_index": 0}],
    ...     "matrices": {"car": {"durations": [[0, 60], [70, 0]]}},
    ... }, iterations=10)["summary"]["cost"]  # doctest: +SKIP
    130
    """
    from routing.check import check_plan
    from routing.engine.weights import RoundWeights
    from routing.horizon.plan_horizon import plan_rounds

    given = Arguments()
    given.mapping("problem", problem)
    given.either("iterations", "seconds", (iterations, seconds))
    n_iterations = given.whole_or_none("iterations", iterations)
    time_limit_s = given.seconds_or_none("seconds", seconds)
    seed, workers = given.whole("seed", seed), given.whole("workers", workers, 1)
    given.close()
    began = time.perf_counter()
    scene = _scene(read_problem(problem))
    loaded = time.perf_counter()
    nothing: dict[Any, int] = dict.fromkeys(("contact", "vice", "team", "floater", "pool"), 0)
    try:
        plan = plan_rounds(
            scene.municipality, scene.team_plan, scene.travel, scene.rules,
            dates=[DAY], seed=seed, workers=workers,
            n_iterations=n_iterations, time_limit_s=time_limit_s,
            weights=RoundWeights(
                tier=nothing, new_carer_daily=0, new_carer_other=0, language=0, sex=0, usual_pct=0,
                wish_pct=0,
                call_in=0, uneven_pct=0,
            ),
        )  # fmt: skip
    except InfeasibleError as error:  # only breaks are locked to anybody
        raise SettingsError(
            "Problemet kan inte lösas. breaks: ett fordons raster ryms inte bredvid varandra."
        ) from error
    violations = check_plan(scene.municipality, scene.team_plan, scene.travel, scene.rules, plan)
    if violations:
        raise PlanRefusedError(tuple(violations))
    solved = time.perf_counter()
    taken: VroomTimesTaken = {
        "loading": round(1000 * (loaded - began)), "solving": round(1000 * (solved - loaded)),
    }  # fmt: skip
    return _solution(scene, plan, taken)


def _scene(problem: VroomProblem) -> _Scene:
    begins_s = _begins_s(problem)
    mode_of = _modes(problem)
    clients, visits, pins, point_ids, rows = [], [], [], [], []
    urgency = _urgency([job.priority for job in problem.jobs])
    for job in problem.jobs:
        clients.append(Client(f"job{job.job_id}", 0.0, 0.0))
        visits.append(_visit(job, begins_s, urgency[job.priority]))
        point_ids.append(f"client:job{job.job_id}")
        rows.append((job.place, job.place))
    staff, roster, bases = [], [], []
    for vehicle in problem.vehicles:
        staff_id = f"v{vehicle.vehicle_id}"
        from_s, to_s = _within(vehicle.window, begins_s)
        staff.append(
            Staff(
                staff_id, skills={str(skill): _FOREVER for skill in vehicle.skills},
                travel_mode=mode_of[vehicle.profile, vehicle.speed_factor], base_id=staff_id,
            )
        )  # fmt: skip
        roster.append(Shift(staff_id, DAY, from_s, to_s))
        bases.append(Base(staff_id, 0.0, 0.0))
        for pause in vehicle.breaks:
            own = f"{staff_id}break{pause.break_id}"
            earliest_s, latest_s = _within(pause.window, begins_s)
            clients.append(Client(own, 0.0, 0.0))
            rest = Visit(own, own, "other", pause.service_s, earliest_s, latest_s, mode="digital")
            visits.append(replace(rest, priority=1))
            pins.append(Pin(DAY, own, staff_id))
            point_ids.append(f"client:{own}")
            rows.append((problem.jobs[0].place, problem.jobs[0].place))
    for vehicle in problem.vehicles:
        point_ids.append(f"base:v{vehicle.vehicle_id}")
        rows.append((-1 if vehicle.start is None else vehicle.start,
                     -1 if vehicle.end is None else vehicle.end))  # fmt: skip
    municipality = Municipality(
        "VROOM", tuple(clients), tuple(visits), tuple(staff), tuple(roster), tuple(bases),
        pins=tuple(pins),
    )  # fmt: skip
    ids = [carer.staff_id for carer in staff]
    team_plan = TeamPlan(
        (Team("1", "1", ids[0], tuple(sorted(client.client_id for client in clients))),),
        {}, {}, dict.fromkeys(ids, "1"), dict.fromkeys(ids, "1"), {own: own for own in ids}, {}, {},
    )  # fmt: skip
    travel = TravelTimes(tuple(point_ids), _tables(problem, mode_of, rows))
    return _Scene(problem, municipality, team_plan, travel, _rules(), begins_s)


def _begins_s(problem: VroomProblem) -> int:
    """When the first vehicle may leave; of one that says nothing, when anything first may be.

    Raises
    ------
    SettingsError
        Where it would take more than a day.
    """
    worked = [vehicle.window for vehicle in problem.vehicles if vehicle.window is not None]
    asked = [job.window for job in problem.jobs if job.window is not None]
    if len(worked) == len(problem.vehicles):
        begins_s = min(start for start, _ in worked)
        ends_s = max(end for _, end in worked)
    else:
        pauses = [pause.window for vehicle in problem.vehicles for pause in vehicle.breaks]
        windows = [*worked, *asked, *(window for window in pauses if window is not None)]
        begins_s = min((start for start, _ in windows), default=0)
        ends_s = max([*(start for start, _ in windows), *(end for _, end in worked)], default=0)
    if ends_s - begins_s > HORIZON_S:
        raise SettingsError("Problemet kan inte lösas. time_window: allt ska rymmas i 24 timmar.")
    return begins_s


def _rules() -> Rules:
    """No rules but VROOM's own: no breaks, handovers or access time besides what it says."""
    return Rules(
        rounds=RoundRules(
            break_s=0, max_work_without_break_s=HORIZON_S, break_required_over_s=HORIZON_S,
            handover_s=0, rest_between_shifts_s=0, clash_limits={},
        ),
        access=AccessRules(0, 0, 0, 0, dict.fromkeys(MODES, 0)),
    )  # fmt: skip


def _visit(job: VroomJob, begins_s: int, priority: int) -> Visit:
    earliest_s, latest_s = _within(job.window, begins_s)
    # VROOM's window is for the start of the setup, ours for the visit's: one and the same here.
    return Visit(
        f"job{job.job_id}", f"job{job.job_id}", "other", job.setup_s + job.service_s,
        earliest_s, latest_s, skills=frozenset(map(str, job.skills)), priority=priority,
    )  # fmt: skip


def _within(window: Window | None, begins_s: int) -> Window:
    if window is None:
        return ANY_TIME
    return max(window[0] - begins_s, 0), min(window[1] - begins_s, HORIZON_S)


def _urgency(priorities: Sequence[int]) -> dict[int, int]:
    """The engine's three classes for VROOM's priorities: 1 for the highest third of those used."""
    used = sorted(set(priorities), reverse=True)
    return {value: 1 + 3 * rank // max(len(used), 3) for rank, value in enumerate(used)}


def _modes(problem: VroomProblem) -> dict[tuple[str, float], str]:
    kinds = sorted({(vehicle.profile, vehicle.speed_factor) for vehicle in problem.vehicles})
    if len(kinds) > len(MODES):
        raise SettingsError(
            f"Problemet kan inte lösas. vehicles: högst {len(MODES)} olika par av profile och "
            "speed_factor ryms."
        )
    return dict(zip(kinds, reversed(MODES), strict=False))


def _tables(
    problem: VroomProblem,
    mode_of: Mapping[tuple[str, float], str],
    rows: Sequence[tuple[int, int]],
) -> dict[str, NDArray[np.int32]]:
    """Seconds between all points; a base that is nowhere costs nothing to leave or reach."""
    leave, reach = (np.array(ends, dtype=np.int64) for ends in zip(*rows, strict=True))
    tables = {}
    for (profile, factor), mode in mode_of.items():
        given = np.asarray(problem.durations[profile], dtype=np.float64)
        seconds = np.where(given < UNREACHABLE_S, given / factor, UNREACHABLE_S)
        durations = np.rint(seconds.clip(max=UNREACHABLE_S))
        table = durations[np.maximum(leave, 0)[:, None], np.maximum(reach, 0)[None, :]]
        table[leave < 0, :] = 0
        table[:, reach < 0] = 0
        np.fill_diagonal(table, 0)
        tables[mode] = table.astype(np.int32)
    return tables


def _solution(scene: _Scene, plan: RoundPlan, taken: VroomTimesTaken) -> VroomSolution:
    vehicle_of = {f"v{vehicle.vehicle_id}": vehicle for vehicle in scene.problem.vehicles}
    routes = [
        _route(scene, vehicle_of[rows[0].staff_id], rows)
        for rows in plan.rounds.values()
        if any(row.client_id.startswith("job") for row in rows)
    ]
    routes.sort(key=lambda route: [v.vehicle_id for v in scene.problem.vehicles]
                .index(route["vehicle"]))  # fmt: skip
    job_of = {f"job{job.job_id}": job for job in scene.problem.jobs}
    left_out = [job_of[row.visit_id] for row in plan.unplanned if row.visit_id in job_of]
    sums: VroomSums = {
        "cost": sum(route["cost"] for route in routes),
        "setup": sum(route["setup"] for route in routes),
        "service": sum(route["service"] for route in routes),
        "duration": sum(route["duration"] for route in routes),
        "waiting_time": sum(route["waiting_time"] for route in routes),
        "priority": sum(route["priority"] for route in routes),
    }
    return {
        "code": 0,
        "summary": {
            "routes": len(routes),
            "unassigned": len(left_out),
            **sums,
            "violations": [],
            "computing_times": taken,
        },
        "unassigned": [{"id": job.job_id, "type": "job", **job.shown} for job in left_out],
        "routes": routes,
    }


def _route(scene: _Scene, vehicle: VroomVehicle, rows: Sequence[PlanRow]) -> VroomRoute:
    """One vehicle's steps; ``arrival`` is before waiting, as VROOM has it."""
    job_of = {f"job{job.job_id}": job for job in scene.problem.jobs}
    break_of = {f"v{vehicle.vehicle_id}break{pause.break_id}": pause for pause in vehicle.breaks}
    steps: list[VroomStep] = []
    travelled_s = priority = setup_s = 0
    for row in rows:
        travelled_s += row.travel_s
        job, pause = job_of.get(row.visit_id), break_of.get(row.visit_id)
        if row.kind == "start" and vehicle.start is None:
            continue
        if row.kind == "end" and vehicle.end is None:
            continue
        step = VroomStep(
            type="job" if job else "break" if pause else row.kind,
            arrival=row.arrive_s + scene.begins_s, duration=travelled_s,
            setup=job.setup_s if job else 0,
            service=row.end_s - row.start_s - (job.setup_s if job else 0),
            waiting_time=row.wait_s, violations=[],
        )  # fmt: skip
        if job is not None:
            step["id"] = job.job_id
            step.update(job.shown)  # type: ignore[typeddict-item]
            priority, setup_s = priority + job.priority, setup_s + job.setup_s
        elif pause is not None:
            step["id"] = pause.break_id
            step.update(pause.shown)  # type: ignore[typeddict-item]
        else:
            place = vehicle.start if row.kind == "start" else vehicle.end
            assert place is not None
            step["location_index"] = place
        steps.append(step)
    named: VroomNamed = {"vehicle": vehicle.vehicle_id}
    if "description" in vehicle.shown:
        named["description"] = vehicle.shown["description"]
    return {
        **named,
        "cost": travelled_s,
        "setup": setup_s,
        "service": sum(step["service"] for step in steps),
        "duration": travelled_s,
        "waiting_time": sum(step["waiting_time"] for step in steps),
        "priority": priority,
        "steps": steps,
        "violations": [],
    }
