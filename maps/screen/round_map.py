"""The round map: a day's routes on real streets, numbered stops, and the timeline under them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.care.hidden import hidden_clients, is_by_team, is_coarse, may_show
from data.errors import SettingsError
from data.model import Municipality
from data.plans import SMALL_MOVE_S, PlanRow, RoundPlan, TeamPlan, UnplannedRow
from data.streets import StreetNetwork
from data.units import MINUTE_S
from maps.common.audiences import Profile, profile_of
from maps.common.lonlat import WebGrid
from maps.common.texts import texts
from maps.screen.map_page import hidden_note, stamp, write_map
from maps.screen.round_payload import period_payload, points_of, rounds_of
from maps.screen.round_view import LegPath, ManagerRounds, RoundsView, rounds_view


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
    changes: Sequence[Mapping[str, object]] = (),
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
    changes : sequence of mapping
        Rows of ``changes.csv``, by the code's columns: marked for the manager, on the days that
        they are of, unless somebody is protected, since they tell whose round it was.

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
            municipality, team_plan, of_day, leg_path, chosen,
            day=date, part=part, team_id=team_id, round_id=round_id,
        )
        for date, of_day in _by_day(municipality, round_plan, days).items()
    ]  # fmt: skip
    west, south, east, north = network.bounds
    grid = WebGrid.around(np.array([[west, south], [east, north]]), network.epsg)
    words = texts(language)
    heading = words["round_map"]
    span = " – ".join(dict.fromkeys((days[0].isoformat(), days[-1].isoformat())))
    where = [municipality.name, span]
    if part is not None:
        where.append(words[f"part_{part}"])
    where += [words["team_heading"].format(id=team_id)] if team_id is not None else []
    write_map(
        Path(path),
        layer="roundMap",
        data={
            **period_payload(views, municipality, team_plan, grid),
            "changes": _marked(changes, views, municipality),
        },
        page_payload={
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
        view_xy=points_of(tuple(round_stops for view in views for round_stops in rounds_of(view))),
        title=heading,
        language=language,
    )


def _by_day(
    municipality: Municipality, round_plan: RoundPlan, days: Sequence[dt.date]
) -> dict[dt.date, RoundPlan]:
    """Each day's own rows, laid apart in one pass: the view of a day reads no others."""
    if is_by_team(municipality, round_plan) and not hidden_clients(municipality):
        # A row of a client whom nobody knows, on any day, makes all days rough.
        return dict.fromkeys(days, round_plan)
    rows: dict[dt.date, list[PlanRow]] = defaultdict(list)
    unplanned: dict[dt.date, list[UnplannedRow]] = defaultdict(list)
    for row in round_plan.rows:
        rows[row.date].append(row)
    for left in round_plan.unplanned:
        unplanned[left.date].append(left)
    return {
        day: replace(round_plan, rows=tuple(rows[day]), unplanned=tuple(unplanned[day]))
        for day in days
    }


def _marked(
    changes: Sequence[Mapping[str, object]], views: Sequence[RoundsView], municipality: Municipality
) -> dict[str, list[list[str]]]:
    """By day, each changed place at a visit: visit, carer number, client, kind, before and after.

    Times that move a few minutes with the same carer are left out, as in the terminal's list.
    A visit that has left the day is of both days, so that whoever looks for it sees where it went.
    """
    days = {view.day.isoformat() for view in views if isinstance(view, ManagerRounds)}
    shown = frozenset[str]() if is_coarse(municipality) else may_show(municipality)
    marked: dict[str, list[list[str]]] = defaultdict(list)
    for change in changes:
        texts_of = {name: "" if value is None else str(value) for name, value in change.items()}
        sides = [texts_of.get("date_before", "") or texts_of["date"], texts_of["date"]]
        is_same_carer = texts_of["staff_before"] == texts_of["staff_after"]
        is_moved = bool(texts_of["start_before"] and texts_of["start_after"])
        is_small = (
            MINUTE_S * abs(int(texts_of["moved_min"] or 0)) < SMALL_MOVE_S and sides[0] == sides[1]
        )
        if texts_of["client_id"] not in shown or (is_same_carer and is_moved and is_small):
            continue
        was, now = (
            " ".join(filter(None, [
                "" if is_same_carer else texts_of[f"staff_{side}"], texts_of[f"start_{side}"],
                day if sides[0] != sides[1] else "",
            ]))
            for side, day in zip(("before", "after"), sides, strict=True)
        )  # fmt: skip
        row = [
            texts_of["visit_id"], texts_of["carer_no"], texts_of["client_id"], texts_of["change"],
            was, now,
        ]  # fmt: skip
        for day in dict.fromkeys(sides):
            if day in days:
                marked[day].append(row)
    return dict(sorted(marked.items()))


def _notes(views: Sequence[RoundsView]) -> dict[str, int]:
    """What is left out or made coarse, each with its count over the days."""
    of_days = [view for view in views if isinstance(view, ManagerRounds)]
    return {
        "hidden_stops": sum(view.n_protected for view in views),
        "rough_times": int(any(view.is_rough for view in of_days)),
        "rounds_from_home": sum(view.n_from_home for view in of_days),
    }
