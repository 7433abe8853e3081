"""Swedish words of the tables and the codes they stand for, both ways."""

from __future__ import annotations

from typing import Final

from data.model import PLANNING_TASKS

TASKS_SV: Final[dict[str, str]] = {
    "morning": "morgon",
    "medication": "läkemedel",
    "forenoon": "förmiddag",
    "lunch": "lunch",
    "afternoon": "eftermiddag",
    "dinner": "middag",
    "evening": "kväll",
    "late_evening": "sen kväll",
    "check_in": "tillsyn",
    "shower": "dusch",
    "cleaning": "städ",
    "laundry": "tvätt",
    "shopping": "inköp",
    "walk": "promenad",
    "other": "övrigt",
}
"""Planning types as they are written in Swedish tables."""

TASK_WORDS: Final[dict[str, str]] = {
    **{task: task for task in PLANNING_TASKS},
    **{swedish: task for task, swedish in TASKS_SV.items()},
    "morgonbesök": "morning", "frukost": "morning", "medicin": "medication",
    "läkemedelsöverlämning": "medication", "insulin": "medication", "ögondroppar": "medication",
    "förmiddagsbesök": "forenoon", "lunchbesök": "lunch", "mat": "lunch", "måltid": "lunch",
    "eftermiddagsbesök": "afternoon", "middagsbesök": "dinner", "kvällsmat": "dinner",
    "kvällsbesök": "evening", "läggning": "late_evening", "sen kvällsbesök": "late_evening",
    "sänggående": "late_evening", "tillsynsbesök": "check_in", "digital tillsyn": "check_in",
    "bad": "shower", "städning": "cleaning", "lättstäd": "cleaning", "fönsterputs": "cleaning",
    "tvättning": "laundry", "handling": "shopping", "apotek": "shopping", "utevistelse": "walk",
    "övriga": "other", "annat": "other",
}  # fmt: skip

ROLES_SV: Final = {"contact": "kontakt", "floater": "löpare", "pool": "resurs"}
SHIFT_GROUPS_SV: Final = {"day": "dag", "evening": "kväll", "both": "båda", "night": "natt"}
TITLES_SV: Final = {"assistant_nurse": "undersköterska", "care_assistant": "vårdbiträde"}
MODES_SV: Final = {"walk": "gång", "bike": "cykel", "ebike": "elcykel", "car": "bil"}
KINDS_SV: Final = {"work": "arbete", "meeting": "möte", "leave": "ledig", "sick": "sjuk"}
VISIT_MODES_SV: Final = {"physical": "fysiskt", "digital": "digitalt", "external": "extern"}
SOURCES_SV: Final = {"HSL": "HSL", "SoL": "SoL", "wish": "önskemål"}
DWELLINGS_SV: Final = {"house": "hus", "flat": "lägenhet"}
ROW_KINDS_SV: Final = {
    "visit": "besök", "break": "rast", "meeting": "möte", "handover": "överlämning",
    "start": "start", "end": "slut",
}  # fmt: skip

ROW_STATUS_SV: Final = {"done": "utförd", "planned": "planerad", "cancelled": "avbokad"}
OTHER_STATUS_SV: Final = {
    **dict.fromkeys(
        ("utfört", "genomförd", "genomfört", "klar", "klart", "avslutad", "avslutat", "godkänd",
         "signerad", "kvitterad", "registrerad", "ok", "ja", "besökt", "delvis utförd"), "done",
    ),
    **dict.fromkeys(
        ("planerat", "tilldelad", "bokad", "bokat", "pågår", "pågående", "påbörjad", "påbörjat",
         "ej påbörjad", "öppen", "aktiv", "fördelad", "publicerad"), "planned",
    ),
    **dict.fromkeys(
        ("avbokat", "inställd", "inställt", "ej utförd", "ej utfört", "inte utförd",
         "inte utfört", "ej genomförd", "ej genomfört", "struken", "struket", "borttagen",
         "bomkörning", "bom", "bombesök", "utebliven", "uteblivet", "avböjd", "avböjt",
         "avbeställd", "avbeställt", "missad", "missat", "nej", "canceled"), "cancelled",
    ),
}  # fmt: skip
"""What systems call a row that was made, one that waits, and one that never was."""

TIERS_SV: Final = {
    "contact": "kontakt", "vice": "vice", "team": "arbetslag", "floater": "löpare",
    "pool": "resurs", "": "",
}  # fmt: skip

DECISIONS_SV: Final = {
    "team": "lag", "contact": "kontakt", "vice": "vice", "twin": "tvilling", "person": "person",
    "day": "dag", "time": "tid",
}  # fmt: skip
SEX_SV: Final = {"woman": "kvinna", "man": "man"}
