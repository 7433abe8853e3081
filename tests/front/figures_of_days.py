"""How visits lie over weeks and days: by the CSV files alone, with nothing of ours."""

import csv
import datetime
import statistics
from collections import defaultdict
from itertools import pairwise


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


def share(found):
    return 100 * sum(found) / len(found) if found else None


def figures(plan, tables, shown):
    order = {one["Besök"]: one for one in read(tables / "besok.csv")}
    rows, left = read(plan / "private" / "rounds.csv"), read(plan / "private" / "unplanned.csv")
    made = [{**one, **order[one["visit_id"]]} for one in rows if one["client_id"] in shown]
    roster, missed = read(tables / "schema.csv"), {one["visit_id"] for one in left}
    off = {(one["Personal"], one["Datum"]) for one in roster if one["Typ"] in ("ledig", "sjuk")}
    on = {(one["Personal"], one["Datum"]) for one in roster if one["Typ"] == "arbete"} - off
    free = [o for o in made if o["carer_no"] == "1" and o["Gånger per period"] != "0"]
    door, halves, turns = (defaultdict(list) for _ in range(3))
    for one in made:
        if one["Utförande"] == "fysiskt" and one["Antal personal"] == "1":
            halves[one["client_id"], one["date"], one["Pass"]].append(one["staff_id"])
        if one["Utförande"] == "fysiskt" and one["carer_no"] == "1":
            door[one["client_id"], one["date"]] += [(s(one["start"]), s(one["end"]), one["Insats"])]
    for one in free:
        turns[one["visit_id"]].append(datetime.date.fromisoformat(one["date"]))
    door, at_once, early, between = [sorted(of) for of in door.values()], [], [], []
    for of in door:
        at_once += [b[0] < max(a[1] for a in of[:i]) for i, b in enumerate(of) if i]
        up = [one[0] for one in of if one[2] == "morgon"]
        early += [one[0] < min(up) for one in of if up and one[2] == "städ"]
    for visit in turns.keys() - missed:
        even = 7 * int(order[visit]["Varje antal veckor"]) / int(order[visit]["Gånger per period"])
        for a, b in pairwise(sorted(turns[visit])):
            between.append(abs((b - a).days - even) <= max(1, even / 4))
    gaps = [max(0, b[0] - a[1]) / 60 for of in door for a, b in pairwise(of)]
    met = [len(set(of)) for of in halves.values() if len(of) > 1]
    hers = [(shown[one["client_id"]], one["date"]) in on for one in free if shown[one["client_id"]]]
    return {
        "evenness.n_free_day": len(free), "evenness.free_day_gap_even_pct": share(between),
        "evenness.free_day_on_contact_day_pct": share(hers),
        "evenness.same_day_gap_median_min": statistics.median(gaps),
        "evenness.same_day_gap_under_hour_pct": share([gap < 60 for gap in gaps]),
        "evenness.same_day_carers_mean": statistics.fmean(met),
        "evenness.same_day_one_carer_pct": share([n == 1 for n in met]),
        "at_home.n_cleanings_with_morning": len(early), "at_home.n_cleanings_before_morning":
        sum(early), "at_home.n_two_visits_at_once": sum(at_once),
    }  # fmt: skip
