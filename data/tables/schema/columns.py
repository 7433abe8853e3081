"""The column contract: every table, its columns, what they are called and what they may hold.

The one place where a column is declared. How headers are compared is in
`data.tables.schema.headers`, the words of the cells in `data.tables.schema.vocabulary`. Texts that
users see are Swedish.
"""

from __future__ import annotations

from typing import Final

from data.tables.schema import cells, how_often
from data.tables.schema import clock_times as times
from data.tables.schema.care_columns import CLIENT_CARE, STAFF_CARE, VISIT_CARE
from data.tables.schema.contract import CLOCK as _CLOCK
from data.tables.schema.contract import DATE as _DATE
from data.tables.schema.contract import ID as _ID
from data.tables.schema.contract import IDS as _IDS
from data.tables.schema.contract import METRES_EAST as _EAST
from data.tables.schema.contract import METRES_NORTH as _NORTH
from data.tables.schema.contract import YES as _YES
from data.tables.schema.contract import Column as Column
from data.tables.schema.contract import Table as Table
from data.tables.schema.contract import choice as _choice
from data.tables.schema.contract import meetings as _meetings
from data.tables.schema.decision_table import DECISIONS
from data.tables.schema.matter_tables import LAUNDRY, MATTERS, NOTES
from data.tables.schema.vocabulary import (
    DWELLINGS_SV,
    KINDS_SV,
    MODES_SV,
    OTHER_STATUS_SV,
    ROLES_SV,
    ROW_KINDS_SV,
    ROW_STATUS_SV,
    SEX_SV,
    SHIFT_GROUPS_SV,
    SOURCES_SV,
    TASK_WORDS,
    TASKS_SV,
    TITLES_SV,
    VISIT_MODES_SV,
)


def _place_columns() -> tuple[Column, ...]:
    return (
        Column("address", "Adress", cells.address, "gatuadress som text (inte ett datum)",
               ("gatuadress", "gata", "besöksadress", "street", "adressrad", "utdelningsadress")),
        Column("postcode", "Postnummer", cells.postcode, "fem siffror",
               ("postnr", "zip", "postkod", "postal code", "zip code")),
        Column("city", "Ort", cells.address, "postort som text",
               ("postort", "stad", "postadress", "kommundel", "town")),
        Column("x", "E", cells.number, _EAST,
               ("x", "öst", "easting", "east", "östkoordinat", "x koordinat", "e koordinat",
                "sweref e", "koordinat e", "e (sweref 99 tm)", "öst (sweref 99)")),
        Column("y", "N", cells.number, _NORTH,
               ("y", "nord", "norr", "northing", "north", "nordkoordinat", "y koordinat",
                "n koordinat", "sweref n", "koordinat n", "n (sweref 99 tm)", "nord (sweref 99)")),
        Column("lat", "Latitud", cells.degrees, "grader, t.ex. 59,6512",
               ("latitude", "lat (wgs84)", "wgs84 lat")),
        Column("lon", "Longitud", cells.degrees, "grader, t.ex. 17,0812",
               ("long", "longitude", "lng", "lon (wgs84)", "wgs84 lon", "wgs84 long")),
    )  # fmt: skip


NIGHT: Final = dict.fromkeys(("natt", "night", "nattpass", "nattetid", "vaken_natt"), "night")
"""Words for what is not planned here: such rows are left out and counted, not refused."""

_MEETINGS: Final = _meetings(
    "apt", "arbetsplatsträff", "planering", "planeringstid", "dokumentation", "telefontid",
    "handledning", "larmreserv",
)  # fmt: skip
"""Meetings that keep what they are called, for the split of the working time (MA-17)."""

