"""Rules for what can be read and is hardly meant: told or asked, never planned on in silence."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from data.model import Client
from data.tables.parsed import Findings, ParsedSheet
from data.tables.records import Record, Records, date_range
from data.tables.schema.cells import SOME_SKILL
from data.tables.schema.how_often import Weeks

BUILDING_MAX_M: Final = 400.0
"""No house with one stairwell is longer, and no couple lives further apart."""


def buildings_in_one_place(records: Records, findings: Findings) -> None:
    """Clients of one building live in one place: "-" or "okänd" as an id would join a town."""
    for column, most_m in (("building_id", BUILDING_MAX_M), ("household_id", BUILDING_MAX_M)):
        first: dict[str, Record[Client]] = {}
        far: dict[str, list[Record[Client]]] = defaultdict(list)
        for record in records.clients:
            name = getattr(record.item, column)
            if name:
                other = first.setdefault(name, record).item
                if math.hypot(other.x - record.item.x, other.y - record.item.y) > most_m:
                    far[name].append(record)
        findings.faults.extend(
            clients[0].fault(column, f"samma id som rad {first[name].row}, långt därifrån "
                   f"({len(clients)} rader)", f"De som delar id ska bo inom {most_m:.0f} meter.")
            for name, clients in far.items()
        )  # fmt: skip


_WORD: Final = r"[A-ZÅÄÖÉ][a-zåäöé]+(?:-[A-ZÅÄÖÉ][a-zåäöé]+)?"
_TWO_WORDS: Final = re.compile(rf"{_WORD}(?:,? {_WORD})+")
_FIRST_NAMES: Final = frozenset({
    "anna", "maria", "karin", "eva", "birgitta", "kristina", "elisabeth", "ingrid", "kerstin",
    "astrid", "inger", "elsa", "anita", "gunilla", "ulla", "barbro", "siv", "greta", "berit",
    "karl", "erik", "lars", "anders", "per", "johan", "nils", "gunnar", "lennart", "sven",
    "gustav", "bengt", "göran", "arne", "stig", "rolf", "kjell", "åke", "ali", "fatima",
})  # fmt: skip
"""So few, and so common, that a column of names holds some of them and a column of ids none."""


_REFERENCES: Final = (
    ("visits", "client_id", "clients", "client_id"),
    ("roster", "staff_id", "staff", "staff_id"),
    ("clients", "contact_id", "staff", "staff_id"),
    ("clients", "vice_id", "staff", "staff_id"),
    ("clients", "evening_vice_id", "staff", "staff_id"),
    ("staff", "twin_id", "staff", "staff_id"),
    ("staff", "base_id", "bases", "base_id"),
    ("pins", "visit_id", "visits", "visit_id"),
    ("pins", "staff_id", "staff", "staff_id"),
)
"""Table and column of an id, and of the row that it means."""


def _bare_id(text: str) -> str:
    """An id without what spreadsheets take and give: case, zeros before, decimals, spaces."""
    bare = re.sub(r"[\s\u00a0]+", "", text.casefold())
    bare = re.sub(r"^(\d+)[.,]0+$", r"\1", bare)
    return re.sub(r"(?<!\d)0+(?=\d)", "", bare)


def same_ids(sheets: Mapping[str, Sequence[ParsedSheet]], findings: Findings) -> None:
    """Ids that differ in case, zeros before or decimals alone are the id that they mean.

    Matched where exactly one id of the other table is meant, and told of once a column; where two
    could be (7 and 007 are two persons), nothing is matched, and the missing id is told by row.
    """
    for table, column, other, key in _REFERENCES:
        known = {
            value for sheet in sheets.get(other, ()) for value in sheet.values(key)
            if isinstance(value, str)
        }  # fmt: skip
        for sheet in sheets.get(table, ()):
            values = sheet.columns.get(column, [])
            strange = {value for value in values if isinstance(value, str)} - known
            if not strange or not known:
                continue
            meant: dict[str, list[str]] = defaultdict(list)
            for known_id in known:
                meant[_bare_id(known_id)].append(known_id)
            known_of = {
                value: meant[_bare_id(value)][0]
                for value in strange
                if len(meant.get(_bare_id(value), ())) == 1
            }
            if not known_of:
                continue
            n_rows = sum(isinstance(value, str) and value in known_of for value in values)
            sheet.columns[column] = [
                known_of.get(value, value) if isinstance(value, str) else value for value in values
            ]
            name = sheets[other][0].table.sheet
            findings.warnings.append(
                sheet.fault(0, column, f"{n_rows} id:n skrivna på annat sätt än i {name}",
                            "Skiljer bara nollor först, decimaler eller versaler; lästa som samma "
                            "id.", warn=True)
            )  # fmt: skip


def names_as_ids(records: Records, findings: Findings) -> None:
    """Ids that are people's names are told of, with the way out: a key file that is never read."""
    groups: tuple[tuple[Sequence[Record[Any]], str], ...] = (
        (records.clients, "client_id"), (records.staff, "staff_id"),
    )  # fmt: skip
    for group, column in groups:
        ids = [getattr(record.item, column) for record in group]
        n_names = sum(bool(_TWO_WORDS.fullmatch(name)) for name in ids)
        n_first = sum(name.split()[0].strip(",").casefold() in _FIRST_NAMES for name in ids)
        if ids and (2 * n_names > len(ids) or 2 * n_first > len(ids)):
            findings.warnings.append(
                group[0].sheet.fault(
                    0, column, "id:na ser ut som namn på människor",
                    "De hamnar på kartor och i filer. Byt dem mot id:n och lägg namnen i en egen "
                    "fil, nyckel.xlsx (id; namn; telefon), som planeringen aldrig läser.",
                    warn=True,
                )
            )  # fmt: skip


