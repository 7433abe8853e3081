"""Measures a municipality against the figures that the demo aims at, each with its source.

`docs/figures/ekhamn.md` shows the table for the default town; the tests hold every line of it.
``python -m data.demo.facts`` prints it anew.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.care.care_calendar import occurrences
from data.demo.temps import HOURLY
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


def measure(
    town: Municipality, visits_per_client: float = 2.76, levels: Sequence[str] = ()
) -> list[Fact]:
    """All facts of a municipality made by `data.demo.make_municipality`.

    Parameters
    ----------
    visits_per_client : float
        What it was asked to have a day; 2.76 unless another size was asked for.
    levels : sequence of str, optional
        Each client's class of need, from `data.demo.municipality.levels_of`; the classes are
        measured only where it is given, since a municipality does not hold them.
    """
    scene = _Scene(town, occurrences(town, town.dates))
    return [
        *_visit_facts(scene, visits_per_client),
        *_need_facts(scene),
        *_staff_facts(town),
        *_roster_facts(scene),
        *_division_facts(town),
        *(_class_facts(town, levels) if levels else ()),
    ]


def _visit_facts(scene: _Scene, visits_per_client: float) -> list[Fact]:
    minutes = np.array([o.visit.duration_s for o in scene.made]) / 60
    per_day = len(scene.made) / scene.n_clients / scene.n_days
    n_daily = Counter(v.client_id for v in scene.town.visits if v.is_daily)
    twice = sum(n >= 2 for n in n_daily.values()) / scene.n_clients
    fixed = [v for v in scene.town.visits if v.task in ("morning", "evening")]
    return [
        Fact("visits a client and day", per_day, 0.93 * visits_per_client,
             1.06 * visits_per_client, f"{visits_per_client:.2f}", "sources, CAIRE"),
        Fact("mean visit, minutes", float(minutes.mean()), 23.9, 26.1, "24.9", "25.1 in Huddinge"),
        Fact("visits by two carers", scene.share_of_visits(lambda v: v.carers_required > 1),
             0.035, 0.065, "4–6 %", "4.1 % in Huddinge"),
        Fact("visits by day", scene.share_of_visits(lambda v: v.shift == "day"), 0.64, 0.71,
             "65–70 %", "[inf]"),
        Fact("clients with two or more daily visits", twice, 0.55, 0.63, "59 %", "[inf]"),
        Fact("time-critical visits (±15 min)",
             scene.share_of_visits(lambda v: v.latest_s - v.earliest_s <= 1800), 0.05, 0.11, "8 %",
             "[inf]"),
        Fact("half window, mornings and evenings, minutes",
             float(np.median([(v.latest_s - v.earliest_s) / 120 for v in fixed])), 50, 60, "±60",
             "[inf]"),
        Fact("digital visits", scene.share_of_visits(lambda v: v.mode == "digital"), 0.001, 0.02,
             "a few", "NO-05"),
    ]  # fmt: skip


def _need_facts(scene: _Scene) -> list[Fact]:
    client = scene.share_of_clients
    facts = [
        Fact("clients with a delegated task", scene.share_with_skill(*HSL_SKILLS), 0.53, 0.68,
             "55–60 %", "[inf]"),
        Fact("… läkemedel", scene.share_with_skill("läkemedel"), 0.49, 0.63, "55 %", "[inf]"),
        Fact("… insulin", scene.share_with_skill("insulin"), 0.045, 0.11, "8 %", "[inf]"),
        Fact("… stomi", scene.share_with_skill("stomi"), 0.015, 0.065, "4 %", "[inf]"),
        Fact("… stödstrumpor", scene.share_with_skill("stödstrumpor"), 0.13, 0.25,
             "20 %", "[inf]"),
        Fact("clients who need a contact", client(lambda c: c.needs_contact), 0.72, 0.88,
             "not service only", "OR-02"),
        Fact("protected clients", client(lambda c: c.protected), 0.0, 0.03, "1 %", "[inf]"),
        Fact("clients in flats", client(lambda c: c.dwelling == "flat"), 0.5, 0.85, "most",
             "[inf]"),
    ]  # fmt: skip
    medians = {"shower": 40, "cleaning": 80, "laundry": 30, "shopping": 50}
    for task, median in medians.items():
        minutes = [v.duration_s / 60 for v in scene.town.visits if v.task == task]
        name = f"median {task}, minutes"
        facts.append(Fact(name, float(np.median(minutes)), 0.88 * median, 1.12 * median,
                          str(median), "Kristianstad, Solna"))  # fmt: skip
    return facts


def _staff_facts(town: Municipality) -> list[Fact]:
    staff = [carer for carer in town.staff if not carer.staff_id.startswith(HOURLY)]
    n_hourly = len(town.staff) - len(staff)
    nurses = [c for c in staff if c.title == "assistant_nurse"]
    day = town.dates[0]
    held = [until for carer in staff for until in carer.skills.values()]
    return [
        Fact("carers per client", len(staff) / len(town.clients), 0.38, 0.48, "0.40",
             "Malmö: 2 100 for 5 300"),
        Fact("hourly carers per client", n_hourly / len(town.clients), 0.0, 0.16, "few",
             "[inf]; LU-33"),
        Fact("assistant nurses", len(nurses) / len(staff), 0.68, 0.74, "71 %", "Malmö"),
        Fact("… with läkemedel", _share(c.holds("läkemedel", day) for c in nurses), 0.80, 0.96,
             "85 %", "[inf]"),
        Fact("… with insulin", _share(c.holds("insulin", day) for c in nurses), 0.52, 0.80, "60 %",
             "[inf]"),
        Fact("pet allergy", _share(c.pet_allergy for c in staff), 0.03, 0.14, "8 %", "[inf]"),
        Fact("smallest contract, %", min(c.employment_pct for c in staff), 75, 75, "75",
             "[inf]"),
        Fact("delegations expired", _share(until < day for until in held), 0.001, 0.05,
             "a few", "LU-36"),
    ]  # fmt: skip


def _roster_facts(scene: _Scene) -> list[Fact]:
    rows = Counter(shift.kind for shift in scene.town.roster)
    away = rows["leave"] + rows["sick"]
    work = [s for s in scene.town.roster if s.kind == "work"]
    care_s = sum(o.visit.duration_s * o.visit.carers_required for o in scene.made)
    net_s = sum(s.end_s - s.start_s - 1800 for s in work)
    loads = list(load_by_part(scene.town).values())
    return [
        Fact("shifts lost to absence", away / (away + rows["work"]), 0.115, 0.155, "12–15 %",
             "[inf]"),
        Fact("client time of time worked", care_s / net_s, 0.56, 0.70, "58 %; 65–70 %",
             "IFN WP 1212; MA-16"),
        Fact("shifts a day and client", len(work) / scene.n_days / scene.n_clients, 0.22, 0.29,
             "0.25", "from the above"),
        Fact("need by staffing, worst date and part", max(loads), 0.6, 1.12, "below 1",
             "400 s travel and door"),
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
        Fact("clients in a present team", float(np.mean(list(sizes.values()))), 20, 30, "20–35",
             "MA-10"),
        Fact("present teams outside 15–35", outside, 0.0, 0.4, "a few", "fault on purpose"),
        Fact("clients with their contact", _share(bool(c.contact_id) for c in needing), 0.88, 0.98,
             "most", "LU-05"),
        Fact("contacts without title or transition", len(wrong) / max(len(needing), 1), 0.0, 0.1,
             "a few", "OR-14, fault on purpose"),
    ]  # fmt: skip


CLASS_TARGETS = {
    "service": (0.24, 0.2, 5),
    "low": (0.22, 1.5, 19),
    "medium": (0.24, 2.8, 40),
    "high": (0.17, 5.0, 62),
    "very_high": (0.13, 6.8, 89),
}
"""Share of the clients, visits a day, carer hours a month (requirements section 5)."""


def _class_facts(town: Municipality, levels: Sequence[str]) -> list[Fact]:
    """Visits and hours of each class; two carers count twice in the hours."""
    level_of = {c.client_id: level for c, level in zip(town.clients, levels, strict=True)}
    visits: dict[str, float] = dict.fromkeys(CLASS_TARGETS, 0.0)
    hours: dict[str, float] = dict.fromkeys(CLASS_TARGETS, 0.0)
    for visit in town.visits:
        a_week = (visit.n_per_period or len(visit.weekdays)) / visit.every_weeks
        level = level_of[visit.client_id]
        visits[level] += a_week / 7
        hours[level] += a_week * visit.duration_s * visit.carers_required / 3600 * 52.18 / 12
    n_in = Counter(levels)
    facts = []
    for level, (share, a_day, a_month) in CLASS_TARGETS.items():
        n_here = max(n_in[level], 1)
        name = level.replace("_", " ")
        facts += [
            Fact(f"{name}: share", n_in[level] / len(levels), share - 0.01, share + 0.01,
                 f"{100 * share:.0f} %", "tuned"),
            Fact(f"{name}: visits a day", visits[level] / n_here, 0.85 * a_day, 1.15 * a_day,
                 f"{a_day}", "tuned"),
            Fact(f"{name}: hours a month", hours[level] / n_here, 0.82 * a_month,
                 1.22 * a_month, f"{a_month}", "tuned"),
        ]  # fmt: skip
    return facts


def _share(flags: object) -> float:
    marks = [bool(flag) for flag in flags]  # type: ignore[attr-defined]
    return sum(marks) / max(len(marks), 1)


def as_markdown(facts: Sequence[Fact]) -> str:
    """The facts as a Markdown table, ready for the documentation.

    Those of one class of need, whose names begin alike (``service: …``), share a row.
    """
    lines = ["| What | Measured | Target | Basis |", "|---|---|---|---|"]
    alike = itertools.groupby(facts, lambda fact: fact.name.rpartition(": ")[0] or fact.name)
    for name, group in alike:
        of_one = list(group)
        parts = [fact.name.removeprefix(f"{name}: ") for fact in of_one]
        what = name if parts == [name] else f"{name}: {', '.join(parts)}"
        shown = "; ".join(_shown(fact) for fact in of_one)
        targets = "; ".join(fact.target for fact in of_one)
        lines.append(f"| {what} | {shown} | {targets} | {of_one[0].basis} |")
    return "\n".join(lines)


def _shown(fact: Fact) -> str:
    is_share = "%" in fact.target or not any(sign.isdigit() for sign in fact.target)
    return f"{100 * fact.measured:.1f} %" if is_share else f"{fact.measured:.2f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table for a town of the given size; 1 where a figure is off."""
    from data.demo import make_municipality, make_streets
    from data.demo.municipality import levels_of

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--clients", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    network = make_streets(seed=chosen.seed, n_clients=chosen.clients)
    town = make_municipality(network, n_clients=chosen.clients, seed=chosen.seed)
    facts = measure(town, levels=levels_of(chosen.clients, chosen.seed))
    sys.stdout.write(as_markdown(facts) + "\n")
    return int(not all(fact.holds for fact in facts))


if __name__ == "__main__":
    raise SystemExit(main())
