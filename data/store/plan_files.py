"""The rows of each output file, exactly the columns of the contract, and the way back from them.

Times are ``HH:MM:SS``, dates ISO, coordinates whole metres, flags 1 and 0. Everything a plan
needs beyond the tables is in ``plan.json``, with a version and a checksum.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import Any, Final, TypeVar, cast

from data.care.hidden import hidden_homes, may_show, shown_rounds, shown_unplanned
from data.care.shortfalls import shortfalls
from data.errors import StoreError
from data.matter_model import Part
from data.model import Client, Municipality
from data.plans import PlanRow, RoundPlan, RowKind, Team, TeamPlan, Tier, UnplannedRow
from data.regular_files import parsed_json
from data.tables.out.headings import columns_of
from data.tables.schema.cells import unescape_formula
from data.units import clock_exact

T = TypeVar("T")
FORMAT: Final = "hemrunda-plan"
VERSION: Final = 1

TEAM_COLUMNS: Final = (
    "team_id", "area_id", "n_clients", "care_min_week", "rounds_day", "rounds_evening",
    "travel_within_min", "compactness", "contiguous",
)  # fmt: skip
CLIENT_COLUMNS: Final = (
    "client_id", "team_id", "contact_id", "vice_id", "x", "y", "previous_team_id", "moved",
    "evening_vice_id",
)  # fmt: skip
ROUND_COLUMNS: Final = (
    "date", "shift", "round_id", "team_id", "staff_id", "seq", "kind", "visit_id", "client_id",
    "carer_no", "arrive", "start", "end", "travel_s", "access_s", "wait_s", "mode", "tier",
)  # fmt: skip
UNPLANNED_COLUMNS: Final = ("date", "visit_id", "client_id", "carer_no", "priority", "reason")
SHARED_UNPLANNED_COLUMNS: Final = (*UNPLANNED_COLUMNS, "team_id", "cause", "remedy")
"""What others read: told together by cause, with what would give room (`data.care.shortfalls`)."""

Rows = list[list[Any]]


def _care_min_week(municipality: Municipality, client_ids: Sequence[str]) -> int:
    total_s = 0.0
    for client_id in client_ids:
        for visit in municipality.visits_of.get(client_id, ()):
            if visit.mode == "external":
                continue
            times = visit.n_per_period or len(visit.weekdays)
            total_s += times * visit.duration_s * visit.carers_required / visit.every_weeks
    return round(total_s / 60)


def team_rows(
    municipality: Municipality, plan: TeamPlan, team_table: Sequence[Mapping[str, Any]]
) -> Rows:
    """Rows of ``teams.csv``; measures not given in ``team_table`` are left empty."""
    given = {str(row["team_id"]): row for row in team_table}
    rows: Rows = []
    for team in plan.teams:
        known: dict[str, Any] = {
            "team_id": team.team_id,
            "area_id": team.area_id,
            "n_clients": len(team.client_ids),
            "care_min_week": _care_min_week(municipality, team.client_ids),
        }
        known.update(given.get(team.team_id, {}))
        rows.append([_plain(known.get(column)) for column in TEAM_COLUMNS])
    return rows


def _plain(value: Any) -> Any:
    """Numbers of NumPy and flags as CSV holds them."""
    if hasattr(value, "item"):
        value = value.item()
    return int(value) if isinstance(value, bool) else value


def client_rows(municipality: Municipality, plan: TeamPlan) -> Rows:
    """Rows of ``clients.csv``: protected and unknown clients are not among them."""
    shown = may_show(municipality)
    rows: Rows = []
    for client_id, team_id in sorted(plan.team_of_client.items()):
        if client_id not in shown:
            continue
        client = municipality.client_by_id[client_id]
        moved = int(bool(client.team_id) and client.team_id != team_id)
        rows.append([
            client_id, team_id, plan.contact.get(client_id, ""), plan.vice.get(client_id, ""),
            round(client.x), round(client.y), client.team_id, moved,
            plan.evening_vice.get(client_id, ""),
        ])  # fmt: skip
    return rows


def round_rows(plan: RoundPlan) -> Rows:
    """Exact rows, hidden clients' too: for the private file."""
    return _exact(plan.rows)


def _exact(rows: Sequence[PlanRow]) -> Rows:
    return [
        [
            row.date.isoformat(), row.shift, row.round_id, row.team_id, row.staff_id, row.seq,
            row.kind, row.visit_id, row.client_id, row.carer_no, clock_exact(row.arrive_s),
            clock_exact(row.start_s), clock_exact(row.end_s), row.travel_s, row.access_s,
            row.wait_s, row.mode, row.tier,
        ]
        for row in rows
    ]  # fmt: skip


