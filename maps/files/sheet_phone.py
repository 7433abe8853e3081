"""A carer's round on a phone: one file, no script, no signal needed (I10)."""

from __future__ import annotations

from pathlib import Path

from data.atomic import write_text
from data.streets import StreetNetwork
from data.units import wall_clock
from maps.base.plain_page import plain_page, safe
from maps.base.svg import svg
from maps.base.texts import texts
from maps.paper.sheet_picture import sheet_picture
from maps.paper.sheet_view import Sheet, SheetStop
from maps.paper.sheet_words import (
    closing,
    heading,
    leg_text,
    length,
    notes,
    task,
    times,
    what,
    where,
)

MAP_SIDE = 380.0


def write_sheet_phone(
    path: Path, sheet: Sheet, network: StreetNetwork, *, stamp: str, language: str = "sv"
) -> None:
    """Write the sheet as HTML without a single line of script.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    write_text(Path(path), phone_html(sheet, network, stamp=stamp, language=language))


def phone_html(sheet: Sheet, network: StreetNetwork, *, stamp: str, language: str = "sv") -> str:
    """The page as text. All text of the user's is escaped for markup."""
    words = texts(language)
    picture = svg(sheet_picture(sheet, network, MAP_SIDE, MAP_SIDE), words["map"])
    span = words["shift_span"].format(start=wall_clock(sheet.start_s), end=wall_clock(sheet.end_s))
    team = words["team_heading"].format(id=sheet.team_id)
    n_visits = words["n_visits"].format(n=len(sheet.visits))
    return plain_page(
        words["sheet"],
        style="phone.css",
        header=f"<h1>{safe(heading(sheet, words))}</h1>\n<p>{safe(sheet.municipality)} · "
        f"{safe(team)}<br>{safe(span)} · {safe(n_visits)}</p>",
        main=[
            f"<ol>\n{''.join(_item(stop, words) for stop in sheet.stops)}</ol>",
            *(f"<p>{safe(line)}</p>" for line in closing(sheet, words)),
            f'<h2 id="map">{safe(words["map"])}</h2>\n{picture}',
        ],
        footer=f"<p>{safe(stamp)}<br>{safe(network.attribution)}</p>",
        language=language,
    )


def _item(stop: SheetStop, words: dict[str, str]) -> str:
    leg = leg_text(stop, words)
    lines = [
        f'<p class="way">↓ {safe(leg)}</p>' if leg else "",
        f'<p class="when"><b>{stop.number}</b> {safe(times(stop, words))} · '
        f"<span>{safe(length(stop, words))}</span></p>"
        if stop.number
        else f'<p class="when">{safe(times(stop, words))}</p>',
        f'<p class="whom">{safe(what(stop, words))}'
        + (f' <a href="#map">{safe(where(stop, words))}</a>' if stop.address else "")
        + "</p>",
    ]
    note_line = " · ".join(filter(None, [task(stop, words), *notes(stop, words)]))
    if note_line:
        lines.append(f'<p class="notes">{safe(note_line)}</p>')
    return f'<li class="{stop.kind}">{"".join(lines)}</li>\n'
