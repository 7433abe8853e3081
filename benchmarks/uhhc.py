"""Soft rounds on the Unified Home Healthcare instances, beside the published results.

``python -m benchmarks.uhhc --folder DIR [--seconds S] [--seeds N] [--quick] --json FILE``
"""

from __future__ import annotations

import numpy as np

from benchmarks.uhhc_format import LUNCH, Instance, Routes, Stop
from routing.rounds.soft import (
    SoftGroup,
    SoftModel,
    SoftPlan,
    SoftPrices,
    SoftRoute,
    SoftVisit,
)
from routing.rounds.soft_exact import BREAK, retime

MUST = 1_000_000
"""Price of leaving out a patient who is not optional."""


def _carers(instance: Instance, patient: dict[str, object], service: str) -> dict[int, int]:
    liked, barred = patient.get("preferred_caregivers"), patient.get("incompatible_caregivers")
    price = instance.weights.get("caregiver_preferences", 0)
    return {
        r: 0 if liked is None or carer["id"] in liked else price
        for r, carer in enumerate(instance.data["caregivers"])
        if service in carer["abilities"] and carer["id"] not in (barred or ())
    }


def _group(instance: Instance, patient: dict[str, object]) -> SoftGroup:
    visits = []
    for one in patient["required_services"]:
        lasts = instance.duration(patient["id"], one["service"])
        back = lasts if instance.is_met_at_end else 0
        windows = tuple((w["start"], w["end"] - back) for w in patient["time_windows"])
        visits.append(
            SoftVisit(
                patient["distance_matrix_index"],
                lasts,
                windows,
                _carers(instance, patient, one["service"]),
            )
        )
    hangs = patient.get("synchronization") or {"type": "independent"}
    lag = None
    if hangs["type"] == "simultaneous":
        lag = (0, 0)
    elif hangs["type"] == "sequential":
        lag = (hangs["distance"]["min"], hangs["distance"]["max"])
    absent = instance.weights.get("optional_patients", 0) if patient.get("optional") else MUST
    return SoftGroup(tuple(visits), absent, lag)


def to_model(instance: Instance) -> SoftModel:
    """The instance as a soft rounds problem, in minutes."""
    weights, lunch, places = instance.weights, instance.data["lunch_breaks"], instance.places
    routes = tuple(
        SoftRoute(
            places[carer["departing_point"]],
            places[carer["arrival_point"]],
            carer["working_shift"]["start"],
            carer["working_shift"]["end"],
            bool(carer["lunch_break"]),
        )
        for carer in instance.data["caregivers"]
    )
    back = lunch["min_duration"] if instance.is_met_at_end else 0
    prices = SoftPrices(
        travel=weights["travel_time"],
        late=weights["total_tardiness"],
        worst=weights["highest_tardiness"],
        wait=weights["total_waiting_time"],
        over=weights["total_extra_time"],
        idle=weights["max_idle_time"],
        no_break=weights["missed_lunch_break"],
        break_from=lunch["start"],
        break_latest=lunch["end"] - back,
        break_duration=lunch["min_duration"],
    )
    groups = tuple(_group(instance, patient) for patient in instance.data["patients"])
    legs = np.array(instance.data["distances"], dtype=np.int64)
    return SoftModel(groups, routes, legs, prices)


def to_routes(instance: Instance, model: SoftModel, plan: SoftPlan) -> Routes:
    """The plan as a solution in the format, timed exactly."""
    timed = retime(model, plan)
    named = [
        (patient["id"], one["service"])
        for patient in instance.data["patients"]
        for one in patient["required_services"]
    ]
    at_place = {index: name for name, index in instance.places.items()}
    routes: Routes = {}
    for r, carer in enumerate(instance.data["caregivers"]):
        stops = []
        for u, start, place in zip(
            timed.sequences[r], timed.starts[r], timed.places[r], strict=True
        ):
            patient, service = (at_place[place], LUNCH) if u == BREAK else named[u]
            end = start + instance.duration(patient, service)
            stops.append(Stop(patient, service, start, end))
        routes[carer["id"]] = stops
    return routes
