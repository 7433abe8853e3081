"""VROOM's problem JSON as frozen objects, checked key by key.

The format is that of https://github.com/VROOM-Project/vroom/blob/master/docs/API.md (version 1.14):
``jobs``, ``vehicles`` and ``matrices`` with skills, priorities, time windows and breaks. Home care
carries no goods, so what is about loads (``shipments``, ``capacity``, ``amount``, ``delivery``,
``pickup``) and what the engine has no rule for (``max_tasks``, ``costs``, …) is refused by its
name rather than left out in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from data.errors import SettingsError

Window = tuple[int, int]
ANY_TIME: Final[Window] = (0, 86_400)
"""Where nothing is said: one day from the problem's beginning."""
_SHOWN_MOST: Final = 12

_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "problem": frozenset({"jobs", "vehicles", "matrices"}),
    "job": frozenset({
        "id", "description", "location", "location_index", "setup", "service", "skills",
        "priority", "time_windows",
    }),
    "vehicle": frozenset({
        "id", "description", "profile", "start", "start_index", "end", "end_index", "skills",
        "time_window", "breaks", "speed_factor",
    }),
    "matrix": frozenset({"durations"}),
    "break": frozenset({"id", "description", "time_windows", "service"}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VroomJob:
    """A place to visit; times in seconds, ``place`` a row and column of the matrices."""

    job_id: int
    place: int
    service_s: int
    window: Window | None
    skills: frozenset[int]
    priority: int
    shown: Mapping[str, Any]
    """``description``, ``location`` and ``location_index`` as given, for the solution."""
    setup_s: int = 0


@dataclass(frozen=True, slots=True)
class VroomBreak:
    """A break of one vehicle, wherever it stands."""

    break_id: int
    service_s: int
    window: Window | None
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VroomVehicle:
    """A vehicle; ``start`` or ``end`` is None where the route may begin or end anywhere."""

    vehicle_id: int
    profile: str
    speed_factor: float
    start: int | None
    end: int | None
    window: Window | None
    skills: frozenset[int]
    breaks: tuple[VroomBreak, ...]
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VroomProblem:
    """A whole problem; ``durations`` by profile, whole seconds, square."""

    jobs: tuple[VroomJob, ...]
    vehicles: tuple[VroomVehicle, ...]
    durations: Mapping[str, Sequence[Sequence[int]]]


class _Reader:
    """Reads one problem and gathers every fault, each with where it stands."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.size = 0

    def fault(self, where: str, text: str) -> None:
        self.faults.append(f"{where}: {text}")

    def objects(self, where: str, value: Any) -> list[tuple[str, Mapping[str, Any]]]:
        """The objects of a list, each with where it stands."""
        if value is None:
            return []
        if not isinstance(value, list | tuple) or not all(isinstance(x, Mapping) for x in value):
            self.fault(where, "ska vara en lista av objekt")
            return []
        return [(f"{where}[{i}]", item) for i, item in enumerate(value)]

    def keys(self, what: str, where: str, item: Mapping[str, Any]) -> None:
        """Refuse what the engine has no rule for, unless it says nothing."""
        for key in sorted(set(item) - _KEYS[what]):
            if item[key] not in ([], {}, None):
                self.fault(f"{where}.{key}", "stöds inte")

    def whole(self, where: str, value: Any, low: int, high: int) -> int:
        """A whole number within bounds; the lower one where it is none."""
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(where, f"ska vara ett heltal från {low} till {high}")
            return low
        return value

    def window(self, where: str, value: Any) -> Window | None:
        """``[start, end]``, or None where nothing is said."""
        if value is None:
            return None
        is_pair = isinstance(value, list | tuple) and len(value) == 2
        if not is_pair or any(isinstance(x, bool) or not isinstance(x, int) for x in value):
            self.fault(where, "ska vara [start, slut] i hela sekunder")
            return None
        start, end = value
        if start > end:
            self.fault(where, "slutar innan det börjar")
            return None
        return int(start), int(end)

    def one_window(self, where: str, value: Any) -> Window | None:
        """The only window of a list; several are not supported."""
        if value in (None, []):
            return None
        if not isinstance(value, list | tuple) or len(value) != 1:
            self.fault(where, "ska hålla högst ett fönster")
            return None
        return self.window(f"{where}[0]", value[0])

    def skills(self, where: str, value: Any) -> frozenset[int]:
        """Whole numbers, each once."""
        items = value if isinstance(value, list | tuple) else [value]
        return frozenset(self.whole(f"{where}[{i}]", x, 0, 2**31) for i, x in enumerate(items))

    def index(self, where: str, item: Mapping[str, Any], key: str) -> int | None:
        """A row of the matrices; None where neither index nor coordinates are given."""
        if key in item:
            return self.whole(f"{where}.{key}", item[key], 0, (self.size or 2**31) - 1)
        if key.removesuffix("_index") in item:
            self.fault(f"{where}.{key}", "saknas; platser anges som rader i matrices")
        return None

    def matrices(self, value: Any) -> dict[str, Sequence[Sequence[int]]]:
        """The durations of each profile, all of one size."""
        if not isinstance(value, Mapping) or not value:
            self.fault("matrices", "saknas; restider räknas inte ur koordinater")
            return {}
        tables: dict[str, Sequence[Sequence[int]]] = {}
        for profile, item in value.items():
            where = f"matrices.{profile}"
            table = item.get("durations") if isinstance(item, Mapping) else None
            if not isinstance(table, list | tuple) or not table:
                self.fault(f"{where}.durations", "saknas")
                continue
            self.keys("matrix", where, item)
            n = len(table)
            if self.size not in (0, n) or any(
                not isinstance(row, list | tuple) or len(row) != n
                or any(isinstance(x, bool) or not isinstance(x, int) or x < 0 for x in row)
                for row in table
            ):  # fmt: skip
                self.fault(f"{where}.durations", "ska vara lika många rader som kolumner, hela "
                           "sekunder från 0, lika stora för alla profiler")  # fmt: skip
                continue
            self.size, tables[profile] = n, table
        return tables

    def job(self, where: str, item: Mapping[str, Any]) -> VroomJob:
        """One job."""
        self.keys("job", where, item)
        place = self.index(where, item, "location_index")
        if place is None and "location" not in item:
            self.fault(f"{where}.location_index", "saknas")
        return VroomJob(
            job_id=self.whole(f"{where}.id", item.get("id"), 0, 2**53),
            place=place or 0,
            service_s=self.whole(f"{where}.service", item.get("service", 0), 0, 86_400),
            window=self.one_window(f"{where}.time_windows", item.get("time_windows")),
            skills=self.skills(f"{where}.skills", item.get("skills", [])),
            priority=self.whole(f"{where}.priority", item.get("priority", 0), 0, 100),
            shown=_shown(item, "location_index"),
            setup_s=self.whole(f"{where}.setup", item.get("setup", 0), 0, 86_400),
        )

    def vehicle(self, where: str, item: Mapping[str, Any]) -> VroomVehicle:
        """One vehicle with its breaks."""
        self.keys("vehicle", where, item)
        factor = item.get("speed_factor", 1.0)
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 < factor <= 5:
            self.fault(f"{where}.speed_factor", "ska vara ett tal över 0, högst 5")
            factor = 1.0
        start = self.index(where, item, "start_index")
        end = self.index(where, item, "end_index")
        if start is None and end is None:
            self.fault(where, "start_index eller end_index ska finnas")
        breaks = []
        for path, break_item in self.objects(f"{where}.breaks", item.get("breaks")):
            self.keys("break", path, break_item)
            breaks.append(
                VroomBreak(
                    self.whole(f"{path}.id", break_item.get("id"), 0, 2**53),
                    self.whole(f"{path}.service", break_item.get("service", 0), 0, 86_400),
                    self.one_window(f"{path}.time_windows", break_item.get("time_windows")),
                    _shown(break_item),
                )
            )
        if len({pause.break_id for pause in breaks}) < len(breaks):
            self.fault(f"{where}.breaks", "samma id står två gånger")
        return VroomVehicle(
            vehicle_id=self.whole(f"{where}.id", item.get("id"), 0, 2**53),
            profile=str(item.get("profile", "car")),
            speed_factor=round(float(factor), 2),
            start=start,
            end=end,
            window=self.window(f"{where}.time_window", item.get("time_window")),
            skills=self.skills(f"{where}.skills", item.get("skills", [])),
            breaks=tuple(breaks),
            shown=_shown(item),
        )


def _fits(pause: VroomBreak, vehicle: VroomVehicle) -> bool:
    """Whether the break can begin within its own window and end within the vehicle's."""
    if vehicle.window is None:
        return True
    first, last = vehicle.window[0], vehicle.window[1] - pause.service_s
    if pause.window is not None:
        first, last = max(first, pause.window[0]), min(last, pause.window[1])
    return first <= last


def _shown(item: Mapping[str, Any], *more: str) -> dict[str, Any]:
    return {key: item[key] for key in ("description", "location", *more) if key in item}


def read_problem(problem: Mapping[str, Any]) -> VroomProblem:
    """Check a problem in VROOM's own words.

    Raises
    ------
    SettingsError
        With every fault: where it stands, and what is allowed there.
    """
    reader = _Reader()
    reader.keys("problem", "problem", problem)
    durations = reader.matrices(problem.get("matrices"))
    jobs = tuple(reader.job(*placed) for placed in reader.objects("jobs", problem.get("jobs")))
    vehicles = tuple(
        reader.vehicle(*placed) for placed in reader.objects("vehicles", problem.get("vehicles"))
    )
    for name, ids in (
        ("jobs", [job.job_id for job in jobs]),
        ("vehicles", [vehicle.vehicle_id for vehicle in vehicles]),
    ):
        if not ids:
            reader.fault(name, "saknas")
        if len(set(ids)) < len(ids):
            reader.fault(name, "samma id står två gånger")
    for i, vehicle in enumerate(vehicles):
        if durations and vehicle.profile not in durations:
            reader.fault(f"vehicles[{i}].profile", "saknar matris i matrices")
    n_at = Counter(job.place for job in jobs)
    starts = {vehicle.start for vehicle in vehicles}
    for i, job in enumerate(jobs):
        if job.setup_s and (n_at[job.place] > 1 or job.place in starts):
            reader.fault(f"jobs[{i}].setup", "stöds inte där ett jobb till eller en start är")
    for i, vehicle in enumerate(vehicles):
        for j, pause in enumerate(vehicle.breaks):
            where = f"vehicles[{i}].breaks[{j}]"
            if not _fits(pause, vehicle):
                reader.fault(where, "ryms inte i fordonets time_window")
    if reader.faults:
        more = len(reader.faults) - _SHOWN_MOST
        tail = f" … och {more} till" if more > 0 else ""
        raise SettingsError(
            "Problemet kan inte lösas. " + "; ".join(reader.faults[:_SHOWN_MOST]) + tail + "."
        )
    return VroomProblem(jobs, vehicles, durations)
