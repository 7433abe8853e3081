"""Rounds, travel and compactness of each team: by the tables and the seconds between places."""

import csv
from collections import Counter

WEEK = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")
SHIFT_S = {"dag": 8 * 3600 - 2400, "kväll": 7 * 3600 - 2400}  # less break and hand-over
NEAREST, IN_TEAM, FAR_S = 5, 3, 4 * 3600


def read(path):
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))


def weekdays(text):
    first, _, last = text.removeprefix("1 av ").replace("alla dagar", "mån-sön").partition("-")
    return WEEK[WEEK.index(first) : WEEK.index(last) + 1] if last else first.split(", ")


def figures(tables, teams, seconds):
    """``teams``: base and those shown of each; ``seconds``: from place to place, by bicycle."""
    dates = sorted({one["Datum"] for one in read(tables / "schema.csv")})
    shown = {who for _, mine in teams.values() for who in mine}
    rows = [one for one in read(tables / "brukare.csv") if one["Brukare"] in shown]
    people = {one["Brukare"]: one for one in rows}

    def apart(a, b):
        return (min(seconds[a, b], FAR_S) + min(seconds[b, a], FAR_S)) / 2

    def mean_way(who, among, n):
        ways = sorted(apart(who, other) for other in among if other != who)
        return sum(ways[:n]) / max(1, len(ways[:n]))

    leg = {who: mean_way(who, people, NEAREST) + 30 for who in people}  # locking the bicycle
    for who, one in people.items():
        leg[who] += 210 if one["Boende"] == "lägenhet" else 120
        leg[who] += 120 if one["Fysisk nyckel"] == "ja" else 0
    visits, busy = Counter(), Counter()
    for one in read(tables / "besok.csv"):
        is_due = one["Gäller från"] <= dates[-1] and (one["Gäller till"] or "9") >= dates[0]
        if one["Brukare"] not in shown or one["Utförande"] == "extern" or not is_due:
            continue
        who, days, part = one["Brukare"], weekdays(one["Veckodagar"]), one["Pass"]
        each = int(one["Antal personal"]) / int(one["Varje antal veckor"])
        each *= (int(one["Gånger per period"]) or len(days)) / len(days)
        is_there = one["Utförande"] == "fysiskt"
        visits[who] += each * len(days) * is_there
        for day in days:
            takes_s = 60 * int(one["Minuter"]) + leg[who] * is_there
            busy[who, part, WEEK.index(day) < 5] += each * takes_s / SHIFT_S[part]
    found = {}
    for team, (base, mine) in teams.items():
        middle = min(mine, key=lambda who: sum(apart(who, b) * visits[b] for b in mine))
        out, own = (sorted(seconds[middle, b] for b in of) for of in (people, mine))
        parts = [(part, early) for early in (True, False) for part in SHIFT_S]
        day, evening, *rest = (sum(busy[who, *part] for who in mine) for part in parts)
        to_base = (day + evening + sum(rest)) * (seconds[base, middle] + seconds[middle, base])
        within = sum(mean_way(who, mine, IN_TEAM) * visits[who] for who in mine) + to_base
        found[team] = day / 5, evening / 5, within / 60, min(1, sum(out[: len(own)]) / sum(own))
    return found
