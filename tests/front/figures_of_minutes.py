"""What is granted, ordered and planned: by the CSV files alone, with nothing of ours."""

import csv
from collections import Counter
from datetime import date


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


WEEK = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")


def weekdays(text):
    text = "mån-sön" if text == "alla dagar" else text.removeprefix("1 av ")
    first, _, last = text.partition("-")
    span = range(WEEK.index(first), WEEK.index(last) + 1) if last else ()
    return list(span) or [WEEK.index(day) for day in text.split(", ")]


def figures(plan, tables, shown):
    people = [one for one in read(tables / "brukare.csv") if one["Brukare"] in shown]
    rows = read(plan / "private" / "rounds.csv")
    dates = sorted({one["date"] for one in rows})
    served, planned, ordered = {}, Counter(), Counter()
    for one in people:
        first, last = one["Uppehåll från"] or "9", one["Uppehåll till"] or "9"
        served[one["Brukare"]] = [
            day
            for day in dates
            if not first <= day <= last and one["Insats från"] <= day <= (one["Insats till"] or "9")
        ]
    for one in rows:
        if one["carer_no"] == "1" and one["client_id"] in shown:
            planned[one["client_id"]] += (s(one["end"]) - s(one["start"])) / 60
    for one in read(tables / "besok.csv"):
        if one["Brukare"] in shown and one["Utförande"] != "extern":
            days, times = weekdays(one["Veckodagar"]), int(one["Gånger per period"])
            first, last = one["Gäller från"], one["Gäller till"] or "9"
            n = sum(date.fromisoformat(day).weekday() in days for day in served[one["Brukare"]]
                    if first <= day <= last)  # fmt: skip
            n *= times / len(days) if times else 1
            ordered[one["Brukare"]] += n / int(one["Varje antal veckor"]) * int(one["Minuter"])
    week = {one["Brukare"]: int(one["Beviljade minuter per vecka"] or 0) for one in people}
    granted = {who: n * len(served[who]) / 7 for who, n in week.items() if n and served[who]}
    total, got = sum(granted.values()), [100 * planned[who] / granted[who] for who in granted]
    sums = {"ordered": sum(ordered[who] for who in granted),
            "planned": sum(planned[who] for who in granted)}  # fmt: skip
    return {
        "granted.n_clients": len(granted), "granted.granted_min": total,
        **{f"granted.{what}_min": of for what, of in sums.items()},
        **{f"granted.{what}_pct": 100 * of / total for what, of in sums.items()},
        "granted.n_over": sum(of > 105 for of in got), "granted.n_under": sum(o < 95 for o in got),
    }  # fmt: skip
