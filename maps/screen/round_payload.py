"""What ``round.js`` reads: one day's rounds, or several days with what they share said once."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from data.care.hidden import COARSE_S
from data.care.shortfalls import shortfalls
from data.model import Base, Municipality
from data.plans import TeamPlan, UnplannedRow
from maps.common.colours import N_PATTERNS, ROUND_COLOURS, colour_indices
from maps.common.lonlat import WebGrid
from maps.common.polyline_encoding import encode_deltas
from maps.screen.map_page import box_of
from maps.screen.round_view import ManagerRounds, MapStop, RoundStops, RoundsView, Unplanned


def rounds_of(view: RoundsView) -> tuple[RoundStops, ...]:
    """The rounds of any profile's view."""
    return view.rounds if isinstance(view, ManagerRounds) else (view.round,)


def points_of(rounds: tuple[RoundStops, ...]) -> NDArray[np.float64]:
    """Every stop's place and way, shape (n, 2)."""
    stops = [stop for round_stops in rounds for stop in round_stops.stops]
    places = np.array([(stop.x, stop.y) for stop in stops], dtype=np.float64).reshape(-1, 2)
    return np.concatenate([places, *(stop.path for stop in stops if len(stop.path))])


class WhatPayload(TypedDict):
    """What a stop says that is the same whichever day it is made."""

    kind: str
    visit: str
    client: str
    carers: int
    task: str
    earliest: int | None
    latest: int | None
    digital: bool
    x: int | None
    y: int | None


class StopPayload(WhatPayload):
    """One row of a round: a start, visit, break or end, in seconds; nothing where untold."""

    carer_no: int
    arrive: int | None
    start: int | None
    end: int | None
    travel: int | None
    access: int | None
    mode: str
    tier: str
    leg: str
    slot: int


class RoundHead(TypedDict):
    """What is told of a round beside its stops."""

    id: str
    staff: str
    team: str
    serves: list[str]
    part: str
    start: int
    end: int
    hidden: int
    colour: int
    shape: int
    box: list[int] | None


class RoundPayload(RoundHead):
    """One round of the list, the map and the timeline."""

    stops: list[StopPayload]


class UnplannedPayload(TypedDict):
    """A visit without a place, and why."""

    visit: str
    client: str
    reason: str
    team: str
    remedy: str


class BasePayload(TypedDict):
    """Premises where rounds begin and end."""

    id: str
    x: int
    y: int


class RoundsPayload(TypedDict):
    """All that ``round.js`` reads."""

    date: str
    colours: list[str]
    rough: int
    rounds: list[RoundPayload]
    unplanned: list[UnplannedPayload]
    bases: list[BasePayload]


Looks = Mapping[str, tuple[int, int]]
"""Each carer's colour and pattern on a day."""


def _look_name(round_stops: RoundStops) -> str:
    """Whose colour it is: the carer's, or else the team's in that part of the day."""
    return round_stops.staff_id or f"{round_stops.team_id} {round_stops.part}"


def _served(round_stops: RoundStops) -> set[str]:
    """The teams whose clients a round visits."""
    return {stop.row.team_id for stop in round_stops.stops if stop.row.kind == "visit"}


def _beside(views: Sequence[RoundsView]) -> dict[str, set[str]]:
    """Who is seen at once with whom: those of a team in a part of a day, and who help it."""
    beside: dict[str, set[str]] = {}
    for view in views:
        groups: dict[tuple[str, str], set[str]] = defaultdict(set)
        for round_stops in rounds_of(view):
            name = _look_name(round_stops)
            beside.setdefault(name, set())
            if not round_stops.staff_id:
                groups["", ""].add(name)
                continue
            for team in {round_stops.team_id} | _served(round_stops):
                groups[team, round_stops.part].add(name)
        for members in groups.values():
            for name in members:
                beside[name] |= members - {name}
    return beside


def _looks(beside: Mapping[str, set[str]], wished: Looks) -> Looks:
    """Colours and patterns; whoever is beside most chooses first."""
    order = sorted(beside, key=lambda name: (-len(beside[name]), name))
    colours, shapes = (
        colour_indices(order, beside, n_looks, {name: wished[name][i] for name in order if wished})
        for i, n_looks in enumerate((len(ROUND_COLOURS), N_PATTERNS))
    )
    return {name: (colours[name], shapes[name]) for name in order}