CLIENTS: Final = Table(
    "clients", "Brukare",
    ("clients", "client", "kunder", "kund", "individer brukare", "individer", "omsorgstagare",
     "invånare"),
    (
        Column("client_id", "Brukare", cells.identifier, _ID,
               ("brukarid", "brukar id", "brukarnr", "brukarnummer", "kundid", "kundnr",
                "kundnummer", "kund", "client", "klient id", "omsorgstagare", "id", "individ id",
                "individ", "invånare"), is_required=True, example="B0001"),
        *_place_columns(),
        Column("dwelling", "Boende", _choice(DWELLINGS_SV, villa="house", flerbostadshus="flat",
               lgh="flat", radhus="house", småhus="house"), "hus eller lägenhet",
               ("bostad", "boendeform", "bostadstyp"), example="lägenhet"),
        Column("building_id", "Byggnad", cells.identifier, _ID,
               ("byggnadsid", "byggnads id", "fastighet", "trapphus"), example="H12"),
        Column("household_id", "Hushåll", cells.identifier, _ID,
               ("hushållsid", "hushålls id", "par", "makar"), example=""),
        Column("together_id", "Hålls ihop", cells.identifier, _ID,
               ("hålls ihop med", "hålls ihop grupp", "alltid tillsammans"), example=""),
        Column("physical_key", "Fysisk nyckel", cells.yes_no, _YES,
               ("nyckel", "fysisk nyckel hämtas", "key"), example="nej"),
        Column("team_id", "Arbetslag", cells.identifier, _ID,
               ("team", "lag", "grupp", "arbetsgrupp", "nuvarande arbetslag"), example="Lag 1"),
        Column("contact_id", "Omsorgskontakt", cells.identifier, _ID,
               ("fast omsorgskontakt", "kontakt", "fok", "kontakt id", "kontaktman"),
               example="P001"),
        Column("vice_id", "Vice", cells.identifier, _ID,
               ("vice omsorgskontakt", "ersättare", "vice id"), example="P002"),
        Column("needs_contact", "Behöver kontakt", cells.yes_no, _YES,
               ("omsorgskontakt erbjuds", "ska ha kontakt", "behöver omsorgskontakt"),
               example="ja"),
        Column("preferred_staff", "Önskad personal", cells.identifiers, _IDS,
               ("önskar personal", "föredrar personal", "önskade medarbetare"), example="P001"),
        Column("blocked_staff", "Spärrad personal", cells.identifiers, _IDS,
               ("ej personal", "inte personal", "spärr", "spärrade medarbetare"), example=""),
        Column("language", "Språk", cells.word, "ett språk", ("modersmål",), example="finska"),
        Column("pets", "Husdjur", cells.yes_no, _YES,
               ("djur", "husdjur (om husdjur finns)", "pälsdjur", "hund/katt"), example="nej"),
        Column("protected", "Skyddade uppgifter", cells.yes_no, f"{_YES}, på varje rad",
               ("skyddade personuppgifter", "sekretessmarkering", "sekretess", "skyddad",
                "skyddad identitet", "sekretessmarkerad", "skyddad adress", "skydd"),
               example="nej"),
        Column("pause_from", "Uppehåll från", times.date, _DATE,
               ("uppehåll fr.o.m.", "uppehåll fom", "paus från")),
        Column("pause_to", "Uppehåll till", times.date, _DATE,
               ("uppehåll t.o.m.", "uppehåll tom", "paus till")),
        Column("granted_min_week", "Beviljade minuter per vecka",
               cells.whole(0, 10_080, "min|minuter|min/v|min/vecka"),
               "hela minuter, 0–10080",
               ("beviljad tid", "ramtid", "beviljade minuter", "beviljat min/vecka", "min/vecka",
                "ramtid min per vecka"), example="420"),
        Column("locked_team", "Låst arbetslag", cells.yes_no, _YES,
               ("låst", "lås arbetslag", "låst lag"), example="nej"),
        Column("provider", "Utförare", cells.identifier, _ID, ("utförare id",)),
        Column("valid_from", "Insats från", times.date, _DATE,
               ("gäller från", "startdatum", "från", "fr.o.m.", "fom", "beslut från")),
        Column("valid_to", "Insats till", times.date, _DATE,
               ("gäller till", "slutdatum", "till", "t.o.m.", "tom", "beslut till",
                "avslutad", "avliden")),
        Column("wished_sex", "Önskad könstillhörighet", _choice(SEX_SV, kvinnlig="woman",
               manlig="man", kvinnor="woman", män="man"), "kvinna eller man, ett önskemål",
               ("önskar kvinna/man", "kräver man/kvinna", "önskat kön"), example=""),
        *CLIENT_CARE,
    ),
)  # fmt: skip

