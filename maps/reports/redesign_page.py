"""The ways from today's division to the best one, as one page: charts, tables, maps, who moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.atomic import write_text
from maps.base.drawing import Picture
from maps.base.html_parts import CHART_WIDTH, Chart, Heading, Part, Table, Text
from maps.base.plain_page import parts_page
from maps.base.texts import texts
from maps.reports.charts import front

MAP_HEIGHT = 360.0


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
    picture: Picture | None = None
    """Who moves from where to where, numbered as ``moves``; see `maps.reports.move_picture`."""


def write_redesign(
    path: Path, rows: Sequence[FrontRow], *, place: str, mark: str, language: str = "sv"
) -> None:
    """Write the page for a manager: ids are shown, protected clients' must be left out before.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    parts: list[Part] = [Text(words["redesign_intro"])]
    for aim in dict.fromkeys(row.aim for row in rows):
        parts += _front([row for row in rows if row.aim == aim], aim, words)
    for row in rows:
        if row.moves:
            parts += _moves(row, words)
    write_text(Path(path), parts_page(parts, words["redesign"], place, mark, language))


def _front(rows: Sequence[FrontRow], aim: str, words: Mapping[str, str]) -> list[Part]:
    moved, gains = [row.n_moved for row in rows], [row.gain_pct for row in rows]
    numbers = [row.number for row in rows]
    return [
        Heading(words[f"redesign_aim_{aim}"]),
        Text(words[f"redesign_aim_{aim}_is"]),
        Chart(front(moved, gains, width=CHART_WIDTH, numbers=numbers), words["redesign_chart"]),
        Text(words["redesign_axes"]),
        Table(
            tuple(words[f"redesign_{key}"] for key in _COLUMNS),
            tuple(_cells(row) for row in rows),
            (0.08, 0.13, 0.13, 0.14, 0.14, 0.13, 0.12, 0.13),
        ),
    ]


def _moves(row: FrontRow, words: Mapping[str, str]) -> list[Part]:
    heading = words["redesign_point_heading"].format(n=row.number)
    parts: list[Part] = [Heading(heading)]
    if row.picture is not None:
        parts += [Chart(row.picture, words["redesign_map"]), Text(words["redesign_map"])]
    header = tuple(words[f"redesign_{key}"] for key in ("point", "client", "from", "to", "reason"))
    numbered = tuple((str(number), *move) for number, move in enumerate(row.moves, 1))
    return [*parts, Table(header, numbered, (0.06, 0.14, 0.1, 0.1, 0.6), n_text=5)]


_COLUMNS = (
    "point",
    "moved",
    "contacts",
    "travel",
    "shorter",
    "imbalance",
    "fragments",
    "gain",
)


def _cells(row: FrontRow) -> tuple[str, ...]:
    gain = row.travel_gain_min_week
    return (
        str(row.number),
        str(row.n_moved),
        f"{row.n_new_contacts} ({row.n_forced_contacts})",
        str(row.travel_min_week),
        f"{'−' if gain > 0 else '+' if gain < 0 else ''}{abs(gain)}",
        f"{row.imbalance_pct:.1f}".replace(".", ","),
        str(row.n_fragments),
        f"{row.gain_pct:.0f}",
    )
