"""Rules for what can be read and is hardly meant: told or asked, never planned on in silence."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import Final

from data.model import Client
from data.tables.parsed import Findings
from data.tables.records import Record, Records
from data.tables.schema.cells import SOME_SKILL

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
            found[0].fault(column, f"samma id som rad {first[name].row}, långt därifrån "
                   f"({len(found)} rader)", f"De som delar id ska bo inom {most_m:.0f} meter.")
            for name, found in far.items()
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
