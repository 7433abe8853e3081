"""VROOM's problems in and solutions out; JSON of inputs and plans by their schemas."""

import importlib.util
import itertools
import json
from operator import attrgetter
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hemrunda as hr
from data.care.hidden import hidden_clients
from data.errors import SettingsError
from hemrunda.interchange.plan_json import input_schema, plan_schema

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "en" / "schemas"
DOCUMENTED = {
    "vehicles": [{"id": 0, "start_index": 0, "end_index": 3}],
    "jobs": [{"id": 1414, "location_index": 1}, {"id": 1515, "location_index": 2}],
    "matrices": {
        "car": {
            "durations": [
                [0, 2104, 197, 1299],
                [2103, 0, 2255, 3152],
                [197, 2256, 0, 1102],
                [1299, 3153, 1102, 0],
            ]
        }
    },
}
"""The problem with a matrix in VROOM's own documentation, whose answer costs 5461."""
NUMBER, TEXT = {"type": "integer"}, {"type": "string"}
STEP_SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"enum": ["start", "job", "break", "end"]}, "id": NUMBER, "arrival": NUMBER,
        "duration": NUMBER, "setup": NUMBER, "service": NUMBER, "waiting_time": NUMBER,
        "violations": {"type": "array", "maxItems": 0}, "description": TEXT,
        "location": {"type": "array"}, "location_index": NUMBER,
    },
    "required": ["type", "arrival", "duration", "setup", "service", "waiting_time", "violations"],
    "additionalProperties": False,
}  # fmt: skip
SUMS = dict.fromkeys(("cost", "setup", "service", "duration", "waiting_time", "priority"), NUMBER)
SOLUTION_SCHEMA = {
    "type": "object",
    "properties": {
        "code": {"const": 0},
        "summary": {
            "type": "object",
            "properties": {
                "routes": NUMBER, "unassigned": NUMBER, **SUMS,
                "violations": {"type": "array"}, "computing_times": {"type": "object"},
            },
            "required": ["routes", "unassigned", *SUMS, "violations", "computing_times"],
            "additionalProperties": False,
        },
        "unassigned": {
            "type": "array",
            "items": {"type": "object", "required": ["id", "type"]},
        },
        "routes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "vehicle": NUMBER, "description": TEXT, **SUMS,
                    "steps": {"type": "array", "items": STEP_SCHEMA},
                    "violations": {"type": "array", "maxItems": 0},
                },
                "required": ["vehicle", *SUMS, "steps", "violations"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["code", "summary", "unassigned", "routes"],
    "additionalProperties": False,
}  # fmt: skip
"""What VROOM's documentation says of a solution, for the kinds of steps that we have."""


def _prove(problem, answer):
    """Every rule of VROOM's own text, worked out from the problem and the steps alone."""
    jsonschema.validate(answer, SOLUTION_SCHEMA)
    jobs = {job["id"]: job for job in problem["jobs"]}
    vehicles = {vehicle["id"]: vehicle for vehicle in problem["vehicles"]}
    made = []
    for route in answer["routes"]:
        vehicle = vehicles[route["vehicle"]]
        table = problem["matrices"][vehicle.get("profile", "car")]["durations"]
        factor = vehicle.get("speed_factor", 1.0)
        low, high = vehicle.get("time_window", (-np.inf, np.inf))
        at, free, travelled, last, breaks = vehicle.get("start_index"), None, 0, 0, []
        for step in route["steps"]:
            if step["type"] in ("job", "end"):
                there = (
                    vehicle["end_index"] if step["type"] == "end"
                    else jobs[step["id"]]["location_index"]
                )  # fmt: skip
                travelled += 0 if at is None else round(table[at][there] / factor)
                at = there
            assert step["duration"] == travelled
            if free is not None:
                assert step["arrival"] == free + travelled - last
            last = travelled
            start = step["arrival"] + step["waiting_time"]
            free = start + step["setup"] + step["service"]
            assert low <= step["arrival"]
            assert free <= high
            if step["type"] == "job":
                job = jobs[step["id"]]
                made.append(step["id"])
                assert step["service"] == job.get("service", 0)
                assert step["setup"] == job.get("setup", 0)
                assert set(job.get("skills", ())) <= set(vehicle.get("skills", ()))
                assert all(a <= start <= b for a, b in job.get("time_windows", ()))
            elif step["type"] == "break":
                breaks.append(step["id"])
                rest = next(one for one in vehicle["breaks"] if one["id"] == step["id"])
                assert step["service"] == rest.get("service", 0)
                assert all(a <= start <= b for a, b in rest.get("time_windows", ()))
        assert route["cost"] == route["duration"] == travelled
        assert sorted(breaks) == sorted(one["id"] for one in vehicle.get("breaks", ()))
    out = [one["id"] for one in answer["unassigned"]]
    assert sorted(made + out) == sorted(jobs)
    assert answer["summary"]["cost"] == sum(route["cost"] for route in answer["routes"])


def test_the_documented_problem_has_the_documented_cost():
    answer = hr.solve_vroom(DOCUMENTED, iterations=200)
    _prove(DOCUMENTED, answer)
    assert answer["summary"]["cost"] == 5461
    assert [step.get("id") for step in answer["routes"][0]["steps"]] == [None, 1414, 1515, None]


@st.composite
def problems(draw):
    """Up to six jobs and three vehicles, with everything that is supported now and then."""
    n = draw(st.integers(3, 7))
    table = draw(st.lists(st.lists(st.integers(60, 900), min_size=n, max_size=n),
                          min_size=n, max_size=n))  # fmt: skip
    begins = draw(st.sampled_from([0, 1_700_000_000]))
    jobs = []
    for i in range(draw(st.integers(1, 6))):
        job = {
            "id": i + 1,
            "location_index": draw(st.integers(1, n - 1)),
            "service": draw(st.integers(0, 1200)),
            "priority": draw(st.integers(0, 100)),
        }
        if draw(st.booleans()):
            start = begins + draw(st.integers(0, 20_000))
            job["time_windows"] = [[start, start + draw(st.integers(0, 7200))]]
        job["skills"] = draw(st.lists(st.integers(1, 2), max_size=1))
        jobs.append(job)
    vehicles = []
    for i in range(draw(st.integers(1, 3))):
        vehicle = {
            "id": 10 + i,
            "start_index": 0,
            "skills": draw(st.sampled_from([[], [1], [1, 2]])),
            "time_window": [begins, begins + 30_000],
            "speed_factor": draw(st.sampled_from([1.0, 2.0])),
        }
        if draw(st.booleans()):
            vehicle["end_index"] = draw(st.sampled_from([0, n - 1]))
        if draw(st.booleans()):
            vehicle["breaks"] = [
                {"id": 1, "service": 600, "time_windows": [[begins + 8000, begins + 12_000]]}
            ]
        vehicles.append(vehicle)
    for i in range(n):
        table[i][i] = 0
    return {"jobs": jobs, "vehicles": vehicles, "matrices": {"car": {"durations": table}}}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problems())
