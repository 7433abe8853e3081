"""Clients whom we do not plan for: with an alarm only, or another provider's (LU-01, LU-19).

They are in no team, no round and no balance; they are in the counts and on the manager's team map,
and stand in the tables when these are written again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from data.errors import Fault
from data.model import Client, Municipality


def is_aside(client: Client, own_provider: str) -> bool:
    """Whether somebody else, or nobody, makes visits to the client.

    Parameters
    ----------
    own_provider : str
        Whose rounds are planned; empty where everybody's are.
    """
    is_others = bool(own_provider and client.provider) and client.provider != own_provider
    return client.alarm_only or is_others


def set_aside(municipality: Municipality, own_provider: str) -> Municipality:
    """The municipality with such clients and their visits and locks put aside."""
    everyone = (*municipality.clients, *municipality.aside_clients)
    aside = tuple(client for client in everyone if is_aside(client, own_provider))
    if not aside:
        return municipality
    ids = {client.client_id for client in aside}
    visits = tuple(v for v in municipality.visits if v.client_id in ids)
    theirs = {visit.visit_id for visit in visits}
    return replace(
        municipality,
        clients=tuple(c for c in municipality.clients if c.client_id not in ids),
        visits=tuple(v for v in municipality.visits if v.client_id not in ids),
        pins=tuple(pin for pin in municipality.pins if pin.visit_id not in theirs),
        aside_clients=aside,
        aside_visits=visits,
    )


def aside_counts(clients: Sequence[Client]) -> dict[str, int]:
    """How many are aside: ``alarm_only``, and by provider."""
    counts = Counter("alarm_only" if client.alarm_only else client.provider for client in clients)
    return dict(sorted(counts.items()))


def aside_faults(municipality: Municipality, file: str) -> list[Fault]:
    """Say how many are aside and why; an alarm-only client with visits is doubtful."""
    faults = []
    counts = aside_counts(municipality.aside_clients)
    for who, n in counts.items():
        why = "har bara larm" if who == "alarm_only" else f"har utföraren {who}"
        faults.append(
            Fault(file, "", 0, "", f"{n} brukare {why}",
                  "De räknas, och är i inget lag och ingen runda.",
                  is_warning=True)
        )  # fmt: skip
    alarms = {c.client_id for c in municipality.aside_clients if c.alarm_only}
    n_visits = sum(visit.client_id in alarms for visit in municipality.aside_visits)
    if n_visits:
        faults.append(
            Fault(file, "", 0, "", f"{n_visits} besök hos brukare med bara larm",
                  "De planeras inte. Ta bort Endast larm om besöken ska göras.", is_warning=True)
        )  # fmt: skip
    return faults
