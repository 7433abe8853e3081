"""What the pages are given to draw: the views of the exported maps, and figures beside them.

Protected clients are in none of it: the same views leave them out that write the maps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from data.care.hidden import hidden_clients
from data.geo.territories import surroundings
from data.model import Municipality, Visit
from data.plans import TeamPlan
from data.units import number_text
from hemrunda.studio.divisions import broken_contacts
from hemrunda.studio.session import Present, Session
from hemrunda.studio.shown.act_rows import BrokenContact
from hemrunda.studio.shown.figure_rows import FiguresPayload, GroundPayload
from hemrunda.studio.shown.round_rows import StudioRound, StudioRounds, StudioUnplanned
from hemrunda.studio.studio_scenario import MendedDay
from hemrunda.workfolder.plan_context import PlanContext
from maps.common.audiences import Manager, Planner
from maps.common.lonlat import WebGrid
from maps.common.texts import texts
from maps.screen.map_page import box_of
from maps.screen.round_payload import RoundPayload, UnplannedPayload
from maps.screen.round_payload import payload as round_payload
from maps.screen.round_view import ManagerRounds, rounds_view
from maps.screen.team_payload import TeamsPayload
from maps.screen.team_payload import payload as team_payload
from maps.screen.team_view import teams_view
from maps.screen.territory_shapes import along_streets
from partition.layers.division_figures import care_off_pct, in_short

if TYPE_CHECKING:
    from data.streets import StreetNetwork
    from partition.teams.team_measures import TeamRow


class StudioTeams(TeamsPayload):
    """The team map's payload, and what the table and the panel need besides."""

    rev: int
    rows: Sequence[TeamRow]
    moved: dict[str, str]
    table_team: dict[str, str]
    locked: list[str]
    locked_teams: list[str]
    broken_contacts: list[BrokenContact]
    bounds: BoundsRow
    warnings: dict[str, list[str]]


class BoundsRow(TypedDict):
    """What the rules ask of teams."""

    clients_min: int
    clients_max: int
    balance_pct: float


class StreetRow(TypedDict):
    """A street with the clients who live there."""

    name: str
    client_ids: list[str]


class PersonRow(TypedDict):
    """A carer, for search and for the morning desk."""

    id: str
    role: str
    team: str
    group: str


def grid_of(network: StreetNetwork) -> WebGrid:
    """Where whole metres are counted from on all maps of a municipality."""
    west, south, east, north = network.bounds
    return WebGrid.around(np.array([[west, south], [east, north]]), network.epsg)


def ground_payloads(plan: PlanContext) -> GroundPayload:
    """The basemap and what all maps share; the same as long as a folder is open."""
    xy = np.array([(client.x, client.y) for client in plan.municipality.clients], dtype=np.float64)
    return ground_of(plan.network, xy, plan.config.general.language)


def ground_of(
    network: StreetNetwork, xy: NDArray[np.float64] | None = None, language: str = "sv"
) -> GroundPayload:
    """The basemap of a street network, seen where the points are; all of it without any."""
    from maps.screen.basemap import basemap

    grid = grid_of(network)
    if xy is None or not len(xy):
        west, south, east, north = network.bounds
        xy = np.array([[west, south], [east, north]])
    return {
        "texts": texts(language),
        "page": {
            "origin": [grid.origin_x, grid.origin_y],
            "view": box_of(grid, xy),
            "attribution": network.attribution,
            "title": "",
        },
        "streets": basemap(network, grid),
    }


class Territories:
    """Areas of divisions, kept: they take a second in a large town, and undoing goes back."""

    def __init__(self, plan: PlanContext) -> None:
        self._plan = plan
        self._near = surroundings(plan.network)
        self._found: dict[int, Any] = {}

    def of(self, team_of: Mapping[str, str]) -> Any:
        """Rings by team of a division."""
        key = hash(tuple(sorted(team_of.items())))
        if key not in self._found:
            if len(self._found) >= 20:
                self._found.pop(next(iter(self._found)))
            self._found[key] = along_streets(
                self._plan.municipality, team_of, self._plan.network, self._near, profile=Manager()
            )
        return self._found[key]


