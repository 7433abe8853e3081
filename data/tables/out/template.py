"""A filled XLSX to start from: instructions, every column, and a few rows that can be read.

The rows are an example municipality of six clients; ``read_input`` takes the template as it is, so
that the first thing a planner tries works.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from data import atomic
from data.tables.schema.columns import TABLES, Table

_STREETS: Final = ((599_800, 6_600_100), (599_950, 6_600_240), (600_120, 6_600_180),
                   (600_300, 6_600_020), (600_420, 6_599_900), (600_550, 6_599_760))  # fmt: skip
FIRST_DAY: Final = dt.date(2026, 11, 30)


def _clients() -> list[dict[str, Any]]:
    return [
        {
            "client_id": f"B{n:04d}", "x": x, "y": y, "dwelling": "lägenhet" if n % 2 else "hus",
            "building_id": "H1" if n < 3 else "", "physical_key": "ja" if n == 4 else "nej",
            "team_id": "Lag 1" if n < 5 else "Lag 2",
            "contact_id": f"P{1 + n % 3:03d}" if n != 6 else "", "needs_contact": "ja",
            "preferred_staff": "P002" if n == 2 else "", "language": "finska" if n == 3 else "",
            "pets": "ja" if n == 5 else "nej", "protected": "nej", "granted_min_week": 300 + 60 * n,
            "locked_team": "nej",
        }
        for n, (x, y) in enumerate(_STREETS, start=1)
    ]  # fmt: skip


def _visits() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for n in range(1, 7):
        client = f"B{n:04d}"
        rows.append({
            "visit_id": f"V{n:02d}1", "client_id": client, "task": "morgon", "shift": "dag",
            "weekdays": "alla dagar", "duration_min": 30 + 5 * (n % 3), "earliest": "07:30",
            "latest": "09:30", "every_weeks": 1, "wished": "08:00" if n == 1 else "",
            "carers_required": 2 if n == 6 else 1, "skills": "läkemedel" if n % 2 else "",
            "priority": 1, "mode": "fysiskt", "window_source": "HSL" if n % 2 else "SoL",
            "gap_after": f"V{n:02d}2:300" if n == 1 else "",
        })  # fmt: skip
        rows.append({
            "visit_id": f"V{n:02d}2", "client_id": client, "task": "kväll", "shift": "kväll",
            "weekdays": "mån-fre" if n == 5 else "alla dagar", "duration_min": 25,
            "earliest": "18:30", "latest": "20:30", "every_weeks": 1, "carers_required": 1,
            "priority": 1, "mode": "fysiskt", "window_source": "SoL",
        })  # fmt: skip
    rows.append({
        "visit_id": "V023", "client_id": "B0002", "task": "städ", "shift": "dag",
        "weekdays": "1 av mån-fre", "duration_min": 70, "every_weeks": 2, "priority": 3,
    })  # fmt: skip
    rows.append({
        "visit_id": "V033", "client_id": "B0003", "task": "dusch", "shift": "dag",
        "weekdays": "tis, fre", "duration_min": 40, "earliest": "09:30", "latest": "13:00",
        "priority": 2,
    })  # fmt: skip
    return rows


def _staff() -> list[dict[str, Any]]:
    roles = ("kontakt", "kontakt", "kontakt", "löpare", "resurs")
    return [
        {
            "staff_id": f"P{n:03d}", "role": role,
            "shift_group": ("dag", "dag", "kväll", "båda", "båda")[n - 1],
            "title": "vårdbiträde" if n == 4 else "undersköterska",
            "team_id": "Lag 1" if n < 4 else "Lag 2",
            "skills": "läkemedel (2027-12-31); insulin (2027-06-30)",
            "travel_mode": "cykel" if n < 4 else "bil", "employment_pct": 100 if n < 4 else 80,
            "transition": "nej", "twin_id": {1: "P002", 2: "P001"}.get(n, ""), "pet_allergy": "nej",
        }
        for n, role in enumerate(roles, start=1)
    ]  # fmt: skip


def _roster() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for day in range(14):
        for n in (1, 2, 3, 4, 5):
            if (day + 2 * n) % 7 < 2:  # two days off a week
                continue
            is_evening = n in (3, 5)
            rows.append({
                "staff_id": f"P{n:03d}", "date": FIRST_DAY + dt.timedelta(days=day),
                "start": "15:00" if is_evening else "07:00",
                "end": "22:00" if is_evening else "15:00", "kind": "arbete",
            })  # fmt: skip
    return rows


def example_rows() -> dict[str, list[dict[str, Any]]]:
    """The example, per table."""
    return {
        "clients": _clients(),
        "visits": _visits(),
        "staff": _staff(),
        "roster": _roster(),
        "bases": [{"base_id": "Lokal A", "x": 600_100, "y": 6_600_000, "team_ids": ""}],
        "task_codes": [
            {"code": "S2 städ nivå 2", "task": "städ"},
            {"code": "hk1", "task": "inköp"},
        ],
        "pins": [],
        "decisions": [],
        "municipality": [{"name": "Exempelkommun", "epsg": "SWEREF 99 TM"}],
    }


def write_template(path: Path | str) -> Path:
    """Write the template: the instruction sheet first, then every table with example rows.

    Every column that can be filled in is there, with the address columns as well; drop-down lists
    and comments say what each may hold.
    """
    from data.tables.out.workbook import Workbook

    path = Path(path)
    rows = example_rows()
    with atomic.replacing(path) as temporary, Workbook(temporary, "Hemrunda mall") as book:
        book.instructions()
        for table in TABLES:
            header = [column.header for column in table.columns]
            cells = [[row.get(column.name) for column in table.columns] for row in rows[table.name]]
            book.sheet(table.sheet, header, cells)
            book.guide(table.sheet, _guides(table))
    return path


def _guides(table: Table) -> Sequence[tuple[str, tuple[str, ...], bool]]:
    """Per column: what it may hold, the list to choose from if any, whether it must be filled."""
    lists = {
        "ja eller nej": ("ja", "nej"),
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
    return [
        (
            column.allowed,
            lists.get(column.allowed.removesuffix(", på varje rad"), ()),
            column.is_required,
        )
        for column in table.columns
    ]
