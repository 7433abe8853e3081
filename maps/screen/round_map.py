"""The round map: a day's routes on real streets, numbered stops, and the timeline under them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from data.care.hidden import COARSE_S
from data.model import Base, Municipality
from data.plans import RoundPlan, TeamPlan
from data.streets import StreetNetwork
from maps.base.audiences import Profile, profile_of
from maps.base.colours import COLOURS, N_PATTERNS, colour_indices
from maps.base.lonlat import WebGrid
from maps.base.polyline_encoding import encode_deltas
from maps.base.texts import texts
from maps.screen.map_page import box_of, hidden_note, stamp, write_map
from maps.screen.round_view import LegPath, ManagerRounds, RoundStops, RoundsView, Stop, rounds_view


def write_round_map(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    network: StreetNetwork,
    leg_path: LegPath,
    day: dt.date,
    profile: str | Profile,
    plan_id: str,
    part: str | None = None,
    team_id: str | None = None,
    round_id: str | None = None,
    language: str = "sv",
) -> None:
    """Write the rounds of one day as one HTML file that asks for nothing.

    Parameters
    ----------
    path : Path
        Replaced whole or not at all.
    leg_path : callable
        ``leg_path(mode, from_point_id, to_point_id)`` gives the way as float64 (k, 2) in metres;
        points are named ``client:<id>`` and ``base:<id>``. Never asked about protected clients.
    day : date
    part : {"day", "evening"}, optional
    team_id : str, optional
        Rounds of the team's carers, and of others who visit its clients.
    round_id : str, optional
        A single round; the ``staff`` profile needs one.
    profile : str or Profile
        ``manager`` or ``staff``.

    Raises
    ------
    SettingsError
        Where profile or language does not exist, or the profile may not see these rounds.
    StoreError
        Where the file cannot be written.
    """
    chosen = profile_of(profile)
    view = rounds_view(
        municipality,
        team_plan,
        round_plan,
        leg_path,
        chosen,
        day=day,
        part=part,
        team_id=team_id,
        round_id=round_id,
    )
    west, south, east, north = network.bounds
    grid = WebGrid.around(np.array([[west, south], [east, north]]), network.epsg)
    words = texts(language)
    heading = words["round_map"]
    where = [municipality.name, day.isoformat()]
    if part is not None:
        where.append(words[f"part_{part}"])
    if team_id is not None:
        where.append(words["team_heading"].format(id=team_id))
    write_map(
        Path(path),
        layer="roundMap",
        data=payload(view, municipality, grid),
        page_block={
            "title": f"{heading} {day.isoformat()}",
            "heading": heading,
            "place": " · ".join(where),
            "stamp": stamp(chosen, plan_id, day.isoformat(), language),
            "hidden": hidden_note(language, **_notes(view)),
        },
        body="round.html",
        scripts=("timeline.js", "round_panel.js", "round.js"),
        styles=("round.css",),
        network=network,
        grid=grid,
        view_xy=_points(_rounds(view)),
        title=heading,
        language=language,
    )


def _notes(view: RoundsView) -> dict[str, int]:
    """What is left out or made coarse, each with its count."""
    if not isinstance(view, ManagerRounds):
        return {"hidden_stops": view.n_protected}
    return {
        "hidden_stops": view.n_protected,
        "rough_times": int(view.is_rough),
        "rounds_from_home": view.n_from_home,
    }


def _rounds(view: RoundsView) -> tuple[RoundStops, ...]:
    return view.rounds if isinstance(view, ManagerRounds) else (view.round,)


def _points(rounds: tuple[RoundStops, ...]) -> NDArray[np.float64]:
    """Every stop's place and way, shape (n, 2)."""
    parts = [np.array([[stop.x, stop.y]]) for one in rounds for stop in one.stops]
    parts.extend(stop.path for one in rounds for stop in one.stops)
    return np.concatenate(parts) if parts else np.zeros((0, 2))


class StopBlock(TypedDict):
    """One row of a round: a start, visit, break or end, in seconds; nothing where untold."""

    kind: str
    visit: str
    client: str
    carer_no: int
    carers: int
    arrive: int | None
    start: int | None
    end: int | None
    travel: int | None
    access: int | None
    mode: str
    tier: str
    task: str
    earliest: int | None
    latest: int | None
    digital: bool
    x: int | None
    y: int | None
    leg: str
    slot: int


class RoundBlock(TypedDict):
    """One round of the list, the map and the timeline."""

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
    stops: list[StopBlock]


class UnplannedBlock(TypedDict):
    """A visit without a place, and why."""

    visit: str
    client: str
    reason: str


class BaseBlock(TypedDict):
    """Premises where rounds begin and end."""

    id: str
    x: int
    y: int


class RoundsBlock(TypedDict):
    """All that ``round.js`` reads."""

    colours: list[str]
    rough: int
    rounds: list[RoundBlock]
    unplanned: list[UnplannedBlock]
    bases: list[BaseBlock]


def payload(view: RoundsView, municipality: Municipality, grid: WebGrid) -> RoundsBlock:
    """The block that ``round.js`` reads."""
    rounds = _rounds(view)
    keys = [one.round_id for one in rounds]
    colours = colour_indices(keys, {key: set(keys) - {key} for key in keys[: 2 * len(COLOURS)]})
    used = {(stop.x, stop.y) for one in rounds for stop in one.stops if stop.row.kind != "visit"}
    unplanned = view.unplanned if isinstance(view, ManagerRounds) else ()
    slot_s = COARSE_S if isinstance(view, ManagerRounds) and view.is_rough else 0
    return {
        "colours": list(COLOURS),
        "rough": slot_s,
        "rounds": [_round(one, i, colours, grid, slot_s) for i, one in enumerate(rounds)],
        "unplanned": [
            {"visit": row.visit_id, "client": row.client_id, "reason": row.reason}
            for row in unplanned
        ],
        "bases": [_base(base, grid) for base in municipality.bases if (base.x, base.y) in used],
    }


def _base(base: Base, grid: WebGrid) -> BaseBlock:
    x, y = grid.units(np.array([[base.x, base.y]]))[0]
    return {"id": base.base_id, "x": int(x), "y": int(y)}


def _round(
    one: RoundStops, i: int, colours: Mapping[str, int], grid: WebGrid, slot_s: int
) -> RoundBlock:
    return {
        "id": one.round_id,
        "staff": one.staff_id,
        "team": one.team_id,
        "serves": sorted({stop.row.team_id for stop in one.stops if stop.row.kind == "visit"}),
        "part": one.part,
        "start": one.start_s,
        "end": one.end_s,
        "hidden": one.n_protected,
        "colour": colours[one.round_id],
        "shape": i % N_PATTERNS,
        "box": box_of(grid, _points((one,))),
        "stops": [_stop(stop, grid, slot_s) for stop in one.stops],
    }


def _stop(stop: Stop, grid: WebGrid, slot_s: int) -> StopBlock:
    row = stop.row
    is_placed = math.isfinite(stop.x) and math.isfinite(stop.y)
    x, y = grid.units(np.array([[stop.x, stop.y]]))[0] if is_placed else (None, None)
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
        "x": None if x is None else int(x),
        "y": None if y is None else int(y),
        "leg": encode_deltas(grid.units(stop.path)) if len(stop.path) > 1 else "",
        "slot": slot_s,
    }
