"""The demo's tables as other systems write them: what a planner really has in hand.

Two shapes are known from public notes (requirements section 5): a semicolon CSV with one row per
visit and weekday from a Carefox-type planning system, in cp1252, and a wide teaching workbook as
used in Skellefteå, with minutes per part of the day. Columns and ways of writing follow those
notes; the people are Ekhamn's. Both are deterministic to the byte.

What is untidy in the CSV, by design: clocks as 08:00, 8.00 and 0800; address lines with the noise
of `data.demo.noise`; double-staffed visits as two rows with one Dubbelid; rows of paused clients
marked Vilande; one row in two hundred given twice; a title row above the header where asked for.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping

import numpy as np

from data.demo.noise import NOISE, NoisyAddress, noisy
from data.errors import NetworkError
from data.model import DATE_MIN, Client, Municipality, Visit
from data.streets import AddressPoint, StreetNetwork
from data.units import HOUR_S, WEEKDAYS_SV, clock

CSV_HEADERS = (
    "Kundnr", "Gata", "Postnr", "Ort", "Veckodag", "Start", "Längd", "Min före", "Min efter",
    "Dubbelid", "Slinga", "Insatser", "Vilande besök", "Prio",
)  # fmt: skip
INSATSER: Mapping[str, str] = {
    "morning": "Morgonbesök",
    "medication": "Läkemedelsöverlämning",
    "forenoon": "Förmiddagsbesök",
    "lunch": "Lunchbesök",
    "afternoon": "Eftermiddagsbesök",
    "dinner": "Middagsbesök",
    "check_in": "Tillsynsbesök",
    "evening": "Kvällsbesök",
    "late_evening": "Läggning",
    "shower": "Dusch",
    "cleaning": "Städning",
    "laundry": "Tvätt",
    "shopping": "Inköp",
    "walk": "Promenad",
    "other": "Övrigt",
}
"""The planning types as such a system words them."""
WINDOWS: Mapping[str, tuple[int, int]] = {
    "Morgon 7-9": (7, 9),
    "Förmiddag 9-11": (9, 11),
    "Lunch 11-13": (11, 13),
    "Eftermiddag 13-15": (13, 15),
    "Middag 15-17": (15, 17),
    "Tidig kväll 17-19": (17, 19),
    "Sen kväll 19-21": (19, 22),
}
"""The workbook's parts of the day, and the hours in which a visit's middle start falls."""
SHARE_DOUBLED_ROWS = 0.005
HIDDEN = "Skyddad adress"

_QUIET = {kind: chance for kind, chance in NOISE.items() if kind != "unknown"}


def addresses_of(
    town: Municipality, network: StreetNetwork, *, seed: int = 1
) -> dict[str, NoisyAddress]:
    """Each client's address as the care system has it; every one is in the register.

    Raises
    ------
    NetworkError
        Where the network has no address at a client's place.
    """
    address_of_place: dict[tuple[float, float], AddressPoint] = {}
    for address in network.addresses:
        address_of_place.setdefault((address.x, address.y), address)
    rng = np.random.default_rng([seed, 815])
    address_of: dict[str, NoisyAddress] = {}
    for client in town.clients:
        place = address_of_place.get((client.x, client.y))
        if place is None:
            raise NetworkError("Gatunätet har ingen adress där exemplets brukare bor.")
        address_of[client.client_id] = noisy(place, rng, _QUIET)
    return address_of


def carefox_csv(
    town: Municipality, network: StreetNetwork, *, seed: int = 1, title_row: bool = False
) -> bytes:
    """One row per visit and weekday, semicolons, cp1252, as Excel in Sweden saves it."""
    places = addresses_of(town, network, seed=seed)
    rng = np.random.default_rng([seed, 816])
    buffer = io.StringIO(newline="")
    out = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    if title_row:
        out.writerow(["Grundplanering Ekhamn", "", "utskriven 2026-02-27"])
    out.writerow(CSV_HEADERS)
    double_id = 0
    for visit in town.visits:
        client = town.client_by_id[visit.client_id]
        for weekday in visit.weekdays if visit.n_per_period == 0 else (-1,):
            double = ""
            if visit.carers_required > 1:
                double_id += 1
                double = f"D{double_id}"
            row = _row(visit, client, places[client.client_id], weekday, double, rng)
            for _ in range(visit.carers_required + int(rng.random() < SHARE_DOUBLED_ROWS)):
                out.writerow(row)
    return buffer.getvalue().encode("cp1252")


def _row(
    visit: Visit, client: Client, place: NoisyAddress, weekday: int, double: str,
    rng: np.random.Generator,
) -> list[str]:  # fmt: skip
    middle_s = visit.wished_s
    if middle_s is None:
        middle_s = (visit.earliest_s + visit.latest_s) // 600 * 300
    return [
        client.client_id.removeprefix("B"),
        HIDDEN if client.protected else place.line,
        "" if client.protected else place.postcode,
        "" if client.protected else place.city,
        _weekday(visit, weekday),
        _clock(middle_s, rng),
        str(visit.duration_s // 60),
        str((middle_s - visit.earliest_s) // 60),
        str((visit.latest_s - middle_s) // 60),
        double,
        f"{client.team_id} {'dag' if visit.shift == 'day' else 'kväll'}",
        ", ".join([INSATSER[visit.task], *sorted(visit.skills)]),
        "Ja" if client.pause_from is not None else "",
        str(visit.priority),
    ]


def _weekday(visit: Visit, weekday: int) -> str:
    every = {1: "Varje vecka", 2: "Varannan vecka"}.get(visit.every_weeks, "")
    every = every or f"Var {visit.every_weeks}:e vecka"
    return f"{every}, {WEEKDAYS_SV[weekday]}" if weekday >= 0 else f"{every}, valfri vardag"


def _clock(time_s: int, rng: np.random.Generator) -> str:
    text = clock(time_s)
    kind = rng.random()
    if kind < 0.85:
        return text
    return text.lstrip("0").replace(":", ".") if kind < 0.95 else text.replace(":", "")


def skelleftea_workbook(town: Municipality, network: StreetNetwork, *, seed: int = 1) -> bytes:
    """A wide workbook: one row per client with minutes per part of the day, one per carer.

    Sheets "Individer, brukare" and "Medarbetare". "30*2" means thirty minutes by two carers. Only
    visits of every day have minutes; the others are columns of their own (Dusch) or left out, as
    in the original, which is why nobody can plan weekly tasks from it.
    """
    import xlsxwriter

    places = addresses_of(town, network, seed=seed)
    rng = np.random.default_rng([seed, 817])
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False,
                                        "strings_to_urls": False})  # fmt: skip
    book.set_properties({"title": "Ekhamn", "created": dt.datetime(2026, 2, 27)})
    sheet = book.add_worksheet("Individer, brukare")
    sheet.write_row(0, 0, [
        "Nr", "Adress", "Postnr", "Ort", *WINDOWS, "Dusch", "Behöver läkemedel",
        "Behöver insulin", "Behöver stomi", "Kräver körkort", "Röker", "Hund/katt",
        "Kräver man/kvinna",
    ])  # fmt: skip
    for number, client in enumerate(town.clients, start=1):
        sheet.write_row(number, 0, _client_row(client, town, places[client.client_id], rng))
    sheet = book.add_worksheet("Medarbetare")
    day = town.dates[0] if town.dates else DATE_MIN
    sheet.write_row(0, 0, ["Nr", "Läkemedel", "Insulin", "Stomi", "Körkort", "Tål hund/katt",
                           "18+"])  # fmt: skip
    for number, carer in enumerate(town.staff, start=1):
        held = [carer.holds(skill, day) for skill in ("läkemedel", "insulin", "stomi")]
        drives = carer.travel_mode == "car" or rng.random() < 0.85
        flags = [*held, drives, not carer.pet_allergy, True]
        sheet.write_row(number, 0, [carer.staff_id, *("Ja" if f else "Nej" for f in flags)])
    book.close()
    return buffer.getvalue()


def _client_row(
    client: Client, town: Municipality, place: NoisyAddress, rng: np.random.Generator
) -> list[str]:
    visits = town.visits_of[client.client_id]
    skills = {skill for visit in visits for skill in visit.skills}
    minutes = []
    for begin_h, end_h in WINDOWS.values():
        here = [
            v for v in visits
            if v.is_daily and begin_h * HOUR_S <= (v.earliest_s + v.latest_s) // 2 < end_h * HOUR_S
        ]  # fmt: skip
        minutes.append(" + ".join(_minutes(v) for v in here))
    shower = [v for v in visits if v.task == "shower"]
    wants = rng.random()
    return [
        client.client_id,
        HIDDEN if client.protected else place.line,
        "" if client.protected else place.postcode,
        "" if client.protected else place.city,
        *minutes,
        f"{sum(v.n_per_period or len(v.weekdays) for v in shower)} ggr/v" if shower else "",
        *("Ja" if skill in skills else "" for skill in ("läkemedel", "insulin", "stomi")),
        "Ja" if client.dwelling == "house" and rng.random() < 0.1 else "",
        "Ja" if rng.random() < 0.08 else "",
        ("Hund" if rng.random() < 0.5 else "Katt") if client.pets else "",
        "Kvinna" if wants < 0.05 else "Man" if wants < 0.06 else "",
    ]


def _minutes(visit: Visit) -> str:
    minutes = visit.duration_s // 60
    return f"{minutes}*{visit.carers_required}" if visit.carers_required > 1 else str(minutes)
