"""A carer's round on a phone: one file, no script, no signal needed (I10)."""

from __future__ import annotations

import html
from pathlib import Path

from data.atomic import write_text
from data.streets import StreetNetwork
from data.units import clock
from maps.page import content_security_policy
from maps.plain import visible
from maps.sheet_picture import sheet_picture
from maps.sheet_view import Sheet, SheetStop
from maps.sheet_words import heading, notes, task, times, way, what
from maps.svg import svg
from maps.texts import texts
from maps.vendored import asset

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
    style = asset("phone.css")
    title = heading(sheet, words)
    picture = svg(sheet_picture(sheet, network, MAP_SIDE, MAP_SIDE), words["map"])
    span = words["shift_span"].format(start=clock(sheet.start_s), end=clock(sheet.end_s))
    hidden = words["hidden_stops"].format(n=sheet.n_protected) if sheet.n_protected else ""
    return f"""<!DOCTYPE html>
<html lang="{html.escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{
        html.escape(content_security_policy([], [style]))
    }">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{_safe(words["sheet"])}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{_safe(title)}</h1>
<p>{_safe(sheet.municipality)} · {_safe(words["team_heading"].format(id=sheet.team_id))}<br>{
        _safe(span)
    } · {_safe(words["n_visits"].format(n=len(sheet.visits)))}</p></header>
<main>
<ol>
{"".join(_item(stop, words) for stop in sheet.stops)}</ol>
<p>{_safe(hidden)}</p>
<h2>{_safe(words["map"])}</h2>
{picture}
</main>
<footer><p>{_safe(stamp)}<br>{_safe(network.attribution)}</p></footer>
</body>
</html>
"""


def _safe(text: str) -> str:
    return html.escape(visible(text))


def _item(stop: SheetStop, words: dict[str, str]) -> str:
    leg = way(stop, words)
    lines = [
        f'<p class="way">↓ {_safe(leg)}</p>' if leg else "",
        f'<p class="when"><b>{stop.number}</b> {_safe(times(stop, words))} '
        f"<span>{stop.minutes} min</span></p>"
        if stop.number
        else f'<p class="when">{_safe(times(stop, words))}</p>',
        f'<p class="whom">{_safe(what(stop, words))}'
        + (f" <span>{_safe(stop.address)}</span>" if stop.address else "")
        + "</p>",
    ]
    told = " · ".join(filter(None, [task(stop, words), *notes(stop, words)]))
    if told:
        lines.append(f'<p class="notes">{_safe(told)}</p>')
    return f'<li class="{stop.kind}">{"".join(lines)}</li>\n'
