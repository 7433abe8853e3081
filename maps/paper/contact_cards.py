"""The contact card (MA-30): who comes, and whom to ring. Nothing about anybody else."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from data.atomic import write_bytes
from data.errors import SettingsError
from data.model import Municipality
from data.plans import TeamPlan
from maps.base.fonts import BOLD
from maps.base.texts import texts
from maps.paper.pdf_paper import MARGIN, Paper

CARDS_A_PAGE = 4
CARD_HEIGHT = 165.0


def write_contact_cards(
    path: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    client_ids: Collection[str],
    stamp: str,
    language: str = "sv",
) -> None:
    """Write one card for each client on A4, to be cut out and laminated.

    Names and numbers are written by hand on the lines: the program knows ids only.

    Raises
    ------
    SettingsError
        Where a client is protected (C7) or has no team.
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    for client_id in client_ids:
        client = municipality.client_by_id.get(client_id)
        if client is None or client.protected or client_id not in team_plan.team_of_client:
            raise SettingsError("Kontaktkort kan inte göras för alla valda brukare.")
    paper = Paper(
        title=words["card"],
        heading=words["cards"],
        subheading=words["card_note"],
        foot=stamp,
        page_word=words["page"],
    )
    for number, client_id in enumerate(client_ids):
        if number and number % CARDS_A_PAGE == 0:
            paper.new_page()
        _card(paper, client_id, team_plan, words)
    write_bytes(Path(path), paper.pdf())


def _card(paper: Paper, client_id: str, plan: TeamPlan, words: dict[str, str]) -> None:
    paper.y -= 14
    top = paper.y
    bottom = top - CARD_HEIGHT
    width = paper.width * 0.72

    def frame(canvas: object) -> None:
        canvas.setStrokeColor("#22262b")  # type: ignore[attr-defined]
        canvas.setLineWidth(0.8)  # type: ignore[attr-defined]
        canvas.roundRect(MARGIN, bottom, width, CARD_HEIGHT, 9, stroke=1, fill=0)  # type: ignore[attr-defined]

    paper.draw(frame)
    left = MARGIN + 14
    shown = words["card_heading"].format(id=client_id)
    paper.text(left, top - 22, shown[:60], 12, BOLD)
    lines = [
        ("contact", plan.contact.get(client_id, "")),
        ("vice", plan.vice.get(client_id, "")),
        ("team", plan.team_of_client[client_id]),
    ]
    for i, (key, value) in enumerate(lines):
        y = top - 48 - 36 * i
        paper.text(left, y, words[key], 8.5, colour="#555d66")
        paper.text(left, y - 14, (value or words["none"])[:28], 12, BOLD)
        paper.text(left + 150, y - 14, words["card_line"], 9.5)
    paper.y = bottom
