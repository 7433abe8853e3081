"""What changed between two exports, and what it means for the plan (faults.md A21, NO-03).

Clients and visits are matched by id. A client who is gone is told of by id and team, so that no
team shrinks in silence.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from data.model import Client, Municipality, Staff, Visit
from data.units import number_text

P = TypeVar("P", Client, Staff)
Kind = Literal["new", "ended", "changed", "moved"]

MOVED_M: Final = 25.0
"""Nearer than this it is the same door, read from another register."""
KINDS_SV: Final[Mapping[str, str]] = {
    "new": "ny", "ended": "borta", "changed": "ändrad", "moved": "flyttad",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs.

    Attributes
    ----------
    table : str
        ``clients``, ``visits``, ``staff`` or ``roster``.
    kind : str
    item_id : str
    team_id : str
        The team concerned, as the newer table has it (the older where the row is gone).
    columns : tuple of str
        Names of the fields that differ; no values, since some of them are secret.
    minutes_week : int
        What it does to the week's care minutes of the team.
    """

    table: str
    kind: Kind
    item_id: str
    team_id: str
    columns: tuple[str, ...] = ()
    minutes_week: int = 0


def week_minutes(visit: Visit) -> float:
    """Care minutes of a visit in a mean week, both carers counted; external visits have none."""
    if visit.mode == "external":
        return 0.0
    times = visit.n_per_period or len(visit.weekdays)
    return times * visit.duration_s * visit.carers_required / visit.every_weeks / 60


def _differing(old: Any, new: Any, skip: frozenset[str] = frozenset()) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in fields(old)
        if field.name not in skip and getattr(old, field.name) != getattr(new, field.name)
    )