def delegations_named(records: Records, findings: Findings) -> None:
    """A visit that asks for a delegation without saying which: the only one there is, or a fault.

    A carer with another delegation must not be sent, so that nothing is guessed.
    """
    open_ones = [
        position
        for position, record in enumerate(records.visits)
        if SOME_SKILL in record.item.skills
    ]
    if not open_ones:
        return
    held = {skill for record in records.staff for skill in record.item.skills}
    first = records.visits[open_ones[0]]
    if len(held) != 1:
        findings.faults.append(
            first.fault("skills", f"ja på {len(open_ones)} rader, utan vilken delegering",
                   "Skriv vilken, t.ex. läkemedel, som den heter i tabellen Personal.")
        )  # fmt: skip
        return
    findings.warnings.append(
        first.fault("skills", f"ja på {len(open_ones)} rader, utan vilken delegering",
               "Läst som den enda delegering som personalen har.", warn=True)
    )  # fmt: skip
    for position in open_ones:
        record = records.visits[position]
        skills = (record.item.skills - {SOME_SKILL}) | held
        records.visits[position] = replace(record, item=replace(record.item, skills=skills))


AHEAD_DAYS: Final = 182
"""A named week further ahead than half a year is the one of the year before."""


def weeks_by_number(records: Records, findings: Findings) -> None:
    """Even weeks, odd weeks, and every other week from week 10: laid out from the roster's year.

    The first day on which the visit is valid becomes a Monday of such a week, since the weeks are
    counted from there. Over a new year after week 53 two odd weeks follow each other; nobody can
    say then which is meant.
    """
    span = date_range(records.roster)
    n_listed = 0
    for position, record in enumerate(records.visits):
        weeks, visit = record.item.every_weeks, record.item
        if not isinstance(weeks, Weeks):
            continue
        problem = ""
        first = _monday(weeks, span[0] if span else dt.date.today())
        while first < visit.valid_from - dt.timedelta(visit.valid_from.weekday()):
            first += dt.timedelta(7 * weeks)
        if visit.n_per_period:
            problem = "bestämda veckor kan inte förenas med en dag som väljs"
        elif visit.last_done or visit.next_due:
            problem = "både bestämda veckor och Senast utförd eller Nästa gång"
        elif weeks.parity is not None and span and _is_broken(first, span[1]):
            problem = "jämna och udda veckor byter takt vid nyår efter vecka 53"
        if problem:
            findings.faults.append(
                record.fault("every_weeks", problem, "Ange Nästa gång i stället.")
            )
        n_listed += weeks.is_listed and not problem
        begins = max(first, visit.valid_from)
        mended = replace(visit, every_weeks=int(weeks), valid_from=begins)
        records.visits[position] = replace(record, item=mended)
    if n_listed:
        findings.warnings.append(
            records.visits[0].sheet.fault(
                0, "every_weeks", f"uppräknade veckor på {n_listed} rader",
                "Lästa som årets veckor, med samma avstånd därefter. Är de schemats egna: "
                "skriv t.ex. varannan vecka från v. 49.", warn=True,
            )
        )  # fmt: skip


def _monday(weeks: Weeks, day: dt.date) -> dt.date:
    """The Monday of the week that is named, or of the last such week up to ``day``.

    A week of the roster's own year; of the year before where it would lie half a year ahead.
    """
    monday = day - dt.timedelta(day.weekday())
    if weeks.first is None:
        return monday - dt.timedelta(7 * (monday.isocalendar().week % 2 != weeks.parity))
    year = day.isocalendar().year
    named = _of_year(year, weeks.first)
    return named if (named - monday).days <= AHEAD_DAYS else _of_year(year - 1, weeks.first)


def _of_year(year: int, week: int) -> dt.date:
    """The Monday of a week of a year; of week 53 in a year of 52, the first of the next."""
    return dt.date.fromisocalendar(year, 1, 1) + dt.timedelta(7 * (week - 1))


def _is_broken(first: dt.date, last: dt.date) -> bool:
    """Whether a week 53 lies between, so that the numbers change their step."""
    n_weeks = max(0, (last - first).days // 7)
    weeks = [(first + dt.timedelta(7 * i)).isocalendar().week for i in range(n_weeks + 1)]
    return 53 in weeks and weeks[-1] != 53
