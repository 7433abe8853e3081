"""How heavy work and odd hours are shared: by the CSV files alone, with nothing of ours."""

import csv
from collections import Counter
from datetime import date


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


HEAVY = ("dusch", "städ", "tvätt", "inköp")
ENDS = {"least": min, "most": max}


def tenth(values, per_cent):
    return sorted(values)[max(0, -(-len(values) * per_cent // 100) - 1)]


def figures(plan, tables, shown):
    task = {one["Besök"]: one["Insats"] for one in read(tables / "besok.csv")}
    both = {o["Personal"] for o in read(tables / "personal.csv") if o["Passgrupp"] == "båda"}
    rows, lines = read(plan / "private" / "rounds.csv"), read(tables / "schema.csv")
    rows = [one for one in rows if one["kind"] != "visit" or one["client_id"] in shown]
    dates = {one["date"] for one in rows}
    off = {(one["Personal"], one["Datum"]) for one in lines if one["Typ"] in ("ledig", "sjuk")}
    lines = [one for one in lines if one["Datum"] in dates and one["Typ"] == "arbete"
             and (one["Personal"], one["Datum"]) not in off]  # fmt: skip
    duty = {(one["Personal"], one["Datum"], s(one["Start"])): s(one["Slut"]) for one in lines}
    worked, heavy, half, late, n_of, weekend = (Counter() for _ in range(6))
    for one in rows:
        who, start, end = one["staff_id"], s(one["start"]), s(one["end"])
        worked[who] -= (end - start) * (one["kind"] == "break")
        if one["kind"] == "start":
            worked[who] += duty[who, one["date"], start] - start
        elif one["kind"] == "visit":
            heavy[who] += task[one["visit_id"]] in HEAVY
            half[who, one["date"], one["start"] < "12"] += task[one["visit_id"]] in HEAVY
    for who, day, start in duty:
        n_of[who] += 1
        late[who] += start >= 12 * 3600
        weekend[who] += date.fromisoformat(day).weekday() > 4
    eights = [8 * 3600 * heavy[who] / of for who, of in worked.items()]
    evenings = [100 * late[who] / n for who, n in n_of.items() if who in both]
    weekends = weekend.values() if sum(weekend.values()) else ()
    return {
        **{f"fairness.heavy_per_day_p{p}": tenth(eights, p) for p in (10, 90)},
        "fairness.n_heavy_half_days": sum(n > 2 for n in half.values()),
        **{f"fairness.evenings_pct_{w}": of(evenings) for w, of in ENDS.items()},
        **{f"fairness.weekend_shifts_{w}": of(weekends, default=None) for w, of in ENDS.items()},
    }  # fmt: skip
