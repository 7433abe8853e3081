"""What VROOM's API answers with, by its own keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict


class VroomStep(TypedDict, total=False):
    """One step of a route, by VROOM's keys."""

    type: str
    id: int
    arrival: int
    duration: int
    setup: int
    service: int
    waiting_time: int
    violations: list[Any]
    description: str
    location: list[float]
    location_index: int


class VroomSums(TypedDict):
    """What a route, and a solution, comes to."""

    cost: int
    setup: int
    service: int
    duration: int
    waiting_time: int
    priority: int


class VroomNamed(TypedDict):
    """The vehicle of a route, with its own description where it has one."""

    vehicle: int
    description: NotRequired[Any]


class VroomRoute(VroomNamed, VroomSums):
    """One vehicle's way through the day."""

    steps: list[VroomStep]
    violations: list[Any]


class VroomTimesTaken(TypedDict):
    """Milliseconds of making the problem ready, and of the search."""

    loading: int
    solving: int


class VroomSummary(VroomSums):
    """The whole solution in sums."""

    routes: int
    unassigned: int
    violations: list[Any]
    computing_times: VroomTimesTaken


class VroomSolution(TypedDict):
    """What VROOM's API answers with: a step has its job's own keys too."""

    code: int
    summary: VroomSummary
    unassigned: list[Mapping[str, Any]]
    routes: list[VroomRoute]
