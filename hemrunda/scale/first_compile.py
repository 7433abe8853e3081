"""What every plan's kernels are compiled by: a small made-up town, in two parts side by side.

Numba compiles one kernel at a time in a process. The search's kernels and those of streets and
teams have nothing to do with each other, so each part runs in a process of its own, where there
is a second processor and a place to keep what is compiled.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from data.model import Municipality
    from data.progress import Progress
    from data.streets import StreetNetwork

N_CLIENTS: Final = 60
N_ITERATIONS: Final = 200
STEP: Final = "Gör programmet klart"


def compile_everything(progress: Progress, *, is_apart: bool) -> None:
    """Compile what a plan runs; ``is_apart``: the search in a process beside this one."""
    with _beside(compile_search) if is_apart else contextlib.nullcontext() as beside:
        progress.report(0.1, STEP)
        compile_streets_and_teams()
        progress.report(0.5, STEP)
        if beside is not None:
            beside.join()
    if beside is None or beside.exitcode:
        # Nobody beside us, or no process may be begun here.
        compile_search()
    progress.report(1.0, STEP)


@contextlib.contextmanager
def _beside(work: Callable[[], None]) -> Iterator[BaseProcess | None]:
    """A process that does ``work``, ended with ours; None where none can be begun."""
    # Begun from nothing: a fork of a process with threads may hang (and does, with Numba's).
    process = multiprocessing.get_context("spawn").Process(target=_quietly, args=(work,))
    process.daemon = True
    try:
        process.start()
    except OSError:
        yield None
        return
    try:
        yield process
    finally:
        process.terminate()
        process.join()


def _quietly(work: Callable[[], None]) -> None:
    # Ctrl-C reaches both of us; who began us hears it, and ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work()


def n_processors() -> int:
    """How many this process may use."""
    if os.name == "nt":  # a program that lies in a folder of its own cannot be begun twice there
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _town() -> tuple[Municipality, StreetNetwork]:
    from data.demo import make_municipality, make_streets

    network = make_streets(n_clients=N_CLIENTS)
    return make_municipality(network, n_clients=N_CLIENTS, n_days=2, seed=1), network


def compile_streets_and_teams() -> None:
    """Travel times, a leg along the streets, and teams."""
    from data.progress import Progress
    from hemrunda.config import Config
    from hemrunda.effort import Effort
    from hemrunda.pipeline import SHARES, with_teams
    from hemrunda.stages import Stages

    municipality, network = _town()
    effort = Effort(workers=1, changes_pct=100)
    plan, _ = with_teams(municipality, network, Config(), effort, Stages(Progress(), SHARES))
    here, there = plan.travel.point_ids[:2]
    for mode in plan.travel.seconds:
        plan.engine.leg_path(mode, here, there)


def compile_search() -> None:
    """Rounds of three made-up teams, on ways as the crow flies, and their measures."""
    import numpy as np

    from data.care.homes import travel_points
    from data.plans import Team
    from data.rules import Rules
    from data.travel_times import TravelTimes, modes_of
    from partition import complete_plan
    from partition.annealing.care_work import planned_clients
    from routing.measures import measure
    from routing.rounds import plan_rounds

    municipality, network = _town()
    points = travel_points(municipality)
    places = np.array(list(points.values()))
    seconds = np.hypot(*(places[:, None] - places).T).astype(np.int32)
    travel = TravelTimes(
        tuple(points), dict.fromkeys(modes_of(municipality.staff, "bike"), seconds)
    )
    rules = Rules()
    people = sorted(planned_clients(municipality), key=lambda client: client.x)
    n_here = -(-len(people) // 3)
    teams = [
        Team(f"L{i}", "", "", tuple(client.client_id for client in people[i : i + n_here]))
        for i in range(0, len(people), n_here)
    ]
    team_plan = complete_plan(municipality, teams, travel, rules, network=network, mode="bike")
    plan = plan_rounds(
        municipality, team_plan, travel, rules, dates=municipality.dates, seed=1, workers=1,
        n_iterations=N_ITERATIONS,
    )  # fmt: skip
    measure(municipality, team_plan, travel, rules, plan)
