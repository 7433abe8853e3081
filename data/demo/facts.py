"""Measures a municipality against the figures that the demo aims at, each with its source.

`docs/ekhamn.md` shows the table for the default town; the tests hold every line of it.
``python -m data.demo.facts`` prints it anew.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.calendar import occurrences
from data.model import Client, Municipality, Visit, VisitOccurrence

HSL_SKILLS = ("läkemedel", "insulin", "stomi", "stödstrumpor")


@dataclass(frozen=True)
class Fact:
    """One figure: what was measured, between what it should lie, and who says so."""

    name: str
    measured: float
    low: float
    high: float
    target: str
    basis: str

    @property
    def holds(self) -> bool:
        """Whether the figure lies where it should."""
        return self.low <= self.measured <= self.high


@dataclass(frozen=True)
class _Scene:
    """What the facts are counted from, laid out once."""

    town: Municipality
    made: tuple[VisitOccurrence, ...]

    @property
    def n_clients(self) -> int:
        return len(self.town.clients)

    @property
    def n_days(self) -> int:
        return len(self.town.dates)

    def share_of_visits(self, test: Callable[[Visit], bool]) -> float:
        return sum(test(o.visit) for o in self.made) / len(self.made)

    def share_of_clients(self, test: Callable[[Client], bool]) -> float:
        return sum(map(test, self.town.clients)) / self.n_clients

    def share_with_skill(self, *skills: str) -> float:
        having = {v.client_id for v in self.town.visits if v.skills & set(skills)}
        return len(having) / self.n_clients


def measure(town: Municipality, visits_per_client: float = 2.76) -> list[Fact]:
    """All facts of a municipality made by `data.demo.make_municipality`.

    Parameters
    ----------
    visits_per_client : float
        What it was asked to have a day; 2.76 unless another size was asked for.
    """
    scene = _Scene(town, occurrences(town, town.dates))
    return [
        *_visit_facts(scene, visits_per_client),
        *_need_facts(scene),
        *_staff_facts(town),
        *_roster_facts(scene),
        *_division_facts(town),
    ]


def _visit_facts(scene: _Scene, visits_per_client: float) -> list[Fact]:
    minutes = np.array([o.visit.duration_s for o in scene.made]) / 60
    per_day = len(scene.made) / scene.n_clients / scene.n_days
    n_daily = Counter(v.client_id for v in scene.town.visits if v.is_daily)
    twice = sum(n >= 2 for n in n_daily.values()) / scene.n_clients
    fixed = [v for v in scene.town.visits if v.task in ("morning", "evening")]
    return [
        Fact("besök per brukare och dag", per_day, 0.93 * visits_per_client,
             1.06 * visits_per_client, f"{visits_per_client:.2f}", "källorna, CAIRE"),
        Fact("medellängd, minuter", float(minutes.mean()), 23.9, 26.1, "24,9", "25,1 i Huddinge"),
        Fact("dubbelbemannade besök", scene.share_of_visits(lambda v: v.carers_required > 1),
             0.035, 0.065, "4–6 %", "4,1 % i Huddinge"),
        Fact("besök på dagen", scene.share_of_visits(lambda v: v.shift == "day"), 0.64, 0.71,
             "65–70 %", "[inf]"),
        Fact("brukare med minst två dagliga besök", twice, 0.55, 0.63, "59 %", "[inf]"),
        Fact("tidskritiska besök (±15 min)",
             scene.share_of_visits(lambda v: v.latest_s - v.earliest_s <= 1800), 0.05, 0.11, "8 %",
             "[inf]"),
        Fact("halva fönstret morgon och kväll, minuter",
             float(np.median([(v.latest_s - v.earliest_s) / 120 for v in fixed])), 50, 60, "±60",
             "[inf]"),
        Fact("digitala besök", scene.share_of_visits(lambda v: v.mode == "digital"), 0.001, 0.02,
             "några", "NO-05"),
    ]  # fmt: skip


def _need_facts(scene: _Scene) -> list[Fact]:
    client = scene.share_of_clients
    facts = [
        Fact("brukare med minst en HSL-insats", scene.share_with_skill(*HSL_SKILLS), 0.53, 0.68,
             "55–60 %", "[inf]"),
        Fact("… läkemedel", scene.share_with_skill("läkemedel"), 0.49, 0.63, "55 %", "[inf]"),
        Fact("… insulin", scene.share_with_skill("insulin"), 0.045, 0.11, "8 %", "[inf]"),
        Fact("… stomi/kateter", scene.share_with_skill("stomi"), 0.015, 0.065, "4 %", "[inf]"),
        Fact("… ögondroppar/stödstrumpor", scene.share_with_skill("stödstrumpor"), 0.13, 0.25,
             "20 %", "[inf]"),
        Fact("fast omsorgskontakt behövs", client(lambda c: c.needs_contact), 0.72, 0.88,
             "ej enbart service", "OR-02"),
        Fact("skyddade uppgifter", client(lambda c: c.protected), 0.0, 0.03, "1 %", "[inf]"),
        Fact("i flerbostadshus", client(lambda c: c.dwelling == "flat"), 0.5, 0.85, "de flesta",
             "[inf]"),
    ]  # fmt: skip
    medians = {"shower": 40, "cleaning": 80, "laundry": 30, "shopping": 50}
    for task, median in medians.items():
        found = [v.duration_s / 60 for v in scene.town.visits if v.task == task]
        name = f"median {_SWEDISH[task]}, minuter"
        facts.append(Fact(name, float(np.median(found)), 0.88 * median, 1.12 * median,
                          str(median), "Kristianstad, Solna"))  # fmt: skip
    return facts


_SWEDISH = {"shower": "dusch", "cleaning": "städ", "laundry": "tvätt", "shopping": "inköp"}


def _staff_facts(town: Municipality) -> list[Fact]:
    staff = town.staff
    nurses = [c for c in staff if c.title == "assistant_nurse"]
    day = town.dates[0]
    held = [until for carer in staff for until in carer.skills.values()]
    return [
        Fact("medarbetare per brukare", len(staff) / len(town.clients), 0.38, 0.48, "0,40",
             "Malmö: 2 100 på 5 300"),
        Fact("undersköterskor", len(nurses) / len(staff), 0.68, 0.74, "71 %", "Malmö"),
        Fact("… med läkemedel", _share(c.holds("läkemedel", day) for c in nurses), 0.80, 0.96,
             "85 %", "[inf]"),
        Fact("… med insulin", _share(c.holds("insulin", day) for c in nurses), 0.52, 0.80, "60 %",
             "[inf]"),
        Fact("pälsdjursallergi", _share(c.pet_allergy for c in staff), 0.03, 0.14, "8 %", "[inf]"),
        Fact("lägsta tjänstgöringsgrad, %", min(c.employment_pct for c in staff), 75, 75, "75",
             "[inf]"),
        Fact("delegeringar som gått ut", _share(until < day for until in held), 0.001, 0.05,
             "några", "LU-36"),
    ]  # fmt: skip


def _roster_facts(scene: _Scene) -> list[Fact]:
    rows = Counter(shift.kind for shift in scene.town.roster)
    away = rows["leave"] + rows["sick"]
    work = [s for s in scene.town.roster if s.kind == "work"]
    care_s = sum(o.visit.duration_s * o.visit.carers_required for o in scene.made)
    net_s = sum(s.end_s - s.start_s - 1800 for s in work)
    loads = list(load_by_part(scene.town).values())
    return [
        Fact("frånvaro av passen", away / (away + rows["work"]), 0.115, 0.155, "12–15 %", "[inf]"),
        Fact("brukartid av arbetad tid", care_s / net_s, 0.58, 0.70, "58 %; 65–70 %",
             "IFN WP 1212; MA-16"),
        Fact("pass per dag och brukare", len(work) / scene.n_days / scene.n_clients, 0.22, 0.29,
             "0,25", "ur ovanstående"),
        Fact("behov mot bemanning, värsta datum och del", max(loads), 0.6, 1.12, "under 1",
             "restid 6,7 min/besök"),
    ]  # fmt: skip


def load_by_part(town: Municipality, overhead_s: int = 400) -> dict[tuple[dt.date, str], float]:
    """Work needed by time on duty, for each date and part of the day.

    Work is care, travel and door; time on duty is what is left of the shifts after a break of
    30 minutes, ten minutes' handover and meetings. Visits on a free day count an equal part on
    each of its dates.
    """
    need: dict[tuple[dt.date, str], float] = {}
    for o in occurrences(town, town.dates):
        seconds = o.visit.carers_required * (o.visit.duration_s + overhead_s) / len(o.dates)
        for day in o.dates:
            need[day, o.visit.shift] = need.get((day, o.visit.shift), 0.0) + seconds
    have: dict[tuple[dt.date, str], float] = {}
    for shift in town.roster:
        if shift.kind in ("work", "meeting"):
            gross_s = shift.end_s - shift.start_s
            net_s = gross_s - 2400 if shift.kind == "work" else -gross_s
            have[shift.date, shift.part] = have.get((shift.date, shift.part), 0.0) + net_s
    return {key: seconds / max(have.get(key, 0.0), 1.0) for key, seconds in need.items()}


def _division_facts(town: Municipality) -> list[Fact]:
    sizes = Counter(c.team_id for c in town.clients)
    outside = _share(not 15 <= n <= 35 for n in sizes.values())
    needing = [c for c in town.clients if c.needs_contact]
    staff = town.staff_by_id
    wrong = [c for c in needing if c.contact_id and not staff[c.contact_id].may_be_contact]
    return [
        Fact("brukare per nuvarande lag", float(np.mean(list(sizes.values()))), 20, 30, "20–35",
             "MA-10"),
        Fact("lag utanför 15–35", outside, 0.0, 0.4, "några", "avsiktligt fel"),
        Fact("har omsorgskontakt", _share(bool(c.contact_id) for c in needing), 0.88, 0.98,
             "de flesta", "LU-05"),
        Fact("kontakt utan titel eller övergång", len(wrong) / max(len(needing), 1), 0.0, 0.1,
             "några", "OR-14, avsiktligt fel"),
    ]  # fmt: skip


def _share(flags: object) -> float:
    found = [bool(flag) for flag in flags]  # type: ignore[attr-defined]
    return sum(found) / max(len(found), 1)


def as_markdown(facts: Sequence[Fact]) -> str:
    """The facts as a Markdown table, decimal commas and all."""
    lines = ["| Vad | Mätt | Mål | Grund |", "|---|---|---|---|"]
    for fact in facts:
        is_share = "%" in fact.target or (fact.measured <= 1 and fact.high <= 1)
        shown = f"{100 * fact.measured:.1f} %" if is_share else f"{fact.measured:.2f}"
        lines.append(f"| {fact.name} | {shown.replace('.', ',')} | {fact.target} | {fact.basis} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table for a town of the given size; 1 where a figure is off."""
    from data.demo import make_municipality, make_streets

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--clients", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    network = make_streets(seed=chosen.seed, n_clients=chosen.clients)
    facts = measure(make_municipality(network, n_clients=chosen.clients, seed=chosen.seed))
    sys.stdout.write(as_markdown(facts) + "\n")
    return int(not all(fact.holds for fact in facts))


if __name__ == "__main__":
    raise SystemExit(main())