def teams_payload(session: Session, present: Present, territories: Territories) -> StudioTeams:
    """The payload of the team map, with what the table and the panel need besides."""
    plan = present.plan
    ids = [team.team_id for team in plan.team_plan.teams if team.client_ids]
    rows = present.judge.rows(plan.team_plan, ids)
    view = teams_view(plan.municipality, plan.team_plan, rows, Manager())
    payload = team_payload(
        view, territories.of(plan.team_plan.team_of_client), grid_of(plan.network)
    )
    known = plan.municipality.client_by_id
    shown = [
        client_id for client_id in plan.team_plan.team_of_client if not known[client_id].protected
    ]
    start = session.origin_of(present.scenario.origin).team_plan.team_of_client
    return {
        **payload,
        "rev": present.rev,
        "rows": rows,
        "moved": {
            client_id: start.get(client_id, "")
            for client_id, team_id in plan.team_plan.team_of_client.items()
            if start.get(client_id) != team_id and not known[client_id].protected
        },
        "table_team": {
            client_id: known[client_id].team_id for client_id in shown if known[client_id].team_id
        },
        "locked": sorted(client_id for client_id in shown if known[client_id].locked_team),
        "locked_teams": sorted(present.scenario.locked_teams),
        "broken_contacts": broken_contacts(plan.team_plan, shown),
        "bounds": bounds_of(plan),
        "warnings": outside_bounds(plan, rows),
    }


def bounds_of(plan: PlanContext) -> BoundsRow:
    """What the rules ask of teams."""
    rules = plan.config.rules.teams
    return {
        "clients_min": rules.clients_min,
        "clients_max": rules.clients_max,
        "balance_pct": rules.balance_pct,
    }


def outside_bounds(plan: PlanContext, rows: Sequence[TeamRow]) -> dict[str, list[str]]:
    """What each team breaks, in words."""
    rules = plan.config.rules.teams
    problems: dict[str, list[str]] = {}
    for row, off in zip(rows, care_off_pct(rows), strict=True):
        problems_of_team = []
        if not rules.clients_min <= row["n_clients"] <= rules.clients_max:
            problems_of_team.append(
                f"{row['n_clients']} brukare; {rules.clients_min}–{rules.clients_max} ryms"
            )
        if abs(off) > rules.balance_pct:
            problems_of_team.append(
                f"omsorgstiden är {number_text(off, is_change=True)} % från medel; "
                f"±{rules.balance_pct} % ryms"
            )
        if not row["contiguous"]:
            problems_of_team.append("laget hänger inte ihop på gatorna")
        if problems_of_team:
            problems[row["team_id"]] = problems_of_team
    return problems


def rounds_payload(present: Present, day: dt.date, team_id: str | None) -> StudioRounds:
    """The payload of the round map for a day of one team, with locks and what is broken."""
    plan = present.plan
    view = rounds_view(
        plan.municipality, plan.team_plan, plan.round_plan, plan.engine.leg_path, Planner(),
        day=day, team_id=team_id,
    )  # fmt: skip
    payload = round_payload(view, plan.municipality, grid_of(plan.network))
    ends = {
        (entry.staff_id, entry.start_s): entry.end_s
        for entry in plan.municipality.roster
        if entry.date == day and entry.kind == "work"
    }
    rounds: list[StudioRound] = [
        {
            **round_row,
            "shift_end": ends.get((round_row["staff"], round_row["start"]), round_row["end"]),
            "role": plan.municipality.staff_by_id[round_row["staff"]].role,
        }
        for round_row in payload["rounds"]
    ]
    shown = {round_row["id"] for round_row in payload["rounds"]}
    known = plan.municipality
    unseen = hidden_clients(known)
    hidden = {visit.visit_id for visit in known.visits if visit.client_id in unseen}
    carer_no = {row.visit_id: row.carer_no for row in plan.round_plan.unplanned if row.date == day}
    mended = present.scenario.mended.get(day, MendedDay())
    unplanned = [
        _waiting(row, known.visit_by_id[row["visit"]], carer_no) for row in payload["unplanned"]
    ]
    return {
        "colours": payload["colours"],
        "rough": payload["rough"],
        "rounds": rounds,
        "unplanned": unplanned,
        "bases": payload["bases"],
        "rev": present.rev,
        "date": day.isoformat(),
        "team": team_id or "",
        "n_protected": view.n_protected if isinstance(view, ManagerRounds) else 0,
        "locks": [
            {"visit": pin.visit_id, "staff": pin.staff_id, "start": pin.start_s, "no": pin.carer_no}
            for pin in known.pins
            if pin.date == day and pin.visit_id not in hidden
        ],
        "broken": [
            {
                "rule": violation.rule,
                "round": violation.round_id,
                "visit": violation.visit_id,
                "text": violation.message,
            }
            for violation in present.broken
            if violation.round_id in shown and violation.visit_id not in hidden
        ],
        "skills": _skills_of(known, hidden, payload["rounds"], unplanned),
        "since": mended.since,
        "changed": sorted(place for place in mended.changed if place[0] not in hidden),
    }


