"""Who comes, and to how many: by the CSV files alone, with nothing of ours."""

import csv
import statistics
from collections import Counter, defaultdict


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def s(clock):
    return sum(int(n) * unit for n, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))


def share(found):
    return 100 * sum(found) / len(found) if found else None


def figures(plan, tables, shown):
    order = {one["Besök"]: one for one in read(tables / "besok.csv")}
    needs = {one["Brukare"]: one["Behöver kontakt"] for one in read(tables / "brukare.csv")}
    rows, left = read(plan / "private" / "rounds.csv"), read(plan / "private" / "unplanned.csv")
    dates, lines = {one["date"] for one in rows}, read(tables / "schema.csv")
    made, left = ([{**one, **order[one["visit_id"]]} for one in of if one["client_id"] in shown]
                  for of in (rows, left))  # fmt: skip
    off = {(one["Personal"], one["Datum"]) for one in lines if one["Typ"] in ("ledig", "sjuk")}
    on = {(one["Personal"], one["Datum"]) for one in lines if one["Typ"] == "arbete"} - off
    vice = {one["Brukare"]: one["Vice"] for one in read(plan / "clients.csv")}
    met, asked, days = defaultdict(set), defaultdict(set), {}
    for one in made + left:
        who = one["client_id"]
        if one["Utförande"] == "fysiskt" and one["Gånger per period"] == "0":
            asked[who, one["date"]].add(one["visit_id"])
        if "start" in one and one["Utförande"] == "fysiskt" and "07" <= one["start"] < "22":
            met[who].add(one["staff_id"])
        if "start" in one and shown[who]:
            both = {(shown[who], one["date"]), (vice[who], one["date"])}
            days[who, one["date"]] = not both & on
    reasons, n_by = Counter(o["reason"] for o in left), Counter(o["Prioritet"] for o in made)
    counted = [len(met[who]) for who in shown if all(len(asked[who, d]) > 1 for d in dates)]
    care, n_of = ("morgon", "kväll", "sen kväll", "dusch"), Counter(filter(None, shown.values()))
    hers = {
        "non_daily": [o["tier"] == "contact" for o in made if o["Veckodagar"] != "alla dagar"],
        "personal_care_day": [
            o["tier"] == "contact" for o in made if o["shift"] == "day" and o["Insats"] in care],
    }  # fmt: skip
    return {
        "n_clients": len(shown), "who.n_contacts": len(n_of), "continuity.n_clients_counted":
        len(counted), "continuity.distinct_carers_max": max(counted),
        "planned.n_due": len(made) + len(left), "planned.n_unplanned": len(left),
        **{f"planned.n_planned_by_priority.{p}": n_by[p] for p in "123"},
        **{f"planned.n_unplanned_by_reason.{why}": n for why, n in reasons.items()},
        "who.n_contacts_below_min": sum(n < 3 for n in n_of.values()),
        **{f"who.{what}_by_contact_pct": share(of) for what, of in hers.items()},
        "who.without_both_pct": share(list(days.values())), "who.n_clients_without_contact":
        sum(needs[who] == "ja" and not contact for who, contact in shown.items()),
        "continuity.distinct_carers_all_mean": statistics.fmean(map(len, met.values())),
    }  # fmt: skip