VISITS: Final = Table(
    "visits", "Besök",
    ("visits", "visit", "besok", "insatser", "besökslista", "insats"),
    (
        Column("visit_id", "Besök", cells.identifier, _ID,
               ("besöksid", "besöks id", "besöksnr", "besöksnummer", "visit", "insatsid",
                "insats id", "id"), is_required=True, example="V0001"),
        Column("client_id", "Brukare", cells.identifier, _ID,
               ("brukarid", "brukar id", "kundid", "kundnr", "kundnummer", "kund", "client",
                "omsorgstagare", "individ", "brukarnr"), is_required=True, example="B0001"),
        Column("task", "Insats", cells.word, "en insats eller insatskod",
               ("insatser", "insatskod", "insatstyp", "uppgift", "kod", "typ", "besökstyp"),
               is_required=True, example="morgon"),
        Column("shift", "Pass", _choice(SHIFT_GROUPS_SV, dagpass="day", kvällspass="evening",
               d="day", k="evening", **NIGHT),
               "dag eller kväll", ("skift", "dag/kväll", "turtyp"), example="dag"),
        Column("weekdays", "Veckodagar", how_often.weekdays,
               "veckodagar, t.ex. mån-fre, ”tis, tor”, alla dagar eller ”1 av mån-fre”",
               ("veckodag", "dagar", "weekday", "dag", "när"), is_required=True,
               example="alla dagar"),
        Column("duration_min", "Minuter", times.minutes_as_s,
               "minuter, mer än 0; eller schablon, nivå 1–9 eller ramtid",
               ("längd", "längd (min)", "tid (min)", "tidsåtgång", "duration", "besökslängd",
                "planerad tid", "insatstid", "min"), is_required=True, example="35"),
        Column("earliest", "Tidigast start", times.clock_s, _CLOCK,
               ("tidigast", "tidigaste start", "fönster från", "earliest start", "start tidigast"),
               example="07:30"),
        Column("latest", "Senast start", times.clock_s, _CLOCK,
               ("senast", "senaste start", "fönster till", "latest start", "start senast"),
               example="09:30"),
        Column("every_weeks", "Varje antal veckor", how_often.every_weeks,
               "1–52, eller t.ex. varannan vecka",
               ("vecka", "veckointervall", "intervall", "var x vecka", "frekvens", "period"),
               example="1"),
        Column("n_per_period", "Gånger per period", cells.whole(0, 31), "0–31",
               ("antal per period", "gånger", "antal gånger", "ggr per period")),
        Column("wished", "Önskad tid", times.clock_s, _CLOCK,
               ("önskad start", "önskat klockslag", "önskemål"), example="08:00"),
        Column("carers_required", "Antal personal", cells.carers, "1 eller 2",
               ("personal", "antal", "dubbelbemanning antal", "antal medarbetare", "bemanning"),
               example="1"),
        Column("skills", "Kompetens", cells.required_skills, "kompetenser skilda med semikolon",
               ("delegering", "delegeringar", "kompetenser", "krav", "kräver"),
               example="läkemedel"),
        Column("priority", "Prioritet", cells.whole(1, 3), "1, 2 eller 3",
               ("prio", "prioritetsklass", "klass"), example="1"),
        Column("mode", "Utförande", _choice(VISIT_MODES_SV, fysisk="physical", hemma="physical",
               digital="digital", externt="external", samhall="external"),
               "fysiskt, digitalt eller extern", ("besöksform", "utförs", "form"),
               example="fysiskt"),
        Column("gap_after", "Tid till annat besök", times.time_lags,
               "besök:minuter, t.ex. V0002:180 eller V0002:180-300",
               ("minst tid till", "tidsavstånd", "avstånd", "glapp"), example=""),
        Column("window_source", "Tidens grund", _choice(SOURCES_SV, hsl="HSL", sol="SoL",
               önskan="wish"), "HSL, SoL eller önskemål",
               ("fönstrets grund", "lagrum", "tidskälla"), example="SoL"),
        Column("valid_from", "Gäller från", times.date, _DATE,
               ("från", "startdatum", "fr.o.m.", "fom")),
        Column("valid_to", "Gäller till", times.date, _DATE,
               ("till", "slutdatum", "t.o.m.", "tom")),
        Column("last_done", "Senast utförd", times.date, _DATE,
               ("senast utfört", "senast gjord", "senast gjort", "senaste utförande",
                "utförd senast", "last done", "last performed")),
        Column("next_due", "Nästa gång", times.date, _DATE,
               ("nästa utförande", "nästa tillfälle", "nästa datum", "görs nästa gång",
                "next due", "next time")),
        Column("usual", "Vanlig tid", times.clock_s, _CLOCK,
               ("vanligt klockslag", "brukar börja", "antagen tid")),
        *VISIT_CARE,
    ),
)  # fmt: skip

