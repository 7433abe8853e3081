"""A carer's round on a phone: one file that needs neither script nor signal (I10).

A script of its own marks what is now and next by the phone's clock, and folds what is over; without
it the whole day stands there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from data.atomic import write_text
from data.streets import StreetNetwork
from data.units import utc_moment, wall_clock
from maps.common.plain_page import plain_page, safe
from maps.common.svg import svg
from maps.common.texts import texts
from maps.paper.sheet_picture import sheet_picture
from maps.paper.sheet_view import Sheet, SheetStop
from maps.paper.sheet_words import (
    closing,
    heading,
    home,
    leg_text,
    length,
    needed,
    notes,
    take_along,
    task,
    times,
    what,
    where,
)

MAP_SIDE = 380.0


def write_sheet_phone(
    path: Path, sheet: Sheet, network: StreetNetwork, *, stamp: str, language: str = "sv"
) -> None:
    """Write the sheet as HTML that anybody who has the file can read: no codes of doors.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    write_text(Path(path), phone_html(sheet, network, stamp=stamp, language=language))


def phone_html(
    sheet: Sheet,
    network: StreetNetwork,
    *,
    stamp: str,
    language: str = "sv",
    door_codes: Mapping[str, str] | None = None,
) -> str:
    """The page as text. All text of the user's is escaped for markup.

    Parameters
    ----------
    door_codes : mapping of str to str, optional
        By client; only `maps.files.sealed`, which locks the page, gives any.
    """
    words = texts(language)
    picture = svg(sheet_picture(sheet, network, MAP_SIDE, MAP_SIDE), words["map"])
    span = words["shift_span"].format(start=wall_clock(sheet.start_s), end=wall_clock(sheet.end_s))
    team = words["team_heading"].format(id=sheet.team_id)
    n_visits = words["n_visits"].format(n=len(sheet.visits))
    along = take_along(sheet, words)
    marks = " ".join(
        f'data-{name}="{safe(words[f"{name}_mark"])}"' for name in ("now", "next", "done")
    )
    codes = door_codes or {}
    return plain_page(
        words["sheet"],
        style="phone.css",
        header=f"<h1>{safe(heading(sheet, words))}</h1>\n<p>{safe(sheet.municipality)} · "
        f"{safe(team)}<br>{safe(span)} · {safe(n_visits)}</p>",
        main=[
            f'<p class="along">{safe(along)}</p>' if along else "",
            f"<ol {marks}>\n"
            + "".join(_place(stops, sheet.day, codes, words) for stops in sheet.places)
            + "</ol>",
            *(f"<p>{safe(line)}</p>" for line in closing(sheet, words)),
            f'<h2 id="map">{safe(words["map"])}</h2>\n{picture}',
        ],
        footer=f"<p>{safe(stamp)}<br>{safe(network.attribution)}</p>",
        language=language,
        script="sheet_clock.js",
    )


def _place(
    stops: tuple[SheetStop, ...], day: dt.date, codes: Mapping[str, str], words: dict[str, str]
) -> str:
    """One line, or the visits of one address under it, told once with the way there."""
    if len(stops) == 1:
        return _item(stops[0], _way(stops[0], words), day, codes, words)
    first = stops[0]
    about = words["n_here"].format(n=len(stops))
    street = f' <a href="#map">{safe(first.address)}</a>' if first.address else ""
    inside = "".join(
        _item(stop, "" if stop is first else _way(stop, words), day, codes, words, is_inside=True)
        for stop in stops
    )
    return (
        f'<li class="place">{_way(first, words)}<p class="whom">{safe(about)}{street}</p>\n'
        f"<ol>\n{inside}</ol></li>\n"
    )


def _way(stop: SheetStop, words: dict[str, str]) -> str:
    leg = leg_text(stop, words)
    return f'<p class="way">↓ {safe(leg)}</p>' if leg else ""


def _item(
    stop: SheetStop,
    leg: str,
    day: dt.date,
    codes: Mapping[str, str],
    words: dict[str, str],
    *,
    is_inside: bool = False,
) -> str:
    """One visit, break or meeting; ``is_inside`` where its address stands above."""
    if stop.number:
        when = (
            f'<p class="when"><b>{stop.number}</b> {safe(times(stop, words))} · '
            f"<span>{safe(length(stop, words))}</span></p>"
        )
    else:
        when = f'<p class="when">{safe(times(stop, words))}</p>'
    door = safe(home(stop, words) if is_inside else where(stop, words))
    if door and stop.address and not is_inside:
        door = f'<a href="#map">{door}</a>'
    elif door:
        door = f"<span>{door}</span>"
    code = codes.get(stop.client_id, "") if stop.kind == "visit" else ""
    known = [
        words["door_code"].format(code=code) if code else "",
        task(stop, words),
        needed(stop, words),
        *notes(stop, words),
    ]
    note_line = " · ".join(filter(None, known))
    begin, end = (int(utc_moment(day, s).timestamp()) for s in (stop.start_s, stop.end_s))
    return (
        f'<li class="{stop.kind}" data-from="{begin}" data-to="{end}">{leg}{when}'
        f'<p class="whom">{safe(what(stop, words))} {door}</p>'
        + (f'<p class="notes">{safe(note_line)}</p>' if note_line else "")
        + "</li>\n"
    )
