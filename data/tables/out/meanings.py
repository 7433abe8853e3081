"""What each column means, in one sentence for the planner, and which eight she meets first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIRST: Final[Mapping[str, tuple[str, ...]]] = {
    "clients": ("client_id", "x", "y", "team_id", "contact_id", "dwelling", "protected",
                "needs_contact"),
    "visits": ("visit_id", "client_id", "task", "weekdays", "duration_min", "earliest", "latest",
               "carers_required"),
    "staff": ("staff_id", "role", "shift_group", "title", "team_id", "skills", "travel_mode",
              "employment_pct"),
    "bases": ("base_id", "x", "y", "team_ids"),
}  # fmt: skip
"""By table: the columns at the left; the others are grouped to the right of them."""

_PLACE: Final[Mapping[str, str]] = {
    "address": "Gatuadressen, om koordinater saknas; den slås upp i ett register på datorn.",
    "postcode": "Postnumret, som skiljer två gator med samma namn åt.",
    "city": "Postorten, som skiljer två gator med samma namn åt.",
    "x": "Avståndet österut i kommunens koordinatsystem.",
    "y": "Avståndet norrut i kommunens koordinatsystem.",
    "lat": "Latituden, om du har grader i stället för meter.",
    "lon": "Longituden, om du har grader i stället för meter.",
}

MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "clients": {
        **_PLACE,
        "client_id": "Brukarens id hos er: ett nummer, aldrig ett namn eller personnummer.",
        "dwelling": "Hus eller lägenhet: avgör hur lång tid det tar från gatan till dörren.",
        "building_id": "Samma id för alla i samma trapphus: mellan dem räknas ingen resa.",
        "household_id": "Samma id för dem som bor ihop: de får samma arbetslag.",
        "together_id": "Samma id för dem som du vill ha i samma arbetslag.",
        "physical_key": "Ja om en fysisk nyckel måste hämtas först.",
        "team_id": "Arbetslaget i dag; lämnas tomt om lagen ska göras från början.",
        "contact_id": "Den fasta omsorgskontakten i dag, med sitt id från bladet Personal.",
        "vice_id": "Den som träder in när omsorgskontakten är ledig.",
        "needs_contact": "Nej för den som bara har service och inte ska ha en fast omsorgskontakt.",
        "preferred_staff": "Personal som brukaren helst vill ha.",
        "blocked_staff": "Personal som aldrig får komma till brukaren.",
        "wished_sex": "Om brukaren vill att den som kommer är kvinna eller man.",
        "language": "Ett språk som någon i personalen helst ska tala.",
        "pets": "Ja om det finns pälsdjur: den som är allergisk skickas inte dit.",
        "protected": "Ja döljer brukaren på alla kartor, listor och utskrifter.",
        "pause_from": "Första dagen borta, till exempel på sjukhus.",
        "pause_to": "Sista dagen borta; tomt betyder tills vidare.",
        "granted_min_week": "Tiden som är beviljad per vecka, att jämföra med den planerade.",
        "locked_team": "Ja om brukaren ska stanna i sitt arbetslag när lagen görs om.",
        "provider": "Utföraren, om kommunen har flera.",
        "valid_from": "Första dagen som beslutet gäller.",
        "valid_to": "Sista dagen som beslutet gäller.",
    },
    "visits": {
        "visit_id": "Besökets id: ett för varje återkommande besök.",
        "client_id": "Brukaren, med samma id som på bladet Brukare.",
        "task": "Vad som görs; egna koder förklaras på bladet Insatskoder.",
        "shift": "Dag eller kväll, om inget tidsfönster anges.",
        "weekdays": "Dagarna som besöket görs; ”1 av mån-fre” är en valfri vardag i veckan.",
        "duration_min": "Tiden hos brukaren, utan resa.",
        "earliest": "När besöket tidigast får börja.",
        "latest": "När besöket senast får börja, inte när det ska vara klart.",
        "every_weeks": "1 är varje vecka, 2 varannan.",
        "n_per_period": "Hur många gånger per period, på dagar som planeringen väljer.",
        "wished": "Klockslaget som brukaren helst vill ha.",
        "carers_required": "2 när två ska komma samtidigt (dubbelbemanning).",
        "skills": "Delegering eller kompetens som den som kommer måste ha.",
        "priority": "1 får aldrig utebli, 2 är omsorg, 3 är service.",
        "mode": "Fysiskt kräver resa, digitalt inte; externa planeras inte.",
        "gap_after": "Minsta tid till ett annat besök hos samma brukare, t.ex. mellan måltider.",
        "window_source": "Varför tiden är som den är: HSL, SoL eller ett önskemål.",
        "valid_from": "Första dagen som besöket görs.",
        "valid_to": "Sista dagen som besöket görs.",
        "last_done": "När besöket senast gjordes; intervallet räknas därifrån.",
        "next_due": "När besöket ska göras nästa gång, och inte förr.",
        "usual": "När besöket brukar börja; nästa plan håller sig nära.",
    },
    "staff": {
        "staff_id": "Medarbetarens id hos er: ett nummer eller en signatur, aldrig ett namn.",
        "role": "Kontakt har egna brukare, löpare täcker i laget, resurs i hela området.",
        "shift_group": "Om hon arbetar dag, kväll eller både och.",
        "title": "Bara undersköterskor kan vara fast omsorgskontakt.",
        "team_id": "Arbetslaget som hon hör till.",
        "skills": "Det hon är delegerad att göra, med sista giltiga dag.",
        "travel_mode": "Hur hon tar sig mellan brukarna.",
        "employment_pct": "Hur stor del av en heltid hon arbetar.",
        "transition": "Ja om övergångsregeln ger henne rätt att vara kontakt utan titeln.",
        "twin_id": "Den som hon delar brukare med när hon är ledig.",
        "pet_allergy": "Ja om hon inte kan vara där det finns pälsdjur.",
        "languages": "Språk som hon talar, utöver svenska.",
        "sex": "Kvinna eller man, där brukare har önskat det ena.",
        "base_id": "Lokalen som passen börjar och slutar vid.",
        "starts_home": "Ja om passet börjar hemifrån henne.",
        "ends_home": "Ja om passet slutar hemma hos henne.",
        "home_x": "Hemmets avstånd österut, om pass börjar eller slutar där.",
        "home_y": "Hemmets avstånd norrut, om pass börjar eller slutar där.",
    },
    "roster": {
        "staff_id": "Vem som arbetar, med id från bladet Personal.",
        "date": "Dagen för passet.",
        "start": "När passet börjar.",
        "end": "När passet slutar.",
        "kind": "Arbete planeras; möte, ledighet och sjukdom är tid som inte kan planeras.",
    },
    "bases": {
        **_PLACE,
        "base_id": "Lokalens namn eller id.",
        "team_ids": "Arbetslagen som utgår härifrån; tomt betyder alla.",
    },
    "task_codes": {
        "code": "Er egen kod, som den står i besöken.",
        "task": "Vad koden är för slags insats när vi planerar.",
    },
    "pins": {
        "date": "Dagen som låsningen gäller.",
        "visit_id": "Besöket som låses; tomt låser hela personens dag.",
        "staff_id": "Personen som ska göra besöket.",
        "start": "Klockslaget som besöket ska börja.",
        "carer_no": "Vilken av två vid dubbelbemanning.",
        "order": "Besökets plats i ordningen den dagen.",
    },
    "decisions": {
        "kind": "Vad som är beslutat.",
        "client_id": "Brukaren som beslutet gäller.",
        "visit_id": "Besöket som beslutet gäller.",
        "task": "Insatsen som beslutet gäller.",
        "staff_id": "Personen som är beslutad.",
        "twin_id": "Tvillingen som är beslutad.",
        "team_id": "Arbetslaget som är beslutat.",
        "weekdays": "Veckodagarna som är beslutade.",
        "start": "Klockslaget som är beslutat.",
        "valid_from": "Första dagen som beslutet gäller.",
        "valid_to": "Sista dagen som beslutet gäller.",
        "decided_by": "Vem som beslutade: en roll eller en signatur.",
        "decided_on": "När det beslutades.",
    },
    "municipality": {
        "name": "Kommunens eller områdets namn, som det ska stå på kartorna.",
        "epsg": "Systemet som E och N är i.",
        "adopted": "När planen som tabellerna bygger på antogs.",
    },
}
"""By table and column: what it means."""


def meaning_of(table: str, column: str) -> str:
    """What a column means; empty where nobody has written it, so that no workbook fails for it."""
    return MEANINGS.get(table, {}).get(column, "")