STAFF: Final = Table(
    "staff", "Personal",
    ("staff", "medarbetare", "anställda", "personallista"),
    (
        Column("staff_id", "Personal", cells.identifier, _ID,
               ("personalid", "personal id", "personalnr", "anställningsnummer", "anst.nr",
                "anstnr", "medarbetare", "medarbetar id", "signatur", "id", "staff"),
               is_required=True, example="P001"),
        Column("role", "Roll", _choice(ROLES_SV, omsorgskontakt="contact", fok="contact",
               resursgrupp="pool", resurspass="pool", vikarie="pool", lopare="floater",
               **{"fast_omsorgskontakt": "contact"}), "kontakt, löpare eller resurs",
               ("funktion", "uppdrag"), is_required=True, example="kontakt"),
        Column("shift_group", "Passgrupp", _choice(SHIFT_GROUPS_SV, **NIGHT, bada="both",
               d="day", k="evening", **{"d/k": "both", "dag/kväll": "both"}, dagtid="day",
               kvällstid="evening"), "dag, kväll eller båda",
               ("skift", "pass", "dag/kväll", "grupp", "turtyp"), is_required=True,
               example="dag"),
        Column("title", "Titel", _choice(TITLES_SV, usk="assistant_nurse", vb="care_assistant",
               uska="assistant_nurse"), "undersköterska eller vårdbiträde",
               ("yrke", "befattning", "yrkestitel"), is_required=True, example="undersköterska"),
        Column("team_id", "Arbetslag", cells.identifier, _ID,
               ("team", "lag", "arbetsgrupp"), example="Lag 1"),
        Column("skills", "Delegeringar", times.delegations,
               "t.ex. läkemedel (2026-12-31); insulin",
               ("delegering", "kompetens", "kompetenser"),
               example="läkemedel (2027-12-31); insulin (2027-12-31)"),
        Column("travel_mode", "Färdsätt", _choice(MODES_SV, promenad="walk", fots="walk",
               **{"till_fots": "walk"}), "gång, cykel, elcykel eller bil",
               ("fordon", "transport", "färdmedel"), example="cykel"),
        Column("employment_pct", "Sysselsättningsgrad", cells.whole(1, 100), "1–100 procent",
               ("procent", "tjänstgöringsgrad", "anställningsgrad", "ssg", "%"), example="100"),
        Column("transition", "Övergångsregel", cells.yes_no, _YES,
               ("övergångsregler", "övergång"), example="nej"),
        Column("twin_id", "Tvilling", cells.identifier, _ID, ("tvilling id",), example="P002"),
        Column("pet_allergy", "Allergi pälsdjur", cells.pets_allergy, "ja eller nej (pälsdjur)",
               ("allergi", "allergier", "pälsdjursallergi", "allergies"), example="nej"),
        Column("languages", "Språk", cells.words, "språk skilda med semikolon",
               ("språkkunskaper", "language"), example="finska"),
        Column("base_id", "Lokal", cells.identifier, _ID, ("bas", "lokal id"),
               example="Lokal A"),
        Column("starts_home", "Börjar hemma", cells.yes_no, _YES,
               ("startar hemma", "start hemma", "börjar hemifrån"), example="nej"),
        Column("ends_home", "Slutar hemma", cells.yes_no, _YES, ("slut hemma",), example="nej"),
        Column("home_x", "Hem E", cells.number, _EAST,
               ("hem x", "hem öst", "startplats x", "startplats e")),
        Column("home_y", "Hem N", cells.number, _NORTH,
               ("hem y", "hem nord", "startplats y", "startplats n")),
        Column("sex", "Kön", _choice(SEX_SV), "kvinna eller man, bara för brukares önskemål",
               ("kvinna/man",)),
        *STAFF_CARE,
    ),
)  # fmt: skip