def _sorted_ids(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return sorted(old.keys() | new.keys())


def _of_team(
    table: str,
    before: Mapping[str, P],
    after: Mapping[str, P],
    changed: Callable[[P, P], Iterable[Change]],
) -> Iterable[Change]:
    """Who is new, who has left, and how the others have ``changed``: of persons of a team."""
    for person_id in _sorted_ids(before, after):
        was, now = before.get(person_id), after.get(person_id)
        if was is None and now is not None:
            yield Change(table, "new", person_id, now.team_id)
        elif now is None and was is not None:
            yield Change(table, "ended", person_id, was.team_id)
        elif was is not None and now is not None:
            yield from changed(was, now)


def _clients(old: Municipality, new: Municipality) -> Iterable[Change]:
    yield from _of_team("clients", old.client_by_id, new.client_by_id, _client)


def _client(was: Client, now: Client) -> Iterable[Change]:
    if math.hypot(was.x - now.x, was.y - now.y) > MOVED_M:
        yield Change("clients", "moved", now.client_id, now.team_id, ("x", "y"))
    # Buildings named by their coordinates change with them.
    columns = _differing(was, now, frozenset({"x", "y", "building_id"}))
    if columns:
        yield Change("clients", "changed", now.client_id, now.team_id, columns)


def _visits(old: Municipality, new: Municipality) -> Iterable[Change]:
    before, after = old.visit_by_id, new.visit_by_id

    def team(municipality: Municipality, visit: Visit) -> str:
        client = municipality.client_by_id.get(visit.client_id)
        return client.team_id if client is not None else ""

    for visit_id in _sorted_ids(before, after):
        was, now = before.get(visit_id), after.get(visit_id)
        if was is None and now is not None:
            yield Change("visits", "new", visit_id, team(new, now), (), round(week_minutes(now)))
        elif now is None and was is not None:
            yield Change("visits", "ended", visit_id, team(old, was), (), -round(week_minutes(was)))
        elif was is not None and now is not None and was != now:
            minutes = round(week_minutes(now) - week_minutes(was))
            yield Change(
                "visits", "changed", visit_id, team(new, now), _differing(was, now), minutes
            )


def _staff(old: Municipality, new: Municipality) -> Iterable[Change]:
    yield from _of_team("staff", old.staff_by_id, new.staff_by_id, _carer)


def _carer(was: Staff, now: Staff) -> Iterable[Change]:
    if was != now:
        yield Change("staff", "changed", now.staff_id, now.team_id, _differing(was, now))


def _roster(old: Municipality, new: Municipality) -> Iterable[Change]:
    """Shifts have no id; a carer's whole roster is the item."""

    def of(municipality: Municipality) -> dict[str, frozenset[Any]]:
        shifts: dict[str, set[Any]] = {}
        for shift in municipality.roster:
            shifts.setdefault(shift.staff_id, set()).add(shift)
        return {staff_id: frozenset(lines) for staff_id, lines in shifts.items()}

    def team(staff_id: str) -> str:
        carer: Staff | None = new.staff_by_id.get(staff_id) or old.staff_by_id.get(staff_id)
        return carer.team_id if carer is not None else ""

    before, after = of(old), of(new)
    for staff_id in _sorted_ids(before, after):
        if before.get(staff_id) != after.get(staff_id):
            yield Change("roster", "changed", staff_id, team(staff_id))


def differences(old: Municipality, new: Municipality) -> tuple[Change, ...]:
    """Every change from the older export to the newer, in order of table and id."""
    parts: Sequence[Callable[[Municipality, Municipality], Iterable[Change]]] = (
        _clients, _visits, _staff, _roster,
    )  # fmt: skip
    return tuple(change for part in parts for change in part(old, new))


def consequences(
    changes: Sequence[Change], contacts: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """What the changes mean for the plan, as short Swedish sentences with ids and numbers only.

    Parameters
    ----------
    changes : sequence of Change
    contacts : mapping of client_id to staff_id, optional
        Of the plan in force; tells whose clients lose their contact.
    """
    sentences = []
    n_of = Counter((change.table, change.kind) for change in changes)
    if n_of["clients", "new"]:
        sentences.append(
            f"{n_of['clients', 'new']} nya brukare behöver arbetslag och omsorgskontakt."
        )
    if n_of["clients", "ended"]:
        gone = Counter(c.team_id for c in changes if (c.table, c.kind) == ("clients", "ended"))
        teams = ", ".join(f"{team or 'utan lag'}: {n}" for team, n in sorted(gone.items()))
        sentences.append(f"{n_of['clients', 'ended']} brukare finns inte längre ({teams}).")
    if n_of["clients", "moved"]:
        sentences.append(
            f"{n_of['clients', 'moved']} brukare har flyttat: pröva om arbetslaget ännu är rätt."
        )
    per_team: Counter[str] = Counter()
    for change in changes:
        if change.minutes_week:
            per_team[change.team_id] += change.minutes_week
    for team, minutes in sorted(per_team.items()):
        if minutes:
            more = number_text(minutes, is_change=True)
            sentences.append(f"{team or 'Utan lag'}: {more} insatsminuter i veckan.")
    left = {c.item_id for c in changes if (c.table, c.kind) == ("staff", "ended")}
    orphans = sum(staff_id in left for staff_id in (contacts or {}).values())
    if left:
        sentences.append(
            f"{len(left)} medarbetare finns inte längre; {orphans} brukare mister sin kontakt."
        )
    return tuple(sentences)


DIFFERENCE_HEADER: Final = (
    "Tabell", "Ändring", "Id", "Arbetslag", "Kolumner", "Minuter per vecka",
)  # fmt: skip


def write_differences(path: Path, changes: Sequence[Change]) -> None:
    """Write the changes as CSV: ids, column names and minutes, never the values."""
    from data import atomic
    from data.tables.out.writing import csv_text
    from data.tables.schema.columns import TABLES

    sheets = {table.name: table for table in TABLES}
    rows = []
    for change in changes:
        table = sheets[change.table]
        headers = {column.name: column.header for column in table.columns}
        headers["duration_s"], headers["earliest_s"] = "Minuter", "Tidigast start"
        headers["latest_s"], headers["wished_s"] = "Senast start", "Önskad tid"
        shown = ", ".join(headers.get(name, name) for name in change.columns)
        rows.append([table.sheet, KINDS_SV[change.kind], change.item_id, change.team_id, shown,
                     change.minutes_week])  # fmt: skip
    atomic.write_text(path, csv_text(DIFFERENCE_HEADER, rows))
