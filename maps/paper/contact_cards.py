"""The contact card (MA-30): who comes, and whom to ring. Nothing about anybody else."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from data.atomic import write_bytes
from data.errors import SettingsError
from data.model import Municipality
from data.plans import TeamPlan
from maps.common.fonts import BOLD
from maps.common.texts import texts
from maps.paper.pdf_paper import MARGIN, Paper, wrapped

COLUMNS = 2
CARDS_A_PAGE = 8
GAP = 12.0
CARD_HEIGHT = 165.0
LINES_HEIGHT = 120.0
"""Shared by the persons of a card."""


def write_contact_cards(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    client_ids: Collection[str],
    stamp: str,
    language: str = "sv",
) -> None:
    """Write one card for each client with a contact: two by four on A4, to be cut out.

    Names and numbers are written by hand on the lines: the program knows ids only. Who has no
    contact has no card, since a card without a name to it tells nothing.

    Raises
    ------
    SettingsError
        Where a client is protected (C7) or has no team, or nobody has a contact.
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    for client_id in client_ids:
        client = municipality.client_by_id.get(client_id)
        if client is None or client.protected or client_id not in team_plan.team_of_client:
            raise SettingsError("Kontaktkort kan inte göras för alla valda brukare.")
    carded = [client_id for client_id in client_ids if team_plan.contact.get(client_id)]
    if not carded:
        raise SettingsError("Ingen av de valda brukarna har en fast omsorgskontakt.")
    paper = Paper(
        title=words["card"],
        heading=words["cards"],
        subheading=words["card_note"],
        foot=stamp,
        page_word=words["page"],
    )
    for first in range(0, len(carded), CARDS_A_PAGE):
        if first:
            paper.new_page()
        for number, client_id in enumerate(carded[first : first + CARDS_A_PAGE]):
            row, column = divmod(number, COLUMNS)
            left = MARGIN + column * ((paper.width - GAP) / COLUMNS + GAP)
            top = paper.y - 10 - row * (CARD_HEIGHT + GAP / 2)
            _card(paper, (left, top), client_id, team_plan, words)
    write_bytes(Path(path), paper.pdf())


def _card(
    paper: Paper,
    corner: tuple[float, float],
    client_id: str,
    plan: TeamPlan,
    words: dict[str, str],
) -> None:
    left, top = corner
    width = (paper.width - GAP) / COLUMNS
    evening = plan.evening_vice.get(client_id, "")
    lines = [
        ("contact", plan.contact.get(client_id, "")),
        ("vice", plan.vice.get(client_id, "")),
        *([("evening_vice", evening)] if evening else []),
        ("team", plan.team_of_client[client_id]),
    ]
    step = LINES_HEIGHT / len(lines)

    def frame(canvas: Any) -> None:
        canvas.setStrokeColor("#22262b")
        canvas.setLineWidth(0.8)
        canvas.roundRect(left, top - CARD_HEIGHT, width, CARD_HEIGHT, 9, stroke=1, fill=0)
        for i in range(len(lines)):
            y = top - 26 - step * (i + 1)
            canvas.line(left + 160, y, left + width - 14, y)

    paper.draw(frame)
    shown = words["card_heading"].format(id=client_id)
    paper.text(left + 14, top - 22, wrapped(shown, width - 28, 12, BOLD)[0], 12, BOLD)
    for i, (key, value) in enumerate(lines):
        y = top - 10 - step * (i + 1)
        named = wrapped(value or words["none"], 74, 12, BOLD)[0]
        paper.text(left + 14, y, words[key], 8.5, colour="#555d66")
        paper.text(left + 14, y - 16, named, 12, BOLD)
        paper.text(left + 92, y - 16, words["card_line"], 8.5)
