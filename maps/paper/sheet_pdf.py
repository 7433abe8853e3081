"""A carer's round on A4: the map, the list with intervals, legs and breaks."""

from __future__ import annotations

from pathlib import Path

from data.atomic import write_bytes
from data.streets import StreetNetwork
from data.units import wall_clock
from maps.common.fonts import BOLD
from maps.common.texts import texts
from maps.paper.pdf_paper import Paper
from maps.paper.sheet_picture import sheet_picture
from maps.paper.sheet_view import Sheet, SheetStop
from maps.paper.sheet_words import (
    closing,
    done,
    heading,
    leg_text,
    needed,
    notes,
    take_along,
    task,
    times,
    what,
    where,
)

FORMS = ((260.0, 8.5), (200.0, 8.5), (200.0, 8.0), (150.0, 7.5))
"""Height of the map and points of the letters, the largest first: smaller only to save a page."""
WIDTHS = (24.0, 102.0, 134.0, 66.0, 30.0, 167.0)


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
    made: list[Paper] = []
    for form in FORMS:
        made.append(_laid_out(sheet, network, stamp, form, words))
        if len(made[-1].pages) == 1:
            break
    write_bytes(Path(path), min(made, key=lambda paper: len(paper.pages)).pdf())


def _laid_out(
    sheet: Sheet,
    network: StreetNetwork,
    stamp: str,
    form: tuple[float, float],
    words: dict[str, str],
) -> Paper:
    map_height, points = form
    span = words["shift_span"].format(start=wall_clock(sheet.start_s), end=wall_clock(sheet.end_s))
    about = [
        sheet.municipality,
        words["team_heading"].format(id=sheet.team_id),
        span,
        words["n_visits"].format(n=len(sheet.visits)),
    ]
    paper = Paper(
        title=words["sheet"],
        heading=heading(sheet, words),
        subheading=" · ".join(about),
        foot=f"{stamp} · {network.attribution}",
        page_word=words["page"],
    )
    along = take_along(sheet, words)
    if along:
        paper.y -= 2
        paper.paragraph(along, points + 1, BOLD)
    width = paper.width
    paper.picture_of(map_height, lambda: sheet_picture(sheet, network, width, map_height))
    header = ("column_number", "column_when", "column_whom", "column_task", "column_minutes",
              "column_way")  # fmt: skip
    paper.table(
        [words[key] for key in header],
        [_row(stop, len(stops), words) for stops in sheet.places for stop in stops],
        WIDTHS,
        size=points,
        shaded=frozenset(i for i, stop in enumerate(sheet.stops) if stop.kind != "visit"),
    )
    for line in closing(sheet, words):
        paper.y -= 4
        paper.paragraph(line, points + 0.5)
    return paper


def _row(stop: SheetStop, n_here: int, words: dict[str, str]) -> list[str]:
    """When and about when done, to whom and where, what, how long, and the way.

    ``n_here`` is how many visits at the address stand together, of which this is one.
    """
    is_first = n_here > 1 and not stop.is_same_door
    return [
        str(stop.number or ""),
        "\n".join(filter(None, [times(stop, words), done(stop, words)])),
        "\n".join(filter(None, [what(stop, words), where(stop, words)])),
        task(stop, words),
        str(stop.minutes),
        " · ".join(
            filter(None, [
                words["n_here"].format(n=n_here) if is_first else "", needed(stop, words),
                *notes(stop, words), leg_text(stop, words),
            ])
        ),
    ]  # fmt: skip
