"""The tables Ärenden (what is dated), Tvättider (laundry) and Synpunkter (what staff know)."""

from __future__ import annotations

from typing import Final

from data.tables.schema import cells, how_often
from data.tables.schema import clock_times as times
from data.tables.schema.contract import CLOCK, DATE, ID, Column, Table, choice

MATTERS_SV: Final = {
    "contact_change": "byte av kontakt", "welcome": "välkomstsamtal",
    "care_plan": "genomförandeplan", "handover": "överlämning", "takeover": "övertagande",
    "escort": "ledsagning", "temporary": "tillfälligt behov", "emergency": "akut beslut",
    "day_before": "dagen före", "introduction": "introduktion",
}  # fmt: skip

MATTERS: Final = Table(
    "matters", "Ärenden",
    ("ärende", "matters", "bevakningar", "bevakning", "arenden"),
    (
        Column("kind", "Ärende", choice(MATTERS_SV, kontaktbyte="contact_change",
               medföljning="escort", önskat_kontaktbyte="contact_change",
               introduktionspass="introduction", från_hemgångsteam="handover",
               hemgångsteam="takeover", jourbeslut="emergency"),
               ", ".join(MATTERS_SV.values()), ("slag", "typ", "vad"), is_required=True,
               example="välkomstsamtal"),
        Column("day", "Dag", times.date, f"{DATE}: när det begärdes, börjar eller sker",
               ("datum", "från", "begärt", "gäller från"), is_required=True,
               example="2026-11-30"),
        Column("client_id", "Brukare", cells.identifier, ID,
               ("brukarid", "brukar id", "kundnr", "kund", "omsorgstagare"), example="B0001"),
        Column("visit_id", "Besök", cells.identifier, ID, ("besöksid", "besöks id", "visit")),
        Column("staff_id", "Personal", cells.identifier, ID,
               ("personalid", "personal id", "medarbetare", "signatur")),
        Column("tutor_id", "Handledare", cells.identifier, ID, ("går bredvid", "handledare id")),
        Column("until", "Till", times.date, DATE, ("t.o.m.", "tom", "sista dag", "gäller till")),
        Column("clock", "Klockslag", times.clock_s, CLOCK, ("tid", "kl")),
        Column("done_on", "Klart", times.date, DATE, ("klart den", "hållet", "åtgärdat")),
    ),
    is_required=False,
)  # fmt: skip

LAUNDRY: Final = Table(
    "laundry", "Tvättider",
    ("tvättid", "laundry", "tvättstuga", "tvättstugor", "tvattider"),
    (
        Column("building_id", "Byggnad", cells.identifier, ID,
               ("byggnadsid", "byggnads id", "fastighet", "trapphus"), is_required=True,
               example="H12"),
        Column("weekdays", "Veckodagar", how_often.plain_weekdays,
               "veckodagar, t.ex. tis eller mån-fre",
               ("veckodag", "dagar", "dag"), is_required=True, example="tis"),
        Column("start", "Start", times.clock_s, CLOCK, ("från", "starttid", "kl från"),
               is_required=True, example="08:00"),
        Column("end", "Slut", times.clock_s, CLOCK, ("till", "sluttid", "kl till"),
               is_required=True, example="12:00"),
    ),
    is_required=False,
)  # fmt: skip

NOTES_SV: Final = {
    "length": "längd", "order": "ordning", "street": "gata", "parking": "parkering",
    "lock": "lås", "proposal": "förslag",
}  # fmt: skip

NOTES: Final = Table(
    "notes", "Synpunkter",
    ("synpunkt", "notes", "rättelser", "lokalkännedom", "feedback"),
    (
        Column("kind", "Synpunkt", choice(NOTES_SV, tid="length", tidsåtgång="length",
               ordningsföljd="order", väg="street", nyckel="lock", dörr="lock"),
               ", ".join(NOTES_SV.values()), ("slag", "gäller", "om"), is_required=True,
               example="parkering"),
        Column("day", "Dag", times.date, DATE, ("datum", "noterat", "lämnad"), is_required=True,
               example="2026-11-30"),
        Column("client_id", "Brukare", cells.identifier, ID,
               ("brukarid", "brukar id", "kundnr", "kund", "omsorgstagare"), is_required=True,
               example="B0001"),
        Column("visit_id", "Besök", cells.identifier, f"{ID}; för längd och ordning",
               ("besöksid", "besöks id", "visit")),
        Column("noted_by", "Från", cells.identifier, "en roll eller ett id, inget namn",
               ("personal", "personalid", "medarbetare", "signatur", "lämnad av"),
               example="P001"),
        Column("minutes", "Minuter", times.minutes_as_s, "minuter, mer än 0",
               ("min", "antal minuter"), example="6"),
        Column("clock", "Klockslag", times.clock_s, CLOCK, ("tid", "kl", "hellre klockan")),
        Column("text", "Text", cells.short_text, "högst 300 tecken, utan namn",
               ("förslag", "synpunkten", "vad")),
        Column("accepted", "Godtagen", cells.yes_no, "ja eller nej; tomt: väntar",
               ("godkänd", "antagen", "bifall")),
        Column("decided_by", "Beslutat av", cells.identifier, "en roll eller ett id, inget namn",
               ("beslutad av",)),
        Column("decided_on", "Beslutat den", times.date, DATE, ("beslutsdatum",)),
    ),
    is_required=False,
)  # fmt: skip