ROSTER: Final = Table(
    "roster", "Schema",
    ("roster", "scheman", "turer", "tjänstgöring", "pass", "shifts"),
    (
        Column("staff_id", "Personal", cells.identifier, _ID,
               ("personalid", "personal id", "personalnr", "anställningsnummer", "anst.nr",
                "anstnr", "medarbetare", "medarbetar id", "signatur", "staff"),
               is_required=True, example="P001"),
        Column("date", "Datum", times.day_planned, _DATE, ("dag", "day"), is_required=True,
               example="2026-11-30"),
        Column("start", "Start", times.clock_s, _CLOCK,
               ("från", "starttid", "börjar", "kl från", "fr.o.m."), example="07:00"),
        Column("end", "Slut", times.clock_s, _CLOCK,
               ("till", "sluttid", "slutar", "kl till", "t.o.m."), example="15:00"),
        Column("kind", "Typ", _choice(KINDS_SV, **NIGHT, **_MEETINGS, jobb="work",
               semester="leave", sjukdom="sick", ledighet="leave", vab="leave", tjänst="work",
               arbetspass="work"),
               "arbete, möte, ledig eller sjuk", ("sort", "slag", "passtyp", "orsakskod"),
               example="arbete"),
    ),
)  # fmt: skip

BASES: Final = Table(
    "bases", "Lokaler",
    ("bases", "base", "lokal", "baser", "grupplokaler"),
    (
        Column("base_id", "Lokal", cells.identifier, _ID,
               ("lokal id", "lokalnamn", "bas", "base", "id"), is_required=True,
               example="Lokal A"),
        *_place_columns(),
        Column("team_ids", "Arbetslag", cells.identifiers, _IDS,
               ("team", "lag", "teams", "arbetslagen"), example=""),
    ),
)  # fmt: skip

TASK_CODES: Final = Table(
    "task_codes", "Insatskoder",
    ("task codes", "insatskod", "koder", "insatstyper"),
    (
        Column("code", "Kod", cells.word, "insatskoden som den står i besöken",
               ("insatskod", "insats", "code"), is_required=True, example="S2 städ nivå 2"),
        Column("task", "Planeringstyp", cells.one_of({k.casefold(): v for k, v in
               TASK_WORDS.items()}), "en av " + ", ".join(TASKS_SV.values()),
               ("typ", "planeras som", "task"), is_required=True, example="städ"),
        Column("level", "Nivå", cells.whole(1, 9), "1–9", ("insatsnivå", "omfattning")),
        Column("minutes", "Schablonminuter", times.minutes_as_s, "minuter, mer än 0",
               ("minuter", "schablon", "schablontid", "tid")),
    ),
    is_required=False,
)  # fmt: skip

