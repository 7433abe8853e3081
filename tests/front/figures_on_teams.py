"""Who is in which team, whose contact, and with how much care: by the CSV files alone."""

import csv
from collections import Counter, defaultdict

WEEK = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def n_weekdays(text):
    text = "mån-sön" if text == "alla dagar" else text.removeprefix("1 av ")
    first, _, last = text.partition("-")
    return WEEK.index(last) - WEEK.index(first) + 1 if last else len(text.split(", "))


def figures(plan, tables):
    """Each team and each client, and how many go from which team to which."""
    dates = sorted({one["Datum"] for one in read(tables / "schema.csv")})
    care, teams = Counter(), {}
    for one in read(tables / "besok.csv"):
        began = (one["Gäller från"] or "0") <= dates[-1]
        if one["Utförande"] == "extern" or not began or (one["Gäller till"] or "9") < dates[0]:
            continue
        times = int(one["Gånger per period"]) or n_weekdays(one["Veckodagar"])
        minutes = int(one["Minuter"]) * int(one["Antal personal"])
        care[one["Brukare"]] += times * minutes / int(one["Varje antal veckor"])
    people = {one["Brukare"]: one for one in read(tables / "brukare.csv")}
    clients, hers, moves = {}, defaultdict(Counter), Counter()
    for one in read(plan / "clients.csv"):
        who, team, before = one["Brukare"], one["Arbetslag"], one["Förra arbetslaget"]
        contact = one["Omsorgskontakt"]
        clients[who] = team, contact, one["Vice"], care[who], before
        own = teams.setdefault(team, {"n": 0, "care": 0.0, "without": 0})
        own["n"] += 1
        own["care"] += care[who]
        own["without"] += people[who]["Behöver kontakt"] == "ja" and not contact
        if contact:
            hers[team][contact] += 1
        if one["Bytt lag"] == "1":
            moves[before, team] += 1
    for one in read(plan / "teams.csv"):
        teams[one["Arbetslag"]] |= {"area": one["Område"], "contacts": hers[one["Arbetslag"]],
                                    "row": one}  # fmt: skip
    fixed = [one["Personal"] for one in read(tables / "personal.csv") if one["Roll"] != "resurs"]
    hidden = [one["Skyddade uppgifter"] == "ja" for one in people.values()]
    return {"teams": teams, "clients": clients, "moves": moves, "staff": fixed,
            "n_hidden": sum(hidden)}  # fmt: skip
