"""Who adopted and decided what, and when: a table beside the tables, that only grows (OR-18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from data.errors import SettingsError, StoreError
from data.model import Decision
from data.regular_files import regular_bytes
from data.store import folder_locks as locks
from data.store.transaction import replacing_all
from data.tables.sources import DECISIONS_FILE, HISTORY_FILE

HEADER: Final = ("när", "vem", "vad", "id", "före", "efter", "plan")
Line = tuple[str, str, str, str]
"""What, about whom, before, after."""


def folder_of(tables: Path) -> Path:
    """Where the tables lie."""
    return tables if tables.is_dir() else tables.parent


def append_history(
    folder: Path, by: str, plan_id: str, lines: Iterable[Line], staged: Path
) -> None:
    """Write the folder's history to ``staged``, with lines added, each with time and by whom.

    Raises
    ------
    SettingsError
        Where nobody is named: a decision is somebody's.
    """
    if not by.strip():
        raise SettingsError("Det sägs inte vem som beslutar. Ange en roll eller ett id.")
    now = dt.datetime.now().isoformat(sep=" ", timespec="minutes")
    rows = [(now, by, *line, plan_id) for line in lines]
    append_rows(folder / HISTORY_FILE, HEADER, rows, staged)


def record_decisions(tables: Path, decisions: Sequence[Decision]) -> Path:
    """Add decisions to ``beslut.csv`` beside the tables, and to the history: all of them or none.

    Raises
    ------
    StoreError
        Where the file has other columns than ours; nothing is written then.
    SettingsError
        Where one ends before it begins: every later command would stop at its row. As
        `append_history`.
    """
    from data.tables.out.writing import decision_row
    from data.tables.schema.decision_table import DECISIONS

    for decision in decisions:
        first, last = decision.valid_from, decision.valid_to
        if last < first:
            raise SettingsError(
                f"Beslutets sista dag, {last}, ligger före dess första, {first}. Rätta datumen."
            )
    rows = [decision_row(decision) for decision in decisions]
    folder = folder_of(tables)
    header = [column.header for column in DECISIONS.columns]
    cells = [[row[column.name] for column in DECISIONS.columns] for row in rows]
    lines: list[Line] = []
    for row, decision in zip(rows, decisions, strict=True):
        about = decision.client_id or decision.visit_id or decision.staff_id
        what = decision.team_id or decision.twin_id or decision.staff_id
        lines.append((f"beslut om {row['kind']}", about, "", what))
    with locks.writing(folder), locks.locked(folder), replacing_all(folder) as staged:
        append_rows(folder / DECISIONS_FILE, header, cells, staged)
        append_history(folder, decisions[0].decided_by, "", lines, staged)
    return folder / DECISIONS_FILE


def append_rows(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[object]], staged: Path
) -> None:
    """Write a table of ours to ``staged``, with rows added; all there is put in place as one."""
    from data.atomic import write_text
    from data.tables.out.writing import csv_text

    head = csv_text(header, [])
    try:
        before = regular_bytes(path).decode("utf-8") if path.exists() else head
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path.name} kan inte läsas.") from error
    if not before.startswith(head):
        raise StoreError(
            f"{path.name} har andra kolumner än våra, så raden läggs inte till. Kolumnerna ska "
            f"vara {', '.join(header)}, skilda med semikolon, i UTF-8."
        )
    ending = "" if before.endswith("\n") else "\r\n"
    write_text(staged / path.name, before + ending + csv_text(header, rows).removeprefix(head))
