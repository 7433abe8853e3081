"""Columns that few tables have: alarm only, age, smoke, experience, pauses of one visit, estimates.

They stand last in their tables, and nobody need know of them to begin.
"""

from __future__ import annotations

from typing import Final

from data.tables.schema import cells
from data.tables.schema import clock_times as times
from data.tables.schema.contract import DATE, ID, IDS, YES, Column, choice

CONTACT_STATUS_SV: Final = {"yes": "ja", "no": "nej", "not_asked": "ej erbjuden"}
_EXPERIENCE: Final = "1, 2 eller 3"
_BRIEF: Final = "högst 20 tecken"
LAYERS_SV: Final = {"night": "natt", "alarm": "larm", "homecoming": "hemgång"}
_LAYER: Final = Column(
    "layer", "Lager",
    choice(LAYERS_SV, larmteam="alarm", larmgrupp="alarm", trygghetslarm="alarm",
           larmpatrull="alarm", hemgångsteam="homecoming", hemgångsteamet="homecoming",
           trygg_hemgång="homecoming", nattpatrull="night"),
    "larm, hemgång eller natt; tomt: dagens", ("insatslag", "utförs av team", "lager insats"),
)  # fmt: skip

CLIENT_CARE: Final[tuple[Column, ...]] = (
    Column("alarm_only", "Endast larm", cells.yes_no, YES,
           ("endast trygghetslarm", "bara larm", "enbart trygghetslarm", "enbart larm")),
    Column("is_65", "65 år eller äldre", cells.yes_no, YES, ("65+", "fyllt 65", "äldre än 65")),
    Column("contact_status", "Tackat ja till kontakt",
           choice(CONTACT_STATUS_SV, ej_tillfrågad="not_asked", inte_erbjuden="not_asked"),
           "ja, nej eller ej erbjuden", ("svar om kontakt", "kontakt erbjuden")),
    Column("phone_on_delay", "Ring vid försening", cells.yes_no, YES,
           ("rings vid försening", "vill bli uppringd")),
    Column("smoker", "Röker", cells.yes_no, YES, ("rökare", "rökning")),
    Column("experience_min", "Kräver erfarenhet", cells.whole(1, 3), _EXPERIENCE,
           ("erfarenhet krävs", "minsta erfarenhet")),
    Column("alarms_week", "Larm per vecka", cells.whole(0, 500), "0–500",
           ("antal larm per vecka", "larm/vecka")),
    Column("co_contacts", "Fler kontakter", cells.identifiers, IDS,
           ("övriga kontakter", "andra omsorgskontakter")),
    Column("evening_vice_id", "Kvällsvice", cells.identifier, ID,
           ("vice kväll", "kvällskontakt", "vice på kvällen")),
    Column("kontaktman", "Kontaktman", cells.yes_no, YES,
           ("har kontaktman", "kontaktman i stället")),
    Column("wished_skills", "Önskad kompetens", cells.words, "kompetenser skilda med semikolon",
           ("önskar kompetens", "helst kompetens")),
    Column("floor", "Våning", cells.brief, _BRIEF,
           ("våningsplan", "vån", "trappa", "trappor")),
    Column("flat", "Lägenhet", cells.brief, _BRIEF,
           ("lägenhetsnummer", "lägenhetsnr", "lgh", "lgh nr", "lghnr")),
    Column("door_code", "Portkod", cells.brief, _BRIEF,
           ("kod till porten", "kod till port", "dörrkod")),
)  # fmt: skip

VISIT_CARE: Final[tuple[Column, ...]] = (
    Column("pause_from", "Uppehåll från", times.date, DATE,
           ("uppehåll fr.o.m.", "uppehåll fom", "paus från")),
    Column("pause_to", "Uppehåll till", times.date, DATE,
           ("uppehåll t.o.m.", "uppehåll tom", "paus till")),
    Column("estimate_min", "Personalens minuter", times.minutes_as_s, "minuter, mer än 0",
           ("personalens uppskattning", "uppskattad tid", "verklig tid")),
    Column("in_frame", "I ramtid", cells.yes_no, YES, ("ingår i ramtid", "inom ramtiden")),
    _LAYER,
)  # fmt: skip

STAFF_CARE: Final[tuple[Column, ...]] = (
    Column("smoke_averse", "Tål inte rök", cells.yes_no, YES, ("rökallergi", "ej rökare")),
    Column("experience", "Erfarenhet", cells.whole(1, 3), _EXPERIENCE, ("erfarenhetsnivå",)),
    Column("hourly", "Timanställd", cells.yes_no, YES, ("timvikarie", "timanställning")),
    Column("patrol_id", "Patrull", cells.identifier, "samma text för två som går ihop på natten",
           ("nattpatrull", "går ihop med")),
    _LAYER,
)  # fmt: skip
