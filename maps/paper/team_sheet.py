"""One sheet for a whole team's day: who does what, about when, and what has changed (LU-08).

For colleagues of the team: ids, tasks and half-hours, no addresses and no ways. Clients with
protected data are on no sheet but their carer's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from data.atomic import write_text
from data.care.hidden import hidden_clients
from data.model import Municipality
from data.plans import PlanRow, RoundPlan, TeamPlan
from data.units import wall_clock
from maps.common.html_parts import Heading, Part, Table, Text
from maps.common.plain_page import parts_page
from maps.common.texts import texts
from maps.paper.sheet_view import expected

_SHARES = (0.2, 0.2, 0.3, 0.3)


def write_team_sheet(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    team_id: str,
    day: dt.date,
    plan_id: str,
    changes: Sequence[Mapping[str, str]] = (),
    language: str = "sv",
) -> None:
    """Write the team's day as a page to print or to hang on the wall.

    Parameters
    ----------
    changes : sequence of mapping
        Rows of ``changes.csv``, by the code's columns; those of the team's clients and this day
        are told.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    members = set(team_plan.team_by_id[team_id].client_ids) - hidden_clients(municipality)
    rounds = [rows for rows in round_plan.rounds.values() if rows[0].date == day]
    parts: list[Part] = []
    for rows in sorted(
        rounds, key=lambda round_rows: (round_rows[0].staff_id, round_rows[0].start_s)
    ):
        if any(row.client_id in members for row in rows):
            parts += _of_round(rows, municipality, members, words)
    if not parts:
        parts = [Text(words["team_sheet_none"])]
    parts += _changed(
        [change for change in changes if change.get("client_id") in members], day, words
    )
    title = words["team_sheet"].format(
        team=team_id, date=day.isoformat(), weekday=words[f"weekday_{day.weekday()}"]
    )
    mark = f"{plan_id} · {day.isoformat()}"
    write_text(path, parts_page(parts, title, municipality.name, mark, language, is_dense=True))


def _of_round(
    rows: Sequence[PlanRow],
    municipality: Municipality,
    members: Collection[str],
    words: Mapping[str, str],
) -> list[Part]:
    """One carer's round: a line for each visit of the team, about when, and as what she comes."""
    first, last_s = rows[0], max(row.end_s for row in rows)
    heading = f"{first.staff_id}, {wall_clock(first.start_s)}–{wall_clock(last_s)}"
    lines = []
    for row in rows:
        visit = municipality.visit_by_id.get(row.visit_id) if row.kind == "visit" else None
        if row.kind in ("meeting", "handover"):
            span = f"{wall_clock(row.start_s)}–{wall_clock(row.end_s)}"
            lines.append((span, "", words[f"kind_{row.kind}"], ""))
        elif visit is not None and row.client_id in members:
            begin, end = expected(row.start_s, (visit.earliest_s, visit.latest_s), first.start_s)
            lines.append(
                (
                    f"{wall_clock(begin)}–{wall_clock(end)}", row.client_id,
                    words.get(f"task_{visit.task}", visit.task), words[f"tier_{row.tier}"],
                )
            )  # fmt: skip
    header = tuple(words[f"team_sheet_{name}"] for name in ("when", "client", "task", "as"))
    return [Heading(heading), Table(header, tuple(lines), _SHARES, 4)]


def _changed(
    changes: Sequence[Mapping[str, str]], day: dt.date, words: Mapping[str, str]
) -> list[Part]:
    """What has changed since the plan before, of this day."""
    mine = [
        change
        for change in changes
        if day.isoformat() in (change.get("date"), change.get("date_before"))
    ]
    if not mine:
        return []
    rows = tuple(
        (
            change.get("client_id", ""), change.get("change", ""),
            f"{change.get('staff_before', '')} {change.get('start_before', '')}".strip(),
            f"{change.get('staff_after', '')} {change.get('start_after', '')}".strip(),
        )
        for change in mine
    )  # fmt: skip
    header = tuple(words[f"team_sheet_{name}"] for name in ("client", "change", "before", "after"))
    return [Heading(words["team_sheet_changed"]), Table(header, rows, _SHARES, 4)]