def looks_of(views: Sequence[RoundsView]) -> list[Looks]:
    """Colours and patterns by carer, for each view.

    A carer's are the same all days, but where two of a team who are seen at once would be
    alike on a day: there one of them has others that day.
    """
    whole = _looks(_beside(views), {})
    return [_looks(_beside([view]), whole) for view in views]


def payload(
    view: RoundsView,
    municipality: Municipality,
    grid: WebGrid,
    *,
    team_plan: TeamPlan | None = None,
    looks: Looks | None = None,
) -> RoundsPayload:
    """One day's payload, which ``round.js`` reads; remedies and teams where the plan is given."""
    rounds = rounds_of(view)
    looks = looks if looks is not None else looks_of([view])[0]
    used = {
        (stop.x, stop.y)
        for round_stops in rounds
        for stop in round_stops.stops
        if stop.row.kind != "visit"
    }
    places = _places_of(rounds, grid)
    unplanned = view.unplanned if isinstance(view, ManagerRounds) else ()
    slot_s = COARSE_S if isinstance(view, ManagerRounds) and view.is_rough else 0
    return {
        "date": view.day.isoformat(),
        "colours": list(ROUND_COLOURS),
        "rough": slot_s,
        "rounds": [
            _round(round_stops, looks[_look_name(round_stops)], (grid, places), slot_s)
            for round_stops in rounds
        ],
        "unplanned": _unplanned(view.day, unplanned, municipality, team_plan),
        "bases": [_base(base, grid) for base in municipality.bases if (base.x, base.y) in used],
    }


def _unplanned(
    day: dt.date,
    unplanned: Sequence[Unplanned],
    municipality: Municipality,
    team_plan: TeamPlan | None,
) -> list[UnplannedPayload]:
    """What has no carer, with its team and what would give it room where that is known."""
    team_of = team_plan.team_of_client if team_plan is not None else {}
    rows = [
        UnplannedRow(day, r.visit_id, r.client_id, r.carer_no, r.priority, r.reason)
        for r in unplanned
    ]
    causes = shortfalls(municipality, team_of, rows) if team_plan is not None else []
    remedy = {(row.visit_id, row.carer_no): cause.remedy for cause in causes for row in cause.rows}
    return [
        {
            "visit": row.visit_id,
            "client": row.client_id,
            "reason": row.reason,
            "team": team_of.get(row.client_id, ""),
            "remedy": remedy.get((row.visit_id, row.carer_no), ""),
        }
        for row in unplanned
    ]


def _base(base: Base, grid: WebGrid) -> BasePayload:
    x, y = grid.units(np.array([[base.x, base.y]]))[0]
    return {"id": base.base_id, "x": int(x), "y": int(y)}


Places = Mapping[tuple[float, float], tuple[int, int]]  # drawn, by metres


def _places_of(rounds: Iterable[RoundStops], grid: WebGrid) -> Places:
    """Every place of a day's stops, all at once: one by one a city takes half a minute."""
    every = {(stop.x, stop.y) for round_stops in rounds for stop in round_stops.stops}
    places = [place for place in every if math.isfinite(place[0]) and math.isfinite(place[1])]
    drawn = grid.units(np.array(places)).tolist() if places else []
    return {place: (x, y) for place, (x, y) in zip(places, drawn, strict=True)}


def _round(
    round_stops: RoundStops, look: tuple[int, int], where: tuple[WebGrid, Places], slot_s: int
) -> RoundPayload:
    return {
        "id": round_stops.round_id,
        "staff": round_stops.staff_id,
        "team": round_stops.team_id,
        "serves": sorted(_served(round_stops)),
        "part": round_stops.part,
        "start": round_stops.start_s,
        "end": round_stops.end_s,
        "hidden": round_stops.n_protected,
        "colour": look[0],
        "shape": look[1],
        "box": box_of(where[0], points_of((round_stops,))),
        "stops": [_stop(stop, where, slot_s) for stop in round_stops.stops],
    }


