"""The teams on one printed page, before and after: for manager, staff, union and board.

Figures come from `partition`; definitions stand on the page. Nobody is named. Teams smaller than
`profiles.CELL_MIN` are left out of what is shared, and counted (G7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from data.atomic import write_text
from data.model import Municipality
from data.plans import DivisionFigures, TeamPlan
from data.streets import StreetNetwork
from maps.common.audiences import CELL_MIN, Manager, Profile, profile_of
from maps.common.drawing import Picture, Word
from maps.common.html_parts import CHART_WIDTH, Chart, Heading, Part, Table, Text, number
from maps.common.plain_page import parts_page
from maps.common.rounding import CARE_STEP_MIN, TRAVEL_STEP_MIN, about
from maps.common.texts import texts
from maps.reports.charts import bars
from maps.reports.division_tables import division_table
from maps.reports.team_picture import team_picture
from maps.screen.map_page import stamp
from maps.screen.territory_shapes import along_streets

MAP_HEIGHT = 175.0
GAP = 8.0


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team's measures; None where there is none to tell."""

    team_id: str
    place: str
    """Area, section and resource area, in short."""
    n_clients: int
    care_min_week: float
    rounds_day: float
    rounds_evening: float
    travel_min_week: float
    compactness: float | None
    n_parts: int | None
    drift_pct: float | None
    full_time_needed: float
    full_time_now: float


@dataclass(frozen=True, slots=True)
class OtherService:
    """How the areas of another service fit the teams."""

    service: str
    teams_in_one_area: int
    n_teams: int
    outside_pct: float


def write_teams_page(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    network: StreetNetwork,
    lines: Sequence[TeamRow],
    now: DivisionFigures,
    before: DivisionFigures | None,
    care_before: Mapping[str, float],
    pools: Sequence[tuple[str, float, float]],
    services: Sequence[OtherService],
    profile: str | Profile,
    plan_id: str,
    date: str,
    language: str = "sv",
) -> None:
    """Write the page.

    Parameters
    ----------
    care_before : mapping of team_id to float
        Care minutes of the teams of before, for the pale bars.
    pools : sequence of tuple
        Resource area, full-time carers that its pool needs, and has.

    Raises
    ------
    SettingsError
        Where profile or language does not exist.
    StoreError
        Where the file cannot be written.
    """
    chosen = profile_of(profile)
    words = texts(language)
    is_open = isinstance(chosen, Manager)
    shown = [line for line in lines if is_open or line.n_clients >= CELL_MIN]
    least, most = now.clients_least, now.clients_most
    if not is_open:
        shown = [_about(team_row) for team_row in shown]
        care_before = {team: about(care, CARE_STEP_MIN) for team, care in care_before.items()}
        least, most = (n if n < CELL_MIN else about(n) for n in (least, most))
    n_shown = words["fewer_than_five"] if not is_open and least < CELL_MIN else least
    parts: list[Part] = [Text(words["tp_intro"].format(n=now.n_teams, least=n_shown, most=most))]
    if not is_open:
        parts.append(Text(words["rounded_note"]))
    picture = _pictures(municipality, team_plan, network, shown, chosen, words)
    if picture is not None:
        parts.append(Chart(picture, words["team_map"]))
    parts += [Heading(words["tp_sums"]), division_table(now, before, chosen, words)]
    if shown:
        parts += [
            Heading(words["tp_teams"]),
            _bars(shown, care_before, words),
            _teams(shown, words),
        ]
    if len(shown) < len(lines):
        parts.append(Text(words["tp_small"].format(n=len(lines) - len(shown))))
    parts += _layers(pools, services, words)
    parts.append(Text(words["tp_definitions"]))
    mark = f"{stamp(chosen, plan_id, date, language)} · {network.attribution}"
    page = parts_page(parts, words["tp_title"], municipality.name, mark, language, is_dense=True)
    write_text(Path(path), page)


def _about(team_row: TeamRow) -> TeamRow:
    """A team as anybody may see it; its form and its parts one client alone may decide."""
    return replace(
        team_row,
        n_clients=about(team_row.n_clients),
        care_min_week=float(about(team_row.care_min_week, CARE_STEP_MIN)),
        rounds_day=float(about(team_row.rounds_day, 1)),
        rounds_evening=float(about(team_row.rounds_evening, 1)),
        travel_min_week=float(about(team_row.travel_min_week, TRAVEL_STEP_MIN)),
        compactness=None,
        n_parts=None,
        drift_pct=None,
        full_time_needed=float(about(team_row.full_time_needed, 1)),
        full_time_now=float(about(team_row.full_time_now, 1)),
    )


