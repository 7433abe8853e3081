"""The round map: a day's routes on real streets, numbered stops, and the timeline under them."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.care.hidden import COARSE_S
from data.care.shortfalls import shortfalls
from data.errors import SettingsError
from data.model import Base, Municipality
from data.plans import RoundPlan, TeamPlan, UnplannedRow
from data.streets import StreetNetwork
from maps.base.audiences import Profile, profile_of
from maps.base.colours import N_PATTERNS, ROUND_COLOURS, colour_indices
from maps.base.lonlat import WebGrid
from maps.base.polyline_encoding import encode_deltas
from maps.base.texts import texts
from maps.screen.map_page import box_of, hidden_note, stamp, write_map
from maps.screen.round_view import (
    LegPath,
    ManagerRounds,
    RoundStops,
    RoundsView,
    Stop,
    Unplanned,
    rounds_view,
)


def write_round_map(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    network: StreetNetwork,
    leg_path: LegPath,
    day: dt.date | Sequence[dt.date],
    profile: str | Profile,
    plan_id: str,
    part: str | None = None,
    team_id: str | None = None,
    round_id: str | None = None,
    language: str = "sv",
) -> None:
    """Write the rounds of a day, or of several, as one HTML file that asks for nothing.

    Parameters
    ----------
    path : Path
        Replaced whole or not at all.
    leg_path : callable
        ``leg_path(mode, from_point_id, to_point_id)`` gives the way as float64 (k, 2) in metres;
        points are named ``client:<id>`` and ``base:<id>``. Never asked about protected clients.
    day : date or sequence of date
        Several days share streets and ways, and are gone between in the page.
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
    days = [day] if isinstance(day, dt.date) else sorted(set(day))
    if not days:
        raise SettingsError("Inga dagar att rita.")
    views = [
        rounds_view(
            municipality,
            team_plan,
            round_plan,
            leg_path,
            chosen,
            day=one,
            part=part,
            team_id=team_id,
            round_id=round_id,
        )
        for one in days
    ]
    west, south, east, north = network.bounds
    grid = WebGrid.around(np.array([[west, south], [east, north]]), network.epsg)
    words = texts(language)
    heading = words["round_map"]
    span = " – ".join(dict.fromkeys((days[0].isoformat(), days[-1].isoformat())))
    where = [municipality.name, span]
    if part is not None:
        where.append(words[f"part_{part}"])
    if team_id is not None:
        where.append(words["team_heading"].format(id=team_id))
    write_map(
        Path(path),
        layer="roundMap",
        data=period_payload(views, municipality, team_plan, grid),
        page_block={
            "title": f"{heading} {span}",
            "heading": heading,
            "place": " · ".join(where),
            "stamp": stamp(chosen, plan_id, span, language),
            "hidden": hidden_note(language, **_notes(views)),
        },
        body="round.html",
        scripts=("timeline.js", "round_panel.js", "round.js"),
        styles=("round.css",),
        network=network,
        grid=grid,
        view_xy=_points(tuple(one for view in views for one in _rounds(view))),
        title=heading,
        language=language,
    )


def _notes(views: Sequence[RoundsView]) -> dict[str, int]:
    """What is left out or made coarse, each with its count over the days."""
    of_days = [view for view in views if isinstance(view, ManagerRounds)]
    return {
        "hidden_stops": sum(view.n_protected for view in views),
        "rough_times": int(any(view.is_rough for view in of_days)),
        "rounds_from_home": sum(view.n_from_home for view in of_days),
    }


def _rounds(view: RoundsView) -> tuple[RoundStops, ...]:
    return view.rounds if isinstance(view, ManagerRounds) else (view.round,)


def _points(rounds: tuple[RoundStops, ...]) -> NDArray[np.float64]:
    """Every stop's place and way, shape (n, 2)."""
    parts = [np.array([[stop.x, stop.y]]) for one in rounds for stop in one.stops]
    parts.extend(stop.path for one in rounds for stop in one.stops)
    return np.concatenate(parts) if parts else np.zeros((0, 2))


Looks = Mapping[str, tuple[int, int]]
"""Each carer's colour and pattern: the same on all days, another for each in a team."""


def looks_of(views: Sequence[RoundsView]) -> Looks:
    """Colours and patterns by carer, given out within each team, since a team is what is shown."""
    beside: dict[str, set[str]] = defaultdict(set)
    for view in views:
        of_team: dict[str, set[str]] = defaultdict(set)
        for one in _rounds(view):
            of_team[one.team_id].add(one.staff_id)
        for members in of_team.values():
            for staff_id in members:
                beside[staff_id] |= members - {staff_id}
    colours = colour_indices(sorted(beside), beside, len(ROUND_COLOURS))
    shapes = colour_indices(sorted(beside), beside, N_PATTERNS)
    return {staff_id: (colours[staff_id], shapes[staff_id]) for staff_id in beside}


