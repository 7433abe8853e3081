"""Write the report, as a page without script and as a PDF."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.atomic import write_bytes, write_text
from data.model import Client, Municipality
from data.plans import TeamPlan
from data.streets import StreetNetwork
from maps.fonts import BOLD
from maps.map_page import stamp
from maps.page import content_security_policy
from maps.paper import Paper
from maps.plain import visible
from maps.profiles import Manager, Profile, profile_of
from maps.report_view import CHART_WIDTH, Chart, Heading, Part, Table, Text, report_parts
from maps.svg import svg
from maps.team_map import along_streets
from maps.team_picture import team_picture
from maps.team_view import shared_rings, teams_view
from maps.texts import texts
from maps.vendored import asset

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
    language: str = "sv",
) -> None:
    """Write the report of a plan, before and after where the clients' table tells a before.

    Parameters
    ----------
    path : Path
        ``.html`` for a page, ``.pdf`` for paper.
    measures, before : mapping
        What ``measures.json`` holds, for this plan and the one before.
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
    seen = [c for c in municipality.clients if not c.protected and math.isfinite(c.x)]
    now = {c.client_id: team for c in seen if (team := team_plan.team_of_client.get(c.client_id))}
    was = {c.client_id: c.team_id for c in seen if c.team_id and c.client_id in now}
    rings = along_streets(municipality, team_plan.team_of_client, network)
    if not isinstance(chosen, Manager):
        rings = shared_rings(view, rings)
    picture = team_picture(
        [card.team_id for card in view.teams], rings, network, CHART_WIDTH, MAP_HEIGHT
    )
    parts = report_parts(
        view, measures, before, was, now, chosen, words, picture, _contacts(seen, team_plan)
    )
    mark = f"{stamp(chosen, plan_id, date, language)} · {network.attribution}"
    if Path(path).suffix == ".pdf":
        write_bytes(Path(path), _pdf(parts, municipality.name, mark, words))
    else:
        write_text(
            Path(path), parts_page(parts, words["report"], municipality.name, mark, language)
        )


def parts_page(
    parts: Sequence[Part],
    title: str,
    place: str,
    mark: str,
    language: str,
    styles: Sequence[str] = ("report.css",),
) -> str:
    """A whole page of parts, without script; every text is escaped here."""
    style = "\n".join(map(asset, styles))
    policy = content_security_policy([], [style])
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="{html.escape(language)}">\n<head>',
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="robots" content="noindex">',
            f"<title>{_safe(title)}</title>\n<style>{style}</style>\n</head>\n<body>",
            f"<header><h1>{_safe(title)}</h1><p>{_safe(place)}</p></header>\n<main>",
            *map(_html, parts),
            f"</main>\n<footer><p>{_safe(mark)}</p></footer>\n</body>\n</html>\n",
        ]
    )


def _contacts(seen: list[Client], plan: TeamPlan) -> tuple[int, int]:
    """Clients whose contact changes or goes, of those who had one."""
    had = [one for one in seen if one.contact_id]
    return sum(plan.contact.get(one.client_id) != one.contact_id for one in had), len(had)


def _safe(text: str) -> str:
    return html.escape(visible(text))


def _html(part: Part) -> str:
    match part:
        case Heading(text):
            return f"<h2>{_safe(text)}</h2>"
        case Text(text):
            return f"<p>{_safe(text)}</p>"
        case Chart(picture, label):
            return f"<figure>{svg(picture, label, '#ffffff')}</figure>"
        case Table(header, rows, _, n_text):
            head = "".join(
                f'<th scope="col" class="{"t" if i < n_text else "n"}">{_safe(cell)}</th>'
                for i, cell in enumerate(header)
            )
            body = "\n".join(
                "<tr>"
                + f'<th scope="row">{_safe(row[0])}</th>'
                + "".join(
                    f'<td class="{"t" if i < n_text else "n"}">{_safe(cell)}</td>'
                    for i, cell in enumerate(row[1:], 1)
                )
                + "</tr>"
                for row in rows
            )
            return (
                f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>\n'
                f"<tbody>{body}</tbody></table></div>"
            )


def _pdf(parts: list[Part], place: str, mark: str, words: Mapping[str, str]) -> bytes:
    paper = Paper(words["report"], words["report"], place, mark, words["page"])
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
            case Table(header, rows, shares, _):
                paper.y -= 6
                paper.table(header, rows, [share * paper.width for share in shares])
    return paper.pdf()
