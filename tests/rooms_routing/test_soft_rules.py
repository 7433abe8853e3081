"""Every soft rule by hand, and what the engine promises: deterministic, honest, one signature."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.soft_day.plan import decode, lay
from benchmarks.soft_day.problem import build, empty_plan
from benchmarks.soft_day.soft_day_model import (
    Lunch,
    Need,
    SoftCarer,
    SoftDay,
    SoftPrices,
    SoftVisit,
    Window,
)
from benchmarks.soft_day.solve import Knobs, replay, solve
from data.errors import SettingsError
from data.kernels import REGISTRY
from routing.engine import kernels_layout as k
from routing.engine.kernels_trial import evaluate
from routing.engine.weights import SoftRules

LEGS = [[0, 10, 20, 30], [10, 0, 15, 25], [20, 15, 0, 12], [30, 25, 12, 0]]
"""Place 0 is the base; 1, 2 and 3 are clients."""
FREE = SoftPrices(travel=0, late=0, late_max=0, wait=0, overtime=0, idle_max=0, missed_lunch=0)


def visit(number: int, earliest: int, latest: int, duration: int = 20, **more) -> SoftVisit:
    carers = more.pop("carers", {"A": 0})
    n_needs = more.pop("n_needs", 1)
    return SoftVisit(f"v{number}", number, (Window(earliest, latest),),
                     (Need(duration, carers),) * n_needs, **more)  # fmt: skip


def cost_of(visits, rows, carers=None, **prices) -> int:
    """The cost of fixed sequences under some prices and nothing else."""
    carers = carers or (SoftCarer("A", 0, 200, 0, 0),)
    day = SoftDay(tuple(visits), tuple(carers), LEGS, dataclasses.replace(FREE, **prices))
    problem = build(day)
    state = empty_plan(problem)
    assert lay(problem, state, rows)
    return int(state.scalar[k.SCALAR_COST])


def test_travel_is_every_leg_and_the_way_home():
    """0-1-2-0 is 10 + 15 + 20."""
    assert cost_of([visit(1, 0, 200), visit(2, 0, 200)], [[0, 1]], travel=2) == 90


def test_late_minutes_and_the_worst_of_them():
    """v1 starts at 10, five late; v2 at 10 + 20 + 15 = 45, fifteen late: 3 x 20 + 7 x 15."""
    visits = [visit(1, 0, 5), visit(2, 0, 30)]
    assert cost_of(visits, [[0, 1]], late=3, late_max=7) == 165


def test_lateness_weighs_by_visit():
    """Five minutes late at a visit of weight three cost as fifteen."""
    assert cost_of([visit(1, 0, 5, late_weight=3)], [[0]], late=2) == 30


def test_a_window_met_at_the_end_of_the_visit():
    """Starting at 10 for 20 minutes ends at 30: five after a window that ends at 25."""
    assert cost_of([visit(1, 0, 25, met_at_end=True)], [[0]], late=1) == 5
    assert cost_of([visit(1, 0, 25)], [[0]], late=1) == 0


def test_waiting_counts_only_what_leaving_later_cannot_save():
    """v2 opens at 100. Leaving later pushes v1 (last start 30) by 20: from arrival 45, waiting
    55, to arrival 65, waiting 35."""
    visits = [visit(1, 0, 30), visit(2, 100, 150)]
    assert cost_of(visits, [[0, 1]], wait=1) == 35
    assert cost_of([visit(1, 0, 200), visits[1]], [[0, 1]], wait=1) == 0


def test_overtime_is_after_the_shift():
    """Back at 10 + 20 + 10 = 40, fifteen after a shift that ends at 25."""
    carers = [SoftCarer("A", 0, 25, 0, 0)]
    assert cost_of([visit(1, 0, 200)], [[0]], carers, overtime=4) == 60


def test_idle_time_is_what_is_left_of_the_shift_of_the_idlest():
    """A works 10 + 20 + 10 of 200; B stays at home all her 50: A's 160 count."""
    carers = [SoftCarer("A", 0, 200, 0, 0), SoftCarer("B", 0, 50, 0, 0)]
    assert cost_of([visit(1, 0, 200)], [[0], []], carers, idle_max=1) == 160


def test_persons_and_absence_have_their_price():
    """Seven for a person not wished for, forty for the visit left out."""
    visits = [visit(1, 0, 200, carers={"A": 7}), visit(2, 0, 200, absent_price=40)]
    assert cost_of(visits, [[0]]) == 47


def test_lunch_is_on_arrival_if_there_is_time_else_before_leaving():
    """The lunch (node 2) between v1 (ends 30) and v2 (15 away): held at v2 from 45 if it may
    start by then, else at v1 from 30; left out, it costs its price."""
    for latest, start, place in ((60, 45, 2), (40, 30, 1)):
        carers = (SoftCarer("A", 0, 200, 0, 0, Lunch(20, latest, 30)),)
        day = SoftDay((visit(1, 0, 200), visit(2, 0, 200)), carers, LEGS, FREE)
        problem = build(day)
        state = empty_plan(problem)
        assert lay(problem, state, [[0, 2, 1]])
        stop = decode(day, problem, state, (0,), ()).routes[0].stops[1]
        assert (stop.visit_id, stop.start, stop.place) == ("", start, place)
    assert cost_of([visit(1, 0, 200), visit(2, 0, 200)], [[0, 1]], carers, missed_lunch=9) == 9