def test_a_solution_keeps_all_that_vroom_asks(problem):
    _prove(problem, hr.solve_vroom(problem, iterations=300))


def test_a_small_problem_is_solved_to_the_optimum():
    """Seven stops and one vehicle: all orders are tried by hand."""
    rng = np.random.default_rng(7)
    xy = rng.integers(0, 3000, (8, 2))
    table = np.abs(xy[:, None] - xy[None]).sum(axis=2)
    best = min(
        sum(table[a, b] for a, b in itertools.pairwise((0, *order, 0)))
        for order in itertools.permutations(range(1, 8))
    )
    problem = {
        "jobs": [{"id": i, "location_index": i, "service": 60} for i in range(1, 8)],
        "vehicles": [{"id": 1, "start_index": 0, "end_index": 0}],
        "matrices": {"car": {"durations": table.tolist()}},
    }
    assert hr.solve_vroom(problem, iterations=2000)["summary"]["cost"] == best


def _resting(window, *breaks):
    """A vehicle that rests for ten minutes, from within each of some windows."""
    rests = [
        {"id": i, "service": 600, "time_windows": [list(within)]} for i, within in enumerate(breaks)
    ]
    return {"id": 1, "start_index": 0, "time_window": window, "breaks": rests}


def test_a_job_may_be_long_before_or_after_the_vehicles_day():
    """Windows begin where the vehicles do, not at the earliest that anybody names."""
    at = 1_700_000_000
    jobs = [
        {"id": 1, "location_index": 1, "time_windows": [[0, 2 * at]]},
        {"id": 2, "location_index": 2, "time_windows": [[0, 100]]},
        {"id": 3, "location_index": 2, "time_windows": [[2 * at, 2 * at]]},
    ]
    vehicles = [{"id": 1, "start_index": 0, "end_index": 0, "time_window": [at, at + 20_000]}]
    problem = {**DOCUMENTED, "jobs": jobs, "vehicles": vehicles}
    answer = hr.solve_vroom(problem, iterations=50)
    _prove(problem, answer)
    assert sorted(job["id"] for job in answer["unassigned"]) == [2, 3]


