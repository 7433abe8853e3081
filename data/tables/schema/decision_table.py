"""The table of decisions (Beslut): what a person decided, who, when, from and to."""

from __future__ import annotations

from typing import Final

from data.tables.schema import cells, how_often
from data.tables.schema import clock_times as times
from data.tables.schema.contract import CLOCK, DATE, ID, Column, Table, choice
from data.tables.schema.vocabulary import DECISIONS_SV, TASK_WORDS, TASKS_SV

DECISIONS: Final = Table(
    "decisions", "Beslut",
    ("decisions", "decision", "planeringsbeslut", "beslut om planering"),
    (
        Column("kind", "Beslut om", choice(DECISIONS_SV, arbetslag="team", omsorgskontakt="contact",
               fok="contact", låsning="time", klockslag="time", veckodag="day",
               personal="person", medarbetare="person"), ", ".join(DECISIONS_SV.values()),
               ("slag", "typ", "beslut", "vad"), is_required=True, example="kontakt"),
        Column("client_id", "Brukare", cells.identifier, ID,
               ("brukarid", "brukar id", "kundnr", "kund", "omsorgstagare"), example="B0001"),
        Column("visit_id", "Besök", cells.identifier, ID, ("besöksid", "besöks id", "visit")),
        Column("task", "Insats", cells.one_of({k.casefold(): v for k, v in TASK_WORDS.items()}),
               "en av " + ", ".join(TASKS_SV.values()), ("planeringstyp", "insatstyp")),
        Column("staff_id", "Personal", cells.identifier, ID,
               ("personalid", "personal id", "medarbetare", "signatur"), example="P001"),
        Column("twin_id", "Tvilling", cells.identifier, ID, ("andra personen", "tvilling id")),
        Column("team_id", "Arbetslag", cells.identifier, ID, ("lag", "team")),
        Column("weekdays", "Veckodagar", how_often.plain_weekdays,
               "veckodagar, t.ex. tis eller mån-fre",
               ("veckodag", "dagar")),
        Column("start", "Klockslag", times.clock_s, CLOCK, ("tid", "start", "kl", "låst tid")),
        Column("valid_from", "Gäller från", times.date, DATE, ("från", "fr.o.m.", "fom")),
        Column("valid_to", "Gäller till", times.date, DATE, ("till", "t.o.m.", "tom")),
        Column("decided_by", "Beslutat av", cells.identifier, "en roll eller ett id, inget namn",
               ("av", "beslutad av", "vem"), example="planerare"),
        Column("decided_on", "Beslutat den", times.date, DATE, ("den", "beslutsdatum", "när"),
               example="2026-11-30"),
    ),
    is_required=False,
)  # fmt: skip