def _stop(stop: MapStop, where: tuple[WebGrid, Places], slot_s: int) -> StopPayload:
    row, (grid, places) = stop.row, where
    x, y = places.get((stop.x, stop.y), (None, None))
    return {
        "kind": row.kind,
        "visit": row.visit_id,
        "client": row.client_id,
        "carer_no": row.carer_no,
        "carers": stop.carers_required,
        "arrive": row.arrive_s,
        "start": row.start_s,
        "end": row.end_s,
        "travel": stop.travel_s,
        "access": stop.access_s,
        "mode": row.mode,
        "tier": row.tier,
        "task": stop.task,
        "earliest": stop.earliest_s,
        "latest": stop.latest_s,
        "digital": stop.is_digital,
        "x": x,
        "y": y,
        "leg": encode_deltas(grid.units(stop.path)) if len(stop.path) > 1 else "",
        "slot": slot_s,
    }


class PackedRound(RoundHead):
    """A `RoundPayload` whose stops are `FIELDS` whole numbers each."""

    stops: list[int]


class DayPayload(TypedDict):
    """One day of several."""

    date: str
    unplanned: list[UnplannedPayload]
    rounds: list[PackedRound]


class PeriodPayload(TypedDict):
    """Several days, with what they share said once."""

    days: list[DayPayload]
    colours: list[str]
    rough: int
    bases: list[BasePayload]
    what: list[WhatPayload]
    words: list[str]
    legs: list[str]


def period_payload(
    views: Sequence[RoundsView], municipality: Municipality, team_plan: TeamPlan, grid: WebGrid
) -> RoundsPayload | PeriodPayload:
    """The payload of ``round.js``: one day as it is, several with what they share said once."""
    days = [
        payload(view, municipality, grid, team_plan=team_plan, looks=looks)
        for view, looks in zip(views, looks_of(views), strict=True)
    ]
    if len(days) == 1:
        return days[0]
    shared = _Shared()
    return {
        "days": [
            {
                "date": day_payload["date"],
                "unplanned": day_payload["unplanned"],
                "rounds": [shared.round(each) for each in day_payload["rounds"]],
            }
            for day_payload in days
        ],
        "colours": list(ROUND_COLOURS),
        "rough": max(day_payload["rough"] for day_payload in days),
        "bases": list(
            {base["id"]: base for day_payload in days for base in day_payload["bases"]}.values()
        ),
        "what": shared.what,
        "words": list(shared.words),
        "legs": list(shared.legs),
    }


class _Shared:
    """What the stops of many days have in common, each said once and numbered."""

    def __init__(self) -> None:
        self.what: list[WhatPayload] = []
        self.words: dict[str, int] = {}
        self.legs: dict[str, int] = {"": 0}
        self._place: dict[tuple[object, ...], int] = {}

    def round(self, round_row: RoundPayload) -> PackedRound:
        """A round with its stops as numbers."""
        return {
            "id": round_row["id"],
            "staff": round_row["staff"],
            "team": round_row["team"],
            "serves": round_row["serves"],
            "part": round_row["part"],
            "start": round_row["start"],
            "end": round_row["end"],
            "hidden": round_row["hidden"],
            "colour": round_row["colour"],
            "shape": round_row["shape"],
            "box": round_row["box"],
            "stops": [value for stop in round_row["stops"] for value in self._stop(stop)],
        }

    def _stop(self, stop: StopPayload) -> list[int]:
        """One stop as ten whole numbers, as ``round.js`` reads them; -1 where there is none."""
        what: WhatPayload = {
            "kind": stop["kind"],
            "visit": stop["visit"],
            "client": stop["client"],
            "carers": stop["carers"],
            "task": stop["task"],
            "earliest": stop["earliest"],
            "latest": stop["latest"],
            "digital": stop["digital"],
            "x": stop["x"],
            "y": stop["y"],
        }
        place = self._place.setdefault(tuple(what.values()), len(self.what))
        if place == len(self.what):
            self.what.append(what)
        seconds = (stop[key] for key in ("arrive", "start", "end", "travel", "access"))
        return [
            place,
            stop["carer_no"],
            *(-1 if value is None else value for value in seconds),
            self.words.setdefault(stop["mode"], len(self.words)),
            self.words.setdefault(stop["tier"], len(self.words)),
            self.legs.setdefault(stop["leg"], len(self.legs)),
        ]
