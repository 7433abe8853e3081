"""What care systems and planners call the columns, beside what the contract itself says.

Collected from the vocabulary of Swedish care and roster systems' lists and exports, and from what
planners write in workbooks of their own. The contract (`data.tables.columns`) goes first; a word
here must stand for one column of its table only, which a test holds. Words that may mean something
else are in `GUESSES`: they are read, and the receipt says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_CLIENT_ID: Final = (
    "klient", "klientid", "klientnr", "klientnummer", "vårdtagare", "vårdtagarid",
    "vårdtagar nr", "vårdtagarnummer", "brukare id", "brukare nr", "kund id", "kund nr",
    "kund nummer", "omsorgstagarid", "omsorgstagar nr", "omsorgstagarnummer", "individid",
    "individnr", "individnummer", "patientid", "patient id", "servicetagare", "client id",
    "client no", "customer", "customer id", "brukar nummer",
)  # fmt: skip
_STAFF_ID: Final = (
    "personal nr", "personalnummer", "personal nummer", "anställningsid", "anställnings id",
    "anställnings nr", "anställningsnr", "anst id", "medarbetarid", "medarbetarnr",
    "medarbetarnummer", "användarid", "användar id", "hsa id", "hsaid", "utförare id",
    "utförarid", "anställd", "anställd id", "vårdgivar id", "resurs", "resurs id", "employee id",
    "utförs av", "utförd av",
)  # fmt: skip
_PLACE: Final[Mapping[str, tuple[str, ...]]] = {
    "address": ("bostadsadress", "hemadress", "folkbokföringsadress", "adress 1", "adressrad 1",
                "gata och nummer", "gata nr", "gatuadress och nummer", "address"),
    "postcode": ("post nr", "post nummer", "postnumret"),
    "city": ("bostadsort", "tätort", "city", "locality"),
    "x": ("sweref99 e", "sweref 99 tm e", "e sweref99", "östlig koordinat", "x koord", "e koord",
          "öst koordinat"),
    "y": ("sweref99 n", "sweref 99 tm n", "n sweref99", "nordlig koordinat", "y koord", "n koord",
          "nord koordinat"),
    "lat": ("lat", "breddgrad", "wgs84 latitud"),
    "lon": ("lon", "längdgrad", "wgs84 longitud"),
}  # fmt: skip
_CLOCK_FROM: Final = (
    "från kl", "fr kl", "kl från", "från klockan", "från klockslag", "klockslag från", "tid från",
    "start kl", "startar", "startar kl", "börjar", "börjar kl", "start tid", "starttidpunkt",
    "start från", "starttid kl", "klockslag start", "tid start", "från tid",
)  # fmt: skip
_CLOCK_TO: Final = (
    "till kl", "kl till", "till klockan", "till klockslag", "klockslag till", "tid till",
    "slut kl", "slutar", "slutar kl", "slut tid", "sluttidpunkt", "sluttid kl", "klockslag slut",
    "tid slut", "till tid", "stopp", "stopptid", "stopp kl", "stop", "avslutas", "avslutas kl",
)  # fmt: skip
_FROM: Final = ("giltig från", "giltig fr o m", "gäller fr o m", "gäller fom", "fr o m datum",
                "från datum", "from datum", "start datum", "beslut fr o m", "beslut fom",
                "valid from", "beslutsdatum från")  # fmt: skip
_TO: Final = ("giltig till", "giltig t o m", "gäller t o m", "gäller tom", "t o m datum",
              "till datum", "tom datum", "slut datum", "beslut t o m", "beslut tom", "valid to",
              "beslutsdatum till")  # fmt: skip

_CLIENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "client_id": _CLIENT_ID, **_PLACE,
    "dwelling": ("typ av boende", "hustyp", "typ av bostad"),
    "building_id": ("byggnad id", "uppgång", "fastighets id"),
    "physical_key": ("nyckel finns", "nyckelhämtning", "hämta nyckel", "nyckel hämtas",
                     "nyckel ja/nej"),
    "team_id": ("arbetslag id", "hemtjänstgrupp", "planeringsgrupp", "arbetslag nu"),
    "contact_id": ("fast kontakt", "omsorgskontakt id", "fast omsorgskontakt id", "fok id",
                   "kontaktpersonal", "fast omsorgs kontakt"),
    "vice_id": ("vice kontakt", "ersättande kontakt", "vice fok", "vice fast omsorgskontakt"),
    "needs_contact": ("behöver fast omsorgskontakt", "ska ha omsorgskontakt"),
    "preferred_staff": ("önskad medarbetare", "önskade personal", "föredragen personal"),
    "blocked_staff": ("spärrad medarbetare", "oönskad personal", "ej önskad personal",
                      "spärrad", "spärrlista personal"),
    "language": ("talar språk", "kommunikationsspråk", "språk brukare"),
    "pets": ("husdjur finns", "djur i hemmet", "pälsdjur finns", "pälsdjur i hemmet",
             "katt/hund", "husdjur ja/nej", "pets"),
    "protected": ("skyddade personuppgifter ja/nej", "sekretessmarkerade uppgifter",
                  "skyddad folkbokföring", "skyddad personuppgift"),
    "pause_from": ("frånvaro från", "avbrott från", "sjukhusvistelse från", "frånvarande från"),
    "pause_to": ("frånvaro till", "avbrott till", "sjukhusvistelse till", "frånvarande till"),
    "granted_min_week": ("beviljad tid per vecka", "beviljad tid vecka", "ramtid per vecka",
                         "ramtid vecka", "beviljade min", "beviljade timmar per vecka",
                         "beviljad tid tim/vecka"),
    "locked_team": ("lås lag", "låst till arbetslag"),
    "valid_from": _FROM, "valid_to": _TO,
}  # fmt: skip

_VISITS: Final[Mapping[str, tuple[str, ...]]] = {
    "visit_id": ("besök nr", "besök nummer", "aktivitetsid", "aktivitets id", "insatsnr",
                 "insats nr", "insatsnummer", "uppdragsid", "uppdrags id", "order id", "rad id"),
    "client_id": ("brukar id", "brukarnummer", "klient id", *_CLIENT_ID),
    "task": ("aktivitet", "aktiviteter", "aktivitetstyp", "aktivitetskod", "insatsnamn",
             "insats namn", "insatskategori", "insats kod", "insatsbenämning",
             "biståndsinsats", "beviljad insats", "arbetsuppgift", "besökskategori",
             "delinsats", "activity"),
    "shift": ("passtyp", "del av dygnet", "dygnsdel", "tid på dygnet"),
    "weekdays": ("veckodag(ar)", "besöksdagar", "besöksdag", "planerade dagar", "utförs dagar",
                 "utförs på", "vilka dagar", "dag(ar)", "weekdays", "days"),
    "duration_min": ("tidåtgång", "tids åtgång", "tid i minuter", "längd i minuter",
                     "insatslängd", "besökstid", "varaktighet", "tidslängd", "beräknad tid",
                     "antal minuter", "antal min", "minuter per besök", "min per besök",
                     "planerad längd", "planerad tidsåtgång", "utförandetid", "insatstid per besök",
                     "timmar", "tim", "antal timmar", "längd i timmar", "tid i timmar",
                     "timmar per besök", "besökslängd i minuter", "length", "minutes"),
    "earliest": ("från kl", "kl från", "fr kl", "från klockan", "från klockslag", "tid från",
                 "klockslag från", "tidigaste tid", "tidigast kl", "tidigast tid",
                 "tidigaste klockslag", "tidigaste starttid", "tidigast starttid",
                 "starttid tidigast", "tidsfönster från", "tidsfönster start",
                 "tidsintervall från", "fönster start", "startfönster från", "start från",
                 "tidigast påbörjas", "börjar tidigast", "earliest"),
    "latest": ("till kl", "kl till", "till klockan", "till klockslag", "tid till",
               "klockslag till", "senaste tid", "senast kl", "senast tid", "senaste klockslag",
               "senaste starttid", "senast starttid", "starttid senast", "tidsfönster till",
               "tidsfönster slut", "tidsintervall till", "fönster slut", "startfönster till",
               "start till", "senast påbörjas", "börjar senast", "latest"),
    "every_weeks": ("periodicitet", "upprepning", "veckor mellan", "antal veckor mellan",
                    "intervall veckor", "frekvens veckor", "jämn/udda vecka", "jämn/udda",
                    "veckor", "vecka nr", "veckomönster"),
    "n_per_period": ("antal besök per vecka", "gånger per vecka", "antal ggr per vecka",
                     "ggr/vecka", "ggr per vecka", "besök per vecka"),
    "wished": ("önskad starttid", "önskat kl", "önskad tid kl", "önskad tidpunkt"),
    "carers_required": ("antal personer", "antal pers", "antal utförare", "antal vårdare",
                        "personalantal", "antal personal per besök", "personalbehov",
                        "dubbelbemanning", "dubbelbemannad", "dubbelbemannat", "dubbelbem",
                        "dubbel", "dubbelbesök", "dubbelbemanning krävs",
                        "kräver dubbelbemanning", "dubbelbemannas", "dubbelgång",
                        "två personal", "2 personal", "två personer", "2 personer", "2 pers"),
    "skills": ("delegering krävs", "delegeringskrav", "kräver delegering", "krav på delegering",
               "delegation", "delegation krävs", "delegerad", "delegerad insats",
               "delegerad uppgift", "hsl delegering", "delegering hsl", "kompetenskrav",
               "krav på kompetens", "krävd kompetens", "kompetens krävs", "behörighet"),
    "priority": ("prioritering", "prioriteringsklass", "prioritetsnivå", "prioritetsgrad",
                 "prio klass"),
    "mode": ("utförandesätt", "utförandeform", "fysiskt/digitalt"),
    "valid_from": ("insats från", "insats fr o m", *_FROM),
    "valid_to": ("insats till", "insats t o m", *_TO),
}  # fmt: skip

_STAFF: Final[Mapping[str, tuple[str, ...]]] = {
    "staff_id": _STAFF_ID,
    "role": ("arbetsroll", "rolltyp"),
    "shift_group": ("dag eller kväll", "arbetar dag/kväll", "dag/kväll/båda", "passtyp"),
    "title": ("yrkesroll", "yrkeskategori", "yrkesgrupp", "personalkategori"),
    "team_id": ("arbetslag id", "hemtjänstgrupp", "planeringsgrupp"),
    "skills": ("delegationer", "delegation", "delegeringar hsl", "hsl delegering",
               "behörigheter", "delegeringar giltiga till"),
    "travel_mode": ("transportsätt", "transportmedel", "fortskaffningsmedel", "resesätt",
                    "färd sätt"),
    "employment_pct": ("sysselsättning", "syss grad", "tjgr", "tj grad", "anst grad",
                       "tjänstegrad", "tjänstgöringsgrad %", "omfattning"),
    "pet_allergy": ("djurallergi", "allergi djur", "pälsallergi", "allergi mot pälsdjur",
                    "allergisk mot pälsdjur"),
    "languages": ("talar språk", "språk personal"),
    "base_id": ("utgångslokal", "startlokal", "utgår från"),
    "starts_home": ("startar hemifrån",),
    "ends_home": ("slutar hemifrån", "avslutar hemma"),
}  # fmt: skip

_ROSTER: Final[Mapping[str, tuple[str, ...]]] = {
    "staff_id": _STAFF_ID,
    "date": ("arbetsdag", "schemadatum", "passdatum", "tjänstgöringsdatum", "shift date"),
    "start": (*_CLOCK_FROM, "arbetstid från", "pass start", "passtart", "passets start",
              "arbetstid start", "passets starttid", "passtid från", "arbetspass start"),
    "end": (*_CLOCK_TO, "arbetstid till", "pass slut", "passets slut", "arbetstid slut",
            "passets sluttid", "passtid till", "arbetspass slut"),
    "kind": ("aktivitet", "schematyp", "passkategori", "tjänstgöringskod", "frånvaroorsak",
             "frånvarotyp"),
}  # fmt: skip

_ROUNDS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("besöksdatum", "utförd datum", "planerat datum"),
    "staff_id": ("personal nr", "personalnr", "anst nr", "anstnr", "medarbetar id", *_STAFF_ID),
    "visit_id": ("besöksnr", "besöksnummer", "aktivitetsid", "insats id"),
    "client_id": ("kundnummer", "brukar id", "brukarnr", "brukarnummer", "omsorgstagare",
                  "klient id", "individ", *_CLIENT_ID),
    "start": (*_CLOCK_FROM, "starttid planerad", "planerad starttid", "planerad tid från",
              "utförd start", "utförd starttid", "utförd från", "besök start", "besöket startar",
              "insats start", "ankomst", "ankomsttid", "ankomst kl", "incheckad", "incheckning",
              "faktisk start", "faktisk starttid", "verklig start", "verklig starttid",
              "registrerad start", "start planerad", "start utförd", "planerat från"),
    "end": (*_CLOCK_TO, "sluttid planerad", "planerad sluttid", "planerad tid till",
            "utförd slut", "utförd sluttid", "utfört till", "utfört slut", "planerat slut",
            "planerad slut", "besök slut", "besöket slutar", "insats slut", "avfärd",
            "avslutad", "utcheckad", "utcheckning", "faktisk slut", "faktiskt slut",
            "faktisk sluttid", "verkligt slut", "verklig sluttid", "registrerat slut",
            "slut planerad", "slut utförd", "planerat till"),
    "status": ("besöksstatus", "utförandestatus", "status besök", "besök status", "läge",
               "statustext", "insatsstatus"),
    "duration_min": ("tidsåtgång", "längd (min)", "varaktighet", "besökslängd", "insatstid"),
}  # fmt: skip

MORE: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "clients": _CLIENTS,
    "visits": _VISITS,
    "staff": _STAFF,
    "roster": _ROSTER,
    "bases": _PLACE,
    "pins": {"staff_id": tuple(word for word in _STAFF_ID if word != "personal nr")},
    "rounds": _ROUNDS,
}
"""Per table and column, further words for it."""

MAY_MEAN: Final[Mapping[tuple[str, str], str]] = {
    (table, header): "team_id"
    for table in ("clients", "staff", "bases")
    for header in ("enhet", "område", "hemtjänstområde", "distrikt", "avdelning", "sektion")
}
"""Headers that are asked about, with what they most often mean: a unit may be one team or ten."""

GUESSES: Final[Mapping[tuple[str, str], str]] = {
    ("visits", "till kl"): "senaste start",
    ("visits", "kl till"): "senaste start",
    ("visits", "till klockan"): "senaste start",
    ("visits", "till klockslag"): "senaste start",
    ("visits", "tid till"): "senaste start",
    ("visits", "klockslag till"): "senaste start",
    ("visits", "senaste tid"): "senaste start",
    ("visits", "tidsfönster till"): "senaste start",
    ("visits", "tidsfönster slut"): "senaste start",
    ("visits", "tidsintervall till"): "senaste start",
    ("visits", "fönster slut"): "senaste start",
    ("visits", "fönster till"): "senaste start",
    ("visits", "behörighet"): "kompetens som krävs",
    ("visits", "personal"): "antal personal",
    ("visits", "antal"): "antal personal",
    ("staff", "omfattning"): "sysselsättningsgrad",
    ("clients", "spärrad"): "spärrad personal",
}
"""By table and header: how a word that may mean something else is understood."""