def test_where_no_way_is_nobody_goes():
    """VROOM's largest number says so; half the speed makes it no other number."""
    none = 4_294_967_295
    problem = {
        "jobs": [{"id": 1, "location_index": 1}, {"id": 2, "location_index": 2}],
        "vehicles": [{"id": 1, "start_index": 0, "end_index": 0, "speed_factor": 0.2}],
        "matrices": {"car": {"durations": [[0, none, 7], [none, 0, 2**40], [9, none, 0]]}},
    }
    answer = hr.solve_vroom(problem, iterations=50)
    assert [job["id"] for job in answer["unassigned"]] == [1]
    assert answer["summary"]["cost"] == 80


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"shipments": [{"amount": [1]}]}, "problem.shipments"),
        ({"matrices": {}}, "matrices"),
        ({"jobs": [{"id": 1, "location_index": 1, "delivery": [2]}]}, r"jobs\[0\].delivery"),
        ({"jobs": [{"id": 1, "location_index": 9}]}, r"jobs\[0\].location_index"),
        ({"jobs": [{"id": 1, "location_index": 1, "time_windows": [[0, 1], [3, 4]]}]},
         r"jobs\[0\].time_windows"),
        ({"vehicles": [{"id": 1, "start_index": 0, "max_tasks": 3}]}, r"vehicles\[0\].max_tasks"),
        ({"vehicles": [{"id": 1, "start_index": 0, "profile": "bike"}]},
         r"vehicles\[0\].profile"),
        ({"vehicles": [{"id": 1}]}, r"vehicles\[0\]: start_index"),
        ({"jobs": [{"id": 1, "location": [12.5, 56.9]}]}, r"jobs\[0\].location_index: saknas"),
        ({"jobs": [{"id": 1, "location_index": 0, "setup": 60}]}, r"jobs\[0\].setup"),
        ({"matrices": {"car": {"durations": [[0, 2.5], [2, 0]]}}}, r"hela sekunder.*profiler\.$"),
        ({"matrices": {"car": {"durations": [[0]], "distances": [[0]]}}},
         r"matrices.car.distances"),
        ({"vehicles": [{"id": 1, "start_index": 0, "capacity": [4]}]}, r"vehicles\[0\].capacity"),
        ({"vehicles": [_resting([0, 900], (900, 1000))]}, r"vehicles\[0\].breaks\[0\]: ryms inte"),
        ({"vehicles": [_resting([0, 500], (0, 900))]}, r"vehicles\[0\].breaks\[0\]: ryms inte"),
        ({"vehicles": [_resting([0, 9000], (0, 0), (0, 0))]}, r"breaks: .* bredvid varandra"),
        ({"jobs": [{"id": 1, "location_index": 1, "time_windows": [[0, 1]]},
                   {"id": 2, "location_index": 2, "time_windows": [[200_000, 200_001]]}]},
         "24 timmar"),
    ],
)  # fmt: skip
def test_what_the_engine_has_no_rule_for_is_refused_by_its_name(change, named):
    """A key that is looked past would give an answer to another question."""
    with pytest.raises(SettingsError, match=named):
        hr.solve_vroom({**DOCUMENTED, **change}, iterations=10)


@pytest.fixture(scope="module")
def made():
    return hr.plan(hr.demo(n_clients=40, n_days=1), iterations=200, workers=1)


def test_a_date_of_a_plan_goes_to_vroom_and_comes_back(made):
    """Who may come to whom is kept, hidden clients are not there, and the answer holds."""
    town = made.scenario.municipality
    problem = json.loads(json.dumps(made.to_vroom(town.dates[0])))
    hidden = hidden_clients(town)
    names = {job["description"] for job in problem["jobs"]}
    assert names
    assert not {visit.visit_id for visit in town.visits if visit.client_id in hidden} & names
    answer = hr.solve_vroom(problem, iterations=500)
    _prove(problem, answer)
    shift_of = {vehicle["id"]: vehicle["description"] for vehicle in problem["vehicles"]}
    carer_of = {rows[0].round_id: rows[0].staff_id
                for rows in made.context.round_plan.rounds.values()}  # fmt: skip
    visit_of = {job["id"]: town.visit_by_id[job["description"]] for job in problem["jobs"]}
    for route in answer["routes"]:
        carer = town.staff_by_id[carer_of[shift_of[route["vehicle"]]]]
        for step in route["steps"]:
            if step["type"] == "job":
                assert visit_of[step["id"]].skills <= set(carer.skills)
    assert answer["summary"]["unassigned"] <= 0.05 * len(problem["jobs"])


@pytest.mark.parametrize("name", ["input.schema.json", "plan.schema.json"])
def test_the_schemas_on_disk_are_those_that_the_code_means(name):
    path = SCHEMAS / "make_schemas.py"
    spec = importlib.util.spec_from_file_location("make_schemas", path)
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert (SCHEMAS / name).read_text(encoding="utf-8") == maker.text_of(name)
    jsonschema.Draft202012Validator.check_schema(json.loads(maker.text_of(name)))


def test_inputs_and_plans_keep_their_schemas_and_come_back(made):
    """What is written is valid, reads back to the same town, and one wrong key is seen."""
    tables = json.loads(json.dumps(made.scenario.as_dict()))
    jsonschema.validate(tables, input_schema())
    back = hr.from_json(tables, network=made.scenario.streets)
    town = made.scenario.municipality
    keys = {
        "clients": "client_id", "visits": "visit_id", "staff": "staff_id", "bases": "base_id",
        "roster": "staff_id date start_s kind", "pins": "date visit_id staff_id carer_no",
    }  # fmt: skip
    for table, names in keys.items():
        key = attrgetter(*names.split())
        rows, again = getattr(town, table), getattr(back.municipality, table)
        assert sorted(again, key=key) == sorted(rows, key=key), table
    tables["clients"][0]["clientid"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tables, input_schema())
    plan = json.loads(json.dumps(made.as_dict()))
    jsonschema.validate(plan, plan_schema())
    plan["round_plan"]["rows"][0]["start_s"] = "07:00"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plan, plan_schema())