def _pictures(
    municipality: Municipality,
    team_plan: TeamPlan,
    network: StreetNetwork,
    shown: Sequence[TeamRow],
    profile: Profile,
    words: Mapping[str, str],
) -> Picture | None:
    """Today's teams and the plan's side by side; the plan's alone where there are none today."""
    seen = {team_row.team_id for team_row in shown}
    of_now = {c: team for c, team in team_plan.team_of_client.items() if team in seen}
    was = {
        c.client_id: c.team_id
        for c in municipality.clients
        if c.team_id and c.client_id in team_plan.team_of_client
    }
    width = (CHART_WIDTH - GAP) / 2 if was else CHART_WIDTH
    made = []
    for key, division in (("before", was), ("now", of_now)):
        rings = along_streets(municipality, division, network, profile=profile) if division else {}
        picture = team_picture(sorted(rings), rings, network, width, MAP_HEIGHT)
        if picture is not None:
            made.append(_titled(picture, words[key]))
    if len(made) == 2:
        return beside(made[0], made[1], GAP)
    return made[0] if made else None


def _titled(picture: Picture, title: str) -> Picture:
    word = Word(4.0, picture.height - 8.0, 0.0, 9.0, title, "start")
    return replace(picture, words=(*picture.words, word))


def beside(left: Picture, right: Picture, gap: float) -> Picture:
    """Two pictures as one, side by side."""
    step = left.width + gap
    shift = np.array([step, 0.0])
    return Picture(
        step + right.width,
        max(left.height, right.height),
        (*left.lines, *(replace(line, points=line.points + shift) for line in right.lines)),
        (*left.words, *(replace(word, x=word.x + step) for word in right.words)),
        (*left.discs, *(replace(disc, x=disc.x + step) for disc in right.discs)),
    )


def _bars(
    shown: Sequence[TeamRow], care_before: Mapping[str, float], words: Mapping[str, str]
) -> Chart:
    was = [
        care_before[team_row.team_id] / 60 if team_row.team_id in care_before else None
        for team_row in shown
    ]
    values = [team_row.care_min_week / 60 for team_row in shown]
    chart = bars([team_row.team_id for team_row in shown], values, was, width=CHART_WIDTH)
    return Chart(chart, words["care_hours_week"])


def _teams(shown: Sequence[TeamRow], words: Mapping[str, str]) -> Table:
    header = tuple(words[key] for key in _TEAM_HEADER)
    rows = tuple(
        (
            team_row.team_id,
            team_row.place,
            str(team_row.n_clients),
            number(team_row.care_min_week / 60, 0),
            number(team_row.rounds_day, 1),
            number(team_row.rounds_evening, 1),
            number(team_row.travel_min_week, 0),
            number(team_row.compactness, 2),
            "–" if team_row.n_parts is None else str(team_row.n_parts),
            number(team_row.drift_pct, 1),
            f"{number(team_row.full_time_needed, 1)} / {number(team_row.full_time_now, 1)}",
        )
        for team_row in shown
    )
    return Table(header, rows, (0.09, 0.13, *((0.087,) * 9)), n_text=2)


_TEAM_HEADER = (
    "team",
    "tp_place",
    "clients",
    "tp_care",
    "tp_day",
    "tp_evening",
    "tp_walk",
    "compactness",
    "tp_parts",
    "tp_drift",
    "tp_staff",
)


def _layers(
    pools: Sequence[tuple[str, float, float]],
    services: Sequence[OtherService],
    words: Mapping[str, str],
) -> list[Part]:
    parts: list[Part] = []
    if pools:
        summary = "; ".join(
            words["tp_pool"].format(area=area, need=number(need, 1), has=number(has, 1))
            for area, need, has in pools
        )
        parts.append(Text(f"{words['tp_pools']} {summary}."))
    for service in services:
        parts.append(
            Text(
                words["tp_service"].format(
                    service=service.service,
                    whole=service.teams_in_one_area,
                    all=service.n_teams,
                    outside=number(service.outside_pct, 0),
                )
            )
        )
    return parts
