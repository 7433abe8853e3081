"""The Unified Home Healthcare format: instances, solutions, and what a solution costs.

The objective is worked out here from the published description of the format and of its terms
(Ceschia et al. 2026, doi 10.1111/itor.70140), apart from the search, and compared with published
solutions in the tests.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LUNCH = "lunch_break"


@dataclass(frozen=True)
class Instance:
    """One instance, as its file says."""

    name: str
    data: dict[str, Any]

    @property
    def patients(self) -> dict[str, dict[str, Any]]:
        """Patients by id, in the file's order."""
        return {patient["id"]: patient for patient in self.data["patients"]}

    @property
    def caregivers(self) -> dict[str, dict[str, Any]]:
        """Caregivers by id, in the file's order."""
        return {carer["id"]: carer for carer in self.data["caregivers"]}

    @property
    def places(self) -> dict[str, int]:
        """Row of the distance matrix of each patient and terminal point."""
        both = [*self.data["terminal_points"], *self.data["patients"]]
        return {one["id"]: one["distance_matrix_index"] for one in both}

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each term; what is absent or HARD weighs nothing here."""
        found = self.data["metadata"]["cost_components"]
        return {name: w if isinstance(w, int) else 0 for name, w in found.items()}

    @property
    def is_met_at_end(self) -> bool:
        """Whether windows bound the end of the service instead of its start."""
        return bool(self.data["metadata"]["time_window_met"] == "at_service_end")

    def duration(self, patient_id: str, service: str) -> int:
        """How long a service takes."""
        if service == LUNCH:
            return int(self.data["lunch_breaks"]["min_duration"])
        for one in self.patients[patient_id]["required_services"]:
            if one["service"] == service and one.get("duration"):
                return int(one["duration"])
        return next(
            int(one["default_duration"]) for one in self.data["services"] if one["id"] == service
        )


@dataclass(frozen=True, slots=True)
class Stop:
    """A service, or the lunch break, at a patient."""

    patient: str
    service: str
    start: int
    end: int


Routes = dict[str, list[Stop]]
"""Stops by caregiver, in order of time; caregivers who stay at home are absent or empty."""


def read_instance(path: Path) -> Instance:
    """Read one instance."""
    return Instance(path.stem, json.loads(path.read_text(encoding="utf-8")))


def _time(stop: dict[str, Any], *names: str) -> int:
    return int(next(stop[name] for name in names if name in stop))


def read_solution(text: str) -> Routes:
    """Read a solution; the names that older files use for times are understood."""
    routes: Routes = {}
    for route in json.loads(text)["routes"]:
        stops = [
            Stop(
                one["patient"],
                one["service"],
                _time(one, "start_service_time", "start_time", "arrival_time"),
                _time(one, "end_service_time", "end_time", "departure_time"),
            )
            for one in route.get("locations") or []
            if "service" in one
        ]
        routes[route["caregiver_id"]] = sorted(stops, key=lambda stop: (stop.start, stop.end))
    return routes


def solution_json(instance: Instance, routes: Routes) -> str:
    """A solution in the format, with the cost of each term (weighted) and the total."""
    terms = evaluate(instance, routes)
    named = {"preferences": "caregiver_preferences", "unscheduled": "optional_patients"}
    components = {
        {v: n for n, v in named.items()}.get(name, name): value for name, value in terms.items()
    }
    listed = []
    for caregiver_id in instance.caregivers:
        stops = routes.get(caregiver_id, [])
        locations = [
            {
                "patient": stop.patient,
                "service": stop.service,
                "start_service_time": stop.start,
                "end_service_time": stop.end,
            }
            for stop in stops
        ]
        listed.append(
            {"caregiver_id": caregiver_id} | ({"locations": locations} if locations else {})
        )
    return json.dumps(
        {
            "instance": instance.name,
            "cost": {"objective": sum(terms.values()), "violations": 0},
            "cost_components": components,
            "routes": listed,
        },
        indent=1,
    )


def _lateness(instance: Instance, stop: Stop) -> int:
    """Against the last window that has begun when the service starts."""
    windows = instance.patients[stop.patient]["time_windows"]
    at = bisect_right([window["start"] for window in windows], stop.start) - 1
    due = windows[max(at, 0)]["end"]
    return max(0, (stop.end if instance.is_met_at_end else stop.start) - int(due))


def _route_terms(
    instance: Instance, caregiver_id: str, stops: list[Stop]
) -> tuple[dict[str, int], int, int]:
    """Terms of one route in units, its idle time, and its worst lateness."""
    carer, places = instance.caregivers[caregiver_id], instance.places
    legs, shift = instance.data["distances"], carer["working_shift"]
    begins, ends = int(shift["start"]), int(shift["end"])
    missed = int(bool(carer["lunch_break"]) and all(stop.service != LUNCH for stop in stops))
    if not stops:
        return {"missed_lunch_break": missed}, ends - begins, 0
    here = places[carer["departing_point"]]
    leaves = stops[0].start - legs[here][places[stops[0].patient]]
    idle, travel, wait, free = leaves - begins, 0, 0, leaves
    late = []
    preferred = 0
    for i, stop in enumerate(stops):
        there = places[stop.patient]
        travel += legs[here][there]
        gap = stop.start - free - legs[here][there]
        idle += gap
        if not (i == 1 and stops[0].service == LUNCH):
            wait += gap
        if stop.service != LUNCH:
            late.append(_lateness(instance, stop))
            liked = instance.patients[stop.patient].get("preferred_caregivers")
            preferred += liked is not None and caregiver_id not in liked
        here, free = there, stop.end
    home = places[carer["arrival_point"]]
    travel += legs[here][home]
    back = free + legs[here][home]
    idle += max(0, ends - back)
    terms = {
        "travel_time": travel,
        "total_tardiness": sum(late),
        "total_waiting_time": wait,
        "total_extra_time": max(0, back - ends),
        "caregiver_preferences": preferred,
        "missed_lunch_break": missed,
    }
    return terms, idle, max(late, default=0)


def evaluate(instance: Instance, routes: Routes) -> dict[str, int]:
    """What a solution costs, term by term, each times its weight."""
    units = dict.fromkeys(instance.weights, 0)
    idle, worst = [0], [0]
    for caregiver_id in instance.caregivers:
        terms, idle_time, late = _route_terms(instance, caregiver_id, routes.get(caregiver_id, []))
        idle.append(idle_time)
        worst.append(late)
        for name, value in terms.items():
            units[name] = units.get(name, 0) + value
    visited = {stop.patient for stops in routes.values() for stop in stops if stop.service != LUNCH}
    units["highest_tardiness"], units["max_idle_time"] = max(worst), max(idle)
    units["optional_patients"] = len(instance.patients) - len(visited & set(instance.patients))
    return {name: value * instance.weights.get(name, 0) for name, value in units.items()}


def faults(instance: Instance, routes: Routes) -> list[str]:
    """Every hard rule that a solution breaks, in words."""
    found: list[str] = []
    done: dict[tuple[str, str], list[tuple[str, Stop]]] = {}
    for caregiver_id, stops in routes.items():
        found.extend(_route_faults(instance, caregiver_id, stops))
        for stop in stops:
            if stop.service != LUNCH:
                done.setdefault((stop.patient, stop.service), []).append((caregiver_id, stop))
    for patient_id, patient in instance.patients.items():
        services = [one["service"] for one in patient["required_services"]]
        made = [done.get((patient_id, service), []) for service in services]
        n_made = [len(one) for one in made]
        if max(n_made) == 0 and patient.get("optional"):
            continue
        if n_made != [1] * len(services):
            found.append(f"{patient_id}: services made {n_made} times")
        elif len(services) == 2:
            found.extend(_pair_faults(patient, made[0][0], made[1][0]))
    return found


def _pair_faults(
    patient: dict[str, Any], one: tuple[str, Stop], other: tuple[str, Stop]
) -> list[str]:
    hangs = patient.get("synchronization") or {"type": "independent"}
    if hangs["type"] == "independent":
        return []
    lag = other[1].start - one[1].start
    span = {"min": 0, "max": 0} if hangs["type"] == "simultaneous" else hangs["distance"]
    faults = []
    if not span["min"] <= lag <= span["max"]:
        faults.append(f"{patient['id']}: {lag} between the two starts")
    if one[0] == other[0]:
        faults.append(f"{patient['id']}: one caregiver for both")
    return faults


def _route_faults(instance: Instance, caregiver_id: str, stops: list[Stop]) -> list[str]:
    carer, places, legs = (
        instance.caregivers[caregiver_id],
        instance.places,
        instance.data["distances"],
    )
    lunch, found = instance.data["lunch_breaks"], []
    here, free = places[carer["departing_point"]], int(carer["working_shift"]["start"])
    for stop in stops:
        there = places[stop.patient]
        if stop.start < free + legs[here][there]:
            found.append(f"{caregiver_id}: at {stop.patient} too early")
        if stop.end - stop.start != instance.duration(stop.patient, stop.service):
            found.append(f"{caregiver_id}: wrong duration at {stop.patient}")
        if stop.service == LUNCH:
            latest = stop.end if instance.is_met_at_end else stop.start
            if stop.start < lunch["start"] or latest > lunch["end"] or not carer["lunch_break"]:
                found.append(f"{caregiver_id}: lunch at {stop.start}")
        else:
            patient = instance.patients[stop.patient]
            if stop.start < patient["time_windows"][0]["start"]:
                found.append(f"{caregiver_id}: before the window of {stop.patient}")
            if stop.service not in carer["abilities"]:
                found.append(f"{caregiver_id}: not able to do {stop.service}")
            if caregiver_id in (patient.get("incompatible_caregivers") or []):
                found.append(f"{caregiver_id}: not welcome at {stop.patient}")
        here, free = there, stop.end
    return found
