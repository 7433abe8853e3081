"""Minutes that a catalogue gives (LU-02, NO-08), and those that are shared out of a frame (FA-05).

A visit's length may be written ``schablon`` or ``nivå 2``: its minutes then stand in Insatskoder,
by code and level. ``ramtid`` shares what is granted the client a week, less what other visits in
the frame take, evenly over the visits so written (NO-06).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from data.model import Visit
from data.tables.parsed import BAD, Findings, ParsedSheet
from data.tables.schema.care_cells import EXPERIENCE
from data.tables.schema.clock_times import FRAME, StandardMinutes
from data.units import MINUTE_S

if TYPE_CHECKING:
    from data.tables.records import Record, Records

Catalogue = Mapping[tuple[str, int], int]
"""Seconds by code and level; level 0 is of any."""

_LEAST_S: Final = 5 * MINUTE_S
_MOST_S: Final = 8 * 60 * MINUTE_S


def catalogue_of(sheets: Sequence[ParsedSheet]) -> Catalogue:
    """The catalogue of the table Insatskoder; codes without minutes are not in it."""
    catalogue: dict[tuple[str, int], int] = {}
    for sheet in sheets:
        rows = zip(*(sheet.values(n) for n in ("code", "level", "minutes")), strict=True)
        for code, level, seconds in rows:
            if isinstance(code, str) and isinstance(seconds, int) and level is not BAD:
                catalogue[code, level or 0] = int(seconds)
    return catalogue


def resolved(
    sheet: ParsedSheet, row: int, code: str, length_s: int, catalogue: Catalogue, findings: Findings
) -> int | None:
    """The length of a visit in seconds; None, and told, where the catalogue has none.

    What is shared out of the frame gets its minutes last (`share_frames`), and keeps a minute here.
    """
    if not isinstance(length_s, StandardMinutes) or length_s.words == FRAME:
        return length_s
    level = length_s.level
    known_s = catalogue.get((code, level), catalogue.get((code, 0)) if not level else None)
    if known_s is None:
        what = f"nivå {level}" if level else "en schablon"
        findings.faults.append(
            sheet.fault(row, "duration_min", f"{what} som inte finns för insatsen",
                        "Skriv minuterna, eller lägg till raden i Insatskoder.")
        )  # fmt: skip
        return None
    return StandardMinutes.of(known_s, length_s.words)


def share_frames(records: Records, findings: Findings) -> None:
    """Give visits written ``ramtid`` an even share each of the client's frame."""
    if not any(record.item.standard == FRAME for record in records.visits):
        return
    granted = {r.item.client_id: r.item.granted_min_week for r in records.clients}
    visits_of: dict[str, list[int]] = {}
    for number, record in enumerate(records.visits):
        visits_of.setdefault(record.item.client_id, []).append(number)
    for client_id, numbers in visits_of.items():
        shared = [n for n in numbers if records.visits[n].item.standard == FRAME]
        if not shared:
            continue
        visits = (records.visits[n].item for n in numbers if n not in shared)
        others = [visit for visit in visits if visit.in_frame]
        taken_s = sum(_times_a_week(v) * (v.ordered_s or v.duration_s) for v in others)
        times = sum(_times_a_week(records.visits[n].item) for n in shared)
        left_s = granted.get(client_id, 0) * MINUTE_S - taken_s
        each_s = int(left_s / times) // MINUTE_S * MINUTE_S if times else 0
        for n in shared:
            _share(records.visits, n, each_s, findings)


def _share(visits: list[Record[Visit]], number: int, each_s: int, findings: Findings) -> None:
    record = visits[number]
    if each_s < _LEAST_S:
        findings.faults.append(
            record.fault("duration_min", f"{max(each_s, 0) // MINUTE_S} minuter kvar av ramtiden",
                         "Ett besök får minst 5 minuter: höj ramtiden eller skriv minuterna.")
        )  # fmt: skip
        return
    visit = record.item
    length_s = min(each_s, _MOST_S, 24 * 3600 - visit.latest_s)
    if visit.ordered_s:  # the staff's estimate is planned, whatever the share
        shared = replace(visit, ordered_s=length_s)
    else:
        shared = replace(visit, duration_s=length_s)
    visits[number] = replace(record, item=shared)


def _times_a_week(visit: Visit) -> float:
    return (visit.n_per_period or len(visit.weekdays)) / visit.every_weeks


def with_experience(records: Records, _findings: Findings) -> None:
    """Who comes to a client that asks for experience must have it: as a skill of each visit."""
    levels = {r.item.client_id: r.item.experience_min for r in records.clients}
    for n, record in enumerate(records.visits):
        level = levels.get(record.item.client_id, 0)
        if level:
            skills = record.item.skills | {f"{EXPERIENCE} {level}"}
            records.visits[n] = replace(record, item=replace(record.item, skills=skills))
