"""What if there were more clients, fewer carers, longer shifts: scenarios (FA-17, FA-22).

The tables are changed as if it were so, the same for the same seed, and planned as any. New clients
live where others do and ask for what others ask for; nobody real is told from them by more than
the id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from data.care.decisions import decided, undecided
from data.care.hidden import hidden_clients
from data.errors import SettingsError
from data.model import Municipality, Shift
from data.units import DAY_S, HOUR_S, clock

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is changed; the defaults change nothing."""

    more_clients: int = 0
    fewer_carers: int = 0
    shift_hours: float | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether the tables stay as they are."""
        return not self.more_clients and not self.fewer_carers and self.shift_hours is None


def with_what_if(
    municipality: Municipality, asked: WhatIf, seed: int
) -> tuple[Municipality, list[str]]:
    """The municipality as asked for, and what was changed, in words.

    Raises
    ------
    SettingsError
        Where more carers would go than there are.
    """
    if asked.is_nothing:
        return municipality, []
    import numpy as np

    town, notes = undecided(municipality), list[str]()
    rng = np.random.default_rng(seed)
    if asked.more_clients:
        town = _more_clients(town, asked.more_clients, rng)
        notes.append(
            f"{asked.more_clients} påhittade brukare till, med andras bostäder och insatser"
        )
    if asked.fewer_carers:
        town, gone = _fewer_carers(town, asked.fewer_carers, rng)
        notes.append(f"utan {len(gone)} medarbetare: {', '.join(gone)}")
    if asked.shift_hours is not None:
        n_before = sum(entry.kind == "work" for entry in town.roster)
        town = _longer_shifts(town, round(asked.shift_hours * HOUR_S))
        n_now = sum(entry.kind == "work" for entry in town.roster)
        hours = clock(round(asked.shift_hours * HOUR_S))
        notes.append(f"pass på {hours} timmar i stället: {n_before} pass blir {n_now}")
    return decided(town), notes


def _more_clients(town: Municipality, n: int, rng: np.random.Generator) -> Municipality:
    """Clients with the needs of one and the home of another, of no team and with no contact."""
    clients, visits = list(town.clients), list(town.visits)
    hidden, taken = hidden_clients(town), set(town.client_by_id)
    like = sorted(taken - hidden)  # a copied home would tell where somebody hidden lives
    names = (name for i in range(1, 10_000_000) if (name := f"NY{i:04d}") not in taken)
    for _ in range(n):
        needs = town.client_by_id[str(rng.choice(like))]
        home = town.client_by_id[str(rng.choice(like))]
        name = next(names)
        clients.append(
            replace(
                needs, client_id=name, x=home.x, y=home.y, dwelling=home.dwelling,
                building_id=home.building_id, household_id="", together_id="", team_id="",
                contact_id="", vice_id="", locked_team=False, protected=False,
                preferred_staff=frozenset(), blocked_staff=frozenset(),
            )
        )  # fmt: skip
        renamed = {
            visit.visit_id: f"{name}-{k}"
            for k, visit in enumerate(town.visits_of[needs.client_id], 1)
        }
        for visit in town.visits_of[needs.client_id]:
            lags = tuple(
                replace(lag, visit_id=renamed[lag.visit_id])
                for lag in visit.gap_after
                if lag.visit_id in renamed
            )
            own = renamed[visit.visit_id]
            visits.append(replace(visit, visit_id=own, client_id=name, gap_after=lags))
    return replace(town, clients=tuple(clients), visits=tuple(visits))


def _fewer_carers(
    town: Municipality, n: int, rng: np.random.Generator
) -> tuple[Municipality, list[str]]:
    """Without so many carers, drawn; whose contact or twin they were has none from then on."""
    ids = sorted(town.staff_by_id)
    if n >= len(ids):
        raise SettingsError(f"Det finns {len(ids)} medarbetare; minst en måste vara kvar.")
    gone = sorted(str(idx) for idx in rng.choice(ids, size=n, replace=False))
    lost = set(gone)

    def kept(who: str) -> str:
        return "" if who in lost else who

    clients = tuple(
        replace(
            c, contact_id=kept(c.contact_id), vice_id=kept(c.vice_id),
            preferred_staff=c.preferred_staff - lost, blocked_staff=c.blocked_staff - lost,
        )
        for c in town.clients
    )  # fmt: skip
    staff = tuple(replace(s, twin_id=kept(s.twin_id)) for s in town.staff if s.staff_id not in lost)
    roster = tuple(entry for entry in town.roster if entry.staff_id not in lost)
    pins = tuple(pin for pin in town.pins if pin.staff_id not in lost)
    decisions = tuple(d for d in town.decisions if not {d.staff_id, d.twin_id} & lost)
    changed = replace(
        town, clients=clients, staff=staff, roster=roster, pins=pins, decisions=decisions
    )
    return changed, gone


def _longer_shifts(town: Municipality, length_s: int) -> Municipality:
    """Shifts of one length, as many as each carer's hours hold.

    Day shifts begin as before, evening shifts end as before.
    """
    others = [entry for entry in town.roster if entry.kind != "work"]
    shifts_of: dict[str, list[Shift]] = defaultdict(list)
    for entry in sorted(town.roster, key=lambda shift: (shift.staff_id, shift.date, shift.start_s)):
        if entry.kind == "work":
            shifts_of[entry.staff_id].append(entry)
    made: list[Shift] = []
    for entries in shifts_of.values():
        hours_s = length_s // 2  # so that rounding falls evenly on both sides
        last = None
        for entry in entries:
            hours_s += entry.end_s - entry.start_s
            if hours_s < length_s or entry.date == last:
                continue
            hours_s -= length_s
            last = entry.date
            if entry.part == "day":
                made.append(replace(entry, end_s=min(DAY_S, entry.start_s + length_s)))
            else:
                made.append(replace(entry, start_s=max(0, entry.end_s - length_s)))
    return replace(town, roster=(*made, *others))


def as_asked(municipality: Municipality, asked: WhatIf, seed: int) -> Municipality:
    """As `with_what_if`, and tell what was changed."""
    changed, notes = with_what_if(municipality, asked, seed)
    for line in notes:
        click.echo(f"Obs: som om: {line}", err=True)
    return changed


def what_if_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what is planned as if it were so, handed to the command as one `WhatIf`, ``as_if``."""

    @wraps(command)
    def called(
        more_clients: int, fewer_carers: int, shift_hours: float | None, **others: Any
    ) -> Any:
        return command(as_if=WhatIf(more_clients, fewer_carers, shift_hours), **others)

    decorated: Callable[..., Any] = called
    for option in (
        click.option(
            "--shift-hours",
            type=click.FloatRange(4, 13),
            default=None,
            metavar="TIMMAR",
            help="Som om alla pass vore så långa, så många som timmarna räcker till.",
        ),
        click.option(
            "--fewer-carers",
            type=click.IntRange(0, 10_000),
            default=0,
            metavar="ANTAL",
            help="Som om så många medarbetare slutade, lottade av --seed.",
        ),
        click.option(
            "--more-clients",
            type=click.IntRange(0, 10_000),
            default=0,
            metavar="ANTAL",
            help="Som om så många brukare kom till, med andras hem och insatser.",
        ),
    ):
        decorated = option(decorated)
    return decorated
