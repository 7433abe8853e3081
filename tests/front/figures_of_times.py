"""When visits begin, day after day: by the CSV files alone, with nothing of ours."""

import csv
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
    rows = read(plan / "private" / "rounds.csv")
    dates = sorted({one["date"] for one in rows})
    made = [{**one, **order[one["visit_id"]]} for one in rows if one["client_id"] in shown]
    starts, seen = defaultdict(list), defaultdict(set)
    for one in made:
        if one["carer_no"] == "1":
            starts[one["visit_id"]].append(s(one["start"]))
        if shown[one["client_id"]]:
            seen[one["client_id"]] |= {one["date"]} if one["tier"] == "contact" else set()
    every = [of for visit, of in starts.items() if order[visit]["Veckodagar"] == "alla dagar"]
    every, many = ([of for of in some if len(of) > 1] for some in (every, starts.values()))
    common = [max(sum(a <= b <= a + 1800 for b in of) for a in of) for of in every]
    runs = []
    for of in seen.values():
        at = [-1, *(i for i, day in enumerate(dates) if day in of), len(dates)]
        runs.append(max(b - a - 1 for a, b in pairwise(at)))
    wished = [abs(s(one["start"]) - s(one["Önskad tid"])) for one in made if one["Önskad tid"]]
    return {
        "continuity.wished_within_15_pct": share([off <= 900 for off in wished]),
        "continuity.start_spread_within_30_pct": share([max(of) - min(of) <= 1800 for of in many]),
        "continuity.daily.n_visits": len(every), "continuity.period_days": len(dates),
        "continuity.daily.in_commonest_half_hour_pct": 100 * sum(common) / sum(map(len, every)),
        "continuity.daily.spread_within_30_pct": share([max(o) - min(o) <= 1800 for o in every]),
        "continuity.contact_gap_median_days": statistics.median(runs),
        "continuity.contact_gap_max_days": max(runs),
        "continuity.n_clients_contact_never": sum(run == len(dates) for run in runs),
    }  # fmt: skip