def test_a_lunch_that_would_be_too_late_is_refused():
    """Hard: a lunch after three o'clock is no lunch."""
    carers = (SoftCarer("A", 0, 200, 0, 0, Lunch(0, 25, 30)),)
    day = SoftDay((visit(1, 0, 200),), carers, LEGS, FREE)
    problem = build(day)
    state = empty_plan(problem)
    assert lay(problem, state, [[0]])
    assert evaluate(problem, state, 1, 0, 1) == k.FAR


def _pair(lag, starts=(0, 0)):
    carers = (SoftCarer("A", starts[0], 300, 0, 0), SoftCarer("B", starts[1], 300, 0, 0))
    both = visit(1, 0, 100, carers={"A": 0, "B": 0}, n_needs=2, lag=lag)
    after = visit(2, 0, 300, carers={"A": 0, "B": 0})
    return SoftDay((both, after), carers, LEGS, dataclasses.replace(FREE, late=1))


@pytest.mark.parametrize(
    ("lag", "starts", "expected"),
    [
        ((0, 0), (0, 50), (60, 60)),
        ((0, 0), (50, 0), (60, 60)),
        ((30, 60), (0, 0), (10, 40)),
        ((5, 15), (0, 50), (45, 60)),
    ],
)
def test_pairs_are_timed_together(lag, starts, expected):
    """The one who is there first waits; at most fifteen minutes before the second comes pulls
    the first one later; and whoever is moved moves the rest of her round."""
    day = _pair(lag, starts)
    problem = build(day)
    state = empty_plan(problem)
    assert lay(problem, state, [[0, 2], [1]])
    assert tuple(state.stop[:2, k.STOP_START]) == expected
    assert state.stop[2, k.STOP_START] == expected[0] + 20 + 15


def test_two_pairs_that_wait_for_each_other_are_refused():
    """A does v1 then v2, B v2 then v1, each with the other: no clock satisfies that."""
    carers = (SoftCarer("A", 0, 300, 0, 0), SoftCarer("B", 0, 300, 0, 0))
    both = [visit(n, 0, 100, carers={"A": 0, "B": 0}, n_needs=2, lag=(0, 0)) for n in (1, 2)]
    day = SoftDay(tuple(both), carers, LEGS, FREE)
    problem = build(day)
    state = empty_plan(problem)
    assert lay(problem, state, [[0, 2], [1]])
    assert evaluate(problem, state, 3, 1, 0) == k.FAR
    assert evaluate(problem, state, 3, 1, 1) < k.FAR


def _some_day() -> SoftDay:
    carers = (
        SoftCarer("A", 0, 150, 0, 0, Lunch(60, 110, 20)),
        SoftCarer("B", 30, 200, 0, 0, Lunch(60, 110, 20)),
    )
    both = {"A": 0, "B": 5}
    visits = [visit(1 + n % 3, 12 * n, 12 * n + 15, 15, carers=both) for n in range(10)]
    visits = [dataclasses.replace(one, visit_id=f"v{n}") for n, one in enumerate(visits)]
    visits[4] = dataclasses.replace(visits[4], needs=visits[4].needs * 2, lag=(0, 0))
    visits[7] = dataclasses.replace(visits[7], absent_price=1)
    return SoftDay(tuple(visits), carers, LEGS, SoftPrices(1, 2, 3, 1, 4, 1, 30))


def test_same_seed_same_plan_whatever_the_workers():
    """A planner who runs it again, on another machine, must get the same day."""
    day = _some_day()
    one = solve(day, 3, n_iterations=300, searches=2)
    assert solve(day, 3, n_iterations=300, searches=2, workers=2) == one
    assert solve(day, 4, n_iterations=300, searches=2).seed != one.seed


def test_a_run_against_the_clock_can_be_replayed():
    """By its schedule, to the minute."""
    day = _some_day()
    plan = solve(day, 3, seconds=0.2)
    assert plan.n_iterations > 0
    again = replay(day, plan.seed, plan.schedule, Knobs())
    assert (again.routes, again.cost) == (plan.routes, plan.cost)


def test_search_never_gives_back_more_than_it_began_with():
    """And what must be planned is planned; what is cheaper to leave out is left out."""
    day = _some_day()
    first, last = solve(day, 1, n_iterations=0), solve(day, 1, n_iterations=2000)
    assert last.cost < first.cost
    assert last.absent == ("v7",)


def test_one_signature_per_kernel():
    """A second signature is a second compilation that the user waits for."""
    solve(_some_day(), 1, n_iterations=50)
    for name, compiled in REGISTRY.items():
        if name.startswith("routing.engine.") and hasattr(compiled, "signatures"):
            inside = [s for s in compiled.signatures if "Literal" in str(s)]
            assert not inside, name


@pytest.mark.parametrize("wrong", [{"late_per_min": -1}, {"unplanned": {1: 5}}])
def test_soft_rules_refuse_what_cannot_be_meant(wrong):
    """A negative price would make lateness a gain."""
    with pytest.raises(SettingsError):
        SoftRules(**wrong)


def test_unfit_days_are_told():
    """Three windows are not understood; a negative limit is a slip."""
    three = dataclasses.replace(visit(1, 0, 9), windows=(Window(0, 9),) * 3)
    with pytest.raises(ValueError):
        solve(SoftDay((three,), (SoftCarer("A", 0, 9, 0, 0),), LEGS))
    with pytest.raises(SettingsError):
        solve(_some_day(), seconds=-1)
