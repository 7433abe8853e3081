"""What ``hemrunda ask deadlines`` leaves: one list as table, page and calendar.

Clients with protected data are in none of them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from data.units import HOUR_S
from hemrunda.speech.messages import heads_in, said_in
from routing.answers.deadlines import KINDS_SV, EndingLoad, Waiting

if TYPE_CHECKING:
    from maps.common.html_parts import Part

HEADER: Final = (
    "Senast", "Dagar kvar", "Vad", "Brukare", "Arbetslag", "Personal", "Besök", "Läge",
)  # fmt: skip
FILES: Final = ("deadlines.html", "deadlines.csv", "deadlines.ics")
CALENDAR_S: Final = (8 * HOUR_S, 8 * HOUR_S + 1800)
"""When in the morning a calendar shows what is due that day."""

Row = tuple[str, int, str, str, str, str, str, str]


def rows_of(items: Sequence[Waiting], team_of: dict[str, str], today: dt.date) -> list[Row]:
    """The rows of the list, in its order."""
    return [
        (
            item.due.isoformat(), (item.due - today).days, KINDS_SV[item.kind], item.client_id,
            team_of.get(item.client_id, ""), item.staff_id, item.visit_id, item.text,
        )
        for item in items
    ]  # fmt: skip


def write_deadlines(
    folder: Path,
    items: Sequence[Waiting],
    ending: Sequence[EndingLoad],
    *,
    team_of: dict[str, str],
    today: dt.date,
    name: str,
    language: str = "sv",
) -> list[Path]:
    """Write the three files; the page is the first of them."""
    from data.atomic import write_bytes, write_text
    from data.tables.out.writing import csv_text
    from maps.common.plain_page import parts_page
    from maps.files.ics import Event, calendar

    paths = [folder / file for file in FILES]
    rows = [
        (*row[:2], said_in(row[2], language), *row[3:7], said_in(row[7], language))
        for row in rows_of(items, team_of, today)
    ]
    title = said_in("Bevakningar", language)
    page = parts_page(page_parts(rows, ending, language), title, name, today.isoformat(), language)
    write_text(paths[0], page)
    write_text(paths[1], csv_text(heads_in(HEADER, language), rows))
    events = [
        Event(item.due, *CALENDAR_S, f"{row[2]} {row[3] or row[5]}".strip(), row[7])
        for item, row in zip(items, rows, strict=True)
    ]
    write_bytes(paths[2], calendar(events, name=title, stamp_day=today))
    return paths


def page_parts(
    rows: Sequence[Row], ending: Sequence[EndingLoad], language: str = "sv"
) -> list[Part]:
    """How many of each kind, the list, and the care that ends week by week."""
    from maps.common.html_parts import Heading, Table, Text

    if not rows:
        return [Text(said_in("Ingenting väntar.", language)), *_ending(ending, language)]
    late = sum(row[1] < 0 for row in rows)
    counts = Counter(row[2] for row in rows)
    shown = tuple(
        (what, str(n), str(sum(row[1] < 0 and row[2] == what for row in rows)))
        for what, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    listed = tuple(tuple(map(str, row)) for row in rows)
    return [
        Text(said_in(
            f"{len(rows)} väntar, varav {late} har passerat sin sista dag.", language)),
        Table(heads_in(("Vad", "Antal", "Passerade"), language), shown, (0.6, 0.2, 0.2)),
        Heading(said_in("Lista", language)),
        Table(heads_in(HEADER, language), listed,
              (0.1, 0.07, 0.15, 0.09, 0.09, 0.09, 0.09, 0.32), 8),
        *_ending(ending, language),
    ]  # fmt: skip


def _ending(ending: Sequence[EndingLoad], language: str) -> list[Part]:
    from maps.common.html_parts import Heading, Table, number

    rows = tuple(
        (said_in(f"v. {load.monday.isocalendar().week} ({load.monday})", language),
         str(load.n_clients), str(load.n_visits), number(load.min_week, 0))
        for load in ending
    )  # fmt: skip
    header = heads_in(("Vecka", "Brukare", "Besök som upphör", "Minuter per vecka"), language)
    title = said_in("Omsorg som upphör", language)
    return [Heading(title), Table(header, rows, (0.4, 0.2, 0.2, 0.2))]
