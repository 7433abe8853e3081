"""Minutes performed, ordered and granted: by an export and the tables alone."""

import csv
from collections import Counter
from datetime import date

WEEK = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


def weekdays(text):
    first, _, last = text.replace("alla dagar", "mån-sön").removeprefix("1 av ").partition("-")
    span = range(WEEK.index(first), WEEK.index(last) + 1) if last else ()
    return list(span) or [WEEK.index(day) for day in first.split(", ")]


def figures(export, tables, shown, of_group):
    """The cells of the page's third table, for each group."""
    orders = {one["Besök"]: one for one in read(tables / "besok.csv")}
    rows, did, asked, seen = read(export), Counter(), Counter(), set()
    days, home = sorted({row["Datum"] for row in rows}), {}
    people = [one for one in read(tables / "brukare.csv") if one["Brukare"] in shown]
    for one in people:
        first, last = one["Uppehåll från"] or "9", one["Uppehåll till"] or "9"
        ends = one["Insats till"] or "9"
        home[one["Brukare"]] = [day for day in days if not first <= day <= last
                                and one["Insats från"] <= day <= ends]  # fmt: skip
    for row in sorted(rows, key=lambda row: (row["Från"], row["Medarbetare"])):
        task, visit = orders[row["Insatsid"]], (row["Datum"], row["Insatsid"])
        if visit not in seen and task["I ramtid"] != "nej":
            did[task["Brukare"]] += (s(row["Till"]) - s(row["Från"])) / 60
        seen.add(visit)
    for task in orders.values():
        if task["Utförande"] != "extern" and task["I ramtid"] != "nej":
            on, last = weekdays(task["Veckodagar"]), task["Gäller till"] or "9"
            n = sum(date.fromisoformat(day).weekday() in on and task["Gäller från"] <= day <= last
                    for day in home.get(task["Brukare"], ()))  # fmt: skip
            n *= (int(task["Gånger per period"]) or len(on)) / len(on)
            asked[task["Brukare"]] += n / int(task["Varje antal veckor"]) * int(task["Minuter"])
    groups, found = {}, {}
    for one in people:
        week = int(one["Beviljade minuter per vecka"] or 0) * len(home[one["Brukare"]]) / 7
        for group in of_group(one):
            groups.setdefault(group, []).append((did[one["Brukare"]], asked[one["Brukare"]], week))
    for group, of in groups.items():
        total, got = sum(o[2] for o in of), [100 * o[0] / o[2] for o in of if o[2]]
        found[group] = [
            sum(o[0] for o in of), sum(o[1] for o in of), total,
            100 * sum(o[0] for o in of if o[2]) / total if total else None,
            sum(part > 105 for part in got), sum(part < 95 for part in got),
        ]  # fmt: skip
    return found
