"""Judge a plan of a fortnight: ``python validate.py INSTANCE.json PLAN.json``.

Standard library only, and nothing of the program that made the plans beside it. Prints what is
broken, one line each, and the plan's measures as JSON; ends with 1 where anything is broken. What
the fields mean stands in README.md.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from math import isqrt
from pathlib import Path
from statistics import fmean
from typing import Any

NOON_S = 12 * 3600
HALF_HOUR_S = 1800
LEFT_OUT = {1: 4_000_000, 2: 600_000, 3: 100_000}
STRANGER, UNIT_S, FACE, ODD_START = 1_500, 1_500, 1_100, 600


class Instance:
    """An instance with its lists by id."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.client = {one["id"]: one for one in data["clients"]}
        self.staff = {one["id"]: one for one in data["staff"]}
        self.visit = {one["id"]: one for one in data["visits"]}
        self.shift = {one["id"]: one for one in data["shifts"]}
        self.base = {one["id"]: one for one in data["bases"]}
        self._near = {(a, b): access_s for a, b, access_s in data["neighbours"]}

    def travel_s(self, here: tuple[str, str], there: tuple[str, str]) -> tuple[int, int]:
        """Seconds on the way and at the door between two places, each a kind and an id."""
        if here == there:
            return 0, 0
        a = self.client[here[1]] if here[0] == "client" else self.base[here[1]]
        b = self.client[there[1]] if there[0] == "client" else self.base[there[1]]
        metres = isqrt((a["x"] - b["x"]) ** 2 + (a["y"] - b["y"]) ** 2)
        access_s = 0
        if there[0] == "client":
            is_near = here[0] == "client" and (here[1], there[1]) in self._near
            access_s = self._near[here[1], there[1]] if is_near else b["access_s"]
        return metres * self.data["ms_per_m"] // 1000, access_s


