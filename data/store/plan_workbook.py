"""``rounds.xlsx``: a plan for who works in Excel, with real dates, times and minutes.

The first sheet says what the others hold. Every value is Swedish, and a team has its rounds on a
sheet of its own, which can be handed on alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.addresses.nearest import addresses_at
from data.model import Municipality
from data.tables.out.workbook import Workbook
from data.tables.schema.vocabulary import (
    KINDS_SV,
    MODES_SV,
    ROW_KINDS_SV,
    SHIFT_GROUPS_SV,
    TASKS_SV,
    TIERS_SV,
)

if TYPE_CHECKING:
    from data.streets import AddressPoint

Rows = Sequence[Sequence[Any]]
Cells = list[list[Any]]

TEAM_SHEETS_MAX: Final = 60
"""With more teams than these a book of sheets is no help: the sheet Rundor has a filter."""
_CONTENTS: Final = (
    ("Arbetslag", "Lagen i siffror"),
    ("Brukare", "Lag, kontakt, vice och adress för varje brukare; vem som byter lag"),
    ("Rundor", "Alla rundor, rad för rad; filtrera på datum, lag eller personal"),
    ("Oplanerat", "Det som inte fick plats: hopslaget efter orsak, med vad som hjälper"),
)
BY_TEAM_SV: Final = (
    "Planen har skyddade personuppgifter: här står besöken per arbetslag. Vem som gör vad, och "
    "när, står i private/rounds.xlsx, för ur rundorna går det att räkna ut var den skyddade bor"
)
TEAM_HEADER: Final = (
    "Arbetslag", "Område", "Brukare", "Omsorg (min/v)", "Rundor dag", "Rundor kväll",
    "Restid inom laget (min/v)", "Samlat", "Hänger ihop",
)  # fmt: skip
CLIENT_HEADER: Final = (
    "Brukare", "Arbetslag", "Omsorgskontakt", "Vice", "Kvällsvice", "Adress",
    "Förra arbetslaget", "Bytt lag", "E", "N",
)  # fmt: skip
ROUND_HEADER: Final = (
    "Datum", "Veckodag", "Pass", "Runda", "Arbetslag", "Personal", "Nr", "Slag", "Besök", "Insats",
    "Brukare", "Adress", "Framme", "Start", "Slut", "Minuter", "Restid (min)", "Entrétid (min)",
    "Väntan (min)", "Färdsätt", "Vem", "Personal nr",
)  # fmt: skip
UNPLANNED_HEADER: Final = (
    "Tillsammans med", "Åtgärd", "Datum", "Veckodag", "Arbetslag", "Brukare", "Besök", "Insats",
    "Prioritet", "Personal nr", "Orsak",
)  # fmt: skip
_DAYS: Final = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_TEAM_AT: Final = ROUND_HEADER.index("Arbetslag")


@dataclass(frozen=True)
class PlanTables:
    """The rows of the shared tables, by their columns (`data.store.plan_files`).

    ``is_by_team``: the rounds name no carer, and the first sheet says where they are.
    """

    teams: Rows
    clients: Rows
    rounds: Rows
    unplanned: Rows
    is_by_team: bool = False


def write_plan_workbook(
    path: Path,
    municipality: Municipality,
    tables: PlanTables,
    register: Sequence[AddressPoint] = (),
) -> None:
    """Write the workbook.

    Parameters
    ----------
    path : Path
    municipality : Municipality
    tables : PlanTables
        What may be shown, and nothing else is written.
    register : sequence of AddressPoint
        Public addresses to name places by; none where there is no register.
    """
    where = _addresses(municipality, [str(row[0]) for row in tables.clients], register)
    tasks = {visit.visit_id: TASKS_SV.get(visit.task, visit.task) for visit in municipality.visits}
    rounds = [_round(row, where, tasks) for row in tables.rounds]
    by_team: dict[str, Cells] = {}
    for cells in rounds:
        if cells[_TEAM_AT]:
            by_team.setdefault(str(cells[_TEAM_AT]), []).append(cells)
    sheets = sorted(by_team) if len(by_team) <= TEAM_SHEETS_MAX else []
    names = _sheet_names(sheets)
    with Workbook(path, title="Hemrunda plan") as book:
        contents = [
            *_contents(tables),
            *((names[sheet], f"Rundorna i {sheet}") for sheet in sheets),
        ]
        book.contents("Innehåll", _title(municipality, tables), contents)
        book.sheet("Arbetslag", TEAM_HEADER, [_team(row) for row in tables.teams])
        book.sheet("Brukare", CLIENT_HEADER, [_client(row, where) for row in tables.clients])
        book.sheet("Rundor", ROUND_HEADER, rounds)
        book.sheet("Oplanerat", UNPLANNED_HEADER, [_left(row, tasks) for row in tables.unplanned])
        for sheet in sheets:
            book.sheet(names[sheet], ROUND_HEADER, by_team[sheet])


def _contents(tables: PlanTables) -> tuple[tuple[str, str], ...]:
    """What the sheets hold; where no carer is told, where she is."""
    if not tables.is_by_team:
        return _CONTENTS
    return tuple((name, BY_TEAM_SV if name == "Rundor" else text) for name, text in _CONTENTS)


def _addresses(
    municipality: Municipality, client_ids: Sequence[str], register: Sequence[AddressPoint]
) -> dict[str, str]:
    """Each client's address by the register; clients far from every address are left out."""
    known = [municipality.client_by_id[client_id] for client_id in client_ids]
    addresses = addresses_at(((client.x, client.y) for client in known), register)
    return {client.client_id: addresses.get((client.x, client.y), "") for client in known}


