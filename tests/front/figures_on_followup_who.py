"""Who came, and how near what was wished, of what was performed: by an export and the tables."""

import csv
from collections import Counter


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


def counted(client, row, task, carer):
    """What one row adds to its client's sums; ``carer`` is None where nobody knows her."""
    who = row["Medarbetare"]
    hers = {client["Omsorgskontakt"], *client["Fler kontakter"].split("; ")} - {""}
    found = Counter(n=1, contact=who in hers, vice=who == client["Vice"])
    found["hourly"] = carer is None or carer["Timanställd"] == "ja"
    if task["Önskad tid"]:
        late = abs(s(row["Från"]) - s(task["Önskad tid"])) / 60
        found += Counter(wished=1, near=late <= 15, by=late <= 30)
    has = {"Önskad personal": who, "Språk": carer["Språk"] if carer else ""}
    met = [{*has[w].split("; ")} & {*client[w].split("; ")} for w in has if client[w]]
    return found + Counter(asked=bool(met), given=bool(met) and all(met))


def share(made, what, of="n"):
    return 100 * made[what] / made[of] if made[of] else None


def figures(export, tables, shown, of_group):
    """The cells of the page's first table, and the last three of its second, for each group."""
    orders = {one["Besök"]: one for one in read(tables / "besok.csv")}
    staff = {one["Personal"]: one for one in read(tables / "personal.csv")}
    people = {one["Brukare"]: one for one in read(tables / "brukare.csv")}
    made, groups, found = {}, {}, {}
    for row in read(export):
        task = orders[row["Insatsid"]]
        who, carer = task["Brukare"], staff.get(row["Medarbetare"])
        made.setdefault(who, Counter()).update(counted(people[who], row, task, carer))
    for who in made.keys() & shown:
        for group in of_group(people[who]):
            groups.setdefault(group, []).append(who)
    for group, of in groups.items():
        whole = sum((made[who] for who in of), Counter())
        own = [made[who] for who in of if people[who]["Omsorgskontakt"]]
        reach = sum(4 * one["contact"] >= one["n"] for one in own)
        found[group] = [
            whole["n"], share(whole, "contact"), share(whole, "vice"), share(whole, "hourly"),
            f"{reach} av {len(own)}", share(whole, "near", "wished"),
            share(whole, "by", "wished"), share(whole, "given", "asked"),
        ]  # fmt: skip
    return found
