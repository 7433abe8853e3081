"""Where working time goes: by the CSV files alone, with nothing of ours."""

import csv
import statistics
from collections import Counter, defaultdict


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


def figures(plan, tables, shown):
    rows, lines = read(plan / "private" / "rounds.csv"), read(tables / "schema.csv")
    rows = [one for one in rows if one["kind"] != "visit" or one["client_id"] in shown]
    dates, rounds = {one["date"] for one in rows}, defaultdict(list)
    off = {(one["Personal"], one["Datum"]) for one in lines if one["Typ"] in ("ledig", "sjuk")}
    duty = {(one["Personal"], one["Datum"], s(one["Start"])): s(one["Slut"]) for one in lines
            if one["Typ"] == "arbete" and (one["Personal"], one["Datum"]) not in off
            and one["Datum"] in dates}  # fmt: skip
    spent = Counter()
    for one in rows:
        rounds[one["round_id"]].append(one)
        spent[one["kind"]] += s(one["end"]) - s(one["start"])
        spent["travel"] += int(one["travel_s"])
        spent["access"] += int(one["access_s"])
        spent["wait"] += int(one["wait_s"]) * (one["kind"] == "visit")
    spare, held = [], []
    for of in rounds.values():
        start = s(of[0]["start"])
        end = duty[of[0]["staff_id"], of[0]["date"], start]
        last = int(of[-2]["wait_s"]) if of[-2]["kind"] == "handover" else 0
        spare.append((end - s(of[-1]["end"]) + last) / 60)
        breaks = [s(one["end"]) - s(one["start"]) for one in of if one["kind"] == "break"]
        held += [max(breaks, default=0) >= 1800] if end - start > 5 * 3600 else []
    parts = ("visit", "break", "meeting", "handover", "wait", "travel", "access")
    rostered = sum(end - start for (_, _, start), end in duty.items())
    spent["slack"] = rostered - sum(spent[part] for part in parts)
    working, n = rostered - spent["break"], sum(one["kind"] == "visit" for one in rows)
    share = 100 * spent["visit"] / working
    return {
        **{f"hours.{part}_min": spent[part] / 60 for part in (*parts, "slack")},
        "hours.n_shifts": len(duty), "hours.n_rounds": len(rounds),
        "hours.visits_per_round": n / len(rounds), "hours.n_breaks_due": len(held),
        "hours.meeting_min_by_kind.möte": spent["meeting"] / 60, "hours.n_breaks_held": sum(held),
        "hours.spare_at_end_median_min": statistics.median(spare), "hours.band":
        "under" if share < 65 else "over" if share > 70 else "inside",
        "hours.spare_at_end_least_min": min(spare), "hours.overhead_pct": 100 - share,
    }  # fmt: skip