def _title(municipality: Municipality, tables: PlanTables) -> str:
    days = sorted({str(row[0]) for row in tables.rounds})
    span = f", {days[0]} – {days[-1]}" if days else ""
    return f"Plan för {municipality.name or 'kommunen'}{span}"


def _sheet_names(team_ids: Sequence[str]) -> dict[str, str]:
    """A name that Excel takes for each team's sheet: short, without its signs, and its own."""
    names: dict[str, str] = {}
    taken = Counter(name.casefold() for name, _ in _CONTENTS)
    taken["innehåll"] += 1
    for team_id in team_ids:
        plain = "".join("-" if sign in "[]:*?/\\'" else sign for sign in team_id).strip()
        # A team that is called Lag 1 needs no more words.
        called = plain if plain.casefold().startswith("lag") else f"Lag {plain}"
        name = called[:31]
        number = 1
        while taken[name.casefold()]:
            number += 1
            name = called[: 31 - len(f" {number}")] + f" {number}"
        taken[name.casefold()] += 1
        names[team_id] = name
    return names


def _team(row: Sequence[Any]) -> list[Any]:
    cells = [_number(cell) for cell in row]
    return [*cells[:-1], _yes(row[-1])]


def _client(row: Sequence[Any], where: Mapping[str, str]) -> list[Any]:
    client, team, contact, vice, x, y, before, moved, evening = row
    place = where.get(client, "")
    return [client, team, contact, vice, evening, place, before, _yes(moved), x, y]


def _round(row: Sequence[Any], where: Mapping[str, str], tasks: Mapping[str, str]) -> list[Any]:
    (day, shift, round_id, team, staff, seq, kind, visit, client, number, arrive, start, end,
     travel, access, wait, mode, tier) = row  # fmt: skip
    date = dt.date.fromisoformat(day)
    begins, ends = _time(start), _time(end)
    lasts = None if begins is None or ends is None else _minutes(_seconds(end) - _seconds(start))
    return [
        date, _DAYS[date.weekday()], SHIFT_GROUPS_SV.get(shift, shift), round_id, team, staff, seq,
        ROW_KINDS_SV.get(kind, KINDS_SV.get(kind, kind)), visit, tasks.get(visit, ""), client,
        where.get(client, ""), _time(arrive), begins, ends, lasts, _minutes(travel),
        _minutes(access), _minutes(wait), MODES_SV.get(mode, mode), TIERS_SV.get(tier, tier),
        number or None,
    ]  # fmt: skip


def _left(row: Sequence[Any], tasks: Mapping[str, str]) -> list[Any]:
    day, visit, client, number, priority, reason, team, cause, remedy = row
    date = dt.date.fromisoformat(day)
    return [
        cause, remedy, date, _DAYS[date.weekday()], team, client, visit, tasks.get(visit, ""),
        priority, number, reason,
    ]  # fmt: skip


def _yes(cell: Any) -> str:
    return "" if cell in (None, "") else "ja" if int(cell) else "nej"


def _number(cell: Any) -> Any:
    return round(cell, 1) if isinstance(cell, float) else cell


def _seconds(text: str) -> int:
    hours, minutes, *seconds = (int(part) for part in text.split(":"))
    return hours * 3600 + minutes * 60 + sum(seconds)


def _time(text: Any) -> dt.timedelta | None:
    """A time of day as Excel holds one; past midnight is more than a day."""
    return dt.timedelta(seconds=_seconds(text)) if text else None


def _minutes(seconds: Any) -> float | None:
    return None if seconds in (None, "") else round(int(seconds) / 60, 1)
