"""How client time is shared: by the CSV files alone, with nothing of ours."""

import csv
from collections import Counter, defaultdict


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


PART = {"dag": "day", "kväll": "evening", "båda": "both"}
ROLE = {"kontakt": "contact", "löpare": "floater", "resurs": "pool"}


def tenth(values, per_cent):
    return sorted(values)[max(0, -(-len(values) * per_cent // 100) - 1)]


def figures(plan, tables, shown):
    staff = {one["Personal"]: one for one in read(tables / "personal.csv")}
    rows, lines = read(plan / "private" / "rounds.csv"), read(tables / "schema.csv")
    rows = [one for one in rows if one["kind"] != "visit" or one["client_id"] in shown]
    dates = {one["date"] for one in rows}
    off = {(one["Personal"], one["Datum"]) for one in lines if one["Typ"] in ("ledig", "sjuk")}
    lines = [one for one in lines if one["Datum"] in dates and one["Typ"] == "arbete"
             and (one["Personal"], one["Datum"]) not in off]  # fmt: skip
    duty = {(one["Personal"], one["Datum"], s(one["Start"])): s(one["Slut"]) for one in lines}
    given, worked, kinds = Counter(), Counter(), defaultdict(list)
    for one in rows:
        who, start, end = one["staff_id"], s(one["start"]), s(one["end"])
        worked[who] -= (end - start) * (one["kind"] == "break")
        given[who] += (end - start) * (one["kind"] == "visit")
        if one["kind"] == "start":
            worked[who] += duty[who, one["date"], start] - start
    for who, of in worked.items():
        kind = f"{ROLE[staff[who]['Roll']]} {PART[staff[who]['Passgrupp']]}"
        kinds[kind].append(100 * given[who] / of)
    shares = [one for of in kinds.values() for one in of]
    return {
        "fairness.n_carers": len(worked),
        **{f"fairness.client_time_pct_p{p}": tenth(shares, p) for p in (10, 90)},
        **{f"fairness.client_time_pct_by_role.{kind}": [len(of), tenth(of, 10), tenth(of, 90)]
           for kind, of in kinds.items()},
    }  # fmt: skip
