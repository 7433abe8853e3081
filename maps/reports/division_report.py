"""Write the report, as a page without script and as a PDF."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.atomic import write_bytes, write_text
from data.care.shortfalls import Shortfall
from data.model import Municipality
from data.plans import DivisionFigures, TeamPlan
from data.streets import StreetNetwork
from maps.common.audiences import CELL_MIN, Manager, Profile, profile_of
from maps.common.fonts import BOLD
from maps.common.html_parts import CHART_WIDTH, Chart, Heading, Part, Table, Text
from maps.common.plain_page import parts_page
from maps.common.rounding import CARE_STEP_MIN, about, measures_about
from maps.common.texts import texts
from maps.paper.pdf_paper import Paper
from maps.reports.report_first import title
from maps.reports.report_view import Facts, report_parts
from maps.reports.team_picture import team_picture
from maps.screen.map_page import stamp
from maps.screen.team_changes import same_team
from maps.screen.team_view import teams_view
from maps.screen.territory_shapes import along_streets

MAP_HEIGHT = 330.0


def write_report(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    network: StreetNetwork,
    measures: Mapping[str, Any],
    profile: str | Profile,
    plan_id: str,
    date: str,
    team_table: Iterable[Any] = (),
    before: Mapping[str, Any] | None = None,
    teams_before: Mapping[str, str] | None = None,
    contacts_before: Mapping[str, str] | None = None,
    division: DivisionFigures | None = None,
    division_before: DivisionFigures | None = None,
    care_before: Mapping[str, float] | None = None,
    causes: Sequence[Shortfall] = (),
    dates: Sequence[dt.date] = (),
    language: str = "sv",
) -> None:
    """Write the report of a plan, before and after where something tells a before.

    Parameters
    ----------
    path : Path
        ``.html`` for a page, ``.pdf`` for paper.
    measures, before : mapping
        What ``measures.json`` holds, for this plan and the one before.
    teams_before, contacts_before : mapping of client_id to team_id and to staff_id, optional
        Those of the plan before; the clients' table tells them where they are not given.
    division, division_before : DivisionFigures, optional
        The teams in one column of figures each.
    care_before : mapping of team_id to float, optional
        Care minutes a week of the teams before, for the pale bars.
    causes : sequence of Shortfall
        What has no carer, by cause; only what may be told of.
    dates : sequence of date
        The days that the plan is for.
    profile : str or Profile
        ``manager`` tells who moves by id; ``council`` and ``anonymous`` tell teams only.

    Raises
    ------
    SettingsError
        Where profile or language does not exist, or the profile has no report.
    StoreError
        Where the file cannot be written.
    """
    chosen = profile_of(profile)
    words = texts(language)
    view = teams_view(municipality, team_plan, team_table, chosen)
    if not isinstance(chosen, Manager):
        measures, before = measures_about(measures), before and measures_about(before)
    seen = [c for c in municipality.clients if not c.protected and math.isfinite(c.x)]
    now = {c.client_id: team for c in seen if (team := team_plan.team_of_client.get(c.client_id))}
    was = _given(teams_before, {c.client_id: c.team_id for c in seen}, now)
    had = _given(contacts_before, {c.client_id: c.contact_id for c in seen}, now)
    care = _of_same_team(care_before or {}, was, now, chosen)
    if not isinstance(chosen, Manager):
        care = {team: about(minutes, CARE_STEP_MIN) for team, minutes in care.items()}
    rings = along_streets(municipality, team_plan.team_of_client, network, profile=chosen)
    picture = team_picture(
        [card.team_id for card in view.teams], rings, network, CHART_WIDTH, MAP_HEIGHT
    )
    parts = report_parts(
        view, measures, before, was, now, chosen, words, picture,
        facts=Facts(_contacts(had, team_plan), division, division_before, care, causes),
    )  # fmt: skip
    heading = title(municipality.name, dates, words)
    mark = f"{stamp(chosen, plan_id, date, language)} · {network.attribution}"
    if Path(path).suffix == ".pdf":
        write_bytes(Path(path), _pdf(parts, heading, mark, words))
    else:
        page = parts_page(parts, heading, words["report_to_decide"], mark, language)
        write_text(Path(path), page)


def _given(
    origin: Mapping[str, str] | None, table: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, str]:
    """What was before, of the clients who are in the plan and may be seen."""
    source = table if origin is None else origin
    return {client: was for client in now if (was := source.get(client))}


def _of_same_team(
    care: Mapping[str, float], was: Mapping[str, str], now: Mapping[str, str], profile: Profile
) -> dict[str, float]:
    """Care of before by the name that its team has now; small teams are for managers only (G7)."""
    sizes = Counter(was.values())
    n_least = 1 if isinstance(profile, Manager) else CELL_MIN
    return {
        new: care[old]
        for old, new in same_team(was, now).items()
        if old in care and sizes[old] >= n_least
    }


def _contacts(had: Mapping[str, str], plan: TeamPlan) -> tuple[int, int]:
    """Clients whose contact changes or goes, of those who had one."""
    return sum(plan.contact.get(client) != was for client, was in had.items()), len(had)


def _pdf(parts: list[Part], heading: str, mark: str, words: Mapping[str, str]) -> bytes:
    paper = Paper(words["report"], heading, words["report_to_decide"], mark, words["page"])
    for part in parts:
        match part:
            case Heading(text):
                paper.y -= 10
                if paper.y < paper.floor + 90:
                    paper.new_page()
                paper.paragraph(text, 11.5, BOLD)
            case Text(text):
                paper.y -= 2
                paper.paragraph(text, 9)
            case Chart(picture, _):
                paper.picture(picture, "#ffffff")
            case Table(header, rows, shares, n_text):
                paper.y -= 6
                paper.table(header, rows, [share * paper.width for share in shares], n_text=n_text)
    return paper.pdf()