PINS: Final = Table(
    "pins", "Låsningar",
    ("pins", "låsning", "lås", "låsta besök", "lasningar"),
    (
        Column("date", "Datum", times.day_planned, _DATE, ("dag", "day"), is_required=True,
               example="2026-11-30"),
        Column("visit_id", "Låst besök", cells.identifier, f"{_ID}; tomt: hela rundan",
               ("besök", "besöksid", "besöks id", "visit")),
        Column("staff_id", "Låst personal", cells.identifier, _ID,
               ("personal", "personalid", "personal id", "medarbetare", "signatur", "staff"),
               example="P001"),
        Column("start", "Låst starttid", times.clock_s, _CLOCK,
               ("start", "starttid", "tid", "kl")),
        Column("carer_no", "Personal nr", cells.whole(1, 2), "1 eller 2 (dubbelbemanning)",
               ("nr", "nummer")),
        Column("order", "Ordning", cells.whole(1, 999), "1, 2, 3 … inom personens dag",
               ("ordningsföljd", "följd", "turordning")),
        Column("decided_by", "Beslutat av", cells.identifier, "en roll eller ett id, inget namn",
               ("låst av", "av", "beslutad av", "vem")),
        Column("decided_on", "Beslutat den", times.date, _DATE,
               ("låst den", "den", "beslutsdatum", "när")),
    ),
    is_required=False,
)  # fmt: skip

MUNICIPALITY: Final = Table(
    "municipality", "Kommun",
    ("municipality", "inställningar", "settings"),
    (
        Column("name", "Kommun", cells.address, "kommunens namn", ("kommunnamn",),
               is_required=True, example="Ekhamn"),
        Column("epsg", "Koordinatsystem", cells.tidy, "t.ex. SWEREF 99 TM eller EPSG-kod 3008",
               ("epsg", "crs", "referenssystem"), example="SWEREF 99 TM"),
        Column("adopted", "Antagen", times.date, f"{_DATE}: lag och kontakter är antagna",
               ("plan antagen", "antagen den")),
    ),
    is_required=False,
)  # fmt: skip

TABLES: Final[tuple[Table, ...]] = (
    CLIENTS, VISITS, STAFF, ROSTER, BASES, TASK_CODES, PINS, DECISIONS, MATTERS, LAUNDRY,
    NOTES, MUNICIPALITY,
)  # fmt: skip

ROUNDS: Final = Table(
    "rounds", "Rundor",
    ("rounds", "runda", "slingor", "slinga", "turlista", "planering", "körda rundor"),
    (
        Column("date", "Datum", times.day_planned, _DATE, ("dag", "day"), is_required=True,
               example="2026-11-30"),
        Column("staff_id", "Personal", cells.identifier, _ID,
               ("personalid", "personal id", "medarbetare", "signatur", "anställningsnummer",
                "staff"), is_required=True, example="P001"),
        Column("round_id", "Runda", cells.identifier, _ID, ("slinga", "tur", "rutt", "round")),
        Column("kind", "Slag", _choice(ROW_KINDS_SV, lunch="break", rast="break", paus="break",
               apt="meeting", insats="visit"), "besök, rast, möte eller överlämning",
               ("typ", "sort", "aktivitet")),
        Column("visit_id", "Besök", cells.identifier, _ID, ("besöksid", "besöks id", "visit",
               "insatsid")),
        Column("client_id", "Brukare", cells.identifier, _ID,
               ("kundnr", "kundid", "kund", "brukarid", "client")),
        Column("start", "Start", times.clock_s, _CLOCK,
               ("starttid", "från", "kl från", "originalstarttime", "planerad start"),
               is_required=True, example="07:35"),
        Column("end", "Slut", times.clock_s, _CLOCK, ("sluttid", "till", "kl till")),
        Column("duration_min", "Minuter", times.minutes_as_s, "minuter, mer än 0",
               ("längd", "tid (min)", "min")),
        Column("status", "Status", _choice(ROW_STATUS_SV, **OTHER_STATUS_SV),
               "planerad, utförd, avbokad eller ej utförd", ("besöksstatus",)),
    ),
    is_required=False,
)  # fmt: skip
"""A plan from elsewhere, as driven today; not one of the input's tables (`driven_rounds`)."""