class Judge:
    """Reads a plan once; `broken` and `measures` are the answer."""

    def __init__(self, instance: Instance, plan: dict[str, Any]) -> None:
        self.it = instance
        self.broken: list[str] = []
        self.rows: list[dict[str, Any]] = []
        self.travel_s = self.access_s = 0
        known = []
        for row in plan["visits"]:
            names = ("shift", "visit", "occurrence", "carer_no", "start_s")
            row = dict(zip(names, row, strict=True))
            if row["shift"] not in instance.shift or row["visit"] not in instance.visit:
                self.broken.append(f"unknown: shift {row['shift']}, visit {row['visit']}")
            else:
                known.append(row)
        for row in known:
            row["of"] = instance.visit[row["visit"]]
            row["by"] = instance.shift[row["shift"]]
            row["who"] = row["by"]["staff"]
            row["end_s"] = row["start_s"] + row["of"]["duration_s"]
        self.rows = known
        self.breaks = dict(plan["breaks"])
        for check in (self._each_once, self._alone, self._together, self._rounds):
            check()

    def _tell(self, row: dict[str, Any], what: str) -> None:
        self.broken.append(f"{row['visit']} in {row['shift']}: {what}")

    def _each_once(self) -> None:
        """Each carer of each occurrence at most once, on a day of its own, at most one a date."""
        seen: set[tuple[Any, ...]] = set()
        dates: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        for row in self.rows:
            visit, no, date = row["of"], row["occurrence"], row["by"]["date"]
            if not (
                0 <= no < len(visit["occurrences"]) and 1 <= row["carer_no"] <= visit["carers"]
            ):
                self._tell(row, "no such occurrence or carer")
                continue
            key = (row["visit"], no, row["carer_no"])
            if key in seen:
                self._tell(row, "planned twice")
            seen.add(key)
            if date not in visit["occurrences"][no]:
                self._tell(row, f"not due on {date}")
            if dates[row["visit"], row["carer_no"]].setdefault(date, no) != no:
                self._tell(row, f"two of them on {date}")
        self.planned = seen

    def _alone(self) -> None:
        """Windows, skills on the day, refusals, animals, the area, limits of heavy tasks."""
        heavy: Counter[tuple[str, str, bool, str]] = Counter()
        for row in self.rows:
            visit, shift = row["of"], row["by"]
            client, carer = self.it.client[visit["client"]], self.it.staff[row["who"]]
            if not visit["earliest_s"] <= row["start_s"] <= visit["latest_s"]:
                self._tell(row, "outside its window")
            lacks = [
                skill for skill in visit["skills"] if carer["skills"].get(skill, "") < shift["date"]
            ]
            if lacks:
                self._tell(row, f"lacks {lacks}")
            if row["who"] in client["refuses"]:
                self._tell(row, "refused")
            if client["pets"] and carer["pet_allergy"] and visit["at_home"]:
                self._tell(row, "animals")
            near = (client["contact"], client["vice"])
            if carer["area"] != client["area"] and row["who"] not in near:
                self._tell(row, "of another area")
            if visit["task"] in self.it.data["limits"]:
                heavy[row["who"], shift["date"], row["start_s"] >= NOON_S, visit["task"]] += 1
        for (who, date, _, task), n in heavy.items():
            if n > self.it.data["limits"][task]:
                self.broken.append(f"{who} on {date}: {n} of {task} in half a day")

    def _together(self) -> None:
        """Two carers start as one and are two; linked visits keep their distance."""
        by_day: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        pairs: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
        for row in self.rows:
            by_day[row["visit"], row["by"]["date"]].append(row)
            if row["of"]["carers"] == 2:
                pairs[row["visit"], row["occurrence"]].append(row)
        for rows in pairs.values():
            first = rows[0]
            same = {(row["start_s"], row["by"]["date"]) for row in rows}
            if len(rows) != 2 or len(same) != 1 or len({row["who"] for row in rows}) != 2:
                self._tell(first, "two carers must start together")
        for (visit_id, date), rows in by_day.items():
            for other_id, least_s, most_s in self.it.visit[visit_id]["gaps"]:
                for row in rows:
                    for other in by_day.get((other_id, date), ()):
                        if not least_s <= other["start_s"] - row["end_s"] <= most_s:
                            self._tell(row, f"too near {other_id}, or too far from it")

    def _rounds(self) -> None:
        """Every round can be gone: blocks, ways, doors, and back at the base in time."""
        of_shift: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.rows:
            of_shift[row["shift"]].append(row)
        for shift_id, rows in of_shift.items():
            self._round(self.it.shift[shift_id], rows)

    def _round(self, shift: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        base = ("base", shift["base"])
        stops: list[tuple[int, int, tuple[str, str] | None, str]] = []
        for earliest_s, latest_s, lasts_s in shift["blocks"]:
            begins_s = (
                self.breaks.get(shift["id"], earliest_s) if earliest_s < latest_s else earliest_s
            )
            if not earliest_s <= begins_s <= latest_s:
                self.broken.append(f"{shift['id']}: the break is outside its window")
            stops.append((begins_s, begins_s + lasts_s, base, "a block"))
        for row in rows:
            home = ("client", row["of"]["client"]) if row["of"]["at_home"] else None
            stops.append((row["start_s"], row["end_s"], home, row["visit"]))
        stops.sort(key=lambda stop: (stop[0], stop[1]))
        at, free_s = base, shift["start_s"]
        for begins_s, ends_s, place, name in [
            *stops,
            (shift["end_s"], shift["end_s"], base, "end"),
        ]:
            travel_s, access_s = self.it.travel_s(at, place or at)
            if free_s + travel_s + access_s > begins_s:
                late_s = free_s + travel_s + access_s - begins_s
                self.broken.append(f"{shift['id']}: {late_s} s late at {name}")
            self.travel_s += travel_s
            self.access_s += access_s
            at, free_s = place or at, ends_s

    def measures(self) -> dict[str, Any]:
        """What the plan is worth; README.md defines each."""
        left_out = Counter[int]()
        for visit in self.it.data["visits"]:
            for no in range(len(visit["occurrences"])):
                for carer_no in range(1, visit["carers"] + 1):
                    left_out[visit["class"]] += (visit["id"], no, carer_no) not in self.planned
        by_contact = [row["who"] == self._contact(row) for row in self.rows]
        rare = [row["who"] == self._contact(row) for row in self.rows if not row["of"]["daily"]]
        met: dict[str, set[str]] = {
            one["id"]: set() for one in self.it.data["clients"] if one["counted"]
        }
        starts: dict[str, list[int]] = defaultdict(list)
        off_s = []
        for row in self.rows:
            if row["of"]["client"] in met and row["of"]["at_home"]:
                met[row["of"]["client"]].add(row["who"])
            if row["of"]["daily"] and row["carer_no"] == 1:
                starts[row["visit"]].append(row["start_s"])
            if row["of"]["wished_s"] is not None:
                off_s.append(abs(row["start_s"] - row["of"]["wished_s"]))
        many = [sorted(times) for times in starts.values() if len(times) > 1]
        usual = sum(map(_most_in_half_hour, many))
        n_odd = sum(map(len, many)) - usual
        return {
            "left_out": {str(one): left_out[one] for one in (1, 2, 3)},
            "contact_pct": _pct(sum(by_contact), len(by_contact)),
            "not_daily_by_contact_pct": _pct(sum(rare), len(rare)),
            "carers_mean": round(fmean(map(len, met.values())), 2) if met else 0.0,
            "spread_30_pct": _pct(sum(t[-1] - t[0] <= HALF_HOUR_S for t in many), len(many)),
            "usual_half_hour_pct": _pct(usual, sum(map(len, many))),
            "wished_15_pct": _pct(sum(off <= 900 for off in off_s), len(off_s)),
            "travel_and_access_h": round((self.travel_s + self.access_s) / 3600, 1),
            "sum": self._sum(left_out, met, n_odd),
        }

    def _contact(self, row: dict[str, Any]) -> str:
        found: str = self.it.client[row["of"]["client"]]["contact"]
        return found

    def _sum(self, left_out: Counter[int], met: dict[str, set[str]], n_odd: int) -> int:
        """One number to rank by, in seconds: the lower the better."""
        total = self.travel_s + self.access_s + ODD_START * n_odd
        total += sum(LEFT_OUT[one] * n for one, n in left_out.items())
        total += FACE * sum(map(len, met.values()))
        for row in self.rows:
            contact = self._contact(row)
            if contact and row["who"] != contact:
                lasts_s = UNIT_S if row["of"]["daily"] else max(UNIT_S, row["of"]["duration_s"])
                total += STRANGER * lasts_s // UNIT_S
        return total


def _most_in_half_hour(times: list[int]) -> int:
    """The most of some sorted starts that lie within any half-hour, ends included."""
    return max(sum(0 <= other - one <= HALF_HOUR_S for other in times) for one in times)


def _pct(part: int, of: int) -> float:
    return round(100 * part / of, 1) if of else 0.0


def main(instance_path: str, plan_path: str) -> int:
    """Judge the plan; 1 where anything is broken."""
    instance, plan = (
        json.loads(Path(path).read_text(encoding="utf-8")) for path in (instance_path, plan_path)
    )
    if plan["instance"] != instance["name"]:
        print(f"the plan is of {plan['instance']}, not of {instance['name']}")
        return 1
    judge = Judge(Instance(instance), plan)
    for line in judge.broken:
        print(line)
    print(json.dumps(judge.measures(), indent=1))
    return int(bool(judge.broken))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
