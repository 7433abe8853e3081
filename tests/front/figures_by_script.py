"""A plan's figures from its CSV files alone: nothing of ours is imported, only csv is read."""

import csv
import statistics
from collections import Counter, defaultdict


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


def figures(plan, tables, everybody):
    """By their places in measures.json: of those who may be shown, or of everybody."""
    order = {one["Besök"]: one for one in read(tables / "besok.csv")}
    shown = {one["Brukare"] for one in read(plan / "clients.csv")} | {""}
    both = (read(plan / "private" / name) for name in ("rounds.csv", "unplanned.csv"))
    rows, left = ([one for one in of if everybody or one["client_id"] in shown] for of in both)
    dates, made = {one["date"] for one in rows}, [one for one in rows if one["kind"] == "visit"]
    spent, tier, n = Counter(), Counter(one["tier"] for one in made), len(made)
    for one in rows:
        spent[one["kind"]] += s(one["end"]) - s(one["start"])
        spent["way"] += int(one["travel_s"]) + int(one["access_s"])
    roster = [one for one in read(tables / "schema.csv") if one["Datum"] in dates]
    off = {(one["Personal"], one["Datum"]) for one in roster if one["Typ"] in ("ledig", "sjuk")}
    on = [one for one in roster if one["Typ"] == "arbete"]
    on = [one for one in on if (one["Personal"], one["Datum"]) not in off]
    rostered = sum(s(one["Slut"]) - s(one["Start"]) for one in on)
    met, daily, starts, late = defaultdict(set), defaultdict(set), defaultdict(list), []
    for one in made + left:
        task, start = order[one["visit_id"]], s(one["start"]) if "start" in one else -1
        if task["Utförande"] == "fysiskt" and task["Gånger per period"] == "0":
            daily[one["client_id"], one["date"]].add(one["visit_id"])
        if task["Utförande"] == "fysiskt" and 7 <= start / 3600 < 22:
            met[one["client_id"]].add(one["staff_id"])
        if start >= 0 and one["carer_no"] == "1":
            starts[one["visit_id"]].append(start)
        if start >= 0 and task["Önskad tid"]:
            late.append(abs(start - s(task["Önskad tid"])) > 1800)
    every = [who for who in {who for who, _ in daily} if all(len(daily[who, d]) > 1 for d in dates)]
    n_left = Counter(one["priority"] for one in left)
    faces, working = [len(met[who]) for who in every], rostered - spent["break"]
    spread = [(max(of) - min(of)) / 60 for of in starts.values() if len(of) > 1]
    return {
        **{f"who.tier_pct.{one or '-'}": 100 * tier[one] / n for one in tier},
        **{f"planned.n_unplanned_by_priority.{p}": n_left[p] for p in "123"},
        "planned.n_planned": n, "planned.planned_pct": 100 * n / (n + len(left)),
        "hours.rostered_min": rostered / 60, "hours.visit_min": spent["visit"] / 60,
        "hours.client_time_pct": 100 * spent["visit"] / working,
        "hours.travel_pct": 100 * spent["way"] / working,
        "hours.travel_per_visit_min": spent["way"] / 60 / n,
        "continuity.distinct_carers_mean": statistics.fmean(faces),
        "continuity.distinct_carers_median": statistics.median(faces),
        "continuity.wished_within_30_pct": 100 - 100 * sum(late) / len(late),
        "continuity.start_spread_median_min": statistics.median(spread),
    }  # fmt: skip
