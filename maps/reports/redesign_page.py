"""The ways from today's division to the best one, as a page with the choice at its top.

The front is the control: each of its points leads to that point's place in the list, where what it
gives stands on one line, and who moves and why is folded below. No script: it opens anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.atomic import write_text
from data.units import number_text
from maps.common.drawing import Picture
from maps.common.html_parts import CHART_WIDTH
from maps.common.plain_page import plain_page, safe
from maps.common.svg import svg
from maps.common.texts import texts
from maps.reports.charts import front

MAP_HEIGHT = 360.0
WHITE = "#ffffff"


@dataclass(frozen=True, slots=True)
class FrontRow:
    """One point of the front, in numbers only, and its moves by id with a reason."""

    number: int
    aim: str
    """``balance`` or ``travel``: what the moves are to buy."""
    n_moved: int
    n_new_contacts: int
    travel_min_week: int
    travel_gain_min_week: int
    imbalance_pct: float
    n_fragments: int
    gain_pct: float
    moves: tuple[tuple[str, str, str, str], ...]
    """``client_id, from_team_id, to_team_id, reason``."""
    n_forced_contacts: int = 0
    """Of ``n_new_contacts``: those whose contact of today may not go on whatever is chosen."""
    n_carers_moved: int = 0
    """Carers who change team."""
    picture: Picture | None = None
    """Who moves from where to where, numbered as ``moves``; see `maps.reports.move_picture`."""


def write_redesign(
    path: Path,
    rows: Sequence[FrontRow],
    *,
    place: str,
    mark: str,
    language: str = "sv",
    folder: str = "",
) -> None:
    """Write the page for a manager: ids are shown, protected clients' must be left out before.

    Parameters
    ----------
    folder : str
        The redesign's own name, as ``hemrunda plan --adopt`` takes it; empty where the page stands
        alone, without maps and tables beside it.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    page = plain_page(
        words["redesign"],
        style="redesign.css",
        header=f"<h1>{safe(words['redesign'])}</h1><p>{safe(place)}</p>",
        main=_main(rows, words, folder),
        footer=f"<p>{safe(mark)}</p>",
        language=language,
    )
    write_text(Path(path), page)


def _main(rows: Sequence[FrontRow], words: Mapping[str, str], folder: str) -> Iterator[str]:
    yield f"<p>{safe(words['redesign_intro'])}</p>"
    yield f"<p>{safe(words['redesign_axes'])} {safe(words['redesign_legend'])}</p>"
    for aim in dict.fromkeys(row.aim for row in rows):
        yield from _choice([row for row in rows if row.aim == aim], aim, words)
    yield f"<h2>{safe(words['redesign_points'])}</h2>"
    for row in rows:
        yield from _point(row, words, folder)


def _choice(rows: Sequence[FrontRow], aim: str, words: Mapping[str, str]) -> Iterator[str]:
    """The front of one aim, each point of it a way to its place below."""
    moved, gains = [row.n_moved for row in rows], [row.gain_pct for row in rows]
    numbers = [row.number for row in rows]
    picture = front(moved, gains, width=CHART_WIDTH, numbers=numbers)
    links = {str(row.number): (f"#punkt-{row.number}", _line(row, words)) for row in rows}
    yield f"<h2>{safe(words[f'redesign_aim_{aim}'])}</h2>"
    yield f"<p>{safe(words[f'redesign_aim_{aim}_is'])}</p>"
    yield f'<figure class="scroll">{svg(picture, words["redesign_chart"], WHITE, links)}</figure>'


def _line(row: FrontRow, words: Mapping[str, str]) -> str:
    """What a point costs and gives, on a line."""
    gain = row.travel_gain_min_week
    return words["redesign_line"].format(
        n=row.number,
        moved=row.n_moved,
        contacts=row.n_new_contacts,
        forced=row.n_forced_contacts,
        carers=row.n_carers_moved,
        travel=number_text(-gain, is_change=True),
        imbalance=number_text(row.imbalance_pct, 1),
        parts=row.n_fragments,
        gain=number_text(row.gain_pct),
    )


def _point(row: FrontRow, words: Mapping[str, str], folder: str) -> Iterator[str]:
    """A point folded to its line; the place that the front leads to is inside, and unfolds it."""
    yield f'<details name="punkt"><summary>{safe(_line(row, words))}</summary>'
    yield f'<div id="punkt-{row.number}" class="point">'
    if folder:
        maps, moves = f"maps/point-{row.number}.html", f"moves-{row.number}.csv"
        command = f"hemrunda plan --adopt {folder}/{row.number} --out plan"
        yield (
            f'<p><a href="{maps}">{safe(words["redesign_see_map"])}</a> · '
            f'<a href="{moves}">{safe(words["redesign_see_moves"])}</a></p>'
            f"<p>{safe(words['redesign_take'])} <code>{safe(command)}</code></p>"
        )
    if not row.moves:
        yield f"<p>{safe(words['redesign_nobody'])}</p></div></details>"
        return
    if row.picture is not None:
        drawn = svg(row.picture, words["redesign_map"], WHITE)
        yield f'<figure class="scroll">{drawn}</figure><p>{safe(words["redesign_map"])}</p>'
    heading = words["redesign_point_heading"].format(n=row.number)
    yield f"<details><summary>{safe(heading)}</summary>{_moves(row, words)}</details>"
    yield "</div></details>"


def _moves(row: FrontRow, words: Mapping[str, str]) -> str:
    header = "".join(
        f'<th scope="col">{safe(words[f"redesign_{key}"])}</th>'
        for key in ("point", "client", "from", "to", "reason")
    )
    body = "\n".join(
        f'<tr><th scope="row">{number}</th>'
        + "".join(f"<td>{safe(cell)}</td>" for cell in move)
        + "</tr>"
        for number, move in enumerate(row.moves, 1)
    )
    return (
        f'<div class="scroll"><table><thead><tr>{header}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
