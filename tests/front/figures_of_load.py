"""When work peaks: by the CSV files alone, with nothing of ours."""

import csv
from collections import defaultdict


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


def figures(plan, tables, shown):
    rows, lines = read(plan / "private" / "rounds.csv"), read(tables / "schema.csv")
    rows = [one for one in rows if one["kind"] != "visit" or one["client_id"] in shown]
    dates = {one["date"] for one in rows}
    off = {(one["Personal"], one["Datum"]) for one in lines if one["Typ"] in ("ledig", "sjuk")}
    load = {kind: defaultdict(int) for kind in ("at_clients", "on_the_way", "on_duty")}

    def lay(kind, start, end, sign=1):
        for at in range(start // 900, -(-end // 900)):
            load[kind][at] += sign * (min(end, 900 * at + 900) - max(start, 900 * at))

    for one in rows:
        start, end, arrive = (s(one[key]) for key in ("start", "end", "arrive"))
        lay("on_the_way", arrive - int(one["travel_s"]) - int(one["access_s"]), arrive)
        if one["kind"] == "visit":
            lay("at_clients", start, end)
        elif one["kind"] in ("break", "meeting"):
            lay("on_duty", start, end, -1)
    for one in lines:
        is_off = (one["Personal"], one["Datum"]) in off or one["Datum"] not in dates
        if one["Typ"] == "arbete" and not is_off:
            lay("on_duty", s(one["Start"]), s(one["Slut"]))
    used = [at for at, on in load["on_duty"].items() if on or load["at_clients"][at]]
    span = range(min(used), max(used) + 1)
    at_work = {at: load["at_clients"][at] + load["on_the_way"][at] for at in span}
    busy = {at: at_work[at] / load["on_duty"][at] if load["on_duty"][at] else 0 for at in span}
    clock = {at: f"{at // 4:02}:{at % 4 * 15:02}" for at in span}
    return {
        "load.peak": clock[max(busy, key=busy.get)], "load.peak_pct": 100 * max(busy.values()),
        "load.quarters": [clock[at] for at in span],
        **{f"load.{kind}": [of[at] / 900 / len(dates) for at in span] for kind, of in load.items()},
    }  # fmt: skip
