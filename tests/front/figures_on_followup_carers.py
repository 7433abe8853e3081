"""How many people came to a client, of what was performed: by an export and the tables alone."""

import csv
import statistics
from collections import defaultdict


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def is_home(client, day):
    first, last = client["Uppehåll från"] or "9", client["Uppehåll till"] or "9"
    ends = client["Insats till"] or "9"
    return client["Insats från"] <= day <= ends and not first <= day <= last


def figures(export, tables, shown, of_group):
    """The second to seventh cells of the page's second table, for each group."""
    orders = {one["Besök"]: one for one in read(tables / "besok.csv")}
    met, by_day, seen, days = defaultdict(set), defaultdict(set), defaultdict(set), set()
    for row in read(export):
        task = orders[row["Insatsid"]]
        who, day = task["Brukare"], row["Datum"]
        days.add(day)
        met[who].add(row["Medarbetare"])
        if task["Utförande"] == "fysiskt" and "07" <= row["Från"] < "22":
            by_day[who].add(row["Medarbetare"])
            seen[who, day].add(row["Insatsid"])
    groups, found = {}, {}
    for one in read(tables / "brukare.csv"):
        who, age = one["Brukare"], one["65 år eller äldre"]
        if who in shown and met[who]:
            is_every = all(len(seen[who, day]) > 1 and is_home(one, day) for day in days)
            for group in of_group(one):
                groups.setdefault(group, []).append((who, is_every, is_every and age == "ja"))
    for group, of in groups.items():
        every = [len(by_day[who]) for who, is_every, _ in of if is_every]
        old = [len(by_day[who]) for who, _, is_old in of if is_old]
        found[group] = [
            len(old), statistics.fmean(old) if old else None,
            statistics.median(old) if old else None, max(old, default=None),
            statistics.fmean(every) if every else None,
            statistics.fmean(len(met[who]) for who, _, _ in of),
        ]  # fmt: skip
    return found
