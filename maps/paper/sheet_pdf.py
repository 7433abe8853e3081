"""A carer's round on A4: the map, the list with intervals, legs and breaks."""

from __future__ import annotations

from pathlib import Path

from data.atomic import write_bytes
from data.streets import StreetNetwork
from data.units import wall_clock
from maps.base.texts import texts
from maps.paper.pdf_paper import Paper
from maps.paper.sheet_picture import sheet_picture
from maps.paper.sheet_view import Sheet
from maps.paper.sheet_words import (
    closing,
    done,
    heading,
    leg_text,
    notes,
    task,
    times,
    what,
    where,
)

MAP_HEIGHT = 260.0
WIDTHS = (26.0, 88.0, 148.0, 76.0, 34.0, 151.0)


def write_sheet_pdf(
    path: Path, sheet: Sheet, network: StreetNetwork, *, stamp: str, language: str = "sv"
) -> None:
    """Write the sheet as a PDF.

    Parameters
    ----------
    sheet : Sheet
        From `maps.paper.sheet_view.sheet_view`.
    stamp : str
        Plan, date and profile; stands at the foot of each page with the map's attribution.

    Raises
    ------
    StoreError
        Where the file cannot be written, or the font's file has been changed.
    """
    words = texts(language)
    paper = Paper(
        title=words["sheet"],
        heading=heading(sheet, words),
        subheading=" · ".join(
            [
                sheet.municipality,
                words["team_heading"].format(id=sheet.team_id),
                words["shift_span"].format(
                    start=wall_clock(sheet.start_s), end=wall_clock(sheet.end_s)
                ),
                words["n_visits"].format(n=len(sheet.visits)),
            ]
        ),
        foot=f"{stamp} · {network.attribution}",
        page_word=words["page"],
    )
    paper.picture(sheet_picture(sheet, network, paper.width, MAP_HEIGHT))
    paper.table(
        [words[key] for key in ("column_number", "column_when", "column_whom", "column_task",
                                "column_minutes", "column_way")],
        [
            [
                str(stop.number or ""),
                times(stop, words),
                "  ".join(filter(None, [what(stop, words), where(stop, words)])),
                task(stop, words),
                str(stop.minutes),
                " · ".join(
                    filter(None, [done(stop, words), *notes(stop, words), leg_text(stop, words)])
                ),
            ]
            for stop in sheet.stops
        ],
        WIDTHS,
        shaded=frozenset(i for i, stop in enumerate(sheet.stops) if stop.kind != "visit"),
    )  # fmt: skip
    for line in closing(sheet, words):
        paper.y -= 6
        paper.paragraph(line)
    write_bytes(Path(path), paper.pdf())