def shared_round_rows(municipality: Municipality, plan: RoundPlan) -> Rows:
    """Rows of ``rounds.csv`` for others' eyes (`data.care.hidden`): what is not told is empty."""
    homes = hidden_homes(municipality)
    shared: Rows = []
    exact = {(row.round_id, row.seq): row for row in plan.rows}
    for rows in shown_rounds(municipality, plan):
        for row in rows:
            if exact.get((row.round_id, row.seq)) is row:
                shared += _exact([row])
                continue
            start = "" if row.staff_id in homes else clock_exact(row.start_s)
            number = row.seq if row.round_id else ""  # of a team's day it would say nothing
            shared.append([
                row.date.isoformat(), row.shift, row.round_id, row.team_id, row.staff_id, number,
                row.kind, row.visit_id, row.client_id, row.carer_no, "", start, "", "", "", "",
                row.mode, row.tier,
            ])  # fmt: skip
    return shared


def shared_unplanned_rows(municipality: Municipality, teams: TeamPlan, plan: RoundPlan) -> Rows:
    """Rows of ``unplanned.csv`` for others' eyes, told together by cause."""
    team_of = teams.team_of_client
    rows: Rows = []
    for shortfall in shortfalls(municipality, team_of, shown_unplanned(municipality, plan)):
        for row, cells in zip(shortfall.rows, _unplanned(shortfall.rows), strict=True):
            rows.append([*cells, team_of.get(row.client_id, ""), shortfall.cause, shortfall.remedy])
    return rows


def exact_names(municipality: Municipality, plan: RoundPlan) -> list[str]:
    """Shared files of rounds that tell as much as the private ones."""
    visible = may_show(municipality)
    if any(row.client_id and row.client_id not in visible for row in plan.rows):
        return []  # whose visits are told nowhere
    shown = [row for rows in shown_rounds(municipality, plan) for row in rows]
    is_exact = len(shown) == len(plan.rows) and all(map(operator.is_, shown, plan.rows))
    if not is_exact or len(shown_unplanned(municipality, plan)) != len(plan.unplanned):
        return []
    return ["rounds.csv", "unplanned.csv"]


def unplanned_rows(plan: RoundPlan) -> Rows:
    """Every unplanned row, hidden clients' too: for the private file."""
    return _unplanned(plan.unplanned)


def _unplanned(rows: Sequence[UnplannedRow]) -> Rows:
    return [
        [row.date.isoformat(), row.visit_id, row.client_id, row.carer_no, row.priority, row.reason]
        for row in rows
    ]


