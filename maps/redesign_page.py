"""The ways from today's division to the best one, as one page: chart, table, and who moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.atomic import write_text
from maps.charts import front
from maps.report import parts_page
from maps.report_view import CHART_WIDTH, Chart, Heading, Part, Table, Text
from maps.texts import texts


@dataclass(frozen=True, slots=True)
class FrontRow:
    """One point of the front, in numbers only, and its moves by id with a reason."""

    n_moved: int
    n_new_contacts: int
    travel_min_week: int
    imbalance_pct: float
    n_fragments: int
    gain_pct: float
    moves: tuple[tuple[str, str, str, str], ...]
    """``client_id, from_team_id, to_team_id, reason``."""


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
    parts: list[Part] = [
        Text(words["redesign_intro"]),
        Chart(
            front([row.n_moved for row in rows], [row.gain_pct for row in rows], width=CHART_WIDTH),
            words["redesign_chart"],
        ),
        Text(words["redesign_axes"]),
        Table(
            tuple(words[f"redesign_{key}"] for key in _COLUMNS),
            tuple(_cells(number, row) for number, row in enumerate(rows, 1)),
            (0.1, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15),
        ),
    ]
    for number, row in enumerate(rows, 1):
        if row.moves:
            parts.append(Heading(words["redesign_point_heading"].format(n=number)))
            header = tuple(words[f"redesign_{key}"] for key in ("client", "from", "to", "reason"))
            parts.append(Table(header, row.moves, (0.15, 0.1, 0.1, 0.65), n_text=4))
    write_text(Path(path), parts_page(parts, words["redesign"], place, mark, language))


_COLUMNS = ("point", "moved", "contacts", "travel", "imbalance", "fragments", "gain")


def _cells(number: int, row: FrontRow) -> tuple[str, ...]:
    return (
        str(number),
        str(row.n_moved),
        str(row.n_new_contacts),
        str(row.travel_min_week),
        f"{row.imbalance_pct:.1f}".replace(".", ","),
        str(row.n_fragments),
        f"{row.gain_pct:.0f}",
    )
