"""Who meets whom, and how often: by the CSV files alone, with nothing of ours."""

import csv
from collections import Counter, defaultdict


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def figures(plan):
    """Of each team: its carers, its sums, and its clients, with a cell for each whom she meets."""
    met, tier, dates, teams = defaultdict(Counter), {}, set(), {}
    for one in read(plan / "private" / "rounds.csv"):
        dates.add(one["date"])
        if one["kind"] == "visit":
            met[one["client_id"]][one["staff_id"]] += 1
            tier[one["client_id"], one["staff_id"]] = one["tier"]
    for client in read(plan / "clients.csv"):
        who, own, vice = client["Brukare"], client["Omsorgskontakt"], client["Vice"]
        team = teams.setdefault(
            client["Arbetslag"], {"clients": {}, "carers": [], "seen": Counter(), "hers": 0}
        )
        n, near = met[who].total(), {vice: "vice", own: "contact"}
        team["clients"][who] = {
            "contact": own, "visits": n, "carers": len(met[who]),
            "share": 100 * met[who][own] / n if n and own else None,
            "met": {
                carer: (times, near.get(carer, tier[who, carer]))
                for carer, times in met[who].items()
            },
        }  # fmt: skip
        team["seen"] += met[who]
        team["hers"] += met[who][own] if own else 0
        team["carers"] += [len(met[who])] if n else []
    for team in teams.values():
        team["share"] = 100 * team["hers"] / team["seen"].total()
        team["carers"] = sum(team["carers"]) / len(team["carers"])
        team["staff"] = sorted(team["seen"], key=lambda who: (-team["seen"][who], who))
    return {"days": len(dates), "teams": teams}