def _skills_of(
    known: Municipality, hidden: Collection[str], rounds: Sequence[RoundPayload],
    unplanned: Sequence[StudioUnplanned],
) -> dict[str, list[str]]:  # fmt: skip
    """What each visit that is shown asks for; nothing of those that ask for nothing."""
    ids = [stop["visit"] for round_row in rounds for stop in round_row["stops"]]
    ids += [row["visit"] for row in unplanned]
    of_visit = {visit_id: known.visit_by_id[visit_id].skills for visit_id in ids
                if visit_id in known.visit_by_id and visit_id not in hidden}  # fmt: skip
    return {visit_id: sorted(skills) for visit_id, skills in of_visit.items() if skills}


def _waiting(row: UnplannedPayload, visit: Visit, carer_no: Mapping[str, int]) -> StudioUnplanned:
    return {
        **row,
        "carer_no": carer_no[row["visit"]],
        "task": visit.task,
        "earliest": visit.earliest_s,
        "latest": visit.latest_s,
        "minutes": visit.duration_s // 60,
    }


def figures(present: Present) -> FiguresPayload:
    """The plan in short: its measures where there are rounds, else the division's alone."""
    from routing.measures import summary_sv

    plan = present.plan
    rows = present.judge.rows(
        plan.team_plan, [team.team_id for team in plan.team_plan.teams if team.client_ids]
    )
    made: FiguresPayload = {
        "teams": {
            **in_short(rows),
            "n_without": len(plan.team_plan.without_contact),
            "n_outside": len(outside_bounds(plan, rows)),
        },
        "summary": [],
    }
    if plan.round_plan.rows:
        measures = plan.measures
        scope = measures.municipality
        made["summary"] = summary_sv(measures)
        made["rounds"] = {
            "n_due": scope.planned.n_due,
            "n_planned": scope.planned.n_planned,
            "n_unplanned": scope.planned.n_unplanned,
            "contact_pct": scope.who.tier_pct["contact"],
            "distinct_carers": scope.continuity.distinct_carers_mean,
            "client_time_pct": scope.hours.client_time_pct,
            "travel_min_visit": scope.hours.travel_per_visit_min,
            "n_broken": len(present.broken),
        }
    return made


def streets_payload(plan: PlanContext) -> list[StreetRow]:
    """Streets with the clients who live there, by the segment that each is snapped to."""
    network, mode = plan.network, plan.config.general.mode
    team_of = plan.team_plan.team_of_client
    shown = [home for home in plan.municipality.clients
             if not home.protected and home.client_id in team_of]  # fmt: skip
    xy = np.array([(home.x, home.y) for home in shown], dtype=np.float64).reshape(-1, 2)
    segments = plan.engine.snap(xy, [mode]).of_mode[mode].segment_idx.tolist()
    streets: dict[str, list[str]] = {}
    for client, segment in zip(shown, segments, strict=True):
        name = network.name(segment) if segment >= 0 else ""
        if name:
            streets.setdefault(name, []).append(client.client_id)
    return [{"name": name, "client_ids": ids} for name, ids in sorted(streets.items())]


def people_payload(plan: PlanContext) -> list[PersonRow]:
    """Carers with their teams, for search and for the morning desk."""
    of_plan: TeamPlan = plan.team_plan
    return [
        {
            "id": carer.staff_id,
            "role": carer.role,
            "team": of_plan.staff_team.get(carer.staff_id, ""),
            "group": carer.shift_group,
        }
        for carer in plan.municipality.staff
    ]