def period_payload(
    views: Sequence[RoundsView],
    municipality: Municipality,
    team_plan: TeamPlan,
    grid: WebGrid,
) -> dict[str, Any]:
    """The block of ``round.js``: one day as it is, several with what they share said once."""
    looks = looks_of(views)
    days = [payload(view, municipality, grid, team_plan=team_plan, looks=looks) for view in views]
    if len(days) == 1:
        return days[0]
    shared = _Shared()
    return {
        "days": [
            {
                "date": one["date"],
                "unplanned": one["unplanned"],
                "rounds": [
                    {**r, "stops": [v for stop in r["stops"] for v in shared.stop(stop)]}
                    for r in one["rounds"]
                ],
            }
            for one in days
        ],
        "colours": list(ROUND_COLOURS),
        "rough": max(one["rough"] for one in days),
        "bases": list({base["id"]: base for one in days for base in one["bases"]}.values()),
        "what": [dict(zip(_WHAT, values, strict=True)) for values in shared.what],
        "words": list(shared.words),
        "legs": list(shared.legs),
    }


_WHAT: Final = (
    "kind", "visit", "client", "carers", "task", "earliest", "latest", "digital", "x", "y",
)  # fmt: skip
"""What a stop says that is the same whichever day it is made."""


class _Shared:
    """What the stops of many days have in common, each said once and numbered."""

    def __init__(self) -> None:
        self.what: dict[tuple[Any, ...], int] = {}
        self.words: dict[str, int] = {}
        self.legs: dict[str, int] = {"": 0}

    def stop(self, stop: Mapping[str, Any]) -> list[int]:
        """One stop as ten whole numbers, as ``round.js`` reads them; -1 where there is none."""
        what = tuple(stop[name] for name in _WHAT)
        return [
            self.what.setdefault(what, len(self.what)),
            stop["carer_no"],
            stop["arrive"],
            stop["start"],
            stop["end"],
            -1 if stop["travel"] is None else stop["travel"],
            -1 if stop["access"] is None else stop["access"],
            self.words.setdefault(stop["mode"], len(self.words)),
            self.words.setdefault(stop["tier"], len(self.words)),
            self.legs.setdefault(stop["leg"], len(self.legs)),
        ]


def payload(
    view: RoundsView,
    municipality: Municipality,
    grid: WebGrid,
    *,
    team_plan: TeamPlan | None = None,
    looks: Looks | None = None,
) -> dict[str, Any]:
    """The block of one day that ``round.js`` reads; remedies and teams where the plan is given."""
    rounds = _rounds(view)
    looks = looks if looks is not None else looks_of([view])
    used = {(stop.x, stop.y) for one in rounds for stop in one.stops if stop.row.kind != "visit"}
    unplanned = view.unplanned if isinstance(view, ManagerRounds) else ()
    slot_s = COARSE_S if isinstance(view, ManagerRounds) and view.is_rough else 0
    return {
        "date": view.day.isoformat(),
        "colours": list(ROUND_COLOURS),
        "rough": slot_s,
        "rounds": [_round(one, looks[one.staff_id], grid, slot_s) for one in rounds],
        "unplanned": _unplanned(view.day, unplanned, municipality, team_plan),
        "bases": [_base(base, grid) for base in municipality.bases if (base.x, base.y) in used],
    }


def _unplanned(
    day: dt.date,
    unplanned: Sequence[Unplanned],
    municipality: Municipality,
    team_plan: TeamPlan | None,
) -> list[dict[str, Any]]:
    """What has no carer, with its team and what would give it room where that is known."""
    told = [
        {"visit": row.visit_id, "client": row.client_id, "reason": row.reason, "team": ""}
        for row in unplanned
    ]
    if team_plan is None:
        return told
    team_of = team_plan.team_of_client
    rows = [
        UnplannedRow(day, r.visit_id, r.client_id, r.carer_no, r.priority, r.reason)
        for r in unplanned
    ]
    remedy = {
        (row.visit_id, row.carer_no): one.remedy
        for one in shortfalls(municipality, team_of, rows)
        for row in one.rows
    }
    for one, row in zip(told, unplanned, strict=True):
        one["team"] = team_of.get(row.client_id, "")
        one["remedy"] = remedy.get((row.visit_id, row.carer_no), "")
    return told


def _base(base: Base, grid: WebGrid) -> dict[str, Any]:
    x, y = grid.units(np.array([[base.x, base.y]]))[0]
    return {"id": base.base_id, "x": int(x), "y": int(y)}


def _round(one: RoundStops, look: tuple[int, int], grid: WebGrid, slot_s: int) -> dict[str, Any]:
    return {
        "id": one.round_id,
        "staff": one.staff_id,
        "team": one.team_id,
        "serves": sorted({stop.row.team_id for stop in one.stops if stop.row.kind == "visit"}),
        "part": one.part,
        "start": one.start_s,
        "end": one.end_s,
        "hidden": one.n_protected,
        "colour": look[0],
        "shape": look[1],
        "box": box_of(grid, _points((one,))),
        "stops": [{**_stop(stop, grid), "slot": slot_s} for stop in one.stops],
    }


def _stop(stop: Stop, grid: WebGrid) -> dict[str, Any]:
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
    }
