"""The UHHC benchmark: objective by hand, solutions as valid as the format asks."""

from __future__ import annotations

import csv
import json

import pytest

from benchmarks.soft_day.solve import solve
from benchmarks.uhhc import records, table, to_day, to_routes
from benchmarks.uhhc_format import (
    LUNCH,
    Instance,
    Stop,
    evaluate,
    faults,
    read_instance,
    read_solution,
    solution_json,
)


def _patient(name, place, start, end, services, **more):
    return {
        "id": name, "distance_matrix_index": place,
        "time_windows": [{"start": start, "end": end}],
        "required_services": [{"service": s, "duration": d} for s, d in services],
        "optional": False, **more,
    }  # fmt: skip


def _carer(name, abilities, start, end, lunch):
    return {
        "id": name, "abilities": abilities, "departing_point": "d0", "arrival_point": "d0",
        "working_shift": {"start": start, "end": end}, "lunch_break": lunch,
    }  # fmt: skip


@pytest.fixture
def hand():
    """Two carers, three patients, all legs 10; p1 is double (simultaneous), p2 optional."""
    weights = {
        "travel_time": 2, "total_tardiness": 3, "highest_tardiness": 5, "total_waiting_time": 7,
        "total_extra_time": 11, "max_idle_time": 13, "caregiver_preferences": 17,
        "optional_patients": 19, "missed_lunch_break": 23,
    }  # fmt: skip
    data = {
        "metadata": {"time_window_met": "at_service_end", "cost_components": weights},
        "distances": [[0 if i == j else 10 for j in range(4)] for i in range(4)],
        "terminal_points": [{"id": "d0", "distance_matrix_index": 0}],
        "caregivers": [
            _carer("a", ["s0"], 0, 100, True),
            _carer("b", ["s0", "s1"], 0, 120, False),
        ],
        "patients": [
            _patient("p0", 1, 0, 35, [("s0", 20)], preferred_caregivers=["b"]),
            _patient("p1", 2, 0, 70, [("s0", 20), ("s1", 20)],
                     synchronization={"type": "simultaneous"}),
            _patient("p2", 3, 0, 100, [("s1", 10)], optional=True),
        ],
        "services": [{"id": "s0", "default_duration": 20}, {"id": "s1", "default_duration": 20}],
        "lunch_breaks": {"start": 30, "end": 90, "min_duration": 15},
    }  # fmt: skip
    return Instance("hand", data)


@pytest.fixture
def routes():
    """a: p0 20-40, lunch there 40-55, p1 65-85, back 95. b: p1 65-85, back 95. p2 left out."""
    return {
        "a": [Stop("p0", "s0", 20, 40), Stop("p0", LUNCH, 40, 55), Stop("p1", "s0", 65, 85)],
        "b": [Stop("p1", "s1", 65, 85)],
    }


def test_objective_by_hand(hand, routes):
    """a travels 30, is 5 and 15 late, waits nowhere, is idle 10 + 5; b travels 20, is 15 late,
    idle 55 before and 25 after."""
    assert evaluate(hand, routes) == {
        "travel_time": 2 * 50,
        "total_tardiness": 3 * 35,
        "highest_tardiness": 5 * 15,
        "total_waiting_time": 0,
        "total_extra_time": 0,
        "max_idle_time": 13 * 80,
        "caregiver_preferences": 17,
        "optional_patients": 19,
        "missed_lunch_break": 0,
    }
    assert faults(hand, routes) == []


def test_waiting_overtime_and_missed_lunch_by_hand(hand, routes):
    """a without her lunch waits 15 at p1, and a later p1 ends 20 after her shift."""
    late = {"a": [routes["a"][0], Stop("p1", "s0", 90, 110)], "b": [Stop("p1", "s1", 90, 110)]}
    terms = evaluate(hand, late)
    assert terms["total_waiting_time"] == 7 * 40
    assert terms["total_extra_time"] == 11 * 20
    assert terms["missed_lunch_break"] == 23


@pytest.mark.parametrize(
    ("carer", "stops", "what"),
    [
        ("b", [Stop("p1", "s1", 66, 86)], "between"),
        ("b", [], "services made"),
        ("b", [Stop("p1", "s1", 65, 80)], "duration"),
        ("a", [Stop("p0", "s0", 5, 25), Stop("p1", "s0", 65, 85)], "too early"),
        ("a", [Stop("p0", "s0", 20, 40), Stop("p1", "s0", 65, 85), Stop("p1", LUNCH, 85, 100)],
         "lunch"),
    ],
)  # fmt: skip
def test_every_hard_rule_is_seen(hand, routes, carer, stops, what):
    """A benchmark that counts an invalid solution proves nothing."""
    assert any(what in fault for fault in faults(hand, routes | {carer: stops}))


def test_solutions_are_written_and_read_back(hand, routes):
    """Byte for byte the same stops, and the total stated is the total."""
    text = solution_json(hand, routes)
    assert read_solution(text) == routes
    assert json.loads(text)["cost"]["objective"] == sum(evaluate(hand, routes).values())


def test_the_engine_prices_as_the_format_does(hand):
    """The search optimises the published objective, not something like it."""
    plan = solve(to_day(hand), 1, n_iterations=200)
    routes = to_routes(hand, plan)
    assert faults(hand, routes) == []
    assert sum(evaluate(hand, routes).values()) == plan.cost


def test_table_and_records_tell_the_same():
    """What is printed is what is written for machines."""
    figures = [{"instance": "x", "best": 8, "mean": 9.0, "seeds": 2, "published_mean": 10.0,
                "published_best": 9.5, "best_known": 9.5}]  # fmt: skip
    assert "| x | 8 | 9 | 9.5 | 10 |" in table(figures)
    (record,) = records(figures)
    assert record["holds"]
    assert (record["value"], record["target"]) == (9.0, 10.0)


@pytest.mark.realdata
def test_the_smallest_instances_beat_the_published_mean(shared_data):
    """By iterations, so it holds on any machine; every solution is checked and priced apart."""
    folder = shared_data / "uhhc"
    if not folder.is_dir():
        pytest.skip("no UHHC instances beside the checkout")
    with (folder / "best_known.csv").open(newline="") as file:
        published = {
            row["instance"]: float(row["published_sa_mean"]) for row in csv.DictReader(file)
        }
    for name in sorted(published, key=lambda one: (folder / f"{one}.json").stat().st_size)[:2]:
        instance = read_instance(folder / f"{name}.json")
        plan = solve(to_day(instance), 1, n_iterations=6000)
        routes = to_routes(instance, plan)
        assert faults(instance, routes) == []
        assert sum(evaluate(instance, routes).values()) == plan.cost
        assert plan.cost <= published[name]