def _checksum(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plan_json(
    team_plan: TeamPlan,
    dates: Sequence[dt.date],
    clients: Sequence[Client] = (),
    exact: Sequence[str] = (),
) -> str:
    """What the tables do not hold, as JSON with a version and a checksum (E5).

    ``clients`` are those of the tables as they are now: see `TeamPlan.was`. ``exact`` names shared
    files that may stand for the private ones where somebody edits them.
    """
    body = {
        "dates": [day.isoformat() for day in dates],
        "teams": [
            {"team_id": t.team_id, "area_id": t.area_id, "base_id": t.base_id,
             "client_ids": list(t.client_ids)}
            for t in team_plan.teams
        ],
        **{name: dict(getattr(team_plan, name)) for name in (*_MAPPINGS, "evening_vice")},
        "exact": list(exact),
        "was": {c.client_id: [c.team_id, c.contact_id, c.vice_id] for c in clients},
    }  # fmt: skip
    whole = {"format": FORMAT, "version": VERSION, "checksum": _checksum(body), "body": body}
    return json.dumps(whole, ensure_ascii=False, indent=0)


_MAPPINGS: Final = (
    "contact", "vice", "staff_team", "staff_area", "staff_base", "twin", "without_contact",
)  # fmt: skip


def exact_of(text: str) -> list[str]:
    """The shared files that ``plan.json`` says are exact; none where it does not say."""
    try:
        return list(parsed_json(text)["body"].get("exact", []))
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def parse_plan_json(text: str) -> tuple[TeamPlan, tuple[dt.date, ...]]:
    """The team plan and the dates back from ``plan.json``.

    Raises
    ------
    StoreError
        Where the file is not a plan, is of a newer version, or has been changed.
    """
    try:
        whole = parsed_json(text)
        if whole["format"] != FORMAT:
            raise StoreError("plan.json är ingen plan från Hemrunda.")
        if whole["version"] != VERSION:
            raise StoreError(
                f"plan.json har version {whole['version']}; det här programmet läser version "
                f"{VERSION}. Uppdatera programmet eller gör om planen."
            )
        body = whole["body"]
        if whole["checksum"] != _checksum(body):
            raise StoreError("plan.json är ändrad eller skadad. Gör om planen.")
        teams = tuple(
            Team(t["team_id"], t["area_id"], t["base_id"], tuple(t["client_ids"]))
            for t in body["teams"]
        )
        dates = tuple(dt.date.fromisoformat(day) for day in body["dates"])
        was = {
            client: tuple(system_refusals_named)
            for client, system_refusals_named in body.get("was", {}).items()
        }
        evening = body.get("evening_vice", {})  # plans from before there were any have none
        mappings = {name: body[name] for name in _MAPPINGS}
        return TeamPlan(teams, **mappings, was=was, evening_vice=evening), dates
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError("plan.json är skadad. Gör om planen.") from error


def read_rows(text: str, columns: Sequence[str], file: str) -> list[list[str]]:
    """The rows of a CSV file of ours, each of as many cells as there are ``columns``.

    The header may be Swedish or English, and what follows the columns is left out.

    Raises
    ------
    StoreError
        Where it has other columns, or a row has more or fewer cells.
    """
    return list(_each_row(text, columns, file))


def _each_row(text: str, columns: Sequence[str], file: str) -> Iterator[list[str]]:
    """As `read_rows`, one by one: all cells of a city at once are hundreds of megabytes."""
    reader = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";", strict=True
    )
    n_wanted = len(columns)
    try:
        header = next(reader, [])
        if columns_of(header)[:n_wanted] != tuple(columns):
            raise StoreError(f"{file} har inte de kolumner som den ska ha.")
        for number, row in enumerate(reader, start=2):
            if len(row) != len(header):
                raise StoreError(f"{file}, rad {number}: fel antal kolumner.")
            yield row[:n_wanted]
    except csv.Error as error:
        raise StoreError(f"{file} är skadad.") from error


def _seconds(text: str) -> int:
    hours, minutes, *seconds = text.split(":")
    if len(seconds) > 1:
        raise ValueError("inget klockslag")
    return int(hours) * 3600 + int(minutes) * 60 + sum(map(int, seconds))


def parse_rounds(text: str) -> tuple[PlanRow, ...]:
    """Plan rows back from ``rounds.csv``.

    Raises
    ------
    StoreError
        With the row that cannot be read.
    """
    return _parsed(_each_row(text, ROUND_COLUMNS, "rounds.csv"), "rounds.csv", _plan_row)


def _parsed(
    rows: Iterable[Sequence[str]], file: str, parse: Callable[[Sequence[str]], T]
) -> tuple[T, ...]:
    """Each row parsed; the one that cannot be is named by its number, the header being row 1."""
    parsed = []
    for number, row in enumerate(rows, start=2):
        try:
            parsed.append(parse(row))
        except (ValueError, IndexError) as error:
            raise StoreError(f"{file}, rad {number} kan inte läsas.") from error
    return tuple(parsed)


_day = lru_cache(maxsize=64)(dt.date.fromisoformat)


def _plan_row(row: Sequence[str]) -> PlanRow:
    # One object for each word and date: the 288 000 rows of a city's fortnight are half as large.
    ids = [intern(unescape_formula(row[column])) for column in (2, 3, 4, 7, 8)]
    part, kind, mode, tier = (intern(row[column]) for column in (1, 6, 16, 17))
    return PlanRow(
        _day(row[0]), cast(Part, part), ids[0], ids[1], ids[2], int(row[5]), cast(RowKind, kind),
        ids[3], ids[4], int(row[9]), _seconds(row[10]), _seconds(row[11]), _seconds(row[12]),
        int(row[13]), int(row[14]), int(row[15]), mode, cast(Tier, tier),
    )  # fmt: skip


def parse_unplanned(text: str) -> tuple[UnplannedRow, ...]:
    """Unplanned rows back from ``unplanned.csv``.

    Raises
    ------
    StoreError
        With the row that cannot be read.
    """
    rows = read_rows(text, UNPLANNED_COLUMNS, "unplanned.csv")
    return _parsed(rows, "unplanned.csv", _unplanned_row)


def _unplanned_row(row: Sequence[str]) -> UnplannedRow:
    return UnplannedRow(
        dt.date.fromisoformat(row[0]), unescape_formula(row[1]), unescape_formula(row[2]),
        int(row[3]), int(row[4]), unescape_formula(row[5]),
    )  # fmt: skip
