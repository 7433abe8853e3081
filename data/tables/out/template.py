"""A filled XLSX to start from: instructions, every column, and rows that plan as they stand.

The rows are a made-up team of sixteen clients; ``read_input`` takes the template as it is, so that
the first thing a planner tries works. Made from a street network, its people live on those streets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from data import atomic
from data.streets import StreetNetwork
from data.tables.out.meanings import FIRST, meaning_of
from data.tables.schema.columns import TABLES, Column, Table
from data.tables.schema.vocabulary import TASKS_SV

N_CLIENTS: Final = 16
FIRST_DAY: Final = dt.date(2026, 11, 30)
Places = Sequence[tuple[int, int]]
Row = dict[str, str | int | float | dt.date]
"""Cells by the columns' names."""
"""Of the base and then of each client, in metres."""
_MADE_UP: Final[Places] = (
    (600_100, 6_600_000),
    *((599_800 + 130 * (n % 5), 6_599_760 + 150 * (n // 5)) for n in range(N_CLIENTS)),
)
_NEAREST: Final = 80


def places_in(network: StreetNetwork) -> Places:
    """A base and homes for the example in the middle of a network: at its addresses, or corners."""
    if len({(a.x, a.y) for a in network.addresses}) > 4 * N_CLIENTS:
        points = np.array(sorted({(a.x, a.y) for a in network.addresses}))
    else:
        named = np.unique(network.segment_from[network.name_idx >= 0])
        node_idx = named if len(named) > N_CLIENTS else np.arange(len(network.node_x))
        points = np.column_stack([network.node_x[node_idx], network.node_y[node_idx]])
    middle = np.median(points, axis=0)
    near = points[np.argsort(((points - middle) ** 2).sum(axis=1), kind="stable")][:_NEAREST]
    step = max(1, (len(near) - 1) // N_CLIENTS)
    chosen = [near[0], *near[1::step][:N_CLIENTS]]
    chosen += [chosen[-1]] * (N_CLIENTS + 1 - len(chosen))
    return tuple((round(float(x)), round(float(y))) for x, y in chosen)


def _clients(places: Places) -> list[Row]:
    return [
        {
            "client_id": f"B{n:04d}", "x": x, "y": y, "dwelling": "lägenhet" if n % 2 else "hus",
            "physical_key": "ja" if n == 4 else "nej", "team_id": "Lag 1",
            "contact_id": f"P{1 + n % 6:03d}", "needs_contact": "ja",
            "preferred_staff": "P002" if n == 2 else "", "language": "finska" if n == 3 else "",
            "pets": "ja" if n == 5 else "nej", "protected": "nej", "granted_min_week": 600,
            "locked_team": "nej",
        }
        for n, (x, y) in enumerate(places[1:], start=1)
    ]  # fmt: skip


def _visits() -> list[Row]:
    rows: list[Row] = []
    for n in range(1, N_CLIENTS + 1):
        client = f"B{n:04d}"
        first, last = ("07:30", "09:30") if n % 2 else ("09:00", "11:00")
        rows.append({
            "visit_id": f"V{n:02d}1", "client_id": client, "task": "morgon", "shift": "dag",
            "weekdays": "alla dagar", "duration_min": 25 + 5 * (n % 3), "earliest": first,
            "latest": last, "every_weeks": 1, "carers_required": 2 if n == 6 else 1,
            "skills": "läkemedel" if n % 3 == 0 else "", "priority": 1, "mode": "fysiskt",
            "window_source": "HSL" if n % 3 == 0 else "SoL",
            "gap_after": f"V{n:02d}2:300" if n == 1 else "",
        })  # fmt: skip
        if n <= 10:
            rows.append({
                "visit_id": f"V{n:02d}2", "client_id": client, "task": "kväll", "shift": "kväll",
                "weekdays": "mån-fre" if n == 5 else "alla dagar", "duration_min": 25,
                "earliest": "18:00", "latest": "20:30", "every_weeks": 1, "carers_required": 1,
                "priority": 1, "mode": "fysiskt", "window_source": "SoL",
            })  # fmt: skip
    rows.append({
        "visit_id": "V023", "client_id": "B0002", "task": "städ", "shift": "dag",
        "weekdays": "1 av mån-fre", "duration_min": 70, "every_weeks": 2, "priority": 3,
    })  # fmt: skip
    rows.append({
        "visit_id": "V033", "client_id": "B0003", "task": "dusch", "shift": "dag",
        "weekdays": "tis, fre", "duration_min": 40, "earliest": "10:30", "latest": "13:30",
        "priority": 2,
    })  # fmt: skip
    return rows


def _staff() -> list[Row]:
    return [
        {
            "staff_id": f"P{n:03d}", "role": "kontakt" if n <= 6 else "löpare",
            "shift_group": "dag" if n <= 6 else "kväll", "title": "undersköterska",
            "team_id": "Lag 1", "skills": "läkemedel (2027-12-31); insulin (2027-06-30)",
            "travel_mode": "cykel", "employment_pct": 100 if n < 8 else 80, "transition": "nej",
            "twin_id": {1: "P002", 2: "P001"}.get(n, ""), "pet_allergy": "nej",
        }
        for n in range(1, 10)
    ]  # fmt: skip


def _roster() -> list[Row]:
    rows: list[Row] = []
    for day in range(14):
        for n in range(1, 10):
            if (day + 2 * n) % 7 < 2:  # two days off a week
                continue
            is_evening = n > 6
            rows.append({
                "staff_id": f"P{n:03d}", "date": FIRST_DAY + dt.timedelta(days=day),
                "start": "15:00" if is_evening else "07:00",
                "end": "22:00" if is_evening else "15:00", "kind": "arbete",
            })  # fmt: skip
    return rows


def example_rows(places: Places = _MADE_UP, system: str = "SWEREF 99 TM") -> dict[str, list[Row]]:
    """The example, per table."""
    x, y = places[0]
    return {
        "clients": _clients(places),
        "visits": _visits(),
        "staff": _staff(),
        "roster": _roster(),
        "bases": [{"base_id": "Lokal A", "x": x, "y": y, "team_ids": ""}],
        "task_codes": [
            {"code": "S2 städ nivå 2", "task": "städ", "minutes": 90},
            {"code": "hk1", "task": "inköp"},
        ],
        "pins": [],
        **{name: [] for name in ("decisions", "matters", "laundry", "notes")},
        "municipality": [{"name": "Exempelkommun", "epsg": system}],
    }


def ordered(table: Table) -> list[Column]:
    """The columns as the template has them: the first eight, then the others."""
    first = FIRST.get(table.name, tuple(column.name for column in table.columns))
    rest = [column for column in table.columns if column.name not in first]
    return [*(table.column(name) for name in first), *rest]


def header_of(table: Table, column: Column) -> str:
    """The header in the template: of a client it asks for an id in so many words."""
    asks = column.name == "client_id" and table.name in {"clients", "visits"}
    return "Brukar-id" if asks else column.header


def write_template(path: Path | str, network: StreetNetwork | None = None) -> Path:
    """Write the template: the instruction sheet first, then every table with example rows.

    Every column that can be filled in is there, eight to begin with and the others grouped at the
    right; comments say what each means and may hold, and lists are there to choose from.

    Parameters
    ----------
    path : Path or str
    network : StreetNetwork, optional
        Where the example's people are to live, so that its rows plan on those streets.
    """
    from data.tables.out.workbook import Workbook

    path = Path(path)
    rows = example_rows()
    if network is not None:
        rows = example_rows(places_in(network), f"EPSG:{network.epsg}")
    with atomic.replacing(path) as temporary, Workbook(temporary, "Hemrunda mall") as book:
        book.instructions(header_of)
        for table in TABLES:
            columns = ordered(table)
            header = [header_of(table, column) for column in columns]
            cells = [[row.get(column.name) for column in columns] for row in rows[table.name]]
            book.sheet(table.sheet, header, cells, n_first=len(FIRST.get(table.name, header)))
            book.guide(table.sheet, _guides(table, columns))
    return path


_OPEN_LISTS: Final = {
    "task": tuple(TASKS_SV.values()),
    "weekdays": ("alla dagar", "mån-fre", "helg", "1 av mån-fre", "mån", "tis", "ons", "tor",
                 "fre", "lör", "sön"),
    "skills": ("läkemedel", "insulin"),
}  # fmt: skip
"""Lists to choose from, beside which other things may be written."""
_NUMBERS: Final = {"carers_required": ("1", "2"), "priority": ("1", "2", "3")}


def _guides(
    table: Table, columns: Sequence[Column]
) -> Sequence[tuple[str, tuple[str, ...], bool, bool]]:
    """Per column: meaning, the list if any, whether it must be filled, whether the list is open."""
    lists = {
        "ja eller nej": ("ja", "nej"),
        "kvinna eller man, ett önskemål": ("kvinna", "man"),
        "kvinna eller man, bara för brukares önskemål": ("kvinna", "man"),
        "hus eller lägenhet": ("hus", "lägenhet"),
        "dag, kväll eller båda": ("dag", "kväll", "båda"),
        "dag eller kväll": ("dag", "kväll"),
        "kontakt, löpare eller resurs": ("kontakt", "löpare", "resurs"),
        "undersköterska eller vårdbiträde": ("undersköterska", "vårdbiträde"),
        "gång, cykel, elcykel eller bil": ("gång", "cykel", "elcykel", "bil"),
        "fysiskt, digitalt eller extern": ("fysiskt", "digitalt", "extern"),
        "arbete, möte, ledig eller sjuk": ("arbete", "möte", "ledig", "sjuk"),
        "HSL, SoL eller önskemål": ("HSL", "SoL", "önskemål"),
        "lag, kontakt, vice, tvilling, person, dag, tid": (
            "lag",
            "kontakt",
            "vice",
            "tvilling",
            "person",
            "dag",
            "tid",
        ),
    }
    guides = []
    for column in columns:
        meaning = meaning_of(table.name, column.name)
        choices = lists.get(column.allowed.removesuffix(", på varje rad"), ())
        choices = choices or _NUMBERS.get(column.name, ())
        is_open = not choices and column.name in _OPEN_LISTS
        choices = choices or _OPEN_LISTS.get(column.name, ())
        guides.append((f"{meaning} ({column.allowed})", choices, column.is_required, is_open))
    return guides
